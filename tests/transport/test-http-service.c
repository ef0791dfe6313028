/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "support/test-await.h"
#include "transport/stile-listening-socket.h"
#include "transport/loopback.h"

#define PATH "/.well-known/atls"
#define FLIGHT "Content-Type: application/atls+octet-stream\r\n"
#define HOST "Host: h\r\nConnection: close\r\n"

static char *
talk (Loopback *loopback, const char *request)
{
  return loopback_talk (loopback, request, strlen (request));
}

static const char *
get_body (const char *answer)
{
  const char *end = strstr (answer, "\r\n\r\n");

  return end != NULL ? end + 4 : "";
}

static void
check_problem (const char *answer, const char *status)
{
  const char *body = get_body (answer);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) problem = stile_json_parse (bytes, 10000, &error);

  g_test_message ("%s", answer);
  g_assert_true (g_str_has_prefix (answer, status));
  g_assert_nonnull (strstr (answer, "\r\nContent-Type: application/problem+json\r\n"));
  g_assert_nonnull (strstr (answer, "\r\nCache-Control: no-store\r\n"));
  g_assert_null (strstr (answer, "\r\nSet-Cookie:"));
  g_assert_no_error (error);
  g_assert_nonnull (stile_json_get_string (problem, "detail"));
}

typedef struct
{
  const char *name;
  const char *request;
  const char *status;
  const char *field; /* that must stand in the head, or NULL */
} Case;

static const Case cases[] = {
  { "not-a-flight", "POST " PATH " HTTP/1.1\r\n" HOST FLIGHT "Content-Length: 5\r\n\r\n\x16\x03\x01\x02\x01",
    "HTTP/1.1 400 ", NULL },
  { "empty-flight", "POST " PATH " HTTP/1.1\r\n" HOST FLIGHT "Content-Length: 0\r\n\r\n", "HTTP/1.1 400 ",
    NULL },
  { "unknown-path", "GET /other HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 404 ", NULL },
  { "path-that-begins-alike", "POST " PATH "x HTTP/1.1\r\n" HOST FLIGHT "Content-Length: 5\r\n\r\nhello",
    "HTTP/1.1 404 ", NULL },
  { "get", "GET " PATH " HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 405 ", "\r\nAllow: POST\r\n" },
  { "head-of-a-session", "PUT " PATH "/abc HTTP/1.1\r\n" HOST FLIGHT "Content-Length: 1\r\n\r\nx",
    "HTTP/1.1 405 ", "\r\nAllow: POST\r\n" },
  { "unknown-session-path",
    "POST " PATH "/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\n" HOST FLIGHT "Content-Length: 5\r\n\r\nhello",
    "HTTP/1.1 410 ", NULL },
  { "unknown-session-cookie",
    "POST " PATH " HTTP/1.1\r\n" HOST FLIGHT
    "Cookie: $Version=\"1\"; atls-session=\"AAAAAAAAAAAAAAAAAAAAAA\"\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 410 ", NULL },
  { "odd-session", "POST " PATH "/../../etc/passwd HTTP/1.1\r\n" HOST FLIGHT "Content-Length: 1\r\n\r\nx",
    "HTTP/1.1 4", NULL },
  { "unknown-session-sealed",
    "POST " PATH "/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\n" HOST
    "Content-Type: application/atls-sealed\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 4", NULL },
  { "wrong-type",
    "POST " PATH " HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 415 ", NULL },
  { "no-type", "POST " PATH " HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "HTTP/1.1 415 ", NULL },
  /* Nothing of the body has come, and it is not waited for. */
  { "too-large-announced",
    "POST " PATH " HTTP/1.1\r\n" HOST FLIGHT "Expect: 100-continue\r\nContent-Length: 10485760\r\n\r\n",
    "HTTP/1.1 413 ", "\r\nConnection: close\r\n" },
  { "plain-too-large-announced",
    "POST /other HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
    "HTTP/1.1 413 ", "\r\nConnection: close\r\n" },
};

static void
test_status (gconstpointer data)
{
  const Case *item = data;
  g_autoptr (Loopback) loopback = loopback_new (FALSE, PATH);
  g_autofree char *answer = talk (loopback, item->request);

  check_problem (answer, item->status);
  if (item->field != NULL)
    g_assert_nonnull (strstr (answer, item->field));
  g_assert_cmpuint (stile_endpoint_get_n_sessions (loopback->endpoint), ==, 0);
  g_assert_cmpuint (stile_endpoint_get_n_half_open (loopback->endpoint), ==, 0);
}

/* One byte over the limit is refused with both numbers; a body at the limit is read. */
static void
test_flight_limit (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, PATH);
  StileEndpointLimits limits = stile_endpoint_default_limits;
  g_autofree char *fits = NULL;
  g_autofree char *over = NULL;
  g_autoptr (GString) request =
      g_string_new ("POST " PATH " HTTP/1.1\r\n" HOST FLIGHT "Content-Length: 2000\r\n\r\n");

  limits.flight_size = 2000;
  stile_endpoint_set_limits (loopback->endpoint, &limits);
  for (guint i = 0; i < 2000; i++)
    g_string_append_c (request, 'x');
  fits = talk (loopback, request->str);
  g_assert_true (g_str_has_prefix (fits, "HTTP/1.1 200 ")); /* no TLS, says an alert */
  over = talk (loopback, "POST " PATH " HTTP/1.1\r\n" HOST FLIGHT
                         "Expect: 100-continue\r\nContent-Length: 2001\r\n\r\n");
  check_problem (over, "HTTP/1.1 413 ");
  g_assert_nonnull (strstr (over, "2001"));
  g_assert_nonnull (strstr (over, "2000"));
}

