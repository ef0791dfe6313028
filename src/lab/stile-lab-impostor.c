/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-impostor.h"

#include "atls/stile-client.h"
#include "codec/stile-binary-http.h"
#include "transport/stile-http-carrier.h"

/**
 * StileLabImpostor:
 *
 * The man in the middle: answers inside ATLS in the registrar's name, and hands on to the real one what he hears.  The
 * device's key is not his, so that to the registrar he is another device: one of the same make, that he has bought.  The
 * lab's service for whoever pretends to be the registrar holds it.
 */
struct _StileLabImpostor
{
  GObject parent_instance;

  StileLabPki *pki;
  char *service; /* the real one */
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileLabImpostor,
                               stile_lab_impostor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_lab_impostor_finalize (GObject *object)
{
  StileLabImpostor *self = STILE_LAB_IMPOSTOR (object);

  g_clear_object (&self->pki);
  g_free (self->service);

  G_OBJECT_CLASS (stile_lab_impostor_parent_class)->finalize (object);
}

static void
stile_lab_impostor_class_init (StileLabImpostorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_lab_impostor_finalize;
}

static void
stile_lab_impostor_init (StileLabImpostor *self)
{
}

/**
 * stile_lab_impostor_new:
 * @service: where the real registrar is
 *
 * Returns: (transfer full): what answers inside ATLS in its place
 */
StileHandler *
stile_lab_impostor_new (StileLabPki *pki, const char *service)
{
  StileLabImpostor *self = g_object_new (STILE_TYPE_LAB_IMPOSTOR, NULL);

  self->pki = g_object_ref (pki);
  self->service = g_strdup (service);

  return STILE_HANDLER (self);
}

/* A session of its own for each request: the registrar knows a device by what it shows, not by its session. */
static StileClient *
open_client (StileLabImpostor *self, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileCarrier) carrier = stile_http_carrier_new (self->service, "none", error);
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  if (carrier == NULL)
    return NULL;

  stile_credentials_set_identity (credentials,
                                  stile_lab_pki_get_identity (self->pki, STILE_LAB_PART_OTHER_DEVICE));
  stile_credentials_set_provisional (credentials);
  stile_credentials_set_application_protocols (credentials, protocols);
  return stile_client_new (carrier, credentials, STILE_MODE_ANY);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileHttpMessage *response = stile_client_request_finish (STILE_CLIENT (object), result, &error);

  if (response != NULL)
    g_task_return_pointer (task, response, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileClient *client = STILE_CLIENT (object);
  StileExchange *exchange = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (stile_client_connect_finish (client, result, &error))
    stile_client_request_async (client, stile_exchange_get_request (exchange), cancellable, answered,
                                g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileLabImpostor *self = STILE_LAB_IMPOSTOR (handler);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  g_autoptr (StileClient) client = open_client (self, &error);

  g_task_set_source_tag (task, handle_async);
  g_task_set_task_data (task, g_object_ref (exchange), g_object_unref);
  if (client != NULL)
    stile_client_connect_async (client, cancellable, connected, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
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
