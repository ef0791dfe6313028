/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-handler.h"

#include <glib/gi18n-lib.h>

/**
 * StileHandler:
 *
 * Answers requests that came out of a session: EST, the observation, a proxy to an existing service.  Handlers are
 * shared by all workers of a service: what they hold must not change, or be locked.
 */
G_DEFINE_INTERFACE (StileHandler, stile_handler, G_TYPE_OBJECT)

static void
stile_handler_default_init (StileHandlerInterface *iface)
{
}

void
stile_handler_handle_async (StileHandler *self,
                            StileExchange *exchange,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  STILE_HANDLER_GET_IFACE (self)->handle_async (self, exchange, cancellable, callback, user_data);
}

/**
 * stile_handler_handle_finish:
 *
 * Returns: (transfer full): the answer; a handler that failed answers too, with 502
 */
StileHttpMessage *
stile_handler_handle_finish (StileHandler *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  StileHttpMessage *response = STILE_HANDLER_GET_IFACE (self)->handle_finish (self, result, &error);

  return response != NULL ? response : stile_http_message_new_problem (502, "Bad gateway", error->message);
}

/**
 * stile_handler_return:
 * @response: (transfer full): the answer
 *
 * For handlers that know the answer at once: completes handle_async(), whose finish function is then one that
 * propagates a GTask's pointer.
 */
void
stile_handler_return (StileHandler *self,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data,
                      StileHttpMessage *response)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_handler_return);
  g_task_return_pointer (task, response, g_object_unref);
}
