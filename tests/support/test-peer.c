/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-peer.h"

#include <string.h>

struct _TestPeer
{
  GObject parent_instance;

  TestPeerFunc func;
  gpointer user_data;
  GPtrArray *exchanges; /* of StileExchange */
};

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  TestPeer *self = TEST_PEER (handler);

  g_ptr_array_add (self->exchanges, g_object_ref (exchange));
  stile_handler_return (
      handler, cancellable, callback, user_data,
      self->func (self, self->exchanges->len - 1, stile_exchange_get_request (exchange), self->user_data));
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

G_DEFINE_FINAL_TYPE_WITH_CODE (TestPeer,
                               test_peer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
test_peer_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_PEER (object)->exchanges);

  G_OBJECT_CLASS (test_peer_parent_class)->finalize (object);
}

static void
test_peer_class_init (TestPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_peer_finalize;
}

static void
test_peer_init (TestPeer *self)
{
  self->exchanges = g_ptr_array_new_with_free_func (g_object_unref);
}

TestPeer *
test_peer_new (TestPeerFunc func, gpointer user_data)
{
  TestPeer *self = g_object_new (TEST_TYPE_PEER, NULL);

  self->func = func;
  self->user_data = user_data;
  return self;
}

guint
test_peer_get_count (TestPeer *self)
{
  return self->exchanges->len;
}

StileExchange *
test_peer_get_exchange (TestPeer *self, guint index)
{
  g_assert_cmpuint (index, <, self->exchanges->len);
  return g_ptr_array_index (self->exchanges, index);
}

StileHttpMessage *
test_peer_get_request (TestPeer *self, guint index)
{
  return stile_exchange_get_request (test_peer_get_exchange (self, index));
}

StileHttpMessage *
test_peer_answer (guint status, const char *content_type, GBytes *content)
{
  StileHttpMessage *response = stile_http_message_new_response (status);

  stile_http_message_set_content (response, content_type, content);
  return response;
}

StileHttpMessage *
test_peer_answer_text (guint status, const char *content_type, const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));

  return test_peer_answer (status, content_type, bytes);
}
