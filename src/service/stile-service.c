/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-observation-handler.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-est-server.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-hex.h"
#include "service/stile-service-front.h"
#include "service/stile-service-gate.h"
#include "service/stile-service-roles.h"
#include "service/stile-service-worker.h"
#include "transport/stile-http-service.h"
#include "transport/stile-listening-socket.h"
#include "transport/stile-http-upstream.h"

/* How often sessions are looked at that are over. */
#define EXPIRE_SECONDS 5

/**
 * StileService:
 *
 * stiled as an object: an endpoint that all workers share, and what its sessions are answered with.
 */
struct _StileService
{
  GObject parent_instance;

  StileServiceConfig *config;
  StileEndpoint *endpoint;
  StileLedger *ledger; /* what the roles remember; NULL without any */
  GSocket *socket;
  GPtrArray *workers; /* of StileServiceWorker */
  guint expire_source;
  char *export_label;
  gsize export_length;
};

G_DEFINE_FINAL_TYPE (StileService, stile_service, G_TYPE_OBJECT)

/* All that is read from files, so that a reload either has it all or changes nothing. */
typedef struct
{
  StileCredentials *credentials;
  GPtrArray *clients; /* of StileCertificate: anchors of those who may connect; empty for all */
  StileLedger *ledger;
  StileRouter *roles;
  StileHandler *handler;
  StileHandler *plain;
  GTlsCertificate *certificate;
  StileHttpFront *front;
  StileHttpReceipts *receipts;
} Parts;

static void
parts_clear (Parts *parts)
{
  g_clear_object (&parts->credentials);
  g_clear_pointer (&parts->clients, g_ptr_array_unref);
  g_clear_object (&parts->ledger);
  g_clear_object (&parts->roles);
  g_clear_object (&parts->handler);
  g_clear_object (&parts->plain);
  g_clear_object (&parts->certificate);
  g_clear_object (&parts->front);
  g_clear_object (&parts->receipts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static void
stile_service_finalize (GObject *object)
{
  StileService *self = STILE_SERVICE (object);

  stile_service_stop (self);
  g_ptr_array_unref (self->workers);
  g_clear_object (&self->ledger);
  g_clear_object (&self->config);
  g_free (self->export_label);

  G_OBJECT_CLASS (stile_service_parent_class)->finalize (object);
}

static void
stile_service_class_init (StileServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_service_finalize;
}

static void
stile_service_init (StileService *self)
{
  self->workers = g_ptr_array_new ();
}

StileService *
stile_service_new (StileServiceConfig *config)
{
  StileService *self = g_object_new (STILE_TYPE_SERVICE, NULL);

  self->config = g_object_ref (config);

  return self;
}

/* --- parts --- */

static GPtrArray *
load_certificates (StileServiceConfig *config, const char *key, GError **error)
{
  const char *path = stile_service_config_get_text (config, key);
  GPtrArray *certificates = path != NULL ? stile_certificate_bundle_load_pem (path, error)
                                         : g_ptr_array_new_with_free_func (g_object_unref);

  if (certificates == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, "%s: ", key);
    }
  return certificates;
}

static StileTlsVersion
tls_version (StileServiceConfig *config)
{
  const char *text = stile_service_config_get_text (config, "tls-version");

  if (strcmp (text, "1.2") == 0)
    return STILE_TLS_1_2;

  return strcmp (text, "1.3") == 0 ? STILE_TLS_1_3 : STILE_TLS_ANY;
}

/* With roles anybody may come in, also with a certificate that nobody here knows: the roles judge for themselves, and
 * "client-ca" guards what is left (StileServiceGate). */
static void
set_verification (StileServiceConfig *config, Parts *parts)
{
  if (stile_service_roles_are_wanted (config))
    stile_credentials_set_provisional (parts->credentials);
  else if (parts->clients->len > 0)
    stile_credentials_set_anchors (parts->credentials, parts->clients);
}

static gboolean
load_credentials (StileServiceConfig *config, Parts *parts, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileIdentity) identity =
      stile_service_roles_load_identity (config, "atls-cert", "atls-key", error);

  if (identity == NULL)
    return FALSE;
  parts->clients = load_certificates (config, "client-ca", error);
  if (parts->clients == NULL)
    return FALSE;

  parts->credentials = stile_credentials_new (STILE_ROLE_SERVER);
  stile_credentials_set_identity (parts->credentials, identity);
  stile_credentials_set_version (parts->credentials, tls_version (config));
  stile_credentials_set_application_protocols (parts->credentials, protocols);
  stile_credentials_set_tickets (parts->credentials, stile_service_config_get_flag (config, "tickets"));
  set_verification (config, parts);

  return stile_credentials_prepare (parts->credentials, error);
}

