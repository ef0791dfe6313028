/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-roles.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-masa-log.h"
#include "bootstrap/stile-masa-voucher.h"
#include "bootstrap/stile-registrar-enrolment.h"
#include "bootstrap/stile-registrar-prm-enrolment.h"
#include "bootstrap/stile-registrar-prm-roots.h"
#include "bootstrap/stile-registrar-status.h"
#include "bootstrap/stile-registrar-voucher.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "inventory/stile-ledger-database.h"
#include "service/stile-service-est.h"
#include "transport/stile-http-carrier.h"

static gboolean
has_est (StileServiceConfig *config)
{
  return strcmp (stile_service_config_get_text (config, "est"), "none") != 0;
}

/**
 * stile_service_roles_are_wanted:
 *
 * Returns: whether the service asks everybody for a certificate and lets its roles judge (RFC 8995 section 5.1)
 */
gboolean
stile_service_roles_are_wanted (StileServiceConfig *config)
{
  return stile_service_config_get_flag (config, "registrar") ||
         stile_service_config_get_flag (config, "masa") || has_est (config);
}

/* --- what the settings say --- */

static gboolean
check_given (StileServiceConfig *config, const char *role, const char *const *keys, GError **error)
{
  for (gsize i = 0; keys[i] != NULL; i++)
    if (stile_service_config_get_text (config, keys[i]) == NULL)
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s needs %s"), role, keys[i]);
        return FALSE;
      }

  return TRUE;
}

/* Where the MASA is served: alone it has the paths of RFC 8995 section 5. */
static const char *
get_masa_path (StileServiceConfig *config)
{
  const char *path = stile_service_config_get_text (config, "masa-path");

  return path != NULL ? path : STILE_MASA_ADDRESS_PATH;
}

static gboolean
check_masa_path (StileServiceConfig *config, GError **error)
{
  const char *path = get_masa_path (config);

  if (path[0] != '/' || g_str_has_suffix (path, "/") || strpbrk (path, " ;,?#\"\\") != NULL)
    {
      g_set_error (
          error, STILE_ERROR, STILE_ERROR_SETTINGS,
          _ ("masa-path begins with a slash, does not end with one and holds no special characters; “%s” "
             "does not"),
          path);
      return FALSE;
    }
  if (!stile_service_config_get_flag (config, "registrar") || strcmp (path, STILE_MASA_ADDRESS_PATH) != 0)
    return TRUE;

  g_set_error (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("registrar and masa are both on, and both would be served at %s: masa-path must be another one"),
      path);
  return FALSE;
}

static gboolean
check_est (StileServiceConfig *config, GError **error)
{
  static const char *const ca[] = { "est-ca-cert", "est-ca-key", NULL };
  static const char *const upstream[] = { "est-upstream", NULL };
  const char *est = stile_service_config_get_text (config, "est");

  if (strcmp (est, "none") == 0)
    return TRUE;
  if (strcmp (est, "ca") == 0)
    return check_given (config, "est=ca", ca, error);
  if (strcmp (est, "upstream") == 0)
    return check_given (config, "est=upstream", upstream, error);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("est is none, ca or upstream, not “%s”"), est);
  return FALSE;
}

/**
 * stile_service_roles_check:
 *
 * Checks what one value alone does not tell.
 */
gboolean
stile_service_roles_check (StileServiceConfig *config, GError **error)
{
  static const char *const registrar[] = { "registrar-policy", "database", NULL };
  static const char *const masa[] = { "masa-cert", "masa-key", "masa-devices", "database", NULL };
  static const char *const est[] = { "database", NULL };

  if (stile_service_config_get_flag (config, "registrar") &&
      !check_given (config, "registrar", registrar, error))
    return FALSE;
  if (stile_service_config_get_flag (config, "masa") &&
      (!check_given (config, "masa", masa, error) || !check_masa_path (config, error)))
    return FALSE;

  return check_est (config, error) && (!has_est (config) || check_given (config, "est", est, error));
}

/**
 * stile_service_roles_open_ledger:
 *
 * Returns: (transfer full): what the roles remember, from the file of the setting "database"
 */
