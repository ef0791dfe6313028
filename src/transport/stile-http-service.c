/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-service.h"
#include "transport/stile-listening-socket.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "atls/stile-error.h"
#include "transport/stile-http-body-limit.h"
#include "transport/stile-http-listener.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-http-pause.h"
#include "transport/stile-http-plain.h"
#include "transport/stile-http-seen.h"
#include "transport/stile-media-type.h"
#include "transport/stile-session-cookie.h"

/* Requests that come without ATLS ask for something small; the largest is a voucher request that holds another. */
#define MAX_PLAIN_BODY (64 * 1024)

/* A client that finds the service full comes back after this. */
#define RETRY_AFTER "5"

/**
 * StileHttpService:
 *
 * Listens for ATLS in HTTP (PROTOCOL section 1) and hands each body to an endpoint.  One for each worker thread; it
 * lives in the thread-default context in which it was made to listen.
 */
struct _StileHttpService
{
  GObject parent_instance;

  StileEndpoint *endpoint;
  char *path;
  StileHandler *plain;         /* for requests without ATLS, or NULL */
  StileHttpFront *front;       /* or NULL */
  StileHttpReceipts *receipts; /* NULL: none are given */
  GTlsCertificate *certificate;
  gboolean ask;         /* clients for their certificate, outside */
  GPtrArray *own_chain; /* of StileCertificate: what we show outside, or NULL */
  SoupServer *server;
  StileHttpListener *listener;
};

G_DEFINE_FINAL_TYPE (StileHttpService, stile_http_service, G_TYPE_OBJECT)

static void
stile_http_service_dispose (GObject *object)
{
  StileHttpService *self = STILE_HTTP_SERVICE (object);

  stile_http_service_stop (self);
  g_clear_object (&self->endpoint);
  g_clear_object (&self->plain);
  g_clear_object (&self->front);
  g_clear_object (&self->receipts);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->own_chain, g_ptr_array_unref);

  G_OBJECT_CLASS (stile_http_service_parent_class)->dispose (object);
}

static void
stile_http_service_finalize (GObject *object)
{
  g_free (STILE_HTTP_SERVICE (object)->path);

  G_OBJECT_CLASS (stile_http_service_parent_class)->finalize (object);
}

static void
stile_http_service_class_init (StileHttpServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_http_service_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_http_service_finalize;
}

static void
stile_http_service_init (StileHttpService *self)
{
}

/**
 * stile_http_service_new:
 * @endpoint: (nullable): shared by all workers; %NULL for one that has no ATLS, and answers with its plain handler alone
 * @path: (nullable): where flights go
 */
StileHttpService *
stile_http_service_new (StileEndpoint *endpoint, const char *path)
{
  StileHttpService *self = g_object_new (STILE_TYPE_HTTP_SERVICE, NULL);

  g_set_object (&self->endpoint, endpoint);
  self->path = g_strdup (path);

  return self;
}

/**
 * stile_http_service_set_certificate:
 * @certificate: (nullable): for https, from now on; %NULL for http, behind a terminator of one's own
 */
void
stile_http_service_set_certificate (StileHttpService *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
  g_clear_pointer (&self->own_chain, g_ptr_array_unref);
  if (certificate != NULL)
    self->own_chain = stile_http_observer_read_chain (certificate);
  if (self->listener != NULL)
    stile_http_listener_set_certificate (self->listener, certificate);
}

/**
 * stile_http_service_set_client_certificates:
 * @ask: whether clients of https are asked for a certificate, from now on
 *
 * None is demanded and all are taken: the handler of requests without ATLS gets the chain, and judges it.  The client
 * does hold the key.  Carriers of ATLS have none to show, and lose nothing.
 */
void
stile_http_service_set_client_certificates (StileHttpService *self, gboolean ask)
{
  self->ask = ask;
  if (self->listener != NULL)
    stile_http_listener_set_client_certificates (self->listener, ask);
}

/**
 * stile_http_service_set_plain_handler:
 * @handler: (nullable): answers requests that come to other paths without ATLS
 */
