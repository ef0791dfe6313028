/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-server.h"

#include "codec/stile-certificate-bundle.h"

/**
 * StileEstServer:
 *
 * Hands out the domain's CA certificates (RFC 7030 section 4.1).  A service puts it at /.well-known/est/cacerts.
 */
struct _StileEstServer
{
  GObject parent_instance;

  GBytes *body;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileEstServer,
                               stile_est_server,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_est_server_finalize (GObject *object)
{
  g_clear_pointer (&STILE_EST_SERVER (object)->body, g_bytes_unref);

  G_OBJECT_CLASS (stile_est_server_parent_class)->finalize (object);
}

static void
stile_est_server_class_init (StileEstServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_est_server_finalize;
}

static void
stile_est_server_init (StileEstServer *self)
{
}

/**
 * stile_est_server_new:
 * @roots: (element-type StileCertificate): the domain's CA certificates
 */
StileEstServer *
stile_est_server_new (GPtrArray *roots, GError **error)
{
  g_autoptr (StileEstServer) self = g_object_new (STILE_TYPE_EST_SERVER, NULL);

  self->body = stile_certificate_bundle_to_est (roots, error);
  return self->body != NULL ? g_steal_pointer (&self) : NULL;
}

static StileHttpMessage *
answer (StileEstServer *self, StileHttpMessage *request)
{
  StileHttpMessage *response;

  if (g_strcmp0 (stile_http_message_get_method (request), "GET") != 0)
    return stile_http_message_new_problem (405, "Method not allowed", "CA certificates are read with GET");

  response = stile_http_message_new_response (200);
  stile_http_message_set_content (response, "application/pkcs7-mime", self->body);
  stile_http_message_add_field (response, "content-transfer-encoding", "base64");
  return response;
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  stile_handler_return (handler, cancellable, callback, user_data,
                        answer (STILE_EST_SERVER (handler), stile_exchange_get_request (exchange)));
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