/* A chunked body does not say how long it is: it is cut off when it is too long. */
static void
test_chunked (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, PATH);
  g_autoptr (GString) endless =
      g_string_new ("POST " PATH " HTTP/1.1\r\n" HOST FLIGHT "Transfer-Encoding: chunked\r\n\r\n");
  g_autofree char *small =
      talk (loopback, "POST " PATH " HTTP/1.1\r\n" HOST FLIGHT "Transfer-Encoding: chunked\r\n\r\n"
                      "5\r\nhello\r\n0\r\n\r\n");
  g_autofree char *cut = NULL;

  g_assert_true (g_str_has_prefix (small, "HTTP/1.1 200 "));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *chunk = g_strnfill (4096, 'x');

      g_string_append_printf (endless, "1000\r\n%s\r\n", chunk);
    }
  cut = talk (loopback, endless->str); /* without an end: it comes back because it was cut off */
  g_test_message ("cut: %s", cut);
  if (*cut != '\0')
    check_problem (cut, "HTTP/1.1 413 ");
  g_assert_cmpuint (stile_endpoint_get_n_half_open (loopback->endpoint), ==, 0);
}

static GBytes *
make_hello (Loopback *loopback, StileSession **session)
{
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  g_autoptr (GError) error = NULL;
  GBytes *hello = NULL;

  *session = stile_session_new (credentials, "127.0.0.1", &error);
  g_assert_no_error (error);
  g_assert_true (stile_session_step (*session, NULL, &hello, &error));
  g_assert_no_error (error);
  return hello;
}

