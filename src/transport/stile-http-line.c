/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-line.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "atls/stile-error.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-http-server-name.h"
#include "transport/stile-http-trust.h"
#include "transport/stile-limited-reader.h"

/* Longer than a probe pauses between two requests. */
#define IDLE_SECONDS 60

/**
 * StileHttpLine:
 *
 * A connection for a diagnosis: it believes nobody and therefore accepts everybody, for looking only; it follows nothing,
 * decodes nothing, keeps no cookies, and tells all that comes back.  Requests go over it one after the other.
 */
struct _StileHttpLine
{
  GObject parent_instance;

  GUri *uri;
  StileHttpProxy *proxy;
  SoupSession *soup;
  StileObservation *observation; /* of the newest connection, or NULL */
  guint64 last_connection;       /* as libsoup counts them; 0 before the first */
  guint64 id;                    /* of the newest, among all lines of this program */
};

G_DEFINE_FINAL_TYPE (StileHttpLine, stile_http_line, G_TYPE_OBJECT)

static void
stile_http_line_dispose (GObject *object)
{
  StileHttpLine *self = STILE_HTTP_LINE (object);

  if (self->soup != NULL)
    soup_session_abort (self->soup);
  g_clear_object (&self->soup);
  g_clear_object (&self->proxy);
  g_clear_object (&self->observation);
  g_clear_pointer (&self->uri, g_uri_unref);

  G_OBJECT_CLASS (stile_http_line_parent_class)->dispose (object);
}

static void
stile_http_line_class_init (StileHttpLineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_http_line_dispose;
  stile_http_trust_install ();
}

static void
stile_http_line_init (StileHttpLine *self)
{
}

/**
 * stile_http_line_new:
 * @uri: whom to reach; paths of requests are relative to it
 * @timeout_seconds: for connecting, and for silence
 */
StileHttpLine *
stile_http_line_new (GUri *uri, StileHttpProxy *proxy, guint timeout_seconds)
{
  StileHttpLine *self = g_object_new (STILE_TYPE_HTTP_LINE, NULL);

  self->uri = g_uri_ref (uri);
  self->proxy = g_object_ref (proxy);
  self->soup = soup_session_new_with_options ("timeout", timeout_seconds, "idle-timeout", IDLE_SECONDS,
                                              "max-conns-per-host", 1, "max-conns", 1, NULL);
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_CONTENT_DECODER);
  stile_http_proxy_apply (proxy, self->soup);

  return self;
}

GUri *
stile_http_line_get_uri (StileHttpLine *self)
{
  return self->uri;
}

/**
 * stile_http_line_get_observation:
 *
 * Returns: (transfer none) (nullable): what was seen of the newest connection, also when no answer came over it
 */
StileObservation *
stile_http_line_get_observation (StileHttpLine *self)
{
  return self->observation;
}

/* --- one request --- */

typedef struct
{
  SoupMessage *message;
  gsize limit;
  gint64 started;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->message);
  g_free (sending);
}

static gboolean
accept_any_cb (SoupMessage *message,
               GTlsCertificate *certificate,
               GTlsCertificateFlags errors,
               gpointer user_data)
{
  return TRUE;
}

/* Who hangs up after the handshake has still shown a certificate. */
static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, gpointer user_data)
{
  StileHttpLine *self = STILE_HTTP_LINE (user_data);

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKED || !G_IS_TLS_CLIENT_CONNECTION (stream))
    return;

  g_clear_object (&self->observation);
  self->observation = stile_http_observer_observe_connection (self->uri, G_TLS_CONNECTION (stream));
}

static SoupMessage *
make_message (StileHttpLine *self, StileHttpMessage *request)
{
  g_autoptr (GUri) target =
      g_uri_parse_relative (self->uri, stile_http_message_get_path (request), SOUP_HTTP_URI_FLAGS, NULL);
  SoupMessage *message = soup_message_new_from_uri (stile_http_message_get_method (request),
                                                    target != NULL ? target : self->uri);
  GBytes *content = stile_http_message_get_content (request);

  /* Idempotent: else libsoup opens a connection for each POST. */
  soup_message_add_flags (message,
                          SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_COLLECT_METRICS);
  for (guint i = 0; i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (request, i, &value);

      soup_message_headers_append (soup_message_get_request_headers (message), name, value);
    }
  if (content != NULL &&
      (g_bytes_get_size (content) > 0 || g_strcmp0 (stile_http_message_get_method (request), "GET") != 0))
    soup_message_set_request_body_from_bytes (message, stile_http_message_get_field (request, "Content-Type"),
                                              content);
  return message;
}

static void
watch (StileHttpLine *self, SoupMessage *message)
{
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
  stile_http_proxy_watch (self->proxy, message);
  stile_http_server_name_watch (message);
  stile_http_observer_watch (message);
  g_signal_connect_object (message, "network-event", G_CALLBACK (network_event_cb), self, G_CONNECT_DEFAULT);
}

