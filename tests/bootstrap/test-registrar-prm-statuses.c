/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-agent.h"
#include "codec/stile-json.h"

/* What devices say by agents of how it went, and of whom a registrar believes it (BOOTSTRAP R14). */

/* A status without a signature is one of BRSKI: the device's own session says whose it is, and an agent is no device. */
static void
test_unsigned_status (PrmPlant *self, gconstpointer data)
{
  static const char *const names[] = { "voucher_status", "enrollstatus" };
  static const char text[] = "{\"version\":1,\"status\":true,\"reason-context\":{\"pvs-details\":\"x\"}}";
  g_autoptr (GBytes) content = g_bytes_new_static (text, strlen (text));

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (StileHttpMessage) response =
          prm_agent_ask_as (self, "POST", names[i], PRM_PLANT_JSON, NULL, content, self->agent);

      g_assert_cmpuint (stile_http_message_get_status (response), >=, 400);
    }
  prm_agent_expect_no_status (self);
}

static void
test_swapped (PrmPlant *self, gconstpointer data)
{
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  prm_agent_expect (self, "enrollstatus", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER], 400, "R14: ");
  prm_agent_expect (self, "voucher_status", self->dossier->artefacts[STILE_PRM_STEP_CERTIFICATE], 400,
                    "R14: ");
  /* Other things that the device has signed are no statuses. */
  prm_agent_expect (self, "voucher_status", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER], 400,
                    "R14: ");
  prm_agent_expect_no_status (self);
}

static void
expect_status (
    PrmPlant *self, const char *name, StilePrmStatusKind kind, gboolean good, TestPki *signer, guint status)
{
  g_autoptr (GBytes) content = prm_agent_make_status (kind, good, signer);

  prm_agent_expect (self, name, content, status, status == 200 ? NULL : "R14: ");
}

static void
test_strangers_status (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestPki) twin = prm_plant_issue_twin (self);
  g_autoptr (TestPki) copy = test_pki_issue (
      court->stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });
  TestPki *const unknown[] = { court->other_device, copy, self->agent, court->registrar };

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      expect_status (self, "voucher_status", STILE_PRM_STATUS_VOUCHER, TRUE, unknown[i], 404);
      expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, FALSE, unknown[i], 404);
    }
  expect_status (self, "voucher_status", STILE_PRM_STATUS_VOUCHER, TRUE, twin, 403);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, FALSE, twin, 403);
  prm_agent_expect_no_status (self);
}

/* Of success the new certificate tells; the voucher is older than that. */
static void
test_which_certificate (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;
  g_autoptr (StileIdentity) member = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, TRUE, device, 403);
  member = stile_pledge_state_open_identity (stile_pledge_responder_get_state (self->responder), &error);
  g_assert_no_error (error);
  content = stile_prm_status_make (STILE_PRM_STATUS_VOUCHER, TRUE, NULL, "x", member, &error);
  prm_agent_expect (self, "voucher_status", content, 403, "R14: ");
  prm_agent_expect_no_status (self);
}

/* The device did not take its certificate: somebody must decide on it, and reads no escape sequences. */
static void
test_bad_news (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;
  g_autoptr (GVariant) event = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, FALSE, device, 200);
  event = plant_find_event (&self->plant, "enrol-status");
  g_assert_nonnull (event);
  g_assert_false (stile_json_get_boolean (event, "status", TRUE));
  g_assert_nonnull (strstr (stile_json_get_string (event, "note"), "decide whether to revoke"));
  g_assert_null (strchr (stile_json_get_string (event, "reason"), '\x1b'));
}

static void
test_unknown_status (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;

  expect_status (self, "voucher_status", STILE_PRM_STATUS_VOUCHER, TRUE, device, 404);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, TRUE, device, 404);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/registrar-prm/statuses/" name, PrmPlant, NULL, prm_plant_set_up, function,         \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("R14-a-status-without-a-signature", test_unsigned_status);
  ADD ("R14-swapped", test_swapped);
  ADD ("R14-of-strangers", test_strangers_status);
  ADD ("R14-which-certificate-says-what", test_which_certificate);
  ADD ("R14-bad-news", test_bad_news);
  ADD ("R14-of-a-device-that-nobody-knows", test_unknown_status);

  return g_test_run ();
}
