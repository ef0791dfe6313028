/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-middlebox.h"

#include <string.h>

#include "lab/stile-lab-directory.h"
#include "lab/stile-lab-head.h"
#include "lab/stile-lab-relay.h"
#include "support/test-await.h"

#define MASA_URL "https://localhost:4711"

typedef struct
{
  StileLabDirectory *directory;
  StileLabPki *pki;
  StileLabMiddlebox *box;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = stile_lab_directory_new (g_get_tmp_dir (), &error);
  g_assert_no_error (error);
  fixture->pki = stile_lab_pki_new (stile_lab_directory_get_path (fixture->directory), MASA_URL, &error);
  g_assert_no_error (error);
  fixture->box = stile_lab_middlebox_new (fixture->pki);
  g_assert_true (stile_lab_middlebox_start (fixture->box, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  stile_lab_middlebox_stop (fixture->box);
  test_await_until (stile_lab_middlebox_get_n_tunnels (fixture->box) == 0);
  g_assert_finalize_object (fixture->box);
  g_assert_finalize_object (fixture->pki);
  g_assert_finalize_object (fixture->directory);
}

static GIOStream *
connect_to (Fixture *fixture)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address =
      g_network_address_parse_uri (stile_lab_middlebox_get_url (fixture->box), 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GSocketConnection *connection;

  g_socket_client_connect_async (client, address, NULL, test_await_cb, &result);
  connection = g_socket_client_connect_finish (client, test_await_result (&result), &error);
  g_assert_no_error (error);

  return G_IO_STREAM (connection);
}

static void
say (GIOStream *connection, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_output_stream_write_all_async (g_io_stream_get_output_stream (connection), text, strlen (text),
                                   G_PRIORITY_DEFAULT, NULL, test_await_cb, &result);
  g_output_stream_write_all_finish (g_io_stream_get_output_stream (connection), test_await_result (&result),
                                    NULL, &error);
  g_assert_no_error (error);
}

/* Up to the end of the page, or until the other side closes. */
static char *
hear (GIOStream *connection, const char *until)
{
  GInputStream *input = g_io_stream_get_input_stream (connection);
  GString *text = g_string_new (NULL);
  gsize length = 1;

  while (length > 0 && strstr (text->str, until) == NULL)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GBytes) part = NULL;

      g_input_stream_read_bytes_async (input, 4096, G_PRIORITY_DEFAULT, NULL, test_await_cb, &result);
      part = g_input_stream_read_bytes_finish (input, test_await_result (&result), NULL);
      length = part != NULL ? g_bytes_get_size (part) : 0;
      if (length > 0)
        g_string_append_len (text, g_bytes_get_data (part, NULL), (gssize)length);
    }

  return g_string_free (text, FALSE);
}

static void
assert_answers (Fixture *fixture, const char *request, const char *status)
{
  g_autoptr (GIOStream) connection = connect_to (fixture);
  g_autofree char *expected = g_strdup_printf ("HTTP/1.1 %s ", status);
  g_autofree char *answer = NULL;

  say (connection, request);
  answer = hear (connection, "</html>");
  g_assert_true (g_str_has_prefix (answer, expected));
}

static void
test_connects_to_loopback_only (Fixture *fixture, gconstpointer user_data)
{
  assert_answers (fixture, "CONNECT example.com:443 HTTP/1.1\r\n\r\n", "403");
  assert_answers (fixture, "CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n", "403");
}

static void
test_takes_no_plain_requests (Fixture *fixture, gconstpointer user_data)
{
  assert_answers (fixture, "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "501");
  assert_answers (fixture, "hello\r\n\r\n", "400");
}

static void
test_says_when_nobody_is_there (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GSocketListener) closed = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (closed, NULL, NULL);
  g_autofree char *request = g_strdup_printf ("CONNECT localhost:%u HTTP/1.1\r\n\r\n", port);

  g_socket_listener_close (closed);
  assert_answers (fixture, request, "502");
}

static void
test_closes_on_a_long_head (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GIOStream) connection = connect_to (fixture);
  g_autofree char *request = g_strnfill (STILE_LAB_HEAD_MAX_SIZE, 'a');
  g_autofree char *answer = NULL;

  say (connection, request);
  answer = hear (connection, "</html>");
  g_assert_cmpstr (answer, ==, "");
}

static void
test_closes_what_is_too_many (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GIOStream) last = NULL;
  g_autofree char *answer = NULL;

  for (guint i = 0; i < STILE_LAB_MIDDLEBOX_MAX_TUNNELS; i++)
    g_ptr_array_add (connections, connect_to (fixture));
  test_await_until (stile_lab_middlebox_get_n_tunnels (fixture->box) == STILE_LAB_MIDDLEBOX_MAX_TUNNELS);

  last = connect_to (fixture);
  answer = hear (last, "</html>");
  g_assert_cmpstr (answer, ==, "");
}

