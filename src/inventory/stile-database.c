/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/stile-database-backup.h"
#include "inventory/stile-database-failure.h"
#include "inventory/stile-statement.h"

/* "Stil": tells the service's databases from those of other programs. */
#define SERVICE_APPLICATION 0x5374696c

/**
 * StileDatabase:
 *
 * An SQLite database of this program's: opened, checked and brought to the newest version of its schema.  One
 * connection with a lock, not one a thread: SQLite has one writer at a time anyway, a look-up takes some microseconds,
 * one cache and one set of prepared statements serve all threads, and a database in memory belongs to its connection.
 */
struct _StileDatabase
{
  GObject parent_instance;

  char *path;
  sqlite3 *handle;
  GRecMutex mutex;        /* held by each StileStatement, and through a transaction */
  GHashTable *statements; /* SQL → sqlite3_stmt that nobody uses now */
};

G_DEFINE_FINAL_TYPE (StileDatabase, stile_database, G_TYPE_OBJECT)

static void
finalize_statement (gpointer data)
{
  sqlite3_finalize (data);
}

static void
stile_database_finalize (GObject *object)
{
  StileDatabase *self = STILE_DATABASE (object);

  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->handle, sqlite3_close);
  g_rec_mutex_clear (&self->mutex);
  g_free (self->path);

  G_OBJECT_CLASS (stile_database_parent_class)->finalize (object);
}

static void
stile_database_class_init (StileDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_database_finalize;
}

static void
stile_database_init (StileDatabase *self)
{
  g_rec_mutex_init (&self->mutex);
  /* The key is the statement's own copy of its text. */
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, finalize_statement);
}

/* --- opening --- */

static gboolean
fail_errno (StileDatabase *self, const char *what, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The database “%s”: %s: %s"), self->path, what,
               g_strerror (errno));
  return FALSE;
}

/* A file that was made is lost with the machine unless its folder is written too. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  (void)!fsync (fd);
  g_close (fd, NULL);
}

/* Made here, not by SQLite, so that nobody else may ever read it: what SQLite puts beside it has its permissions. */
static gboolean
make_file (StileDatabase *self, GError **error)
{
  int fd = g_open (self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0 && errno == EEXIST)
    return TRUE;
  if (fd < 0)
    return fail_errno (self, _ ("it cannot be made"), error);

  g_close (fd, NULL);
  sync_folder (self->path);
  return TRUE;
}

static gboolean
execute (StileDatabase *self, const char *sql, GError **error)
{
  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  stile_database_set_error (self, error);
  return FALSE;
}

static gboolean
read_number (StileDatabase *self, const char *sql, gint64 *number, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (self, sql, error);

  if (statement == NULL || stile_statement_step (statement, error) != STILE_STATEMENT_ROW)
    return FALSE;

  *number = stile_statement_get_number (statement, 0);
  return TRUE;
}

static gboolean
open_handle (StileDatabase *self, GError **error)
{
  /* The lock is ours: see StileStatement. */
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

  if (!g_str_equal (self->path, STILE_DATABASE_MEMORY) && !make_file (self, error))
    return FALSE;
  if (sqlite3_open_v2 (self->path, &self->handle, flags, NULL) != SQLITE_OK)
    {
      stile_database_set_error (self, error);
      return FALSE;
    }

  sqlite3_busy_timeout (self->handle, STILE_DATABASE_FAILURE_PATIENCE * 1000);
  /* What is refused below must be left as it was, also what another process had not yet put in its place. */
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  return TRUE;
}

static gboolean
check_writable (StileDatabase *self, GError **error)
{
  if (sqlite3_db_readonly (self->handle, "main") == 0)
    return TRUE;

  g_set_error (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("The database “%s”: it cannot be written. Give the user of this program the right to write the file "
         "and its folder."),
      self->path);
  return FALSE;
}

static guint
count_versions (const StileDatabaseMigration *schema)
{
  guint count = 0;

  while (schema[count].what != NULL)
    count++;
  return count;
}

static gint32
get_application (const StileDatabaseMigration *schema)
{
  return schema[0].application != 0 ? schema[0].application : SERVICE_APPLICATION;
}

