/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-line.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-raw-http.h"

/* What the server answers to each path; "/hang-up" and "/endless" are told apart below. */
static const struct
{
  const char *path;
  const char *head;
  const char *body;
} answers[] = {
  { "/plain", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-A: 1\r\n\r\n", "body" },
  { "/moved", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "" },
  { "/zipped", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n", "nope" },
  { "/cookie", "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n", "" },
  { "/dated", "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n", "" },
};

static void
answer_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  g_auto (GStrv) words = g_strsplit (test_raw_http_request_get_head (request), " ", 3);

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    if (strcmp (words[1], answers[i].path) == 0)
      {
        g_autoptr (GBytes) body = g_bytes_new_static (answers[i].body, strlen (answers[i].body));

        test_raw_http_answer (request, answers[i].head, body);
        return;
      }
  if (strcmp (words[1], "/endless") == 0)
    test_raw_http_answer_endless (request, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  else
    test_raw_http_hang_up (request);
}

typedef struct
{
  TestRawHttp *server;
  StileHttpLine *line;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (StileHttpProxy) proxy = stile_http_proxy_new ("none", NULL);

  self->server = test_raw_http_new (answer_cb, NULL);
  url = test_raw_http_get_url (self->server, "/");
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  self->line = stile_http_line_new (uri, proxy, 30);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->line);
  test_raw_http_free (self->server);
}

static StileHttpReply *
ask (Fixture *self, StileHttpMessage *request, gsize limit, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_http_line_send_async (self->line, request, limit, NULL, test_await_cb, &result);
  return stile_http_line_send_finish (self->line, test_await_result (&result), error);
}

static StileHttpReply *
get (Fixture *self, const char *path)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "http", "h", path);
  g_autoptr (GError) error = NULL;
  StileHttpReply *reply = ask (self, request, 1024, &error);

  g_assert_no_error (error);
  return reply;
}

static void
assert_body (StileHttpReply *reply, const char *expected)
{
  GBytes *body = stile_http_message_get_content (stile_http_reply_get_message (reply));

  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected, strlen (expected));
}

/* Fields as they are given, in whatever spelling, and the answer's as they came. */
static void
test_sends_what_it_is_given (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("PUT", "http", "h", "/plain");
  g_autoptr (GBytes) content = g_bytes_new_static ("sent", 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpReply) reply = NULL;
  StileHttpMessage *message;
  const char *head;

  stile_http_message_set_content (request, "text/plain", content);
  g_assert_true (stile_http_message_add_field (request, "x-ProBe", "One"));
  reply = ask (self, request, 1024, &error);
  g_assert_no_error (error);
  message = stile_http_reply_get_message (reply);
  head = test_raw_http_get_head (self->server, 0);
  g_assert_true (g_str_has_prefix (head, "PUT /plain HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "Content-Type: text/plain\r\n"));
  g_assert_nonnull (strstr (head, "One\r\n"));
  g_assert_true (g_bytes_equal (test_raw_http_get_body (self->server, 0), content));
  g_assert_cmpuint (stile_http_message_get_status (message), ==, 200);
  g_assert_cmpstr (stile_http_message_get_field (message, "X-A"), ==, "1");
  assert_body (reply, "body");
  g_assert_cmpint (stile_http_reply_get_promised_length (reply), ==, 4);
  g_assert_false (stile_http_reply_is_cut (reply));
  g_assert_false (stile_http_reply_is_from_proxy (reply));
  g_assert_cmpint (stile_http_reply_get_timing (reply)->total, >, 0);
}

static void
test_follows_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpReply) reply = get (self, "/moved");

  g_assert_cmpuint (stile_http_message_get_status (stile_http_reply_get_message (reply)), ==, 302);
  g_assert_cmpuint (test_raw_http_get_n_requests (self->server), ==, 1);
}

static void
test_decodes_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpReply) reply = get (self, "/zipped");

  assert_body (reply, "nope");
  g_assert_null (strstr (test_raw_http_get_head (self->server, 0), "Accept-Encoding"));
}

static void
test_keeps_no_cookies (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpReply) first = get (self, "/cookie");
  g_autoptr (StileHttpReply) second = get (self, "/plain");

  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_null (strstr (test_raw_http_get_head (self->server, 1), "Cookie"));
}

/* POST, too, goes over the connection that is there. */
static void
test_keeps_its_connection (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) post = stile_http_message_new_request ("POST", "http", "h", "/plain");
  g_autoptr (StileHttpReply) first = get (self, "/plain");
  g_autoptr (StileHttpReply) second = ask (self, post, 1024, NULL);

  g_assert_false (stile_http_reply_is_reused (first));
  g_assert_true (stile_http_reply_is_reused (second));
  g_assert_cmpuint (stile_http_reply_get_connection (first), ==, stile_http_reply_get_connection (second));
  g_assert_cmpuint (test_raw_http_get_n_connections (self->server), ==, 1);
}

/* What goes on for ever is cut, and nobody waits for its rest. */
static void
test_cuts_what_is_long (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpReply) reply = get (self, "/endless");
  GBytes *body = stile_http_message_get_content (stile_http_reply_get_message (reply));

  g_assert_true (stile_http_reply_is_cut (reply));
  g_assert_cmpuint (g_bytes_get_size (body), ==, 1024);
  g_assert_cmpint (stile_http_reply_get_promised_length (reply), ==, STILE_HTTP_REPLY_NO_LENGTH);
}

static void
test_says_when_nobody_answers (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "http", "h", "/hang-up");
  g_autoptr (GError) error = NULL;

  g_assert_null (ask (self, request, 1024, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == STILE_ERROR);
  g_assert_true (g_str_has_prefix (error->message, "Reaching 127.0.0.1: "));
}

static void
test_reads_the_date (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpReply) dated = get (self, "/dated");
  g_autoptr (StileHttpReply) plain = get (self, "/plain");

  g_assert_cmpint (stile_http_reply_get_date (dated), ==, 784111777);
  g_assert_cmpint (stile_http_reply_get_date (plain), ==, 0);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/transport/http-line/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("sends-what-it-is-given", test_sends_what_it_is_given);
  ADD ("follows-nothing", test_follows_nothing);
  ADD ("decodes-nothing", test_decodes_nothing);
  ADD ("keeps-no-cookies", test_keeps_no_cookies);
  ADD ("keeps-its-connection", test_keeps_its_connection);
  ADD ("cuts-what-is-long", test_cuts_what_is_long);
  ADD ("says-when-nobody-answers", test_says_when_nobody_answers);
  ADD ("reads-the-date", test_reads_the_date);

  return g_test_run ();
}
