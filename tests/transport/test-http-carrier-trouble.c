/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-flight.h"
#include "support/test-await.h"
#include "support/test-raw-http.h"
#include "transport/loopback.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-media-type.h"

#define GOOD "HTTP/1.1 200 OK\r\nContent-Type: application/atls+octet-stream\r\nContent-Length: 6\r\n\r\n"

static StileCarrier *
make_carrier (const char *url, const char *proxy)
{
  g_autoptr (GError) error = NULL;
  StileCarrier *carrier = stile_http_carrier_new (url, proxy, &error);

  g_assert_no_error (error);
  return carrier;
}

/* Posts "flight" and frees the carrier. */
static GBytes *
exchange (TestRawHttp *server, StileMessageKind kind, GError **error)
{
  g_autofree char *url = test_raw_http_get_url (server, "");
  g_autoptr (StileCarrier) carrier = make_carrier (url, "none");
  g_autoptr (GBytes) flight = g_bytes_new_static ("flight", 6);
  g_autoptr (GAsyncResult) result = NULL;
  GBytes *answer;

  stile_carrier_exchange_async (carrier, kind, flight, NULL, test_await_cb, &result);
  answer = stile_carrier_exchange_finish (carrier, test_await_result (&result), error);
  g_clear_object (&result);
  test_await_finalized (g_steal_pointer (&carrier));
  return answer;
}

/* --- somebody else answers --- */

typedef struct
{
  const char *name;
  const char *answer;
  StileErrorCode code;
  const char *words; /* that must stand in the message */
} Stranger;

static const Stranger strangers[] = {
  { "block-page",
    "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 44\r\n\r\n"
    "<title>Access denied</title> Ask your office",
    STILE_ERROR_NOT_ATLS, "403 Forbidden, text/html: “Access denied Ask your office”" },
  { "redirect", "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", STILE_ERROR_NOT_ATLS,
    "302 Found" },
  { "redirect-same-method", "HTTP/1.1 307 Go\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
    STILE_ERROR_NOT_ATLS, "307" },
  { "bad-gateway",
    "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nupstream died",
    STILE_ERROR_NOT_ATLS, "502 Bad Gateway, text/plain: “upstream died”" },
  { "web-server", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 16\r\n\r\n<h1>Welcome</h1>",
    STILE_ERROR_NOT_ATLS, "200 OK, text/html: “Welcome”" },
  { "no-type", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer", STILE_ERROR_NOT_ATLS,
    "no content type" },
  { "wrong-type",
    "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 6\r\n\r\nanswer",
    STILE_ERROR_NOT_ATLS, "application/octet-stream" },
  { "other-kind",
    "HTTP/1.1 200 OK\r\nContent-Type: application/atls-sealed\r\nContent-Length: 6\r\n\r\nanswer",
    STILE_ERROR_NOT_ATLS, "application/atls-sealed" },
  { "wrong-status",
    "HTTP/1.1 203 Changed\r\nContent-Type: application/atls+octet-stream\r\nContent-Length: 6\r\n\r\nanswer",
    STILE_ERROR_NOT_ATLS, "203" },
  { "empty-head", "HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n", STILE_ERROR_NOT_ATLS, "500" },
  { "bytes-in-head", "HTTP/1.1 403 \xff\xfc\r\nContent-Type: text/\xfc\r\nContent-Length: 4\r\n\r\npage",
    STILE_ERROR_NOT_ATLS, "page" },
  { "login-wanted", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
    STILE_ERROR_NOT_ATLS, "401" },
  { "gone",
    "HTTP/1.1 410 Gone\r\nContent-Type: application/problem+json\r\nContent-Length: 22\r\n\r\n"
    "{\"detail\":\"too late\"} ",
    STILE_ERROR_EXPIRED, "too late" },
  { "busy",
    "HTTP/1.1 503 No\r\nContent-Type: application/problem+json\r\nContent-Length: 22\r\n\r\n"
    "{\"detail\":\"too many\"} ",
    STILE_ERROR_RETRY, "too many" },
};