static GPtrArray *
load_authorities (StileServiceConfig *config, GPtrArray *roots, GError **error)
{
  g_autoptr (GPtrArray) authorities = load_certificates (config, "domain-cas", error);

  if (authorities == NULL)
    return NULL;
  for (guint i = 0; i < roots->len; i++)
    g_ptr_array_add (authorities, g_object_ref (g_ptr_array_index (roots, i)));

  return g_steal_pointer (&authorities);
}

static gboolean
add_est (StileRouter *router, GPtrArray *roots, GError **error)
{
  g_autoptr (StileEstServer) est = NULL;

  if (roots->len == 0)
    return TRUE;
  est = stile_est_server_new (roots, error);
  if (est == NULL)
    return FALSE;

  stile_router_add (router, STILE_EST_CLIENT_CACERTS_PATH, STILE_HANDLER (est));
  return TRUE;
}

/* What sessions get beside the roles: the observation, and what is behind the service. */
static StileRouter *
load_inner (StileServiceConfig *config, GPtrArray *roots, GError **error)
{
  const char *upstream_url = stile_service_config_get_text (config, "upstream");
  g_autoptr (GPtrArray) authorities = load_authorities (config, roots, error);
  g_autoptr (StileRouter) router = stile_router_new ();
  g_autoptr (StileObservationHandler) observation = NULL;

  if (authorities == NULL || !add_est (router, roots, error))
    return NULL;

  observation = stile_observation_handler_new (authorities);
  stile_router_add (router, STILE_OBSERVATION_PATH, STILE_HANDLER (observation));
  if (upstream_url != NULL)
    {
      g_autoptr (StileHttpUpstream) upstream = stile_http_upstream_new (upstream_url, error);

      if (upstream == NULL)
        return NULL;
      stile_router_set_fallback (router, STILE_HANDLER (upstream));
    }

  return g_steal_pointer (&router);
}

/* The roles are behind their own judgement, everything else behind "client-ca": without roles too, since sessions of before
 * a reload may be of somebody whom TLS let in unjudged. */
static StileHandler *
combine (StileServiceConfig *config, Parts *parts, StileRouter *inner)
{
  g_autoptr (StileRouter) outer = NULL;
  g_autoptr (StileHandler) rest = parts->clients->len > 0
                                      ? stile_service_gate_new (parts->clients, STILE_HANDLER (inner))
                                      : STILE_HANDLER (g_object_ref (inner));

  if (!stile_service_roles_are_wanted (config))
    return g_steal_pointer (&rest);

  outer = stile_router_new ();
  stile_service_roles_mount (config, parts->roles, outer);
  stile_router_set_fallback (outer, rest);
  return STILE_HANDLER (g_steal_pointer (&outer));
}

static gboolean
load_handlers (StileServiceConfig *config, Parts *parts, GError **error)
{
  g_autoptr (GPtrArray) roots = load_certificates (config, "est-cacerts", error);
  g_autoptr (StileRouter) inner = roots != NULL ? load_inner (config, roots, error) : NULL;
  g_autoptr (StileRouter) plain = stile_router_new ();

  parts->roles = stile_router_new ();
  if (inner == NULL || !add_est (plain, roots, error) ||
      !stile_service_roles_load (config, parts->ledger, parts->roles, error))
    return FALSE;

  /* Over plain HTTP anybody on the way could be anybody. */
  if (stile_service_config_get_text (config, "tls-cert") != NULL)
    stile_service_roles_mount (config, parts->roles, plain);
  parts->handler = combine (config, parts, inner);
  parts->plain = STILE_HANDLER (g_steal_pointer (&plain));
  return TRUE;
}

