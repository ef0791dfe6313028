/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-date.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define DAY (24 * 60 * 60)

/* 1970-01-01 as GDate counts days. */
#define EPOCH_DAY 719163

/* What stile_date_format() can write: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z. */
#define FIRST_SECOND G_GINT64_CONSTANT (-62135596800)
#define LAST_SECOND G_GINT64_CONSTANT (253402300799)

/* RFC 9110 section 5.6.7: a year of two digits that seems to be more than 50 years ahead is in the past. */
#define FUTURE_YEARS 50

/* A date in its parts, as they were written. */
typedef struct
{
  int year;
  int month;
  int day;
  int hour;
  int minute;
  int second;
} Parts;

static gboolean
read_character (const char **text, const char *among)
{
  if (**text == '\0' || strchr (among, **text) == NULL)
    return FALSE;

  (*text)++;
  return TRUE;
}

static gboolean
read_number (const char **text, guint digits, int *number)
{
  *number = 0;
  for (guint i = 0; i < digits; i++, (*text)++)
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;
      *number = *number * 10 + g_ascii_digit_value (**text);
    }

  return TRUE;
}

static gboolean
read_clock (const char **text, Parts *parts)
{
  return read_number (text, 2, &parts->hour) && read_character (text, ":") &&
         read_number (text, 2, &parts->minute) && read_character (text, ":") &&
         read_number (text, 2, &parts->second);
}

/* @seconds: the difference to UTC is not taken into account yet. */
static gboolean
count_seconds (const Parts *parts, gint64 *seconds)
{
  GDate date;

  if (parts->year < 1 || !g_date_valid_dmy ((GDateDay)parts->day, parts->month, (GDateYear)parts->year) ||
      parts->hour > 23 || parts->minute > 59 || parts->second > 60)
    return FALSE;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay)parts->day, parts->month, (GDateYear)parts->year);
  *seconds = ((gint64)g_date_get_julian (&date) - EPOCH_DAY) * DAY + parts->hour * 3600 + parts->minute * 60 +
             parts->second;
  return TRUE;
}

/* A fraction is cut off (RFC 3339 section 5.6: any number of digits, at least one). */
static gboolean
skip_fraction (const char **text)
{
  if (!read_character (text, "."))
    return TRUE;
  if (!g_ascii_isdigit (**text))
    return FALSE;

  while (g_ascii_isdigit (**text))
    (*text)++;
  return TRUE;
}

/* "Z", or how far local time is ahead of UTC. */
static gboolean
read_offset (const char **text, int *offset)
{
  int sign = **text == '-' ? -1 : 1;
  int hours;
  int minutes;

  *offset = 0;
  if (read_character (text, "Zz"))
    return TRUE;
  if (!read_character (text, "+-") || !read_number (text, 2, &hours) || !read_character (text, ":") ||
      !read_number (text, 2, &minutes) || hours > 23 || minutes > 59)
    return FALSE;

  *offset = sign * (hours * 3600 + minutes * 60);
  return TRUE;
}

static gboolean
read_internet_date (const char *text, gint64 *seconds)
{
  Parts parts;
  int offset;

  if (!read_number (&text, 4, &parts.year) || !read_character (&text, "-") ||
      !read_number (&text, 2, &parts.month) || !read_character (&text, "-") ||
      !read_number (&text, 2, &parts.day) || !read_character (&text, "Tt") || !read_clock (&text, &parts) ||
      !skip_fraction (&text) || !read_offset (&text, &offset) || *text != '\0' ||
      !count_seconds (&parts, seconds))
    return FALSE;

  *seconds -= offset;
  /* A leap second is the last of a day in UTC (RFC 3339 section 5.7). */
  return (parts.second < 60 || *seconds % DAY == 0) && FIRST_SECOND <= *seconds && *seconds <= LAST_SECOND;
}

/**
 * stile_date_parse:
 * @text: "2021-04-13T17:43:23.747-04:00"
 * @unix_seconds: (out): seconds since 1970, UTC, fractions cut off; a leap second counts as the second after
 * @error: %G_IO_ERROR_INVALID_DATA for whatever is no date and time of the years 1 to 9999
 *
 * RFC 3339 section 5.6 in full.
 */
gboolean
stile_date_parse (const char *text, gint64 *unix_seconds, GError **error)
{
  gint64 seconds;
  g_autofree char *shown = NULL;

  if (read_internet_date (text, &seconds))
    {
      *unix_seconds = seconds;
      return TRUE;
    }

  shown = g_utf8_make_valid (text, (gssize)MIN (strlen (text), 40));
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("“%s” is no date and time as in 2026-01-31T12:00:00Z"), shown);
  return FALSE;
}

