/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-observation-handler.h"
#include "bootstrap/plant.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "bootstrap/stile-bootstrap.h"
#include "bootstrap/stile-domain-ca.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-pem-store.h"
#include "bootstrap/stile-renewal.h"
#include "bootstrap/voucher-witness.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-json.h"
#include "support/test-await.h"

/* The whole walk with a voucher, and everybody who has a part in it in this process: the real registrar, MASA and EST
 * server behind a real ATLS endpoint. */

/* --- everybody else --- */

typedef struct
{
  Plant plant;
  TestPki *box; /* the middlebox's certificate, signed by the domain */
  VoucherWitness *witness;
  StileEstServer *est;
  StileDomainCa *ca;
  StileProfile *profile;
  GListStore *stores;
  StileBootstrap *job;
} Fixture;

static void
add_est (Fixture *self)
{
  Court *court = &self->plant.court;
  g_autoptr (GPtrArray) roots = test_pki_list (court->domain, NULL);
  g_autoptr (StileIdentity) authority = plant_make_identity (court->domain);
  const StileDomainCaProfile profile = { 0 };
  g_autoptr (GError) error = NULL;

  self->ca = stile_domain_ca_new (authority, &profile, self->plant.ledger, &error);
  g_assert_no_error (error);
  self->est = stile_est_server_new (roots, &error);
  g_assert_no_error (error);
  stile_est_server_set_authority (self->est, self->ca);
  stile_est_server_set_gate (self->est, stile_registrar_may_enrol, g_object_ref (self->plant.registrar),
                             g_object_unref);
  stile_router_add (self->plant.router, STILE_EST_SERVER_PREFIX, STILE_HANDLER (self->est));
}

static void
add_observation (Fixture *self)
{
  g_autoptr (GPtrArray) authorities = test_pki_list (self->plant.court.domain, NULL);
  g_autoptr (StileObservationHandler) observation = stile_observation_handler_new (authorities);

  stile_router_add (self->plant.router, STILE_OBSERVATION_PATH, STILE_HANDLER (observation));
}

/* Whoever answers shows @registrar, and asks for a certificate that the roles judge. */
static void
start_endpoint (Fixture *self, TestPki *registrar)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_SERVER);
  g_autoptr (StileIdentity) identity = plant_make_identity (registrar);

  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_provisional (credentials);
  stile_credentials_set_application_protocols (credentials, protocols);
  if (test_carrier_world.endpoint != NULL)
    stile_endpoint_set_credentials (test_carrier_world.endpoint, credentials);
  else
    test_carrier_world.endpoint = stile_endpoint_new (credentials, STILE_HANDLER (self->witness));
}

