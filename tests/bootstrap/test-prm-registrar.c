/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/stile-prm-device.h"
#include "codec/stile-certificate-path.h"

/* What a registrar takes from an agent (BOOTSTRAP R12, BRSKI-PRM section 7.3). */

#define ACCEPTED(bytes) court_expect_accepted (court, stile_prm_judge_as_registrar, (bytes))
#define REFUSED(bytes, id)                                                                                   \
  court_expect_refused (court, stile_prm_judge_as_registrar, (bytes), (id), STILE_ERROR_REFUSED)
#define MALFORMED(bytes, id)                                                                                 \
  court_expect_refused (court, stile_prm_judge_as_registrar, (bytes), (id), STILE_ERROR_PROTOCOL)

static void
test_good (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (StilePrmDevice) device = NULL;

  ACCEPTED (prm_court_make_request (self, court->device));
  court_expect_check (court, "R12", STILE_CHECK_PASSED);
  device = stile_prm_device_new (&court->judgement);
  g_assert_true (stile_certificate_equal (device->idevid, test_pki_get_certificate (court->device)));
  g_assert_cmpint (device->triggered_on, ==, court->now - 60);
  g_assert_cmpint (device->requested_on, ==, court->now);
}

static void
test_strange_agent (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GPtrArray) stranger = test_pki_get_chain (self->strange_agent);

  prm_court_tell (self, court->registrar, COURT_SERIAL, self->strange_agent);
  court->judge.agent_chain = stranger;
  REFUSED (prm_court_make_request (self, court->device), "R12");
}

/* A CA for agents alone: the camera is of the domain, and no agent. */
static void
test_no_agent (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) agents =
      test_pki_issue (court->domain, &(TestPkiOptions){ .name = "Agents", .authority = TRUE });
  g_autoptr (TestPki) agent = test_pki_issue (agents, &(TestPkiOptions){ .name = "Laptop" });
  g_autoptr (GPtrArray) anchors = test_pki_list (agents, NULL);
  g_autoptr (GPtrArray) good = test_pki_get_chain (agent);
  g_autoptr (GPtrArray) camera = test_pki_get_chain (self->camera);

  court->judge.agent_anchors = anchors;
  court->judge.agent_chain = camera;
  prm_court_tell (self, court->registrar, COURT_SERIAL, self->camera);
  REFUSED (prm_court_make_request (self, court->device), "R12");
  court->judge.agent_chain = good;
  prm_court_tell (self, court->registrar, COURT_SERIAL, agent);
  ACCEPTED (prm_court_make_request (self, court->device));
}

/* The laptop was lost yesterday. */
static void
test_agent_ran_out (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) old =
      test_pki_issue (court->domain, &(TestPkiOptions){ .name = "Laptop", .begins = -7200, .ends = -30 });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (old);

  court->judge.agent_chain = chain;
  prm_court_tell (self, court->registrar, COURT_SERIAL, old);
  REFUSED (prm_court_make_request (self, court->device), "R12");
}

static void
test_other_agent (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  prm_court_tell (self, court->registrar, COURT_SERIAL, self->other_agent);
  REFUSED (prm_court_make_request (self, court->device), "R12");
}

/* @kid: names the agent of the court, whoever signs. */
static void
sign_data (PrmCourt *self, const char *kid, const char *json, TestPki *signer)
{
  g_autofree char *members = kid != NULL ? g_strdup_printf ("{'kid': <'%s'>}", kid) : NULL;

  g_bytes_unref (self->signed_data);
  self->signed_data = prm_court_sign (json, members, signer);
}

#define DATA "{\"created-on\":\"2026-01-01T00:00:00Z\",\"serial-number\":\"" COURT_SERIAL "\"}"

static void
test_key_id (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GBytes) key_id =
      stile_certificate_path_get_subject_key_id (test_pki_get_certificate (self->agent));
  g_autofree char *kid = prm_court_encode (key_id);
  g_autofree char *url_safe = g_strdelimit (g_strdup (kid), "=", '\0');

  g_strdelimit (url_safe, "+", '-');
  g_strdelimit (url_safe, "/", '_');
  sign_data (self, kid, DATA, self->agent);
  ACCEPTED (prm_court_make_request (self, court->device));
  sign_data (self, url_safe, DATA, self->agent);
  ACCEPTED (prm_court_make_request (self, court->device));
  court_expect_check (court, "R12", STILE_CHECK_NOTED);
  sign_data (self, NULL, DATA, self->agent);
  REFUSED (prm_court_make_request (self, court->device), "R12");
  sign_data (self, "AAAA", DATA, self->agent);
  REFUSED (prm_court_make_request (self, court->device), "R12");
  sign_data (self, kid, DATA, self->other_agent);
  REFUSED (prm_court_make_request (self, court->device), "R12");
}

static void
test_hostile_data (PrmCourt *self, gconstpointer data)
{
  static const char *const contents[] = {
    "",
    "[]",
    "{}",
    "{\"created-on\":\"2026-01-01T00:00:00Z\"}",
    "{\"created-on\":\"2026-01-01T00:00:00Z\",\"serial-number\":\"\"}",
    "{\"created-on\":\"2026-01-01T00:00:00Z\",\"serial-number\":7}",
    "{\"created-on\":\"yesterday\",\"serial-number\":\"" COURT_SERIAL "\"}",
    "{\"serial-number\":\"" COURT_SERIAL "\"}",
    "{\"ietf-voucher-request-prm:agent-signed-data\":[]}",
  };
  Court *court = &self->court;

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_test_message ("%s", contents[i]);
      sign_data (self, NULL, contents[i], self->agent);
      MALFORMED (prm_court_make_request (self, court->device), "R12");
    }
}

