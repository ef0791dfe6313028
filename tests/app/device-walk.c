/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/device-walk.h"

#include <glib/gstdio.h>

#include "app/widget-tree.h"
#include "atls/stile-observation-handler.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-est-guard.h"
#include "bootstrap/stile-pem-store.h"
#include "bootstrap/stile-voucher-answer.h"
#include "codec/stile-binary-http.h"
#include "inventory/stile-ledger-database.h"
#include "support/test-await.h"
#include "support/test-tls.h"

#define SERVICE "https://registrar.example"

static void
set_up_est (DeviceWalk *self)
{
  const StileDomainCaProfile profile = { .lifetime = 90 * 24 * 3600 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = test_pki_list (self->court.domain, NULL);
  g_autoptr (StileIdentity) identity = test_tls_identity_new (self->court.domain);

  self->ledger = stile_ledger_database_new (STILE_DATABASE_MEMORY, &error);
  g_assert_no_error (error);
  self->ca = stile_domain_ca_new (identity, &profile, self->ledger, &error);
  g_assert_no_error (error);
  self->est = stile_est_server_new (roots, &error);
  g_assert_no_error (error);
  stile_est_server_set_authority (self->est, self->ca);
  stile_est_server_set_gate (self->est, stile_est_guard_gate, stile_est_guard_new (self->court.anchors, NULL),
                             g_object_unref);
}

static void
set_up_service (DeviceWalk *self)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (GPtrArray) roots = test_pki_list (self->court.domain, NULL);
  g_autoptr (StileObservationHandler) observation = stile_observation_handler_new (roots);
  g_autoptr (StileRouter) router = stile_router_new ();
  g_autoptr (StileCredentials) credentials =
      test_tls_server_new (self->court.registrar, self->court.manufacturer);

  self->registrar = fake_registrar_new ();
  stile_router_add (router, STILE_OBSERVATION_PATH, STILE_HANDLER (observation));
  stile_router_add (router, STILE_VOUCHER_ANSWER_REQUEST_PATH, STILE_HANDLER (self->registrar));
  stile_router_add (router, STILE_VOUCHER_ANSWER_STATUS_PATH, STILE_HANDLER (self->registrar));
  stile_router_add (router, STILE_VOUCHER_ANSWER_ENROL_STATUS_PATH, STILE_HANDLER (self->registrar));
  stile_router_add (router, STILE_EST_SERVER_PREFIX, STILE_HANDLER (self->est));
  stile_credentials_set_application_protocols (credentials, protocols);
  self->endpoint = stile_endpoint_new (credentials, STILE_HANDLER (router));
  self->box =
      test_pki_issue (self->court.domain, &(TestPkiOptions){ .name = "Box", .hosts = "registrar.example" });
  test_carrier_world = (TestCarrierWorld){ .outer = self->box,
                                           .outer_root = self->court.domain,
                                           .errors = G_TLS_CERTIFICATE_UNKNOWN_CA,
                                           .status = 405,
                                           .endpoint = self->endpoint };
}

static StileProfile *
make_profile (DeviceWalk *self)
{
  g_autofree char *anchors = test_pki_save_chain (self->court.manufacturer, self->directory, "anchors");
  g_autofree char *certificate = test_pki_save_chain (self->court.device, self->directory, "device");
  g_autofree char *key = test_pki_save_key (self->court.device, self->directory, "device");
  StileProfile *profile = stile_profile_new ();

  g_object_set (profile, "service", SERVICE, "anchors", anchors, "certificate", certificate, "key", key,
                NULL);
  return profile;
}

void
device_walk_set_up (DeviceWalk *self, gconstpointer data)
{
  g_autoptr (StileTrustStore) own = NULL;
  g_autoptr (StileTrustRecord) record = NULL;
  g_autoptr (StileProfile) profile = NULL;

  court_set_up_pledge (&self->court, data);
  self->fields = self->court.fields;
  self->fields.nonce = NULL;
  self->directory = test_pki_directory_new ();
  set_up_est (self);
  set_up_service (self);

  profile = make_profile (self);
  own = stile_pem_store_new_own (self->directory);
  record = stile_trust_record_new (self->directory);
  self->stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  g_list_store_append (self->stores, own);
  self->job = stile_bootstrap_new (TEST_TYPE_CARRIER, profile, G_LIST_MODEL (self->stores));
  stile_bootstrap_set_record (self->job, record);
  stile_bootstrap_set_data_directory (self->job, self->directory);
  self->page = g_object_new (STILE_TYPE_BOOTSTRAP_PAGE, NULL);
  stile_bootstrap_page_set_job (self->page, self->job);
  self->window = widget_tree_show (GTK_WIDGET (self->page), 720, 720);
}

/* Everything below, and the folder; links are not followed. */
static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
device_walk_tear_down (DeviceWalk *self, gconstpointer data)
{
  widget_tree_close (self->window);
  test_await_finalized (self->job);
  test_await_finalized (self->stores);
  stile_endpoint_close_all (self->endpoint);
  test_await_finalized (self->endpoint);
  test_await_finalized (self->registrar);
  test_await_finalized (self->est);
  test_await_finalized (self->ca);
  test_await_finalized (self->ledger);
  test_pki_unref (self->box);
  remove_tree (self->directory);
  g_free (self->directory);
  court_tear_down (&self->court, data);
  test_carrier_world = (TestCarrierWorld){ 0 };
}

void
device_walk_press (DeviceWalk *self, const char *label)
{
  GtkWidget *button;

  test_await_until ((button = widget_tree_find_button (GTK_WIDGET (self->page), label)) != NULL &&
                    gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

gboolean
device_walk_says (DeviceWalk *self, const char *text)
{
  return widget_tree_has_text (GTK_WIDGET (self->page), text);
}

gboolean
device_walk_is_at (DeviceWalk *self, StileBootstrapStep step, StileBootstrapState state)
{
  return stile_bootstrap_page_get_shown (self->page) == step &&
         stile_bootstrap_get_state (self->job, step) == state && !stile_bootstrap_is_running (self->job);
}

static gboolean
has_ended (DeviceWalk *self, StileBootstrapStep step)
{
  return stile_bootstrap_page_get_shown (self->page) == step && !stile_bootstrap_is_running (self->job) &&
         (stile_bootstrap_is_passed (self->job, step) || stile_bootstrap_get_error (self->job, step) != NULL);
}

void
device_walk_go (DeviceWalk *self, StileBootstrapStep step)
{
  while (!has_ended (self, step))
    {
      StileBootstrapStep shown = stile_bootstrap_page_get_shown (self->page);
      gboolean asks = !stile_bootstrap_is_passed (self->job, shown);

      if (asks && shown == STILE_BOOTSTRAP_INSTALL)
        device_walk_press (self, "Install");
      else if (asks && shown == STILE_BOOTSTRAP_ENROL)
        device_walk_press (self, "Get Certificate");
      else
        device_walk_press (self, "Continue");
      test_await_until (!stile_bootstrap_is_running (self->job));
    }
}
