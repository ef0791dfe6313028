/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/prm-court.h"
#include "bootstrap/prm-plant.h"
#include "bootstrap/stile-prm-message.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-json.h"

/* What a MASA says of who stood before the device (BOOTSTRAP M11). */

static StileAssertion
read_assertion (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, &error);
  g_autoptr (StileVoucher) voucher = NULL;

  g_assert_no_error (error);
  voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_ARTIFACT, &error);
  g_assert_no_error (error);
  return stile_voucher_get_fields (voucher)->assertion;
}

static void
expect_audited (PrmPlant *self, const char *assertion)
{
  g_autofree char *issuer = plant_get_issuer (&self->plant);
  g_autoptr (GPtrArray) audit = stile_ledger_list_audit (self->plant.masa_ledger, issuer, COURT_SERIAL, NULL);
  const StileLedgerAuditEntry *last = g_ptr_array_index (audit, audit->len - 1);

  g_assert_cmpstr (last->assertion, ==, assertion);
}

static void
test_proximity (PrmPlant *self, gconstpointer data)
{
  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_assert_cmpint (read_assertion (self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_REQUEST]), ==,
                   STILE_ASSERTION_AGENT_PROXIMITY);
  expect_audited (self, "agent-proximity");
}

/* The registrar's request that brought the voucher, with @agent in the place of who stood there, or without anybody. */
static GBytes *
make_registrar_request (PrmPlant *self, TestPki *agent)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (
      G_CHECKSUM_SHA256, self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER]);
  g_autoptr (StileLedgerVoucher) record = stile_ledger_find_voucher (self->plant.ledger, digest, NULL);
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (record->upstream_request, NULL);
  g_autoptr (GVariant) document =
      stile_json_parse (stile_signed_message_get_content (message), 64 * 1024, NULL);
  g_autoptr (GVariant) fields = stile_json_get_member (document, "ietf-voucher-request:voucher");
  g_auto (GVariantDict) inner = G_VARIANT_DICT_INIT (fields);
  g_auto (GVariantDict) outer = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *der = agent != NULL ? prm_court_encode (test_pki_get_der (agent)) : NULL;
  const char *list[] = { der, NULL };
  g_autoptr (StileIdentity) registrar = plant_make_identity (self->plant.court.registrar);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *request;

  g_assert_true (g_variant_dict_remove (&inner, "agent-sign-cert"));
  if (agent != NULL)
    g_variant_dict_insert_value (&inner, "agent-sign-cert", g_variant_new_strv (list, 1));
  g_variant_dict_insert_value (&outer, "ietf-voucher-request:voucher", g_variant_dict_end (&inner));
  content = stile_prm_message_print (g_variant_dict_end (&outer));
  request = stile_prm_message_sign (registrar, self->plant.chain, content, NULL, &error);
  g_assert_no_error (error);
  return request;
}

static StileHttpMessage *
ask_masa (PrmPlant *self, TestPki *agent)
{
  g_autoptr (GBytes) request = make_registrar_request (self, agent);

  return plant_ask (STILE_HANDLER (self->plant.masa_router), PLANT_MASA "requestvoucher",
                    STILE_VOUCHER_JWS_MEDIA_TYPE, request, self->plant.court.registrar, NULL);
}

static void
test_lower_assertion (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;
  StileAssertion assertion;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  response = ask_masa (self, NULL);
  plant_expect (response, 200, NULL);
  assertion = read_assertion (stile_http_message_get_content (response));
  g_assert_cmpint (assertion, !=, STILE_ASSERTION_AGENT_PROXIMITY);
  g_assert_cmpint (assertion, !=, STILE_ASSERTION_PROXIMITY);
  expect_audited (self, stile_voucher_get_assertion_name (assertion));
}

static void
test_wrong_agent (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) other = test_pki_issue (
      self->agent_root, &(TestPkiOptions){ .name = "Laptop 2", .purpose = GNUTLS_KP_TLS_WWW_CLIENT });
  g_autoptr (TestPki) stranger =
      test_pki_issue (self->plant.court.stranger, &(TestPkiOptions){ .name = "Laptop" });
  TestPki *const agents[] = { other, stranger, self->plant.court.registrar };

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  for (gsize i = 0; i < G_N_ELEMENTS (agents); i++)
    {
      g_autoptr (StileHttpMessage) response = ask_masa (self, agents[i]);

      plant_expect (response, 403, "M11: ");
    }
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/masa-proximity/" name, PrmPlant, NULL, prm_plant_set_up, function,                 \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("M11-agent-proximity", test_proximity);
  ADD ("M11-nobody-stood-there", test_lower_assertion);
  ADD ("M11-somebody-else-stood-there", test_wrong_agent);

  return g_test_run ();
}
