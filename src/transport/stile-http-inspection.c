/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-inspection.h"

#include "atls/stile-error.h"
#include "transport/stile-http-connection.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-http-problem.h"
#include "transport/stile-http-trust.h"
#include "transport/stile-media-type.h"

/* A person is waiting, and a path that does not answer by then is not going to. */
#define TIMEOUT_SECONDS 15

typedef struct
{
  StileHttpConnection *connection;
  StileHttpProxy *proxy;
  gint64 started;
} Inspection;

static void
inspection_free (gpointer data)
{
  Inspection *inspection = data;

  g_object_unref (inspection->connection);
  g_object_unref (inspection->proxy);
  g_free (inspection);
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
  g_autoptr (GBytes) body =
      stile_http_connection_send_finish (STILE_HTTP_CONNECTION (object), result, &error);
  Inspection *inspection = g_task_get_task_data (task);
  SoupMessage *message = stile_http_connection_get_message (inspection->connection);
  StileObservation *observation;
  g_autofree char *page = NULL;

  if (body == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  observation = stile_http_observer_observe (message, inspection->started,
                                             stile_http_proxy_get_description (inspection->proxy));
  page = describe_answer (message, body);
  stile_observation_set_answer (observation, soup_message_get_status (message), page);
  g_task_return_pointer (task, observation, g_object_unref);
}

static gboolean
use_anchors (StileHttpConnection *connection, const char *anchors, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GTlsDatabase) database = NULL;

  if (anchors == NULL)
    {
      soup_session_set_tls_database (stile_http_connection_get_soup (connection),
                                     stile_http_trust_get_system ());
      return TRUE;
    }

  path = g_canonicalize_filename (anchors, NULL);
  database = g_tls_file_database_new (path, error);
  if (database == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return FALSE;
    }

  soup_session_set_tls_database (stile_http_connection_get_soup (connection), database);
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
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  Inspection *inspection = g_new0 (Inspection, 1);
  GError *error = NULL;

  inspection->connection = stile_http_connection_new (proxy, message, TIMEOUT_SECONDS);
  inspection->proxy = g_object_ref (proxy);
  inspection->started = g_get_monotonic_time ();
  g_task_set_source_tag (task, stile_http_inspection_inspect_async);
  g_task_set_task_data (task, inspection, inspection_free);
  if (!use_anchors (inspection->connection, anchors, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
  stile_http_connection_send_async (inspection->connection, STILE_HTTP_PROBLEM_MAX_PAGE, TRUE, cancellable,
                                    page_read, g_steal_pointer (&task));
}
