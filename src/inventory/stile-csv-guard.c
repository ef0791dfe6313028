/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-csv-guard.h"

#include <string.h>

/* Spreadsheets compute what begins with one of these, and what somebody called his device must not be computed; some
 * take the full-width forms, too.  An apostrophe in front makes a text of it.  Whoever reads takes one away: of what
 * has apostrophes of its own in front, too, which get one more when it is written. */
static const char *const marks[] = { "=", "+", "-", "@", "＝", "＋", "－", "＠" };

static gboolean
begins_formula (const char *text)
{
  text += strspn (text, "' \t\r\n");
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_str_has_prefix (text, marks[i]))
      return TRUE;

  return FALSE;
}

/**
 * stile_csv_guard_is_needed:
 * @text: that is to be a field
 *
 * Returns: whether an apostrophe has to stand in front
 */
gboolean
stile_csv_guard_is_needed (const char *text)
{
  return begins_formula (text);
}

/**
 * stile_csv_guard_skip:
 * @text: a field as it was read
 *
 * Returns: (transfer none): it, without the apostrophe that guards it
 */
const char *
stile_csv_guard_skip (const char *text)
{
  return *text == '\'' && begins_formula (text) ? text + 1 : text;
}
