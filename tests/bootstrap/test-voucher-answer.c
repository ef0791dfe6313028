/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-voucher-answer.h"
#include "bootstrap/stile-voucher.h"

/* What a registrar that nobody vouches for answers (RFC 8995 section 5.6). */

#define WORDS "text/plain; charset=utf-8"

static StileHttpMessage *
make_answer (guint status, const char *type, const char *content, gssize length)
{
  StileHttpMessage *answer = stile_http_message_new_response (status);
  g_autoptr (GBytes) bytes =
      content != NULL ? g_bytes_new (content, length >= 0 ? (gsize)length : strlen (content)) : NULL;

  if (type != NULL && bytes == NULL)
    g_assert_true (stile_http_message_add_field (answer, "content-type", type));
  if (bytes != NULL)
    stile_http_message_set_content (answer, type, bytes);
  return answer;
}

static void
test_asks_in_binary (void)
{
  g_autoptr (GBytes) request = g_bytes_new ("\x30\0\r\n", 4);
  g_autoptr (StileHttpMessage) message = stile_voucher_answer_ask ("a.example", request);

  g_assert_cmpstr (stile_http_message_get_method (message), ==, "POST");
  g_assert_cmpstr (stile_http_message_get_authority (message), ==, "a.example");
  g_assert_cmpstr (stile_http_message_get_path (message), ==, "/.well-known/brski/requestvoucher");
  g_assert_cmpstr (stile_http_message_get_field (message, "accept"), ==, STILE_VOUCHER_CMS_MEDIA_TYPE);
  g_assert_cmpstr (stile_http_message_get_field (message, "content-type"), ==, STILE_VOUCHER_CMS_MEDIA_TYPE);
  g_assert_true (g_bytes_equal (stile_http_message_get_content (message), request));
}

static void
expect_error (StileHttpMessage *message, int code, const char *words)
{
  g_auto (StileVoucherAnswer) answer = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_voucher_answer_read (&answer, message, &error));
  g_assert_error (error, STILE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (answer.voucher);
}

static void
test_takes_a_voucher (void)
{
  static const char *const types[] = { "application/voucher-cms+json", "Application/Voucher-CMS+JSON",
                                       "application/voucher-cms+json; charset=x",
                                       "application/voucher-cms+json ;x=y" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (StileHttpMessage) message = make_answer (200, types[i], "0\0x", 3);
      g_auto (StileVoucherAnswer) answer = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_voucher_answer_read (&answer, message, &error));
      g_assert_no_error (error);
      g_assert_cmpint (answer.kind, ==, STILE_VOUCHER_ANSWER_VOUCHER);
      g_assert_cmpmem (g_bytes_get_data (answer.voucher, NULL), g_bytes_get_size (answer.voucher), "0\0x", 3);
    }
}

static void
test_wants_the_media_type (void)
{
  static const char *const types[] = { NULL,
                                       "application/json",
                                       "application/voucher-cms",
                                       "application/voucher-cms+jsonx",
                                       "application/voucher-jws+json",
                                       "text/html" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (StileHttpMessage) message = make_answer (200, types[i], "0", 1);

      expect_error (message, STILE_ERROR_PROTOCOL, "P4: ");
    }
}

static void
test_caps_the_size (void)
{
  g_autofree char *large = g_strnfill (STILE_SIGNED_MESSAGE_MAX_SIZE + 1, '0');
  g_autoptr (StileHttpMessage) over =
      make_answer (200, STILE_VOUCHER_CMS_MEDIA_TYPE, large, STILE_SIGNED_MESSAGE_MAX_SIZE + 1);
  g_autoptr (StileHttpMessage) most =
      make_answer (200, STILE_VOUCHER_CMS_MEDIA_TYPE, large, STILE_SIGNED_MESSAGE_MAX_SIZE);
  g_autoptr (StileHttpMessage) none = make_answer (200, STILE_VOUCHER_CMS_MEDIA_TYPE, NULL, 0);
  g_auto (StileVoucherAnswer) answer = { 0 };
  g_autoptr (GError) error = NULL;

  expect_error (over, STILE_ERROR_LIMIT, "P3: ");
  expect_error (none, STILE_ERROR_LIMIT, "P3: ");
  g_assert_true (stile_voucher_answer_read (&answer, most, &error));
  g_assert_no_error (error);
}