/* Appendix A of the draft wraps it. */
static void
test_wrapped_data (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GBytes) key_id =
      stile_certificate_path_get_subject_key_id (test_pki_get_certificate (self->agent));
  g_autofree char *kid = prm_court_encode (key_id);

  sign_data (self, kid, "{\"ietf-voucher-request-prm:agent-signed-data\":" DATA "}", self->agent);
  ACCEPTED (prm_court_make_request (self, court->device));
  court_expect_check (court, "R12", STILE_CHECK_NOTED);
}

static void
test_retired_root (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GBytes) good = prm_court_make_request (self, court->device);
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (good, NULL);
  GBytes *content = stile_signed_message_get_content (message);
  const char *rest = memchr (g_bytes_get_data (content, NULL), ':', g_bytes_get_size (content));
  g_autofree char *tail = g_strndup (
      rest, g_bytes_get_size (content) - (gsize)(rest - (const char *)g_bytes_get_data (content, NULL)));
  g_autofree char *retired = g_strconcat ("{\"ietf-voucher-request-prm", tail, NULL);
  g_autofree char *other = g_strconcat ("{\"ietf-other", tail, NULL);

  ACCEPTED (prm_court_sign (retired, NULL, court->device));
  court_expect_check (court, "R3", STILE_CHECK_NOTED);
  MALFORMED (prm_court_sign (other, NULL, court->device), "R3");
  MALFORMED (court_sign_text (retired, court->device), "R3");
}

static void
test_no_proximity (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  court->fields.assertion = STILE_ASSERTION_PROXIMITY;
  REFUSED (prm_court_make_request (self, court->device), "R12");
}

static void
test_missing_members (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  self->told = NULL;
  MALFORMED (prm_court_make_request (self, court->device), "R12");
  self->told = court->registrar;
  g_clear_pointer (&self->signed_data, g_bytes_unref);
  MALFORMED (prm_court_make_request (self, court->device), "R12");
}

/* The agent scanned one box and talked to the other. */
static void
test_other_serial (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  prm_court_tell (self, court->registrar, "PID:X1 SN:0008", self->agent);
  REFUSED (prm_court_make_request (self, court->device), "R12");
}

static void
test_other_leaf (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (prm_court_make_request (self, court->other_device), "R3");
}

static void
test_no_manufacturer (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) device = test_pki_issue (
      court->stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });

  REFUSED (prm_court_make_request (self, device), "R1");
}

static void
test_told_of_others (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  prm_court_tell (self, court->strange_registrar, COURT_SERIAL, self->agent);
  REFUSED (prm_court_make_request (self, court->device), "R12");
  prm_court_tell (self, self->camera, COURT_SERIAL, self->agent);
  REFUSED (prm_court_make_request (self, court->device), "R12");
  prm_court_tell (self, self->other_registrar, COURT_SERIAL, self->agent);
  ACCEPTED (prm_court_make_request (self, court->device));
  court_expect_check (court, "R12", STILE_CHECK_NOTED);
}

/* A request from before the agent asked: somebody kept an old one. */
static void
test_order (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  court->fields.created_on = court->now - 61;
  REFUSED (prm_court_make_request (self, court->device), "R13");
  court->fields.created_on = court->now - 60;
  ACCEPTED (prm_court_make_request (self, court->device));
  court->fields.created_on = STILE_VOUCHER_NO_DATE;
  ACCEPTED (prm_court_make_request (self, court->device));
  court_expect_check (court, "R13", STILE_CHECK_NOTED);
}

static void
test_skips (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  court->judge = (StileJudge){ .at = court->now };
  ACCEPTED (prm_court_make_request (self, court->device));
  court_expect_check (court, "R12", STILE_CHECK_SKIPPED);
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
    { "R12-a-stranger-brings-it", test_strange_agent },
    { "R12-a-device-of-the-domain-brings-it", test_no_agent },
    { "R12-the-agent-ran-out", test_agent_ran_out },
    { "R12-another-agent-stood-there", test_other_agent },
    { "R12-key-ids", test_key_id },
    { "R12-hostile-data", test_hostile_data },
    { "R12-wrapped-data-are-noted", test_wrapped_data },
    { "R12-the-retired-root-is-noted", test_retired_root },
    { "R12-no-agent-proximity", test_no_proximity },
    { "R12-members-are-missing", test_missing_members },
    { "R12-the-agent-named-another-device", test_other_serial },
    { "R12-another-devices-certificate", test_other_leaf },
    { "R12-a-device-of-no-manufacturer", test_no_manufacturer },
    { "R12-the-device-was-told-of-somebody-else", test_told_of_others },
    { "R13-the-request-is-older-than-the-question", test_order },
    { "what-is-not-known-is-skipped", test_skips },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/prm/registrar/", tests[i].claim, NULL);

      g_test_add (path, PrmCourt, NULL, prm_court_set_up_registrar, tests[i].test, prm_court_tear_down);
    }

  return g_test_run ();
}