StileLedger *
stile_service_roles_open_ledger (StileServiceConfig *config, GError **error)
{
  return stile_ledger_database_new (stile_service_config_get_text (config, "database"), error);
}

/**
 * stile_service_roles_check_ledger:
 *
 * Looks whether the database can be used, and leaves it as it is, also when there is none yet.
 *
 * Returns: (transfer full): one in memory, which stands in for it
 */
StileLedger *
stile_service_roles_check_ledger (StileServiceConfig *config, GError **error)
{
  const char *path = stile_service_config_get_text (config, "database");

  if (stile_service_roles_are_wanted (config) && path != NULL && !stile_ledger_database_check (path, error))
    return NULL;

  return stile_ledger_database_new (STILE_DATABASE_MEMORY, error);
}

/* --- files --- */

/**
 * stile_service_roles_load_certificates:
 *
 * Returns: (transfer full) (nullable) (element-type StileCertificate): the certificates of the file that @key names; %NULL
 *   with no error when it names none
 */
GPtrArray *
stile_service_roles_load_certificates (StileServiceConfig *config, const char *key, GError **error)
{
  const char *path = stile_service_config_get_text (config, key);
  GPtrArray *certificates = path != NULL ? stile_certificate_bundle_load_pem (path, error) : NULL;

  if (path != NULL && certificates == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, "%s: ", key);
    }
  return certificates;
}

StileIdentity *
stile_service_roles_load_identity (StileServiceConfig *config,
                                   const char *certificate,
                                   const char *key,
                                   GError **error)
{
  return stile_identity_load (stile_service_config_get_text (config, certificate),
                              stile_service_config_get_text (config, key), error);
}

/* --- the roles --- */

static void
add (StileRouter *router, const char *prefix, const char *name, StileHandler *handler)
{
  g_autofree char *path = g_strconcat (prefix, "/", name, NULL);

  stile_router_add (router, path, handler);
  g_object_unref (handler);
}

