/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-json.h"

static GVariant *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) document = g_bytes_new_static (text, strlen (text));

  return stile_json_parse (document, STILE_JSON_MAX_SIZE, error);
}

static void
assert_refused (const char *text, gsize length, int code)
{
  g_autoptr (GBytes) document = g_bytes_new_static (text, length);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_json_parse (document, STILE_JSON_MAX_SIZE, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static char *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, i % 2 == 0 ? "[" : "{\"a\":");
  g_string_append (text, "1");
  for (guint i = depth; i > 0; i--)
    g_string_append_c (text, (i - 1) % 2 == 0 ? ']' : '}');

  return g_string_free (text, FALSE);
}

/* What comes in goes out again, member for member. */
static void
test_round_trip (void)
{
  static const char *const cases[] = {
    "{}",
    "[]",
    "{\"z\":1,\"a\":2,\"m\":3}",
    "[null,true,false]",
    "[0,-1,9223372036854775807,-9223372036854775808]",
    "[0.1,1.5,-2.0,1e+300,1.7976931348623157e+308,0.30000000000000004]",
    "[\"\",\"\\\"\\\\\\u0001\\u001f\\u007f\\u0080\\u009f\",\"\xc2\xa0Grüße, 世界 😀\"]",
    "[[],{},[{\"a\":[{\"b\":null}]}]]",
    "{\"\":\"the empty name\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = parse (cases[i], &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_false (g_variant_is_floating (value));
      text = stile_json_print (value, FALSE);
      g_assert_cmpstr (text, ==, cases[i]);
    }
}

static void
test_has_the_types (void)
{
  g_autoptr (GVariant) value =
      parse ("{\"o\":{},\"a\":[],\"s\":\"x\",\"i\":1,\"d\":1.0,\"b\":true,\"n\":null}", NULL);
  g_autofree char *text = g_variant_print (value, TRUE);

  g_assert_cmpstr (text, ==,
                   "{'o': <@a{sv} {}>, 'a': <@av []>, 's': <'x'>, 'i': <int64 1>, 'd': <1.0>, 'b': <true>, "
                   "'n': <@mv nothing>}");
}

