/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-raw-http.h"

#include <string.h>

#include "support/test-await.h"

#define PART_SIZE 65536

struct _TestRawHttp
{
  GSocketService *service;
  guint16 port;
  TestRawHttpFunc handler;
  gpointer user_data;
  GCancellable *stopping;
  GPtrArray *heads;  /* of char */
  GPtrArray *bodies; /* of GBytes */
  guint connections;
  guint open;
};

typedef struct
{
  TestRawHttp *server; /* no-ref: waits for us */
  GSocketConnection *stream;
  GByteArray *incoming;
  guint8 part[PART_SIZE];
} Connection;

struct _TestRawHttpRequest
{
  Connection *connection;
  char *head;
  GBytes *body;
  GBytes *answer;
  gboolean close;
};

static void read_more (Connection *connection);

static void
connection_free (Connection *connection)
{
  connection->server->open--;
  g_io_stream_close (G_IO_STREAM (connection->stream), NULL, NULL);
  g_object_unref (connection->stream);
  g_byte_array_unref (connection->incoming);
  g_free (connection);
}

static void
request_free (TestRawHttpRequest *request)
{
  g_free (request->head);
  g_bytes_unref (request->body);
  g_clear_pointer (&request->answer, g_bytes_unref);
  g_free (request);
}

static gsize
get_content_length (const char *head)
{
  g_autofree char *lower = g_ascii_strdown (head, -1);
  const char *field = strstr (lower, "\r\ncontent-length:");

  return field != NULL ? (gsize)g_ascii_strtoull (field + strlen ("\r\ncontent-length:"), NULL, 10) : 0;
}

/* Returns: whether a whole request was there; then it belongs to the handler, and reading waits for the answer. */
static gboolean
take_request (Connection *connection)
{
  TestRawHttp *server = connection->server;
  const char *text = (const char *)connection->incoming->data;
  const char *end = text != NULL ? g_strstr_len (text, (gssize)connection->incoming->len, "\r\n\r\n") : NULL;
  g_autofree char *head = end != NULL ? g_strndup (text, (gsize)(end - text) + 4) : NULL;
  gsize length = head != NULL ? get_content_length (head) : 0;
  TestRawHttpRequest *request;

  if (head == NULL || connection->incoming->len < strlen (head) + length)
    return FALSE;

  request = g_new0 (TestRawHttpRequest, 1);
  request->connection = connection;
  request->body = g_bytes_new (text + strlen (head), length);
  request->head = g_steal_pointer (&head);
  g_byte_array_remove_range (connection->incoming, 0, (guint)(strlen (request->head) + length));
  g_ptr_array_add (server->heads, g_strdup (request->head));
  g_ptr_array_add (server->bodies, g_bytes_ref (request->body));
  server->handler (server, request, server->user_data);
  return TRUE;
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Connection *connection = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (length <= 0)
    {
      connection_free (connection);
      return;
    }

  g_byte_array_append (connection->incoming, connection->part, (guint)length);
  if (!take_request (connection))
    read_more (connection);
}

static void
read_more (Connection *connection)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection->stream)),
                             connection->part, sizeof connection->part, G_PRIORITY_DEFAULT,
                             connection->server->stopping, read_cb, connection);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer user_data)
{
  TestRawHttp *self = user_data;
  Connection *connection = g_new0 (Connection, 1);

  self->connections++;
  self->open++;
  connection->server = self;
  connection->stream = g_object_ref (stream);
  connection->incoming = g_byte_array_new ();
  read_more (connection);
  return TRUE;
}

TestRawHttp *
test_raw_http_new (TestRawHttpFunc handler, gpointer user_data)
{
  TestRawHttp *self = g_new0 (TestRawHttp, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->handler = handler;
  self->user_data = user_data;
  self->stopping = g_cancellable_new ();
  self->heads = g_ptr_array_new_with_free_func (g_free);
  self->bodies = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_service_start (self->service);

  return self;
}

/**
 * test_raw_http_free:
 *
 * Closes what is open and waits for it.  Every request must have been answered.
 */
void
test_raw_http_free (TestRawHttp *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_cancellable_cancel (self->stopping);
  test_await_until (self->open == 0);
  g_object_unref (self->service);
  g_object_unref (self->stopping);
  g_ptr_array_unref (self->heads);
  g_ptr_array_unref (self->bodies);
  g_free (self);
}

char *
test_raw_http_get_url (TestRawHttp *self, const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

guint
test_raw_http_get_n_connections (TestRawHttp *self)
{
  return self->connections;
}

guint
test_raw_http_get_n_open (TestRawHttp *self)
{
  return self->open;
}

guint
test_raw_http_get_n_requests (TestRawHttp *self)
{
  return self->heads->len;
}

const char *
test_raw_http_get_head (TestRawHttp *self, guint index)
{
  return g_ptr_array_index (self->heads, index);
}

GBytes *
test_raw_http_get_body (TestRawHttp *self, guint index)
{
  return g_ptr_array_index (self->bodies, index);
}

const char *
test_raw_http_request_get_head (TestRawHttpRequest *request)
{
  return request->head;
}

GBytes *
test_raw_http_request_get_body (TestRawHttpRequest *request)
{
  return request->body;
}

/* --- answers --- */

static void
written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  TestRawHttpRequest *request = user_data;
  Connection *connection = request->connection;
  gboolean good = g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL);
  gboolean close = request->close;

  request_free (request);
  if (!good || close)
    connection_free (connection);
  else if (!take_request (connection))
    read_more (connection);
}

