/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-provision.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-agent-profile.h"
#include "cli/stile-cli-channel.h"
#include "cli/stile-cli-lab.h"
#include "cli/stile-cli-provision-lists.h"
#include "cli/stile-cli-provision-tell.h"
#include "cli/stile-cli-settings.h"
#include "cli/stile-cli.h"
#include "inventory/stile-device-export.h"
#include "inventory/stile-provisioning-list.h"
#include "lab/stile-lab.h"
#include "transport/stile-dns-sd-browser.h"
#include "transport/stile-dns-sd-service.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-session-carrier.h"

/* How long devices have to say that they are there. */
#define FIND_SECONDS 10

/**
 * Provision:
 *
 * One run of "stilectl provision": what was asked for, and what it works with.
 */
typedef struct
{
  char *registrar;
  char *ca;
  char *certificate;
  char *key;
  char *proxy;
  char *registrar_certificate;
  char *manufacturers;
  char *inventory;
  char *export;
  StileDeviceExportFormat format; /* of @export */
  char *scenario;
  gboolean use_lab;
  gboolean plain;
  gboolean on_site;
  gboolean at_registrar;
  gboolean no_wait;
  gboolean find;
  gboolean list;
  gboolean retry;
  gboolean strict;
  gboolean json;
  int jobs;
  int retries;

  StileLab *lab; /* with --lab */
  StileDeviceStore *store;
  StileCertificate *agent; /* NULL with --list */
  StileProvisioning *job;
  StileDnsSdBrowser *browser;
  GCancellable *cancellable;
} Provision;

static void
provision_clear (Provision *self)
{
  char *texts[] = { self->registrar,     self->ca,        self->certificate,
                    self->key,           self->proxy,     self->registrar_certificate,
                    self->manufacturers, self->inventory, self->export,
                    self->scenario };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_object (&self->job);
  g_clear_object (&self->agent);
  g_clear_object (&self->store);
  g_clear_object (&self->browser);
  g_clear_object (&self->cancellable);
  /* What is above has files in its folder. */
  if (self->lab != NULL)
    stile_lab_stop (self->lab);
  g_clear_object (&self->lab);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Provision, provision_clear)

/* --- the lab --- */

static void
set_if_missing (char **setting, const char *value)
{
  if (*setting == NULL)
    *setting = g_strdup (value);
}

/* In the lab nothing is written outside the lab's own folder, unless somebody names a file.  The inventory has a folder of its
 * own in that: whoever makes a database locks the folder first, and the lab has locked its own. */
static gboolean
start_lab (Provision *self, GError **error)
{
  StileLabScenario scenario = STILE_LAB_INTERCEPTED;

  if (self->scenario != NULL && !stile_cli_lab_find_scenario (self->scenario, &scenario, error))
    return FALSE;

  stile_cli_lab_keep_quiet ();
  self->lab = stile_lab_new ();
  stile_lab_set_scenario (self->lab, scenario);
  if (!stile_lab_start (self->lab, error) || !stile_lab_start_bench (self->lab, error))
    return FALSE;

  set_if_missing (&self->registrar, stile_lab_get_service_url (self->lab));
  set_if_missing (&self->proxy, stile_lab_get_proxy_url (self->lab));
  set_if_missing (&self->ca, stile_lab_get_domain_file (self->lab));
  set_if_missing (&self->certificate, stile_lab_get_agent_certificate (self->lab));
  set_if_missing (&self->key, stile_lab_get_agent_key (self->lab));
  if (self->inventory == NULL)
    self->inventory = g_build_filename (stile_lab_get_directory (self->lab), "inventory", "devices.db", NULL);
  return TRUE;
}

/* The bench's own list, unless somebody names another. */
static GPtrArray *
add_lists (Provision *self, char **files, GError **error)
{
  char *of_lab[] = { self->lab != NULL ? (char *)stile_lab_get_device_list (self->lab) : NULL, NULL };

  return stile_cli_provision_lists_add (self->store, *files != NULL ? files : of_lab, self->strict, error);
}

/* --- the devices --- */

static gboolean
open_store (Provision *self, GError **error)
{
  g_autofree char *usual = stile_device_store_get_default_path ();
  const char *path = self->inventory != NULL ? self->inventory : usual;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GAsyncResult) result = NULL;

  if ((self->inventory == NULL || self->lab != NULL) && g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The folder “%s” cannot be made"), folder);
      return FALSE;
    }

  stile_device_store_open_async (path, NULL, stile_cli_channel_await_cb, &result);
  self->store = stile_device_store_open_finish (stile_cli_channel_await (&result), error);
  return self->store != NULL;
}

