/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gnutls/abstract.h>
#include <string.h>

#include "support/test-await.h"
#include "support/test-handler.h"
#include "transport/loopback.h"

/* Who asks over direct HTTPS: GnuTLS on the client's side, which does what our own client never would. */

static const StileTlsVersion versions[] = { STILE_TLS_1_3, STILE_TLS_1_2 };

typedef struct
{
  guint16 port;
  StileTlsVersion version;
  gboolean old;   /* TLS 1.1, in place of @version */
  TestPki *shown; /* (nullable) */
  TestPki *key;   /* (nullable): another one's; NULL: its own */
  GBytes *request;

  guint names;   /* of authorities that the service sent; G_MAXUINT when it asked for nobody */
  char *binding; /* as the client sees it, or NULL */
  GString *answer;
  gint over; /* atomic */

  gnutls_pcert_st *certificates; /* GnuTLS reads them and leaves them to us */
  guint length;
  gnutls_privkey_t opened;
} Client;

static void
client_clear (Client *self)
{
  for (guint i = 0; i < self->length; i++)
    gnutls_pcert_deinit (&self->certificates[i]);
  g_free (self->certificates);
  if (self->opened != NULL)
    gnutls_privkey_deinit (self->opened);
  g_free (self->binding);
  g_bytes_unref (self->request);
  g_string_free (self->answer, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Client, client_clear)

static int
choose_certificate (gnutls_session_t tls,
                    const gnutls_datum_t *names,
                    int count,
                    const gnutls_pk_algorithm_t *algorithms,
                    int algorithms_count,
                    gnutls_pcert_st **certificates,
                    unsigned int *certificates_count,
                    gnutls_privkey_t *key)
{
  Client *self = gnutls_session_get_ptr (tls);
  g_autoptr (GPtrArray) chain = NULL;

  self->names = (guint)count;
  *certificates_count = 0;
  if (self->shown == NULL)
    return 0;

  chain = test_pki_get_chain (self->shown);
  self->length = chain->len;
  self->certificates = g_new0 (gnutls_pcert_st, chain->len);
  for (guint i = 0; i < chain->len; i++)
    gnutls_pcert_import_x509 (&self->certificates[i],
                              stile_certificate_get_x509 (g_ptr_array_index (chain, i)), 0);
  gnutls_privkey_init (&self->opened);
  gnutls_privkey_import_x509 (self->opened, test_pki_get_key (self->key != NULL ? self->key : self->shown),
                              0);
  *certificates = self->certificates;
  *certificates_count = self->length;
  *key = self->opened;
  return 0;
}

static void
say (Client *self, gnutls_session_t tls)
{
  gnutls_datum_t unique = { NULL, 0 };
  char part[4096];
  ssize_t length;

  if (gnutls_protocol_get_version (tls) == GNUTLS_TLS1_2 &&
      gnutls_session_channel_binding (tls, GNUTLS_CB_TLS_UNIQUE, &unique) >= 0)
    {
      self->binding = g_base64_encode (unique.data, unique.size);
      gnutls_free (unique.data);
    }
  for (gsize sent = 0; sent < g_bytes_get_size (self->request); sent += (gsize)length)
    {
      length = gnutls_record_send (tls, (const guint8 *)g_bytes_get_data (self->request, NULL) + sent,
                                   g_bytes_get_size (self->request) - sent);
      if (length < 0)
        return;
    }
  while ((length = gnutls_record_recv (tls, part, sizeof part)) > 0 || length == GNUTLS_E_AGAIN)
    g_string_append_len (self->answer, part, MAX (length, 0));
}

static gpointer
run (gpointer data)
{
  Client *self = data;
  g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (socket_client, "127.0.0.1", self->port, NULL, NULL);
  g_autofree char *priority = g_strdup_printf ("NORMAL:-VERS-ALL:+VERS-TLS1.%d:+SHA1:+SIGN-ALL",
                                               self->old                        ? 1
                                               : self->version == STILE_TLS_1_2 ? 2
                                                                                : 3);
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t tls;
  GSocket *socket = g_socket_connection_get_socket (connection);
  int r;

  g_socket_set_blocking (socket, TRUE);
  gnutls_certificate_allocate_credentials (&credentials);
  gnutls_certificate_set_flags (credentials, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
  gnutls_certificate_set_retrieve_function2 (credentials, choose_certificate);
  gnutls_init (&tls, GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT);
  gnutls_session_set_ptr (tls, self);
  gnutls_priority_set_direct (tls, priority, NULL);
  gnutls_credentials_set (tls, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_int (tls, g_socket_get_fd (socket));
  do
    r = gnutls_handshake (tls);
  while (r < 0 && !gnutls_error_is_fatal (r));
  if (r == 0)
    say (self, tls);
  gnutls_deinit (tls);
  gnutls_certificate_free_credentials (credentials);
  g_atomic_int_set (&self->over, 1);
  g_main_context_wakeup (NULL);
  return NULL;
}

/* A whole HTTP exchange from a thread of its own, for it blocks. */
static void
client_talk (Client *self, Loopback *loopback, const char *head, GBytes *body)
{
  GByteArray *request = g_byte_array_new ();
  GThread *thread;

  g_byte_array_append (request, (const guint8 *)head, (guint)strlen (head));
  if (body != NULL)
    g_byte_array_append (request, g_bytes_get_data (body, NULL), (guint)g_bytes_get_size (body));
  self->request = g_byte_array_free_to_bytes (request);
  self->port = loopback->port;
  self->names = G_MAXUINT;
  self->answer = g_string_new (NULL);
  thread = g_thread_new ("client", run, self);
  test_await_until (g_atomic_int_get (&self->over));
  g_thread_join (thread);
}

#define GET "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

typedef struct
{
  Loopback *loopback;
  TestHandler *handler;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->loopback = loopback_new (TRUE, "/.well-known/atls");
  fixture->handler = test_handler_new (FALSE);
  stile_http_service_set_plain_handler (fixture->loopback->service, STILE_HANDLER (fixture->handler));
  stile_http_service_set_client_certificates (fixture->loopback->service, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  loopback_free (fixture->loopback);
  test_await_idle ();
  g_assert_finalize_object (fixture->handler);
}

/* The handler gets what the client has shown, in its order, and judges it. */
static void
assert_handed_on (Fixture *fixture, TestPki *shown)
{
  g_autoptr (GPtrArray) expected = shown != NULL ? test_pki_get_chain (shown) : NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_auto (Client) client = { .version = versions[i], .shown = shown };
      StileExchange *exchange;
      GPtrArray *chain;

      client_talk (&client, fixture->loopback, GET, NULL);
      g_assert_true (g_str_has_prefix (client.answer->str, "HTTP/1.1 200 "));
      exchange = test_handler_get_exchange (fixture->handler);
      chain = stile_exchange_get_peer_chain (exchange);
      g_assert_cmpuint (chain != NULL ? chain->len : 0, ==, expected != NULL ? expected->len : 0);
      for (guint j = 0; chain != NULL && j < chain->len; j++)
        g_assert_true (
            stile_certificate_equal (g_ptr_array_index (chain, j), g_ptr_array_index (expected, j)));
      g_assert_null (stile_exchange_get_session (exchange));
      g_assert_true (stile_exchange_is_provisional (exchange));
      g_assert_cmpuint (client.names, ==, 0);
    }
}

static void
test_hands_on_an_idevid_of_an_unknown_ca (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) manufacturer = test_pki_authority_new ("Manufacturer", TEST_PKI_P256);
  g_autoptr (TestPki) line =
      test_pki_issue (manufacturer, &(TestPkiOptions){ .name = "Line", .authority = TRUE });
  g_autoptr (TestPki) device = test_pki_issue (line, &(TestPkiOptions){ .name = "Device" });

  assert_handed_on (fixture, device);
}

static void
test_hands_on_a_self_signed_client (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) device =
      test_pki_issue (NULL, &(TestPkiOptions){ .name = "Device", .begins = -7200, .ends = -3600 });

  assert_handed_on (fixture, device);
}

static void
test_takes_nobody_too (Fixture *fixture, gconstpointer data)
{
  assert_handed_on (fixture, NULL);
}

static void
test_refuses_a_client_without_its_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Device" });
  g_autoptr (TestPki) thief = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Thief" });

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_auto (Client) client = { .version = versions[i], .shown = device, .key = thief };

      client_talk (&client, fixture->loopback, GET, NULL);
      g_assert_cmpstr (client.answer->str, ==, "");
      g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 0);
    }
}

