/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-bootstrap.h"

#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-bootstrap.h"
#include "bootstrap/stile-pem-store.h"
#include "cli/stile-cli.h"
#include "codec/stile-hex.h"
#include "lab/stile-lab.h"
#include "transport/stile-http-carrier.h"

/**
 * Walk:
 *
 * One run of "stilectl bootstrap": the options, and the job that they started.
 */
typedef struct
{
  char *profile_file;
  char *ca;
  char *certificate;
  char *key;
  char *proxy;
  char *policy;
  char *mode;
  char *tls;
  char *pem;
  char *scenario;
  gboolean no_own_store;
  gboolean use_lab;
  gboolean json;

  StileProfile *profile;
  StileLab *lab;
  StileBootstrap *job;
  GMainLoop *loop;
  GError *error;
} Walk;

static void
walk_clear (Walk *self)
{
  char *texts[] = { self->profile_file, self->ca,   self->certificate, self->key, self->proxy,
                    self->policy,       self->mode, self->tls,         self->pem, self->scenario };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_object (&self->job);
  g_clear_object (&self->profile);
  if (self->lab != NULL)
    stile_lab_stop (self->lab);
  g_clear_object (&self->lab);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static void
set_if_given (StileProfile *profile, const char *property, const char *value)
{
  if (value != NULL)
    g_object_set (profile, property, value, NULL);
}

static gboolean
start_lab (Walk *self, GError **error)
{
  StileLabScenario scenario = STILE_LAB_INTERCEPTED;

  if (self->scenario != NULL && !stile_lab_find_scenario (self->scenario, &scenario))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("There is no scenario “%s”"), self->scenario);
      return FALSE;
    }

  self->lab = stile_lab_new ();
  stile_lab_set_scenario (self->lab, scenario);
  if (!stile_lab_start (self->lab, error))
    return FALSE;

  g_object_set (self->profile, "service", stile_lab_get_service_url (self->lab), "anchors",
                stile_lab_get_anchors_file (self->lab), "certificate",
                stile_lab_get_certificate_file (self->lab), "key", stile_lab_get_key_file (self->lab),
                "proxy", stile_lab_get_proxy_url (self->lab), "trust", STILE_TRUST_SERVICE, NULL);
  return TRUE;
}

/* The file first, then what the command line says. */
static gboolean
fill_profile (Walk *self, const char *url, GError **error)
{
  self->profile =
      self->profile_file != NULL ? stile_profile_load (self->profile_file, error) : stile_profile_new ();
  if (self->profile == NULL || (self->use_lab && !start_lab (self, error)))
    return FALSE;

  set_if_given (self->profile, "service", url);
  set_if_given (self->profile, "anchors", self->ca);
  set_if_given (self->profile, "certificate", self->certificate);
  set_if_given (self->profile, "key", self->key);
  set_if_given (self->profile, "proxy", self->proxy);
  return stile_cli_set_enum (self->profile, "policy", self->policy, error) &&
         stile_cli_set_enum (self->profile, "mode", self->mode, error) &&
         stile_cli_set_enum (self->profile, "tls-version", self->tls, error);
}

/* In the lab nothing is written outside the lab's own folder, unless somebody names a file. */
static GListModel *
make_stores (Walk *self)
{
  GListStore *stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  g_autoptr (StileTrustStore) own = stile_pem_store_new_own (
      self->lab != NULL ? stile_lab_get_directory (self->lab) : g_get_user_data_dir ());
  g_autoptr (StileTrustStore) file = stile_pem_store_new_file (self->pem);

  stile_trust_store_set_selected (own, !self->no_own_store);
  stile_trust_store_set_selected (file, self->pem != NULL);
  g_list_store_append (stores, own);
  g_list_store_append (stores, file);

  return G_LIST_MODEL (stores);
}

/* --- telling how it goes --- */

static void
print_roots (StileBootstrap *job)
{
  GPtrArray *roots = stile_bootstrap_get_roots (job);

  for (guint i = 0; i < roots->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (roots, i);
      g_autofree char *fingerprint = stile_hex_group (stile_certificate_get_fingerprint (root), 4);
      g_autofree char *from = g_date_time_format (stile_certificate_get_not_before (root), "%F");
      g_autofree char *until = g_date_time_format (stile_certificate_get_not_after (root), "%F");

      g_print (_ ("       %s, valid from %s to %s%s\n       SHA-256 %s\n"), stile_certificate_get_name (root),
               from, until,
               root == stile_bootstrap_get_inspecting_root (job) ? _ (", signs what intercepts") : "",
               fingerprint);
    }
}

