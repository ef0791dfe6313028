/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/walk.h"

#include <glib/gstdio.h>

#include "atls/stile-error.h"
#include "atls/stile-observation-handler.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-pem-store.h"
#include "codec/stile-binary-http.h"
#include "support/test-await.h"

static void
changed_cb (StileBootstrap *job, guint step, gpointer user_data)
{
  static const char *const names[] = { "waiting", "running", "complete", "skipped", "failed" };
  Walk *self = user_data;

  g_string_append_printf (self->changes, "%s%s:%s", self->changes->len > 0 ? " " : "",
                          stile_bootstrap_words_get_name (step),
                          names[stile_bootstrap_get_state (job, step)]);
}

StileHandler *
walk_make_handler (Walk *self, GPtrArray *roots, gboolean observes)
{
  StileRouter *router = stile_router_new ();
  g_autoptr (GError) error = NULL;

  if (roots != NULL)
    {
      g_autoptr (StileEstServer) est = stile_est_server_new (roots, &error);

      g_assert_no_error (error);
      stile_router_add (router, STILE_EST_CLIENT_CACERTS_PATH, STILE_HANDLER (est));
    }
  if (observes)
    {
      g_autoptr (GPtrArray) authorities = test_pki_list (self->domain, NULL);
      g_autoptr (StileObservationHandler) observation = stile_observation_handler_new (authorities);

      stile_router_add (router, STILE_OBSERVATION_PATH, STILE_HANDLER (observation));
    }

  return STILE_HANDLER (router);
}

/**
 * walk_start_service:
 * @handler: (transfer full): answers
 */
void
walk_start_service (Walk *self, StileHandler *handler, TestPki *identity, const char *protocol)
{
  const char *const protocols[] = { protocol, NULL };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_SERVER);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (identity);
  g_autoptr (GPtrArray) anchors = test_pki_list (self->manufacturer, NULL);
  g_autofree char *key = test_pki_get_key_pem (identity);
  g_autoptr (GBytes) key_bytes = g_bytes_new (key, strlen (key));
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) own = stile_identity_new (chain, key_bytes, &error);

  g_assert_no_error (error);
  stile_credentials_set_identity (credentials, own);
  stile_credentials_set_anchors (credentials, anchors);
  if (protocol != NULL)
    stile_credentials_set_application_protocols (credentials, protocols);
  if (test_carrier_world.endpoint != NULL)
    stile_endpoint_close_all (test_carrier_world.endpoint);
  g_clear_object (&test_carrier_world.endpoint);
  test_carrier_world.endpoint = stile_endpoint_new (credentials, handler);
  g_object_unref (handler);
}

static void
make_pki (Walk *self)
{
  self->manufacturer = test_pki_authority_new ("Manufacturer", TEST_PKI_P256);
  self->service =
      test_pki_issue (self->manufacturer, &(TestPkiOptions){ .name = "Service", .hosts = "service.example" });
  self->device = test_pki_issue (self->manufacturer, &(TestPkiOptions){ .name = "Device 7" });
  self->domain = test_pki_authority_new ("Domain CA", TEST_PKI_P256);
  self->box = test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Box", .hosts = "service.example" });
  self->stranger = test_pki_authority_new ("Stranger CA", TEST_PKI_P256);
  self->stranger_box =
      test_pki_issue (self->stranger, &(TestPkiOptions){ .name = "Box", .hosts = "service.example" });
}

static void
make_profile (Walk *self)
{
  g_autofree char *anchors = test_pki_save_chain (self->manufacturer, self->directory, "anchors");
  g_autofree char *certificate = test_pki_save_chain (self->device, self->directory, "device");
  g_autofree char *key = test_pki_save_key (self->device, self->directory, "device");

  self->profile = stile_profile_new ();
  g_object_set (self->profile, "service", "https://service.example", "anchors", anchors, "certificate",
                certificate, "key", key, "proxy", "none", NULL);
}

