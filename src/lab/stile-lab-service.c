/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-service.h"

#include "atls/stile-endpoint.h"
#include "atls/stile-observation-handler.h"
#include "atls/stile-observation.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-est-server.h"
#include "codec/stile-binary-http.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-service.h"
#include "transport/stile-listening-socket.h"

/* Looking at some sessions costs nothing; a handshake may take 30 seconds (PROTOCOL section 1). */
#define EXPIRE_SECONDS 10

/**
 * StileLabService:
 *
 * The manufacturer's service: ATLS over HTTPS on loopback, with the domain's roots and what it observed to give.  The
 * lab holds it.
 */
struct _StileLabService
{
  GObject parent_instance;

  char *url;
  StileEndpoint *endpoint;
  StileHttpService *http;
  GSource *expire; /* or NULL */
};

G_DEFINE_FINAL_TYPE (StileLabService, stile_lab_service, G_TYPE_OBJECT)

static void
stile_lab_service_dispose (GObject *object)
{
  StileLabService *self = STILE_LAB_SERVICE (object);

  stile_lab_service_stop (self);
  g_clear_object (&self->http);
  g_clear_object (&self->endpoint);

  G_OBJECT_CLASS (stile_lab_service_parent_class)->dispose (object);
}

static void
stile_lab_service_finalize (GObject *object)
{
  g_free (STILE_LAB_SERVICE (object)->url);

  G_OBJECT_CLASS (stile_lab_service_parent_class)->finalize (object);
}

static void
stile_lab_service_class_init (StileLabServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_lab_service_dispose;
  object_class->finalize = stile_lab_service_finalize;
}

static void
stile_lab_service_init (StileLabService *self)
{
}

static StileCertificate *
certificate_of (StileLabPki *pki, StileLabMember member)
{
  return stile_lab_authority_get_certificate (stile_lab_pki_get_authority (pki, member));
}

static GPtrArray *
list_certificates (StileLabPki *pki, const StileLabMember *members, gsize n_members)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < n_members; i++)
    g_ptr_array_add (list, g_object_ref (certificate_of (pki, members[i])));

  return list;
}

static StileCredentials *
make_credentials (StileLabPki *pki, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  static const StileLabMember known[] = { STILE_LAB_MANUFACTURER };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_SERVER);
  g_autoptr (GPtrArray) anchors = list_certificates (pki, known, G_N_ELEMENTS (known));

  stile_credentials_set_identity (credentials, stile_lab_pki_get_service_identity (pki));
  stile_credentials_set_anchors (credentials, anchors);
  stile_credentials_set_application_protocols (credentials, protocols);

  return stile_credentials_prepare (credentials, error) ? g_steal_pointer (&credentials) : NULL;
}

static StileRouter *
make_router (StileLabPki *pki, GError **error)
{
  static const StileLabMember domain[] = { STILE_LAB_DOMAIN, STILE_LAB_INSPECTION };
  g_autoptr (GPtrArray) roots = list_certificates (pki, domain, 1);
  g_autoptr (GPtrArray) authorities = list_certificates (pki, domain, G_N_ELEMENTS (domain));
  g_autoptr (StileEstServer) est = stile_est_server_new (roots, error);
  g_autoptr (StileObservationHandler) observation = stile_observation_handler_new (authorities);
  StileRouter *router;

  if (est == NULL)
    return NULL;

  router = stile_router_new ();
  stile_router_add (router, STILE_EST_CLIENT_CACERTS_PATH, STILE_HANDLER (est));
  stile_router_add (router, STILE_OBSERVATION_PATH, STILE_HANDLER (observation));
  return router;
}

/* --- on the network --- */

static char *
describe (GSocket *socket, GError **error)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, error);

  if (address == NULL)
    return NULL;

  return g_strdup_printf ("https://" STILE_LAB_PKI_HOST ":%u",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static gboolean
listen_on_loopback (StileLabService *self, StileLabPki *pki, GError **error)
{
  g_autoptr (GSocket) socket = stile_listening_socket_open ("127.0.0.1:0", error);

  self->url = socket != NULL ? describe (socket, error) : NULL;
  if (self->url == NULL)
    return FALSE;

  self->http = stile_http_service_new (self->endpoint, STILE_HTTP_CARRIER_DEFAULT_PATH);
  stile_http_service_set_certificate (self->http, stile_lab_pki_get_outer_certificate (pki));
  return stile_http_service_listen (self->http, socket, error);
}

static gboolean
expire_cb (gpointer user_data)
{
  stile_endpoint_expire (STILE_LAB_SERVICE (user_data)->endpoint);
  return G_SOURCE_CONTINUE;
}

static void
start_expiring (StileLabService *self)
{
  self->expire = g_timeout_source_new_seconds (EXPIRE_SECONDS);
  g_source_set_static_name (self->expire, "[stile] lab expires sessions");
  g_source_set_callback (self->expire, expire_cb, self, NULL);
  g_source_attach (self->expire, g_main_context_get_thread_default ());
}

/**
 * stile_lab_service_new:
 * @pki: what it shows, believes and hands out
 *
 * Starts it on a free port of 127.0.0.1, on the main context of this thread.
 */
StileLabService *
stile_lab_service_new (StileLabPki *pki, GError **error)
{
  g_autoptr (StileLabService) self = g_object_new (STILE_TYPE_LAB_SERVICE, NULL);
  g_autoptr (StileCredentials) credentials = make_credentials (pki, error);
  g_autoptr (StileRouter) router = credentials != NULL ? make_router (pki, error) : NULL;

  if (router == NULL)
    return NULL;

  self->endpoint = stile_endpoint_new (credentials, STILE_HANDLER (router));
  if (!listen_on_loopback (self, pki, error))
    return NULL;

  start_expiring (self);
  return g_steal_pointer (&self);
}

/**
 * stile_lab_service_stop:
 *
 * Ends all connections and sessions; more than once does no harm.
 */
void
stile_lab_service_stop (StileLabService *self)
{
  if (self->expire != NULL)
    g_source_destroy (self->expire);
  g_clear_pointer (&self->expire, g_source_unref);
  if (self->http != NULL)
    stile_http_service_stop (self->http);
  if (self->endpoint != NULL)
    stile_endpoint_close_all (self->endpoint);
}

/**
 * stile_lab_service_get_url:
 *
 * Returns: (transfer none): where it is
 */
const char *
stile_lab_service_get_url (StileLabService *self)
{
  return self->url;
}
