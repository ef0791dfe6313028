/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-local-proxy.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "atls/stile-error.h"
#include "transport/stile-http-body-limit.h"
#include "transport/stile-http-listener.h"
#include "transport/stile-http-local-gate.h"
#include "transport/stile-http-local-message.h"
#include "transport/stile-http-pause.h"
#include "transport/stile-listening-socket.h"

/* A program that finds it busy comes back after this. */
#define RETRY_AFTER "5"

/**
 * StileHttpLocalProxy:
 *
 * An HTTP proxy on the loopback interface, for programs of one user of this computer: what they ask of one service goes to
 * it through a forwarder.  It lives in the thread-default context in which it was made to listen.
 */
struct _StileHttpLocalProxy
{
  GObject parent_instance;

  StileHttpForwarder *forwarder;
  char *token;
  StileHttpLocalAddress *address; /* NULL until it listens */
  SoupServer *server;
  StileHttpListener *listener;
  guint open; /* requests that were let pass, and are not over */
};

G_DEFINE_FINAL_TYPE (StileHttpLocalProxy, stile_http_local_proxy, G_TYPE_OBJECT)

static void
stile_http_local_proxy_dispose (GObject *object)
{
  StileHttpLocalProxy *self = STILE_HTTP_LOCAL_PROXY (object);

  stile_http_local_proxy_stop (self);
  g_clear_object (&self->forwarder);

  G_OBJECT_CLASS (stile_http_local_proxy_parent_class)->dispose (object);
}

static void
stile_http_local_proxy_finalize (GObject *object)
{
  StileHttpLocalProxy *self = STILE_HTTP_LOCAL_PROXY (object);

  g_free (self->token);
  g_clear_pointer (&self->address, stile_http_local_address_free);

  G_OBJECT_CLASS (stile_http_local_proxy_parent_class)->finalize (object);
}

static void
stile_http_local_proxy_class_init (StileHttpLocalProxyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_http_local_proxy_dispose;
  object_class->finalize = stile_http_local_proxy_finalize;
}

static void
stile_http_local_proxy_init (StileHttpLocalProxy *self)
{
}

/**
 * stile_http_local_proxy_new:
 * @forwarder: takes requests to the service
 * @token: who knows it may use the proxy
 */
StileHttpLocalProxy *
stile_http_local_proxy_new (StileHttpForwarder *forwarder, const char *token)
{
  StileHttpLocalProxy *self = g_object_new (STILE_TYPE_HTTP_LOCAL_PROXY, NULL);

  self->forwarder = g_object_ref (forwarder);
  self->token = g_strdup (token);

  return self;
}

/**
 * stile_http_local_proxy_get_address:
 *
 * Returns: (transfer none) (nullable): where it listens and how it is used; %NULL before that
 */
StileHttpLocalAddress *
stile_http_local_proxy_get_address (StileHttpLocalProxy *self)
{
  return self->address;
}

/**
 * stile_http_local_proxy_get_n_requests:
 *
 * Returns: how many requests were let pass and are not over
 */
guint
stile_http_local_proxy_get_n_requests (StileHttpLocalProxy *self)
{
  return self->open;
}

/* --- answers --- */

static guint
status_of (const GError *error)
{
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_UNREACHABLE))
    return SOUP_STATUS_GATEWAY_TIMEOUT;

  return stile_error_is_cancelled (error) ? SOUP_STATUS_SERVICE_UNAVAILABLE : SOUP_STATUS_BAD_GATEWAY;
}

static StileHttpMessage *
make_problem (const GError *error)
{
  g_autofree char *detail = g_strdup_printf ("%s. %s", error->message, stile_error_get_next_step (error));
  StileHttpMessage *problem =
      stile_http_message_new_problem (status_of (error), _ ("The service does not answer"), detail);

  stile_http_message_add_field (problem, "Cache-Control", "no-store");
  return problem;
}

typedef struct
{
  StileHttpLocalProxy *proxy;
  SoupServerMessage *message;
  StileHttpPause *pause;
} Request;

static void
request_finish (Request *request)
{
  stile_http_pause_free (request->pause);
  g_object_unref (request->message);
  g_object_unref (request->proxy);
  g_free (request);
}

static void
forwarded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_http_forwarder_forward_finish (STILE_HTTP_FORWARDER (object), result, &error);

  if (response == NULL)
    response = make_problem (error);
  stile_http_local_message_write (request->proxy->address, request->message, response);
  request_finish (request);
}

/* --- requests --- */

static StileHttpMessage *
refuse_busy (void)
{
  g_autofree char *detail =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d request is on its way already, which is the limit.",
                                    "%d requests are on their way already, which is the limit.",
                                    STILE_HTTP_LOCAL_PROXY_MAX_REQUESTS),
                       STILE_HTTP_LOCAL_PROXY_MAX_REQUESTS);
  StileHttpMessage *problem = stile_http_message_new_problem (503, _ ("Too many requests at once"), detail);

  stile_http_message_add_field (problem, "Retry-After", RETRY_AFTER);
  return problem;
}

static void
release (gpointer data)
{
  g_autoptr (StileHttpLocalProxy) self = data;

  self->open--;
}

/* Counts as long as there is the message, however it ends. */
static void
let_pass (StileHttpLocalProxy *self, SoupServerMessage *message)
{
  self->open++;
  g_object_set_data_full (G_OBJECT (message), "stile-open", g_object_ref (self), release);
}