void
stile_http_service_set_plain_handler (StileHttpService *self, StileHandler *handler)
{
  g_set_object (&self->plain, handler);
}

/**
 * stile_http_service_set_front:
 * @front: (nullable): the service's own TLS terminators, from now on
 */
void
stile_http_service_set_front (StileHttpService *self, StileHttpFront *front)
{
  g_set_object (&self->front, front);
}

/**
 * stile_http_service_set_receipts:
 * @receipts: (nullable): gives the service's signed word of what arrived, below the path of flights
 */
void
stile_http_service_set_receipts (StileHttpService *self, StileHttpReceipts *receipts)
{
  g_set_object (&self->receipts, receipts);
}

/* --- answers --- */

static void
set_problem (SoupServerMessage *message, guint status, const char *detail)
{
  g_autoptr (StileHttpMessage) problem =
      stile_http_message_new_problem (status, soup_status_get_phrase (status), detail);
  GBytes *content = stile_http_message_get_content (problem);
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, STILE_MEDIA_TYPE_PROBLEM, SOUP_MEMORY_COPY, bytes, length);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "no-store");
}

static void
set_body (SoupServerMessage *message, GBytes *body)
{
  if (g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
}

static guint
http_status (StileAnswerStatus status)
{
  static const guint table[] = {
    [STILE_ANSWER_OK] = 200,   [STILE_ANSWER_MALFORMED] = 400, [STILE_ANSWER_REPLAYED] = 409,
    [STILE_ANSWER_GONE] = 410, [STILE_ANSWER_TOO_LARGE] = 413, [STILE_ANSWER_FULL] = 503,
  };

  return table[status];
}

static void
announce_session (StileHttpService *self, SoupMessageHeaders *headers, const char *id)
{
  g_autofree char *cookie = stile_session_cookie_write (id, self->path, self->certificate != NULL);
  g_autofree char *location = g_strconcat (self->path, "/", id, NULL);

  soup_message_headers_append (headers, "Set-Cookie", cookie);
  soup_message_headers_append (headers, "Location", location);
}

static void
send_answer (StileHttpService *self, SoupServerMessage *message, StileAnswer *answer)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *media_type =
      soup_message_headers_get_content_type (soup_server_message_get_request_headers (message), NULL);
  GBytes *body = stile_answer_get_body (answer);

  if (body == NULL)
    {
      set_problem (message, http_status (stile_answer_get_status (answer)), stile_answer_get_detail (answer));
      if (stile_answer_get_status (answer) == STILE_ANSWER_FULL)
        soup_message_headers_replace (headers, "Retry-After", RETRY_AFTER);
      return;
    }

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  /* The answer uses the type of the request: the peer may know only one of them. */
  soup_message_headers_replace (headers, "Content-Type", media_type);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  set_body (message, body);
  if (stile_answer_get_new_session (answer) != NULL)
    announce_session (self, headers, stile_answer_get_new_session (answer));
}

/* --- what the service sees of an exchange --- */

static GTlsConnection *
find_tls (StileHttpService *self, SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  return remote != NULL ? stile_http_listener_get_tls (self->listener, remote) : NULL;
}

static StileObservation *
observe (StileHttpService *self, SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  const StileHttpSeen seen = {
    .tls = find_tls (self, message),
    .hello = remote != NULL ? stile_http_listener_get_hello (self->listener, remote) : NULL,
    .own_chain = self->own_chain,
    .front = self->front,
  };

  return stile_http_seen_observe (&seen, message);
}

/* --- ATLS --- */

typedef struct
{
  StileHttpService *service;
  SoupServerMessage *message;
  StileHttpPause *pause;
} Request;

static Request *
request_new (StileHttpService *self, SoupServerMessage *message)
{
  Request *request = g_new0 (Request, 1);

  request->service = g_object_ref (self);
  request->message = g_object_ref (message);
  request->pause = stile_http_pause_new (message);

  return request;
}

