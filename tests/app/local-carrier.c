/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/local-carrier.h"

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"

struct _LocalCarrier
{
  GObject parent_instance;

  char *service;
  char *session;
  StileObservation *observation;
};

enum
{
  PROP_SERVICE = 1,
  PROP_PROXY,
};

static StileEndpoint *local_endpoint;
static GPtrArray *local_chain;
static const char *local_problem;
static gboolean local_held;

static void carrier_init (StileCarrierInterface *iface);
static void initable_init (GInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LocalCarrier,
                               local_carrier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                   G_IMPLEMENT_INTERFACE (STILE_TYPE_CARRIER, carrier_init))

void
local_carrier_set_up (StileEndpoint *endpoint, GPtrArray *chain)
{
  local_endpoint = endpoint;
  local_chain = chain;
}

void
local_carrier_set_problem (const char *problem)
{
  local_problem = problem;
}

void
local_carrier_set_held (gboolean held)
{
  local_held = held;
}

static void
local_carrier_finalize (GObject *object)
{
  LocalCarrier *self = LOCAL_CARRIER (object);

  g_free (self->service);
  g_free (self->session);
  g_clear_object (&self->observation);

  G_OBJECT_CLASS (local_carrier_parent_class)->finalize (object);
}

static void
local_carrier_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_SERVICE)
    LOCAL_CARRIER (object)->service = g_value_dup_string (value);
}

static void
local_carrier_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_string (value, id == PROP_SERVICE ? LOCAL_CARRIER (object)->service : NULL);
}

static void
local_carrier_class_init (LocalCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = local_carrier_finalize;
  object_class->get_property = local_carrier_get_property;
  object_class->set_property = local_carrier_set_property;
  g_object_class_override_property (object_class, PROP_SERVICE, "service");
  g_object_class_override_property (object_class, PROP_PROXY, "proxy");
}

static void
local_carrier_init (LocalCarrier *self)
{
}

static void
delivered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StileAnswer) answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);
  LocalCarrier *self = g_task_get_source_object (task);

  if (stile_answer_get_status (answer) != STILE_ANSWER_OK)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_PROTOCOL, "%s",
                               stile_answer_get_detail (answer));
      return;
    }
  if (stile_answer_get_new_session (answer) != NULL)
    {
      g_free (self->session);
      self->session = g_strdup (stile_answer_get_new_session (answer));
    }
  g_task_return_pointer (task, g_bytes_ref (stile_answer_get_body (answer)), (GDestroyNotify)g_bytes_unref);
}

static void
exchange_async (StileCarrier *carrier,
                StileMessageKind kind,
                GBytes *body,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  LocalCarrier *self = LOCAL_CARRIER (carrier);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (StileObservation) observation = stile_observation_new ();
  g_autoptr (StileDelivery) delivery = stile_delivery_new (kind, body, self->session, observation);

  stile_endpoint_deliver_async (local_endpoint, delivery, cancellable, delivered, task);
}

static GBytes *
exchange_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static StileObservation *
observe (LocalCarrier *self, const char *anchors)
{
  StileObservation *seen = stile_observation_new ();

  stile_observation_set_url (seen, self->service);
  stile_observation_set_tls (seen, "TLS 1.3", "AES-128-GCM", NULL);
  stile_observation_set_http_version (seen, "1.1");
  stile_observation_set_chain (seen, local_chain);
  stile_observation_set_errors (seen, anchors != NULL ? 0 : G_TLS_CERTIFICATE_UNKNOWN_CA);

  return seen;
}

static void
cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_task_return_error_if_cancelled (user_data);
}

static void
inspect_async (StileCarrier *carrier,
               const char *anchors,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  GTask *task = g_task_new (carrier, cancellable, callback, user_data);

  if (local_held)
    {
      g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (cancelled), task,
                             (GClosureNotify)(void (*) (void))g_object_unref, 0);
      return;
    }

  if (local_problem != NULL)
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "%s", local_problem);
  else
    g_task_return_pointer (task, observe (LOCAL_CARRIER (carrier), anchors), g_object_unref);
  g_object_unref (task);
}

static StileObservation *
inspect_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
get_host (StileCarrier *carrier)
{
  return "service.example";
}

static GBytes *
get_session_id (StileCarrier *carrier)
{
  const char *session = LOCAL_CARRIER (carrier)->session;

  return session != NULL ? stile_base64url_decode (session, -1, NULL) : NULL;
}

static StileObservation *
get_observation (StileCarrier *carrier)
{
  return LOCAL_CARRIER (carrier)->observation;
}

static void
forget_session (StileCarrier *carrier)
{
  g_clear_pointer (&LOCAL_CARRIER (carrier)->session, g_free);
}

static void
carrier_init (StileCarrierInterface *iface)
{
  iface->exchange_async = exchange_async;
  iface->exchange_finish = exchange_finish;
  iface->inspect_async = inspect_async;
  iface->inspect_finish = inspect_finish;
  iface->get_host = get_host;
  iface->get_session_id = get_session_id;
  iface->get_observation = get_observation;
  iface->forget_session = forget_session;
}

static gboolean
init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = init;
}
