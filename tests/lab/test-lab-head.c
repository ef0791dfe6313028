/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-head.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"

static char *
read_head (const void *data, gsize length, GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, (gssize)length, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  stile_lab_head_read_async (stream, NULL, test_await_cb, &result);
  return stile_lab_head_read_finish (stream, test_await_result (&result), error);
}

static void
test_reads_to_the_empty_line (void)
{
  static const char text[] = "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *head = read_head (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (head, ==, text);
}

static void
test_refuses_half_a_head (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_head ("CONNECT ", 8, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_RETRY);
}

static void
test_refuses_a_long_head (void)
{
  g_autofree char *text = g_strnfill (STILE_LAB_HEAD_MAX_SIZE + 1, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (read_head (text, strlen (text), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

static void
test_knows_what_it_is_asked (void)
{
  static const struct
  {
    const char *head;
    guint status;
  } cases[] = {
    { "CONNECT localhost:443 HTTP/1.1\r\n\r\n", 200 },
    { "CONNECT LOCALHOST:443 HTTP/1.0\r\nA: b\r\n\r\n", 200 },
    { "CONNECT 127.0.0.1:8443 HTTP/1.1\r\n\r\n", 200 },
    { "CONNECT [::1]:8443 HTTP/1.1\r\n\r\n", 200 },
    { "CONNECT example.com:443 HTTP/1.1\r\n\r\n", 403 },
    { "CONNECT localhost.example.com:443 HTTP/1.1\r\n\r\n", 403 },
    { "CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n", 403 },
    { "CONNECT 0.0.0.0:443 HTTP/1.1\r\n\r\n", 403 },
    { "CONNECT localhost HTTP/1.1\r\n\r\n", 400 },
    { "CONNECT localhost:0 HTTP/1.1\r\n\r\n", 400 },
    { "CONNECT localhost:99999 HTTP/1.1\r\n\r\n", 400 },
    { "CONNECT localhost:443\r\n\r\n", 400 },
    { "CONNECT localhost:443 HTTP/1.1\r\n\r\nearly", 400 },
    { "CONNECT localhost:443 HTTP/2\r\n\r\n", 400 },
    { "GET http://localhost/ HTTP/1.1\r\n\r\n", 501 },
    { "GET / HTTP/1.1\r\n\r\n", 400 },
    { "\r\n\r\n", 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *host = NULL;
      guint16 port = 0;

      g_test_message ("%s", cases[i].head);
      g_assert_cmpuint (stile_lab_head_parse (cases[i].head, &host, &port), ==, cases[i].status);
      g_assert_cmpint (host != NULL, ==, cases[i].status == 200);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lab/head/reads-to-the-empty-line", test_reads_to_the_empty_line);
  g_test_add_func ("/lab/head/refuses-half-a-head", test_refuses_half_a_head);
  g_test_add_func ("/lab/head/refuses-a-long-head", test_refuses_a_long_head);
  g_test_add_func ("/lab/head/knows-what-it-is-asked", test_knows_what_it_is_asked);

  return g_test_run ();
}
