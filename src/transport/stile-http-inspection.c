/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-inspection.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-http-problem.h"
#include "transport/stile-limited-reader.h"
#include "transport/stile-media-type.h"

/* A person is waiting, and a path that does not answer by then is not going to. */
#define TIMEOUT_SECONDS 15

/* One connection of its own, so that nothing that was accepted for transport only can be used again. */
typedef struct
{
  SoupSession *soup;
  SoupMessage *message;
  StileHttpProxy *proxy;
  gint64 started;
  gsize limit; /* of the answer */
  gboolean truncate;
  GAsyncReadyCallback body_read;
} Connection;

static void
connection_free (gpointer data)
{
  Connection *connection = data;

  soup_session_abort (connection->soup);
  g_object_unref (connection->soup);
  g_object_unref (connection->message);
  g_object_unref (connection->proxy);
  g_free (connection);
}

static Connection *
connection_new (StileHttpProxy *proxy, SoupMessage *message)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->soup = soup_session_new_with_options ("timeout", TIMEOUT_SECONDS, "user-agent",
                                                    "Stile/" PACKAGE_VERSION, NULL);
  connection->message = message;
  connection->proxy = g_object_ref (proxy);
  connection->started = g_get_monotonic_time ();
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  stile_http_proxy_apply (proxy, connection->soup);
  stile_http_proxy_watch (proxy, message);

  return connection;
}

static void
return_failure (GTask *task, GError *error)
{
  Connection *connection = g_task_get_task_data (task);

  stile_error_convert (&error, STILE_ERROR_UNREACHABLE);
  g_prefix_error (&error, _ ("Reaching %s: "), g_uri_get_host (soup_message_get_uri (connection->message)));
  g_task_return_error (task, error);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  Connection *connection = g_task_get_task_data (task);

  if (stream == NULL)
    {
      return_failure (task, error);
      return;
    }

  stile_limited_reader_read_async (stream, connection->limit, connection->truncate, cancellable,
                                   connection->body_read, g_steal_pointer (&task));
}

/* Takes over @task. */
static void
send_message (GTask *task, gsize limit, gboolean truncate, GAsyncReadyCallback body_read)
{
  Connection *connection = g_task_get_task_data (task);

  connection->limit = limit;
  connection->truncate = truncate;
  connection->body_read = body_read;
  soup_session_send_async (connection->soup, connection->message, G_PRIORITY_DEFAULT,
                           g_task_get_cancellable (task), answered, task);
}

static gboolean
accept_any_cb (SoupMessage *message,
               GTlsCertificate *certificate,
               GTlsCertificateFlags errors,
               gpointer user_data)
{
  return TRUE; /* the errors are what we came for; they stand in the message */
}

/* A problem report is what an ATLS service answers to GET; all else is somebody else's page. */
static char *
describe_answer (SoupMessage *message, GBytes *body)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *media_type = soup_message_headers_get_one (headers, "Content-Type");

  if (stile_media_type_is (media_type, STILE_MEDIA_TYPE_PROBLEM))
    return NULL;

  return stile_http_problem_describe_page (media_type, body);
}

static void
page_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = stile_limited_reader_read_finish (G_INPUT_STREAM (object), result, &error);
  Connection *connection = g_task_get_task_data (task);
  StileObservation *observation;
  g_autofree char *page = NULL;

  if (body == NULL)
    {
      return_failure (task, error);
      return;
    }

  observation = stile_http_observer_observe (connection->message, connection->started,
                                             stile_http_proxy_get_description (connection->proxy));
  page = describe_answer (connection->message, body);
  stile_observation_set_answer (observation, soup_message_get_status (connection->message), page);
  g_task_return_pointer (task, observation, g_object_unref);
}

static gboolean
use_anchors (Connection *connection, const char *anchors, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GTlsDatabase) database = NULL;

  if (anchors == NULL)
    return TRUE;

  path = g_canonicalize_filename (anchors, NULL);
  database = g_tls_file_database_new (path, error);
  if (database == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return FALSE;
    }

  soup_session_set_tls_database (connection->soup, database);
  return TRUE;
}

/**
 * stile_http_inspection_inspect_async:
 * @carrier: the task's source
 * @anchors: (nullable): a PEM file of the only CAs to believe, or %NULL for the system's store
 *
 * Connects as any program would and keeps what it sees; the task gives a StileObservation.
 */
void
stile_http_inspection_inspect_async (StileCarrier *carrier,
                                     GUri *uri,
                                     StileHttpProxy *proxy,
                                     const char *anchors,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (carrier, cancellable, callback, user_data);
  Connection *connection = connection_new (proxy, soup_message_new_from_uri (SOUP_METHOD_GET, uri));
  GError *error = NULL;

  g_task_set_source_tag (task, stile_http_inspection_inspect_async);
  g_task_set_task_data (task, connection, connection_free);
  if (!use_anchors (connection, anchors, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  g_signal_connect (connection->message, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
  send_message (g_steal_pointer (&task), STILE_HTTP_PROBLEM_MAX_PAGE, TRUE, page_read);
}

static void
answer_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = stile_limited_reader_read_finish (G_INPUT_STREAM (object), result, &error);
  Connection *connection = g_task_get_task_data (task);
  StileHttpMessage *response;
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  if (body == NULL)
    {
      return_failure (task, error);
      return;
    }

  if (!stile_http_message_is_final_status (soup_message_get_status (connection->message)))
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_NOT_ATLS,
                               _ ("Something answered with the status %u, which HTTP does not know"),
                               soup_message_get_status (connection->message));
      return;
    }

  response = stile_http_message_new_response (soup_message_get_status (connection->message));
  soup_message_headers_iter_init (&iter, soup_message_get_response_headers (connection->message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    stile_http_message_add_field (response, name, value);
  stile_http_message_set_content (response, NULL, body);
  g_task_return_pointer (task, response, g_object_unref);
}

/**
 * stile_http_inspection_request_async:
 * @carrier: the task's source
 * @request: method, path, fields and content
 *
 * Asks over a connection that the system's store vouches for; the task gives a StileHttpMessage.
 */
void
stile_http_inspection_request_async (StileCarrier *carrier,
                                     GUri *uri,
                                     StileHttpProxy *proxy,
                                     StileHttpMessage *request,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GUri) target =
      g_uri_parse_relative (uri, stile_http_message_get_path (request), SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GTask) task = g_task_new (carrier, cancellable, callback, user_data);
  Connection *connection;

  g_return_if_fail (target != NULL);

  g_task_set_source_tag (task, stile_http_inspection_request_async);
  connection =
      connection_new (proxy, soup_message_new_from_uri (stile_http_message_get_method (request), target));
  g_task_set_task_data (task, connection, connection_free);
  for (guint i = 0; i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (request, i, &value);

      soup_message_headers_append (soup_message_get_request_headers (connection->message), name, value);
    }
  if (g_bytes_get_size (stile_http_message_get_content (request)) > 0)
    soup_message_set_request_body_from_bytes (connection->message, NULL,
                                              stile_http_message_get_content (request));

  send_message (g_steal_pointer (&task), STILE_BINARY_HTTP_MAX_SIZE, FALSE, answer_read);
}