/* What the lists name, and with --retry what went wrong before; what is in the queue is there already. */
static gboolean
queue (Provision *self, GPtrArray *devices, GError **error)
{
  const guint wrong = STILE_PROVISIONING_LIST_BIT (STILE_DEVICE_FAILED) |
                      STILE_PROVISIONING_LIST_BIT (STILE_DEVICE_REFUSED) |
                      STILE_PROVISIONING_LIST_BIT (STILE_DEVICE_STOPPED);
  g_autoptr (GPtrArray) again = stile_provisioning_list_select (G_LIST_MODEL (self->store), wrong);
  g_autoptr (GAsyncResult) result = NULL;

  for (guint i = 0; self->retry && i < again->len; i++)
    if (!g_ptr_array_find (devices, g_ptr_array_index (again, i), NULL))
      g_ptr_array_add (devices, g_object_ref (g_ptr_array_index (again, i)));

  stile_provisioning_queue_async (self->job, devices, stile_cli_channel_await_cb, &result);
  return stile_provisioning_order_finish (self->job, stile_cli_channel_await (&result), error);
}

/* --- devices nearby --- */

static gboolean
lacks_address (Provision *self)
{
  StileDevice *device;

  for (guint i = 0; (device = stile_provisioning_list_get (G_LIST_MODEL (self->store), i)) != NULL; i++)
    if (stile_device_get_address (device) == NULL && stile_device_get_state (device) != STILE_DEVICE_DONE)
      return TRUE;

  return FALSE;
}

static char *
find_device (const char *serial, gpointer user_data)
{
  GListModel *found = user_data;

  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr (StileDnsSdService) service = g_list_model_get_item (found, i);

      if (g_strcmp0 (stile_dns_sd_service_get_name (service), serial) == 0)
        return stile_dns_sd_service_make_authority (service);
    }

  return NULL;
}

static gboolean
too_late_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
browse (Provision *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  gboolean late = FALSE;
  guint source;

  self->browser = stile_dns_sd_browser_new (NULL, STILE_DNS_SD_BROWSER_PLEDGES);
  stile_dns_sd_browser_start_async (self->browser, self->cancellable, stile_cli_channel_await_cb, &result);
  if (!stile_dns_sd_browser_start_finish (self->browser, stile_cli_channel_await (&result), error))
    return FALSE;

  source = g_timeout_add_seconds (FIND_SECONDS, too_late_cb, &late);
  while (!late && !stile_dns_sd_browser_is_settled (self->browser) &&
         !g_cancellable_is_cancelled (self->cancellable))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (source);
  return TRUE;
}

static gboolean
add_found (Provision *self, GPtrArray *devices, GError **error)
{
  GListModel *found = G_LIST_MODEL (self->browser);

  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr (StileDnsSdService) service = g_list_model_get_item (found, i);
      g_autofree char *address = stile_dns_sd_service_make_authority (service);
      const StileDeviceSpec spec = { .serial = stile_dns_sd_service_get_name (service), .address = address };
      g_autoptr (GAsyncResult) result = NULL;

      stile_device_store_add_async (self->store, &spec, 1, NULL, stile_cli_channel_await_cb, &result);
      if (!stile_device_store_add_finish (self->store, stile_cli_channel_await (&result), NULL, error))
        return FALSE;
      g_ptr_array_add (devices, g_object_ref (stile_device_store_find (self->store, spec.serial)));
    }

  return TRUE;
}

/* Asked for, it must work; else devices that have an address need none of it. */
static gboolean
look_around (Provision *self, GPtrArray *devices, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!self->find && (self->at_registrar || !lacks_address (self)))
    return TRUE;
  if (browse (self, &failure))
    return !self->find || add_found (self, devices, error);
  if (!self->find)
    {
      g_printerr (_ ("Devices on this network cannot be looked for: %s\n"), failure->message);
      g_clear_object (&self->browser);
      return TRUE;
    }

  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* --- the agent --- */

