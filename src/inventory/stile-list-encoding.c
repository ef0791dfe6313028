/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-list-encoding.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

/* What UTF-16 and other files of two bytes a character show in their first bytes. */
#define LOOK_AT 512

static const struct
{
  const char *bytes;
  gsize length;
  const char *problem;
} starts[] = {
  { "PK\x03\x04", 4, N_ ("It is a spreadsheet or an archive. Save the spreadsheet as CSV, in UTF-8.") },
  { "\xd0\xcf\x11\xe0", 4, N_ ("It is a spreadsheet of an old kind. Save it as CSV, in UTF-8.") },
  { "%PDF-", 5, N_ ("It is a PDF document. Ask for the list as CSV or JSON, in UTF-8.") },
  { "\xff\xfe", 2, N_ ("It is in UTF-16. Save it as UTF-8.") },
  { "\xfe\xff", 2, N_ ("It is in UTF-16. Save it as UTF-8.") },
  { "<", 1, N_ ("It is a web page or XML. Ask for the list as CSV or JSON, in UTF-8.") },
};

static const char *
find_start (const char *data, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    if (length >= starts[i].length && memcmp (data, starts[i].bytes, starts[i].length) == 0)
      return starts[i].problem;

  return NULL;
}

/* A text in UTF-16 without a mark has a NUL in every other byte, where it is English. */
static const char *
find_nul (const char *data, gsize length)
{
  gsize looked_at = MIN (length, LOOK_AT);
  gsize count = 0;

  if (memchr (data, 0, length) == NULL)
    return NULL;

  for (gsize i = 0; i < looked_at; i++)
    count += data[i] == '\0';

  return count >= looked_at / 3 ? N_ ("It is in UTF-16. Save it as UTF-8.")
                                : N_ ("It is no text. Save the list as CSV or JSON, in UTF-8.");
}

static gboolean
is_ascii (const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar)data[i] >= 0x80)
      return FALSE;

  return TRUE;
}

/* A file where some bytes beyond ASCII are UTF-8 is damaged in the lines where they are not; where none are, it is in
 * Latin-1 or another encoding of one byte a character. */
static const char *
find_latin (const char *data, gsize length)
{
  const char *at = data;
  const char *end = data + length;
  gboolean invalid = FALSE;

  while (at < end)
    {
      const char *bad;
      gboolean valid = g_utf8_validate_len (at, (gsize)(end - at), &bad);

      if (!is_ascii (at, (gsize)(bad - at)))
        return NULL;
      invalid |= !valid;
      at = bad + (valid ? 0 : 1);
    }

  return invalid ? N_ ("It is not in UTF-8, perhaps in Latin-1 or Windows-1252. Save it as UTF-8.") : NULL;
}

/**
 * stile_list_encoding_check:
 * @data: (array length=length): a file that somebody chose as a list
 * @error: %STILE_ERROR_SETTINGS with a sentence that says as what to save it
 *
 * Lines that are damaged pass, where the file as a whole is in UTF-8.
 *
 * Returns: whether it is text in UTF-8
 */
gboolean
stile_list_encoding_check (const char *data, gsize length, GError **error)
{
  const char *problem = find_start (data, length);

  if (problem == NULL)
    problem = find_nul (data, length);
  if (problem == NULL)
    problem = find_latin (data, length);
  if (problem != NULL)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ (problem));

  return problem == NULL;
}
