/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

#define STILE_TYPE_DATABASE (stile_database_get_type ())
G_DECLARE_FINAL_TYPE (StileDatabase, stile_database, STILE, DATABASE, GObject)

/* Keeps everything in memory, for tests and for services that need not remember. */
#define STILE_DATABASE_MEMORY ":memory:"

/**
 * StileDatabaseMigration:
 * @what: what this version brings, for people
 * @sql: statements that make it of the version before
 * @application: of the first row: what tells files of this schema from all others; 0 for the service's
 *
 * One version of a schema.  A schema is a list of them that ends with a @what of %NULL; the first makes version 1.
 */
typedef struct
{
  const char *what;
  const char *sql;
  gint32 application;
} StileDatabaseMigration;

/* Part of a transaction: FALSE with an error takes back all of it. */
typedef gboolean (*StileDatabaseFunc) (StileDatabase *self, gpointer user_data, GError **error);

StileDatabase *stile_database_new (const char *path,
                                   const StileDatabaseMigration *schema,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_database_check (const char *path,
                               const StileDatabaseMigration *schema,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_database_get_path (StileDatabase *self);
gboolean stile_database_write (StileDatabase *self,
                               StileDatabaseFunc func,
                               gpointer user_data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For StileStatement. */
void stile_database_lock (StileDatabase *self);
void stile_database_unlock (StileDatabase *self);
sqlite3_stmt *stile_database_take_statement (StileDatabase *self,
                                             const char *sql,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_database_give_statement (StileDatabase *self, sqlite3_stmt *statement);
void stile_database_set_error (StileDatabase *self, GError **error);

G_END_DECLS
