/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-pki.h"
#include "support/test-raw-http.h"
#include "transport/stile-http-upstream.h"

static void
answer_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  test_raw_http_answer_and_close (request, user_data, NULL);
}

static TestRawHttp *
start (const char *answer)
{
  return test_raw_http_new (answer_cb, (gpointer)answer);
}

static StileHttpMessage *
handle_exchange (TestRawHttp *server, const char *base, StileExchange *exchange)
{
  g_autofree char *url = test_raw_http_get_url (server, base);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpUpstream) upstream = stile_http_upstream_new (url, &error);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  stile_handler_handle_async (STILE_HANDLER (upstream), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (upstream), test_await_result (&result));
}

static StileHttpMessage *
handle (TestRawHttp *server, const char *base, StileHttpMessage *request, TestPki *peer)
{
  g_autoptr (StileExchange) exchange =
      stile_exchange_new (request, "session", peer != NULL ? test_pki_get_der (peer) : NULL, NULL);

  return handle_exchange (server, base, exchange);
}

#define GOOD                                                                                                 \
  "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nX-Own: 1\r\nX-Own: 2\r\nKeep-Alive: timeout=5\r\n"    \
  "Connection: close\r\nContent-Length: 6\r\n\r\nanswer"

static void
test_forwards (void)
{
  g_autoptr (TestRawHttp) server = start (GOOD);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("PATCH", "https", "service", "/a/b?c=d&e=%20f");
  g_autoptr (GBytes) content = g_bytes_new_static ("body\0with NUL", 13);
  g_autoptr (StileHttpMessage) response = NULL;
  const char *head;

  stile_http_message_set_content (request, "application/json", content);
  stile_http_message_add_field (request, "x-own", "kept");
  response = handle (server, "/base/", request, NULL);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 201);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, "text/plain");
  g_assert_nonnull (stile_http_message_get_field (response, "x-own"));
  g_assert_null (stile_http_message_get_field (response, "keep-alive"));
  g_assert_null (stile_http_message_get_field (response, "connection"));
  g_assert_cmpmem (g_bytes_get_data (stile_http_message_get_content (response), NULL),
                   g_bytes_get_size (stile_http_message_get_content (response)), "answer", 6);
  head = test_raw_http_get_head (server, 0);
  g_assert_true (g_str_has_prefix (head, "PATCH /base/a/b?c=d&e=%20f HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "x-own: kept\r\n"));
  g_assert_nonnull (strstr (head, "application/json\r\n"));
  g_assert_true (g_bytes_equal (test_raw_http_get_body (server, 0), content));
}

/* Fields of one hop are none of the next one's business, and who is there only the session says. */
static void
test_drops_fields (void)
{
  static const char *const forged[] = {
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "stile-client-subject",
    "stile-client-certificate",
    "stile-session",
    "Stile-Client-Subject",
    "STILE-CLIENT-CERTIFICATE",
  };
  g_autoptr (TestRawHttp) server = start (GOOD);
  g_autoptr (TestPki) peer = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Device 7" });

  for (guint known = 0; known < 2; known++)
    {
      g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "service", "/");
      g_autoptr (StileHttpMessage) response = NULL;
      const char *head;

      for (gsize i = 0; i < G_N_ELEMENTS (forged); i++)
        stile_http_message_add_field (request, forged[i], "forged");
      stile_http_message_add_field (request, "host", "forged");
      response = handle (server, "", request, known ? peer : NULL);
      g_assert_cmpuint (stile_http_message_get_status (response), ==, 201);
      head = test_raw_http_get_head (server, known);
      g_assert_null (strstr (head, "forged"));
      g_assert_cmpint (strstr (head, "Stile-Client-Subject: CN=Device 7\r\n") != NULL, ==, known);
      g_assert_cmpint (strstr (head, "Stile-Client-Certificate: ") != NULL, ==, known);
    }
}

/* The upstream takes our word for it, so it hears nothing of a client that nobody has judged (RFC 8995 section 5.1). */
static void
test_names_nobody_who_was_not_judged (void)
{
  g_autoptr (TestRawHttp) server = start (GOOD);
  g_autoptr (TestPki) peer = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Administrator" });
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "service", "/");
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, "session", test_pki_get_der (peer), NULL);
  g_autoptr (StileHttpMessage) response = NULL;

  stile_exchange_set_provisional (exchange, TRUE);
  response = handle_exchange (server, "", exchange);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 201);
  g_assert_null (strstr (test_raw_http_get_head (server, 0), "Stile-Client-"));
}

/* A coded answer arrives as it is: what is decoded and still called coded, nobody can read. */
static void
coded_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  test_raw_http_answer_and_close (
      request, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n", user_data);
}

static void
test_content_encoding (void)
{
  g_autoptr (GConverter) gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  guint8 coded[100];
  gsize read;
  gsize written;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "service", "/");
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (TestRawHttp) server = NULL;

  g_assert_cmpint (g_converter_convert (gzip, "hello", 5, coded, sizeof coded, G_CONVERTER_INPUT_AT_END,
                                        &read, &written, &error),
                   ==, G_CONVERTER_FINISHED);
  body = g_bytes_new (coded, written);
  server = test_raw_http_new (coded_cb, body);
  response = handle (server, "", request, NULL);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-encoding"), ==, "gzip");
  g_assert_true (g_bytes_equal (stile_http_message_get_content (response), body));
  /* What the client does not ask for, the upstream is not asked for. */
  g_assert_null (strstr (test_raw_http_get_head (server, 0), "Accept-Encoding"));
}

static void
test_no_redirect (void)
{
  g_autoptr (TestRawHttp) server =
      start ("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "service", "/");
  g_autoptr (StileHttpMessage) response = handle (server, "", request, NULL);

  g_assert_cmpuint (stile_http_message_get_status (response), ==, 302);
  g_assert_cmpstr (stile_http_message_get_field (response, "location"), ==, "/elsewhere");
  g_assert_cmpuint (test_raw_http_get_n_requests (server), ==, 1);
}

static void
test_down (void)
{
  g_autoptr (TestRawHttp) server = start (GOOD);
  g_autofree char *url = test_raw_http_get_url (server, "");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpUpstream) upstream = stile_http_upstream_new (url, &error);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "service", "/");
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  g_assert_no_error (error);
  g_clear_pointer (&server, test_raw_http_free);
  stile_handler_handle_async (STILE_HANDLER (upstream), exchange, NULL, test_await_cb, &result);
  response = stile_handler_handle_finish (STILE_HANDLER (upstream), test_await_result (&result));
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 502);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, "application/problem+json");
}

static void
test_refuses_addresses (void)
{
  static const char *const urls[] = { "", "upstream:80", "ftp://upstream", "http://", "/path", "http:///x" };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpUpstream) upstream = stile_http_upstream_new (urls[i], &error);

      g_assert_null (upstream);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-upstream/forwards", test_forwards);
  g_test_add_func ("/transport/http-upstream/drops-fields", test_drops_fields);
  g_test_add_func ("/transport/http-upstream/content-encoding", test_content_encoding);
  g_test_add_func ("/transport/http-upstream/no-redirect", test_no_redirect);
  g_test_add_func ("/transport/http-upstream/down", test_down);
  g_test_add_func ("/transport/http-upstream/refuses-addresses", test_refuses_addresses);
  g_test_add_func ("/transport/http-upstream/names-nobody-who-was-not-judged",
                   test_names_nobody_who_was_not_judged);

  return g_test_run ();
}
