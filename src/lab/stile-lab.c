/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab.h"

#include <glib/gi18n-lib.h>

#include "lab/stile-lab-bench.h"
#include "lab/stile-lab-directory.h"
#include "lab/stile-lab-impostor.h"
#include "lab/stile-lab-masa.h"
#include "lab/stile-lab-private.h"
#include "lab/stile-lab-registrar.h"
#include "lab/stile-lab-service.h"

/**
 * StileLab:
 *
 * A whole network in one process: the manufacturer, who vouches for the owners of his devices; the domain with its
 * registrar and its authorities; and the middlebox between them and the client.  When it is asked for, a bench of devices
 * that wait for a technician.  All on loopback, over real sockets and with the real protocols; whoever shows or tests Stile
 * holds it.
 */
struct _StileLab
{
  GObject parent_instance;

  StileLabScenario scenario;
  StileLabDirectory *directory; /* NULL while stopped, as all below */
  StileLabPki *pki;
  StileLabMasa *masa;
  StileLabRegistrar *registrar;
  StileLabService *service; /* what the registrar is reached by */
  StileLabService *impostor;
  StileLabMiddlebox *middlebox;
  StileLabBench *bench; /* NULL until somebody asks for it */
  char *service_url;
};

G_DEFINE_FINAL_TYPE (StileLab, stile_lab, G_TYPE_OBJECT)

static void
stile_lab_dispose (GObject *object)
{
  stile_lab_stop (STILE_LAB (object));

  G_OBJECT_CLASS (stile_lab_parent_class)->dispose (object);
}

static void
stile_lab_class_init (StileLabClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_lab_dispose;
}

static void
stile_lab_init (StileLab *self)
{
}

/**
 * stile_lab_new:
 *
 * Returns: (transfer full): a lab that is not running yet
 */
StileLab *
stile_lab_new (void)
{
  return g_object_new (STILE_TYPE_LAB, NULL);
}

/* --- starting and stopping --- */

/* The devices' certificates say where the MASA is, so that its port comes first of all. */
static gboolean
start_manufacturer (StileLab *self, GError **error)
{
  g_autofree char *url = NULL;
  g_autoptr (GSocket) socket = NULL;

  stile_lab_directory_remove_stale (g_get_tmp_dir ());
  self->directory = stile_lab_directory_new (g_get_tmp_dir (), error);
  if (self->directory != NULL)
    socket = stile_lab_service_open_socket (&url, error);
  if (socket == NULL)
    return FALSE;

  self->pki = stile_lab_pki_new (stile_lab_directory_get_path (self->directory), url, error);
  self->masa = self->pki != NULL ? stile_lab_masa_new (socket, self->pki, error) : NULL;
  return self->masa != NULL;
}

static gboolean
start_domain (StileLab *self, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  StileLabServiceSettings settings = { NULL };

  self->registrar = stile_lab_registrar_new (self->pki, error);
  if (self->registrar != NULL)
    socket = stile_lab_service_open_socket (&self->service_url, error);
  if (socket == NULL)
    return FALSE;

  settings.inner = stile_lab_pki_get_identity (self->pki, STILE_LAB_PART_REGISTRAR);
  settings.outer = stile_lab_pki_get_identity (self->pki, STILE_LAB_PART_OUTER);
  settings.handler = stile_lab_registrar_get_handler (self->registrar);
  self->service = stile_lab_service_new (socket, &settings, error);
  return self->service != NULL;
}

static guint16
read_port (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return (guint16)g_uri_get_port (uri);
}

static gboolean
start_impostor (StileLab *self, GError **error)
{
  g_autofree char *url = NULL;
  g_autoptr (GSocket) socket = stile_lab_service_open_socket (&url, error);
  g_autoptr (StileHandler) handler = stile_lab_impostor_new (self->pki, self->service_url);
  StileLabServiceSettings settings = { .handler = handler };

  if (socket == NULL)
    return FALSE;

  settings.inner = stile_lab_pki_get_identity (self->pki, STILE_LAB_PART_IMPOSTOR);
  settings.outer = stile_lab_pki_get_identity (self->pki, STILE_LAB_PART_OUTER);
  self->impostor = stile_lab_service_new (socket, &settings, error);
  stile_lab_middlebox_divert (self->middlebox, read_port (self->service_url), read_port (url));
  return self->impostor != NULL;
}

