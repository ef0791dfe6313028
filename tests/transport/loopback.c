/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-listening-socket.h"
#include "transport/loopback.h"

#include <string.h>

#include "codec/stile-binary-http.h"
#include "support/test-await.h"
#include "transport/stile-http-carrier.h"

/* --- what the service answers --- */

typedef GObject LoopbackHandler;
typedef GObjectClass LoopbackHandlerClass;

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_TYPE_WITH_CODE (LoopbackHandler,
                         loopback_handler,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
loopback_handler_class_init (LoopbackHandlerClass *klass)
{
}

static void
loopback_handler_init (LoopbackHandler *self)
{
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  StileHttpMessage *response = stile_http_message_new_response (200);
  GBytes *content = stile_http_message_get_content (request);
  g_autofree char *text = g_strdup_printf (
      "%s %s %.*s", stile_http_message_get_method (request), stile_http_message_get_path (request),
      (int)g_bytes_get_size (content), (const char *)g_bytes_get_data (content, NULL));
  g_autoptr (GBytes) answer = g_bytes_new (text, strlen (text));

  stile_http_message_set_content (response, "text/plain", answer);
  stile_handler_return (handler, cancellable, callback, user_data, response);
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

static GBytes *
shout (GBytes *data, gpointer user_data)
{
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  return g_bytes_new_take (g_ascii_strup (text, (gssize)length), length);
}

/* --- the service --- */

static StileIdentity *
make_identity (TestPki *pki)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (pki);
  g_autofree char *key = test_pki_get_key_pem (pki);
  g_autoptr (GBytes) key_bytes = g_bytes_new (key, strlen (key));
  g_autoptr (GError) error = NULL;
  StileIdentity *identity = stile_identity_new (chain, key_bytes, &error);

  g_assert_no_error (error);
  return identity;
}

static GTlsCertificate *
make_outer (Loopback *self)
{
  g_autofree char *chain = test_pki_get_chain_pem (self->outer);
  g_autofree char *key = test_pki_get_key_pem (self->outer);
  g_autofree char *pem = g_strconcat (chain, key, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (pem, -1, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
make_endpoint (Loopback *self)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_SERVER);
  g_autoptr (StileIdentity) identity = make_identity (self->server);
  g_autoptr (GPtrArray) anchors = test_pki_list (self->root, NULL);
  g_autoptr (StileHandler) handler = g_object_new (LOOPBACK_TYPE_HANDLER, NULL);

  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_anchors (credentials, anchors);
  stile_credentials_set_application_protocols (credentials, protocols);
  self->endpoint = stile_endpoint_new (credentials, handler);
  stile_endpoint_set_raw_handler (self->endpoint, shout, NULL);
}

static void
listen_there (Loopback *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *name = NULL;

  self->socket = stile_listening_socket_open ("127.0.0.1:0", &error);
  g_assert_no_error (error);
  address = g_socket_get_local_address (self->socket, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  name = stile_listening_socket_describe (self->socket);
  self->url = g_strdup_printf ("%s://%s%s", self->https ? "https" : "http", name, self->path);
  g_assert_true (stile_http_service_listen (self->service, self->socket, &error));
  g_assert_no_error (error);
}

Loopback *
loopback_new (gboolean https, const char *path)
{
  Loopback *self = g_new0 (Loopback, 1);

  self->https = https;
  self->path = g_strdup (path);
  self->outer_root = test_pki_authority_new ("Outer Root", TEST_PKI_P256);
  self->outer =
      test_pki_issue (self->outer_root, &(TestPkiOptions){ .name = "Outer", .hosts = "localhost,127.0.0.1" });
  self->root = test_pki_authority_new ("Inner Root", TEST_PKI_P256);
  self->server =
      test_pki_issue (self->root, &(TestPkiOptions){ .name = "Service", .hosts = "localhost,127.0.0.1" });
  self->client = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Device" });
  make_endpoint (self);
  self->service = stile_http_service_new (self->endpoint, path);
  if (https)
    {
      g_autoptr (GTlsCertificate) certificate = make_outer (self);

      stile_http_service_set_certificate (self->service, certificate);
    }
  listen_there (self);

  return self;
}

void
loopback_free (Loopback *self)
{
  stile_http_service_stop (self->service);
  test_await_finalized (self->service);
  g_object_unref (self->socket);
  stile_endpoint_close_all (self->endpoint);
  test_await_finalized (self->endpoint);
  test_pki_unref (self->outer);
  test_pki_unref (self->outer_root);
  test_pki_unref (self->client);
  test_pki_unref (self->server);
  test_pki_unref (self->root);
  g_free (self->path);
  g_free (self->url);
  g_free (self);
}

StileCredentials *
loopback_make_credentials (Loopback *self)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  g_autoptr (StileIdentity) identity = make_identity (self->client);
  g_autoptr (GPtrArray) anchors = test_pki_list (self->root, NULL);

  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_anchors (credentials, anchors);
  stile_credentials_set_application_protocols (credentials, protocols);
  return credentials;
}

/* --- clients --- */

StileClient *
loopback_connect (Loopback *self, StileMode mode)
{
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCarrier) carrier = stile_http_carrier_new (self->url, "none", &error);
  StileClient *client;

  g_assert_no_error (error);
  client = stile_client_new (carrier, credentials, mode);
  loopback_shake_hands (client, &error);
  g_assert_no_error (error);
  return client;
}

void
loopback_shake_hands (StileClient *client, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_client_connect_async (client, NULL, test_await_cb, &result);
  if (!stile_client_connect_finish (client, test_await_result (&result), error))
    g_assert_true (error == NULL || *error != NULL);
}

StileHttpMessage *
loopback_request (StileClient *client, const char *method, const char *path, GError **error)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (method, "https", "host", path);
  g_autoptr (GAsyncResult) result = NULL;

  stile_client_request_async (client, request, NULL, test_await_cb, &result);
  return stile_client_request_finish (client, test_await_result (&result), error);
}

void
loopback_check_request (StileClient *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = loopback_request (client, "GET", "/hello?x=1", &error);
  GBytes *content;

  g_assert_no_error (error);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  content = stile_http_message_get_content (response);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), "GET /hello?x=1 ", 15);
}

/* --- raw requests --- */

typedef struct
{
  GString *answer;
  char part[4096];
  gboolean over;
} Talk;

static void
part_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Talk *talk = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (length <= 0)
    {
      talk->over = TRUE;
      return;
    }

  g_string_append_len (talk->answer, talk->part, length);
  g_input_stream_read_async (G_INPUT_STREAM (object), talk->part, sizeof talk->part, G_PRIORITY_DEFAULT, NULL,
                             part_read, talk);
}

char *
loopback_talk (Loopback *self, const char *request, gsize length)
{
  return loopback_talk_to (self->port, request, length);
}

char *
loopback_talk_to (guint16 port, const char *request, gsize length)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  /* The kernel accepts for the listener, so this does not block. */
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  Talk talk = { .answer = g_string_new (NULL) };
  g_autoptr (GAsyncResult) written = NULL;

  g_assert_no_error (error);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), talk.part,
                             sizeof talk.part, G_PRIORITY_DEFAULT, NULL, part_read, &talk);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, length,
                                   G_PRIORITY_DEFAULT, NULL, test_await_cb, &written);
  test_await_result (&written);
  test_await_until (talk.over);

  return g_string_free (talk.answer, FALSE);
}
