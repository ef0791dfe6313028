/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/prm-court.h"

/* What a MASA takes of BRSKI-PRM from a registrar (BOOTSTRAP M11, BRSKI-PRM section 7.3.1). */

#define ACCEPTED(bytes) court_expect_accepted (court, stile_prm_judge_as_masa, (bytes))
#define REFUSED(bytes, id)                                                                                   \
  court_expect_refused (court, stile_prm_judge_as_masa, (bytes), (id), STILE_ERROR_REFUSED)
#define ASSERTION() stile_prm_judge_get_assertion (&court->judgement)

static void
test_good (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  ACCEPTED (prm_court_make_registrar_request (self, court->device, self->agent));
  court_expect_check (court, "M11", STILE_CHECK_PASSED);
  g_assert_cmpint (ASSERTION (), ==, STILE_ASSERTION_AGENT_PROXIMITY);
}

static void
test_told_of_others (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  prm_court_tell (self, court->strange_registrar, COURT_SERIAL, self->agent);
  REFUSED (prm_court_make_registrar_request (self, court->device, self->agent), "M11");
  prm_court_tell (self, self->camera, COURT_SERIAL, self->agent);
  REFUSED (prm_court_make_registrar_request (self, court->device, self->agent), "M11");
  prm_court_tell (self, self->other_registrar, COURT_SERIAL, self->agent);
  ACCEPTED (prm_court_make_registrar_request (self, court->device, self->agent));
}

static void
test_strange_agent (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  prm_court_tell (self, court->registrar, COURT_SERIAL, self->strange_agent);
  REFUSED (prm_court_make_registrar_request (self, court->device, self->strange_agent), "M11");
}

/* The agent's certificate is the domain's, and another agent signed. */
static void
test_other_agent (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (prm_court_make_registrar_request (self, court->device, self->other_agent), "M11");
}

static void
test_agent_ran_out (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) old =
      test_pki_issue (court->domain, &(TestPkiOptions){ .name = "Laptop", .begins = -7200, .ends = -30 });

  prm_court_tell (self, court->registrar, COURT_SERIAL, old);
  REFUSED (prm_court_make_registrar_request (self, court->device, old), "M11");
}

static void
test_other_serial (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  prm_court_tell (self, court->registrar, "PID:X1 SN:0008", self->agent);
  REFUSED (prm_court_make_registrar_request (self, court->device, self->agent), "M11");
}

static void
test_no_agent (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  ACCEPTED (prm_court_make_registrar_request (self, court->device, NULL));
  court_expect_check (court, "M11", STILE_CHECK_NOTED);
  g_assert_cmpint (ASSERTION (), ==, STILE_ASSERTION_LOGGED);
}

static void
test_no_prior (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  ACCEPTED (prm_court_make_registrar_request (self, NULL, self->agent));
  court_expect_check (court, "M11", STILE_CHECK_NOTED);
  g_assert_cmpint (ASSERTION (), ==, STILE_ASSERTION_LOGGED);
}

static void
test_no_proximity (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  court->fields.assertion = STILE_ASSERTION_PROXIMITY;
  REFUSED (prm_court_make_registrar_request (self, court->device, self->agent), "M11");
}

/* What M1 to M7 ask is asked here, too. */
static void
test_brski (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) device = test_pki_issue (
      court->stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });

  REFUSED (prm_court_make_registrar_request (self, device, self->agent), "M3");
  REFUSED (prm_court_make_registrar_request (self, court->other_device, self->agent), "M3");
  court->fields.proximity_registrar_cert = test_pki_get_der (court->registrar);
  REFUSED (prm_court_make_registrar_request (self, court->device, self->agent), "M7");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (PrmCourt *self, gconstpointer data);
  } tests[] = {
    { "good-one", test_good },
    { "M11-the-device-was-told-of-somebody-else", test_told_of_others },
    { "M11-a-stranger-stood-there", test_strange_agent },
    { "M11-another-agent-stood-there", test_other_agent },
    { "M11-the-agent-ran-out", test_agent_ran_out },
    { "M11-the-agent-named-another-device", test_other_serial },
    { "M11-without-the-agent-no-proximity", test_no_agent },
    { "M11-without-the-devices-request-no-proximity", test_no_prior },
    { "M11-no-agent-proximity", test_no_proximity },
    { "M11-is-beside-the-checks-of-brski", test_brski },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/prm/masa/", tests[i].claim, NULL);

      g_test_add (path, PrmCourt, NULL, prm_court_set_up_masa, tests[i].test, prm_court_tear_down);
    }

  return g_test_run ();
}