static void
stranger_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  test_raw_http_answer_and_close (request, user_data, NULL);
}

static void
test_stranger (gconstpointer data)
{
  const Stranger *stranger = data;
  g_autoptr (TestRawHttp) server = test_raw_http_new (stranger_cb, (gpointer)stranger->answer);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = exchange (server, STILE_MESSAGE_FLIGHT, &error);

  g_assert_null (answer);
  g_assert_error (error, STILE_ERROR, (int)stranger->code);
  g_assert_nonnull (strstr (error->message, stranger->words));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  /* Nothing is followed, and nothing sent again. */
  g_assert_cmpuint (test_raw_http_get_n_requests (server), ==, 1);
}

/* Something that is no HTTP at all, and no address at all. */
static void
no_http_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  test_raw_http_answer_and_close (request, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n", NULL);
}

static void
test_no_http (void)
{
  g_autoptr (TestRawHttp) server = test_raw_http_new (no_http_cb, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = exchange (server, STILE_MESSAGE_FLIGHT, &error);

  g_assert_null (answer);
  g_assert_cmpuint (error->domain, ==, STILE_ERROR);
  g_assert_true (g_str_has_prefix (error->message, "Reaching 127.0.0.1: "));
}

static void
test_unreachable (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autoptr (GBytes) flight = g_bytes_new_static ("flight", 6);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileCarrier) carrier = NULL;
  g_autoptr (TestRawHttp) server = test_raw_http_new (no_http_cb, NULL);

  url = test_raw_http_get_url (server, "");
  g_clear_pointer (&server, test_raw_http_free); /* now nobody listens there */
  carrier = make_carrier (url, "none");
  stile_carrier_exchange_async (carrier, STILE_MESSAGE_FLIGHT, flight, NULL, test_await_cb, &result);
  answer = stile_carrier_exchange_finish (carrier, test_await_result (&result), &error);
  g_assert_null (answer);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNREACHABLE);
  g_assert_true (g_str_has_prefix (error->message, "Reaching 127.0.0.1: "));
}

/* --- too much, too little --- */

static void
size_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  gsize size = GPOINTER_TO_SIZE (user_data);
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: application/atls+octet-stream\r\n"
                       "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                       size);
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (size), size);

  test_raw_http_answer_and_close (request, head, body);
}

static void
test_limit (void)
{
  g_autoptr (TestRawHttp) fits = test_raw_http_new (size_cb, GSIZE_TO_POINTER (STILE_FLIGHT_MAX_SIZE));
  g_autoptr (TestRawHttp) over = test_raw_http_new (size_cb, GSIZE_TO_POINTER (STILE_FLIGHT_MAX_SIZE + 1));
  g_autoptr (TestRawHttp) huge = test_raw_http_new (size_cb, GSIZE_TO_POINTER (10 * 1024 * 1024));
  g_autoptr (TestRawHttp) empty = test_raw_http_new (size_cb, GSIZE_TO_POINTER (0));
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) over_error = NULL;
  g_autoptr (GError) huge_error = NULL;
  g_autoptr (GBytes) good = exchange (fits, STILE_MESSAGE_FLIGHT, &error);
  g_autoptr (GBytes) nothing = exchange (empty, STILE_MESSAGE_FLIGHT, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (good), ==, STILE_FLIGHT_MAX_SIZE);
  g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
  g_assert_null (exchange (over, STILE_MESSAGE_FLIGHT, &over_error));
  g_assert_error (over_error, STILE_ERROR, STILE_ERROR_LIMIT);
  g_assert_null (exchange (huge, STILE_MESSAGE_FLIGHT, &huge_error));
  g_assert_error (huge_error, STILE_ERROR, STILE_ERROR_LIMIT);
  g_assert_cmpuint (test_raw_http_get_n_requests (huge), ==, 1);
}

