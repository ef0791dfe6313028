/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "app/stile-bootstrap-page.h"
#include "app/widget-tree.h"
#include "atls/stile-error.h"
#include "atls/stile-observation-handler.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-pem-store.h"
#include "codec/stile-binary-http.h"
#include "support/test-await.h"
#include "support/test-carrier.h"

/* A service in this process, the page, and a person who presses its buttons. */
typedef struct
{
  char *directory;
  StileEndpoint *endpoint;
  TestPki *domain;
  TestPki *forged; /* what the middlebox shows */
  StileBootstrap *job;
  StileBootstrapPage *page;
  GtkWidget *window;
} Fixture;

static StileCredentials *
make_credentials (TestPki *manufacturer)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (TestPki) service = test_pki_issue (
      manufacturer, &(TestPkiOptions){ .name = "service.example", .hosts = "service.example" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (service);
  g_autofree char *key = test_pki_get_key_pem (service);
  g_autoptr (GBytes) key_pem = g_bytes_new (key, strlen (key));
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_identity_new (chain, key_pem, &error);
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_SERVER);

  g_assert_no_error (error);
  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_application_protocols (credentials, protocols);
  g_assert_true (stile_credentials_prepare (credentials, &error));

  return credentials;
}

static void
set_up_service (Fixture *fixture, TestPki *manufacturer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = test_pki_list (fixture->domain, NULL);
  g_autoptr (StileCredentials) credentials = make_credentials (manufacturer);
  g_autoptr (StileEstServer) est = stile_est_server_new (roots, &error);
  g_autoptr (StileObservationHandler) observation = stile_observation_handler_new (roots);
  g_autoptr (StileRouter) router = stile_router_new ();

  g_assert_no_error (error);
  stile_router_add (router, STILE_EST_CLIENT_CACERTS_PATH, STILE_HANDLER (est));
  stile_router_add (router, STILE_OBSERVATION_PATH, STILE_HANDLER (observation));
  fixture->endpoint = stile_endpoint_new (credentials, STILE_HANDLER (router));
  fixture->forged = test_pki_issue (
      fixture->domain, &(TestPkiOptions){ .name = "service.example", .hosts = "service.example" });
  test_carrier_world = (TestCarrierWorld){
    .outer = fixture->forged,
    .outer_root = fixture->domain,
    .errors = G_TLS_CERTIFICATE_UNKNOWN_CA,
    .endpoint = fixture->endpoint,
  };
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) manufacturer = test_pki_authority_new ("Example Devices Ltd Root CA", TEST_PKI_P256);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GListStore) stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  g_autoptr (StileTrustStore) store = NULL;
  g_autofree char *anchors = NULL;

  fixture->directory = test_pki_directory_new ();
  anchors = test_pki_save_chain (manufacturer, fixture->directory, "anchors");
  store = stile_pem_store_new_own (fixture->directory);
  g_list_store_append (stores, store);
  fixture->domain = test_pki_authority_new ("Plant Nord CA", TEST_PKI_P256);
  set_up_service (fixture, manufacturer);

  g_object_set (profile, "service", "https://service.example", "anchors", anchors, NULL);
  fixture->job = stile_bootstrap_new (TEST_TYPE_CARRIER, profile, G_LIST_MODEL (stores));
  fixture->page = g_object_new (STILE_TYPE_BOOTSTRAP_PAGE, NULL);
  stile_bootstrap_page_set_job (fixture->page, fixture->job);
  fixture->window = widget_tree_show (GTK_WIDGET (fixture->page), 480, 640);
}

static void
remove_store (const char *directory)
{
  g_autofree char *file = g_build_filename (directory, "stile", "trust", "domain-roots.pem", NULL);
  g_autofree char *trust = g_path_get_dirname (file);
  g_autofree char *stile = g_path_get_dirname (trust);

  g_unlink (file);
  g_rmdir (trust);
  g_rmdir (stile);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  widget_tree_close (fixture->window);
  g_assert_finalize_object (fixture->job);
  g_object_unref (fixture->endpoint);
  test_pki_unref (fixture->domain);
  test_pki_unref (fixture->forged);
  remove_store (fixture->directory);
  test_pki_directory_remove (fixture->directory);
  g_free (fixture->directory);
}

static void
press (Fixture *fixture, const char *label)
{
  GtkWidget *button = widget_tree_find_button (GTK_WIDGET (fixture->page), label);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
can_press (Fixture *fixture, const char *label)
{
  GtkWidget *button = widget_tree_find_button (GTK_WIDGET (fixture->page), label);

  return button != NULL && gtk_widget_is_sensitive (button);
}

static gboolean
is_at (Fixture *fixture, StileBootstrapStep step, StileBootstrapState state)
{
  return stile_bootstrap_page_get_shown (fixture->page) == step &&
         stile_bootstrap_get_state (fixture->job, step) == state &&
         !stile_bootstrap_is_running (fixture->job);
}

static gboolean
says (Fixture *fixture, const char *text)
{
  return widget_tree_has_text (GTK_WIDGET (fixture->page), text);
}

static void
walk_to_install (Fixture *fixture)
{
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (says (fixture, "Untrusted"));
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_SESSION, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (says (fixture, "service.example, verified: "));
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_VOUCHER, STILE_BOOTSTRAP_SKIPPED));
  test_await_until (says (fixture, "No voucher here"));
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_ROOTS, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (says (fixture, "Signs for the middlebox"));
  press (fixture, "Continue");
  g_assert_true (is_at (fixture, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_WAITING));
  test_await_until (can_press (fixture, "Install"));
}