static void
make_profile (Fixture *self)
{
  Court *court = &self->plant.court;
  const char *directory = self->plant.directory;
  g_autofree char *anchors = test_pki_save_chain (court->manufacturer, directory, "anchors");
  g_autofree char *certificate = test_pki_save_chain (court->device, directory, "device");
  g_autofree char *key = test_pki_save_key (court->device, directory, "device");

  self->profile = stile_profile_new ();
  g_object_set (self->profile, "service", "https://localhost", "anchors", anchors, "certificate", certificate,
                "key", key, "proxy", "none", NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *pem = NULL;
  g_autoptr (StileTrustStore) store = NULL;

  plant_set_up (&self->plant, data);
  self->box =
      test_pki_issue (self->plant.court.domain, &(TestPkiOptions){ .name = "Box", .hosts = "localhost" });
  add_est (self);
  add_observation (self);
  self->witness = voucher_witness_new (self->plant.router);
  test_carrier_world.outer = self->box;
  test_carrier_world.outer_root = self->plant.court.domain;
  test_carrier_world.errors = G_TLS_CERTIFICATE_UNKNOWN_CA;
  test_carrier_world.status = 405;
  start_endpoint (self, self->plant.court.registrar);

  make_profile (self);
  pem = g_build_filename (self->plant.directory, "roots.pem", NULL);
  store = stile_pem_store_new_file (pem);
  stile_trust_store_set_selected (store, TRUE);
  self->stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  g_list_store_append (self->stores, store);
  self->job = stile_bootstrap_new (TEST_TYPE_CARRIER, self->profile, G_LIST_MODEL (self->stores));
  stile_bootstrap_set_data_directory (self->job, self->plant.directory);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_await_finalized (self->job);
  test_await_finalized (self->stores);
  test_await_finalized (self->profile);
  stile_endpoint_close_all (test_carrier_world.endpoint);
  test_await_finalized (test_carrier_world.endpoint);
  test_await_finalized (self->witness);
  g_clear_object (&self->plant.router);
  test_await_finalized (self->est);
  test_await_finalized (self->ca);
  test_pki_unref (self->box);
  self->plant.router = stile_router_new ();
  plant_tear_down (&self->plant, data);
}

static gboolean
run (Fixture *self, StileBootstrapStep until, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_bootstrap_run_async (self->job, until, NULL, test_await_cb, &result);
  return stile_bootstrap_run_finish (self->job, test_await_result (&result), error);
}

static void
expect_done (Fixture *self, StileBootstrapStep until)
{
  g_autoptr (GError) error = NULL;
  gboolean done = run (self, until, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

static void
expect_failure (Fixture *self, StileBootstrapStep step, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (run (self, STILE_BOOTSTRAP_DONE, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, STILE_ERROR, code);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_cmpint (stile_bootstrap_get_state (self->job, step), ==, STILE_BOOTSTRAP_FAILED);
}

/* --- the tests --- */

static void
test_whole (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) told = NULL;
  StilePledge *pledge;

  expect_done (self, STILE_BOOTSTRAP_DONE);
  g_assert_cmpint (stile_bootstrap_get_trust (self->job), ==, STILE_TRUST_VOUCHER);
  for (StileBootstrapStep step = 0; step < STILE_BOOTSTRAP_N_STEPS; step++)
    g_assert_cmpint (stile_bootstrap_get_state (self->job, step), ==, STILE_BOOTSTRAP_COMPLETE);

  /* First the voucher; nothing else was said before it was found good. */
  g_assert_cmpstr (voucher_witness_get_paths (self->witness), ==,
                   "requestvoucher voucher_status observation cacerts csrattrs simpleenroll enrollstatus");
  pledge = stile_bootstrap_get_pledge (self->job);
  g_assert_null (stile_checks_get_refused (stile_pledge_get_checks (pledge)));
  g_assert_true (
      stile_certificate_equal (stile_voucher_get_pin (stile_pledge_get_judgement (pledge)->voucher),
                               test_pki_get_certificate (self->plant.court.domain)));
  told = plant_find_event (&self->plant, "voucher-status");
  g_assert_nonnull (told);
  g_assert_cmpint (plant_get_admission (&self->plant, COURT_SERIAL), ==, STILE_ADMISSION_AUDITED);
}

static void
test_refused_voucher (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) other = g_steal_pointer (&self->plant.court.masa);

  /* The MASA signs with a key that the manufacturer's anchor does not vouch for. */
  self->plant.court.masa = test_pki_ref (self->plant.court.strange_masa);
  plant_start_masa (&self->plant, PLANT_DEVICES, NULL);
  expect_failure (self, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_UNTRUSTED, "P5: ");
  g_assert_cmpstr (voucher_witness_get_paths (self->witness), ==, "requestvoucher voucher_status");
  g_assert_cmpstr (
      stile_checks_get_refused (stile_pledge_get_checks (stile_bootstrap_get_pledge (self->job))), ==, "P5");
  g_assert_null (stile_bootstrap_get_roots (self->job));

  /* Once it is right, the same walk goes on, with a new session. */
  test_pki_unref (self->plant.court.masa);
  self->plant.court.masa = g_steal_pointer (&other);
  plant_start_masa (&self->plant, PLANT_DEVICES, NULL);
  expect_done (self, STILE_BOOTSTRAP_DONE);
}

static StileCertificate *
leaf_of (Fixture *self)
{
  return g_ptr_array_index (stile_enrolment_get_chain (stile_bootstrap_get_enrolment (self->job)), 0);
}

static void
test_new_certificate_is_shown (Fixture *self, gconstpointer data)
{
  StileExchange *told;

  expect_done (self, STILE_BOOTSTRAP_ENROL);
  told = voucher_witness_get_last (self->witness, 0);
  g_assert_true (g_str_has_suffix (voucher_witness_get_paths (self->witness), "simpleenroll enrollstatus"));
  g_assert_true (stile_certificate_equal (stile_exchange_get_peer_certificate (told), leaf_of (self)));
  g_assert_cmpstr (stile_exchange_get_session (told), !=,
                   stile_exchange_get_session (voucher_witness_get_last (self->witness, 1)));
  g_assert_false (
      stile_certificate_equal (leaf_of (self), test_pki_get_certificate (self->plant.court.device)));
}

/* Somebody else of the same domain, with a registrar's certificate, is at the address now: nothing is said to him. */
static void
test_another_registrar_later (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) other = test_pki_issue (
      self->plant.court.domain, &(TestPkiOptions){ .name = "Registrar 2", .hosts = "localhost" });

  expect_done (self, STILE_BOOTSTRAP_INSTALL);
  start_endpoint (self, other);
  expect_done (self, STILE_BOOTSTRAP_ENROL);
  g_assert_true (g_str_has_suffix (voucher_witness_get_paths (self->witness), "simpleenroll"));
}

static void
test_refused_enrolment (Fixture *self, gconstpointer data)
{
  StileExchange *told;
  StileExchange *asked;
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GError) error = NULL;

  voucher_witness_refuse_enrolment (self->witness, 403);
  expect_failure (self, STILE_BOOTSTRAP_ENROL, STILE_ERROR_REFUSED, "403");
  g_assert_true (g_str_has_suffix (voucher_witness_get_paths (self->witness), "simpleenroll enrollstatus"));
  told = voucher_witness_get_last (self->witness, 0);
  asked = voucher_witness_get_last (self->witness, 1);
  g_assert_cmpstr (stile_exchange_get_session (told), ==, stile_exchange_get_session (asked));
  report = stile_json_parse (stile_http_message_get_content (stile_exchange_get_request (told)),
                             STILE_JSON_MAX_SIZE, &error);
  g_assert_no_error (error);
  g_assert_false (stile_json_get_boolean (report, "status", TRUE));
  g_assert_nonnull (stile_json_get_string (report, "reason"));

  /* It may be passed over, and the walk ends well. */
  g_assert_true (stile_bootstrap_can_skip (self->job, STILE_BOOTSTRAP_ENROL));
  stile_bootstrap_skip (self->job, STILE_BOOTSTRAP_ENROL);
  expect_done (self, STILE_BOOTSTRAP_DONE);
}