/* Before the body: nobody without the token makes us keep one. */
static void
early_cb (
    SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  StileHttpLocalProxy *self = user_data;
  g_autoptr (StileHttpMessage) problem = stile_http_local_gate_check (self->address, message);

  if (problem == NULL && self->open >= STILE_HTTP_LOCAL_PROXY_MAX_REQUESTS)
    problem = refuse_busy ();
  if (problem != NULL)
    stile_http_body_limit_refuse (message, problem);
  else if (stile_http_body_limit_watch (message, STILE_HTTP_LOCAL_GATE_MAX_BODY, self->listener))
    let_pass (self, message);
}

static void
handler_cb (
    SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  StileHttpLocalProxy *self = user_data;
  g_autoptr (StileHttpMessage) asked = NULL;
  Request *request;

  if (soup_server_message_get_status (message) != 0)
    return; /* refused early */

  asked = stile_http_local_message_read (self->address, message);
  request = g_new0 (Request, 1);
  request->proxy = g_object_ref (self);
  request->message = g_object_ref (message);
  request->pause = stile_http_pause_new (message);
  stile_http_forwarder_forward_async (self->forwarder, asked, NULL, forwarded, request);
}

/* --- listening --- */

static void
request_read_cb (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  StileHttpLocalProxy *self = user_data;

  if (self->listener != NULL)
    stile_http_listener_touch (self->listener, soup_server_message_get_remote_address (message), TRUE);
}

static void
request_over_cb (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  StileHttpLocalProxy *self = user_data;

  if (self->listener != NULL)
    stile_http_listener_touch (self->listener, soup_server_message_get_remote_address (message), FALSE);
}

static void
accepted_cb (GIOStream *stream, GSocketAddress *local, GSocketAddress *remote, gpointer user_data)
{
  StileHttpLocalProxy *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!soup_server_accept_iostream (self->server, stream, local, remote, &error))
    g_warning ("Accepting a connection: %s", error->message);
}

/* "127.0.0.1" takes any port that is free. */
static char *
add_port (const char *address)
{
  gsize length = strlen (address);
  gboolean bare =
      length > 0 && (address[0] == '[' ? address[length - 1] == ']' : strchr (address, ':') == NULL);

  return bare ? g_strconcat (address, ":0", NULL) : g_strdup (address);
}

/**
 * stile_http_local_proxy_check_address:
 * @address: "127.0.0.1:0" or "[::1]:4321"
 *
 * Returns: whether it may listen there: where other computers reach it, they would be this one for the service;
 *   %STILE_ERROR_SETTINGS
 */
gboolean
stile_http_local_proxy_check_address (const char *address, GError **error)
{
  g_autofree char *whole = add_port (address);
  g_autoptr (GSocketAddress) parsed = stile_listening_socket_parse (whole, error);

  if (parsed == NULL)
    return FALSE;
  if (g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (parsed))))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("Other computers could reach “%s”, and would be taken for this one by the service; listen "
                  "on 127.0.0.1 "
                  "or [::1]"),
               address);
  return FALSE;
}

static gboolean
start_serving (StileHttpLocalProxy *self, GSocket *socket, GError **error)
{
  self->server = soup_server_new ("server-header", NULL, NULL);
  soup_server_add_early_handler (self->server, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, handler_cb, self, NULL);
  g_signal_connect_object (self->server, "request-read", G_CALLBACK (request_read_cb), self, 0);
  g_signal_connect_object (self->server, "request-finished", G_CALLBACK (request_over_cb), self, 0);
  g_signal_connect_object (self->server, "request-aborted", G_CALLBACK (request_over_cb), self, 0);

  self->listener = stile_http_listener_new (socket, accepted_cb, self);
  stile_http_listener_set_max_connections (self->listener, STILE_HTTP_LOCAL_PROXY_MAX_CONNECTIONS);
  if (!stile_http_listener_keep_alive (self->listener, self->server, error))
    return FALSE;

  stile_http_listener_start (self->listener);
  return TRUE;
}

/**
 * stile_http_local_proxy_listen:
 * @address: as for stile_http_local_proxy_check_address()
 *
 * Serves from now on, in the thread-default context of the caller.
 */
gboolean
stile_http_local_proxy_listen (StileHttpLocalProxy *self, const char *address, GError **error)
{
  g_autofree char *whole = add_port (address);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) own = NULL;

  g_return_val_if_fail (self->address == NULL, FALSE);

  if (!stile_http_local_proxy_check_address (address, error))
    return FALSE;
  socket = stile_listening_socket_open (whole, error);
  own = socket != NULL ? g_socket_get_local_address (socket, error) : NULL;
  if (own == NULL)
    return FALSE;

  self->address =
      stile_http_local_address_new (stile_http_forwarder_get_uri (self->forwarder), own, self->token);
  return start_serving (self, socket, error);
}

/**
 * stile_http_local_proxy_stop:
 *
 * Listens no more, and ends what is open.
 */
void
stile_http_local_proxy_stop (StileHttpLocalProxy *self)
{
  if (self->server == NULL)
    return;

  stile_http_forwarder_stop (self->forwarder);
  stile_http_listener_stop (self->listener);
  soup_server_disconnect (self->server);
  g_clear_object (&self->listener);
  g_clear_object (&self->server);
}
