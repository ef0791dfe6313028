/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-profile-actions.h"

#include <adwaita.h>
#include <string.h>

#include "app/stile-bootstrap-page.h"
#include "app/stile-window.h"
#include "app/widget-tree.h"
#include "codec/stile-base64url.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* A link that somebody clicked, and the window that asks about it. */
typedef struct
{
  char *link;
  TestPki *anchor;
  StileSettings *settings;
  StileWindow *window;
  GtkWidget *question;
} Fixture;

static GtkApplication *
get_application (void)
{
  static AdwApplication *application;

  if (application == NULL)
    {
      application = g_object_new (ADW_TYPE_APPLICATION, "application-id", APP_ID, "flags",
                                  G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/stile/Stile", NULL);
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    }

  return GTK_APPLICATION (application);
}

static char *
make_link (TestPki *anchor)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (test_pki_get_der (anchor), &length);
  g_autofree char *text = stile_base64url_encode (der, length);

  return g_strdup_printf (
      "stile:invitation?service=https://a.example&name=%%3Cb%%3EPlant%%3C/b%%3E%%20%%26%%20Nord"
      "&anchor=%s",
      text);
}

static void
set_up (Fixture *self, gconstpointer policy)
{
  self->anchor = test_pki_authority_new ("Example Authority", TEST_PKI_P256);
  self->link = make_link (self->anchor);
  self->settings = stile_settings_new ();
  if (policy != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (policy, strlen (policy));
      g_autoptr (StileLockdown) lockdown = stile_lockdown_parse (bytes, "/etc/example/policy.conf", NULL);

      stile_settings_set_lockdown (self->settings, lockdown);
    }
  self->window = stile_window_new (get_application (), self->settings, NULL);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "stile", "profiles", NULL);
  GSettings *store = stile_settings_get_store (self->settings);

  gtk_window_destroy (GTK_WINDOW (self->window));
  test_await_idle ();
  g_settings_reset (store, "service-url");
  g_settings_reset (store, "profile-name");
  g_settings_reset (store, "anchors-file");
  g_settings_reset (store, "place");
  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    test_pki_directory_remove (folder);
  test_pki_unref (self->anchor);
  g_object_unref (self->settings);
  g_free (self->link);
}

static StileBootstrap *
get_job (Fixture *self)
{
  GtkWidget *page = widget_tree_find_type (GTK_WIDGET (self->window), STILE_TYPE_BOOTSTRAP_PAGE);

  return stile_bootstrap_page_get_job (STILE_BOOTSTRAP_PAGE (page));
}

static const char *
get_service (Fixture *self)
{
  return stile_profile_get_service (stile_bootstrap_get_profile (get_job (self)));
}

static gboolean
is_kept (void)
{
  g_autoptr (StileProfileStore) store = stile_profile_store_new_default ();

  g_assert_true (stile_profile_store_load (store, NULL));
  return stile_profile_store_find (store, "b-plant-b-nord") != NULL;
}

static void
invite (Fixture *self)
{
  stile_window_invite (self->window, self->link);
  test_await_until ((self->question = widget_tree_find_above (GTK_WIDGET (self->window))) != NULL);
}

static void
answer (Fixture *self, const char *label)
{
  g_signal_emit_by_name (widget_tree_find_button (self->question, label), "clicked");
  test_await_until (widget_tree_find_above (GTK_WIDGET (self->window)) == NULL);
  test_await_idle ();
}

/* --- the question --- */

static void
test_asks (Fixture *self, gconstpointer data)
{
  AdwMessageDialog *question;
  const char *fingerprint = stile_certificate_get_fingerprint (test_pki_get_certificate (self->anchor));

  invite (self);
  question = ADW_MESSAGE_DIALOG (self->question);
  g_assert_cmpstr (adw_message_dialog_get_default_response (question), ==, "cancel");
  g_assert_cmpstr (adw_message_dialog_get_close_response (question), ==, "cancel");
  g_assert_true (gtk_window_get_modal (GTK_WINDOW (question)));
  /* What the link says is words, not markup. */
  widget_tree_assert_says (adw_message_dialog_get_heading (question),
                           "Use the service “<b>Plant</b> & Nord”?");
  g_assert_true (widget_tree_has_text (self->question, "Use the service “<b>Plant</b> & Nord”?"));
  g_assert_true (widget_tree_has_text (self->question, "It leads to https://a.example."));
  g_assert_true (widget_tree_has_text (self->question, fingerprint));
  g_assert_true (widget_tree_has_text (self->question, "Anybody can make such a link or file."));

  /* Nothing has come of it so far. */
  test_await_idle ();
  g_assert_null (get_service (self));
  g_assert_false (is_kept ());
  answer (self, "_Cancel");
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  invite (self);
  answer (self, "_Cancel");
  g_assert_null (get_service (self));
  g_assert_false (is_kept ());
}

/* The window's own way to close, as with Escape. */
static void
test_closed (Fixture *self, gconstpointer data)
{
  invite (self);
  gtk_window_close (GTK_WINDOW (self->question));
  test_await_until (widget_tree_find_above (GTK_WIDGET (self->window)) == NULL);
  test_await_idle ();
  g_assert_null (get_service (self));
  g_assert_false (is_kept ());
}