/* The database stays open over a reload: what it is may only change by a restart. */
static gboolean
load_ledger (StileServiceConfig *config, StileLedger *open, Parts *parts, GError **error)
{
  if (!stile_service_roles_are_wanted (config))
    return TRUE;

  parts->ledger = open != NULL ? g_object_ref (open) : stile_service_roles_open_ledger (config, error);
  return parts->ledger != NULL;
}

static gboolean
load_certificate (StileServiceConfig *config, Parts *parts, GError **error)
{
  const char *certificate = stile_service_config_get_text (config, "tls-cert");
  const char *key = stile_service_config_get_text (config, "tls-key");

  if (certificate == NULL)
    return TRUE;

  parts->certificate = g_tls_certificate_new_from_files (certificate, key, error);
  if (parts->certificate != NULL)
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, "%s, %s: ", certificate, key);
  return FALSE;
}

/* Signed with the key of the service inside ATLS: who verifies the one verifies the other. */
static gboolean
load_receipts (StileServiceConfig *config, Parts *parts, GError **error)
{
  guint rate = stile_service_config_get_number (config, "receipts-per-second");
  g_autoptr (StileIdentity) identity = NULL;

  parts->front = stile_service_front_load (config, error);
  if (parts->front == NULL || rate == 0)
    return parts->front != NULL;

  identity = stile_service_roles_load_identity (config, "atls-cert", "atls-key", error);
  if (identity == NULL)
    return FALSE;
  parts->receipts = stile_http_receipts_new (identity, rate);
  return TRUE;
}

static gboolean
load_parts (StileServiceConfig *config, StileLedger *ledger, Parts *parts, GError **error)
{
  return stile_service_config_check (config, error) && stile_service_roles_check (config, error) &&
         load_credentials (config, parts, error) && load_ledger (config, ledger, parts, error) &&
         load_handlers (config, parts, error) && load_certificate (config, parts, error) &&
         load_receipts (config, parts, error);
}

static StileServiceWorkerFace
get_face (StileServiceConfig *config, Parts *parts)
{
  return (StileServiceWorkerFace){ .certificate = parts->certificate,
                                   .ask = stile_service_roles_are_wanted (config),
                                   .plain = parts->plain,
                                   .front = parts->front,
                                   .receipts = parts->receipts };
}

/**
 * stile_service_check:
 *
 * Reads everything that @config names and starts nothing.
 */
gboolean
stile_service_check (StileServiceConfig *config, GError **error)
{
  g_auto (Parts) parts = { 0 };
  g_autoptr (GSocketAddress) address =
      stile_listening_socket_parse (stile_service_config_get_text (config, "listen"), error);
  g_autoptr (StileLedger) nothing = address != NULL ? stile_service_roles_check_ledger (config, error) : NULL;

  return nothing != NULL && load_parts (config, nothing, &parts, error);
}

/* --- what the endpoint calls --- */

/* --echo: the answer shows that the service has read what was said. */
static GBytes *
echo (GBytes *data, gpointer user_data)
{
  gsize length;
  const char *bytes = g_bytes_get_data (data, &length);
  char *upper = g_ascii_strup (bytes != NULL ? bytes : "", (gssize)length);

  return g_bytes_new_take (upper, length);
}

static void
log_export (StileSession *session, const char *id, gpointer user_data)
{
  StileService *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) value = stile_session_export (session, self->export_label, self->export_length, &error);
  g_autofree char *hex = value != NULL ? stile_hex_encode_bytes (value) : NULL;

  g_message ("Session %.6s…: exported %s:%zu = %s", id, self->export_label, self->export_length,
             hex != NULL ? hex : error->message);
}

static gboolean
expire_cb (gpointer user_data)
{
  stile_endpoint_expire (STILE_SERVICE (user_data)->endpoint);
  return G_SOURCE_CONTINUE;
}