static StileHttpMessage *
read_answer (SoupMessage *message, GBytes *body)
{
  StileHttpMessage *answer = stile_http_message_new_response (soup_message_get_status (message));
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, soup_message_get_response_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    if (!stile_http_message_add_field (answer, name, value))
      g_debug ("A field of the answer is left out");
  stile_http_message_set_content (answer, NULL, body);

  return answer;
}

static gint64
between (guint64 from, guint64 to)
{
  return from > 0 && to > from ? (gint64)(to - from) : 0;
}

static void
keep_timing (StileHttpReply *reply, Sending *sending)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (sending->message);
  StileHttpTiming timing = { .total = g_get_monotonic_time () - sending->started };

  if (metrics != NULL)
    {
      timing.names =
          between (soup_message_metrics_get_dns_start (metrics), soup_message_metrics_get_dns_end (metrics));
      timing.connect = between (soup_message_metrics_get_connect_start (metrics),
                                soup_message_metrics_get_tls_start (metrics) > 0
                                    ? soup_message_metrics_get_tls_start (metrics)
                                    : soup_message_metrics_get_connect_end (metrics));
      timing.tls = between (soup_message_metrics_get_tls_start (metrics),
                            soup_message_metrics_get_connect_end (metrics));
      timing.first_byte = between (soup_message_metrics_get_request_start (metrics),
                                   soup_message_metrics_get_response_start (metrics));
    }
  stile_http_reply_set_timing (reply, &timing);
}

/* Lines are made by the dozen, and each libsoup session counts its connections from one. */
static void
keep_connection (StileHttpLine *self, StileHttpReply *reply, SoupMessage *message)
{
  static guint64 newest = 0;
  guint64 connection = soup_message_get_connection_id (message);
  gboolean reused = connection != 0 && connection == self->last_connection;

  if (!reused)
    self->id = ++newest;
  self->last_connection = connection;
  stile_http_reply_set_connection (reply, self->id, reused);
}

static StileHttpReply *
make_reply (StileHttpLine *self, Sending *sending, GBytes *body)
{
  SoupMessage *message = sending->message;
  g_autoptr (StileHttpMessage) answer = read_answer (message, body);
  g_autoptr (StileObservation) seen =
      stile_http_observer_observe (message, sending->started, stile_http_proxy_get_description (self->proxy));
  StileHttpReply *reply = stile_http_reply_new (answer, seen);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  gboolean says = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH;

  stile_observation_set_answer (seen, soup_message_get_status (message), NULL);
  g_set_object (&self->observation, seen);
  keep_connection (self, reply, message);
  keep_timing (reply, sending);
  stile_http_reply_set_length (
      reply, says ? soup_message_headers_get_content_length (headers) : STILE_HTTP_REPLY_NO_LENGTH,
      g_bytes_get_size (body) >= sending->limit);
  stile_http_reply_set_from_proxy (reply, g_strcmp0 (g_uri_get_scheme (self->uri), "https") == 0 &&
                                              soup_message_get_tls_peer_certificate (message) == NULL);
  return reply;
}

/* Takes over @error. */
static void
return_failure (GTask *task, GError *error)
{
  StileHttpLine *self = g_task_get_source_object (task);

  stile_error_convert (&error, STILE_ERROR_UNREACHABLE);
  g_prefix_error (&error, _ ("Reaching %s: "), g_uri_get_host (self->uri));
  g_task_return_error (task, error);
}

static void
body_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = stile_limited_reader_read_finish (G_INPUT_STREAM (object), result, &error);
  StileHttpLine *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);

  if (body == NULL)
    {
      return_failure (task, error);
      return;
    }

  /* The rest of what is cut must not be waited for when the stream is closed. */
  if (g_bytes_get_size (body) >= sending->limit)
    soup_session_abort (self->soup);
  g_task_return_pointer (task, make_reply (self, sending, body), g_object_unref);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  Sending *sending = g_task_get_task_data (task);

  if (stream == NULL)
    {
      return_failure (task, error);
      return;
    }

  stile_limited_reader_read_async (stream, sending->limit, TRUE, cancellable, body_read,
                                   g_steal_pointer (&task));
}

/**
 * stile_http_line_send_async:
 * @request: its path is where to ask, with a query; its fields are sent as they are
 * @limit: bytes of the answer's body that are read, more is left unread
 *
 * Sends it once.  %STILE_ERROR_UNREACHABLE and others as of a carrier when no answer comes.
 */
void
stile_http_line_send_async (StileHttpLine *self,
                            StileHttpMessage *request,
                            gsize limit,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Sending *sending = g_new0 (Sending, 1);

  sending->message = make_message (self, request);
  sending->limit = limit;
  sending->started = g_get_monotonic_time ();
  watch (self, sending->message);
  g_task_set_source_tag (task, stile_http_line_send_async);
  g_task_set_task_data (task, sending, sending_free);
  soup_session_send_async (self->soup, sending->message, G_PRIORITY_DEFAULT, cancellable, answered, task);
}

/**
 * stile_http_line_send_finish:
 *
 * Returns: (transfer full): what came back, from whoever it was
 */
StileHttpReply *
stile_http_line_send_finish (StileHttpLine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