static void
test_renews (Fixture *self, gconstpointer data)
{
  g_autofree char *directory = g_build_filename (self->plant.directory, "stile", "identities", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  g_autoptr (StileRenewal) renewal = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  StileCertificate *renewed;

  expect_done (self, STILE_BOOTSTRAP_ENROL);
  notes = stile_enrolment_note_list (directory, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, ==, 1);

  renewal = stile_renewal_new (TEST_TYPE_CARRIER, g_ptr_array_index (notes, 0), directory, NULL);
  stile_renewal_run_async (renewal, NULL, test_await_cb, &result);
  g_assert_true (stile_renewal_run_finish (renewal, test_await_result (&result), &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (voucher_witness_get_paths (self->witness), "simplereenroll"));
  g_assert_true (stile_certificate_equal (
      stile_exchange_get_peer_certificate (voucher_witness_get_last (self->witness, 0)), leaf_of (self)));
  renewed = g_ptr_array_index (stile_enrolment_get_chain (stile_renewal_get_enrolment (renewal)), 0);
  g_assert_cmpstr (stile_certificate_get_subject (renewed), ==,
                   stile_certificate_get_subject (leaf_of (self)));
  g_assert_false (stile_certificate_equal (renewed, leaf_of (self)));
}

static void
test_without_enrolling (Fixture *self, gconstpointer data)
{
  g_object_set (self->profile, "enrol", STILE_ENROL_NEVER, NULL);
  expect_done (self, STILE_BOOTSTRAP_DONE);
  g_assert_cmpint (stile_bootstrap_get_state (self->job, STILE_BOOTSTRAP_ENROL), ==, STILE_BOOTSTRAP_SKIPPED);
  g_assert_true (g_str_has_suffix (voucher_witness_get_paths (self->witness), "cacerts"));
}

static void
test_settings (Fixture *self, gconstpointer data)
{
  g_object_set (self->profile, "policy", STILE_POLICY_NEVER, NULL);
  expect_failure (self, STILE_BOOTSTRAP_SESSION, STILE_ERROR_SETTINGS, "ATLS");
  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_SERVICE);
  g_object_set (self->profile, "policy", STILE_POLICY_ALWAYS, "trust", STILE_TRUST_VOUCHER, "anchors", NULL,
                NULL);
  expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS, "manufacturer");
  g_object_set (self->profile, "certificate", NULL, "key", NULL, NULL);
  expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS, "device");
}

static void
test_forgotten_anchors (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *warning = NULL;

  expect_done (self, STILE_BOOTSTRAP_SERVICE);
  before = stile_bootstrap_get_warning (self->job, STILE_BOOTSTRAP_SERVICE);
  g_assert_null (before);
  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_SERVICE);
  g_object_set (self->profile, "anchors", NULL, NULL);
  expect_done (self, STILE_BOOTSTRAP_SERVICE);
  warning = stile_bootstrap_get_warning (self->job, STILE_BOOTSTRAP_SERVICE);
  g_assert_nonnull (strstr (warning, "no voucher"));
}

static void
test_report (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GVariant) voucher = NULL;
  g_autoptr (GVariant) enrolment = NULL;
  g_autofree char *text = NULL;

  expect_done (self, STILE_BOOTSTRAP_DONE);
  report = g_variant_ref_sink (stile_bootstrap_report_write (self->job));
  voucher = stile_json_get_member (report, "voucher");
  enrolment = stile_json_get_member (report, "enrolment");
  g_assert_nonnull (stile_json_get_string (voucher, "signed"));
  g_assert_cmpstr (stile_json_get_string (voucher, "registrar"), ==, "https://localhost");
  g_assert_nonnull (stile_json_get_string (enrolment, "key"));
  text = stile_json_print (report, FALSE);
  g_assert_null (strstr (text, "PRIVATE KEY"));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "whole", test_whole },
    { "report", test_report },
    { "refused-voucher-and-nothing-is-asked", test_refused_voucher },
    { "P17-another-registrar-later-hears-nothing", test_another_registrar_later },
    { "P19-the-new-certificate-is-shown", test_new_certificate_is_shown },
    { "P19-a-failure-is-told-where-it-failed", test_refused_enrolment },
    { "renews-what-was-enrolled", test_renews },
    { "without-enrolling", test_without_enrolling },
    { "settings-that-cannot-work", test_settings },
    { "a-device-without-its-anchors-is-warned", test_forgotten_anchors },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/bootstrap/voucher/", tests[i].claim, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }

  return g_test_run ();
}