static void
test_caps_the_wait (void)
{
  static const struct
  {
    const char *value;
    guint seconds;
  } cases[] = {
    { NULL, 5 },
    { "0", 1 },
    { "7", 7 },
    { "60", 60 },
    { "61", 60 },
    { "86400", 60 },
    { "99999999999999999999", 60 },
    { "-1", 5 },
    { "soon", 5 },
    { "Fri, 31 Dec 2199 23:59:59 GMT", 60 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StileHttpMessage) message = make_answer (202, WORDS, "Ask Anna", -1);
      g_auto (StileVoucherAnswer) answer = { 0 };
      g_autoptr (GError) error = NULL;

      if (cases[i].value != NULL)
        g_assert_true (stile_http_message_add_field (message, "retry-after", cases[i].value));
      g_assert_true (stile_voucher_answer_read (&answer, message, &error));
      g_assert_no_error (error);
      g_assert_cmpint (answer.kind, ==, STILE_VOUCHER_ANSWER_WAIT);
      g_assert_cmpuint (answer.seconds, ==, cases[i].seconds);
      g_assert_cmpstr (answer.words, ==, "Ask Anna");
    }
}

static void
test_reads_a_date (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, 50);
  g_autofree char *text = g_date_time_format (then, "%a, %d %b %Y %H:%M:%S GMT");
  g_autoptr (StileHttpMessage) message = make_answer (202, NULL, NULL, 0);
  g_auto (StileVoucherAnswer) answer = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_http_message_add_field (message, "retry-after", text));
  g_assert_true (stile_voucher_answer_read (&answer, message, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (answer.seconds, >, 5);
  g_assert_cmpuint (answer.seconds, <=, 50);
  g_assert_null (answer.words);
}

static void
test_cleans_words (void)
{
  static const struct
  {
    const char *type;
    const char *content;
    const char *words;
  } cases[] = {
    { WORDS, "Ask Anna", "Ask Anna" },
    { NULL, " Ask Anna\r\n", "Ask Anna" },
    { WORDS, "Ask\r\nAnna\x1b[2J\x7f!", "Ask  Anna [2J !" },
    { WORDS,
      "Ask \xe2\x80\xae"
      "annA",
      "Ask  annA" },
    { WORDS,
      "Ask\xe2\x80\xa8"
      "Anna\xc2\x85",
      "Ask Anna" },
    { WORDS, "Fragt Jürgen", "Fragt Jürgen" },
    { WORDS, "\xff\xfe?", "��?" },
    { WORDS, "\r\n\t ", NULL },
    { "text/html", "<html>Blocked</html>", NULL },
    { "TEXT/HTML", "Blocked", NULL },
    { "application/xhtml+xml", "Blocked", NULL },
    { WORDS, " \n<!DOCTYPE html>Blocked", NULL },
    { NULL, "<p>Blocked", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StileHttpMessage) message = make_answer (202, cases[i].type, cases[i].content, -1);
      g_auto (StileVoucherAnswer) answer = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_voucher_answer_read (&answer, message, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (answer.words, ==, cases[i].words);
    }
}

static void
test_cuts_words (void)
{
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (StileHttpMessage) message = NULL;
  g_auto (StileVoucherAnswer) answer = { 0 };
  g_autoptr (GError) error = NULL;

  while (text->len < 70 * 1024)
    g_string_append (text, "ä");
  message = make_answer (202, WORDS, text->str, (gssize)text->len);
  g_assert_true (stile_voucher_answer_read (&answer, message, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (answer.words), <=, STILE_VOUCHER_ANSWER_MAX_WORDS + 1);
  g_assert_cmpuint (strlen (answer.words), >=, STILE_VOUCHER_ANSWER_MAX_WORDS);
  g_assert_true (g_str_has_prefix (text->str, answer.words));
}

static void
test_reads_places (void)
{
  static const guint statuses[] = { 301, 302, 303, 307, 308 };
  g_autofree char *path = g_strnfill (3000, 'x');
  g_autofree char *endless = g_strconcat ("https://b.example/", path, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (StileHttpMessage) message = make_answer (statuses[i], NULL, NULL, 0);
      g_autoptr (StileHttpMessage) nowhere = make_answer (statuses[i], NULL, NULL, 0);
      g_autoptr (StileHttpMessage) far = make_answer (statuses[i], NULL, NULL, 0);
      g_auto (StileVoucherAnswer) answer = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_http_message_add_field (message, "location", "https://b.example/x"));
      g_assert_true (stile_voucher_answer_read (&answer, message, &error));
      g_assert_no_error (error);
      g_assert_cmpint (answer.kind, ==, STILE_VOUCHER_ANSWER_ELSEWHERE);
      g_assert_cmpstr (answer.location, ==, "https://b.example/x");
      g_assert_cmpuint (answer.status, ==, statuses[i]);

      expect_error (nowhere, STILE_ERROR_PROTOCOL, "P4: ");
      g_assert_true (stile_http_message_add_field (far, "location", endless));
      expect_error (far, STILE_ERROR_PROTOCOL, "P4: ");
    }
}

static void
test_says_what_a_refusal_means (void)
{
  static const struct
  {
    guint status;
    int code;
    const char *meaning;
  } cases[] = {
    { 400, STILE_ERROR_PROTOCOL, "cannot read the request" },
    { 401, STILE_ERROR_REFUSED, "own certificate" },
    { 403, STILE_ERROR_REFUSED, "refuses this device" },
    { 404, STILE_ERROR_REFUSED, "does not know this device" },
    { 406, STILE_ERROR_REFUSED, "no voucher of the kind" },
    { 415, STILE_ERROR_REFUSED, "this kind of voucher request" },
    { 418, STILE_ERROR_REFUSED, "gives no voucher" },
    { 204, STILE_ERROR_REFUSED, "gives no voucher" },
    { 500, STILE_ERROR_RETRY, "gives no voucher" },
    { 502, STILE_ERROR_RETRY, "the manufacturer’s service" },
    { 503, STILE_ERROR_RETRY, "busy" },
    { 504, STILE_ERROR_RETRY, "does not answer" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StileHttpMessage) message = make_answer (cases[i].status, WORDS, "Ask %s Anna", -1);
      g_autoptr (StileHttpMessage) mute = make_answer (cases[i].status, "text/html", "<b>%s</b>", -1);
      g_auto (StileVoucherAnswer) answer = { 0 };
      g_autoptr (GError) error = NULL;

      expect_error (message, cases[i].code, cases[i].meaning);
      expect_error (message, cases[i].code, "“Ask %s Anna”");
      g_assert_false (stile_voucher_answer_read (&answer, mute, &error));
      g_assert_null (strstr (error->message, "<b>"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/voucher-answer/asks-in-binary", test_asks_in_binary);
  g_test_add_func ("/voucher-answer/takes-a-voucher", test_takes_a_voucher);
  g_test_add_func ("/voucher-answer/P4-wants-the-media-type", test_wants_the_media_type);
  g_test_add_func ("/voucher-answer/P3-caps-the-size", test_caps_the_size);
  g_test_add_func ("/voucher-answer/P4-caps-the-wait", test_caps_the_wait);
  g_test_add_func ("/voucher-answer/P4-reads-a-date", test_reads_a_date);
  g_test_add_func ("/voucher-answer/P3-cleans-words", test_cleans_words);
  g_test_add_func ("/voucher-answer/P3-cuts-words", test_cuts_words);
  g_test_add_func ("/voucher-answer/reads-places", test_reads_places);
  g_test_add_func ("/voucher-answer/says-what-a-refusal-means", test_says_what_a_refusal_means);

  return g_test_run ();
}