static gboolean
check_version (StileDatabase *self, const StileDatabaseMigration *schema, GError **error)
{
  gint64 version;
  gint64 application;
  gint64 tables;

  if (!read_number (self, "PRAGMA user_version", &version, error) ||
      !read_number (self, "PRAGMA application_id", &application, error) ||
      !read_number (self, "SELECT count (*) FROM sqlite_schema", &tables, error))
    return FALSE;

  if (application != get_application (schema) && (application != 0 || version != 0 || tables != 0))
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("The database “%s” belongs to another program, or is for another purpose. Nothing was "
                    "changed; choose "
                    "another file."),
                 self->path);
  else if (version > count_versions (schema))
    g_set_error (
        error, STILE_ERROR, STILE_ERROR_SETTINGS,
        _ ("The database “%s” was written by a newer Stile: it has version %d, this Stile knows up to %u. "
           "Nothing was changed; use the newer one."),
        self->path, (int)version, count_versions (schema));
  else
    return TRUE;

  return FALSE;
}

/* The whole of it is read, once when a service starts: a damaged page must not be noticed after writing to others. */
static gboolean
check_pages (StileDatabase *self, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (self, "PRAGMA quick_check (1)", error);
  g_autofree char *verdict = NULL;

  if (statement == NULL || stile_statement_step (statement, error) != STILE_STATEMENT_ROW)
    return FALSE;
  verdict = stile_statement_get_text (statement, 0);
  if (g_strcmp0 (verdict, "ok") == 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("The database “%s” is damaged: %s. Nothing was changed; put a backup in its place."),
               self->path, verdict);
  return FALSE;
}

/* FULL: a commit is on the disk before it returns, not only in the hands of the system. */
static gboolean
set_up (StileDatabase *self, GError **error)
{
  return execute (self, "PRAGMA journal_mode = WAL", error) &&
         execute (self, "PRAGMA synchronous = FULL", error) &&
         execute (self, "PRAGMA foreign_keys = ON", error) &&
         execute (self, "PRAGMA trusted_schema = OFF", error);
}

/* --- versions --- */

typedef struct
{
  const StileDatabaseMigration *schema;
  guint newest;
  guint version;  /* that it has when this is over */
  gboolean fresh; /* it was made here, and holds nothing that a copy would keep */
} Migration;

/* Another process may have been faster: what counts is the version inside the transaction. */
static gboolean
migrate_once (StileDatabase *self, gpointer user_data, GError **error)
{
  Migration *migration = user_data;
  g_autofree char *stamp = NULL;
  gint64 version;

  if (!read_number (self, "PRAGMA user_version", &version, error))
    return FALSE;
  migration->version = (guint)version;
  if (migration->version >= migration->newest)
    return TRUE;
  migration->fresh |= version == 0;
  if (!migration->fresh && !g_str_equal (self->path, STILE_DATABASE_MEMORY) &&
      !stile_database_backup_make (self->path, (guint)version, error))
    return FALSE;

  /* PRAGMA takes no bound values; both numbers are ours. */
  stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d",
                           get_application (migration->schema), (int)version + 1);
  if (!execute (self, migration->schema[version].sql, error) || !execute (self, stamp, error))
    {
      g_prefix_error (error, _ ("Making version %d (%s): "), (int)version + 1,
                      migration->schema[version].what);
      return FALSE;
    }

  migration->version++;
  return TRUE;
}

static gboolean
migrate (StileDatabase *self, const StileDatabaseMigration *schema, GError **error)
{
  Migration migration = { .schema = schema, .newest = count_versions (schema) };

  while (migration.version < migration.newest)
    if (!stile_database_write (self, migrate_once, &migration, error))
      return FALSE;

  /* A newer program may have been here since it was looked at. */
  return check_version (self, schema, error);
}

static gboolean
prepare (StileDatabase *self, const StileDatabaseMigration *schema, GError **error)
{
  return open_handle (self, error) && check_writable (self, error) && check_version (self, schema, error) &&
         check_pages (self, error) && set_up (self, error) && migrate (self, schema, error);
}

/*
 * Of two that begin with a new file at once, SQLite tells one that it is busy, without waiting, or one sees half of what
 * the other writes: one after the other, then.  The lock is the folder's, because closing a second descriptor of the
 * file would drop SQLite's own locks.
 */
static gboolean
prepare_alone (StileDatabase *self, const StileDatabaseMigration *schema, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean done;

  if (fd >= 0)
    flock (fd, LOCK_EX);
  done = prepare (self, schema, error);
  if (fd >= 0)
    g_close (fd, NULL);

  return done;
}

/**
 * stile_database_new:
 * @path: a file, which is made with permissions 0600 when there is none, or %STILE_DATABASE_MEMORY
 * @schema: ends with an empty row
 * @error: %STILE_ERROR_SETTINGS when the file is damaged, another program's, of a newer version, or cannot be written:
 *   it is left as it was then
 *
 * An older version is brought up to date, one version at a time; before each a copy is made beside the file.
 */