static void
endless_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  test_raw_http_answer_endless (request, user_data);
}

static void
test_endless (void)
{
  g_autoptr (TestRawHttp) flight = test_raw_http_new (
      endless_cb, (gpointer) "HTTP/1.1 200 OK\r\nContent-Type: application/atls+octet-stream\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n");
  g_autoptr (TestRawHttp) page =
      test_raw_http_new (endless_cb, (gpointer) "HTTP/1.1 403 No\r\nContent-Type: text/html\r\n"
                                                "Transfer-Encoding: chunked\r\n\r\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) page_error = NULL;

  g_assert_null (exchange (flight, STILE_MESSAGE_FLIGHT, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
  g_assert_null (exchange (page, STILE_MESSAGE_FLIGHT, &page_error));
  g_assert_error (page_error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
}

static void
truncated_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  guint *truncated = user_data;

  if ((*truncated)-- > 0)
    test_raw_http_answer_and_close (request,
                                    "HTTP/1.1 200 OK\r\nContent-Type: application/atls+octet-stream\r\n"
                                    "Content-Length: 100\r\n\r\nbegins and",
                                    NULL);
  else
    test_raw_http_answer_and_close (request, GOOD "answer", NULL);
}

static void
test_truncated (void)
{
  guint once = 1;
  guint always = 1000;
  g_autoptr (TestRawHttp) first = test_raw_http_new (truncated_cb, &once);
  g_autoptr (TestRawHttp) all = test_raw_http_new (truncated_cb, &always);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) all_error = NULL;
  g_autoptr (GBytes) answer = exchange (first, STILE_MESSAGE_FLIGHT, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "answer", 6);
  g_assert_null (exchange (all, STILE_MESSAGE_FLIGHT, &all_error));
  g_assert_cmpuint (all_error->domain, ==, STILE_ERROR);
  g_assert_cmpuint (test_raw_http_get_n_requests (all), ==, 2);
}

/* --- connections that break --- */

static void
breaking_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  guint *breaks = user_data;

  if ((*breaks)-- > 0)
    test_raw_http_hang_up (request);
  else
    test_raw_http_answer (request, GOOD "answer", NULL);
}

static void
test_breaks_once (void)
{
  guint breaks = 1;
  g_autoptr (TestRawHttp) server = test_raw_http_new (breaking_cb, &breaks);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = exchange (server, STILE_MESSAGE_SEALED, &error);

  /* The kind of the canned answer is another, but it was asked twice, with the same bytes. */
  g_assert_null (answer);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
  g_assert_cmpuint (test_raw_http_get_n_requests (server), ==, 2);
  g_assert_cmpuint (test_raw_http_get_n_connections (server), ==, 2);
  g_assert_true (g_bytes_equal (test_raw_http_get_body (server, 0), test_raw_http_get_body (server, 1)));

  g_clear_error (&error);
  breaks = 1;
  answer = exchange (server, STILE_MESSAGE_FLIGHT, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "answer", 6);
}

static void
test_breaks_twice (void)
{
  guint breaks = 2;
  g_autoptr (TestRawHttp) server = test_raw_http_new (breaking_cb, &breaks);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = exchange (server, STILE_MESSAGE_FLIGHT, &error);

  g_assert_null (answer);
  g_assert_cmpuint (error->domain, ==, STILE_ERROR);
  g_assert_true (error->code == STILE_ERROR_RETRY || error->code == STILE_ERROR_UNREACHABLE);
  g_assert_true (g_str_has_prefix (error->message, "Reaching 127.0.0.1: "));
  g_assert_cmpuint (test_raw_http_get_n_requests (server), ==, 2);
}

/* --- a way that strips cookies --- */

typedef struct
{
  Loopback *loopback;
  const char *location; /* in place of the service's own, or NULL */
  gboolean drops_answer;
  TestRawHttpRequest *request;
} Stripper;

static const char *
get_line (const char *head, const char *name, char **line)
{
  const char *found = strstr (head, name);

  *line = found != NULL ? g_strndup (found + strlen (name), strcspn (found + strlen (name), "\r")) : NULL;
  return *line;
}

static void
delivered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Stripper *stripper = user_data;
  g_autoptr (StileAnswer) answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);
  GBytes *body = stile_answer_get_body (answer);
  const char *id = stile_answer_get_new_session (answer);
  g_autofree char *type = NULL;
  g_autofree char *location = NULL;
  g_autofree char *head = NULL;

  get_line (test_raw_http_request_get_head (stripper->request), "Content-Type: ", &type);
  if (id != NULL)
    location = stripper->location != NULL ? g_strdup_printf ("Location: %s\r\n", stripper->location)
                                          : g_strdup_printf ("Location: /.well-known/atls/%s\r\n", id);
  if (body == NULL)
    head = g_strdup ("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
  else
    head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%sContent-Length: %" G_GSIZE_FORMAT
                            "\r\n\r\n",
                            type, location != NULL ? location : "", g_bytes_get_size (body));
  if (stripper->drops_answer)
    {
      stripper->drops_answer = FALSE;
      test_raw_http_hang_up (stripper->request);
    }
  else
    test_raw_http_answer (stripper->request, head, body);
}

