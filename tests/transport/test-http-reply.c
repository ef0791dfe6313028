/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-reply.h"

static StileHttpReply *
make_reply (const char *date)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);
  g_autoptr (StileObservation) observation = stile_observation_new ();

  if (date != NULL)
    g_assert_true (stile_http_message_add_field (message, "Date", date));
  return stile_http_reply_new (message, observation);
}

static void
test_begins_with_nothing_known (void)
{
  StileHttpReply *reply = make_reply (NULL);

  g_assert_cmpint (stile_http_reply_get_promised_length (reply), ==, STILE_HTTP_REPLY_NO_LENGTH);
  g_assert_false (stile_http_reply_is_cut (reply));
  g_assert_false (stile_http_reply_is_reused (reply));
  g_assert_false (stile_http_reply_is_from_proxy (reply));
  g_assert_cmpint (stile_http_reply_get_timing (reply)->total, ==, 0);
  g_assert_finalize_object (reply);
}

static void
test_keeps_what_it_is_told (void)
{
  g_autoptr (StileHttpReply) reply = make_reply (NULL);
  const StileHttpTiming timing = { .names = 1, .connect = 2, .tls = 3, .first_byte = 4, .total = 5 };

  stile_http_reply_set_length (reply, 0, TRUE);
  stile_http_reply_set_connection (reply, 7, TRUE);
  stile_http_reply_set_from_proxy (reply, TRUE);
  stile_http_reply_set_timing (reply, &timing);
  g_assert_cmpint (stile_http_reply_get_promised_length (reply), ==, 0);
  g_assert_true (stile_http_reply_is_cut (reply));
  g_assert_cmpuint (stile_http_reply_get_connection (reply), ==, 7);
  g_assert_true (stile_http_reply_is_reused (reply));
  g_assert_true (stile_http_reply_is_from_proxy (reply));
  g_assert_cmpint (stile_http_reply_get_timing (reply)->names, ==, 1);
  g_assert_cmpint (stile_http_reply_get_timing (reply)->first_byte, ==, 4);
}

/* RFC 9110 section 5.6.7: one form is written today, three are read. */
static void
test_reads_dates (void)
{
  static const char *const good[] = { "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                                      "Sun Nov  6 08:49:37 1994" };
  static const char *const bad[] = { "", "yesterday", "1994-11-06T08:49:37Z",
                                     "Sun, 40 Nov 1994 08:49:37 GMT" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (StileHttpReply) reply = make_reply (good[i]);

      g_assert_cmpint (stile_http_reply_get_date (reply), ==, 784111777);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (StileHttpReply) reply = make_reply (bad[i]);

      g_assert_cmpint (stile_http_reply_get_date (reply), ==, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-reply/begins-with-nothing-known", test_begins_with_nothing_known);
  g_test_add_func ("/transport/http-reply/keeps-what-it-is-told", test_keeps_what_it_is_told);
  g_test_add_func ("/transport/http-reply/reads-dates", test_reads_dates);

  return g_test_run ();
}
