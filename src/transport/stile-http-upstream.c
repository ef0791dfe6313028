/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-upstream.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "transport/stile-http-trust.h"
#include "transport/stile-limited-reader.h"

/**
 * StileHttpUpstream:
 *
 * A reverse proxy: hands requests that came out of a session to an existing HTTP service, and says who sent them.
 * Each worker thread has a SoupSession of its own.
 */
struct _StileHttpUpstream
{
  GObject parent_instance;

  GUri *uri;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileHttpUpstream,
                               stile_http_upstream,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

/* A SoupSession belongs to the context it was made in. */
static GPrivate worker_session = G_PRIVATE_INIT (g_object_unref);

/* Fields of one hop (RFC 9110 section 7.6.1), and those that only we may set. */
static const char *const dropped_fields[] = {
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "host",
  "stile-client-subject",
  "stile-client-certificate",
  "stile-session",
  "content-length",
};

static void
stile_http_upstream_finalize (GObject *object)
{
  g_clear_pointer (&STILE_HTTP_UPSTREAM (object)->uri, g_uri_unref);

  G_OBJECT_CLASS (stile_http_upstream_parent_class)->finalize (object);
}

static void
stile_http_upstream_class_init (StileHttpUpstreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_http_upstream_finalize;
}

static void
stile_http_upstream_init (StileHttpUpstream *self)
{
}

/**
 * stile_http_upstream_new:
 * @url: of the existing service; a path in it is put before that of each request
 */
StileHttpUpstream *
stile_http_upstream_new (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  StileHttpUpstream *self;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (g_strcmp0 (g_uri_get_scheme (uri), "http") != 0 && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("“%s” is no address of an upstream service; write it as http://host:port"), url);
      return NULL;
    }

  self = g_object_new (STILE_TYPE_HTTP_UPSTREAM, NULL);
  self->uri = g_steal_pointer (&uri);
  return self;
}

static SoupSession *
get_session (void)
{
  SoupSession *session = g_private_get (&worker_session);

  if (session == NULL)
    {
      session = soup_session_new_with_options ("timeout", STILE_HTTP_UPSTREAM_TIMEOUT_SECONDS,
                                               "max-conns-per-host", 16, "proxy-resolver", NULL, NULL);
      soup_session_set_tls_database (session, stile_http_trust_get_system ());
      /* A coded body goes on as it is, for it is the client who asked for it. */
      soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
      g_private_set (&worker_session, session);
    }

  return session;
}

static gboolean
is_dropped (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dropped_fields); i++)
    if (g_ascii_strcasecmp (name, dropped_fields[i]) == 0)
      return TRUE;

  return FALSE;
}

static GUri *
make_target (StileHttpUpstream *self, StileHttpMessage *request)
{
  const char *path = stile_http_message_get_path (request);
  const char *query = strchr (path, '?');
  g_autofree char *own = query != NULL ? g_strndup (path, (gsize)(query - path)) : g_strdup (path);
  const char *base = g_uri_get_path (self->uri);
  gsize base_length = strlen (base);
  g_autofree char *joined = NULL;

  while (base_length > 0 && base[base_length - 1] == '/')
    base_length--;
  joined = g_strdup_printf ("%.*s%s", (int)base_length, base, own);
  return soup_uri_copy (self->uri, SOUP_URI_PATH, joined, SOUP_URI_QUERY, query != NULL ? query + 1 : NULL,
                        SOUP_URI_NONE);
}

static SoupMessage *
make_message (StileHttpUpstream *self, StileExchange *exchange)
{
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  StileCertificate *peer = stile_exchange_get_peer_certificate (exchange);
  g_autoptr (GUri) target = make_target (self, request);
  SoupMessage *message = soup_message_new_from_uri (stile_http_message_get_method (request), target);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  for (guint i = 0; i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (request, i, &value);

      if (!is_dropped (name))
        soup_message_headers_append (headers, name, value);
    }
  /* The upstream believes these words: a client that nobody has judged could have chosen them. */
  if (peer != NULL && !stile_exchange_is_provisional (exchange))
    {
      soup_message_headers_append (headers, "Stile-Client-Subject", stile_certificate_get_subject (peer));
      soup_message_headers_append (headers, "Stile-Client-Certificate",
                                   stile_certificate_get_fingerprint (peer));
    }
  if (g_bytes_get_size (stile_http_message_get_content (request)) > 0)
    soup_message_set_request_body_from_bytes (message, NULL, stile_http_message_get_content (request));

  return message;
}

static void
return_response (GTask *task, GBytes *content)
{
  SoupMessage *message = g_task_get_task_data (task);
  guint status = soup_message_get_status (message);
  StileHttpMessage *response;
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  if (!stile_http_message_is_final_status (status))
    {
      g_task_return_new_error (
          task, STILE_ERROR, STILE_ERROR_PROTOCOL,
          _ ("The upstream service answered with the status %u, which HTTP does not know"), status);
      return;
    }

  response = stile_http_message_new_response (status);
  soup_message_headers_iter_init (&iter, soup_message_get_response_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    if (!is_dropped (name))
      stile_http_message_add_field (response, name, value);
  stile_http_message_set_content (response, NULL, content);
  g_task_return_pointer (task, response, g_object_unref);
}

static void
body_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = stile_limited_reader_read_finish (G_INPUT_STREAM (object), result, &error);

  if (body == NULL)
    g_task_return_error (task, error);
  else
    return_response (task, body);
}

static void
sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (stream == NULL)
    {
      g_prefix_error (&error, _ ("Asking the upstream service: "));
      g_task_return_error (task, error);
      return;
    }

  stile_limited_reader_read_async (stream, STILE_BINARY_HTTP_MAX_SIZE - 65536, FALSE, cancellable, body_read,
                                   g_steal_pointer (&task));
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileHttpUpstream *self = STILE_HTTP_UPSTREAM (handler);
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  SoupMessage *message;
  GTask *task;

  /* CONNECT asks for a tunnel, and OPTIONS * for a whole server: neither is a request for the service behind us. */
  if (g_strcmp0 (stile_http_message_get_method (request), "CONNECT") == 0 ||
      stile_http_message_get_path (request) == NULL || stile_http_message_get_path (request)[0] != '/')
    {
      stile_handler_return (
          handler, cancellable, callback, user_data,
          stile_http_message_new_problem (501, "Not implemented", "Only requests for a path are handed on"));
      return;
    }

  message = make_message (self, exchange);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, handle_async);
  g_task_set_task_data (task, message, g_object_unref);
  soup_session_send_async (get_session (), message, G_PRIORITY_DEFAULT, cancellable, sent, task);
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
handler_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}