StileDatabase *
stile_database_new (const char *path, const StileDatabaseMigration *schema, GError **error)
{
  g_autoptr (StileDatabase) self = g_object_new (STILE_TYPE_DATABASE, NULL);

  self->path = g_strdup (path);
  if (!prepare_alone (self, schema, error))
    return NULL;

  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return g_steal_pointer (&self);
}

/* Where there is no file yet, one must be possible. */
static gboolean
check_folder (StileDatabase *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  return g_access (folder, W_OK | X_OK) == 0 || fail_errno (self, _ ("it cannot be made"), error);
}

/**
 * stile_database_check:
 * @error: as stile_database_new()
 *
 * Whether that would open it.  Makes no file, and brings none up to date.
 */
gboolean
stile_database_check (const char *path, const StileDatabaseMigration *schema, GError **error)
{
  g_autoptr (StileDatabase) self = g_object_new (STILE_TYPE_DATABASE, NULL);

  self->path = g_strdup (path);
  if (g_str_equal (path, STILE_DATABASE_MEMORY))
    return TRUE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return check_folder (self, error);

  return open_handle (self, error) && check_writable (self, error) && check_version (self, schema, error) &&
         check_pages (self, error);
}

const char *
stile_database_get_path (StileDatabase *self)
{
  return self->path;
}

/* --- using --- */

/**
 * stile_database_lock:
 *
 * The same thread may lock it again.
 */
void
stile_database_lock (StileDatabase *self)
{
  g_rec_mutex_lock (&self->mutex);
}

void
stile_database_unlock (StileDatabase *self)
{
  g_rec_mutex_unlock (&self->mutex);
}

/* Inside another transaction: what it takes back is its own part, and the whole is on the disk when the whole is. */
static gboolean
write_inside (StileDatabase *self, StileDatabaseFunc func, gpointer user_data, GError **error)
{
  if (!execute (self, "SAVEPOINT inside", error))
    return FALSE;
  if (func (self, user_data, error) && execute (self, "RELEASE inside", error))
    return TRUE;

  if (sqlite3_get_autocommit (self->handle) == 0)
    execute (self, "ROLLBACK TO inside; RELEASE inside", NULL);
  return FALSE;
}

/* IMMEDIATE: whoever reads first and writes then would fail when another process wrote in between. */
static gboolean
write_locked (StileDatabase *self, StileDatabaseFunc func, gpointer user_data, GError **error)
{
  if (!execute (self, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (func (self, user_data, error) && execute (self, "COMMIT", error))
    return TRUE;

  /* SQLite takes back by itself what a full disk has stopped. */
  if (sqlite3_get_autocommit (self->handle) == 0)
    execute (self, "ROLLBACK", NULL);
  return FALSE;
}

/**
 * stile_database_write:
 * @func: uses StileStatement
 *
 * A transaction: when it returns %TRUE all of it is on the disk, else nothing.  Inside of @func it is a part of that one.
 */
gboolean
stile_database_write (StileDatabase *self, StileDatabaseFunc func, gpointer user_data, GError **error)
{
  gboolean done;

  stile_database_lock (self);
  done = sqlite3_get_autocommit (self->handle) == 0 ? write_inside (self, func, user_data, error)
                                                    : write_locked (self, func, user_data, error);
  stile_database_unlock (self);

  return done;
}

/**
 * stile_database_take_statement:
 * @sql: one statement
 *
 * With the lock held.
 *
 * Returns: (transfer full): prepared now or before; goes back with stile_database_give_statement()
 */
sqlite3_stmt *
stile_database_take_statement (StileDatabase *self, const char *sql, GError **error)
{
  gpointer statement = NULL;

  if (g_hash_table_steal_extended (self->statements, sql, NULL, &statement))
    return statement;
  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, (sqlite3_stmt **)&statement,
                          NULL) == SQLITE_OK)
    return statement;

  stile_database_set_error (self, error);
  return NULL;
}

/**
 * stile_database_give_statement:
 * @statement: (transfer full): keeps no values
 *
 * With the lock held.
 */
void
stile_database_give_statement (StileDatabase *self, sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  g_hash_table_replace (self->statements, (gpointer)sqlite3_sql (statement), statement);
}

/**
 * stile_database_set_error:
 *
 * For what SQLite has just refused, with the lock held.
 */
void
stile_database_set_error (StileDatabase *self, GError **error)
{
  stile_database_failure_set (error, self->handle, self->path);
}