static void
test_walk (Fixture *fixture, gconstpointer data)
{
  g_assert_true (says (fixture, "Step 1 of 8 · Service"));
  g_assert_null (widget_tree_find_button (GTK_WIDGET (fixture->page), "Back"));
  walk_to_install (fixture);
  press (fixture, "Install");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (says (fixture, "Done and verified"));

  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_ENROL, STILE_BOOTSTRAP_SKIPPED));
  test_await_until (says (fixture, "No new certificate"));
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_DONE, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (says (fixture, "Refused"));
  g_assert_true (says (fixture, "Valid"));

  press (fixture, "Undo Everything");
  g_assert_true (stile_bootstrap_is_running (fixture->job));
  g_assert_false (can_press (fixture, "Undo Everything"));
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_WAITING));
  test_await_until (says (fixture, "Step 6 of 8"));
  g_assert_null (widget_tree_find_button (GTK_WIDGET (fixture->page), "Undo"));
}

/* What was written to a file is taken back from that file: no other is chosen before that. */
static void
test_written_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "for-others.pem", NULL);
  GListModel *stores = stile_bootstrap_get_stores (fixture->job);
  g_autoptr (StileTrustStore) file = stile_pem_store_new_file (path);

  stile_trust_store_set_selected (file, TRUE);
  g_list_store_append (G_LIST_STORE (stores), file);
  walk_to_install (fixture);
  g_assert_false (says (fixture, "undo first"));
  press (fixture, "Install");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (says (fixture, "undo first"));

  /* Also when the walk begins anew. */
  stile_bootstrap_go_back (fixture->job, STILE_BOOTSTRAP_INSTALL);
  g_assert_true (says (fixture, "undo first"));
  test_await_until (can_press (fixture, "Undo"));
  press (fixture, "Undo");
  test_await_until (!stile_bootstrap_is_running (fixture->job) && !says (fixture, "undo first"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_look_back (Fixture *fixture, gconstpointer data)
{
  walk_to_install (fixture);

  for (guint step = STILE_BOOTSTRAP_INSTALL; step > STILE_BOOTSTRAP_SERVICE; step--)
    press (fixture, "Back");
  g_assert_true (is_at (fixture, STILE_BOOTSTRAP_SERVICE, STILE_BOOTSTRAP_COMPLETE));
  press (fixture, "Continue");
  g_assert_true (is_at (fixture, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_COMPLETE));

  /* The line over it leads there at once, but not further. */
  g_assert_false (can_press (fixture, "7"));
  press (fixture, "6");
  g_assert_true (is_at (fixture, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_WAITING));
  for (guint step = STILE_BOOTSTRAP_INSTALL; step > STILE_BOOTSTRAP_PATH; step--)
    press (fixture, "Back");

  /* Other settings: what was found is not true of them. */
  press (fixture, "Back");
  g_object_set (stile_bootstrap_get_profile (fixture->job), "service", "https://other.example", NULL);
  g_assert_true (is_at (fixture, STILE_BOOTSTRAP_SERVICE, STILE_BOOTSTRAP_WAITING));
}

static void
test_retry (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.problem = "Nobody answers";
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_FAILED));
  test_await_until (says (fixture, "Nobody answers"));
  g_assert_true (says (
      fixture, stile_error_get_next_step (stile_bootstrap_get_error (fixture->job, STILE_BOOTSTRAP_PATH))));
  g_assert_null (widget_tree_find_button (GTK_WIDGET (fixture->page), "Continue"));

  test_carrier_world.problem = NULL;
  press (fixture, "Retry");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (!says (fixture, "Nobody answers"));
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.block = TEST_CARRIER_BLOCK_INSPECT;
  press (fixture, "Continue");
  test_await_until (stile_bootstrap_get_state (fixture->job, STILE_BOOTSTRAP_PATH) ==
                    STILE_BOOTSTRAP_RUNNING);
  press (fixture, "Cancel");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_WAITING));

  test_carrier_world.block = TEST_CARRIER_BLOCK_NOTHING;
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_COMPLETE));
}

/* The page goes while the job runs: nothing may touch it then. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.block = TEST_CARRIER_BLOCK_INSPECT;
  press (fixture, "Continue");
  test_await_until (stile_bootstrap_get_state (fixture->job, STILE_BOOTSTRAP_PATH) ==
                    STILE_BOOTSTRAP_RUNNING);
  g_object_add_weak_pointer (G_OBJECT (fixture->page), (gpointer *)&fixture->page);
  gtk_window_set_child (GTK_WINDOW (fixture->window), NULL);
  test_await_until (fixture->page == NULL);
  test_await_until (!stile_bootstrap_is_running (fixture->job));
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_object_set (stile_bootstrap_get_profile (fixture->job), "anchors", "/nowhere.pem", NULL);
  press (fixture, "Continue");
  test_await_until (is_at (fixture, STILE_BOOTSTRAP_SERVICE, STILE_BOOTSTRAP_FAILED));
  test_await_until (says (fixture, "/nowhere.pem"));
  g_assert_nonnull (widget_tree_find_button (GTK_WIDGET (fixture->page), "Continue"));
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

#define add(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  add ("/bootstrap-page/walk", test_walk);
  add ("/bootstrap-page/written-file", test_written_file);
  add ("/bootstrap-page/look-back", test_look_back);
  add ("/bootstrap-page/retry", test_retry);
  add ("/bootstrap-page/cancel", test_cancel);
  add ("/bootstrap-page/gone", test_gone);
  add ("/bootstrap-page/settings", test_settings);

  return g_test_run ();
}