static StileRegistrarAgent *
open_agent (Provision *self, GError **error)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  const StileAgentProfile agent = {
    .profile = profile,
    .session_type = STILE_TYPE_HTTP_SESSION_CARRIER,
    .plain_type = STILE_TYPE_HTTP_CARRIER,
    .registrar_certificate = self->registrar_certificate,
    .manufacturers = self->manufacturers,
  };

  g_object_set (profile, "service", self->registrar, "anchors", self->ca, "certificate", self->certificate,
                "key", self->key, "proxy", self->proxy, NULL);
  if (self->plain)
    g_object_set (profile, "policy", STILE_POLICY_NEVER, NULL);
  return stile_agent_profile_open (&agent, error);
}

static gboolean
make_job (Provision *self, GError **error)
{
  g_autoptr (StileRegistrarAgent) agent = open_agent (self, error);
  StileProvisioningSettings settings = {
    .store = self->store,
    .agent = agent,
    .registrar = self->registrar,
    .phase = self->on_site        ? STILE_PROVISIONING_ON_SITE
             : self->at_registrar ? STILE_PROVISIONING_AT_REGISTRAR
                                  : STILE_PROVISIONING_ALL,
    .jobs = (guint)MAX (self->jobs, 0),
    .retries = (guint)MAX (self->retries, 0),
    .impatient = self->no_wait,
  };

  if (agent == NULL)
    return FALSE;
  g_set_object (&self->agent, stile_registrar_agent_get_certificate (agent));
  if (self->browser != NULL)
    {
      settings.find = find_device;
      settings.find_data = self->browser;
    }
  self->job = stile_provisioning_new (&settings);
  return TRUE;
}

/* --- what is handed out --- */

static gboolean
export_all (Provision *self, GError **error)
{
  g_autoptr (GPtrArray) devices =
      stile_provisioning_list_select (G_LIST_MODEL (self->store), STILE_PROVISIONING_LIST_ALL);
  g_autoptr (GAsyncResult) result = NULL;

  if (self->export == NULL)
    return TRUE;

  stile_device_export_async (self->store, devices, self->format, self->export, g_get_real_name (),
                             self->agent, NULL, stile_cli_channel_await_cb, &result);
  return stile_device_export_finish (self->store, stile_cli_channel_await (&result), error);
}

/* --- the run --- */

static gboolean
work (Provision *self, GPtrArray *devices, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!look_around (self, devices, error) || !make_job (self, error) || !queue (self, devices, error))
    return FALSE;

  stile_cli_provision_tell_watch (self->job, self->json);
  stile_provisioning_run_all_async (self->job, self->cancellable, stile_cli_channel_await_cb, &result);
  return stile_provisioning_run_all_finish (self->job, stile_cli_channel_await (&result), error);
}

static int
run (Provision *self, char **files)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  gboolean good = TRUE;
  int status;

  self->cancellable = stile_cli_watch_interrupt ();
  if (self->export != NULL && !stile_device_export_find_format (self->export, &self->format, &error))
    return stile_cli_fail (error, self->json);
  if ((self->use_lab && !start_lab (self, &error)) || !open_store (self, &error) ||
      (devices = add_lists (self, files, &error)) == NULL)
    return stile_cli_fail (error, self->json);
  if (self->list)
    stile_cli_provision_tell_list (self->store, self->json);
  else
    good = work (self, devices, &error);

  status = stile_cli_provision_tell_summary (self->store, self->json);
  if (good && !export_all (self, &error))
    good = FALSE;
  return good ? status : stile_cli_fail (error, self->json);
}

/* What the administrator has settled; the lab is a network of its own. */
static gboolean
settle (Provision *self, GError **error)
{
  g_autoptr (StileLockdown) lockdown = NULL;
  g_autofree char *jobs = self->jobs > 0 ? g_strdup_printf ("%d", self->jobs) : NULL;

  if (self->use_lab)
    return TRUE;

  lockdown = stile_cli_settings_load_lockdown (error);
  if (lockdown == NULL || !stile_lockdown_settle_text (lockdown, "registrar-url", &self->registrar, error) ||
      !stile_lockdown_settle_text (lockdown, "registrar-anchors-file", &self->ca, error) ||
      !stile_lockdown_settle_text (lockdown, "agent-certificate-file", &self->certificate, error) ||
      !stile_lockdown_settle_text (lockdown, "agent-key-file", &self->key, error) ||
      !stile_lockdown_settle_text (lockdown, "registrar-proxy", &self->proxy, error) ||
      !stile_lockdown_settle_text (lockdown, "devices-at-once", &jobs, error))
    return FALSE;

  self->jobs = jobs != NULL ? atoi (jobs) : self->jobs;
  return TRUE;
}

