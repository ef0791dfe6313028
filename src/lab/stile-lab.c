/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "lab/stile-lab-directory.h"
#include "lab/stile-lab-private.h"
#include "lab/stile-lab-service.h"

/**
 * StileLab:
 *
 * A whole network in one process: the manufacturer's service, the domain's authorities and the middlebox between them
 * and the client.  All on loopback, over real sockets and with the real protocols; whoever shows or tests Stile holds it.
 */
struct _StileLab
{
  GObject parent_instance;

  StileLabScenario scenario;
  StileLabDirectory *directory; /* NULL while stopped, as all below */
  StileLabPki *pki;
  StileLabService *service;
  StileLabMiddlebox *middlebox;
};

G_DEFINE_FINAL_TYPE (StileLab, stile_lab, G_TYPE_OBJECT)

static const struct
{
  const char *name; /* on the command line and in JSON */
  const char *title;
  const char *meaning;
} scenarios[STILE_LAB_N_SCENARIOS] = {
  [STILE_LAB_INTERCEPTED] = { "intercepted", N_ ("Intercepted"),
                              N_ ("A device in between reads the connection and signs as Plant Nord "
                                  "Inspection CA. The domain knows this authority.") },
  [STILE_LAB_UNKNOWN_AUTHORITY] = { "unknown-authority", N_ ("Unknown authority"),
                                    N_ ("The device in between signs with a CA that Plant Nord does not "
                                        "know.") },
  [STILE_LAB_BLOCK_PAGE] = { "block-page", N_ ("Block page"),
                             N_ ("Something answers instead of the service: 403, a page titled Access "
                                 "denied.") },
  [STILE_LAB_DIRECT] = { "direct", N_ ("Nothing in between"),
                         N_ ("The connection reaches the service as it is.") },
};

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

static gboolean
start_pki (StileLab *self, GError **error)
{
  stile_lab_directory_remove_stale (g_get_tmp_dir ());
  self->directory = stile_lab_directory_new (g_get_tmp_dir (), error);
  if (self->directory == NULL)
    return FALSE;

  self->pki = stile_lab_pki_new (stile_lab_directory_get_path (self->directory), error);
  return self->pki != NULL;
}

static gboolean
start_service (StileLab *self, GError **error)
{
  self->service = stile_lab_service_new (self->pki, error);

  return self->service != NULL;
}

static gboolean
start_middlebox (StileLab *self, GError **error)
{
  self->middlebox = stile_lab_middlebox_new (self->pki);
  stile_lab_middlebox_set_scenario (self->middlebox, self->scenario);

  return stile_lab_middlebox_start (self->middlebox, error);
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

  if (!start_pki (self, error) || !start_service (self, error) || !start_middlebox (self, error))
    {
      g_prefix_error (error, "%s: ", _ ("Starting the lab"));
      stile_lab_stop (self);
      return FALSE;
    }

  return TRUE;
}

/**
 * stile_lab_stop:
 *
 * Ends all of it and removes the directory; more than once does no harm.
 */
void
stile_lab_stop (StileLab *self)
{
  if (self->middlebox != NULL)
    stile_lab_middlebox_stop (self->middlebox);
  g_clear_object (&self->middlebox);
  if (self->service != NULL)
    stile_lab_service_stop (self->service);
  g_clear_object (&self->service);
  g_clear_object (&self->pki);
  if (self->directory != NULL)
    stile_lab_directory_remove (self->directory);
  g_clear_object (&self->directory);
}

/**
 * stile_lab_set_scenario:
 *
 * What lies between, from the next connection on.
 */
void
stile_lab_set_scenario (StileLab *self, StileLabScenario scenario)
{
  g_return_if_fail (scenario < STILE_LAB_N_SCENARIOS);

  self->scenario = scenario;
  if (self->middlebox != NULL)
    stile_lab_middlebox_set_scenario (self->middlebox, scenario);
}

StileLabScenario
stile_lab_get_scenario (StileLab *self)
{
  return self->scenario;
}

/* --- the scenarios --- */

/**
 * stile_lab_get_scenario_name:
 *
 * Returns: (transfer none): a word that never changes, for the command line and for JSON
 */
const char *
stile_lab_get_scenario_name (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return scenarios[scenario].name;
}

/**
 * stile_lab_get_scenario_title:
 *
 * Returns: (transfer none): for a menu
 */
const char *
stile_lab_get_scenario_title (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return _ (scenarios[scenario].title);
}

/**
 * stile_lab_get_scenario_meaning:
 *
 * Returns: (transfer none): one or two sentences
 */
const char *
stile_lab_get_scenario_meaning (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return _ (scenarios[scenario].meaning);
}

/**
 * stile_lab_find_scenario:
 * @name: as stile_lab_get_scenario_name() gives it
 * @scenario: (out): the scenario, when there is one of that name
 */
gboolean
stile_lab_find_scenario (const char *name, StileLabScenario *scenario)
{
  for (guint i = 0; i < STILE_LAB_N_SCENARIOS; i++)
    if (strcmp (scenarios[i].name, name) == 0)
      {
        *scenario = i;
        return TRUE;
      }

  return FALSE;
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

const char *
stile_lab_get_service_url (StileLab *self)
{
  return self->service != NULL ? stile_lab_service_get_url (self->service) : NULL;
}

const char *
stile_lab_get_proxy_url (StileLab *self)
{
  return self->middlebox != NULL ? stile_lab_middlebox_get_url (self->middlebox) : NULL;
}

/**
 * stile_lab_get_anchors_file:
 *
 * Returns: (transfer none) (nullable): the manufacturer's CA
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
 * Returns: (transfer none) (nullable): the device's certificate
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

/* Not public: what a test looks into. */
StileLabMiddlebox *
stile_lab_private_get_middlebox (StileLab *self)
{
  return self->middlebox;
}

/**
 * stile_lab_to_variant:
 *
 * Returns: (transfer floating): a{sv} with service, proxy, anchors, domain, inspection, certificate, key, directory and
 *   scenario, of a lab that is running
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
    { "proxy", stile_lab_get_proxy_url (self) },
    { "anchors", stile_lab_get_anchors_file (self) },
    { "domain", stile_lab_get_domain_file (self) },
    { "inspection", stile_lab_get_inspection_file (self) },
    { "certificate", stile_lab_get_certificate_file (self) },
    { "key", stile_lab_get_key_file (self) },
    { "directory", stile_lab_get_directory (self) },
    { "scenario", stile_lab_get_scenario_name (self->scenario) },
  };
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    if (entries[i].value != NULL)
      g_variant_dict_insert (&dict, entries[i].key, "s", entries[i].value);

  return g_variant_dict_end (&dict);
}
