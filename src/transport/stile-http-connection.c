/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-connection.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-http-server-name.h"
#include "transport/stile-limited-reader.h"

/**
 * StileHttpConnection:
 *
 * One connection for one message, so that nothing that was accepted for something else can be used again.  Who looks at
 * the way, or asks without ATLS, holds it until the answer is there.
 */
struct _StileHttpConnection
{
  GObject parent_instance;

  SoupSession *soup;
  SoupMessage *message;
  StileHttpProxy *proxy;
};

G_DEFINE_FINAL_TYPE (StileHttpConnection, stile_http_connection, G_TYPE_OBJECT)

static void
stile_http_connection_dispose (GObject *object)
{
  StileHttpConnection *self = STILE_HTTP_CONNECTION (object);

  if (self->soup != NULL)
    soup_session_abort (self->soup);
  g_clear_object (&self->soup);
  g_clear_object (&self->message);
  g_clear_object (&self->proxy);

  G_OBJECT_CLASS (stile_http_connection_parent_class)->dispose (object);
}

static void
stile_http_connection_class_init (StileHttpConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_http_connection_dispose;
}

static void
stile_http_connection_init (StileHttpConnection *self)
{
}

/**
 * stile_http_connection_new:
 * @message: (transfer full): what to send; redirects are not followed
 * @timeout_seconds: for connecting, and for silence
 */
StileHttpConnection *
stile_http_connection_new (StileHttpProxy *proxy, SoupMessage *message, guint timeout_seconds)
{
  StileHttpConnection *self = g_object_new (STILE_TYPE_HTTP_CONNECTION, NULL);

  self->soup = soup_session_new_with_options ("timeout", timeout_seconds, "user-agent",
                                              "Stile/" PACKAGE_VERSION, NULL);
  self->message = message;
  self->proxy = g_object_ref (proxy);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  stile_http_proxy_apply (proxy, self->soup);
  stile_http_proxy_watch (proxy, message);
  stile_http_server_name_watch (message);
  stile_http_observer_watch (message);

  return self;
}

/**
 * stile_http_connection_get_soup:
 *
 * Returns: (transfer none): for settings of TLS, before sending
 */
SoupSession *
stile_http_connection_get_soup (StileHttpConnection *self)
{
  return self->soup;
}

/**
 * stile_http_connection_get_message:
 *
 * Returns: (transfer none): with the answer's head once there is one
 */
SoupMessage *
stile_http_connection_get_message (StileHttpConnection *self)
{
  return self->message;
}

typedef struct
{
  gsize limit; /* of the answer */
  gboolean truncate;
} Reading;

/* Takes over @error. */
static void
return_failure (GTask *task, GError *error)
{
  StileHttpConnection *self = g_task_get_source_object (task);

  stile_error_convert (&error, STILE_ERROR_UNREACHABLE);
  g_prefix_error (&error, _ ("Reaching %s: "), g_uri_get_host (soup_message_get_uri (self->message)));
  g_task_return_error (task, error);
}

static void
body_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *body = stile_limited_reader_read_finish (G_INPUT_STREAM (object), result, &error);

  if (body != NULL)
    g_task_return_pointer (task, body, (GDestroyNotify)g_bytes_unref);
  else
    return_failure (task, error);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Reading *reading = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (stream == NULL)
    {
      return_failure (task, error);
      return;
    }

  stile_limited_reader_read_async (stream, reading->limit, reading->truncate, cancellable, body_read,
                                   g_steal_pointer (&task));
}

/**
 * stile_http_connection_send_async:
 * @limit: bytes of the answer's body
 * @truncate: whether more than @limit is cut off, and no error
 *
 * Sends the message, once.
 */
void
stile_http_connection_send_async (StileHttpConnection *self,
                                  gsize limit,
                                  gboolean truncate,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->limit = limit;
  reading->truncate = truncate;
  g_task_set_source_tag (task, stile_http_connection_send_async);
  g_task_set_task_data (task, reading, g_free);
  soup_session_send_async (self->soup, self->message, G_PRIORITY_DEFAULT, cancellable, answered, task);
}

/**
 * stile_http_connection_send_finish:
 *
 * Returns: (transfer full): the answer's body, whatever its status; errors name the host
 */
GBytes *
stile_http_connection_send_finish (StileHttpConnection *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
