/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-est.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-guard.h"
#include "bootstrap/stile-registrar-member.h"
#include "bootstrap/stile-est-server.h"
#include "transport/stile-http-carrier.h"

#define DAY_SECONDS (24 * 60 * 60)

/* --- who may enrol --- */

/* Devices by the registrar's word, others by their certificates or passwords. */
typedef struct
{
  StileRegistrar *registrar; /* or NULL */
  StileEstGuard *guard;      /* or NULL */
} Gate;

static void
gate_free (gpointer data)
{
  Gate *gate = data;

  g_clear_object (&gate->registrar);
  g_clear_object (&gate->guard);
  g_free (gate);
}

/* Somebody whom "est-clients" or "est-users" know.  A device that shows the domain's own certificate is the registrar's to
 * judge all the same, and what it gets now is of that device, too: else it would leave its name behind. */
static gboolean
ask_guard (Gate *gate,
           StileExchange *exchange,
           StileCertificateRequest *request,
           char **device_issuer,
           char **device_serial,
           guint *status,
           char **sentence)
{
  g_autofree char *issuer = NULL;
  g_autofree char *serial = NULL;

  if (gate->registrar != NULL &&
      !stile_registrar_member_check (gate->registrar, exchange, &issuer, &serial, status, sentence))
    return FALSE;
  if (!stile_est_guard_gate (exchange, request, FALSE, device_issuer, device_serial, status, sentence,
                             gate->guard))
    return FALSE;

  if (serial != NULL && g_strcmp0 (*device_serial, serial) == 0)
    *device_issuer = g_steal_pointer (&issuer);
  return TRUE;
}

/* A device hears why it may not; whoever shows nothing hears what there is to show. */
static gboolean
may_enrol (StileExchange *exchange,
           StileCertificateRequest *request,
           gboolean renewing,
           char **device_issuer,
           char **device_serial,
           guint *status,
           char **sentence,
           gpointer user_data)
{
  Gate *gate = user_data;
  g_autoptr (StileRegistrarDevice) device =
      gate->registrar != NULL ? stile_registrar_identify (gate->registrar, exchange, NULL) : NULL;

  if (gate->registrar != NULL && (device != NULL || renewing || gate->guard == NULL))
    return stile_registrar_may_enrol (exchange, request, renewing, device_issuer, device_serial, status,
                                      sentence, gate->registrar);
  if (renewing)
    return TRUE;

  return ask_guard (gate, exchange, request, device_issuer, device_serial, status, sentence);
}

static gboolean
set_gate (StileServiceConfig *config, StileRegistrar *registrar, StileEstServer *server, GError **error)
{
  const char *users = stile_service_config_get_text (config, "est-users");
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) anchors = stile_service_roles_load_certificates (config, "est-clients", &failure);
  g_autoptr (StilePasswordFile) passwords =
      users != NULL && failure == NULL ? stile_password_file_load (users, &failure) : NULL;
  Gate *gate;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  gate = g_new0 (Gate, 1);
  g_set_object (&gate->registrar, registrar);
  if (registrar == NULL || anchors != NULL || passwords != NULL)
    gate->guard = stile_est_guard_new (anchors, passwords);
  stile_est_server_set_gate (server, may_enrol, gate, gate_free);
  return TRUE;
}

/* --- who signs --- */

static gboolean
set_authority (StileServiceConfig *config, StileLedger *ledger, StileEstServer *server, GError **error)
{
  const char *names = stile_service_config_get_text (config, "est-domains");
  g_auto (GStrv) domains = names != NULL ? g_strsplit_set (names, ", ", -1) : NULL;
  const StileDomainCaProfile profile = {
    .lifetime = (gint64)stile_service_config_get_number (config, "est-lifetime-days") * DAY_SECONDS,
    .servers = stile_service_config_get_flag (config, "est-servers"),
    .domains = (const char *const *)domains,
  };
  g_autoptr (StileIdentity) identity =
      stile_service_roles_load_identity (config, "est-ca-cert", "est-ca-key", error);
  g_autoptr (StileDomainCa) ca =
      identity != NULL ? stile_domain_ca_new (identity, &profile, ledger, error) : NULL;

  if (ca == NULL)
    return FALSE;

  stile_est_server_set_authority (server, ca);
  stile_est_server_set_key_generation (server, stile_service_config_get_flag (config, "est-key-generation"));
  return TRUE;
}