static gboolean
start_middlebox (StileLab *self, GError **error)
{
  self->middlebox = stile_lab_middlebox_new (self->pki);

  return stile_lab_middlebox_start (self->middlebox, error);
}

static gboolean
play (StileLab *self, GError **error)
{
  stile_lab_masa_set_scenario (self->masa, self->scenario);
  stile_lab_registrar_set_scenario (self->registrar, self->scenario);
  stile_lab_middlebox_set_scenario (self->middlebox, self->scenario);

  return stile_lab_pki_age_device (self->pki, self->scenario == STILE_LAB_EXPIRED_IDEVID, error);
}

/**
 * stile_lab_start:
 *
 * Removes what crashed labs have left, and brings all up on the main context of this thread.
 */
gboolean
stile_lab_start (StileLab *self, GError **error)
{
  g_return_val_if_fail (self->directory == NULL, FALSE);

  if (!start_manufacturer (self, error) || !start_domain (self, error) || !start_middlebox (self, error) ||
      !start_impostor (self, error) || !play (self, error))
    {
      g_prefix_error (error, "%s: ", _ ("Starting the lab"));
      stile_lab_stop (self);
      return FALSE;
    }

  return TRUE;
}

/**
 * stile_lab_start_bench:
 *
 * Puts ten devices on the bench of a lab that runs, in responder mode (BRSKI-PRM), two of them faulty; more than once does no
 * harm.  Not everybody who wants a lab wants to wait for ten keys.
 */
gboolean
stile_lab_start_bench (StileLab *self, GError **error)
{
  g_return_val_if_fail (self->pki != NULL, FALSE);

  if (self->bench == NULL)
    self->bench = stile_lab_bench_new (self->pki, error);
  return self->bench != NULL;
}

static void
stop_service (StileLabService **service)
{
  if (*service != NULL)
    stile_lab_service_stop (*service);
  g_clear_object (service);
}

/**
 * stile_lab_stop:
 *
 * Ends all of it and removes the directory; more than once does no harm.
 */
void
stile_lab_stop (StileLab *self)
{
  if (self->bench != NULL)
    stile_lab_bench_stop (self->bench);
  g_clear_object (&self->bench);
  if (self->middlebox != NULL)
    stile_lab_middlebox_stop (self->middlebox);
  g_clear_object (&self->middlebox);
  stop_service (&self->impostor);
  stop_service (&self->service);
  if (self->registrar != NULL)
    stile_lab_registrar_stop (self->registrar);
  g_clear_object (&self->registrar);
  if (self->masa != NULL)
    stile_lab_masa_stop (self->masa);
  g_clear_object (&self->masa);
  g_clear_pointer (&self->service_url, g_free);
  g_clear_object (&self->pki);
  if (self->directory != NULL)
    stile_lab_directory_remove (self->directory);
  g_clear_object (&self->directory);
}

/**
 * stile_lab_set_scenario:
 *
 * What lies between, what the services do and what the device is, from the next connection on.
 */
void
stile_lab_set_scenario (StileLab *self, StileLabScenario scenario)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (scenario < STILE_LAB_N_SCENARIOS);

  self->scenario = scenario;
  if (self->middlebox != NULL && !play (self, &error))
    g_warning ("The lab cannot change: %s", error->message);
}

StileLabScenario
stile_lab_get_scenario (StileLab *self)
{
  return self->scenario;
}

/**
 * stile_lab_approve:
 *
 * Lets in the device that waits for a person's word, before somebody in the lab does it.
 */
gboolean
stile_lab_approve (StileLab *self, GError **error)
{
  g_return_val_if_fail (self->registrar != NULL, FALSE);

  return stile_lab_registrar_approve (self->registrar, error);
}

/* --- what a client needs --- */

/**
 * stile_lab_get_directory:
 *
 * Returns: (transfer none) (nullable): where the files are; all of these are %NULL while the lab is not running
 */
const char *
stile_lab_get_directory (StileLab *self)
{
  return self->directory != NULL ? stile_lab_directory_get_path (self->directory) : NULL;
}

/**
 * stile_lab_get_service_url:
 *
 * Returns: (transfer none) (nullable): the domain's registrar, which is the EST server too
 */
