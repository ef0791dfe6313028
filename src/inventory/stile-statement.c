/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-statement.h"

/**
 * StileStatement:
 *
 * One SQL statement with values.  Values are bound, never written into the SQL, which is a literal in the code.  It
 * holds the database's lock as long as it lives: let it end where it began, in the same thread and soon.
 */
struct _StileStatement
{
  StileDatabase *database;
  sqlite3_stmt *handle;
  gboolean refused; /* a value could not be bound: the step says so */
};

/**
 * stile_statement_new:
 * @sql: a literal with question marks for values
 */
StileStatement *
stile_statement_new (StileDatabase *database, const char *sql, GError **error)
{
  StileStatement *self;
  sqlite3_stmt *handle;

  stile_database_lock (database);
  handle = stile_database_take_statement (database, sql, error);
  if (handle == NULL)
    {
      stile_database_unlock (database);
      return NULL;
    }

  self = g_new0 (StileStatement, 1);
  self->database = g_object_ref (database);
  self->handle = handle;
  return self;
}

/**
 * stile_statement_free:
 * @self: (transfer full): in the thread that made it
 */
void
stile_statement_free (StileStatement *self)
{
  stile_database_give_statement (self->database, self->handle);
  stile_database_unlock (self->database);
  g_object_unref (self->database);
  g_free (self);
}

/**
 * stile_statement_bind_text:
 * @index: of the question mark, from 1
 * @text: (nullable): copied
 */
void
stile_statement_bind_text (StileStatement *self, int index, const char *text)
{
  self->refused |= sqlite3_bind_text (self->handle, index, text, -1, SQLITE_TRANSIENT) != SQLITE_OK;
}

/**
 * stile_statement_bind_bytes:
 * @index: of the question mark, from 1
 * @bytes: (nullable): copied
 */
void
stile_statement_bind_bytes (StileStatement *self, int index, GBytes *bytes)
{
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  /* No bytes are not NULL. */
  if (bytes != NULL && size == 0)
    self->refused |= sqlite3_bind_zeroblob (self->handle, index, 0) != SQLITE_OK;
  else
    self->refused |= sqlite3_bind_blob64 (self->handle, index, data, size, SQLITE_TRANSIENT) != SQLITE_OK;
}

/**
 * stile_statement_bind_number:
 * @index: of the question mark, from 1
 */
void
stile_statement_bind_number (StileStatement *self, int index, gint64 number)
{
  self->refused |= sqlite3_bind_int64 (self->handle, index, number) != SQLITE_OK;
}

/**
 * stile_statement_step:
 * @error: of %STILE_ERROR, as stile_database_failure_set() says it
 *
 * Returns: whether there is a row, or nothing more
 */
StileStatementState
stile_statement_step (StileStatement *self, GError **error)
{
  int r = self->refused ? SQLITE_ERROR : sqlite3_step (self->handle);

  if (r == SQLITE_ROW)
    return STILE_STATEMENT_ROW;
  if (r == SQLITE_DONE)
    return STILE_STATEMENT_DONE;

  stile_database_set_error (self->database, error);
  return STILE_STATEMENT_FAILED;
}

/**
 * stile_statement_run:
 *
 * For statements that write: whether it is written.
 */
gboolean
stile_statement_run (StileStatement *self, GError **error)
{
  return stile_statement_step (self, error) == STILE_STATEMENT_DONE;
}

/**
 * stile_statement_get_text:
 * @column: from 0
 *
 * Returns: (transfer full) (nullable): a copy
 */
char *
stile_statement_get_text (StileStatement *self, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (self->handle, column));
}

/**
 * stile_statement_get_bytes:
 * @column: from 0
 *
 * Returns: (transfer full) (nullable): a copy
 */
GBytes *
stile_statement_get_bytes (StileStatement *self, int column)
{
  const void *data;

  if (sqlite3_column_type (self->handle, column) == SQLITE_NULL)
    return NULL;

  data = sqlite3_column_blob (self->handle, column);
  return g_bytes_new (data, (gsize)sqlite3_column_bytes (self->handle, column));
}

gint64
stile_statement_get_number (StileStatement *self, int column)
{
  return sqlite3_column_int64 (self->handle, column);
}
