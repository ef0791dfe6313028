/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-router.h"

#include <string.h>

/**
 * StileRouter:
 *
 * Hands each request to the handler of its path: exactly that path, or anything below it when it ends in a slash.
 * The longest path wins.  Set it up before it is used.
 */
struct _StileRouter
{
  GObject parent_instance;

  GPtrArray *paths;    /* of char */
  GPtrArray *handlers; /* of StileHandler, beside @paths */
  StileHandler *fallback;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileRouter,
                               stile_router,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_router_finalize (GObject *object)
{
  StileRouter *self = STILE_ROUTER (object);

  g_ptr_array_unref (self->paths);
  g_ptr_array_unref (self->handlers);
  g_clear_object (&self->fallback);

  G_OBJECT_CLASS (stile_router_parent_class)->finalize (object);
}

static void
stile_router_class_init (StileRouterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_router_finalize;
}

static void
stile_router_init (StileRouter *self)
{
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->handlers = g_ptr_array_new_with_free_func (g_object_unref);
}

StileRouter *
stile_router_new (void)
{
  return g_object_new (STILE_TYPE_ROUTER, NULL);
}

/**
 * stile_router_add:
 * @path: the whole path, or one that ends in a slash for all below it
 */
void
stile_router_add (StileRouter *self, const char *path, StileHandler *handler)
{
  g_ptr_array_add (self->paths, g_strdup (path));
  g_ptr_array_add (self->handlers, g_object_ref (handler));
}

/**
 * stile_router_set_fallback:
 * @handler: (nullable): answers what no path matches; without one that is 404
 */
void
stile_router_set_fallback (StileRouter *self, StileHandler *handler)
{
  g_set_object (&self->fallback, handler);
}

static gboolean
matches (const char *pattern, const char *path, gsize path_length)
{
  gsize length = strlen (pattern);

  if (length > 0 && pattern[length - 1] == '/')
    return path_length >= length && strncmp (pattern, path, length) == 0;

  return path_length == length && strncmp (pattern, path, length) == 0;
}

static StileHandler *
find (StileRouter *self, const char *path)
{
  gsize path_length = strcspn (path, "?");
  StileHandler *found = self->fallback;
  gsize longest = 0;

  for (guint i = 0; i < self->paths->len; i++)
    {
      const char *pattern = g_ptr_array_index (self->paths, i);

      if (matches (pattern, path, path_length) && strlen (pattern) > longest)
        {
          found = g_ptr_array_index (self->handlers, i);
          longest = strlen (pattern);
        }
    }

  return found;
}

static void
handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, stile_handler_handle_finish (STILE_HANDLER (object), result), g_object_unref);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileRouter *self = STILE_ROUTER (handler);
  const char *path = stile_http_message_get_path (stile_exchange_get_request (exchange));
  StileHandler *next = find (self, path);
  GTask *task;

  if (next == NULL)
    {
      stile_handler_return (
          handler, cancellable, callback, user_data,
          stile_http_message_new_problem (404, "Not found", "Nothing is served at this path"));
      return;
    }

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, handle_async);
  stile_handler_handle_async (next, exchange, cancellable, handled, task);
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
