/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-outer-handshake.h"

#include <string.h>

#include "support/test-await.h"
#include "support/test-raw-http.h"
#include "transport/loopback.h"

static StileOuterHandshake *
shake (const char *host, guint16 port, const char *server_name, GCancellable *cancellable, GError **error)
{
  g_autoptr (StileHttpProxy) proxy = stile_http_proxy_new ("none", NULL);
  g_autoptr (GAsyncResult) result = NULL;

  stile_outer_handshake_run_async (host, port, proxy, server_name, 30, cancellable, test_await_cb, &result);
  return stile_outer_handshake_run_finish (test_await_result (&result), error);
}

/* Nobody vouches for the certificate, and it is looked at all the same. */
static void
test_tells_who_is_there (void)
{
  g_autoptr (Loopback) loopback = loopback_new (TRUE, "/.well-known/atls");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileOuterHandshake) seen = shake ("127.0.0.1", loopback->port, NULL, NULL, &error);
  g_autofree char *peer = g_strdup_printf ("127.0.0.1:%u", loopback->port);
  GPtrArray *chain;

  g_assert_no_error (error);
  chain = stile_outer_handshake_get_chain (seen);
  g_assert_cmpuint (chain->len, ==, 1);
  g_assert_cmpuint (stile_outer_handshake_get_n_sent (seen), ==, 1);
  g_assert_true (
      stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (loopback->outer)));
  g_assert_null (stile_outer_handshake_get_oddity (seen));
  g_assert_cmpstr (stile_outer_handshake_get_tls_version (seen), ==, "TLS 1.3");
  g_assert_nonnull (strstr (stile_outer_handshake_get_cipher (seen), "AES"));
  g_assert_cmpstr (stile_outer_handshake_get_peer (seen), ==, peer);
  g_assert_cmpint (stile_outer_handshake_get_tls_time (seen), >, 0);
}

static void
hang_up_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  test_raw_http_hang_up (request);
}

/* A port that is bound and on which nobody listens. */
static void
test_says_when_nobody_listens (void)
{
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  g_assert_null (shake ("127.0.0.1", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)), NULL,
                        NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_true (g_str_has_prefix (error->message, "Reaching 127.0.0.1: "));
}

typedef struct
{
  GSocketListener *listener;
  const char *says; /* to whoever connects, and hangs up then */
} Talker;

static void
accepted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Talker *self = user_data;
  g_autoptr (GSocketConnection) connection =
      g_socket_listener_accept_finish (G_SOCKET_LISTENER (object), result, NULL, NULL);

  g_assert_nonnull (connection);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), self->says,
                             strlen (self->says), NULL, NULL, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, NULL);
}

static void
test_says_when_it_is_no_tls (gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  Talker talker = { listener, data };
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  guint16 port;

  g_assert_true (g_socket_listener_add_address (listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                                NULL, &bound, NULL));
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_socket_listener_accept_async (listener, NULL, accepted_cb, &talker);
  g_assert_null (shake ("127.0.0.1", port, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == G_TLS_ERROR || error->domain == G_IO_ERROR);
  g_assert_true (g_str_has_prefix (error->message, "Reaching 127.0.0.1: "));
}

static void
test_stops_when_asked (void)
{
  g_autoptr (TestRawHttp) server = test_raw_http_new (hang_up_cb, NULL);
  g_autofree char *url = test_raw_http_get_url (server, "/");
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (shake ("127.0.0.1", (guint16)g_uri_get_port (uri), NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/outer-handshake/tells-who-is-there", test_tells_who_is_there);
  g_test_add_func ("/transport/outer-handshake/says-when-nobody-listens", test_says_when_nobody_listens);
  g_test_add_data_func ("/transport/outer-handshake/says-when-it-is-no-tls/silent", "",
                        test_says_when_it_is_no_tls);
  g_test_add_data_func ("/transport/outer-handshake/says-when-it-is-no-tls/http",
                        "HTTP/1.1 400 Bad Request\r\n\r\n", test_says_when_it_is_no_tls);
  g_test_add_func ("/transport/outer-handshake/stops-when-asked", test_stops_when_asked);

  return g_test_run ();
}
