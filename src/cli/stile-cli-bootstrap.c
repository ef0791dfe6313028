/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-bootstrap.h"

#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "bootstrap/stile-bootstrap.h"
#include "bootstrap/stile-nss-store.h"
#include "bootstrap/stile-pem-store.h"
#include "bootstrap/stile-trust-stores.h"
#include "cli/stile-cli-lab.h"
#include "cli/stile-cli-settings.h"
#include "cli/stile-cli-walk.h"
#include "cli/stile-cli.h"
#include "lab/stile-lab.h"
#include "transport/stile-http-carrier.h"

/**
 * Walk:
 *
 * One run of "stilectl bootstrap": the options, and the job that they started.
 */
typedef struct
{
  char *profile_name;
  char *ca;
  char *certificate;
  char *key;
  char *proxy;
  char *policy;
  char *mode;
  char *tls;
  char *trust;
  char **registrars;
  char *cloud_ca;
  char *key_out;
  char **stores;
  char *pem;
  char *scenario;
  char *save_trace;
  gboolean enrol;
  gboolean no_enrol;
  gboolean nonce_required;
  gboolean no_clock;
  gboolean compat;
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
  char *texts[] = { self->profile_name, self->ca,   self->certificate, self->key,       self->proxy,
                    self->policy,       self->mode, self->tls,         self->trust,     self->cloud_ca,
                    self->key_out,      self->pem,  self->scenario,    self->save_trace };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (self->registrars);
  g_strfreev (self->stores);
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

static void
set_if_on (StileProfile *profile, const char *property, gboolean on)
{
  if (on)
    g_object_set (profile, property, TRUE, NULL);
}

static gboolean
start_lab (Walk *self, GError **error)
{
  StileLabScenario scenario = STILE_LAB_INTERCEPTED;

  if (self->scenario != NULL && !stile_cli_lab_find_scenario (self->scenario, &scenario, error))
    return FALSE;

  stile_cli_lab_keep_quiet ();
  self->lab = stile_lab_new ();
  stile_lab_set_scenario (self->lab, scenario);
  if (!stile_lab_start (self->lab, error))
    return FALSE;

  /* Without a voucher nobody but the domain vouches for its registrar. */
  g_object_set (self->profile, "service", stile_lab_get_service_url (self->lab), "anchors",
                g_strcmp0 (self->trust, "service") == 0 ? stile_lab_get_domain_file (self->lab)
                                                        : stile_lab_get_anchors_file (self->lab),
                "certificate", stile_lab_get_certificate_file (self->lab), "key",
                stile_lab_get_key_file (self->lab), "proxy", stile_lab_get_proxy_url (self->lab), "trust",
                STILE_TRUST_VOUCHER, NULL);
  return TRUE;
}

/* Whom to ask for a voucher, how to judge it, and what comes of it. */
static gboolean
fill_voucher_settings (Walk *self, GError **error)
{
  g_autofree char *registrars = self->registrars != NULL ? g_strjoinv (" ", self->registrars) : NULL;

  set_if_given (self->profile, "registrars", registrars);
  set_if_given (self->profile, "cloud-anchors", self->cloud_ca);
  set_if_given (self->profile, "new-key", self->key_out);
  set_if_on (self->profile, "nonce-required", self->nonce_required);
  set_if_on (self->profile, "no-clock", self->no_clock);
  set_if_on (self->profile, "compat", self->compat);
  if (self->enrol || self->no_enrol)
    g_object_set (self->profile, "enrol", self->enrol ? STILE_ENROL_ALWAYS : STILE_ENROL_NEVER, NULL);

  return stile_cli_set_enum (self->profile, "trust", self->trust, error);
}

/* The lab is a network of its own. */
static gboolean
settle (Walk *self, GError **error)
{
  const char *const said[] = { "policy",  self->policy, "mode",      self->mode, "tls-version",
                               self->tls, "trust",      self->trust, NULL };

  return self->lab != NULL || stile_cli_settings_settle (self->profile, said, error);
}

/* The file first, then what the command line says. */
static gboolean
fill_profile (Walk *self, const char *url, GError **error)
{
  self->profile = self->profile_name != NULL ? stile_cli_settings_open_profile (self->profile_name, error)
                                             : stile_profile_new ();
  if (self->profile == NULL || (self->use_lab && !start_lab (self, error)))
    return FALSE;

  set_if_given (self->profile, "service", url);
  set_if_given (self->profile, "anchors", self->ca);
  set_if_given (self->profile, "certificate", self->certificate);
  set_if_given (self->profile, "key", self->key);
  set_if_given (self->profile, "proxy", self->proxy);
  return stile_cli_set_enum (self->profile, "policy", self->policy, error) &&
         stile_cli_set_enum (self->profile, "mode", self->mode, error) &&
         stile_cli_set_enum (self->profile, "tls-version", self->tls, error) &&
         fill_voucher_settings (self, error) && settle (self, error);
}

/* In the lab nothing is written outside the lab's own folder, unless somebody names a file. */
static const char *
get_data_directory (Walk *self)
{
  return self->lab != NULL ? stile_lab_get_directory (self->lab) : g_get_user_data_dir ();
}

static void
add_store (GListStore *stores, StileTrustStore *store)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (stores)); i++)
    {
      g_autoptr (StileTrustStore) known = g_list_model_get_item (G_LIST_MODEL (stores), i);

      if (g_strcmp0 (stile_trust_store_get_id (known), stile_trust_store_get_id (store)) == 0)
        {
          stile_trust_store_set_selected (known, TRUE);
          return;
        }
    }

  stile_trust_store_set_selected (store, TRUE);
  g_list_store_append (stores, store);
}