static const char *
find_misuse (Provision *self)
{
  if (self->on_site && self->at_registrar)
    return _ ("--on-site and --at-registrar exclude each other; without both, all is done");
  if (self->list || self->use_lab)
    return NULL;
  if (self->registrar == NULL && !self->on_site)
    return _ (
        "say where the registrar is: --registrar https://host, or --on-site for work at the devices alone");
  if (self->certificate == NULL)
    return _ ("an agent has a certificate: --cert FILE and --key FILE");

  return NULL;
}

/**
 * stile_cli_provision_run:
 *
 * "stilectl provision [FILE…]": brings devices into a domain, as the agent between them and its registrar.
 *
 * Returns: the exit status
 */
int
stile_cli_provision_run (int argc, char *argv[])
{
  g_auto (Provision) self = { .retries = STILE_PROVISIONING_DEFAULT_RETRIES };
  const GOptionEntry entries[] = {
    { "registrar", 0, 0, G_OPTION_ARG_STRING, &self.registrar, N_ ("The domain’s registrar"), N_ ("URL") },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &self.ca,
      N_ ("Believe only registrars of these CAs (else the system’s)"), N_ ("FILE") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &self.certificate,
      N_ ("The agent’s certificate chain, or a pkcs11: URL"), N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self.key, N_ ("Its private key, or a pkcs11: URL"), N_ ("FILE") },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &self.proxy, N_ ("A proxy, or “none” (else the desktop’s)"),
      N_ ("URL") },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &self.plain, N_ ("Reach the registrar by https, without ATLS"),
      NULL },
    { "registrar-cert", 0, 0, G_OPTION_ARG_FILENAME, &self.registrar_certificate,
      N_ ("What devices are told of the registrar (else what it shows, or showed before)"), N_ ("FILE") },
    { "manufacturer", 0, 0, G_OPTION_ARG_FILENAME, &self.manufacturers,
      N_ ("Take only devices of these manufacturers’ CAs (else the registrar looks)"), N_ ("FILE") },
    { "inventory", 0, 0, G_OPTION_ARG_FILENAME, &self.inventory,
      N_ ("The database of devices (else this user’s)"), N_ ("DB") },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &self.jobs, N_ ("Devices at once (else 8)"), N_ ("N") },
    { "retries", 0, 0, G_OPTION_ARG_INT, &self.retries,
      N_ ("Ask again so often who does not answer (else 3)"), N_ ("N") },
    { "on-site", 0, 0, G_OPTION_ARG_NONE, &self.on_site, N_ ("Do only what is done at the devices"), NULL },
    { "at-registrar", 0, 0, G_OPTION_ARG_NONE, &self.at_registrar,
      N_ ("Do only what is done at the registrar"), NULL },
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &self.no_wait, N_ ("End when there is only something to wait for"),
      NULL },
    { "find", 0, 0, G_OPTION_ARG_NONE, &self.find, N_ ("Also take the devices that announce themselves"),
      NULL },
    { "retry", 0, 0, G_OPTION_ARG_NONE, &self.retry, N_ ("Also take those of before that failed"), NULL },
    { "export", 0, 0, G_OPTION_ARG_FILENAME, &self.export,
      N_ ("At the end write all devices there: .pdf, .html, .csv or .json"), N_ ("FILE") },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &self.strict, N_ ("Add nothing of a list with a wrong line"), NULL },
    { "list", 0, 0, G_OPTION_ARG_NONE, &self.list, N_ ("Only say how the devices are"), NULL },
    { "lab", 0, 0, G_OPTION_ARG_NONE, &self.use_lab,
      N_ ("Bring in the devices of a lab on this computer, two of them faulty"), NULL },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &self.scenario,
      N_ ("What else goes wrong in the lab; a wrong name lists them all"), N_ ("NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print a line of JSON for each thing that happens"),
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  const char *misuse;
  g_autoptr (GError) error = NULL;

  if (!stile_cli_parse (
          "provision", _ ("[LIST|PICTURE…]"),
          _ ("Bring devices into a domain, as the agent between them and its registrar. Lists are CSV "
             "or JSON, or pictures with QR or data matrix codes. Run again, it goes on where it was."),
          entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (!settle (&self, &error))
    return stile_cli_fail (error, self.json);
  misuse = find_misuse (&self);
  if (misuse != NULL)
    return stile_cli_fail_usage ("provision", misuse);

  return run (&self, argv + 1);
}