static gboolean
set_upstream (StileServiceConfig *config, StileEstServer *server, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) anchors = stile_service_roles_load_certificates (config, "est-upstream-ca", &failure);
  g_autoptr (StileIdentity) identity =
      failure == NULL && stile_service_config_get_text (config, "est-upstream-cert") != NULL
          ? stile_service_roles_load_identity (config, "est-upstream-cert", "est-upstream-key", &failure)
          : NULL;
  g_autoptr (StileEstUpstream) upstream = NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  upstream =
      stile_est_upstream_new (STILE_TYPE_HTTP_CARRIER, stile_service_config_get_text (config, "est-upstream"),
                              NULL, anchors, identity, error);
  if (upstream == NULL)
    return FALSE;

  stile_est_server_set_upstream (server, upstream);
  return TRUE;
}

static gboolean
set_attributes (StileServiceConfig *config, StileEstServer *server, GError **error)
{
  const char *path = stile_service_config_get_text (config, "est-csrattrs");
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (StileCsrAttributes) attributes = NULL;

  if (path == NULL)
    return TRUE;
  if (g_file_get_contents (path, &text, &length, error))
    {
      body = g_bytes_new_take (g_steal_pointer (&text), length);
      attributes = stile_csr_attributes_parse_est (body, error);
    }
  if (attributes == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      if (error != NULL)
        (*error)->code = STILE_ERROR_SETTINGS;
      g_prefix_error (error, "est-csrattrs: ");
      return FALSE;
    }

  stile_est_server_set_attributes (server, attributes);
  return TRUE;
}

/* The roots that are handed out: those that are named, else the CA's own chain's top; an upstream has its own. */
static GPtrArray *
load_roots (StileServiceConfig *config, GError **error)
{
  const char *named = stile_service_config_get_text (config, "est-cacerts");
  g_autoptr (GPtrArray) chain = NULL;
  GPtrArray *roots;

  if (named != NULL || strcmp (stile_service_config_get_text (config, "est"), "ca") != 0)
    return stile_service_roles_load_certificates (config, "est-cacerts", error);

  chain = stile_service_roles_load_certificates (config, "est-ca-cert", error);
  if (chain == NULL || chain->len == 0)
    return NULL;

  roots = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (roots, g_object_ref (g_ptr_array_index (chain, chain->len - 1)));
  return roots;
}

static StileEstServer *
make_server (StileServiceConfig *config, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) roots = load_roots (config, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  return stile_est_server_new (roots, error);
}

/**
 * stile_service_est_load:
 * @registrar: (nullable): whose devices may enrol
 * @router: gets the paths of EST, and keeps the server
 *
 * Returns: (transfer none): the EST server
 */
StileHandler *
stile_service_est_load (StileServiceConfig *config,
                        StileLedger *ledger,
                        StileRegistrar *registrar,
                        StileRouter *router,
                        GError **error)
{
  g_autoptr (StileEstServer) server = make_server (config, error);
  const char *label = stile_service_config_get_text (config, "est-label");
  gboolean own = strcmp (stile_service_config_get_text (config, "est"), "ca") == 0;

  if (server == NULL || !set_gate (config, registrar, server, error) ||
      !set_attributes (config, server, error))
    return NULL;
  if (own ? !set_authority (config, ledger, server, error) : !set_upstream (config, server, error))
    return NULL;

  if (label != NULL)
    stile_est_server_set_label (server, label);
  stile_router_add (router, STILE_EST_SERVER_PREFIX, STILE_HANDLER (server));
  return STILE_HANDLER (server);
}
