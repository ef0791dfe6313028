/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-carrier.h"

#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-identity.h"
#include "codec/stile-base64url.h"
#include "codec/stile-certificate-bundle.h"
#include "support/test-tls.h"

TestCarrierWorld test_carrier_world;

struct _TestCarrier
{
  GObject parent_instance;

  char *service;
  char *host;
  char *proxy;
  GPtrArray *anchors;
  StileIdentity *identity;
  char *session;
};

enum
{
  PROP_SERVICE = 1,
  PROP_PROXY,
  PROP_ANCHORS,
  PROP_IDENTITY,
};

static void initable_init (GInitableIface *iface);
static void carrier_init (StileCarrierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestCarrier,
                               test_carrier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                   G_IMPLEMENT_INTERFACE (STILE_TYPE_CARRIER, carrier_init))

static void
test_carrier_finalize (GObject *object)
{
  TestCarrier *self = TEST_CARRIER (object);

  g_free (self->service);
  g_free (self->host);
  g_free (self->proxy);
  g_free (self->session);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->identity);

  G_OBJECT_CLASS (test_carrier_parent_class)->finalize (object);
}

static void
test_carrier_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  TestCarrier *self = TEST_CARRIER (object);

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
    default:
      self->identity = g_value_dup_object (value);
    }
}

static void
test_carrier_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  TestCarrier *self = TEST_CARRIER (object);

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
    default:
      g_value_set_object (value, self->identity);
    }
}

static void
test_carrier_class_init (TestCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = test_carrier_finalize;
  object_class->get_property = test_carrier_get_property;
  object_class->set_property = test_carrier_set_property;
  g_object_class_override_property (object_class, PROP_SERVICE, "service");
  g_object_class_override_property (object_class, PROP_PROXY, "proxy");
  g_object_class_override_property (object_class, PROP_ANCHORS, "anchors");
  g_object_class_override_property (object_class, PROP_IDENTITY, "identity");
}

static void
test_carrier_init (TestCarrier *self)
{
}

static gboolean
initable_start (GInitable *initable, GCancellable *cancellable, GError **error)
{
  TestCarrier *self = TEST_CARRIER (initable);
  g_autoptr (GUri) uri = g_uri_parse (self->service, G_URI_FLAGS_NONE, NULL);

  if (uri != NULL && g_str_has_prefix (g_uri_get_scheme (uri), "http"))
    {
      self->host = g_strdup (g_uri_get_host (uri));
      return TRUE;
    }

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, "no address of a service");
  return FALSE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = initable_start;
}

static TestCarrierPlace *
find_place (TestCarrier *self)
{
  GHashTable *places = test_carrier_world.places;

  return places != NULL ? g_hash_table_lookup (places, self->host) : NULL;
}

static StileEndpoint *
find_endpoint (TestCarrier *self)
{
  TestCarrierPlace *place = find_place (self);

  if (test_carrier_world.places == NULL)
    return test_carrier_world.endpoint;

  return place != NULL ? place->endpoint : NULL;
}

static StileHandler *
find_plain (TestCarrier *self)
{
  TestCarrierPlace *place = find_place (self);

  if (test_carrier_world.places == NULL)
    return test_carrier_world.plain;

  return place != NULL ? place->plain : NULL;
}

/* --- waiting --- */

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  test_carrier_world.blocked = FALSE;
  g_assert_true (g_task_return_error_if_cancelled (task));
  return G_SOURCE_REMOVE;
}

static gboolean
wait_if_blocked (GTask *task, TestCarrierBlock block)
{
  TestCarrierPlace *place = find_place (g_task_get_source_object (task));
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GSource) source = NULL;

  if (test_carrier_world.block != block && (place == NULL || !place->block))
    return FALSE;

  g_assert_nonnull (cancellable);
  test_carrier_world.blocked = TRUE;
  source = g_cancellable_source_new (cancellable);
  g_source_set_callback (source, G_SOURCE_FUNC (cancelled_cb), g_object_ref (task), g_object_unref);
  g_source_attach (source, NULL);
  return TRUE;
}

/* --- exchanging --- */

static void
delivered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StileAnswer) answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);
  TestCarrier *self = g_task_get_source_object (task);
  TestCarrierWorld *world = &test_carrier_world;
  GBytes *changed = NULL;

  if (stile_answer_get_status (answer) != STILE_ANSWER_OK)
    {
      g_task_return_new_error (task, STILE_ERROR,
                               stile_answer_get_status (answer) == STILE_ANSWER_GONE ? STILE_ERROR_EXPIRED
                                                                                     : STILE_ERROR_PROTOCOL,
                               "The service says: %s", stile_answer_get_detail (answer));
      return;
    }

  if (stile_answer_get_new_session (answer) != NULL)
    {
      g_free (self->session);
      self->session = g_strdup (stile_answer_get_new_session (answer));
    }
  if (world->change != NULL)
    changed = world->change (world->exchanges, stile_answer_get_body (answer), world->change_data);
  g_task_return_pointer (task, changed != NULL ? changed : g_bytes_ref (stile_answer_get_body (answer)),
                         (GDestroyNotify)g_bytes_unref);
}

