/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-row.h"

#define GAP 2

/* Tables on a terminal: printf() pads by bytes, and terminals show Chinese letters twice as wide as Latin ones. */

/**
 * stile_cli_row_measure:
 *
 * Returns: how many columns of a terminal @text takes
 */
guint
stile_cli_row_measure (const char *text)
{
  guint width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      if (!g_unichar_iszerowidth (letter))
        width += g_unichar_iswide (letter) ? 2 : 1;
    }

  return width;
}

/**
 * stile_cli_row_measure_labels:
 * @rows: (array length=count): of a table
 *
 * Returns: how many columns the labels take, with the gap behind them
 */
guint
stile_cli_row_measure_labels (const StileCliRow *rows, gsize count)
{
  guint widest = 0;

  for (gsize i = 0; i < count; i++)
    widest = MAX (widest, stile_cli_row_measure (rows[i].label));

  return widest + GAP;
}

/**
 * stile_cli_row_print:
 * @indent: columns before the label
 * @width: columns of label and gap
 */
void
stile_cli_row_print (guint indent, const char *label, guint width, const char *value)
{
  guint taken = stile_cli_row_measure (label);

  g_print ("%*s%s%*s%s\n", (int)indent, "", label, taken < width ? (int)(width - taken) : 1, "", value);
}

/**
 * stile_cli_row_print_all:
 * @rows: (array length=count): a table
 */
void
stile_cli_row_print_all (guint indent, const StileCliRow *rows, gsize count)
{
  guint width = stile_cli_row_measure_labels (rows, count);

  for (gsize i = 0; i < count; i++)
    if (rows[i].value != NULL)
      stile_cli_row_print (indent, rows[i].label, width, rows[i].value);
}