void
walk_set_up (Walk *self, gconstpointer data)
{
  g_autoptr (GPtrArray) roots = NULL;

  self->directory = test_pki_directory_new ();
  make_pki (self);
  make_profile (self);
  roots = test_pki_list (self->domain, NULL);
  test_carrier_world = (TestCarrierWorld){
    .outer = self->box,
    .outer_root = self->domain,
    .errors = G_TLS_CERTIFICATE_UNKNOWN_CA,
    .status = 405,
  };
  walk_start_service (self, walk_make_handler (self, roots, TRUE), self->service, STILE_BINARY_HTTP_ALPN);
  test_carrier_world.plain = walk_make_handler (self, roots, FALSE);

  self->stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  self->file_path = g_build_filename (self->directory, "roots.pem", NULL);
  self->own = stile_pem_store_new_own (self->directory);
  self->file = stile_pem_store_new_file (self->file_path);
  g_list_store_append (self->stores, self->own);
  g_list_store_append (self->stores, self->file);
  stile_trust_store_set_selected (self->own, FALSE);
  stile_trust_store_set_selected (self->file, TRUE);

  self->changes = g_string_new (NULL);
  self->job = stile_bootstrap_new (TEST_TYPE_CARRIER, self->profile, G_LIST_MODEL (self->stores));
  g_signal_connect (self->job, "changed", G_CALLBACK (changed_cb), self);
}

void
walk_tear_down (Walk *self, gconstpointer data)
{
  test_await_finalized (self->job);
  test_await_finalized (self->stores);
  test_await_finalized (self->own);
  test_await_finalized (self->file);
  test_await_finalized (self->profile);
  if (test_carrier_world.endpoint != NULL)
    stile_endpoint_close_all (test_carrier_world.endpoint);
  g_clear_object (&test_carrier_world.endpoint);
  g_clear_object (&test_carrier_world.plain);
  g_string_free (self->changes, TRUE);
  g_free (self->file_path);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  test_pki_unref (self->manufacturer);
  test_pki_unref (self->service);
  test_pki_unref (self->device);
  test_pki_unref (self->domain);
  test_pki_unref (self->box);
  test_pki_unref (self->stranger);
  test_pki_unref (self->stranger_box);
}

gboolean
walk_run (Walk *self, StileBootstrapStep until, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_bootstrap_run_async (self->job, until, cancellable, test_await_cb, &result);
  return stile_bootstrap_run_finish (self->job, test_await_result (&result), error);
}

static void
check_states (Walk *self, StileBootstrapStep first_open)
{
  g_assert_false (stile_bootstrap_is_running (self->job));
  for (StileBootstrapStep step = 0; step < STILE_BOOTSTRAP_N_STEPS; step++)
    {
      g_autofree char *sentence = stile_bootstrap_get_sentence (self->job, step);
      g_autofree char *warning = stile_bootstrap_get_warning (self->job, step);

      g_assert_cmpstr (sentence, !=, "");
      g_assert_cmpstr (warning, !=, "");
      if (step < first_open)
        g_assert_true (stile_bootstrap_is_passed (self->job, step));
      if (step > first_open)
        g_assert_cmpint (stile_bootstrap_get_state (self->job, step), ==, STILE_BOOTSTRAP_WAITING);
      if (step != first_open)
        g_assert_null (stile_bootstrap_get_error (self->job, step));
    }
}

/* Runs to the end, which is not reached: @step fails, and what came before it stays. */
void
walk_expect_failure (Walk *self, StileBootstrapStep step, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) report = NULL;

  g_assert_false (walk_run (self, STILE_BOOTSTRAP_DONE, NULL, &error));
  g_assert_error (error, STILE_ERROR, code);
  g_assert_cmpint (stile_bootstrap_get_state (self->job, step), ==, STILE_BOOTSTRAP_FAILED);
  g_assert_true (g_error_matches (stile_bootstrap_get_error (self->job, step), STILE_ERROR, code));
  g_assert_cmpstr (stile_bootstrap_get_error (self->job, step)->message, ==, error->message);
  check_states (self, step);
  report = g_variant_ref_sink (stile_bootstrap_report_write (self->job));
  g_assert_true (g_variant_is_of_type (report, G_VARIANT_TYPE_VARDICT));
}

void
walk_expect_complete (Walk *self, StileBootstrapStep last)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (walk_run (self, last, NULL, &error));
  g_assert_no_error (error);
  check_states (self, last + 1);
}