static void
strip_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  Stripper *stripper = user_data;
  const char *head = test_raw_http_request_get_head (request);
  const char *id =
      g_str_has_prefix (head, "POST /.well-known/atls/") ? head + strlen ("POST /.well-known/atls/") : NULL;
  g_autofree char *session = id != NULL ? g_strndup (id, strcspn (id, " ")) : NULL;
  g_autofree char *type = NULL;
  StileMessageKind kind;
  g_autoptr (StileDelivery) delivery = NULL;

  g_assert_true (stile_media_type_get_kind (get_line (head, "Content-Type: ", &type), &kind));
  g_assert_null (strstr (head, "Cookie:"));
  stripper->request = request;
  delivery = stile_delivery_new (kind, test_raw_http_request_get_body (request), session, NULL);
  stile_endpoint_deliver_async (stripper->loopback->endpoint, delivery, NULL, delivered, stripper);
}

static void
test_location (gconstpointer data)
{
  StileMode mode = GPOINTER_TO_UINT (data);
  g_autoptr (Loopback) loopback = loopback_new (FALSE, "/.well-known/atls");
  Stripper stripper = { .loopback = loopback };
  g_autoptr (TestRawHttp) server = test_raw_http_new (strip_cb, &stripper);
  g_autofree char *url = test_raw_http_get_url (server, "/");
  g_autoptr (StileCarrier) carrier = make_carrier (url, "none");
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  g_autoptr (StileClient) client = stile_client_new (carrier, credentials, mode);
  g_autoptr (GError) error = NULL;

  loopback_shake_hands (client, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_str_has_prefix (test_raw_http_get_head (server, 0), "POST /.well-known/atls HTTP/1.1\r\n"));
  g_assert_true (g_str_has_prefix (test_raw_http_get_head (server, 1), "POST /.well-known/atls/"));
  loopback_check_request (client);
}

/* Whoever writes headers on the way must not send us elsewhere. */
static void
test_location_elsewhere (void)
{
  static const char *const locations[] = {
    "/elsewhere", "http://other.example/.well-known/atlsx/1", "/.well-known/atls/../../admin", "::::", "\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      g_autoptr (Loopback) loopback = loopback_new (FALSE, "/.well-known/atls");
      Stripper stripper = { .loopback = loopback, .location = locations[i] };
      g_autoptr (TestRawHttp) server = test_raw_http_new (strip_cb, &stripper);
      g_autofree char *url = test_raw_http_get_url (server, "/");
      g_autoptr (StileCarrier) carrier = make_carrier (url, "none");
      g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
      g_autoptr (StileClient) client = stile_client_new (carrier, credentials, STILE_MODE_ANY);
      g_autoptr (GError) error = NULL;

      loopback_shake_hands (client, &error);
      g_assert_nonnull (error);
      g_assert_cmpuint (error->domain, ==, STILE_ERROR);
      for (guint j = 0; j < test_raw_http_get_n_requests (server); j++)
        g_assert_true (
            g_str_has_prefix (test_raw_http_get_head (server, j), "POST /.well-known/atls HTTP/1.1\r\n"));
    }
}