/* "nss" is all of the user's databases, as for "stilectl trust". */
static gboolean
add_named_store (GListStore *stores, const char *name, GError **error)
{
  g_autoptr (GPtrArray) databases = NULL;
  g_autoptr (StileTrustStore) store = NULL;

  if (g_str_equal (name, "nss"))
    {
      databases = stile_nss_store_find_all (g_get_home_dir ());
      for (guint i = 0; i < databases->len; i++)
        add_store (stores, g_ptr_array_index (databases, i));
      return TRUE;
    }

  store = stile_trust_stores_open (name, g_get_user_data_dir (), g_get_home_dir (), error);
  if (store == NULL)
    return FALSE;

  add_store (stores, store);
  return TRUE;
}

static gboolean
add_named_stores (Walk *self, GListStore *stores, GError **error)
{
  if (self->stores != NULL && self->lab != NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("What the lab makes is thrown away: it goes into no store of this computer"));
      return FALSE;
    }

  for (gsize i = 0; self->stores != NULL && self->stores[i] != NULL; i++)
    if (!add_named_store (stores, self->stores[i], error))
      return FALSE;

  return TRUE;
}

static GListModel *
make_stores (Walk *self, GError **error)
{
  g_autoptr (GListStore) stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  g_autoptr (StileTrustStore) own = stile_pem_store_new_own (get_data_directory (self));
  g_autoptr (StileTrustStore) file = stile_pem_store_new_file (self->pem);

  stile_trust_store_set_selected (own, !self->no_own_store);
  stile_trust_store_set_selected (file, self->pem != NULL);
  g_list_store_append (stores, own);
  g_list_store_append (stores, file);

  return add_named_stores (self, stores, error) ? G_LIST_MODEL (g_steal_pointer (&stores)) : NULL;
}

static void
walked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Walk *self = user_data;

  if (!stile_bootstrap_run_finish (STILE_BOOTSTRAP (object), result, &self->error))
    g_debug ("The walk ended before its last step");
  g_main_loop_quit (self->loop);
}

static gboolean
save_trace (Walk *self, GError **error)
{
  g_autoptr (StileTraceDocument) document = NULL;

  if (self->save_trace == NULL)
    return TRUE;

  document = stile_bootstrap_report_make_trace (self->job);
  return stile_trace_document_save (document, self->save_trace, error);
}

static int
finish (Walk *self)
{
  g_autoptr (GVariant) report = g_variant_ref_sink (stile_bootstrap_report_write (self->job));

  if (!save_trace (self, self->error == NULL ? &self->error : NULL))
    g_debug ("The trace is not saved");
  if (self->json)
    stile_cli_print_json (report);
  if (self->error != NULL)
    return stile_cli_fail (self->error, FALSE);

  return STILE_CLI_EXIT_DONE;
}