/* RFC 8995, R4, and RFC 7030 section 3.5: both sides mean the same TLS. */
static void
test_knows_what_it_showed (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_auto (Client) client = { .version = versions[i] };
      StileExchange *exchange;

      client_talk (&client, fixture->loopback, GET, NULL);
      exchange = test_handler_get_exchange (fixture->handler);
      g_assert_true (stile_certificate_equal (stile_exchange_get_own_certificate (exchange),
                                              test_pki_get_certificate (fixture->loopback->outer)));
      g_assert_cmpstr (stile_exchange_get_binding (exchange), ==, client.binding);
      g_assert_cmpint (client.binding != NULL, ==, versions[i] == STILE_TLS_1_2);
    }
}

static void
test_asks_nobody_unless_told (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_auto (Client) client = { .version = versions[i], .shown = fixture->loopback->client };

      stile_http_service_set_client_certificates (fixture->loopback->service, FALSE);
      client_talk (&client, fixture->loopback, GET, NULL);
      g_assert_true (g_str_has_prefix (client.answer->str, "HTTP/1.1 200 "));
      g_assert_cmpuint (client.names, ==, G_MAXUINT);
      g_assert_null (stile_exchange_get_peer_chain (test_handler_get_exchange (fixture->handler)));
    }
}

/* RFC 8995 section 5: whoever asks for a voucher does so with TLS 1.2 at least. */
static void
test_wants_tls_1_2 (Fixture *fixture, gconstpointer data)
{
  g_auto (Client) client = { .old = TRUE };

  client_talk (&client, fixture->loopback, GET, NULL);
  g_test_message ("%s", client.answer->str);
  g_assert_true (*client.answer->str == '\0' || g_str_has_prefix (client.answer->str, "HTTP/1.1 403 "));
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 0);
}

