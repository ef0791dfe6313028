/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-delay.h"

#include <gio/gio.h>
#include <sys/socket.h>

#include "bench/bench-figure.h"

#define CHUNK 65536
#define MAX_CONNECTIONS 256

/**
 * BenchDelay:
 *
 * A way that is longer than the loopback interface: each byte comes half a round trip later, in both directions, and a
 * connection takes a whole one to come up.  What is sent meanwhile is not held up.
 */
struct _BenchDelay
{
  GSocketService *service;
  guint16 from;
  guint16 to;
  gint64 round_trip; /* microseconds */
};

typedef struct
{
  GInputStream *from;
  GOutputStream *to;
  GSocket *sink;
  GAsyncQueue *queue; /* of Chunk */
  gint64 opened;
  gint64 half;
} Pump;

/* Without bytes: the end. */
typedef struct
{
  gint64 due;
  GBytes *bytes;
} Chunk;

static void
wait_until (gint64 due)
{
  GMutex mutex;
  GCond never;

  g_mutex_init (&mutex);
  g_cond_init (&never);
  g_mutex_lock (&mutex);
  while (g_get_monotonic_time () < due && g_cond_wait_until (&never, &mutex, due))
    ;
  g_mutex_unlock (&mutex);
  g_mutex_clear (&mutex);
  g_cond_clear (&never);
}

static gpointer
deliver (gpointer data)
{
  Pump *pump = data;
  gboolean going = TRUE;

  while (going)
    {
      Chunk *chunk = g_async_queue_pop (pump->queue);

      wait_until (chunk->due);
      going = chunk->bytes != NULL &&
              g_output_stream_write_all (pump->to, g_bytes_get_data (chunk->bytes, NULL),
                                         g_bytes_get_size (chunk->bytes), NULL, NULL, NULL);
      g_clear_pointer (&chunk->bytes, g_bytes_unref);
      g_free (chunk);
    }
  g_socket_shutdown (pump->sink, FALSE, TRUE, NULL);
  return NULL;
}

static gpointer
collect (gpointer data)
{
  Pump *pump = data;
  GBytes *bytes;

  do
    {
      Chunk *chunk = g_new0 (Chunk, 1);

      bytes = g_input_stream_read_bytes (pump->from, CHUNK, NULL, NULL);
      if (bytes != NULL && g_bytes_get_size (bytes) == 0)
        g_clear_pointer (&bytes, g_bytes_unref);
      chunk->bytes = bytes;
      chunk->due = MAX (g_get_monotonic_time (), pump->opened) + pump->half;
      g_async_queue_push (pump->queue, chunk);
    }
  while (bytes != NULL);
  return NULL;
}

static void
pump_begin (Pump *pump, GSocketConnection *from, GSocketConnection *to, BenchDelay *self, GThread *threads[2])
{
  pump->from = g_io_stream_get_input_stream (G_IO_STREAM (from));
  pump->to = g_io_stream_get_output_stream (G_IO_STREAM (to));
  pump->sink = g_socket_connection_get_socket (to);
  pump->queue = g_async_queue_new ();
  pump->opened = g_get_monotonic_time () + self->round_trip;
  pump->half = self->round_trip / 2;
  threads[0] = g_thread_new ("collect", collect, pump);
  threads[1] = g_thread_new ("deliver", deliver, pump);
}

static gboolean
connected (GThreadedSocketService *service, GSocketConnection *near, GObject *source, gpointer user_data)
{
  BenchDelay *self = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) far = NULL;
  Pump pumps[2];
  GThread *threads[4];

  g_socket_client_set_proxy_resolver (client, NULL);
  g_socket_client_set_enable_proxy (client, FALSE);
  far = g_socket_client_connect_to_host (client, "localhost", self->to, NULL, NULL);
  if (far == NULL)
    return TRUE;

  pump_begin (&pumps[0], near, far, self, threads);
  pump_begin (&pumps[1], far, near, self, threads + 2);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (pumps); i++)
    g_async_queue_unref (pumps[i].queue);

  return TRUE;
}

/* A port of this computer that leads to @port, @milliseconds a round trip away. */
BenchDelay *
bench_delay_start (guint16 port, guint milliseconds)
{
  BenchDelay *self = g_new0 (BenchDelay, 1);
  g_autoptr (GError) error = NULL;

  self->service = g_threaded_socket_service_new (MAX_CONNECTIONS);
  self->to = port;
  self->round_trip = (gint64)milliseconds * 1000;
  self->from = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  if (self->from == 0)
    bench_figure_fail ("the way cannot be made longer: %s", error->message);
  g_signal_connect (self->service, "run", G_CALLBACK (connected), self);
  g_socket_service_start (self->service);

  return self;
}

guint16
bench_delay_get_port (BenchDelay *self)
{
  return self->from;
}

/* Connections that are still open keep their threads: whoever stops has closed them. */
void
bench_delay_stop (BenchDelay *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
}