static void
request_finish (Request *request)
{
  stile_http_pause_free (request->pause);
  g_object_unref (request->service);
  g_object_unref (request->message);
  g_free (request);
}

static void
delivered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (StileAnswer) answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);

  send_answer (request->service, request->message, answer);
  request_finish (request);
}

/* The id in the path, else the one in the cookie: a client posts to the path when its cookie was stripped. */
static char *
find_session (StileHttpService *self, SoupServerMessage *message, const char *path)
{
  gsize length = strlen (self->path);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (path[length] == '/' && path[length + 1] != '\0')
    return g_strdup (path + length + 1);

  return stile_session_cookie_read (soup_message_headers_get_list (headers, "Cookie"));
}

static gboolean
is_ours (StileHttpService *self, const char *path)
{
  gsize length = self->endpoint != NULL ? strlen (self->path) : 0;

  return self->endpoint != NULL && strncmp (path, self->path, length) == 0 &&
         (path[length] == '\0' || path[length] == '/');
}

static gboolean
asks_for_receipt (StileHttpService *self, const char *path)
{
  gsize length = self->receipts != NULL ? strlen (self->path) : 0;

  return self->receipts != NULL && strncmp (path, self->path, length) == 0 &&
         strcmp (path + length, STILE_RECEIPT_PATH_SUFFIX) == 0;
}

static void
give_receipt (StileHttpService *self, SoupServerMessage *message, GHashTable *query)
{
  g_autoptr (StileObservation) observation = observe (self, message);

  stile_http_receipts_answer (self->receipts, message, query, self->path, self->certificate != NULL,
                              observation);
}

static StileObservation *
observe_request (gpointer user_data)
{
  Request *request = user_data;

  return observe (request->service, request->message);
}

static void
deliver (StileHttpService *self, SoupServerMessage *message, const char *path, StileMessageKind kind)
{
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *session = find_session (self, message, path);
  g_autoptr (StileDelivery) delivery = stile_delivery_new (kind, body, session, NULL);
  Request *request = request_new (self, message);

  stile_delivery_set_observer (delivery, observe_request, request);
  stile_endpoint_deliver_async (self->endpoint, delivery, NULL, delivered, request);
}

/* --- requests without ATLS --- */

static void
plain_handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (StileHttpMessage) response = stile_handler_handle_finish (STILE_HANDLER (object), result);

  stile_http_plain_write_response (request->message, response);
  request_finish (request);
}

static void
handle_plain (StileHttpService *self, SoupServerMessage *message, const char *path)
{
  GTlsConnection *tls = find_tls (self, message);
  g_autoptr (StileExchange) exchange = NULL;
  g_autoptr (StileObservation) observation = NULL;

  if (self->plain == NULL)
    {
      set_problem (message, 404, "ATLS is served at another path, and nothing else here");
      return;
    }

  if (tls != NULL && g_tls_connection_get_protocol_version (tls) < G_TLS_PROTOCOL_VERSION_TLS_1_2)
    {
      set_problem (message, 403, "Without ATLS, TLS 1.2 is the least");
      return;
    }

  observation = observe (self, message);
  exchange = stile_http_plain_make_exchange (message, path, tls, observation);
  stile_handler_handle_async (self->plain, exchange, NULL, plain_handled, request_new (self, message));
}

/* --- what is refused before its body is read --- */

static gsize
body_limit (StileHttpService *self, SoupServerMessage *message, const char *path)
{
  StileMessageKind kind;
  g_autofree char *session = NULL;
  const char *media_type =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Content-Type");

  if (asks_for_receipt (self, path))
    return STILE_HTTP_RECEIPTS_MAX_BODY;
  if (!is_ours (self, path) || !stile_media_type_get_kind (media_type, &kind))
    return MAX_PLAIN_BODY;

  /* Records of an established session may be as large as a sealed message; the endpoint looks more closely. */
  session = find_session (self, message, path);
  return stile_endpoint_get_body_limit (self->endpoint, session != NULL ? STILE_MESSAGE_SEALED : kind);
}