/* The largest that is taken, with what says what it is; and one byte more. */
static void
test_takes_a_large_voucher_request (Fixture *fixture, gconstpointer data)
{
  for (gsize more = 0; more < 2; more++)
    {
      gsize size = 64 * 1024 + more;
      g_auto (Client) client = { .version = STILE_TLS_1_3 };
      g_autofree char *head = g_strdup_printf (
          "POST /.well-known/brski/requestvoucher HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
          "Content-Type: application/voucher-cms+json\r\nAccept: application/voucher-cms+json\r\n"
          "Authorization: Basic Zm9v\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
          size);
      g_autofree char *text = g_strnfill (size, 'v');
      g_autoptr (GBytes) body = g_bytes_new (text, size);
      StileHttpMessage *request;

      client_talk (&client, fixture->loopback, head, body);
      if (more > 0)
        {
          g_assert_true (g_str_has_prefix (client.answer->str, "HTTP/1.1 413 "));
          g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 1);
          continue;
        }
      g_assert_true (g_str_has_prefix (client.answer->str, "HTTP/1.1 200 "));
      request = stile_exchange_get_request (test_handler_get_exchange (fixture->handler));
      g_assert_true (g_bytes_equal (stile_http_message_get_content (request), body));
      g_assert_cmpstr (stile_http_message_get_method (request), ==, "POST");
      g_assert_cmpstr (stile_http_message_get_scheme (request), ==, "https");
      g_assert_cmpstr (stile_http_message_get_path (request), ==, "/.well-known/brski/requestvoucher");
      g_assert_cmpstr (stile_http_message_get_field (request, "content-type"), ==,
                       "application/voucher-cms+json");
      g_assert_cmpstr (stile_http_message_get_field (request, "accept"), ==, "application/voucher-cms+json");
      g_assert_cmpstr (stile_http_message_get_field (request, "authorization"), ==, "Basic Zm9v");
    }
}

/* Who carries ATLS has nothing to show outside, and is not turned away. */
static void
test_carries_atls_all_the_same (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StileClient) client = loopback_connect (fixture->loopback, STILE_MODE_ANY);

  loopback_check_request (client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add ("/transport/http-clients/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("hands-on-an-idevid-of-an-unknown-ca", test_hands_on_an_idevid_of_an_unknown_ca);
  ADD ("hands-on-a-self-signed-client", test_hands_on_a_self_signed_client);
  ADD ("takes-nobody-too", test_takes_nobody_too);
  ADD ("refuses-a-client-without-its-key", test_refuses_a_client_without_its_key);
  ADD ("knows-what-it-showed", test_knows_what_it_showed);
  ADD ("asks-nobody-unless-told", test_asks_nobody_unless_told);
  ADD ("wants-tls-1.2", test_wants_tls_1_2);
  ADD ("takes-a-large-voucher-request", test_takes_a_large_voucher_request);
  ADD ("carries-atls-all-the-same", test_carries_atls_all_the_same);
#undef ADD

  return g_test_run ();
}
