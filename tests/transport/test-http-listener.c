/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-await.h"
#include "transport/stile-http-listener.h"
#include "transport/stile-http-service.h"
#include "transport/stile-listening-socket.h"

typedef struct
{
  StileHttpListener *listener;
  GSocket *socket;
  GPtrArray *streams; /* of GIOStream: what was accepted */
  GPtrArray *remotes; /* of GSocketAddress */
} Fixture;

static void
accepted_cb (GIOStream *stream, GSocketAddress *local, GSocketAddress *remote, gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->streams, g_object_ref (stream));
  g_ptr_array_add (self->remotes, g_object_ref (remote));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->socket = stile_listening_socket_open ("127.0.0.1:0", &error);
  g_assert_no_error (error);
  self->streams = g_ptr_array_new_with_free_func (g_object_unref);
  self->remotes = g_ptr_array_new_with_free_func (g_object_unref);
  self->listener = stile_http_listener_new (self->socket, accepted_cb, self);
  stile_http_listener_start (self->listener);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->listener);
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->remotes);
  g_object_unref (self->socket);
}

static GSocketConnection *
connect_to (Fixture *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->socket, &error);
  GSocketConnection *connection =
      g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* Returns: whether the other side has closed: the end is there to be read, or comes. */
static gboolean
is_over (GSocketConnection *connection)
{
  g_autoptr (GAsyncResult) result = NULL;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char byte;

  g_input_stream_read_async (input, &byte, 1, G_PRIORITY_DEFAULT, NULL, test_await_cb, &result);
  return g_input_stream_read_finish (input, test_await_result (&result), NULL) <= 0;
}

static void
test_stop (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocketConnection) one = connect_to (self);
  g_autoptr (GSocketConnection) two = connect_to (self);

  test_await_until (self->streams->len == 2);
  g_assert_cmpuint (stile_http_listener_get_n_connections (self->listener), ==, 2);
  g_assert_null (stile_http_listener_get_tls (self->listener, g_ptr_array_index (self->remotes, 0)));
  stile_http_listener_touch (self->listener, g_ptr_array_index (self->remotes, 0), TRUE);
  stile_http_listener_touch (self->listener, g_ptr_array_index (self->remotes, 0), FALSE);
  stile_http_listener_stop (self->listener);
  g_assert_cmpuint (stile_http_listener_get_n_connections (self->listener), ==, 0);
  g_assert_true (is_over (one));
  g_assert_true (is_over (two));
  /* What is gone can be asked for without harm. */
  stile_http_listener_touch (self->listener, g_ptr_array_index (self->remotes, 0), TRUE);
  stile_http_listener_close (self->listener, g_ptr_array_index (self->remotes, 0));
  stile_http_listener_stop (self->listener);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/transport/http-listener/stop", Fixture, NULL, set_up, test_stop, tear_down);

  return g_test_run ();
}
