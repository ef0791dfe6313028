/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-handler.h"

#include <string.h>

struct _TestHandler
{
  GObject parent_instance;

  gboolean later;
  GQueue waiting; /* of GTask */
  gint count;     /* atomic: endpoints ask from any thread */
  GMutex mutex;
  StileExchange *last;
  StileHttpMessage *response; /* NULL: the path */
};

static StileHttpMessage *
make_response (TestHandler *self, StileExchange *exchange)
{
  const char *path = stile_http_message_get_path (stile_exchange_get_request (exchange));
  g_autoptr (GBytes) content = g_bytes_new (path, strlen (path));
  StileHttpMessage *response;

  if (self->response != NULL)
    return g_object_ref (self->response);

  response = stile_http_message_new_response (200);
  stile_http_message_set_content (response, "text/plain", content);
  return response;
}

static void
give (GTask *task)
{
  TestHandler *self = g_task_get_source_object (task);

  g_task_return_pointer (task, make_response (self, g_task_get_task_data (task)), g_object_unref);
  g_object_unref (task);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  TestHandler *self = TEST_HANDLER (handler);
  GTask *task = g_task_new (handler, cancellable, callback, user_data);

  g_task_set_task_data (task, g_object_ref (exchange), g_object_unref);
  g_atomic_int_inc (&self->count);
  g_mutex_lock (&self->mutex);
  g_set_object (&self->last, exchange);
  g_mutex_unlock (&self->mutex);
  if (self->later)
    g_queue_push_tail (&self->waiting, task);
  else
    give (task);
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

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHandler,
                               test_handler,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
test_handler_finalize (GObject *object)
{
  TestHandler *self = TEST_HANDLER (object);

  g_clear_object (&self->last);
  g_clear_object (&self->response);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (test_handler_parent_class)->finalize (object);
}

static void
test_handler_class_init (TestHandlerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_handler_finalize;
}

static void
test_handler_init (TestHandler *self)
{
  g_queue_init (&self->waiting);
  g_mutex_init (&self->mutex);
}

TestHandler *
test_handler_new (gboolean later)
{
  TestHandler *self = g_object_new (TEST_TYPE_HANDLER, NULL);

  self->later = later;

  return self;
}

/**
 * test_handler_set_response:
 * @response: (nullable): what it answers from now on, whatever is asked
 */
void
test_handler_set_response (TestHandler *self, StileHttpMessage *response)
{
  g_set_object (&self->response, response);
}

/**
 * test_handler_get_exchange:
 *
 * Returns: (transfer none) (nullable): what was asked last
 */
StileExchange *
test_handler_get_exchange (TestHandler *self)
{
  return self->last;
}

guint
test_handler_get_count (TestHandler *self)
{
  return (guint)g_atomic_int_get (&self->count);
}

/**
 * test_handler_release:
 *
 * Answers all that wait.
 */
void
test_handler_release (TestHandler *self)
{
  while (!g_queue_is_empty (&self->waiting))
    give (g_queue_pop_head (&self->waiting));
}
