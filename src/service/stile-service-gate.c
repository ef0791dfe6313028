/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-gate.h"

#include "codec/stile-certificate-path.h"

/**
 * StileServiceGate:
 *
 * Stands before the handlers that "client-ca" guards.  In a service with roles TLS takes any certificate, since the roles
 * judge for themselves (RFC 8995 section 5.1), and who asks for anything else is judged here.
 */
struct _StileServiceGate
{
  GObject parent_instance;

  GPtrArray *anchors; /* of StileCertificate */
  StileHandler *handler;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileServiceGate,
                               stile_service_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_service_gate_finalize (GObject *object)
{
  StileServiceGate *self = STILE_SERVICE_GATE (object);

  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->handler);

  G_OBJECT_CLASS (stile_service_gate_parent_class)->finalize (object);
}

static void
stile_service_gate_class_init (StileServiceGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_service_gate_finalize;
}

static void
stile_service_gate_init (StileServiceGate *self)
{
}

/**
 * stile_service_gate_new:
 * @anchors: (element-type StileCertificate): whose clients may pass
 * @handler: answers those
 */
StileHandler *
stile_service_gate_new (GPtrArray *anchors, StileHandler *handler)
{
  StileServiceGate *self = g_object_new (STILE_TYPE_SERVICE_GATE, NULL);

  self->anchors = g_ptr_array_ref (anchors);
  self->handler = g_object_ref (handler);

  return STILE_HANDLER (self);
}

static gboolean
is_known (StileServiceGate *self, StileExchange *exchange)
{
  GPtrArray *chain = stile_exchange_get_peer_chain (exchange);

  /* Whoever is not provisional was judged by TLS, in the handshake. */
  if (chain != NULL && !stile_exchange_is_provisional (exchange))
    return TRUE;

  return chain != NULL &&
         stile_certificate_path_verify (chain, self->anchors, g_get_real_time () / G_USEC_PER_SEC,
                                        STILE_CERTIFICATE_PATH_DEFAULT, NULL, NULL);
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
  StileServiceGate *self = STILE_SERVICE_GATE (handler);
  GTask *task;

  if (!is_known (self, exchange))
    {
      stile_handler_return (
          handler, cancellable, callback, user_data,
          stile_http_message_new_problem (
              403, "Forbidden", "This needs a client certificate of an authority that is known here"));
      return;
    }

  stile_exchange_set_provisional (exchange, FALSE);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, handle_async);
  stile_handler_handle_async (self->handler, exchange, cancellable, handled, task);
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
