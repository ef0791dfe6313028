/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  STILE_HELP_HEADING,
  STILE_HELP_PARAGRAPH,
  STILE_HELP_ITEM,
  STILE_HELP_CODE,
  STILE_HELP_TABLE,
  STILE_HELP_PICTURE,
} StileHelpKind;

/**
 * StileHelpBlock:
 * @level: of a heading 1 to 6, of an item how deep its list is, from 1
 * @marker: (nullable): what stands before an item; %NULL for what belongs to the item before
 * @text: Pango markup; of code the text itself, of a picture what is to be seen on it
 * @target: (nullable): of a heading what links call it, of a picture its file
 * @cells: (nullable) (element-type utf8): of a table, row by row, as Pango markup; the first row is its head
 * @columns: of a table
 *
 * A piece of a help page that is shown as one thing.
 */
typedef struct
{
  StileHelpKind kind;
  guint level;
  char *marker;
  char *text;
  char *target;
  GPtrArray *cells;
  guint columns;
} StileHelpBlock;

GPtrArray *stile_help_text_parse (const char *markdown, gsize length);
char *stile_help_text_make_anchor (const char *heading);

G_END_DECLS
