/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "config.h"

#include "lab/stile-lab.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-client.h"
#include "atls/stile-error.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-voucher-answer.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-bundle.h"
#include "lab/stile-lab-private.h"
#include "transport/stile-http-carrier.h"
#include "support/test-await.h"

typedef struct
{
  StileLab *lab;
  StileCarrier *carrier;
  StileClient *client;
} Fixture;

static StileClient *
make_client (StileLab *lab, StileCarrier *carrier)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  g_autoptr (GPtrArray) anchors = stile_certificate_bundle_load_pem (stile_lab_get_domain_file (lab), &error);
  g_autoptr (StileIdentity) identity = NULL;

  g_assert_no_error (error);
  identity = stile_identity_load (stile_lab_get_certificate_file (lab), stile_lab_get_key_file (lab), &error);
  g_assert_no_error (error);
  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_anchors (credentials, anchors);
  stile_credentials_set_application_protocols (credentials, protocols);
  g_assert_true (stile_credentials_prepare (credentials, &error));
  g_assert_no_error (error);

  return stile_client_new (carrier, credentials, STILE_MODE_ANY);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->lab = stile_lab_new ();
  stile_lab_set_scenario (fixture->lab, GPOINTER_TO_INT (user_data));
  g_assert_true (stile_lab_start (fixture->lab, &error));
  g_assert_no_error (error);

  fixture->carrier = stile_http_carrier_new (stile_lab_get_service_url (fixture->lab),
                                             stile_lab_get_proxy_url (fixture->lab), &error);
  g_assert_no_error (error);
  fixture->client = make_client (fixture->lab, fixture->carrier);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileLabMiddlebox) box = g_object_ref (stile_lab_private_get_middlebox (fixture->lab));

  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->carrier);
  stile_lab_stop (fixture->lab);
  test_await_until (stile_lab_middlebox_get_n_tunnels (box) == 0);
  g_assert_finalize_object (fixture->lab);
}

static gboolean
connect_client (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_client_connect_async (fixture->client, NULL, test_await_cb, &result);
  return stile_client_connect_finish (fixture->client, test_await_result (&result), error);
}

static StileHttpMessage *
request (Fixture *fixture, StileHttpMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  StileHttpMessage *response;

  stile_client_request_async (fixture->client, message, NULL, test_await_cb, &result);
  response = stile_client_request_finish (fixture->client, test_await_result (&result), &error);
  g_assert_no_error (error);

  return response;
}

static gboolean
has_seen (Fixture *fixture, gconstpointer needle, gsize length)
{
  g_autoptr (GBytes) seen = stile_lab_middlebox_get_seen (stile_lab_private_get_middlebox (fixture->lab));

  return memmem (g_bytes_get_data (seen, NULL), g_bytes_get_size (seen), needle, length) != NULL;
}

static StileCertificate *
load_one (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = stile_certificate_bundle_load_pem (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, ==, 1);

  return g_object_ref (g_ptr_array_index (certificates, 0));
}

/* --- what passes through --- */

static void
test_the_roots_arrive (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) ask = NULL;
  g_autoptr (StileHttpMessage) answer = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (StileCertificate) domain = load_one (stile_lab_get_domain_file (fixture->lab));

  connect_client (fixture, &error);
  g_assert_no_error (error);
  ask = stile_est_client_ask_roots (STILE_LAB_PKI_HOST);
  answer = request (fixture, ask);
  roots = stile_est_client_read_roots (answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (roots->len, ==, 1);
  g_assert_true (stile_certificate_equal (g_ptr_array_index (roots, 0), domain));
}

/* It reads the outer exchange, and only that. */
static void
test_the_middlebox_learns_nothing (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileCertificate) domain = load_one (stile_lab_get_domain_file (fixture->lab));
  g_autoptr (StileCertificate) device = load_one (stile_lab_get_certificate_file (fixture->lab));
  GBytes *der = stile_certificate_get_der (domain);
  GBytes *own = stile_certificate_get_der (device);
  const char *name = stile_certificate_get_name (domain);

  test_the_roots_arrive (fixture, user_data);
  g_assert_true (has_seen (fixture, "POST " STILE_HTTP_CARRIER_DEFAULT_PATH,
                           strlen ("POST " STILE_HTTP_CARRIER_DEFAULT_PATH)));
  g_assert_false (has_seen (fixture, STILE_EST_CLIENT_CACERTS_PATH, strlen (STILE_EST_CLIENT_CACERTS_PATH)));
  g_assert_false (has_seen (fixture, "cacerts", strlen ("cacerts")));
  g_assert_false (has_seen (fixture, g_bytes_get_data (der, NULL), g_bytes_get_size (der)));
  g_assert_false (has_seen (fixture, name, strlen (name)));
  g_assert_false (has_seen (fixture, g_bytes_get_data (own, NULL), g_bytes_get_size (own)));
}

static void
test_reads_nothing_when_direct (Fixture *fixture, gconstpointer user_data)
{
  test_the_roots_arrive (fixture, user_data);
  g_assert_false (
      has_seen (fixture, STILE_HTTP_CARRIER_DEFAULT_PATH, strlen (STILE_HTTP_CARRIER_DEFAULT_PATH)));
}

