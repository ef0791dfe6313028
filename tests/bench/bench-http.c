/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-http.h"

#include <string.h>

#include "bench/bench-figure.h"

/* A flight of the service's is 1 KB. */
#define BUFFER_SIZE 16384

struct _BenchHttp
{
  GSocket *socket;
  char cookie[64];
  char buffer[BUFFER_SIZE];
  gsize used;
};

BenchHttp *
bench_http_new (guint16 port)
{
  BenchHttp *self = g_new0 (BenchHttp, 1);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GError) error = NULL;

  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  if (self->socket == NULL || !g_socket_connect (self->socket, address, NULL, &error))
    bench_figure_fail ("connecting to stiled: %s", error->message);
  return self;
}

void
bench_http_free (BenchHttp *self)
{
  g_object_unref (self->socket);
  g_free (self);
}

void
bench_http_forget_session (BenchHttp *self)
{
  self->cookie[0] = '\0';
}

static void
send_all (BenchHttp *self, GByteArray *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize sent = 0;

  while (sent < bytes->len)
    {
      gssize n =
          g_socket_send (self->socket, (const char *)bytes->data + sent, bytes->len - sent, NULL, &error);

      if (n <= 0)
        bench_figure_fail ("sending to stiled: %s", error != NULL ? error->message : "closed");
      sent += (gsize)n;
    }
}

static void
receive_more (BenchHttp *self)
{
  g_autoptr (GError) error = NULL;
  gssize n =
      g_socket_receive (self->socket, self->buffer + self->used, BUFFER_SIZE - 1 - self->used, NULL, &error);

  if (n <= 0)
    bench_figure_fail ("receiving from stiled: %s", error != NULL ? error->message : "closed");
  self->used += (gsize)n;
  self->buffer[self->used] = '\0';
}

static const char *
find_field (const char *head, const char *name)
{
  const char *found = strcasestr (head, name);

  return found != NULL ? found + strlen (name) : NULL;
}

static void
keep_cookie (BenchHttp *self, const char *head)
{
  const char *value = find_field (head, "\r\nSet-Cookie: ");

  if (value != NULL)
    g_strlcpy (self->cookie, value, MIN (sizeof self->cookie, strcspn (value, ";\r") + 1));
}

/* Posts a flight, and gives the one that answers it. */
GBytes *
bench_http_post (BenchHttp *self, GBytes *flight)
{
  g_autoptr (GByteArray) request = g_byte_array_new ();
  g_autofree char *head = g_strdup_printf (
      "POST /.well-known/atls HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/atls+octet-stream\r\n"
      "Content-Length: %" G_GSIZE_FORMAT "\r\n%s%s%s\r\n",
      g_bytes_get_size (flight), self->cookie[0] != '\0' ? "Cookie: " : "", self->cookie,
      self->cookie[0] != '\0' ? "\r\n" : "");
  const char *end;
  const char *length_text;
  gsize head_length;
  gsize length;

  g_byte_array_append (request, (const guint8 *)head, (guint)strlen (head));
  g_byte_array_append (request, g_bytes_get_data (flight, NULL), (guint)g_bytes_get_size (flight));
  send_all (self, request);

  self->used = 0;
  do
    receive_more (self);
  while ((end = strstr (self->buffer, "\r\n\r\n")) == NULL);

  head_length = (gsize)(end - self->buffer) + 4;
  length_text = find_field (self->buffer, "\r\nContent-Length: ");
  if (!g_str_has_prefix (self->buffer, "HTTP/1.1 200 ") || length_text == NULL)
    bench_figure_fail ("stiled answered: %s", self->buffer);
  length = (gsize)g_ascii_strtoull (length_text, NULL, 10);
  keep_cookie (self, self->buffer);
  while (self->used < head_length + length)
    receive_more (self);

  return g_bytes_new (self->buffer + head_length, length);
}
