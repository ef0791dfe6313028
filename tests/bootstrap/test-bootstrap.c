/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "bootstrap/stile-pem-store.h"
#include "bootstrap/walk.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-json.h"
#include "support/test-await.h"

static void
test_whole (Walk *self, gconstpointer data)
{
  g_assert_null (stile_bootstrap_get_path (self->job));
  walk_expect_complete (self, STILE_BOOTSTRAP_SERVICE);
  g_assert_cmpstr (
      stile_certificate_get_name (stile_identity_get_certificate (stile_bootstrap_get_identity (self->job))),
      ==, "Device 7");
  g_assert_cmpuint (stile_bootstrap_get_anchors (self->job)->len, ==, 1);
  g_assert_cmpuint (test_carrier_world.inspections, ==, 0);

  walk_expect_complete (self, STILE_BOOTSTRAP_PATH);
  g_assert_true (stile_bootstrap_is_intercepted (self->job));
  g_assert_cmpint (stile_observation_get_errors (stile_bootstrap_get_path (self->job)), !=, 0);
  g_assert_cmpuint (test_carrier_world.exchanges, ==, 0);

  walk_expect_complete (self, STILE_BOOTSTRAP_SESSION);
  g_assert_cmpint (stile_client_get_mode (stile_bootstrap_get_client (self->job)), ==, STILE_MODE_EXPORT);
  g_assert_true (stile_observation_get_authority_known (stile_bootstrap_get_service_view (self->job)));
  g_assert_cmpstr (stile_observation_get_authority_label (stile_bootstrap_get_service_view (self->job)), ==,
                   "Domain CA");

  walk_expect_complete (self, STILE_BOOTSTRAP_ROOTS);
  g_assert_cmpuint (stile_bootstrap_get_roots (self->job)->len, ==, 1);
  g_assert_true (stile_certificate_equal (stile_bootstrap_get_inspecting_root (self->job),
                                          test_pki_get_certificate (self->domain)));
  g_assert_null (stile_bootstrap_get_warning (self->job, STILE_BOOTSTRAP_ROOTS));
  g_assert_false (g_file_test (self->file_path, G_FILE_TEST_EXISTS));

  walk_expect_complete (self, STILE_BOOTSTRAP_INSTALL);
  g_assert_true (g_file_test (self->file_path, G_FILE_TEST_EXISTS));
  g_assert_null (stile_bootstrap_get_verification (self->job));

  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  g_assert_cmpint (stile_observation_get_errors (stile_bootstrap_get_verification (self->job)), ==, 0);
  g_assert_cmpuint (test_carrier_world.inspections, ==, 2);
  g_assert_cmpstr (self->changes->str, ==,
                   "service:running service:complete path:running path:complete session:running "
                   "session:complete voucher:running voucher:skipped roots:running roots:complete "
                   "install:running install:complete enrol:running enrol:skipped "
                   "done:running done:complete");
}

static void
check_members (GVariant *object, const char *const *members)
{
  for (gsize i = 0; members[i] != NULL; i++)
    {
      g_autoptr (GVariant) member = stile_json_get_member (object, members[i]);

      g_test_message ("%s", members[i]);
      g_assert_nonnull (member);
    }
}

static void
test_report (Walk *self, gconstpointer data)
{
  static const char *const all[] = { "version", "service", "steps", "intercepted", "before", "service_view",
                                     "after",   "session", "roots", "stores",      "trace",  NULL };
  static const char *const session[] = { "version", "cipher_suite", "group", "mode",
                                         "resumed", "round_trips",  "peer",  NULL };
  g_autoptr (GVariant) empty = g_variant_ref_sink (stile_bootstrap_report_write (self->job));
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GVariant) session_member = NULL;
  g_autofree char *text = NULL;
  g_autofree char *key = test_pki_get_key_pem (self->device);

  g_assert_null (stile_json_get_member (empty, "before"));
  g_assert_null (stile_json_get_member (empty, "roots"));
  g_assert_null (stile_json_get_member (empty, "session"));
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  report = g_variant_ref_sink (stile_bootstrap_report_write (self->job));
  check_members (report, all);
  session_member = stile_json_get_member (report, "session");
  check_members (session_member, session);
  g_assert_cmpint (stile_json_get_integer (report, "version", -1), ==, 1);
  text = stile_json_print (report, TRUE);
  g_assert_null (strstr (text, "PRIVATE"));
  g_assert_null (strstr (text, key));
}