static void
test_stopping_cuts_what_is_open (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GIOStream) connection = connect_to (fixture);
  g_autofree char *answer = NULL;

  test_await_until (stile_lab_middlebox_get_n_tunnels (fixture->box) == 1);
  stile_lab_middlebox_stop (fixture->box);
  answer = hear (connection, "</html>");
  g_assert_cmpstr (answer, ==, "");
}

static void
test_a_new_scenario_cuts_what_is_open (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GIOStream) connection = connect_to (fixture);

  test_await_until (stile_lab_middlebox_get_n_tunnels (fixture->box) == 1);
  stile_lab_middlebox_set_scenario (fixture->box, STILE_LAB_BLOCK_PAGE);
  test_await_until (stile_lab_middlebox_get_n_tunnels (fixture->box) == 0);
}

/* Who lets go of it without stopping it leaves nothing behind. */
static void
test_may_go_while_connected (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GIOStream) connection = connect_to (fixture);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  test_await_until (stile_lab_middlebox_get_n_tunnels (fixture->box) == 1);
  g_assert_finalize_object (g_steal_pointer (&fixture->box));
  answer = hear (connection, "</html>");
  g_assert_cmpstr (answer, ==, "");

  fixture->box = stile_lab_middlebox_new (fixture->pki);
  g_assert_true (stile_lab_middlebox_start (fixture->box, &error));
}

/* Through the tunnel to an echo that speaks no TLS: what goes in comes out. */
static gboolean
echo_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  g_output_stream_splice (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                          g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                          G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL);
  return TRUE;
}

static void
test_direct_touches_nothing (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GSocketService) echo = g_threaded_socket_service_new (2);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (echo), NULL, NULL);
  g_autofree char *request = g_strdup_printf ("CONNECT localhost:%u HTTP/1.1\r\n\r\n", port);
  g_autoptr (GIOStream) connection = connect_to (fixture);
  g_autofree char *opened = NULL;
  g_autofree char *echoed = NULL;
  g_autoptr (GBytes) seen = NULL;

  g_signal_connect (echo, "run", G_CALLBACK (echo_cb), NULL);
  stile_lab_middlebox_set_scenario (fixture->box, STILE_LAB_DIRECT);
  g_clear_object (&connection);
  test_await_until (stile_lab_middlebox_get_n_tunnels (fixture->box) == 0);

  connection = connect_to (fixture);
  say (connection, request);
  opened = hear (connection, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (opened, "HTTP/1.1 200 "));
  say (connection, "there and back");
  echoed = hear (connection, "back");
  g_assert_cmpstr (echoed, ==, "there and back");

  seen = stile_lab_middlebox_get_seen (fixture->box);
  g_assert_cmpmem (g_bytes_get_data (seen, NULL), g_bytes_get_size (seen), "there and backthere and back",
                   28);
  g_socket_service_stop (echo);
  g_socket_listener_close (G_SOCKET_LISTENER (echo));
}

static void
test_remembers_only_so_much (void)
{
  g_autoptr (GByteArray) seen = g_byte_array_new ();
  g_autofree char *part = g_strnfill (STILE_LAB_RELAY_MAX_SEEN - 1, 'a');

  stile_lab_relay_remember (seen, part, strlen (part));
  stile_lab_relay_remember (seen, part, strlen (part));
  stile_lab_relay_remember (seen, part, strlen (part));
  g_assert_cmpuint (seen->len, ==, STILE_LAB_RELAY_MAX_SEEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/lab/middlebox/connects-to-loopback-only", test_connects_to_loopback_only);
  ADD ("/lab/middlebox/takes-no-plain-requests", test_takes_no_plain_requests);
  ADD ("/lab/middlebox/says-when-nobody-is-there", test_says_when_nobody_is_there);
  ADD ("/lab/middlebox/closes-on-a-long-head", test_closes_on_a_long_head);
  ADD ("/lab/middlebox/closes-what-is-too-many", test_closes_what_is_too_many);
  ADD ("/lab/middlebox/stopping-cuts-what-is-open", test_stopping_cuts_what_is_open);
  ADD ("/lab/middlebox/a-new-scenario-cuts-what-is-open", test_a_new_scenario_cuts_what_is_open);
  ADD ("/lab/middlebox/may-go-while-connected", test_may_go_while_connected);
  ADD ("/lab/middlebox/direct-touches-nothing", test_direct_touches_nothing);
  g_test_add_func ("/lab/middlebox/remembers-only-so-much", test_remembers_only_so_much);

  return g_test_run ();
}