static void
test_a_page_answers_instead (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (connect_client (fixture, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
  g_assert_nonnull (strstr (error->message, "403"));
  g_assert_nonnull (strstr (error->message, "Access denied"));
}

/* Anybody may knock, as a device must be able to (RFC 8995 section 5.1); what he gets is another question. */
static void
test_a_stranger_gets_no_voucher (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (GBytes) nothing = g_bytes_new_static ("?", 1);
  g_autoptr (StileHttpMessage) ask = stile_voucher_answer_ask (STILE_LAB_PKI_HOST, nothing);
  g_autoptr (StileHttpMessage) answer = NULL;

  stile_credentials_set_provisional (credentials);
  stile_credentials_set_application_protocols (credentials, protocols);
  g_assert_true (stile_credentials_prepare (credentials, &error));
  g_assert_finalize_object (fixture->client);
  fixture->client = stile_client_new (fixture->carrier, credentials, STILE_MODE_ANY);

  g_assert_true (connect_client (fixture, &error));
  answer = request (fixture, ask);
  g_assert_cmpuint (stile_http_message_get_status (answer), ==, 403);
  g_assert_true (g_str_has_prefix (g_bytes_get_data (stile_http_message_get_content (answer), NULL), "R1: "));
}

/* The manufacturer's word alone does not make anybody believe the registrar. */
static void
test_only_the_domain_vouches (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  g_autoptr (GPtrArray) anchors =
      stile_certificate_bundle_load_pem (stile_lab_get_anchors_file (fixture->lab), &error);

  stile_credentials_set_anchors (credentials, anchors);
  g_assert_true (stile_credentials_prepare (credentials, &error));
  g_assert_finalize_object (fixture->client);
  fixture->client = stile_client_new (fixture->carrier, credentials, STILE_MODE_ANY);

  g_assert_false (connect_client (fixture, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
}

/* --- what a client sees outside --- */

static StileObservation *
inspect (Fixture *fixture, const char *anchors)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  StileObservation *observation;

  stile_carrier_inspect_async (fixture->carrier, anchors, NULL, test_await_cb, &result);
  observation = stile_carrier_inspect_finish (fixture->carrier, test_await_result (&result), &error);
  g_assert_no_error (error);

  return observation;
}

static void
assert_signed_by (StileObservation *observation, const char *name)
{
  GPtrArray *chain = stile_observation_get_chain (observation);

  g_assert_cmpuint (chain->len, >, 0);
  g_assert_cmpstr (stile_certificate_get_issuer_name (g_ptr_array_index (chain, 0)), ==, name);
}

static void
test_nothing_is_trusted_before (Fixture *fixture, gconstpointer user_data)
{
  static const char *const signers[STILE_LAB_N_SCENARIOS] = {
    [STILE_LAB_INTERCEPTED] = "Plant Nord Inspection CA",
    [STILE_LAB_UNKNOWN_AUTHORITY] = "Unknown Inspection CA",
    [STILE_LAB_BLOCK_PAGE] = "Plant Nord Inspection CA",
    [STILE_LAB_DIRECT] = "Public Web CA (lab)",
  };
  g_autoptr (StileObservation) observation = inspect (fixture, NULL);

  assert_signed_by (observation, signers[GPOINTER_TO_INT (user_data)]);
  g_assert_cmpint (stile_observation_get_errors (observation) & G_TLS_CERTIFICATE_UNKNOWN_CA, !=, 0);
}

/* What the whole walk is for: with the domain's root the connection that failed holds. */
static void
test_the_domains_root_is_enough (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileObservation) observation = inspect (fixture, stile_lab_get_domain_file (fixture->lab));

  g_assert_cmpint (stile_observation_get_errors (observation), ==, 0);
}

static void
test_the_domains_root_does_not_help (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileObservation) observation = inspect (fixture, stile_lab_get_domain_file (fixture->lab));

  g_assert_cmpint (stile_observation_get_errors (observation) & G_TLS_CERTIFICATE_UNKNOWN_CA, !=, 0);
}

/* --- starting and stopping --- */

static void
test_stopping_leaves_nothing (void)
{
  g_autoptr (StileLab) lab = stile_lab_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = NULL;

  g_assert_true (stile_lab_start (lab, &error));
  directory = g_strdup (stile_lab_get_directory (lab));
  g_assert_true (g_file_test (directory, G_FILE_TEST_IS_DIR));
  stile_lab_stop (lab);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  g_assert_null (stile_lab_get_service_url (lab));
  g_assert_null (stile_lab_get_masa_url (lab));
  g_assert_null (stile_lab_get_key_file (lab));
  stile_lab_stop (lab);
}

static void
test_may_start_again (void)
{
  g_autoptr (StileLab) lab = stile_lab_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (stile_lab_start (lab, &error));
      stile_lab_stop (lab);
    }
}