/* Its own certificate, or the one that clients see inside ATLS: for most it is the same. */
static StileRegistrar *
load_registrar (StileServiceConfig *config, StileLedger *ledger, GError **error)
{
  gboolean own = stile_service_config_get_text (config, "registrar-cert") != NULL;
  g_autoptr (StileIdentity) identity = stile_service_roles_load_identity (
      config, own ? "registrar-cert" : "atls-cert", own ? "registrar-key" : "atls-key", error);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (GPtrArray) agents = NULL;
  g_autoptr (StileRegistrarPolicy) policy = NULL;
  StileRegistrarSettings settings = { .ledger = ledger, .carrier_type = STILE_TYPE_HTTP_CARRIER };

  if (identity == NULL)
    return NULL;
  chain = stile_service_roles_load_certificates (config, "registrar-chain", &failure);
  if (failure == NULL)
    agents = stile_service_roles_load_certificates (config, "registrar-agents", &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  policy = stile_registrar_policy_load (stile_service_config_get_text (config, "registrar-policy"), error);
  if (policy == NULL)
    return NULL;

  settings.identity = identity;
  settings.chain = chain;
  settings.agent_anchors = agents;
  settings.policy = policy;
  return stile_registrar_new (&settings, error);
}

static gboolean
has_key_of (GPtrArray *chain, StileCertificate *shown)
{
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (shown);

  for (guint i = 0; key != NULL && i < chain->len; i++)
    {
      g_autoptr (GBytes) own = stile_certificate_path_get_public_key (g_ptr_array_index (chain, i));

      if (own != NULL && g_bytes_equal (own, key))
        return TRUE;
    }

  return FALSE;
}

/* A device names the certificate that it sees, and its MASA looks for that key in the registrar's chain (M3).  It is no
 * error: a service may have devices come inside ATLS only, or only over https. */
static void
warn_of_other_key (StileServiceConfig *config, StileRegistrar *registrar, const char *key)
{
  g_autoptr (GPtrArray) shown = stile_service_roles_load_certificates (config, key, NULL);

  if (shown == NULL || shown->len == 0 ||
      has_key_of (stile_registrar_get_chain (registrar), g_ptr_array_index (shown, 0)))
    return;

  g_warning (
      "Devices that see the certificate of %s get no voucher: its key is none of the registrar's chain, and "
      "their MASA refuses that",
      key);
}

/* Agents get from the registrar what they need of EST. */
static void
add_agents (StileRouter *router, StileRegistrar *registrar, StileHandler *est)
{
  add (router, STILE_MASA_ADDRESS_PATH, "requestenroll", stile_registrar_prm_enrolment_new (registrar, est));
  add (router, STILE_MASA_ADDRESS_PATH, "wrappedcacerts", stile_registrar_prm_roots_new (registrar, est));
}

static void
add_registrar (StileRouter *router, StileRegistrar *registrar)
{
  add (router, STILE_MASA_ADDRESS_PATH, "requestvoucher", stile_registrar_voucher_new (registrar));
  add (router, STILE_MASA_ADDRESS_PATH, "voucher_status", stile_registrar_status_new (registrar));
  add (router, STILE_MASA_ADDRESS_PATH, "enrollstatus", stile_registrar_enrolment_new (registrar));
}

static gboolean
load_masa (StileServiceConfig *config, StileLedger *ledger, StileRouter *router, GError **error)
{
  g_autoptr (StileIdentity) identity =
      stile_service_roles_load_identity (config, "masa-cert", "masa-key", error);
  g_autoptr (StileMasaDevices) devices =
      identity != NULL
          ? stile_masa_devices_load (stile_service_config_get_text (config, "masa-devices"), error)
          : NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (StileMasa) masa = NULL;
  StileMasaSettings settings = { .identity = identity, .devices = devices, .ledger = ledger };

  if (devices == NULL)
    return FALSE;
  anchors = stile_service_roles_load_certificates (config, "masa-anchors", &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  settings.registrar_anchors = anchors;
  masa = stile_masa_new (&settings, error);
  if (masa == NULL)
    return FALSE;

  add (router, get_masa_path (config), "requestvoucher", stile_masa_voucher_new (masa));
  add (router, get_masa_path (config), "requestauditlog", stile_masa_log_new (masa));
  return TRUE;
}

/**
 * stile_service_roles_load:
 * @ledger: (nullable): what they remember; not needed when no role is wanted
 * @router: gets their paths
 *
 * Reads all that the roles' settings name.
 */
gboolean
stile_service_roles_load (StileServiceConfig *config,
                          StileLedger *ledger,
                          StileRouter *router,
                          GError **error)
{
  g_autoptr (StileRegistrar) registrar = NULL;
  StileHandler *est;

  if (stile_service_config_get_flag (config, "registrar"))
    {
      registrar = load_registrar (config, ledger, error);
      if (registrar == NULL)
        return FALSE;
      warn_of_other_key (config, registrar, "atls-cert");
      warn_of_other_key (config, registrar, "tls-cert");
      add_registrar (router, registrar);
    }
  if (stile_service_config_get_flag (config, "masa") && !load_masa (config, ledger, router, error))
    return FALSE;

  if (!has_est (config))
    return TRUE;

  est = stile_service_est_load (config, ledger, registrar, router, error);
  if (est != NULL && registrar != NULL && stile_registrar_get_agent_anchors (registrar) != NULL)
    add_agents (router, registrar, est);
  return est != NULL;
}

static void
mount (StileRouter *roles, StileRouter *router, const char *path)
{
  g_autofree char *below = g_str_has_suffix (path, "/") ? g_strdup (path) : g_strconcat (path, "/", NULL);

  stile_router_add (router, below, STILE_HANDLER (roles));
}

/**
 * stile_service_roles_mount:
 * @roles: with what stile_service_roles_load() put there
 * @router: gets the paths that the roles answer at, whole trees
 */
void
stile_service_roles_mount (StileServiceConfig *config, StileRouter *roles, StileRouter *router)
{
  if (stile_service_config_get_flag (config, "registrar"))
    mount (roles, router, STILE_MASA_ADDRESS_PATH);
  if (stile_service_config_get_flag (config, "masa"))
    mount (roles, router, get_masa_path (config));
  if (has_est (config))
    mount (roles, router, STILE_EST_SERVER_PREFIX);
}
