/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "transport/stile-http-problem.h"

static char *
describe (const char *media_type, const char *page)
{
  g_autoptr (GBytes) body = g_bytes_new (page, strlen (page));

  return stile_http_problem_describe_page (media_type, body);
}

static void
test_pages (void)
{
  static const struct
  {
    const char *media_type;
    const char *page;
    const char *words;
  } table[] = {
    { "text/html", "<html><head><title>Access denied</title></head><body>\n\n <p>No &mdash; way.</p>",
      "Access denied No &mdash; way." },
    { "text/html", "a<script>alert('x > y')</script>b<STYLE>p { color: red }</STYLE>c", "a b c" },
    { "text/html", "a<script>never closed", "a" },
    { "text/html", "a<style", "a" },
    { "text/html", "a<", "a" },
    { "text/html", "<<<<b>>", ">" },
    { "Text/HTML; charset=utf-8", "<b>bold</b>", "bold" },
    { "application/xhtml+xml", "<b>bold</b>", "bold" },
    { NULL, "<b>bold</b>", "bold" },
    { "text/plain", "1 < 2 and\r\n\t3 > 2", "1 < 2 and 3 > 2" },
    { "text/plain", "", "" },
    { "text/plain", " \r\n ", "" },
    /* What could rewrite a terminal or turn a sentence around does not get through. */
    { "text/plain", "a\033[2Jb\007c", "a [2Jb c" },
    { "text/plain",
      "pay\xe2\x80\xae"
      "kcab\xe2\x81\xa6now\xe2\x80\x8bhere",
      "pay kcab now here" },
    { "text/plain", "caf\xc3\xa9", "caf\xc3\xa9" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *words = describe (table[i].media_type, table[i].page);

      g_assert_cmpstr (words, ==, table[i].words);
    }
}

static void
test_binary (void)
{
  static const guint8 page[] = { 0xff, 0xfe, 0x00, 'a', 0xf0, 0x9f, 0x00, 0xc0, 'b', 0xf4 };
  g_autoptr (GBytes) body = g_bytes_new_static (page, sizeof page);
  g_autoptr (GBytes) nothing = g_bytes_new_static (NULL, 0);
  g_autofree char *binary = stile_http_problem_describe_page ("application/octet-stream", body);
  g_autofree char *html = stile_http_problem_describe_page ("text/html", body);
  g_autofree char *empty = stile_http_problem_describe_page ("text/html", nothing);

  g_assert_true (g_utf8_validate (binary, -1, NULL));
  g_assert_true (g_utf8_validate (html, -1, NULL));
  g_assert_cmpstr (empty, ==, "");
}

static void
test_huge (void)
{
  g_autofree char *words = g_malloc (4 * 1024 * 1024);
  g_autofree char *tags = g_malloc (4 * 1024 * 1024);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) tagged = NULL;
  g_autofree char *said = NULL;
  g_autofree char *said_of_tags = NULL;

  memset (words, 'w', 4 * 1024 * 1024);
  for (gsize i = 0; i < 4 * 1024 * 1024; i++)
    tags[i] = "<script>"[i % 8];
  body = g_bytes_new_static (words, 4 * 1024 * 1024);
  tagged = g_bytes_new_static (tags, 4 * 1024 * 1024);
  said = stile_http_problem_describe_page ("text/plain", body);
  said_of_tags = stile_http_problem_describe_page ("text/html", tagged);

  g_assert_cmpuint (strlen (said), ==, STILE_HTTP_PROBLEM_MAX_TEXT + strlen ("…"));
  g_assert_true (g_str_has_suffix (said, "w…"));
  g_assert_cmpstr (said_of_tags, ==, "");
}

static GError *
set_error (guint status, const char *reason, const char *media_type, const char *page)
{
  g_autoptr (GBytes) body = g_bytes_new (page, strlen (page));
  GError *error = NULL;

  stile_http_problem_set_error (&error, status, reason, media_type, body);
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  return error;
}

static void
test_block_page (void)
{
  g_autoptr (GError) error =
      set_error (403, "Forbidden", "text/html", "<title>Access denied</title> by policy");
  g_autoptr (GError) silent = set_error (502, "Bad Gateway", NULL, "");

  g_assert_error (error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
  g_assert_nonnull (strstr (error->message, "403 Forbidden"));
  g_assert_nonnull (strstr (error->message, "text/html"));
  g_assert_nonnull (strstr (error->message, "Access denied by policy"));
  g_assert_error (silent, STILE_ERROR, STILE_ERROR_NOT_ATLS);
  g_assert_nonnull (strstr (silent->message, "502"));
  g_assert_nonnull (strstr (silent->message, "no content type"));
  g_assert_nonnull (strstr (silent->message, "without text"));
}

/* The status line and the type come from the same stranger as the page. */
static void
test_hostile_head (void)
{
  g_autofree char *reason = g_strnfill (100000, 'r');
  g_autofree char *type = g_strnfill (100000, 't');
  g_autoptr (GError) escapes = set_error (403, "\033]0;owned\007\xe2\x80\xae", "text/\033[2Jhtml", "page");
  g_autoptr (GError) invalid = set_error (403, "\xff\xf0", "text/\xf0", "page");
  g_autoptr (GError) cut = set_error (403, "\xfc", "\xe2\x80", "page");
  g_autoptr (GError) huge = set_error (403, reason, type, "page");

  for (const char *text = escapes->message; *text != '\0'; text = g_utf8_next_char (text))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (text)));
  g_assert_nonnull (strstr (invalid->message, "page"));
  g_assert_nonnull (strstr (cut->message, "page"));
  g_assert_cmpuint (strlen (huge->message), <, 1000);
}

static void
test_problem_json (void)
{
  static const struct
  {
    guint status;
    StileErrorCode code;
  } table[] = {
    { 400, STILE_ERROR_PROTOCOL }, { 404, STILE_ERROR_NOT_ATLS }, { 405, STILE_ERROR_NOT_ATLS },
    { 409, STILE_ERROR_PROTOCOL }, { 410, STILE_ERROR_EXPIRED },  { 413, STILE_ERROR_LIMIT },
    { 415, STILE_ERROR_NOT_ATLS }, { 500, STILE_ERROR_PROTOCOL }, { 503, STILE_ERROR_RETRY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error =
          set_error (table[i].status, NULL, "application/problem+json; charset=utf-8",
                     "{\"title\":\"No\",\"detail\":\"Because\\u001b[2J of \\u202e it\"}");

      g_assert_error (error, STILE_ERROR, (int)table[i].code);
      g_assert_nonnull (strstr (error->message, "Because [2J of it"));
    }
}

/* Something that calls itself a problem report and is none. */
static void
test_problem_damaged (void)
{
  static const char *const bodies[] = {
    "", "{", "[]", "{\"title\":\"x\"}", "{\"detail\":7}", "{\"detail\":null}", "<html>", "\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = set_error (410, "Gone", "application/problem+json", bodies[i]);

      g_assert_error (error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-problem/pages", test_pages);
  g_test_add_func ("/transport/http-problem/binary", test_binary);
  g_test_add_func ("/transport/http-problem/huge", test_huge);
  g_test_add_func ("/transport/http-problem/block-page", test_block_page);
  g_test_add_func ("/transport/http-problem/hostile-head", test_hostile_head);
  g_test_add_func ("/transport/http-problem/problem-json", test_problem_json);
  g_test_add_func ("/transport/http-problem/problem-damaged", test_problem_damaged);

  return g_test_run ();
}
