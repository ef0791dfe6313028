/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "paper/stile-paper.h"

G_BEGIN_DECLS

/**
 * StilePaperColumn:
 * @head: (nullable): what stands above it, on each page again; %NULL in all columns for a table without a head
 * @share: of the width of the page; all together are 1
 * @font: as Pango describes it
 */
typedef struct
{
  const char *head;
  double share;
  const char *font;
} StilePaperColumn;

/**
 * StilePaperTable:
 * @paper: where it stands
 * @columns: (array length=n_columns): from left to right
 *
 * A table whose rows are not torn apart.
 */
typedef struct
{
  StilePaper *paper;
  const StilePaperColumn *columns;
  gsize n_columns;
} StilePaperTable;

void stile_paper_table_add_head (const StilePaperTable *self);
void stile_paper_table_add_row (const StilePaperTable *self, const char *const *cells);

G_END_DECLS