static void
print_stores (StileBootstrap *job)
{
  GListModel *stores = stile_bootstrap_get_stores (job);

  for (guint i = 0; i < g_list_model_get_n_items (stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (stores, i);

      if (stile_trust_store_get_selected (store))
        g_print ("       %s: %s\n", stile_trust_store_get_name (store),
                 stile_trust_store_get_location (store));
    }
}

static void
print_step (StileBootstrap *job, StileBootstrapStep step)
{
  g_autofree char *sentence = stile_bootstrap_get_sentence (job, step);
  g_autofree char *warning = stile_bootstrap_get_warning (job, step);

  g_print ("%u/%u  %s\n       %s\n", step + 1, STILE_BOOTSTRAP_N_STEPS,
           stile_bootstrap_words_get_title (step), sentence);
  if (warning != NULL && step != STILE_BOOTSTRAP_INSTALL)
    g_print ("     ! %s\n", warning);
  if (step == STILE_BOOTSTRAP_ROOTS)
    print_roots (job);
  if (step == STILE_BOOTSTRAP_INSTALL)
    print_stores (job);
}

static void
changed_cb (StileBootstrap *job, guint step, gpointer user_data)
{
  if (stile_bootstrap_get_state (job, (StileBootstrapStep)step) == STILE_BOOTSTRAP_COMPLETE)
    print_step (job, (StileBootstrapStep)step);
}

static void
walked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Walk *self = user_data;

  if (!stile_bootstrap_run_finish (STILE_BOOTSTRAP (object), result, &self->error))
    g_debug ("The walk ended before its last step");
  g_main_loop_quit (self->loop);
}

static int
finish (Walk *self)
{
  g_autoptr (GVariant) report = g_variant_ref_sink (stile_bootstrap_report_write (self->job));

  if (self->json)
    stile_cli_print_json (report);
  if (self->error != NULL)
    return stile_cli_fail (self->error, FALSE);

  return STILE_CLI_EXIT_DONE;
}

static int
walk (Walk *self, const char *url)
{
  g_autoptr (GListModel) stores = NULL;
  g_autoptr (GCancellable) cancellable = stile_cli_watch_interrupt ();

  if (!fill_profile (self, url, &self->error))
    return stile_cli_fail (self->error, self->json);

  stores = make_stores (self);
  self->job = stile_bootstrap_new (STILE_TYPE_HTTP_CARRIER, self->profile, stores);
  if (!self->json)
    g_signal_connect (self->job, "changed", G_CALLBACK (changed_cb), NULL);
  self->loop = g_main_loop_new (NULL, FALSE);
  stile_bootstrap_run_async (self->job, STILE_BOOTSTRAP_DONE, cancellable, walked, self);
  g_main_loop_run (self->loop);

  return finish (self);
}

/**
 * stile_cli_bootstrap_run:
 *
 * "stilectl bootstrap URL": the walk, from the service to the connection that works.
 *
 * Returns: the exit status
 */
int
stile_cli_bootstrap_run (int argc, char *argv[])
{
  g_auto (Walk) self = { 0 };
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &self.profile_file,
      N_ ("Read the settings from this file first"), N_ ("FILE") },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &self.ca,
      N_ ("Believe only services of these CAs (else the system’s)"), N_ ("FILE") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &self.certificate, N_ ("Our certificate chain, or a pkcs11: URL"),
      N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self.key, N_ ("Its private key, or a pkcs11: URL"), N_ ("FILE") },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &self.proxy, N_ ("A proxy, or “none” (else the desktop’s)"),
      N_ ("URL") },
    { "policy", 0, 0, G_OPTION_ARG_STRING, &self.policy, N_ ("Use ATLS always, when-intercepted or never"),
      N_ ("POLICY") },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &self.mode, N_ ("How data is protected: record or export"),
      N_ ("MODE") },
    { "tls", 0, 0, G_OPTION_ARG_STRING, &self.tls, N_ ("Only this version: 1.2 or 1.3"), N_ ("VERSION") },
    { "pem", 0, 0, G_OPTION_ARG_FILENAME, &self.pem, N_ ("Install the roots into this PEM file too"),
      N_ ("FILE") },
    { "no-own-store", 0, 0, G_OPTION_ARG_NONE, &self.no_own_store,
      N_ ("Leave Stile’s own trust store as it is"), NULL },
    { "lab", 0, 0, G_OPTION_ARG_NONE, &self.use_lab, N_ ("Walk in a network of its own on this computer"),
      NULL },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &self.scenario,
      N_ ("In the lab: intercepted, unknown-authority, block-page, direct"), N_ ("NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print the report as JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse (
          "bootstrap", _ ("[URL]"),
          _ ("Fetch the domain’s CA roots from a service, through whatever intercepts, and install them."),
          entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc > 2 || (argc < 2 && !self.use_lab && self.profile_file == NULL))
    return stile_cli_fail_usage ("bootstrap", _ ("name one service, as https://host, or --lab"));

  return walk (&self, argc == 2 ? argv[1] : NULL);
}