/* The answer is lost on the way: the same message goes out again, and is carried out once. */
static void
test_lost_answer (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, "/.well-known/atls");
  Stripper stripper = { .loopback = loopback };
  g_autoptr (TestRawHttp) server = test_raw_http_new (strip_cb, &stripper);
  g_autofree char *url = test_raw_http_get_url (server, "/");
  g_autoptr (StileCarrier) carrier = make_carrier (url, "none");
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  g_autoptr (StileClient) client = stile_client_new (carrier, credentials, STILE_MODE_EXPORT);
  g_autoptr (GError) error = NULL;
  guint count;

  loopback_shake_hands (client, &error);
  g_assert_no_error (error);
  count = test_raw_http_get_n_requests (server);
  stripper.drops_answer = TRUE;
  loopback_check_request (client);
  g_assert_cmpuint (test_raw_http_get_n_requests (server), ==, count + 2);
  g_assert_true (
      g_bytes_equal (test_raw_http_get_body (server, count), test_raw_http_get_body (server, count + 1)));
  loopback_check_request (client);
}

/* --- stopping in the middle --- */

static void
keep_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  TestRawHttpRequest **kept = user_data;

  *kept = request;
}

static void
test_cancelled (void)
{
  TestRawHttpRequest *kept = NULL;
  g_autoptr (TestRawHttp) server = test_raw_http_new (keep_cb, &kept);
  g_autofree char *url = test_raw_http_get_url (server, "");
  StileCarrier *carrier = make_carrier (url, "none");
  g_autoptr (GBytes) flight = g_bytes_new_static ("flight", 6);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  stile_carrier_exchange_async (carrier, STILE_MESSAGE_FLIGHT, flight, cancellable, test_await_cb, &result);
  test_await_until (kept != NULL);
  g_cancellable_cancel (cancellable);
  answer = stile_carrier_exchange_finish (carrier, test_await_result (&result), &error);
  g_assert_null (answer);
  g_assert_true (stile_error_is_cancelled (error));
  g_clear_object (&result);
  test_await_finalized (carrier);
  test_raw_http_hang_up (kept);
  g_assert_cmpuint (test_raw_http_get_n_requests (server), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *name = g_strconcat ("/transport/http-carrier/stranger/", strangers[i].name, NULL);

      g_test_add_data_func (name, &strangers[i], test_stranger);
    }
  g_test_add_func ("/transport/http-carrier/no-http", test_no_http);
  g_test_add_func ("/transport/http-carrier/unreachable", test_unreachable);
  g_test_add_func ("/transport/http-carrier/limit", test_limit);
  g_test_add_func ("/transport/http-carrier/endless", test_endless);
  g_test_add_func ("/transport/http-carrier/truncated", test_truncated);
  g_test_add_func ("/transport/http-carrier/breaks-once", test_breaks_once);
  g_test_add_func ("/transport/http-carrier/breaks-twice", test_breaks_twice);
  g_test_add_data_func ("/transport/http-carrier/location/export", GUINT_TO_POINTER (STILE_MODE_EXPORT),
                        test_location);
  g_test_add_data_func ("/transport/http-carrier/location/record", GUINT_TO_POINTER (STILE_MODE_RECORD),
                        test_location);
  g_test_add_func ("/transport/http-carrier/location-elsewhere", test_location_elsewhere);
  g_test_add_func ("/transport/http-carrier/lost-answer", test_lost_answer);
  g_test_add_func ("/transport/http-carrier/cancelled", test_cancelled);

  return g_test_run ();
}