const char *
stile_lab_get_service_url (StileLab *self)
{
  return self->service_url;
}

/**
 * stile_lab_get_masa_url:
 *
 * Returns: (transfer none) (nullable): where the manufacturer gives vouchers
 */
const char *
stile_lab_get_masa_url (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_masa_url (self->pki) : NULL;
}

const char *
stile_lab_get_proxy_url (StileLab *self)
{
  return self->middlebox != NULL ? stile_lab_middlebox_get_url (self->middlebox) : NULL;
}

/**
 * stile_lab_get_anchors_file:
 *
 * Returns: (transfer none) (nullable): the manufacturer's CA, which vouchers lead to
 */
const char *
stile_lab_get_anchors_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_anchors_file (self->pki) : NULL;
}

/**
 * stile_lab_get_domain_file:
 *
 * Returns: (transfer none) (nullable): the roots that the service hands out
 */
const char *
stile_lab_get_domain_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_domain_file (self->pki) : NULL;
}

/**
 * stile_lab_get_inspection_file:
 *
 * Returns: (transfer none) (nullable): the CA that the domain's middlebox signs with
 */
const char *
stile_lab_get_inspection_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_inspection_file (self->pki) : NULL;
}

/**
 * stile_lab_get_certificate_file:
 *
 * Returns: (transfer none) (nullable): the device's certificate, as its manufacturer made it
 */
const char *
stile_lab_get_certificate_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_certificate_file (self->pki) : NULL;
}

/**
 * stile_lab_get_key_file:
 *
 * Returns: (transfer none) (nullable): the device's key
 */
const char *
stile_lab_get_key_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_key_file (self->pki) : NULL;
}

/**
 * stile_lab_get_agent_certificate:
 *
 * Returns: (transfer none) (nullable): the certificate of a technician who may bring the registrar what devices have signed
 */
const char *
stile_lab_get_agent_certificate (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_agent_certificate_file (self->pki) : NULL;
}

/**
 * stile_lab_get_agent_key:
 *
 * Returns: (transfer none) (nullable): the technician's key
 */
const char *
stile_lab_get_agent_key (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_agent_key_file (self->pki) : NULL;
}

/**
 * stile_lab_get_device_list:
 *
 * Returns: (transfer none) (nullable): the devices on the bench, as a CSV file; %NULL before stile_lab_start_bench()
 */
const char *
stile_lab_get_device_list (StileLab *self)
{
  return self->bench != NULL ? stile_lab_bench_get_list (self->bench) : NULL;
}

/* Not public: what a test looks into. */
StileLabMiddlebox *
stile_lab_private_get_middlebox (StileLab *self)
{
  return self->middlebox;
}

StileLabBench *
stile_lab_private_get_bench (StileLab *self)
{
  return self->bench;
}

/**
 * stile_lab_to_variant:
 *
 * Returns: (transfer floating): a{sv} with service, masa, proxy, anchors, domain, inspection, certificate, key, serial,
 *   agent-certificate, agent-key, directory and scenario, of a lab that is running, and devices where there is a bench
 */
GVariant *
stile_lab_to_variant (StileLab *self)
{
  const struct
  {
    const char *key;
    const char *value;
  } entries[] = {
    { "service", stile_lab_get_service_url (self) },
    { "masa", stile_lab_get_masa_url (self) },
    { "proxy", stile_lab_get_proxy_url (self) },
    { "anchors", stile_lab_get_anchors_file (self) },
    { "domain", stile_lab_get_domain_file (self) },
    { "inspection", stile_lab_get_inspection_file (self) },
    { "certificate", stile_lab_get_certificate_file (self) },
    { "key", stile_lab_get_key_file (self) },
    { "serial", STILE_LAB_PKI_DEVICE },
    { "agent-certificate", stile_lab_get_agent_certificate (self) },
    { "agent-key", stile_lab_get_agent_key (self) },
    { "devices", stile_lab_get_device_list (self) },
    { "directory", stile_lab_get_directory (self) },
    { "scenario", stile_lab_scenario_get_name (self->scenario) },
  };
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    if (entries[i].value != NULL)
      g_variant_dict_insert (&dict, entries[i].key, "s", entries[i].value);

  return g_variant_dict_end (&dict);
}