static void
test_refuses_what_is_no_document (void)
{
  static const char *const cases[] = {
    "",
    " ",
    "{",
    "[1",
    "[1,]",
    "{\"a\":1,}",
    "{a:1}",
    "['a']",
    "[01]",
    "[1] [2]",
    "{}{}",
    "[1]x",
    "/* */[]",
    "var a={}",
    "null",
    "1",
    "\"s\"",
    "[+1]",
    "[.5]",
    "[1.]",
    "[NaN]",
    "[Infinity]",
    "[1e999]",
    "[9223372036854775808]",
    "{\"a\":1,\"a\":2}",
    "{\"a\":{\"b\":1,\"b\":1}}",
    "{\"a\":1,\"\\u0061\":2}",
    "[\"\\u0000\"]",
    "{\"\\u0000\":1}",
    "[\"\xff\"]",
    "[\"\xc0\x80\"]",
    "[\"\xed\xa0\x80\"]",
    "[\"\\ud800\"]",
    "[\"\n\"]",
    "\xef\xbb\xbf[]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i], strlen (cases[i]), G_IO_ERROR_INVALID_DATA);

  assert_refused ("[1]\0", 4, G_IO_ERROR_INVALID_DATA);
  assert_refused ("[\"a\0b\"]", 7, G_IO_ERROR_INVALID_DATA);
  assert_refused ("\0\0\0\0", 4, G_IO_ERROR_INVALID_DATA);
}

static void
test_does_not_repeat_what_the_peer_wrote (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse ("{\"a\": \x1b[31mred", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_null (strstr (error->message, "red"));
  g_assert_nonnull (strstr (error->message, "line 1"));
}

static void
test_limits_the_size (void)
{
  g_autoptr (GBytes) document = g_bytes_new_static ("[1,2,3]", 7);
  g_autoptr (GVariant) fits = stile_json_parse (document, 7, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (fits);
  g_assert_null (stile_json_parse (document, 6, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "7 bytes"));
  g_assert_nonnull (strstr (error->message, "limit is 6"));
}

static void
test_limits_the_depth (void)
{
  g_autofree char *deepest = nested (STILE_JSON_MAX_DEPTH);
  g_autofree char *deeper = nested (STILE_JSON_MAX_DEPTH + 1);
  g_autofree char *abyss = g_strnfill (100000, '[');
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = parse (deepest, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (g_variant_get_data (value)); /* as one block of memory, too */
  text = stile_json_print (value, FALSE);
  g_assert_cmpstr (text, ==, deepest);
  assert_refused (deeper, strlen (deeper), G_IO_ERROR_MESSAGE_TOO_LARGE);
  assert_refused (abyss, strlen (abyss), G_IO_ERROR_INVALID_DATA);
}

static void
test_limits_the_values (void)
{
  GString *text = g_string_new ("[0");
  g_autofree char *most = NULL;
  g_autofree char *more = NULL;
  g_autoptr (GVariant) value = NULL;

  for (guint i = 2; i < 65536; i++) /* the array itself is one */
    g_string_append (text, ",0");
  most = g_strconcat (text->str, "]", NULL);
  more = g_strconcat (text->str, ",0]", NULL);
  g_string_free (text, TRUE);

  value = parse (most, NULL);
  g_assert_nonnull (value);
  g_assert_cmpuint (g_variant_n_children (value), ==, 65535);
  assert_refused (more, strlen (more), G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_prints_what_stile_builds (void)
{
  static const struct
  {
    const char *variant;
    const char *json;
  } cases[] = {
    { "{'a': <['x', 'y']>}", "{\"a\":[\"x\",\"y\"]}" },
    { "[['n', 'v'], ['m', 'w']]", "[[\"n\",\"v\"],[\"m\",\"w\"]]" },
    { "[<int16 -1>, <uint16 1>, <int32 -2>, <uint32 2>, <byte 7>]", "[-1,1,-2,2,7]" },
    { "<uint64 18446744073709551615>", "18446744073709551615" },
    { "@ms 'just'", "\"just\"" },
    { "@ms nothing", "null" },
    { "[<@mv nothing>]", "[null]" },
    { "(1, 'two')", "[1,\"two\"]" },
    { "{'a': 'b'}", "{\"a\":\"b\"}" },
    { "@d 12.3", "12.3" },
    { "@d 3", "3.0" },
    { "'line\\nbreak'", "\"line\\u000abreak\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = g_variant_parse (NULL, cases[i].variant, NULL, NULL, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = stile_json_print (value, FALSE);
      g_assert_cmpstr (text, ==, cases[i].json);
    }
}

static void
test_prints_null_for_no_number (void)
{
  g_autoptr (GVariant) infinite = g_variant_ref_sink (g_variant_new_double (g_ascii_strtod ("inf", NULL)));
  g_autofree char *text = stile_json_print (infinite, FALSE);

  g_assert_cmpstr (text, ==, "null");
}

static void
test_prints_for_people (void)
{
  g_autoptr (GVariant) value = parse ("{\"a\":[1,{\"b\":\"x\"}],\"c\":{},\"d\":[]}", NULL);
  g_autofree char *text = stile_json_print (value, TRUE);

  g_assert_cmpstr (text, ==,
                   "{\n"
                   "  \"a\": [\n"
                   "    1,\n"
                   "    {\n"
                   "      \"b\": \"x\"\n"
                   "    }\n"
                   "  ],\n"
                   "  \"c\": {},\n"
                   "  \"d\": []\n"
                   "}");
}

static void
test_gives_members (void)
{
  g_autoptr (GVariant) value =
      parse ("{\"s\":\"text\",\"i\":-7,\"b\":true,\"o\":{\"s\":\"inner\"},\"n\":null}", NULL);
  g_autoptr (GVariant) object = stile_json_get_member (value, "o");

  g_assert_cmpstr (stile_json_get_string (value, "s"), ==, "text");
  g_assert_cmpint (stile_json_get_integer (value, "i", 0), ==, -7);
  g_assert_true (stile_json_get_boolean (value, "b", FALSE));
  g_assert_cmpstr (stile_json_get_string (object, "s"), ==, "inner");
  g_assert_null (stile_json_get_member (value, "n"));
}

static void
test_falls_back (void)
{
  g_autoptr (GVariant) object = parse ("{\"s\":1,\"i\":\"1\",\"b\":1,\"d\":1.0}", NULL);
  g_autoptr (GVariant) array = parse ("[1]", NULL);
  GVariant *const cases[] = { NULL, object, array };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_null (stile_json_get_string (cases[i], "s"));
      g_assert_cmpint (stile_json_get_integer (cases[i], "i", 5), ==, 5);
      g_assert_cmpint (stile_json_get_integer (cases[i], "d", 5), ==, 5);
      g_assert_true (stile_json_get_boolean (cases[i], "b", TRUE));
      g_assert_null (stile_json_get_member (cases[i], "missing"));
    }
}

/* Borrowed from the object, not from a copy that has gone. */
static void
test_lends_strings_as_long_as_the_object (void)
{
  g_autoptr (GVariant) value = parse ("{\"a\":\"first\",\"b\":\"second\"}", NULL);
  const char *first = stile_json_get_string (value, "a");
  const char *second = stile_json_get_string (value, "b");

  g_assert_true (first == stile_json_get_string (value, "a"));
  g_assert_cmpstr (first, ==, "first");
  g_assert_cmpstr (second, ==, "second");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/json/round-trip", test_round_trip);
  g_test_add_func ("/codec/json/has-the-types", test_has_the_types);
  g_test_add_func ("/codec/json/refuses-what-is-no-document", test_refuses_what_is_no_document);
  g_test_add_func ("/codec/json/does-not-repeat-what-the-peer-wrote",
                   test_does_not_repeat_what_the_peer_wrote);
  g_test_add_func ("/codec/json/limits-the-size", test_limits_the_size);
  g_test_add_func ("/codec/json/limits-the-depth", test_limits_the_depth);
  g_test_add_func ("/codec/json/limits-the-values", test_limits_the_values);
  g_test_add_func ("/codec/json/prints-what-stile-builds", test_prints_what_stile_builds);
  g_test_add_func ("/codec/json/prints-null-for-no-number", test_prints_null_for_no_number);
  g_test_add_func ("/codec/json/prints-for-people", test_prints_for_people);
  g_test_add_func ("/codec/json/gives-members", test_gives_members);
  g_test_add_func ("/codec/json/falls-back", test_falls_back);
  g_test_add_func ("/codec/json/lends-strings-as-long-as-the-object",
                   test_lends_strings_as_long_as_the_object);

  return g_test_run ();
}
