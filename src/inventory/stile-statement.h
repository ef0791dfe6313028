/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-database.h"

G_BEGIN_DECLS

typedef struct _StileStatement StileStatement;

/**
 * StileStatementState:
 * @STILE_STATEMENT_FAILED: with an error
 * @STILE_STATEMENT_ROW: there is a row to read from
 * @STILE_STATEMENT_DONE: nothing more comes; what it wrote is written
 */
typedef enum
{
  STILE_STATEMENT_FAILED,
  STILE_STATEMENT_ROW,
  STILE_STATEMENT_DONE,
} StileStatementState;

StileStatement *
stile_statement_new (StileDatabase *database, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_statement_free (StileStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileStatement, stile_statement_free)

void stile_statement_bind_text (StileStatement *self, int index, const char *text);
void stile_statement_bind_bytes (StileStatement *self, int index, GBytes *bytes);
void stile_statement_bind_number (StileStatement *self, int index, gint64 number);

StileStatementState stile_statement_step (StileStatement *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_statement_run (StileStatement *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *stile_statement_get_text (StileStatement *self, int column);
GBytes *stile_statement_get_bytes (StileStatement *self, int column);
gint64 stile_statement_get_number (StileStatement *self, int column);

G_END_DECLS
