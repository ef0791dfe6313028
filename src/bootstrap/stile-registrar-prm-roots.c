/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-prm-roots.h"

#include "bootstrap/stile-brski-answer.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-prm-ca-certs.h"
#include "bootstrap/stile-registrar-prm.h"
#include "codec/stile-certificate-bundle.h"

/**
 * StileRegistrarPrmRoots:
 *
 * Gives the domain's CA certificates to agents, signed, since they go on over plain HTTP (BRSKI-PRM section 7.5).  Which they
 * are, the EST server knows.
 */
struct _StileRegistrarPrmRoots
{
  GObject parent_instance;

  StileRegistrar *registrar;
  StileHandler *est;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileRegistrarPrmRoots,
                               stile_registrar_prm_roots,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_registrar_prm_roots_finalize (GObject *object)
{
  StileRegistrarPrmRoots *self = STILE_REGISTRAR_PRM_ROOTS (object);

  g_clear_object (&self->registrar);
  g_clear_object (&self->est);

  G_OBJECT_CLASS (stile_registrar_prm_roots_parent_class)->finalize (object);
}

static void
stile_registrar_prm_roots_class_init (StileRegistrarPrmRootsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_prm_roots_finalize;
}

static void
stile_registrar_prm_roots_init (StileRegistrarPrmRoots *self)
{
}

/**
 * stile_registrar_prm_roots_new:
 * @est: has the CA certificates of the domain
 *
 * Returns: (transfer full): what answers at /.well-known/brski/wrappedcacerts
 */
StileHandler *
stile_registrar_prm_roots_new (StileRegistrar *registrar, StileHandler *est)
{
  StileRegistrarPrmRoots *self = g_object_new (STILE_TYPE_REGISTRAR_PRM_ROOTS, NULL);

  self->registrar = g_object_ref (registrar);
  self->est = g_object_ref (est);

  return STILE_HANDLER (self);
}

static StileHttpMessage *
wrap (StileRegistrarPrmRoots *self, StileHttpMessage *response)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots =
      stile_certificate_bundle_parse_est (stile_http_message_get_content (response), &error);
  g_autoptr (GBytes) wrapped =
      roots != NULL ? stile_prm_ca_certs_make (stile_registrar_get_identity (self->registrar), roots, &error)
                    : NULL;

  if (wrapped != NULL)
    return stile_brski_answer_new (STILE_REGISTRAR_PRM_MEDIA_TYPE, wrapped);

  g_warning ("The domain’s CA certificates cannot be given to an agent: %s", error->message);
  return stile_brski_answer_refuse (500, "The registrar cannot sign the domain’s CA certificates");
}

static void
fetched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StileHttpMessage) response = stile_handler_handle_finish (STILE_HANDLER (object), result);

  g_task_return_pointer (task,
                         stile_http_message_get_status (response) == 200
                             ? wrap (g_task_get_source_object (task), response)
                             : g_object_ref (response),
                         g_object_unref);
}

static StileHttpMessage *
check (StileRegistrarPrmRoots *self, StileExchange *exchange)
{
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GError) error = NULL;
  StileHttpMessage *response;

  if (g_strcmp0 (stile_http_message_get_method (request), "GET") != 0)
    {
      response = stile_brski_answer_refuse (405, "The CA certificates are fetched with GET");
      stile_http_message_add_field (response, "allow", "GET");
      return response;
    }
  if (!stile_registrar_prm_check_agent (self->registrar, exchange, checks, &error))
    return stile_brski_answer_judged (checks, error);

  return stile_brski_answer_check_accept (request, STILE_REGISTRAR_PRM_MEDIA_TYPE);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileRegistrarPrmRoots *self = STILE_REGISTRAR_PRM_ROOTS (handler);
  StileHttpMessage *refusal = check (self, exchange);
  g_autoptr (StileHttpMessage) request = NULL;
  g_autoptr (StileExchange) inner = NULL;
  GTask *task;

  if (refusal != NULL)
    {
      stile_handler_return (handler, cancellable, callback, user_data, refusal);
      return;
    }

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, handle_async);
  request = stile_http_message_new_request ("GET", "https", "registrar", STILE_EST_SERVER_PREFIX "cacerts");
  inner = stile_exchange_new (request, NULL, NULL, NULL);
  stile_handler_handle_async (self->est, inner, cancellable, fetched, task);
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
