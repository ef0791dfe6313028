/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StileCliRow:
 * @label: translated, without a colon
 * @value: (nullable): what stands beside it; a row without is not printed
 *
 * A line of a small table: labels are as wide as a language makes them, and values begin below each other.
 */
typedef struct
{
  const char *label;
  const char *value;
} StileCliRow;

guint stile_cli_row_measure (const char *text);
guint stile_cli_row_measure_labels (const StileCliRow *rows, gsize count);
void stile_cli_row_print (guint indent, const char *label, guint width, const char *value);
void stile_cli_row_print_all (guint indent, const StileCliRow *rows, gsize count);

G_END_DECLS
