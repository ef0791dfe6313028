/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-channel.h"

/**
 * StileChannel:
 *
 * Where HTTP requests to one service go.  A job that talks to a service holds it and need not know whether there is
 * ATLS in between.
 */
struct _StileChannel
{
  GObject parent_instance;

  StileClient *client; /* NULL: plain HTTPS */
  StileCarrier *carrier;
};

G_DEFINE_FINAL_TYPE (StileChannel, stile_channel, G_TYPE_OBJECT)

static void
stile_channel_finalize (GObject *object)
{
  StileChannel *self = STILE_CHANNEL (object);

  g_clear_object (&self->client);
  g_clear_object (&self->carrier);

  G_OBJECT_CLASS (stile_channel_parent_class)->finalize (object);
}

static void
stile_channel_class_init (StileChannelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_channel_finalize;
}

static void
stile_channel_init (StileChannel *self)
{
}

/**
 * stile_channel_new_atls:
 * @client: is connected, and speaks Binary HTTP
 *
 * Returns: (transfer full): what goes into that session
 */
StileChannel *
stile_channel_new_atls (StileClient *client)
{
  StileChannel *self = g_object_new (STILE_TYPE_CHANNEL, NULL);

  self->client = g_object_ref (client);
  self->carrier = g_object_ref (stile_client_get_carrier (client));

  return self;
}

/**
 * stile_channel_new_plain:
 * @carrier: its anchors and its identity are what counts
 *
 * Returns: (transfer full): what goes to the service as plain HTTPS
 */
StileChannel *
stile_channel_new_plain (StileCarrier *carrier)
{
  StileChannel *self = g_object_new (STILE_TYPE_CHANNEL, NULL);

  self->carrier = g_object_ref (carrier);

  return self;
}

/**
 * stile_channel_get_host:
 *
 * Returns: (transfer none): the host of the service's URL
 */
const char *
stile_channel_get_host (StileChannel *self)
{
  return stile_carrier_get_host (self->carrier);
}

/**
 * stile_channel_get_client:
 *
 * Returns: (transfer none) (nullable): the session; %NULL where requests go as plain HTTPS
 */
StileClient *
stile_channel_get_client (StileChannel *self)
{
  return self->client;
}

/**
 * stile_channel_get_binding:
 *
 * Returns: (transfer full) (nullable): what the proof of possession of an EST request is linked with (RFC 7030 section
 *   3.5): base64 of tls-unique of the session in TLS 1.2; %NULL in TLS 1.3 and for plain HTTPS
 */
char *
stile_channel_get_binding (StileChannel *self)
{
  StileSession *session = self->client != NULL ? stile_client_get_session (self->client) : NULL;

  return session != NULL ? stile_session_get_binding (session) : NULL;
}

static void
plain_answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  StileHttpMessage *response = stile_carrier_request_finish (STILE_CARRIER (object), result, &error);

  if (response != NULL)
    g_task_return_pointer (task, response, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  StileHttpMessage *response = stile_client_request_finish (STILE_CLIENT (object), result, &error);

  if (response != NULL)
    g_task_return_pointer (task, response, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * stile_channel_request_async:
 * @request: with path, fields and content
 */
void
stile_channel_request_async (StileChannel *self,
                             StileHttpMessage *request,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_channel_request_async);
  if (self->client != NULL)
    stile_client_request_async (self->client, request, cancellable, answered, task);
  else
    stile_carrier_request_async (self->carrier, request, cancellable, plain_answered, task);
}

/**
 * stile_channel_request_finish:
 *
 * Returns: (transfer full): the service's answer, whatever its status
 */
StileHttpMessage *
stile_channel_request_finish (StileChannel *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