/* Kept, used, and nothing sent. */
static void
test_accepted (Fixture *self, gconstpointer data)
{
  StileProfile *profile;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (StileSettings) next = NULL;
  g_autoptr (StileProfile) kept = stile_profile_new ();

  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.show-place", "s", "diagnose");
  invite (self);
  answer (self, "_Use");
  g_assert_true (is_kept ());
  g_assert_cmpstr (get_service (self), ==, "https://a.example");
  g_assert_cmpstr (stile_window_get_place (self->window), ==, "bootstrap");
  g_assert_false (stile_bootstrap_is_running (get_job (self)));
  g_assert_cmpint (stile_bootstrap_get_state (get_job (self), STILE_BOOTSTRAP_SERVICE), ==,
                   STILE_BOOTSTRAP_WAITING);
  profile = stile_bootstrap_get_profile (get_job (self));
  anchors = stile_profile_load_anchors (profile, NULL);
  g_assert_true (stile_certificate_equal (anchors->pdata[0], test_pki_get_certificate (self->anchor)));

  /* Also at the next start. */
  next = stile_settings_new ();
  stile_settings_fill_profile (next, kept);
  g_assert_cmpstr (stile_profile_get_service (kept), ==, "https://a.example");
}

/* Who this computer is stays; what could have made it less careful goes. */
static void
test_accepted_after_another (Fixture *self, gconstpointer data)
{
  StileProfile *profile = stile_bootstrap_get_profile (get_job (self));
  g_autofree char *proxy = NULL;

  g_object_set (profile, "service", "https://old.example", "certificate", "/mine.pem", "key", "/mine.key",
                "compat", TRUE, "proxy", "http://old", "policy", STILE_POLICY_NEVER, NULL);
  invite (self);
  answer (self, "_Use");
  profile = stile_bootstrap_get_profile (get_job (self));
  proxy = stile_profile_dup_text (profile, "proxy");
  g_assert_cmpstr (stile_profile_get_service (profile), ==, "https://a.example");
  g_assert_cmpstr (stile_profile_get_certificate (profile), ==, "/mine.pem");
  g_assert_cmpstr (proxy, ==, NULL);
  g_assert_cmpint (stile_profile_get_policy (profile), ==, STILE_POLICY_ALWAYS);
  g_assert_cmpint (stile_profile_get_judge_policy (profile), ==, STILE_JUDGE_DEFAULT);
  g_object_set (profile, "certificate", NULL, "key", NULL, NULL);
  stile_settings_keep_profile (self->settings, profile);
}

/* --- no question --- */

static void
assert_only_told (Fixture *self, const char *link, const char *words)
{
  stile_window_invite (self->window, link);
  test_await_until (widget_tree_has_text (GTK_WIDGET (self->window), words));
  test_await_idle ();
  g_assert_null (widget_tree_find_above (GTK_WIDGET (self->window)));
  g_assert_null (get_service (self));
}

static void
test_bad_link (Fixture *self, gconstpointer data)
{
  assert_only_told (self, "stile:invitation?service=https://a&proxy=http://b", "does not know");
}

static void
test_not_allowed (Fixture *self, gconstpointer words)
{
  assert_only_told (self, self->link, "The administrator of this computer does not allow");
}

/* What is settled has its value, whatever a link says. */
static void
test_settled (Fixture *self, gconstpointer data)
{
  g_assert_cmpstr (get_service (self), ==, "https://settled.example");
  invite (self);
  answer (self, "_Use");
  g_assert_cmpstr (get_service (self), ==, "https://settled.example");
}

/* It is a network of its own. */
static void
test_lab (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  g_autoptr (StileLab) lab = stile_lab_new ();
  Fixture self = { .settings = settings };

  g_assert_true (stile_lab_start (lab, NULL) && stile_lab_start_bench (lab, NULL));
  self.window = stile_window_new (get_application (), settings, lab);
  gtk_window_present (GTK_WINDOW (self.window));
  stile_window_invite (self.window, "stile:invitation?service=https://a.example");
  test_await_until (widget_tree_has_text (GTK_WIDGET (self.window), "This window is the lab"));
  g_assert_null (widget_tree_find_above (GTK_WIDGET (self.window)));
  g_assert_cmpstr (get_service (&self), ==, stile_lab_get_service_url (lab));
  gtk_window_destroy (GTK_WINDOW (self.window));
  stile_lab_stop (lab);
}

#define ADD(name, policy, function)                                                                          \
  g_test_add ("/profile-actions/" name, Fixture, policy, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *data = test_pki_directory_new ();
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  widget_tree_begin (&argc, &argv);

  ADD ("asks", NULL, test_asks);
  ADD ("refused", NULL, test_refused);
  ADD ("closed", NULL, test_closed);
  ADD ("accepted", NULL, test_accepted);
  ADD ("accepted-after-another", NULL, test_accepted_after_another);
  ADD ("bad-link", NULL, test_bad_link);
  ADD ("no-invitations", "[Stile Policy]\ninvitations=false\n", test_not_allowed);
  ADD ("no-profiles", "[Stile Policy]\nprofiles=false\n", test_not_allowed);
  ADD ("settled", "[Stile Policy]\nservice=https://settled.example\n", test_settled);
  g_test_add_func ("/profile-actions/lab", test_lab);

  status = g_test_run ();
  test_pki_directory_remove (data);
  return status;
}