static StileObservation *
observe (const char *peer)
{
  StileObservation *observation = stile_observation_new ();

  stile_observation_set_peer (observation, peer);
  stile_observation_set_http_version (observation, "1.1");
  return observation;
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
  TestCarrierWorld *world = &test_carrier_world;
  g_autoptr (GTask) task = g_task_new (carrier, cancellable, callback, user_data);
  g_autoptr (StileObservation) observation = observe ("192.0.2.7:1");
  g_autoptr (StileDelivery) delivery = stile_delivery_new (kind, body, self->session, observation);
  TestCarrierPlace *place = find_place (self);
  StileEndpoint *endpoint = find_endpoint (self);

  world->exchanges++;
  if (place != NULL)
    place->exchanges++;
  world->sent = g_bytes_get_size (body);
  if (wait_if_blocked (task, TEST_CARRIER_BLOCK_EXCHANGE))
    return;
  if (kind == STILE_MESSAGE_SEALED && world->block == TEST_CARRIER_BLOCK_SEALED &&
      world->sealed_until_block-- == 0 && wait_if_blocked (task, TEST_CARRIER_BLOCK_SEALED))
    return;
  if (world->exchanges == world->break_at)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "The cable is cut");
      return;
    }
  if (endpoint == NULL && place != NULL)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_NOT_ATLS, "Something else answers");
      return;
    }
  if (endpoint == NULL)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "nobody is there");
      return;
    }

  /* A service does not hear that its client has given up; the task does. */
  stile_endpoint_deliver_async (endpoint, delivery, NULL, delivered, g_steal_pointer (&task));
}

static GBytes *
exchange_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- looking --- */

static gboolean
leads_to (const char *anchors)
{
  TestCarrierWorld *world = &test_carrier_world;
  g_autoptr (GPtrArray) bundle = anchors != NULL ? stile_certificate_bundle_load_pem (anchors, NULL) : NULL;

  return bundle != NULL && !world->always_wrong &&
         g_ptr_array_find_with_equal_func (bundle, test_pki_get_certificate (world->outer_root),
                                           (GEqualFunc)stile_certificate_equal, NULL);
}

static void
inspect_async (StileCarrier *carrier,
               const char *anchors,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  TestCarrierWorld *world = &test_carrier_world;
  g_autoptr (GTask) task = g_task_new (carrier, cancellable, callback, user_data);
  StileObservation *seen;

  world->inspections++;
  if (wait_if_blocked (task, TEST_CARRIER_BLOCK_INSPECT))
    return;

  if (world->problem != NULL)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "%s", world->problem);
      return;
    }

  seen = observe ("192.0.2.1:443");
  stile_observation_set_url (seen, TEST_CARRIER (carrier)->service);
  stile_observation_set_answer (seen, world->status, world->page);
  if (world->outer != NULL)
    {
      g_autoptr (GPtrArray) chain = test_pki_get_chain (world->outer);

      stile_observation_set_tls (seen, "TLS 1.3", "TLS_AES_256_GCM_SHA384", NULL);
      stile_observation_set_chain (seen, chain);
      stile_observation_set_errors (seen, leads_to (anchors) ? 0 : world->errors);
    }
  g_task_return_pointer (task, seen, g_object_unref);
}

static StileObservation *
inspect_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
plain_handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, stile_handler_handle_finish (STILE_HANDLER (object), result), g_object_unref);
}

static void
request_async (StileCarrier *carrier,
               StileHttpMessage *request,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  TestCarrier *self = TEST_CARRIER (carrier);
  TestCarrierWorld *world = &test_carrier_world;
  g_autoptr (GTask) task = g_task_new (carrier, cancellable, callback, user_data);
  g_autoptr (GBytes) chain = self->identity != NULL
                                 ? stile_certificate_bundle_to_der (stile_identity_get_chain (self->identity))
                                 : NULL;
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, chain, NULL);
  TestCarrierPlace *place = find_place (self);
  StileHandler *plain = find_plain (self);

  stile_exchange_set_provisional (exchange, TRUE);
  world->requests++;
  if (place != NULL)
    place->requests++;
  world->anchors = self->anchors;
  world->identity = self->identity;
  if (plain == NULL)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "nobody is there");
      return;
    }

  stile_handler_handle_async (plain, exchange, cancellable, plain_handled, g_steal_pointer (&task));
}

static StileHttpMessage *
request_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
get_host (StileCarrier *carrier)
{
  const char *host = TEST_CARRIER (carrier)->host;

  return host != NULL ? host : TEST_TLS_HOST;
}

static GBytes *
get_session_id (StileCarrier *carrier)
{
  const char *session = TEST_CARRIER (carrier)->session;

  return session != NULL && !test_carrier_world.without_id ? stile_base64url_decode (session, -1, NULL)
                                                           : NULL;
}

static StileObservation *
get_observation (StileCarrier *carrier)
{
  return NULL;
}

static void
forget_session (StileCarrier *carrier)
{
  g_clear_pointer (&TEST_CARRIER (carrier)->session, g_free);
}

static void
carrier_init (StileCarrierInterface *iface)
{
  iface->exchange_async = exchange_async;
  iface->exchange_finish = exchange_finish;
  iface->inspect_async = inspect_async;
  iface->inspect_finish = inspect_finish;
  iface->request_async = request_async;
  iface->request_finish = request_finish;
  iface->get_host = get_host;
  iface->get_session_id = get_session_id;
  iface->get_observation = get_observation;
  iface->forget_session = forget_session;
}