/**
 * stile_date_format:
 * @unix_seconds: since 1970, UTC; before the year 1 and after 9999 the nearest that can be written
 *
 * Returns: (transfer full): "2026-11-25T22:26:32Z" (RFC 3339)
 */
char *
stile_date_format (gint64 unix_seconds)
{
  g_autoptr (GDateTime) date =
      g_date_time_new_from_unix_utc (CLAMP (unix_seconds, FIRST_SECOND, LAST_SECOND));

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02dZ", g_date_time_get_year (date),
                          g_date_time_get_month (date), g_date_time_get_day_of_month (date),
                          g_date_time_get_hour (date), g_date_time_get_minute (date),
                          g_date_time_get_second (date));
}

static gboolean
read_word (const char **text, const char *word)
{
  gsize length = strlen (word);

  if (strncmp (*text, word, length) != 0)
    return FALSE;

  *text += length;
  return TRUE;
}

static gboolean
read_month (const char **text, int *month)
{
  static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

  for (*month = 1; *month <= (int)G_N_ELEMENTS (names); (*month)++)
    if (read_word (text, names[*month - 1]))
      return TRUE;

  return FALSE;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", after the comma. */
static gboolean
read_fixed_date (const char *text, Parts *parts)
{
  return read_number (&text, 2, &parts->day) && read_character (&text, " ") &&
         read_month (&text, &parts->month) && read_character (&text, " ") &&
         read_number (&text, 4, &parts->year) && read_character (&text, " ") && read_clock (&text, parts) &&
         strcmp (text, " GMT") == 0;
}

/* "Sunday, 06-Nov-94 08:49:37 GMT", after the comma. */
static gboolean
read_short_date (const char *text, int this_year, Parts *parts)
{
  if (!read_number (&text, 2, &parts->day) || !read_character (&text, "-") ||
      !read_month (&text, &parts->month) || !read_character (&text, "-") ||
      !read_number (&text, 2, &parts->year) || !read_character (&text, " ") || !read_clock (&text, parts) ||
      strcmp (text, " GMT") != 0)
    return FALSE;

  parts->year += this_year - this_year % 100;
  if (parts->year > this_year + FUTURE_YEARS)
    parts->year -= 100;
  else if (parts->year <= this_year + FUTURE_YEARS - 100)
    parts->year += 100;
  return TRUE;
}

/* "Sun Nov  6 08:49:37 1994", after the first space. */
static gboolean
read_asctime (const char *text, Parts *parts)
{
  return read_month (&text, &parts->month) && read_character (&text, " ") &&
         read_number (&text, read_character (&text, " ") ? 1 : 2, &parts->day) &&
         read_character (&text, " ") && read_clock (&text, parts) && read_character (&text, " ") &&
         read_number (&text, 4, &parts->year) && *text == '\0';
}

/* RFC 9110 section 5.6.7.  The day's name is passed over: it adds nothing. */
static gboolean
read_http_date (const char *text, int this_year, gint64 *seconds)
{
  Parts parts;
  const char *comma = strstr (text, ", ");
  const char *space = strchr (text, ' ');

  if (comma != NULL ? !read_fixed_date (comma + 2, &parts) && !read_short_date (comma + 2, this_year, &parts)
                    : space == NULL || !read_asctime (space + 1, &parts))
    return FALSE;

  return count_seconds (&parts, seconds);
}

static int
get_year (gint64 unix_seconds)
{
  g_autoptr (GDateTime) date =
      g_date_time_new_from_unix_utc (CLAMP (unix_seconds, FIRST_SECOND, LAST_SECOND));

  return g_date_time_get_year (date);
}

/**
 * stile_date_parse_retry_after:
 * @text: (nullable): the field's value, from anybody
 * @now: Unix seconds
 * @fallback: what to take for no value or one that is neither a number nor a date
 * @limit: the most, whatever @text says
 *
 * Returns: seconds to wait from @now on; 0 for a date that is past
 */
guint
stile_date_parse_retry_after (const char *text, gint64 now, guint fallback, guint limit)
{
  gint64 seconds = fallback;
  gint64 date;

  if (text != NULL && *text != '\0' && strspn (text, "0123456789") == strlen (text))
    seconds = strlen (text) < 10 ? g_ascii_strtoll (text, NULL, 10) : G_MAXUINT;
  else if (text != NULL && read_http_date (text, get_year (now), &date))
    seconds = date - CLAMP (now, FIRST_SECOND, LAST_SECOND);

  return (guint)CLAMP (seconds, 0, (gint64)limit);
}