static void
test_two_live_side_by_side (void)
{
  g_autoptr (StileLab) one = stile_lab_new ();
  g_autoptr (StileLab) two = stile_lab_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_lab_start (one, &error));
  g_assert_true (stile_lab_start (two, &error));
  g_assert_cmpstr (stile_lab_get_directory (one), !=, stile_lab_get_directory (two));
  g_assert_true (g_file_test (stile_lab_get_key_file (one), G_FILE_TEST_EXISTS));
}

static void
test_starting_removes_what_a_crash_left (void)
{
  g_autoptr (StileLab) lab = stile_lab_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *stale = g_build_filename (g_get_tmp_dir (), "stile-lab-1-stale0", NULL);

  g_assert_cmpint (g_mkdir (stale, 0700), ==, 0);
  g_assert_true (stile_lab_start (lab, &error));
  g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
}

static void
test_tells_where_all_is (void)
{
  static const char *const keys[] = { "service",    "proxy",       "anchors", "domain",
                                      "inspection", "certificate", "key",     "directory" };
  g_autoptr (StileLab) lab = stile_lab_new ();
  g_autoptr (GVariant) variant = NULL;
  const char *text;

  g_assert_true (stile_lab_start (lab, NULL));
  variant = g_variant_ref_sink (stile_lab_to_variant (lab));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_assert_true (g_variant_lookup (variant, keys[i], "&s", &text));
      if (i >= 2)
        g_assert_true (g_file_test (text, G_FILE_TEST_EXISTS));
    }
  g_assert_true (g_variant_lookup (variant, "masa", "&s", &text));
  g_assert_cmpstr (text, ==, stile_lab_get_masa_url (lab));
  g_assert_true (g_variant_lookup (variant, "serial", "&s", &text));
  g_assert_true (g_variant_lookup (variant, "scenario", "&s", &text));
  g_assert_cmpstr (text, ==, "intercepted");
}

static void
add (const char *path, StileLabScenario scenario, void (*function) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, GINT_TO_POINTER (scenario), set_up, function, tear_down);
}

int
main (int argc, char **argv)
{
  char tmp[] = "/tmp/stile-test-XXXXXX";
  int r;

  /* Its own, before GLib looks: other labs of this computer are nobody's business here. */
  g_assert_nonnull (g_mkdtemp (tmp));
  g_setenv ("TMPDIR", tmp, TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("/lab/intercepted/the-roots-arrive", STILE_LAB_INTERCEPTED, test_the_roots_arrive);
  add ("/lab/intercepted/the-middlebox-learns-nothing", STILE_LAB_INTERCEPTED,
       test_the_middlebox_learns_nothing);
  add ("/lab/intercepted/a-stranger-gets-no-voucher", STILE_LAB_INTERCEPTED, test_a_stranger_gets_no_voucher);
  add ("/lab/intercepted/only-the-domain-vouches", STILE_LAB_INTERCEPTED, test_only_the_domain_vouches);
  add ("/lab/intercepted/nothing-is-trusted-before", STILE_LAB_INTERCEPTED, test_nothing_is_trusted_before);
  add ("/lab/intercepted/the-domains-root-is-enough", STILE_LAB_INTERCEPTED, test_the_domains_root_is_enough);
  add ("/lab/unknown-authority/the-roots-arrive", STILE_LAB_UNKNOWN_AUTHORITY, test_the_roots_arrive);
  add ("/lab/unknown-authority/the-middlebox-learns-nothing", STILE_LAB_UNKNOWN_AUTHORITY,
       test_the_middlebox_learns_nothing);
  add ("/lab/unknown-authority/nothing-is-trusted-before", STILE_LAB_UNKNOWN_AUTHORITY,
       test_nothing_is_trusted_before);
  add ("/lab/unknown-authority/the-domains-root-does-not-help", STILE_LAB_UNKNOWN_AUTHORITY,
       test_the_domains_root_does_not_help);
  add ("/lab/block-page/a-page-answers-instead", STILE_LAB_BLOCK_PAGE, test_a_page_answers_instead);
  add ("/lab/block-page/nothing-is-trusted-before", STILE_LAB_BLOCK_PAGE, test_nothing_is_trusted_before);
  add ("/lab/direct/the-roots-arrive", STILE_LAB_DIRECT, test_the_roots_arrive);
  add ("/lab/direct/reads-nothing", STILE_LAB_DIRECT, test_reads_nothing_when_direct);
  add ("/lab/direct/nothing-is-trusted-before", STILE_LAB_DIRECT, test_nothing_is_trusted_before);
  g_test_add_func ("/lab/stopping-leaves-nothing", test_stopping_leaves_nothing);
  g_test_add_func ("/lab/may-start-again", test_may_start_again);
  g_test_add_func ("/lab/two-live-side-by-side", test_two_live_side_by_side);
  g_test_add_func ("/lab/starting-removes-what-a-crash-left", test_starting_removes_what_a_crash_left);
  g_test_add_func ("/lab/tells-where-all-is", test_tells_where_all_is);
  r = g_test_run ();
  g_assert_cmpint (g_rmdir (tmp), ==, 0);

  return r;
}
