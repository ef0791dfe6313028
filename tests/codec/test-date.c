/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>

#include "codec/stile-date.h"

#define FALLBACK 7
#define LIMIT 60
#define NOW G_GINT64_CONSTANT (784111777) /* Sun, 06 Nov 1994 08:49:37 GMT */

static void
test_parses (void)
{
  static const struct
  {
    const char *text;
    gint64 seconds;
  } table[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "1970-01-01T00:00:01z", 1 },
    { "1969-12-31t23:59:59Z", -1 },
    /* RFC 8995 Appendix C.2.1. */
    { "2021-04-13T17:43:23.747-04:00", 1618350203 },
    { "2021-04-13T21:43:23Z", 1618350203 },
    { "2026-11-25T22:26:32+00:00", 1795645592 },
    { "2026-11-25T22:26:32-00:00", 1795645592 },
    { "2026-11-26T03:56:32.999999999999999999999+05:30", 1795645592 },
    { "2000-02-29T12:00:00Z", 951825600 },
    { "1990-12-31T23:59:60Z", 662688000 },
    { "1990-12-31T15:59:60-08:00", 662688000 },
    { "0001-01-01T00:00:00Z", G_GINT64_CONSTANT (-62135596800) },
    { "9999-12-31T23:59:59Z", G_GINT64_CONSTANT (253402300799) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 seconds = 0;

      g_assert_true (stile_date_parse (table[i].text, &seconds, &error));
      g_assert_no_error (error);
      g_assert_cmpint (seconds, ==, table[i].seconds);
    }
}

static void
test_refuses (void)
{
  static const char *const table[] = {
    "",
    "now",
    "2026-11-25",
    "2026-11-25T22:26:32",
    "2026-11-25 22:26:32Z",
    "2026-11-25T22:26Z",
    "2026-11-25T22:26:32.Z",
    "2026-11-25T22:26:32,5Z",
    "2026-11-25T22:26:32Z ",
    " 2026-11-25T22:26:32Z",
    "2026-11-25T22:26:32+0100",
    "2026-11-25T22:26:32+24:00",
    "2026-11-25T22:26:32+01:60",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-32T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:61Z",
    "2026-01-01T12:00:60Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "+2026-01-01T00:00:00Z",
    "20260-01-01T00:00:00Z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 seconds = 42;

      if (stile_date_parse (table[i], &seconds, &error))
        g_error ("“%s” was taken for a date", table[i]);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpint (seconds, ==, 42);
    }
}

static void
test_formats (void)
{
  static const struct
  {
    gint64 seconds;
    const char *text;
  } table[] = {
    { 0, "1970-01-01T00:00:00Z" },
    { 1795645592, "2026-11-25T22:26:32Z" },
    { -1, "1969-12-31T23:59:59Z" },
    { G_GINT64_CONSTANT (-62135596800), "0001-01-01T00:00:00Z" },
    { G_GINT64_CONSTANT (253402300799), "9999-12-31T23:59:59Z" },
    { G_MININT64, "0001-01-01T00:00:00Z" },
    { G_MAXINT64, "9999-12-31T23:59:59Z" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = stile_date_format (table[i].seconds);

      g_assert_cmpstr (text, ==, table[i].text);
    }
}

static void
test_reads_retry_after (void)
{
  static const struct
  {
    const char *text;
    guint seconds;
  } table[] = {
    { NULL, FALLBACK },
    { "", FALLBACK },
    { "soon", FALLBACK },
    { "-1", FALLBACK },
    { "1.5", FALLBACK },
    { " 5", FALLBACK },
    { "0", 0 },
    { "5", 5 },
    { "60", 60 },
    { "61", LIMIT },
    { "99999999999999999999999999", LIMIT },
    { "Sun, 06 Nov 1994 08:49:47 GMT", 10 },
    { "Sunday, 06-Nov-94 08:49:47 GMT", 10 },
    { "Sun Nov  6 08:49:47 1994", 10 },
    { "Sun Nov 06 08:49:47 1994", 10 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", 0 },
    { "Sat, 05 Nov 1994 08:49:37 GMT", 0 },
    { "Mon, 07 Nov 1994 08:49:37 GMT", LIMIT },
    { "Sunday, 06-Nov-93 08:49:47 GMT", 0 },
    { "Sunday, 06-Nov-45 08:49:47 GMT", 0 },
    { "Sunday, 06-Nov-44 08:49:47 GMT", LIMIT },
    { "Sun, 06 Nov 1994 08:49:47 CET", FALLBACK },
    { "Sun, 31 Nov 1994 08:49:47 GMT", FALLBACK },
    { "Sun, 06 Nov 1994 08:49:47", FALLBACK },
    { "Sun, 06 nov 1994 08:49:47 GMT", FALLBACK },
    { "Sun Nov", FALLBACK },
    { ", ", FALLBACK },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpuint (stile_date_parse_retry_after (table[i].text, NOW, FALLBACK, LIMIT), ==,
                      table[i].seconds);
}

/* A clock that is nowhere near and a fallback above the limit change nothing. */
static void
test_keeps_retry_after_within_limits (void)
{
  static const char *const date = "Sun, 06 Nov 1994 08:49:47 GMT";

  g_assert_cmpuint (stile_date_parse_retry_after (NULL, NOW, 100, LIMIT), ==, LIMIT);
  g_assert_cmpuint (stile_date_parse_retry_after (date, G_MININT64, FALLBACK, LIMIT), ==, LIMIT);
  g_assert_cmpuint (stile_date_parse_retry_after (date, G_MAXINT64, FALLBACK, LIMIT), ==, 0);
  g_assert_cmpuint (stile_date_parse_retry_after ("4294967297", NOW, FALLBACK, G_MAXUINT), ==, G_MAXUINT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/date/parses", test_parses);
  g_test_add_func ("/codec/date/refuses", test_refuses);
  g_test_add_func ("/codec/date/formats", test_formats);
  g_test_add_func ("/codec/date/reads-retry-after", test_reads_retry_after);
  g_test_add_func ("/codec/date/keeps-retry-after-within-limits", test_keeps_retry_after_within_limits);

  return g_test_run ();
}
