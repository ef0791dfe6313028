/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-session-carrier.h"

#include "codec/stile-binary-http.h"
#include "transport/stile-http-forwarder.h"

/**
 * StileHttpSessionCarrier:
 *
 * Of a carrier only what requests need: they go into ATLS sessions with the service, made and renewed as they are needed
 * (StileHttpForwarder), so that whoever asks need not know whether a middlebox is on the way.  Anchors and identity are the
 * inner session's.
 */
struct _StileHttpSessionCarrier
{
  GObject parent_instance;

  char *service;
  char *proxy;
  GPtrArray *anchors; /* of StileCertificate; NULL: the system's store */
  StileIdentity *identity;
  StileHttpForwarder *forwarder;
};

enum
{
  PROP_0,
  PROP_SERVICE,
  PROP_PROXY,
  PROP_ANCHORS,
  PROP_IDENTITY,
};

static void carrier_init (StileCarrierInterface *iface);
static void initable_init (GInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileHttpSessionCarrier,
                               stile_http_session_carrier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                   G_IMPLEMENT_INTERFACE (STILE_TYPE_CARRIER, carrier_init))

static void
stile_http_session_carrier_dispose (GObject *object)
{
  StileHttpSessionCarrier *self = STILE_HTTP_SESSION_CARRIER (object);

  if (self->forwarder != NULL)
    stile_http_forwarder_stop (self->forwarder);
  g_clear_object (&self->forwarder);
  g_clear_object (&self->identity);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);

  G_OBJECT_CLASS (stile_http_session_carrier_parent_class)->dispose (object);
}

static void
stile_http_session_carrier_finalize (GObject *object)
{
  StileHttpSessionCarrier *self = STILE_HTTP_SESSION_CARRIER (object);

  g_free (self->service);
  g_free (self->proxy);

  G_OBJECT_CLASS (stile_http_session_carrier_parent_class)->finalize (object);
}

static void
stile_http_session_carrier_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileHttpSessionCarrier *self = STILE_HTTP_SESSION_CARRIER (object);

  switch (id)
    {
    case PROP_SERVICE:
      g_value_set_string (value, self->service);
      break;
    case PROP_PROXY:
      g_value_set_string (value, self->proxy);
      break;
    case PROP_ANCHORS:
      g_value_set_boxed (value, self->anchors);
      break;
    case PROP_IDENTITY:
      g_value_set_object (value, self->identity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
stile_http_session_carrier_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileHttpSessionCarrier *self = STILE_HTTP_SESSION_CARRIER (object);

  switch (id)
    {
    case PROP_SERVICE:
      self->service = g_value_dup_string (value);
      break;
    case PROP_PROXY:
      self->proxy = g_value_dup_string (value);
      break;
    case PROP_ANCHORS:
      self->anchors = g_value_dup_boxed (value);
      break;
    case PROP_IDENTITY:
      self->identity = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
stile_http_session_carrier_class_init (StileHttpSessionCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_http_session_carrier_dispose;
  object_class->finalize = stile_http_session_carrier_finalize;
  object_class->get_property = stile_http_session_carrier_get_property;
  object_class->set_property = stile_http_session_carrier_set_property;
  g_object_class_override_property (object_class, PROP_SERVICE, "service");
  g_object_class_override_property (object_class, PROP_PROXY, "proxy");
  g_object_class_override_property (object_class, PROP_ANCHORS, "anchors");
  g_object_class_override_property (object_class, PROP_IDENTITY, "identity");
}

static void
stile_http_session_carrier_init (StileHttpSessionCarrier *self)
{
}

static gboolean
initable_start (GInitable *initable, GCancellable *cancellable, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileHttpSessionCarrier *self = STILE_HTTP_SESSION_CARRIER (initable);
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, self->identity);
  stile_credentials_set_application_protocols (credentials, protocols);
  if (self->anchors != NULL)
    stile_credentials_set_anchors (credentials, self->anchors);
  if (!stile_credentials_prepare (credentials, error))
    return FALSE;

  self->forwarder = stile_http_forwarder_new (self->service, self->proxy, credentials, STILE_MODE_ANY, error);
  return self->forwarder != NULL;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = initable_start;
}

/* --- requests --- */

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileHttpMessage *response =
      stile_http_forwarder_forward_finish (STILE_HTTP_FORWARDER (object), result, &error);

  if (response != NULL)
    g_task_return_pointer (task, response, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
request_async (StileCarrier *carrier,
               StileHttpMessage *request,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  GTask *task = g_task_new (carrier, cancellable, callback, user_data);

  g_task_set_source_tag (task, request_async);
  stile_http_forwarder_forward_async (STILE_HTTP_SESSION_CARRIER (carrier)->forwarder, request, cancellable,
                                      answered, task);
}

static StileHttpMessage *
request_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
get_host (StileCarrier *carrier)
{
  return g_uri_get_host (stile_http_forwarder_get_uri (STILE_HTTP_SESSION_CARRIER (carrier)->forwarder));
}

static StileCertificate *
get_peer_certificate (StileCarrier *carrier)
{
  StileClient *client = stile_http_forwarder_get_client (STILE_HTTP_SESSION_CARRIER (carrier)->forwarder);
  GPtrArray *chain = client != NULL ? stile_session_get_peer_chain (stile_client_get_session (client)) : NULL;

  return chain != NULL && chain->len > 0 ? g_ptr_array_index (chain, 0) : NULL;
}

static void
carrier_init (StileCarrierInterface *iface)
{
  iface->request_async = request_async;
  iface->request_finish = request_finish;
  iface->get_host = get_host;
  iface->get_peer_certificate = get_peer_certificate;
}