static gboolean
make_job (Walk *self, const char *url, GError **error)
{
  g_autoptr (GListModel) stores = NULL;
  g_autoptr (StileTrustRecord) record = NULL;

  if (!fill_profile (self, url, error))
    return FALSE;
  stores = make_stores (self, error);
  if (stores == NULL)
    return FALSE;

  record = stile_trust_record_new (get_data_directory (self));
  self->job = stile_bootstrap_new (STILE_TYPE_HTTP_CARRIER, self->profile, stores);
  stile_bootstrap_set_record (self->job, record);
  stile_bootstrap_set_data_directory (self->job, get_data_directory (self));
  return TRUE;
}

static int
walk (Walk *self, const char *url)
{
  g_autoptr (StileCliWalk) teller = NULL;
  g_autoptr (GCancellable) cancellable = stile_cli_watch_interrupt ();

  if (!make_job (self, url, &self->error))
    return stile_cli_fail (self->error, self->json);

  teller = self->json ? NULL : stile_cli_walk_new (self->job);
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
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &self.profile_name,
      N_ ("Take the settings of this profile first: a name, a file, or a link that invites"),
      N_ ("PROFILE") },
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
    { "trust", 0, 0, G_OPTION_ARG_STRING, &self.trust,
      N_ ("What the roots rest on: auto, service, voucher or cloud"), N_ ("SOURCE") },
    { "registrar", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.registrars,
      N_ ("Another registrar that may be asked for a voucher"), N_ ("URL") },
    { "cloud-ca", 0, 0, G_OPTION_ARG_FILENAME, &self.cloud_ca,
      N_ ("Believe only cloud registrars of these CAs (else the system’s)"), N_ ("FILE") },
    { "nonce-required", 0, 0, G_OPTION_ARG_NONE, &self.nonce_required, N_ ("Take no voucher without a nonce"),
      NULL },
    { "no-clock", 0, 0, G_OPTION_ARG_NONE, &self.no_clock, N_ ("The clock is not to be relied on"), NULL },
    { "compat", 0, 0, G_OPTION_ARG_NONE, &self.compat, N_ ("Pass over what older software gets wrong"),
      NULL },
    { "enrol", 0, 0, G_OPTION_ARG_NONE, &self.enrol, N_ ("Get a certificate of the domain in any case"),
      NULL },
    { "no-enrol", 0, 0, G_OPTION_ARG_NONE, &self.no_enrol, N_ ("Get no certificate of the domain"), NULL },
    { "key-out", 0, 0, G_OPTION_ARG_FILENAME, &self.key_out,
      N_ ("Where the new key goes: a file, or a pkcs11: URL of a token"), N_ ("FILE") },
    { "store", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.stores,
      N_ ("Install the roots there too, as “stilectl trust list” names it"), N_ ("ID") },
    { "pem", 0, 0, G_OPTION_ARG_FILENAME, &self.pem, N_ ("Install the roots into this PEM file too"),
      N_ ("FILE") },
    { "no-own-store", 0, 0, G_OPTION_ARG_NONE, &self.no_own_store,
      N_ ("Leave Stile’s own trust store as it is"), NULL },
    { "lab", 0, 0, G_OPTION_ARG_NONE, &self.use_lab, N_ ("Walk in a network of its own on this computer"),
      NULL },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &self.scenario,
      N_ ("What goes wrong in the lab; a wrong name lists them all"), N_ ("NAME") },
    { "save-trace", 0, 0, G_OPTION_ARG_FILENAME, &self.save_trace,
      N_ ("Save what went over in this file, for “stilectl trace”"), N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print the report as JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse (
          "bootstrap", _ ("[URL]"),
          _ ("Fetch the domain’s CA roots from a service, through whatever intercepts, and install them."),
          entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc > 2 || (argc < 2 && !self.use_lab && self.profile_name == NULL))
    return stile_cli_fail_usage ("bootstrap", _ ("name one service, as https://host, or --lab"));

  if (self.enrol && self.no_enrol)
    return stile_cli_fail_usage ("bootstrap", _ ("--enrol and --no-enrol exclude each other"));

  return walk (&self, argc == 2 ? argv[1] : NULL);
}