static void
refuse (SoupServerMessage *message, guint status, const char *detail)
{
  g_autoptr (StileHttpMessage) problem =
      stile_http_message_new_problem (status, soup_status_get_phrase (status), detail);

  stile_http_body_limit_refuse (message, problem);
}

static gboolean
check_atls (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  StileMessageKind kind;

  if (g_strcmp0 (soup_server_message_get_method (message), "POST") != 0)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow", "POST");
      refuse (message, 405, "ATLS flights are sent with POST");
      return FALSE;
    }
  if (stile_media_type_get_kind (soup_message_headers_get_one (headers, "Content-Type"), &kind))
    return TRUE;

  refuse (message, 415,
          "The body must be " STILE_MEDIA_TYPE_FLIGHT ", " STILE_MEDIA_TYPE_FLIGHT_LATE
          " or " STILE_MEDIA_TYPE_SEALED);
  return FALSE;
}

static void
early_cb (
    SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  StileHttpService *self = user_data;

  if (asks_for_receipt (self, path))
    stile_http_receipts_watch (message);
  else if (is_ours (self, path) && !check_atls (message))
    return;
  stile_http_body_limit_watch (message, body_limit (self, message, path), self->listener);
}

static void
handler_cb (
    SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  StileHttpService *self = user_data;
  StileMessageKind kind;

  if (soup_server_message_get_status (message) != 0)
    return; /* refused early; the rest of its body was drained */

  if (asks_for_receipt (self, path))
    give_receipt (self, message, query);
  else if (!is_ours (self, path))
    handle_plain (self, message, path);
  else if (stile_media_type_get_kind (soup_message_headers_get_one (
                                          soup_server_message_get_request_headers (message), "Content-Type"),
                                      &kind))
    deliver (self, message, path, kind);
}

/* --- listening --- */

static void
request_read_cb (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  StileHttpService *self = user_data;

  if (self->listener != NULL)
    stile_http_listener_touch (self->listener, soup_server_message_get_remote_address (message), TRUE);
}

static void
request_over_cb (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  StileHttpService *self = user_data;

  if (self->listener != NULL)
    stile_http_listener_touch (self->listener, soup_server_message_get_remote_address (message), FALSE);
}

static void
accepted_cb (GIOStream *stream, GSocketAddress *local, GSocketAddress *remote, gpointer user_data)
{
  StileHttpService *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!soup_server_accept_iostream (self->server, stream, local, remote, &error))
    g_warning ("Accepting a connection: %s", error->message);
}

/**
 * stile_http_service_listen:
 * @socket: from stile_listening_socket_open()
 *
 * Serves from now on, in the thread-default context of the caller.
 */
gboolean
stile_http_service_listen (StileHttpService *self, GSocket *socket, GError **error)
{
  g_return_val_if_fail (self->server == NULL, FALSE);

  self->server = soup_server_new ("server-header", "stiled", NULL);
  soup_server_add_early_handler (self->server, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, handler_cb, self, NULL);
  g_signal_connect_object (self->server, "request-read", G_CALLBACK (request_read_cb), self, 0);
  g_signal_connect_object (self->server, "request-finished", G_CALLBACK (request_over_cb), self, 0);
  g_signal_connect_object (self->server, "request-aborted", G_CALLBACK (request_over_cb), self, 0);

  self->listener = stile_http_listener_new (socket, accepted_cb, self);
  if (!stile_http_listener_keep_alive (self->listener, self->server, error))
    return FALSE;
  stile_http_listener_set_certificate (self->listener, self->certificate);
  stile_http_listener_set_client_certificates (self->listener, self->ask);
  stile_http_listener_start (self->listener);
  return TRUE;
}

/**
 * stile_http_service_stop:
 *
 * Serves no more.  Sessions stay in the endpoint.
 */
void
stile_http_service_stop (StileHttpService *self)
{
  if (self->server == NULL)
    return;

  stile_http_listener_stop (self->listener);
  soup_server_disconnect (self->server);
  g_clear_object (&self->listener);
  g_clear_object (&self->server);
}