/* --- each step's failure --- */

static void
test_no_service (Walk *self, gconstpointer data)
{
  g_object_set (self->profile, "service", "", NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS);
  g_object_set (self->profile, "service", "nonsense", NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS);
  g_object_set (self->profile, "service", "https://service.example", NULL);
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

static void
test_wrong_files (Walk *self, gconstpointer data)
{
  g_autofree char *other_key = test_pki_save_key (self->box, self->directory, "box");
  g_autofree char *right_key = g_strdup (stile_profile_get_key (self->profile));
  g_autofree char *right_anchors = g_strdup (stile_profile_get_anchors (self->profile));

  g_object_set (self->profile, "key", other_key, NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS);
  g_object_set (self->profile, "key", NULL, NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS);
  g_object_set (self->profile, "key", right_key, "anchors", "/nonexistent.pem", NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS);
  g_object_set (self->profile, "anchors", other_key, NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SERVICE, STILE_ERROR_SETTINGS);
  g_assert_null (stile_bootstrap_get_identity (self->job));
  g_object_set (self->profile, "anchors", right_anchors, NULL);
  walk_expect_complete (self, STILE_BOOTSTRAP_SERVICE);
}

static void
test_block_page (Walk *self, gconstpointer data)
{
  test_carrier_world.status = 403;
  test_carrier_world.page = "Access denied";
  walk_expect_failure (self, STILE_BOOTSTRAP_PATH, STILE_ERROR_NOT_ATLS);
  g_assert_nonnull (
      strstr (stile_bootstrap_get_error (self->job, STILE_BOOTSTRAP_PATH)->message, "Access denied"));
  g_assert_null (stile_bootstrap_get_path (self->job));
  test_carrier_world.status = 405;
  test_carrier_world.page = NULL;
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

static void
test_unreachable (Walk *self, gconstpointer data)
{
  StileEndpoint *endpoint = g_steal_pointer (&test_carrier_world.endpoint);

  walk_expect_failure (self, STILE_BOOTSTRAP_SESSION, STILE_ERROR_UNREACHABLE);
  g_assert_null (stile_bootstrap_get_client (self->job));
  test_carrier_world.endpoint = endpoint;
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  /* Retrying goes on at the step that failed: the path was not looked at again, but at the end. */
  g_assert_cmpuint (test_carrier_world.inspections, ==, 2);
}

static void
test_refused (Walk *self, gconstpointer data)
{
  g_autofree char *certificate = test_pki_save_chain (self->stranger_box, self->directory, "stranger");
  g_autofree char *key = test_pki_save_key (self->stranger_box, self->directory, "stranger");

  g_object_set (self->profile, "certificate", certificate, "key", key, NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SESSION, STILE_ERROR_REFUSED);
}

static void
test_untrusted (Walk *self, gconstpointer data)
{
  walk_start_service (self, walk_make_handler (self, NULL, TRUE), self->stranger_box, STILE_BINARY_HTTP_ALPN);
  walk_expect_failure (self, STILE_BOOTSTRAP_SESSION, STILE_ERROR_UNTRUSTED);
}

static void
test_no_http_inside (Walk *self, gconstpointer data)
{
  walk_start_service (self, walk_make_handler (self, NULL, TRUE), self->service, NULL);
  walk_expect_failure (self, STILE_BOOTSTRAP_SESSION, STILE_ERROR_NOT_ATLS);
}

static void
test_no_est (Walk *self, gconstpointer data)
{
  walk_start_service (self, walk_make_handler (self, NULL, TRUE), self->service, STILE_BINARY_HTTP_ALPN);
  walk_expect_failure (self, STILE_BOOTSTRAP_ROOTS, STILE_ERROR_REFUSED);
  g_assert_nonnull (stile_bootstrap_get_client (self->job));
}

static void
test_leaf_as_root (Walk *self, gconstpointer data)
{
  g_autoptr (GPtrArray) roots = test_pki_list (self->domain, self->box, NULL);

  walk_start_service (self, walk_make_handler (self, roots, TRUE), self->service, STILE_BINARY_HTTP_ALPN);
  walk_expect_failure (self, STILE_BOOTSTRAP_ROOTS, STILE_ERROR_UNTRUSTED);
  g_assert_false (g_file_test (self->file_path, G_FILE_TEST_EXISTS));
}

static void
test_no_observation (Walk *self, gconstpointer data)
{
  g_autoptr (GPtrArray) roots = test_pki_list (self->domain, NULL);

  walk_start_service (self, walk_make_handler (self, roots, FALSE), self->service, STILE_BINARY_HTTP_ALPN);
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  g_assert_null (stile_bootstrap_get_service_view (self->job));
}

static void
test_unwritable (Walk *self, gconstpointer data)
{
  stile_pem_store_set_path (STILE_PEM_STORE (self->file), "/nonexistent/roots.pem");
  walk_expect_failure (self, STILE_BOOTSTRAP_INSTALL, STILE_ERROR_SETTINGS);
  stile_trust_store_set_selected (self->file, FALSE);
  walk_expect_failure (self, STILE_BOOTSTRAP_INSTALL, STILE_ERROR_SETTINGS);
  stile_trust_store_set_selected (self->file, TRUE);
  stile_pem_store_set_path (STILE_PEM_STORE (self->file), self->file_path);
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

static void
test_still_wrong (Walk *self, gconstpointer data)
{
  test_carrier_world.always_wrong = TRUE;
  walk_expect_failure (self, STILE_BOOTSTRAP_DONE, STILE_ERROR_UNTRUSTED);
  g_assert_null (stile_bootstrap_get_verification (self->job));
  g_assert_true (g_file_test (self->file_path, G_FILE_TEST_EXISTS));
  test_carrier_world.always_wrong = FALSE;
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

static void
test_no_store_at_end (Walk *self, gconstpointer data)
{
  walk_expect_complete (self, STILE_BOOTSTRAP_INSTALL);
  stile_trust_store_set_selected (self->file, FALSE);
  walk_expect_failure (self, STILE_BOOTSTRAP_DONE, STILE_ERROR_SETTINGS);
}

static void
test_unknown_authority (Walk *self, gconstpointer data)
{
  g_autofree char *warning = NULL;
  g_autofree char *install_warning = NULL;

  test_carrier_world.outer = self->stranger_box;
  test_carrier_world.outer_root = self->stranger;
  walk_expect_failure (self, STILE_BOOTSTRAP_DONE, STILE_ERROR_UNTRUSTED);
  g_assert_null (stile_bootstrap_get_inspecting_root (self->job));
  g_assert_false (stile_observation_get_authority_known (stile_bootstrap_get_service_view (self->job)));
  warning = stile_bootstrap_get_warning (self->job, STILE_BOOTSTRAP_ROOTS);
  install_warning = stile_bootstrap_get_warning (self->job, STILE_BOOTSTRAP_INSTALL);
  g_assert_nonnull (strstr (warning, "Stranger CA"));
  g_assert_cmpstr (warning, ==, install_warning);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Walk *self, gconstpointer data);
  } tests[] = {
    { "whole", test_whole },
    { "report", test_report },
    { "no-service", test_no_service },
    { "wrong-files", test_wrong_files },
    { "block-page", test_block_page },
    { "unreachable", test_unreachable },
    { "refused", test_refused },
    { "untrusted", test_untrusted },
    { "no-http-inside", test_no_http_inside },
    { "no-est", test_no_est },
    { "leaf-as-root", test_leaf_as_root },
    { "no-observation", test_no_observation },
    { "unwritable", test_unwritable },
    { "still-wrong", test_still_wrong },
    { "no-store-at-end", test_no_store_at_end },
    { "unknown-authority", test_unknown_authority },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/bootstrap/", tests[i].name, NULL);

      g_test_add (name, Walk, NULL, walk_set_up, tests[i].run, walk_tear_down);
    }

  return g_test_run ();
}
