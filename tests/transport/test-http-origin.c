/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-raw-http.h"
#include "transport/stile-http-carrier.h"

#define GOOD "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

/* Which requests it hangs up on, counted from 0: a bit each. */
typedef struct
{
  guint hangs_up_on;
  guint seen;
} Server;

static void
answer (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  Server *self = user_data;

  if (self->hangs_up_on & (1u << self->seen++))
    test_raw_http_hang_up (request);
  else
    test_raw_http_answer (request, GOOD, NULL);
}

static gboolean
ask (StileCarrier *carrier, const char *method, GError **error)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (method, "https", "h", "/a");
  g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  if (g_str_equal (method, "POST"))
    stile_http_message_set_content (request, "text/plain", content);
  stile_carrier_request_async (carrier, request, NULL, test_await_cb, &result);
  response = stile_carrier_request_finish (carrier, test_await_result (&result), error);
  return response != NULL;
}

typedef struct
{
  const char *name;
  const char *method;
  guint hangs_up_on;
  guint requests; /* of ours */
  gboolean fails; /* the last of them */
  guint seen;
  guint connections;
} Case;

static const Case cases[] = {
  { "keeps-its-connection", "POST", 0, 3, FALSE, 3, 1 },
  { "asks-again-when-a-kept-one-breaks", "POST", 1 << 1, 2, FALSE, 3, 2 },
  { "asks-again-with-get", "GET", 1 << 1, 2, FALSE, 3, 2 },
  { "does-not-ask-again-over-a-new-one", "POST", 1 << 0, 1, TRUE, 1, 1 },
  { "asks-again-once", "POST", 1 << 1 | 1 << 2, 2, TRUE, 3, 2 },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  Server server = { .hangs_up_on = test->hangs_up_on };
  g_autoptr (TestRawHttp) raw = test_raw_http_new (answer, &server);
  g_autofree char *url = test_raw_http_get_url (raw, "/");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCarrier) carrier = stile_http_carrier_new (url, "none", &error);

  g_assert_no_error (error);
  for (guint i = 0; i < test->requests; i++)
    {
      gboolean last = i + 1 == test->requests;

      g_clear_error (&error);
      g_assert_cmpint (ask (carrier, test->method, &error), ==, !(last && test->fails));
    }
  if (test->fails)
    g_assert_error (error, STILE_ERROR, STILE_ERROR_UNREACHABLE);
  g_assert_cmpuint (server.seen, ==, test->seen);
  g_assert_cmpuint (test_raw_http_get_n_connections (raw), ==, test->connections);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/http-origin/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
