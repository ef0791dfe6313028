/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-carrier.h"

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "support/test-tls.h"

struct _TestCarrier
{
  GObject parent_instance;

  char *service;
  char *proxy;
  StileEndpoint *endpoint;
  char *id;
  gboolean without_id;
  TestCarrierFunc change;
  gpointer change_data;
  guint count;
  guint break_at; /* 0: never */
  GBytes *last;
};

enum
{
  PROP_0,
  PROP_SERVICE,
  PROP_PROXY,
};

static void
delivered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TestCarrier *self = g_task_get_source_object (task);
  g_autoptr (StileAnswer) answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);
  GBytes *changed = NULL;

  if (stile_answer_get_status (answer) != STILE_ANSWER_OK)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_PROTOCOL, "The service says: %s",
                               stile_answer_get_detail (answer));
      return;
    }

  if (stile_answer_get_new_session (answer) != NULL)
    {
      g_free (self->id);
      self->id = g_strdup (stile_answer_get_new_session (answer));
    }
  if (self->change != NULL)
    changed = self->change (self->count, self->last, stile_answer_get_body (answer), self->change_data);
  g_task_return_pointer (task, changed != NULL ? changed : g_bytes_ref (stile_answer_get_body (answer)),
                         (GDestroyNotify)g_bytes_unref);
}

static void
exchange_async (StileCarrier *carrier,
                StileMessageKind kind,
                GBytes *body,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  TestCarrier *self = TEST_CARRIER (carrier);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (StileDelivery) delivery = stile_delivery_new (kind, body, self->id, NULL);

  self->count++;
  g_clear_pointer (&self->last, g_bytes_unref);
  self->last = g_bytes_ref (body);
  if (self->count == self->break_at)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "The cable is cut");
      g_object_unref (task);
      return;
    }

  stile_endpoint_deliver_async (self->endpoint, delivery, NULL, delivered, task);
}

static GBytes *
exchange_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
get_host (StileCarrier *carrier)
{
  return TEST_TLS_HOST;
}

static GBytes *
get_session_id (StileCarrier *carrier)
{
  TestCarrier *self = TEST_CARRIER (carrier);

  return self->id != NULL && !self->without_id ? stile_base64url_decode (self->id, -1, NULL) : NULL;
}

static StileObservation *
get_observation (StileCarrier *carrier)
{
  return NULL;
}

static void
forget_session (StileCarrier *carrier)
{
  g_clear_pointer (&TEST_CARRIER (carrier)->id, g_free);
}

static void
carrier_init (StileCarrierInterface *iface)
{
  iface->exchange_async = exchange_async;
  iface->exchange_finish = exchange_finish;
  iface->get_host = get_host;
  iface->get_session_id = get_session_id;
  iface->get_observation = get_observation;
  iface->forget_session = forget_session;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestCarrier,
                               test_carrier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_CARRIER, carrier_init))

static void
test_carrier_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  TestCarrier *self = TEST_CARRIER (object);

  if (id == PROP_SERVICE)
    self->service = g_value_dup_string (value);
  else
    self->proxy = g_value_dup_string (value);
}

static void
test_carrier_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  TestCarrier *self = TEST_CARRIER (object);

  g_value_set_string (value, id == PROP_SERVICE ? self->service : self->proxy);
}

static void
test_carrier_finalize (GObject *object)
{
  TestCarrier *self = TEST_CARRIER (object);

  g_clear_object (&self->endpoint);
  g_clear_pointer (&self->last, g_bytes_unref);
  g_free (self->service);
  g_free (self->proxy);
  g_free (self->id);

  G_OBJECT_CLASS (test_carrier_parent_class)->finalize (object);
}

static void
test_carrier_class_init (TestCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = test_carrier_set_property;
  object_class->get_property = test_carrier_get_property;
  object_class->finalize = test_carrier_finalize;
  g_object_class_override_property (object_class, PROP_SERVICE, "service");
  g_object_class_override_property (object_class, PROP_PROXY, "proxy");
}

static void
test_carrier_init (TestCarrier *self)
{
}

TestCarrier *
test_carrier_new (StileEndpoint *endpoint)
{
  TestCarrier *self = g_object_new (TEST_TYPE_CARRIER, NULL);

  self->endpoint = g_object_ref (endpoint);

  return self;
}

/**
 * test_carrier_set_without_id:
 *
 * As a plain ATLS peer does it: sessions are told apart in a way that seals nothing.
 */
void
test_carrier_set_without_id (TestCarrier *self)
{
  self->without_id = TRUE;
}

void
test_carrier_set_change (TestCarrier *self, TestCarrierFunc change, gpointer user_data)
{
  self->change = change;
  self->change_data = user_data;
}

/**
 * test_carrier_break_at:
 * @exchange: fails, counted from 1
 */
void
test_carrier_break_at (TestCarrier *self, guint exchange)
{
  self->break_at = exchange;
}

guint
test_carrier_get_count (TestCarrier *self)
{
  return self->count;
}

/**
 * test_carrier_get_last:
 *
 * Returns: (transfer none) (nullable): what was sent last
 */
GBytes *
test_carrier_get_last (TestCarrier *self)
{
  return self->last;
}
