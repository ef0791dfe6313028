/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-service.h"

#include "atls/stile-endpoint.h"
#include "codec/stile-binary-http.h"
#include "lab/stile-lab-pki.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-service.h"
#include "transport/stile-listening-socket.h"

/* Looking at some sessions costs nothing; a handshake may take 30 seconds (PROTOCOL section 1). */
#define EXPIRE_SECONDS 10

/**
 * StileLabService:
 *
 * One of the lab's services: ATLS over HTTPS on loopback, for whatever roles it is given.  The lab holds one for the
 * registrar, one for the MASA, and one for whoever pretends to be the registrar.
 */
struct _StileLabService
{
  GObject parent_instance;

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
stile_lab_service_class_init (StileLabServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_lab_service_dispose;
}

static void
stile_lab_service_init (StileLabService *self)
{
}

/* Whoever comes is heard, whatever certificate he shows: the roles judge (RFC 8995 section 5.1). */
static StileCredentials *
make_credentials (StileIdentity *identity, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_SERVER);

  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_provisional (credentials);
  stile_credentials_set_application_protocols (credentials, protocols);

  return stile_credentials_prepare (credentials, error) ? g_steal_pointer (&credentials) : NULL;
}

/**
 * stile_lab_service_open_socket:
 * @url: (out) (transfer full): where a service will be that gets this socket
 *
 * Takes a free port of 127.0.0.1: certificates that name it can be made before anybody answers there.
 *
 * Returns: (transfer full): listens already
 */
GSocket *
stile_lab_service_open_socket (char **url, GError **error)
{
  g_autoptr (GSocket) socket = stile_listening_socket_open ("127.0.0.1:0", error);
  g_autoptr (GSocketAddress) address = socket != NULL ? g_socket_get_local_address (socket, error) : NULL;

  if (address == NULL)
    return NULL;

  *url = g_strdup_printf ("https://" STILE_LAB_PKI_HOST ":%u",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  return g_steal_pointer (&socket);
}

/* What diagnoses compare with: the service ends TLS itself, and signs what it sees. */
static void
tell_of_itself (StileHttpService *http, const StileLabServiceSettings *settings)
{
  g_autoptr (StileFront) told = stile_front_new ();
  g_autoptr (StileHttpFront) front = NULL;
  g_autoptr (StileHttpReceipts) receipts =
      stile_http_receipts_new (settings->inner, STILE_HTTP_RECEIPTS_DEFAULT_RATE);

  stile_front_add_certificate (told, stile_identity_get_certificate (settings->outer));
  front = stile_http_front_new (told);
  stile_http_service_set_front (http, front);
  stile_http_service_set_receipts (http, receipts);
}

static gboolean
listen_at (StileLabService *self, GSocket *socket, const StileLabServiceSettings *settings, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = stile_identity_to_tls_certificate (settings->outer, error);

  if (certificate == NULL)
    return FALSE;

  self->http = stile_http_service_new (self->endpoint, STILE_HTTP_CARRIER_DEFAULT_PATH);
  stile_http_service_set_certificate (self->http, certificate);
  tell_of_itself (self->http, settings);
  stile_http_service_set_plain_handler (self->http, settings->plain);
  stile_http_service_set_client_certificates (self->http, settings->plain != NULL);
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
 * @socket: of stile_lab_service_open_socket()
 *
 * Answers there, on the main context of this thread.
 */
StileLabService *
stile_lab_service_new (GSocket *socket, const StileLabServiceSettings *settings, GError **error)
{
  g_autoptr (StileLabService) self = g_object_new (STILE_TYPE_LAB_SERVICE, NULL);
  g_autoptr (StileCredentials) credentials = make_credentials (settings->inner, error);

  if (credentials == NULL)
    return NULL;

  self->endpoint = stile_endpoint_new (credentials, settings->handler);
  if (!listen_at (self, socket, settings, error))
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