static char *
post_flight (Loopback *loopback, GBytes *flight, const char *type)
{
  g_autofree char *head = g_strdup_printf ("POST %s HTTP/1.1\r\n" HOST
                                           "Content-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                                           loopback->path, type, g_bytes_get_size (flight));
  g_autoptr (GByteArray) request = g_byte_array_new ();

  g_byte_array_append (request, (const guint8 *)head, (guint)strlen (head));
  g_byte_array_append (request, g_bytes_get_data (flight, NULL), (guint)g_bytes_get_size (flight));
  return loopback_talk (loopback, (const char *)request->data, request->len);
}

static void
test_first_answer (void)
{
  static const char *const types[] = { "application/atls+octet-stream", "application/atls" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (Loopback) loopback = loopback_new (FALSE, "/some/path");
      g_autoptr (StileSession) session = NULL;
      g_autoptr (GBytes) hello = make_hello (loopback, &session);
      g_autofree char *answer = post_flight (loopback, hello, types[i]);
      g_autofree char *type = g_strdup_printf ("\r\nContent-Type: %s\r\n", types[i]);
      const char *cookie = strstr (answer, "\r\nSet-Cookie: atls-session=");
      g_autofree char *id = NULL;
      g_autofree char *location = NULL;

      g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
      g_assert_nonnull (strstr (answer, type));
      g_assert_nonnull (strstr (answer, "\r\nCache-Control: no-store\r\n"));
      g_assert_nonnull (cookie);
      cookie += strlen ("\r\nSet-Cookie: atls-session=");
      id = g_strndup (cookie, strcspn (cookie, ";"));
      g_assert_cmpuint (strlen (id), ==, 22);
      g_assert_true (g_str_has_prefix (cookie + 22, "; Path=/some/path; HttpOnly; SameSite=Strict\r\n"));
      location = g_strdup_printf ("\r\nLocation: /some/path/%s\r\n", id);
      g_assert_nonnull (strstr (answer, location));
      g_assert_cmpuint (stile_endpoint_get_n_half_open (loopback->endpoint), ==, 1);
    }
}

static void
test_full (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, PATH);
  StileEndpointLimits limits = stile_endpoint_default_limits;
  g_autoptr (StileClient) client = NULL;
  g_autoptr (StileSession) session = NULL;
  g_autoptr (GBytes) hello = NULL;
  g_autofree char *answer = NULL;

  limits.sessions = 1;
  limits.half_open = 1;
  stile_endpoint_set_limits (loopback->endpoint, &limits);
  client = loopback_connect (loopback, STILE_MODE_ANY);
  hello = make_hello (loopback, &session);
  answer = post_flight (loopback, hello, "application/atls+octet-stream");
  check_problem (answer, "HTTP/1.1 503 ");
  g_assert_nonnull (strstr (answer, "\r\nRetry-After: 5\r\n"));
  loopback_check_request (client);
}

static void
test_plain_handler (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, PATH);
  g_autoptr (StileHandler) handler = g_object_new (LOOPBACK_TYPE_HANDLER, NULL);
  g_autofree char *answer = NULL;
  g_autofree char *after = NULL;

  stile_http_service_set_plain_handler (loopback->service, handler);
  answer = talk (loopback, "POST /plain HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_cmpstr (get_body (answer), ==, "POST /plain body");
  stile_http_service_set_plain_handler (loopback->service, NULL);
  after = talk (loopback, "GET /plain HTTP/1.1\r\n" HOST "\r\n");
  check_problem (after, "HTTP/1.1 404 ");
}

static void
test_refuses_addresses (void)
{
  static const char *const addresses[] = {
    "", "nonsense", "localhost:80", "127.0.0.1:99999", "[::1", "1.2.3:80",
  };
  g_autoptr (GError) busy_error = NULL;
  g_autoptr (GSocket) socket = stile_listening_socket_open ("127.0.0.1:0", &busy_error);
  g_autofree char *address = NULL;
  g_autoptr (GSocket) second = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) none = stile_listening_socket_open (addresses[i], &error);

      g_test_message ("%s", addresses[i]);
      g_assert_null (none);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, addresses[i]));
    }
  g_assert_no_error (busy_error);
  address = stile_listening_socket_describe (socket);
  second = stile_listening_socket_open (address, &busy_error);
  g_assert_null (second);
  g_assert_error (busy_error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (busy_error->message, address));
}

/* Connections that are open when the service stops are closed, sessions stay in the endpoint. */
static void
test_stop (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, PATH);
  g_autoptr (StileClient) client = loopback_connect (loopback, STILE_MODE_ANY);
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GError) error = NULL;

  loopback_check_request (client);
  stile_http_service_stop (loopback->service);
  stile_http_service_stop (loopback->service); /* twice does no harm */
  g_assert_cmpuint (stile_endpoint_get_n_sessions (loopback->endpoint), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/transport/http-service/status/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_status);
    }
  g_test_add_func ("/transport/http-service/flight-limit", test_flight_limit);
  g_test_add_func ("/transport/http-service/chunked", test_chunked);
  g_test_add_func ("/transport/http-service/first-answer", test_first_answer);
  g_test_add_func ("/transport/http-service/full", test_full);
  g_test_add_func ("/transport/http-service/plain-handler", test_plain_handler);
  g_test_add_func ("/transport/http-service/refuses-addresses", test_refuses_addresses);
  g_test_add_func ("/transport/http-service/stop", test_stop);

  return g_test_run ();
}
