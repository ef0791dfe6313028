/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-local-proxy.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-handler.h"
#include "transport/loopback.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-local-gate.h"
#include "transport/stile-listening-socket.h"

#define TOKEN "0123456789abcdefghijkl"

/* "anybody:" and the token. */
#define BASIC "Proxy-Authorization: Basic YW55Ym9keTowMTIzNDU2Nzg5YWJjZGVmZ2hpamts\r\n"

typedef struct
{
  Loopback *loopback;
  TestHandler *handler; /* of the service */
  StileHttpForwarder *forwarder;
  StileHttpLocalProxy *proxy;
  guint16 port;
} Fixture;

static void
set_up (Fixture *self, gconstpointer later)
{
  g_autoptr (StileCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  self->loopback = loopback_new (FALSE, STILE_HTTP_CARRIER_DEFAULT_PATH);
  self->handler = test_handler_new (later != NULL);
  stile_endpoint_set_handler (self->loopback->endpoint, STILE_HANDLER (self->handler));
  credentials = loopback_make_credentials (self->loopback);
  self->forwarder =
      stile_http_forwarder_new (self->loopback->url, "none", credentials, STILE_MODE_ANY, &error);
  g_assert_no_error (error);
  self->proxy = stile_http_local_proxy_new (self->forwarder, TOKEN);
  g_assert_true (stile_http_local_proxy_listen (self->proxy, "127.0.0.1", &error));
  g_assert_no_error (error);
  self->port = (guint16)g_ascii_strtoull (
      strrchr (stile_http_local_address_get_own (stile_http_local_proxy_get_address (self->proxy)), ':') + 1,
      NULL, 10);
}

static void
tear_down (Fixture *self, gconstpointer later)
{
  stile_http_local_proxy_stop (self->proxy);
  test_await_finalized (self->proxy);
  test_await_finalized (self->forwarder);
  g_object_unref (self->handler);
  loopback_free (self->loopback);
}

/* "%h" is the service's address, "%o" the proxy's. */
static char *
expand (Fixture *self, const char *text)
{
  g_autofree char *service = g_strdup_printf ("127.0.0.1:%u", self->loopback->port);
  g_autofree char *own = g_strdup_printf ("127.0.0.1:%u", self->port);
  GString *expanded = g_string_new (text);

  g_string_replace (expanded, "%h", service, 0);
  g_string_replace (expanded, "%o", own, 0);
  return g_string_free (expanded, FALSE);
}

static char *
talk (Fixture *self, const char *text)
{
  g_autofree char *request = expand (self, text);

  return loopback_talk_to (self->port, request, strlen (request));
}

static StileHttpMessage *
get_asked (Fixture *self)
{
  return stile_exchange_get_request (test_handler_get_exchange (self->handler));
}

static void
assert_starts (const char *answer, const char *status)
{
  g_autofree char *line = g_strdup_printf ("HTTP/1.1 %s ", status);

  g_test_message ("%s", answer);
  g_assert_true (g_str_has_prefix (answer, line));
}

/* The token is in none of what the service is told. */
static void
assert_no_token (StileHttpMessage *request)
{
  g_assert_null (strstr (stile_http_message_get_path (request), TOKEN));
  for (guint i = 0; i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;

      g_assert_cmpstr (stile_http_message_get_nth_field (request, i, &value), !=, "proxy-authorization");
      g_assert_null (strstr (value, TOKEN));
    }
}

static void
test_as_proxy (Fixture *self, gconstpointer later)
{
  g_autofree char *authority = expand (self, "%h");
  g_autofree char *answer =
      talk (self, "POST http://%h/a/b?c=d&e=%20f HTTP/1.1\r\nHost: %h\r\n" BASIC "X-Own: 1\r\nX-Own: 2\r\n"
                  "Content-Type: application/x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
  StileHttpMessage *asked = get_asked (self);

  assert_starts (answer, "200");
  g_assert_nonnull (strstr (answer, "\r\n\r\n/a/b?c=d&e=%20f"));
  g_assert_nonnull (strstr (answer, "Via: 1.1 stile\r\n"));
  g_assert_cmpstr (stile_http_message_get_method (asked), ==, "POST");
  g_assert_cmpstr (stile_http_message_get_path (asked), ==, "/a/b?c=d&e=%20f");
  g_assert_cmpstr (stile_http_message_get_authority (asked), ==, authority);
  g_assert_cmpstr (stile_http_message_get_field (asked, "content-type"), ==, "application/x");
  g_assert_cmpstr (stile_http_message_get_field (asked, "via"), ==, "1.1 stile");
  g_assert_cmpmem (g_bytes_get_data (stile_http_message_get_content (asked), NULL),
                   g_bytes_get_size (stile_http_message_get_content (asked)), "body", 4);
  assert_no_token (asked);
}

static void
test_as_base (Fixture *self, gconstpointer later)
{
  g_autofree char *answer = talk (self, "PUT /" TOKEN "/a?b=c HTTP/1.1\r\nHost: %o\r\nOrigin: http://%o\r\n"
                                        "Referer: http://%o/" TOKEN
                                        "/page\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                                        "4\r\nbody\r\n0\r\n\r\n");
  g_autofree char *origin = expand (self, "https://%h");
  StileHttpMessage *asked = get_asked (self);

  assert_starts (answer, "200");
  g_assert_nonnull (strstr (answer, "Referrer-Policy: same-origin\r\n"));
  g_assert_cmpstr (stile_http_message_get_path (asked), ==, "/a?b=c");
  g_assert_cmpstr (stile_http_message_get_field (asked, "origin"), ==, origin);
  g_assert_null (stile_http_message_get_field (asked, "referer"));
  g_assert_cmpuint (g_bytes_get_size (stile_http_message_get_content (asked)), ==, 4);
  assert_no_token (asked);
}

/* RFC 9110 section 7.6.1: fields of one hop, also those that only the sender knows to be that. */
static void
test_drops_fields (Fixture *self, gconstpointer later)
{
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (200);
  g_autofree char *answer = NULL;
  StileHttpMessage *asked;

  stile_http_message_add_field (response, "trailer", "secret-hop");
  stile_http_message_add_field (response, "proxy-authenticate", "secret-hop");
  stile_http_message_add_field (response, "x-end", "kept");
  stile_http_message_add_field (response, "date", "Thu, 26 Nov 2026 14:00:00 GMT");
  test_handler_set_response (self->handler, response);
  answer = talk (self, "GET http://%h/ HTTP/1.1\r\nHost: %h\r\n" BASIC
                       "Connection: close, X-Hop\r\nX-Hop: 1\r\nX-End: kept\r\nKeep-Alive: 5\r\n"
                       "Proxy-Connection: close\r\nTE: trailers\r\nUpgrade: websocket\r\n\r\n");
  asked = get_asked (self);
  assert_starts (answer, "200");
  g_assert_null (strstr (answer, "secret-hop"));
  g_assert_nonnull (strstr (answer, "x-end: kept\r\n"));
  g_assert_nonnull (strstr (answer, "Thu, 26 Nov 2026 14:00:00 GMT"));
  g_assert_true (g_strrstr (answer, "Date: ") == strstr (answer, "Date: "));
  g_assert_cmpstr (stile_http_message_get_field (asked, "x-end"), ==, "kept");
  for (guint i = 0; i < stile_http_message_get_n_fields (asked); i++)
    {
      const char *name = stile_http_message_get_nth_field (asked, i, NULL);

      g_assert_true (strcmp (name, "x-end") == 0 || strcmp (name, "via") == 0);
    }
}

/* A program that follows goes by this proxy again. */
static void
test_redirect (Fixture *self, gconstpointer later)
{
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (302);
  g_autofree char *location = expand (self, "https://%h/next?x");
  g_autofree char *as_proxy = NULL;
  g_autofree char *as_base = NULL;
  g_autofree char *expected_proxy = expand (self, "ocation: http://%h/next?x\r\n");
  g_autofree char *expected_base = expand (self, "ocation: http://%o/" TOKEN "/next?x\r\n");

  stile_http_message_add_field (response, "location", location);
  test_handler_set_response (self->handler, response);
  as_proxy = talk (self, "GET http://%h/ HTTP/1.1\r\nHost: %h\r\n" BASIC "Connection: close\r\n\r\n");
  as_base = talk (self, "GET /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nConnection: close\r\n\r\n");
  g_assert_nonnull (strstr (as_proxy, expected_proxy));
  g_assert_nonnull (strstr (as_base, expected_base));
}

static void
append_body (GString *request, gsize length)
{
  gsize head = request->len;

  g_string_set_size (request, head + length);
  memset (request->str + head, 'x', length);
}

typedef struct
{
  const char *name;
  const char *status;
  const char *head; /* without Connection and the empty line */
} Case;

static const Case cases[] = {
  { "bearer", "200", "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nProxy-Authorization: bearer " TOKEN "\r\n" },
  { "port-80", "200", "GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" BASIC },
  { "base-by-name", "200", "GET /" TOKEN "/ HTTP/1.1\r\nHost: localhost:%p\r\n" },
  { "origin-of-service", "200", "GET http://%h/ HTTP/1.1\r\nHost: %h\r\n" BASIC "Origin: http://%h\r\n" },
  { "no-token", "407", "GET http://%h/ HTTP/1.1\r\nHost: %h\r\n" },
  { "no-token-other-host", "407", "GET http://elsewhere.example/ HTTP/1.1\r\nHost: elsewhere.example\r\n" },
  { "wrong-bearer", "407",
    "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nProxy-Authorization: Bearer 0123456789abcdefghijkm\r\n" },
  { "empty-bearer", "407", "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nProxy-Authorization: Bearer \r\n" },
  { "wrong-basic", "407",
    "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nProxy-Authorization: Basic c3RpbGU6eA==\r\n" },
  { "basic-without-colon", "407",
    "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nProxy-Authorization: Basic "
    "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbA==\r\n" },
  { "damaged-basic", "407", "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nProxy-Authorization: Basic !!!\r\n" },
  { "another-scheme", "407",
    "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nProxy-Authorization: Digest " TOKEN "\r\n" },
  { "token-for-the-service", "407",
    "GET http://%h/ HTTP/1.1\r\nHost: %h\r\nAuthorization: Bearer " TOKEN "\r\n" },
  { "token-in-path-as-proxy", "407", "GET http://%h/" TOKEN "/ HTTP/1.1\r\nHost: %h\r\n" },
  { "base-no-token", "403", "GET /a HTTP/1.1\r\nHost: %o\r\n" },
  { "base-wrong-token", "403", "GET /0123456789abcdefghijkm/a HTTP/1.1\r\nHost: %o\r\n" },
  { "base-longer-token", "403", "GET /" TOKEN "m/a HTTP/1.1\r\nHost: %o\r\n" },
  { "base-token-in-field", "403", "GET /a HTTP/1.1\r\nHost: %o\r\n" BASIC },
  /* A page whose name was made to lead here (DNS rebinding) says its own name. */
  { "rebinding", "407", "GET /" TOKEN "/ HTTP/1.1\r\nHost: evil.example:%p\r\n" },
  { "rebinding-to-service", "407", "GET /" TOKEN "/ HTTP/1.1\r\nHost: %h\r\n" },
  { "origin-of-another", "403", "GET /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nOrigin: https://evil.example\r\n" },
  { "origin-of-nobody", "403", "GET http://%h/ HTTP/1.1\r\nHost: %h\r\n" BASIC "Origin: null\r\n" },
  { "another-host", "403", "GET http://elsewhere.example/ HTTP/1.1\r\nHost: %h\r\n" BASIC },
  { "another-port", "403", "GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: %h\r\n" BASIC },
  { "tunnel", "405", "CONNECT %h HTTP/1.1\r\nHost: %h\r\n" BASIC },
  { "tunnel-no-token", "407", "CONNECT %h HTTP/1.1\r\nHost: %h\r\n" },
  { "no-host", "400", "GET / HTTP/1.1\r\n" },
  { "no-url", "403", "GET http:// HTTP/1.1\r\nHost: %h\r\n" BASIC },
};

static void
test_gate (Fixture *self, gconstpointer later)
{
  guint passed = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *port = g_strdup_printf ("%u", self->port);
      g_autoptr (GString) head = g_string_new (cases[i].head);
      g_autofree char *answer = NULL;

      g_test_message ("%s", cases[i].name);
      g_string_replace (head, "%p", port, 0);
      g_string_append (head, "Connection: close\r\n\r\n");
      answer = talk (self, head->str);
      assert_starts (answer, cases[i].status);
      passed += strcmp (cases[i].status, "200") == 0;
      g_assert_null (strstr (answer, TOKEN));
      g_assert_cmpint (strcmp (cases[i].status, "407") == 0, ==,
                       strstr (answer, "Proxy-Authenticate: Basic realm=") != NULL);
      g_assert_cmpuint (test_handler_get_count (self->handler), ==, passed);
    }
}

static void
test_body_limit (Fixture *self, gconstpointer later)
{
  g_autofree char *declared = NULL;
  g_autofree char *chunked = NULL;
  g_autoptr (GString) request = g_string_new (NULL);
  g_autofree char *start =
      expand (self, "POST /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nTransfer-Encoding: chunked\r\n\r\n");

  declared = talk (self, "POST /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nContent-Length: 999999999999\r\n"
                         "Expect: 100-continue\r\n\r\n");
  assert_starts (declared, "413");
  g_assert_nonnull (strstr (declared, "999999999999"));
  g_assert_nonnull (strstr (declared, G_STRINGIFY (16646144)));
  G_STATIC_ASSERT (STILE_HTTP_LOCAL_GATE_MAX_BODY == 16646144);

  g_string_append_printf (request, "%s%x\r\n", start, STILE_HTTP_LOCAL_GATE_MAX_BODY + 1);
  append_body (request, STILE_HTTP_LOCAL_GATE_MAX_BODY + 1);
  g_string_append (request, "\r\n0\r\n\r\n");
  chunked = loopback_talk_to (self->port, request->str, request->len);
  assert_starts (chunked, "413");
  g_assert_cmpuint (test_handler_get_count (self->handler), ==, 0);
}

/* As much as the limit says goes through, whole. */
static void
test_largest_body (Fixture *self, gconstpointer later)
{
  g_autofree char *start = expand (self, "POST /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nConnection: close\r\n");
  g_autoptr (GString) request = g_string_new (start);
  g_autofree char *answer = NULL;

  g_string_append_printf (request, "Content-Length: %d\r\n\r\n", STILE_HTTP_LOCAL_GATE_MAX_BODY);
  append_body (request, STILE_HTTP_LOCAL_GATE_MAX_BODY);
  answer = loopback_talk_to (self->port, request->str, request->len);
  assert_starts (answer, "200");
  g_assert_cmpuint (g_bytes_get_size (stile_http_message_get_content (get_asked (self))), ==,
                    STILE_HTTP_LOCAL_GATE_MAX_BODY);
}

static void
test_field_limit (Fixture *self, gconstpointer later)
{
  for (guint more = 0; more < 2; more++)
    {
      g_autoptr (GString) head =
          g_string_new ("GET /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nConnection: close\r\n");
      g_autofree char *answer = NULL;

      for (guint i = 2; i < STILE_HTTP_LOCAL_GATE_MAX_FIELDS + more; i++)
        g_string_append_printf (head, "X-%u: y\r\n", i);
      g_string_append (head, "\r\n");
      answer = talk (self, head->str);
      assert_starts (answer, more ? "431" : "200");
    }
  g_assert_cmpuint (stile_http_message_get_n_fields (get_asked (self)), ==,
                    STILE_HTTP_LOCAL_GATE_MAX_FIELDS - 2 + 1);
}

static void
test_down_and_up_again (Fixture *self, gconstpointer later)
{
  static const char ask[] = "GET /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nConnection: close\r\n\r\n";
  g_autoptr (StileHttpService) service =
      stile_http_service_new (self->loopback->endpoint, self->loopback->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = expand (self, "%h");
  g_autofree char *before = talk (self, ask);
  g_autofree char *meanwhile = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GSocket) socket = NULL;

  assert_starts (before, "200");
  stile_http_service_stop (self->loopback->service);
  g_socket_close (self->loopback->socket, NULL);
  meanwhile = talk (self, ask);
  assert_starts (meanwhile, "504");
  g_assert_nonnull (strstr (meanwhile, "application/problem+json"));
  g_assert_nonnull (strstr (meanwhile, "Check the address, the network and the proxy"));

  socket = stile_listening_socket_open (address, &error);
  g_assert_no_error (error);
  g_assert_true (stile_http_service_listen (service, socket, &error));
  after = talk (self, ask);
  assert_starts (after, "200");
  stile_http_service_stop (service);
}

static GSocketConnection *
begin (Fixture *self, const char *text)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree char *request = expand (self, text);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", self->port, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                                            strlen (request), NULL, NULL, &error));
  return connection;
}

/* What is too much at once is told so, and what was there before is answered. */
static void
test_busy (Fixture *self, gconstpointer later)
{
  static const char ask[] = "GET /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\nConnection: close\r\n\r\n";
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *refused = NULL;

  for (guint i = 0; i < STILE_HTTP_LOCAL_PROXY_MAX_REQUESTS; i++)
    g_ptr_array_add (connections, begin (self, ask));
  test_await_until (stile_http_local_proxy_get_n_requests (self->proxy) ==
                    STILE_HTTP_LOCAL_PROXY_MAX_REQUESTS);
  refused = talk (self, ask);
  assert_starts (refused, "503");
  g_assert_nonnull (strstr (refused, "retry-after: 5\r\n"));

  for (guint i = 0; i < STILE_HTTP_LOCAL_PROXY_MAX_REQUESTS; i++)
    {
      test_await_until (test_handler_get_count (self->handler) > i);
      test_handler_release (self->handler);
    }
  test_await_until (stile_http_local_proxy_get_n_requests (self->proxy) == 0);
}

static void
test_stop_while_asked (Fixture *self, gconstpointer later)
{
  g_autoptr (GSocketConnection) connection = begin (self, "GET /" TOKEN "/ HTTP/1.1\r\nHost: %o\r\n\r\n");

  test_await_until (test_handler_get_count (self->handler) == 1);
  stile_http_local_proxy_stop (self->proxy);
  test_await_until (stile_http_local_proxy_get_n_requests (self->proxy) == 0);
  test_handler_release (self->handler);
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *address;
    gboolean good;
  } table[] = {
    { "127.0.0.1:0", TRUE },
    { "127.0.0.1", TRUE },
    { "127.1.2.3:8080", TRUE },
    { "[::1]:0", TRUE },
    { "[::1]", TRUE },
    { "0.0.0.0:0", FALSE },
    { ":8080", FALSE },
    { "[::]:0", FALSE },
    { "192.0.2.1:80", FALSE },
    { "localhost:80", FALSE },
    { "", FALSE },
    { "8080", FALSE },
    { "[", FALSE },
    { "127.0.0.1:x", FALSE },
    { "[::ffff:127.0.0.1]:0", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", table[i].address);
      g_assert_cmpint (stile_http_local_proxy_check_address (table[i].address, &error), ==, table[i].good);
      if (!table[i].good)
        g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, later, test)                                                                               \
  g_test_add ("/transport/http-local-proxy/" name, Fixture, GINT_TO_POINTER (later), set_up, test, tear_down)

  ADD ("as-proxy", FALSE, test_as_proxy);
  ADD ("as-base", FALSE, test_as_base);
  ADD ("drops-fields", FALSE, test_drops_fields);
  ADD ("redirect", FALSE, test_redirect);
  ADD ("gate", FALSE, test_gate);
  ADD ("body-limit", FALSE, test_body_limit);
  ADD ("largest-body", FALSE, test_largest_body);
  ADD ("field-limit", FALSE, test_field_limit);
  ADD ("down-and-up-again", FALSE, test_down_and_up_again);
  ADD ("busy", TRUE, test_busy);
  ADD ("stop-while-asked", TRUE, test_stop_while_asked);
#undef ADD
  g_test_add_func ("/transport/http-local-proxy/addresses", test_addresses);

  return g_test_run ();
}