static void
answer (TestRawHttpRequest *request, const char *head, GBytes *body, gboolean close)
{
  Connection *connection = request->connection;
  GByteArray *bytes = g_byte_array_new ();
  gsize length;
  const guint8 *data;

  g_byte_array_append (bytes, (const guint8 *)head, (guint)strlen (head));
  if (body != NULL && g_bytes_get_size (body) > 0)
    g_byte_array_append (bytes, g_bytes_get_data (body, NULL), (guint)g_bytes_get_size (body));
  request->answer = g_byte_array_free_to_bytes (bytes);
  request->close = close;
  data = g_bytes_get_data (request->answer, &length);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (connection->stream)), data,
                                   length, G_PRIORITY_DEFAULT, connection->server->stopping, written,
                                   request);
}

void
test_raw_http_answer (TestRawHttpRequest *request, const char *head, GBytes *body)
{
  answer (request, head, body, FALSE);
}

void
test_raw_http_answer_and_close (TestRawHttpRequest *request, const char *head, GBytes *body)
{
  answer (request, head, body, TRUE);
}

static void
written_endless (GObject *object, GAsyncResult *result, gpointer user_data)
{
  TestRawHttpRequest *request = user_data;
  Connection *connection = request->connection;
  gsize length;
  const guint8 *data = g_bytes_get_data (request->answer, &length);

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL))
    {
      g_output_stream_write_all_async (G_OUTPUT_STREAM (object), data, length, G_PRIORITY_DEFAULT,
                                       connection->server->stopping, written_endless, request);
      return;
    }

  request_free (request);
  connection_free (connection);
}

/**
 * test_raw_http_answer_endless:
 *
 * Sends @head and then chunk after chunk, until the other side has had enough.
 */
void
test_raw_http_answer_endless (TestRawHttpRequest *request, const char *head)
{
  Connection *connection = request->connection;
  GString *chunk = g_string_new ("4000\r\n");

  for (guint i = 0; i < 0x4000; i++)
    g_string_append_c (chunk, 'x');
  g_string_append (chunk, "\r\n");
  request->answer = g_string_free_to_bytes (chunk);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection->stream)), head,
                             strlen (head), NULL, NULL, NULL);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (connection->stream)),
                                   g_bytes_get_data (request->answer, NULL),
                                   g_bytes_get_size (request->answer), G_PRIORITY_DEFAULT,
                                   connection->server->stopping, written_endless, request);
}

void
test_raw_http_hang_up (TestRawHttpRequest *request)
{
  Connection *connection = request->connection;

  request_free (request);
  connection_free (connection);
}

/* --- a tunnel --- */

typedef struct
{
  Connection *connection;
  GSocketConnection *beyond;
} Tunnel;

static void
spliced (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Tunnel *tunnel = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_io_stream_splice_finish (result, &error))
    g_debug ("test-raw-http: %s", error->message);
  connection_free (tunnel->connection);
  g_object_unref (tunnel->beyond);
  g_free (tunnel);
}

void
test_raw_http_tunnel (TestRawHttpRequest *request, guint16 port)
{
  static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";
  Connection *connection = request->connection;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  Tunnel *tunnel = g_new0 (Tunnel, 1);

  tunnel->connection = connection;
  tunnel->beyond = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection->stream)), established,
                             strlen (established), NULL, NULL, &error);
  g_assert_no_error (error);
  g_io_stream_splice_async (G_IO_STREAM (connection->stream), G_IO_STREAM (tunnel->beyond),
                            G_IO_STREAM_SPLICE_CLOSE_STREAM1 | G_IO_STREAM_SPLICE_CLOSE_STREAM2,
                            G_PRIORITY_DEFAULT, connection->server->stopping, spliced, tunnel);
  request_free (request);
}