static void
set_up_endpoint (StileService *self, Parts *parts)
{
  const char *export = stile_service_config_get_text (self->config, "log-export");
  StileEndpointLimits limits;

  stile_service_config_get_limits (self->config, &limits);
  self->endpoint = stile_endpoint_new (parts->credentials, parts->handler);
  stile_endpoint_set_limits (self->endpoint, &limits);
  if (stile_service_config_get_flag (self->config, "echo"))
    stile_endpoint_set_raw_handler (self->endpoint, echo, NULL);
  if (export == NULL)
    return;

  g_warning ("log-export is on: keying material of every session is printed. This is for tests only");
  stile_service_config_parse_export (export, &self->export_label, &self->export_length);
  stile_endpoint_set_established_handler (self->endpoint, log_export, self);
}

static void
start_workers (StileService *self, Parts *parts)
{
  guint count = stile_service_config_get_number (self->config, "workers");
  StileServiceWorkerFace face = get_face (self->config, parts);

  if (count == 0)
    count = g_get_num_processors ();
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (self->workers,
                     stile_service_worker_start (i, self->endpoint,
                                                 stile_service_config_get_text (self->config, "path"),
                                                 self->socket, &face));
}

/**
 * stile_service_start:
 *
 * Listens and serves, in threads of its own; the caller's main context looks after what expires.
 */
gboolean
stile_service_start (StileService *self, GError **error)
{
  g_auto (Parts) parts = { 0 };

  g_return_val_if_fail (self->endpoint == NULL, FALSE);

  if (!load_parts (self->config, NULL, &parts, error))
    return FALSE;
  self->socket = stile_listening_socket_open (stile_service_config_get_text (self->config, "listen"), error);
  if (self->socket == NULL)
    return FALSE;

  g_set_object (&self->ledger, parts.ledger);
  set_up_endpoint (self, &parts);
  start_workers (self, &parts);
  self->expire_source = g_timeout_add_seconds (EXPIRE_SECONDS, expire_cb, self);
  return TRUE;
}

/**
 * stile_service_reload:
 * @config: read anew
 *
 * Takes new certificates, keys, authorities, upstream and limits; sessions stay.  Where the service listens and how
 * many workers it has changes only by a restart.  On failure all is as it was.
 */
gboolean
stile_service_reload (StileService *self, StileServiceConfig *config, GError **error)
{
  g_auto (Parts) parts = { 0 };
  StileServiceWorkerFace face;
  StileEndpointLimits limits;

  if (!load_parts (config, self->ledger, &parts, error))
    return FALSE;

  g_set_object (&self->config, config);
  g_set_object (&self->ledger, parts.ledger);
  stile_service_config_get_limits (config, &limits);
  stile_endpoint_set_limits (self->endpoint, &limits);
  stile_endpoint_set_credentials (self->endpoint, parts.credentials);
  stile_endpoint_set_handler (self->endpoint, parts.handler);
  face = get_face (config, &parts);
  for (guint i = 0; i < self->workers->len; i++)
    stile_service_worker_change (g_ptr_array_index (self->workers, i), &face);

  return TRUE;
}

/**
 * stile_service_stop:
 *
 * Serves no more; all sessions end and their keys are wiped.
 */
void
stile_service_stop (StileService *self)
{
  g_clear_handle_id (&self->expire_source, g_source_remove);
  for (guint i = 0; i < self->workers->len; i++)
    stile_service_worker_stop (g_ptr_array_index (self->workers, i));
  g_ptr_array_set_size (self->workers, 0);
  if (self->endpoint != NULL)
    stile_endpoint_close_all (self->endpoint);
  g_clear_object (&self->endpoint);
  g_clear_object (&self->socket);
}

/**
 * stile_service_get_address:
 *
 * Returns: (transfer full): where the service listens, with the port it got
 */
char *
stile_service_get_address (StileService *self)
{
  return stile_listening_socket_describe (self->socket);
}

guint
stile_service_get_n_workers (StileService *self)
{
  return self->workers->len;
}
