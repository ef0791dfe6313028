/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-hello.h"

#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Two ends of a connection. */
typedef struct
{
  int writer;
  GSocket *reader;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  self->writer = ends[0];
  self->reader = g_socket_new_from_fd (ends[1], NULL);
  g_socket_set_blocking (self->reader, FALSE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->writer >= 0)
    close (self->writer);
  g_object_unref (self->reader);
}

static ssize_t
push_cb (gnutls_transport_ptr_t data, const void *bytes, size_t length)
{
  g_byte_array_append (data, bytes, (guint)length);
  return (ssize_t)length;
}

static ssize_t
pull_cb (gnutls_transport_ptr_t data, void *bytes, size_t length)
{
  return -1;
}

static int
wait_cb (gnutls_transport_ptr_t data, unsigned int milliseconds)
{
  return 0;
}

/* What GnuTLS sends as the first of a connection. */
static GByteArray *
make_hello (void)
{
  GByteArray *bytes = g_byte_array_new ();
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t tls;

  gnutls_certificate_allocate_credentials (&credentials);
  gnutls_init (&tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
  gnutls_set_default_priority (tls);
  gnutls_credentials_set (tls, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_ptr (tls, bytes);
  gnutls_transport_set_push_function (tls, push_cb);
  gnutls_transport_set_pull_function (tls, pull_cb);
  gnutls_transport_set_pull_timeout_function (tls, wait_cb);
  g_assert_cmpint (gnutls_handshake (tls), <, 0);
  gnutls_deinit (tls);
  gnutls_certificate_free_credentials (credentials);
  g_assert_cmpuint (bytes->len, >, 100);
  return bytes;
}

static void
say (Fixture *self, const guint8 *bytes, gsize length)
{
  g_assert_cmpint (write (self->writer, bytes, length), ==, (gssize)length);
}

static void
test_leaves_what_it_looked_at (Fixture *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = make_hello ();
  g_autoptr (StileClientHello) hello = NULL;
  g_autofree char *left = g_malloc (bytes->len + 1);
  gsize awaited = 0;

  say (self, bytes->data, bytes->len);
  g_assert_cmpint (stile_http_hello_peek (self->reader, &awaited, &hello), ==, STILE_HTTP_HELLO_WHOLE);
  g_assert_nonnull (hello);
  g_assert_true (g_str_has_prefix (hello->ja4, "t13i"));
  g_assert_cmpint (g_socket_receive (self->reader, left, bytes->len + 1, NULL, NULL), ==, (gssize)bytes->len);
  g_assert_cmpmem (left, bytes->len, bytes->data, bytes->len);
}

static void
test_waits_for_the_rest (Fixture *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = make_hello ();
  g_autoptr (StileClientHello) hello = NULL;
  gsize awaited = 0;

  say (self, bytes->data, 3);
  g_assert_cmpint (stile_http_hello_peek (self->reader, &awaited, &hello), ==, STILE_HTTP_HELLO_PARTIAL);
  g_assert_null (hello);
  g_assert_cmpuint (awaited, ==, 5);
  say (self, bytes->data + 3, 7);
  g_assert_cmpint (stile_http_hello_peek (self->reader, &awaited, &hello), ==, STILE_HTTP_HELLO_PARTIAL);
  g_assert_cmpuint (awaited, ==, bytes->len);
  say (self, bytes->data + 10, bytes->len - 10);
  g_assert_cmpint (stile_http_hello_peek (self->reader, &awaited, &hello), ==, STILE_HTTP_HELLO_WHOLE);
  g_assert_nonnull (hello);
}

/* Woken with less than was waited for: the other end has closed, and TLS is to find that out. */
static void
test_waits_not_for_ever (Fixture *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = make_hello ();
  StileClientHello *hello = NULL;
  gsize awaited = 0;

  say (self, bytes->data, 10);
  g_assert_cmpint (stile_http_hello_peek (self->reader, &awaited, &hello), ==, STILE_HTTP_HELLO_PARTIAL);
  close (self->writer);
  self->writer = -1;
  g_assert_cmpint (stile_http_hello_peek (self->reader, &awaited, &hello), ==, STILE_HTTP_HELLO_WHOLE);
  g_assert_null (hello);
}

static void
test_lets_others_pass (Fixture *self, gconstpointer data)
{
  StileClientHello *hello = NULL;
  gsize awaited = 0;

  say (self, (const guint8 *)"GET / HTTP/1.1\r\n", 16);
  g_assert_cmpint (stile_http_hello_peek (self->reader, &awaited, &hello), ==, STILE_HTTP_HELLO_WHOLE);
  g_assert_null (hello);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/transport/http-hello/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("leaves-what-it-looked-at", test_leaves_what_it_looked_at);
  ADD ("waits-for-the-rest", test_waits_for_the_rest);
  ADD ("waits-not-for-ever", test_waits_not_for_ever);
  ADD ("lets-others-pass", test_lets_others_pass);

  return g_test_run ();
}
