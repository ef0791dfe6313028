/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "codec/stile-http-message.h"
#include "codec/stile-json.h"

static void
test_is_a_request (void)
{
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_request ("GET", "https", "a.example", "/x?y=1");

  g_assert_true (stile_http_message_is_request (message));
  g_assert_cmpstr (stile_http_message_get_method (message), ==, "GET");
  g_assert_cmpstr (stile_http_message_get_scheme (message), ==, "https");
  g_assert_cmpstr (stile_http_message_get_authority (message), ==, "a.example");
  g_assert_cmpstr (stile_http_message_get_path (message), ==, "/x?y=1");
  g_assert_cmpuint (stile_http_message_get_status (message), ==, 0);
  g_assert_cmpuint (g_bytes_get_size (stile_http_message_get_content (message)), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&message));
}

static void
test_is_a_response (void)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (204);

  g_assert_false (stile_http_message_is_request (message));
  g_assert_cmpuint (stile_http_message_get_status (message), ==, 204);
  g_assert_null (stile_http_message_get_method (message));
  g_assert_null (stile_http_message_get_path (message));
  g_assert_finalize_object (g_steal_pointer (&message));
}

static void
test_keeps_fields_in_order (void)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);
  const char *value;

  g_assert_true (stile_http_message_add_field (message, "Set-Cookie", " a=1\t"));
  g_assert_true (stile_http_message_add_field (message, "X-Empty", ""));
  g_assert_true (stile_http_message_add_field (message, "set-cookie", "b=2"));

  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 3);
  g_assert_cmpstr (stile_http_message_get_nth_field (message, 0, &value), ==, "set-cookie");
  g_assert_cmpstr (value, ==, "a=1");
  g_assert_cmpstr (stile_http_message_get_nth_field (message, 1, &value), ==, "x-empty");
  g_assert_cmpstr (value, ==, "");
  g_assert_cmpstr (stile_http_message_get_nth_field (message, 2, NULL), ==, "set-cookie");
  g_assert_cmpstr (stile_http_message_get_field (message, "SET-COOKIE"), ==, "a=1");
  g_assert_null (stile_http_message_get_field (message, "cookie"));
}

static void
test_keeps_trailers_apart (void)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);
  const char *value;

  g_assert_true (stile_http_message_add_trailer (message, "Digest", "x"));
  g_assert_false (stile_http_message_add_trailer (message, ":status", "200"));

  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 0);
  g_assert_cmpuint (stile_http_message_get_n_trailers (message), ==, 1);
  g_assert_cmpstr (stile_http_message_get_nth_trailer (message, 0, &value), ==, "digest");
  g_assert_cmpstr (value, ==, "x");
}

static void
test_refuses_bad_fields (void)
{
  static const struct
  {
    const char *name;
    const char *value;
  } cases[] = {
    { "", "x" },         { "a b", "x" },  { "a:", "x" },        { ":path", "/" },    { "a\n", "x" },
    { "\xc3\xa4", "x" }, { "a\"", "x" },  { "a", "x\r\ny: z" }, { "a", "x\n" },      { "a", "\rx" },
    { "a", "x\x01" },    { "a", "\x7f" }, { "a(b)", "x" },      { "a", "\x1b[31m" },
  };
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (stile_http_message_add_field (message, cases[i].name, cases[i].value));
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 0);
  g_assert_true (stile_http_message_add_field (message, "!#$%&'*+-.^_`|~09az", "a\tb"));
}

static void
test_values_are_utf8 (void)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);

  g_assert_true (stile_http_message_add_field (message, "a", "Gr\xc3\xbc\xc3\x9f"));
  g_assert_true (stile_http_message_add_field (message, "b", "Gr\xfc\xdf"));
  g_assert_cmpstr (stile_http_message_get_field (message, "a"), ==, "Grüß");
  g_assert_cmpstr (stile_http_message_get_field (message, "b"), ==, "Grüß");
}

static void
test_limits_the_fields (void)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);

  for (guint i = 0; i < STILE_HTTP_MESSAGE_MAX_FIELDS; i++)
    g_assert_true (stile_http_message_add_field (message, "a", "b") &&
                   stile_http_message_add_trailer (message, "a", "b"));

  g_assert_false (stile_http_message_add_field (message, "a", "b"));
  g_assert_false (stile_http_message_add_trailer (message, "a", "b"));
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, STILE_HTTP_MESSAGE_MAX_FIELDS);
}

static void
test_content_says_its_type (void)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);
  g_autoptr (GBytes) content = g_bytes_new_static ("hello", 5);

  stile_http_message_set_content (message, "text/plain", content);
  g_assert_true (stile_http_message_get_content (message) == content);
  g_assert_cmpstr (stile_http_message_get_field (message, "content-type"), ==, "text/plain");

  stile_http_message_set_content (message, "text/html", NULL);
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 1);
  g_assert_cmpstr (stile_http_message_get_field (message, "content-type"), ==, "text/html");
  g_assert_cmpuint (g_bytes_get_size (stile_http_message_get_content (message)), ==, 0);

  stile_http_message_set_content (message, NULL, content);
  g_assert_cmpstr (stile_http_message_get_field (message, "content-type"), ==, "text/html");
}

static void
test_is_a_problem (void)
{
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_problem (404, "Not found", "No \"x\" \xff here");
  g_autoptr (StileHttpMessage) short_one = stile_http_message_new_problem (500, "Broken", NULL);
  g_autoptr (GVariant) problem = stile_json_parse (stile_http_message_get_content (message), 1000, NULL);
  g_autoptr (GVariant) without_detail =
      stile_json_parse (stile_http_message_get_content (short_one), 1000, NULL);

  g_assert_cmpuint (stile_http_message_get_status (message), ==, 404);
  g_assert_cmpstr (stile_http_message_get_field (message, "content-type"), ==, "application/problem+json");
  g_assert_cmpstr (stile_json_get_string (problem, "title"), ==, "Not found");
  g_assert_cmpint (stile_json_get_integer (problem, "status", 0), ==, 404);
  g_assert_cmpstr (stile_json_get_string (problem, "detail"), ==, "No \"x\" \xef\xbf\xbd here");
  g_assert_null (stile_json_get_string (without_detail, "detail"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/http-message/is-a-request", test_is_a_request);
  g_test_add_func ("/codec/http-message/is-a-response", test_is_a_response);
  g_test_add_func ("/codec/http-message/keeps-fields-in-order", test_keeps_fields_in_order);
  g_test_add_func ("/codec/http-message/keeps-trailers-apart", test_keeps_trailers_apart);
  g_test_add_func ("/codec/http-message/refuses-bad-fields", test_refuses_bad_fields);
  g_test_add_func ("/codec/http-message/values-are-utf8", test_values_are_utf8);
  g_test_add_func ("/codec/http-message/limits-the-fields", test_limits_the_fields);
  g_test_add_func ("/codec/http-message/content-says-its-type", test_content_says_its_type);
  g_test_add_func ("/codec/http-message/is-a-problem", test_is_a_problem);

  return g_test_run ();
}
