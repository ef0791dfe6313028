/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/stile-database-backup.h"
#include "inventory/stile-database-schema.h"
#include "inventory/stile-statement.h"
#include "support/test-pki.h"

/* Nobody in particular, whom permissions hold back. */
#define NOBODY 65534

#define MANY_ROWS 400

static const StileDatabaseMigration schema[] = {
  { "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, data BLOB) STRICT" },
  { "authors", "CREATE TABLE authors (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes (id)) STRICT" },
  { "titles", "ALTER TABLE notes ADD COLUMN title TEXT" },
  { NULL, NULL },
};

/* What an older program knew of it. */
static const StileDatabaseMigration old_schema[] = {
  { "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, data BLOB) STRICT" },
  { NULL, NULL },
};

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->path = g_build_filename (self->directory, "stile.db", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_free (self->path);
}

static StileDatabase *
open_with (Fixture *self, const StileDatabaseMigration *versions)
{
  g_autoptr (GError) error = NULL;
  StileDatabase *database = stile_database_new (self->path, versions, &error);

  g_assert_no_error (error);
  return database;
}

static void
assert_refused (const char *path, StileErrorCode code, const char *sentence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDatabase) database = stile_database_new (path, schema, &error);

  g_assert_null (database);
  g_assert_error (error, STILE_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, path));
  if (strstr (error->message, sentence) == NULL)
    g_error ("“%s” does not say “%s”", error->message, sentence);
}

static gboolean
add_note (StileDatabase *database, const char *text, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "INSERT INTO notes (text) VALUES (?)", error);

  g_assert_nonnull (statement);
  stile_statement_bind_text (statement, 1, text);
  return stile_statement_run (statement, error);
}

static void
add_many (StileDatabase *database)
{
  g_autofree char *text = g_strnfill (200, 'x');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < MANY_ROWS; i++)
    if (!add_note (database, text, &error))
      g_assert_no_error (error);
}

static gint64
count_notes (StileDatabase *database)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "SELECT count (*) FROM notes", &error);

  g_assert_cmpint (stile_statement_step (statement, &error), ==, STILE_STATEMENT_ROW);
  g_assert_no_error (error);
  return stile_statement_get_number (statement, 0);
}

static gint64
ask_number (StileDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatement) statement = stile_statement_new (database, sql, &error);

  g_assert_no_error (error);
  g_assert_cmpint (stile_statement_step (statement, &error), ==, STILE_STATEMENT_ROW);
  return stile_statement_get_number (statement, 0);
}

static guint
get_mode (const char *path)
{
  GStatBuf seen;

  g_assert_cmpint (g_stat (path, &seen), ==, 0);
  return seen.st_mode & 0777;
}

static char *
hash_file (const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *)text, length);
}

static void
overwrite (const char *path, goffset at, const char *bytes, gsize length)
{
  int fd = g_open (path, O_WRONLY, 0);

  g_assert_cmpint (pwrite (fd, bytes, length, at), ==, (gssize)length);
  g_close (fd, NULL);
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

/* --- what holds from the start --- */

static void
test_fresh (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = NULL;
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *backup = stile_database_backup_get_path (self->path, 1);
  mode_t mask = umask (0);

  database = open_with (self, schema);
  umask (mask);
  add_many (database);

  g_assert_cmpint (ask_number (database, "PRAGMA user_version"), ==, 3);
  g_assert_cmpint (ask_number (database, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (ask_number (database, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpuint (get_mode (self->path), ==, 0600);
  g_assert_cmpuint (get_mode (log), ==, 0600);
  g_assert_false (g_file_test (backup, G_FILE_TEST_EXISTS));
  g_assert_finalize_object (g_steal_pointer (&database));
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
}

static void
test_memory (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDatabase) database = stile_database_new (STILE_DATABASE_MEMORY, schema, &error);

  g_assert_no_error (error);
  add_many (database);
  g_assert_cmpint (count_notes (database), ==, MANY_ROWS);
  g_assert_false (g_file_test (STILE_DATABASE_MEMORY, G_FILE_TEST_EXISTS));
}

static void
test_values (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a\0b", 3);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  GBytes *const each[] = { bytes, empty, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (each); i++)
    {
      g_autoptr (StileStatement) statement = stile_statement_new (database, "SELECT ?, ?, ?, ?", &error);
      g_autofree char *text = NULL;
      g_autoptr (GBytes) got = NULL;

      stile_statement_bind_text (statement, 1, "'); DROP TABLE notes; --");
      stile_statement_bind_bytes (statement, 2, each[i]);
      stile_statement_bind_number (statement, 3, G_MININT64);
      g_assert_cmpint (stile_statement_step (statement, &error), ==, STILE_STATEMENT_ROW);
      text = stile_statement_get_text (statement, 0);
      got = stile_statement_get_bytes (statement, 1);
      g_assert_cmpstr (text, ==, "'); DROP TABLE notes; --");
      g_assert_true (got == each[i] || g_bytes_equal (got, each[i]));
      g_assert_cmpint (stile_statement_get_number (statement, 2), ==, G_MININT64);
      g_assert_null (stile_statement_get_text (statement, 3));
      g_assert_cmpint (stile_statement_step (statement, &error), ==, STILE_STATEMENT_DONE);
    }
}

static gboolean
add_two_and_fail (StileDatabase *database, gpointer user_data, GError **error)
{
  g_assert_true (add_note (database, "one", error) && add_note (database, "two", error));
  if (user_data == NULL)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED, "no");
  return FALSE;
}

static void
test_all_or_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_database_write (database, add_two_and_fail, self, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_cmpint (count_notes (database), ==, 0);
  g_clear_error (&error);
  g_assert_true (stile_database_write (database, add_two_and_fail, NULL, &error));
  g_assert_cmpint (count_notes (database), ==, 2);
}

/* One part that fails, and is passed over when @user_data says nothing; one that is good. */
static gboolean
add_in_parts (StileDatabase *database, gpointer user_data, GError **error)
{
  g_assert_true (add_note (database, "before", error));
  g_assert_false (stile_database_write (database, add_two_and_fail, database, NULL));
  g_assert_true (stile_database_write (database, add_two_and_fail, NULL, error));
  if (user_data == NULL)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED, "no");
  return FALSE;
}

static void
test_parts (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_database_write (database, add_in_parts, self, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_cmpint (count_notes (database), ==, 0);
  g_clear_error (&error);
  g_assert_true (stile_database_write (database, add_in_parts, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count_notes (database), ==, 3);
}

static gpointer
add_in_thread (gpointer data)
{
  add_many (data);
  return NULL;
}

static void
test_threads (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("writer", add_in_thread, database);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_assert_cmpint (count_notes (database), ==, MANY_ROWS * G_N_ELEMENTS (threads));
}

/* --- versions --- */

static void
test_older (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, old_schema);
  g_autofree char *first = stile_database_backup_get_path (self->path, 1);
  g_autofree char *second = stile_database_backup_get_path (self->path, 2);
  g_autoptr (StileDatabase) copy = NULL;
  g_autoptr (GError) error = NULL;

  add_many (database);
  g_clear_object (&database);
  database = open_with (self, schema);

  g_assert_cmpint (ask_number (database, "PRAGMA user_version"), ==, 3);
  g_assert_cmpint (count_notes (database), ==, MANY_ROWS);
  g_assert_cmpint (ask_number (database, "SELECT count (*) FROM notes WHERE title IS NULL"), ==, MANY_ROWS);
  g_assert_cmpuint (get_mode (first), ==, 0600);
  g_assert_true (g_file_test (second, G_FILE_TEST_EXISTS));
  copy = stile_database_new (first, old_schema, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_notes (copy), ==, MANY_ROWS);
  g_assert_cmpint (ask_number (copy, "PRAGMA user_version"), ==, 1);
}

static void
test_failing_version (Fixture *self, gconstpointer data)
{
  const StileDatabaseMigration broken[] = {
    { "notes", old_schema[0].sql },
    { "half of it", "CREATE TABLE half (id INTEGER); CREATE TABLE notes (id INTEGER)" },
    { NULL, NULL },
  };
  g_autoptr (StileDatabase) database = open_with (self, old_schema);
  g_autoptr (GError) error = NULL;

  add_many (database);
  g_clear_object (&database);
  database = stile_database_new (self->path, broken, &error);
  g_assert_null (database);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "half of it"));

  database = open_with (self, old_schema);
  g_assert_cmpint (count_notes (database), ==, MANY_ROWS);
  g_assert_cmpint (ask_number (database, "SELECT count (*) FROM sqlite_schema WHERE name = 'half'"), ==, 0);
}

/* --- what is refused, and left as it is --- */

static void
test_newer (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_clear_object (&database);
  run_sql (self->path, "PRAGMA user_version = 7");
  before = hash_file (self->path);
  assert_refused (self->path, STILE_ERROR_SETTINGS,
                  "newer Stile: it has version 7, this Stile knows up to 3");
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_foreign (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  run_sql (self->path, "CREATE TABLE moz_places (id INTEGER PRIMARY KEY)");
  before = hash_file (self->path);
  assert_refused (self->path, STILE_ERROR_SETTINGS, "another program");
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

typedef struct
{
  const char *name;
  goffset at;
  const char *bytes;
} Damage;

/* Pages have 4096 bytes; the third holds notes. */
static const Damage damages[] = {
  { "head", 0, "This is a letter, not a database." },
  { "schema", 100, "\xff\xff\xff\xff\xff\xff\xff\xff" },
  { "page", 3 * 4096, "\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99" },
};

static void
test_damaged (Fixture *self, gconstpointer data)
{
  const Damage *damage = data;
  g_autoptr (StileDatabase) database = open_with (self, schema);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  add_many (database);
  g_clear_object (&database);
  overwrite (self->path, damage->at, damage->bytes, strlen (damage->bytes));
  before = hash_file (self->path);
  assert_refused (self->path, STILE_ERROR_SETTINGS, "damaged");
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_cut (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);

  add_many (database);
  g_clear_object (&database);
  g_assert_cmpint (truncate (self->path, 3 * 4096), ==, 0);
  assert_refused (self->path, STILE_ERROR_SETTINGS, "damaged");
}

/* In a process of its own, which is nobody. */
static void
in_child (void (*func) (Fixture *self), Fixture *self)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      func (self);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
open_as_nobody (Fixture *self)
{
  if (geteuid () == 0)
    g_assert_cmpint (seteuid (NOBODY), ==, 0);
  assert_refused (self->path, STILE_ERROR_SETTINGS, "cannot be");
}

static void
test_read_only (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_clear_object (&database);
  before = hash_file (self->path);
  g_chmod (self->directory, 0777);
  g_chmod (self->path, 0444);
  in_child (open_as_nobody, self);
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_read_only_folder (Fixture *self, gconstpointer data)
{
  g_chmod (self->directory, 0555);
  in_child (open_as_nobody, self);
  g_chmod (self->directory, 0755);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->directory, "no", "stile.db", NULL);

  assert_refused (path, STILE_ERROR_SETTINGS, "cannot be made");
}

/* A file that may not grow stands for a disk that is full: write() fails in the midst of a transaction. */
static void
fill_up (Fixture *self)
{
  g_autoptr (StileDatabase) database = open_with (self, schema);
  g_autofree char *text = g_strnfill (2000, 'x');
  g_autoptr (GError) error = NULL;
  struct rlimit limit = { 256 * 1024, RLIM_INFINITY };
  gint64 kept = 0;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  while (add_note (database, text, &error))
    kept++;
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "disk is full"));
  g_assert_cmpint (kept, >, 10);
  g_assert_cmpint (count_notes (database), ==, kept);

  limit.rlim_cur = RLIM_INFINITY;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_clear_error (&error);
  g_assert_true (add_note (database, "there is room again", &error));
  g_clear_object (&database);
  database = open_with (self, schema);
  g_assert_cmpint (count_notes (database), ==, kept + 1);
}

static void
test_full (Fixture *self, gconstpointer data)
{
  in_child (fill_up, self);
}

/* Whoever only looks whether all is well leaves all as it is. */
static void
test_check (Fixture *self, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (self->directory, "nowhere", "stile.db", NULL);
  g_autoptr (StileDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_database_check (self->path, schema, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  g_assert_false (stile_database_check (nowhere, schema, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_clear_error (&error);

  database = open_with (self, old_schema);
  g_assert_true (stile_database_check (self->path, schema, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ask_number (database, "PRAGMA user_version"), ==, 1);
  g_clear_object (&database);

  database = open_with (self, schema);
  g_assert_false (stile_database_check (self->path, old_schema, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/database/fresh-is-private-and-durable", Fixture, NULL, set_up, test_fresh, tear_down);
  g_test_add_func ("/database/memory", test_memory);
  g_test_add ("/database/values-come-back-as-they-were", Fixture, NULL, set_up, test_values, tear_down);
  g_test_add ("/database/all-or-nothing", Fixture, NULL, set_up, test_all_or_nothing, tear_down);
  g_test_add ("/database/parts-of-a-whole", Fixture, NULL, set_up, test_parts, tear_down);
  g_test_add ("/database/threads", Fixture, NULL, set_up, test_threads, tear_down);
  g_test_add ("/database/older-is-brought-up-with-backups", Fixture, NULL, set_up, test_older, tear_down);
  g_test_add ("/database/failing-version-changes-nothing", Fixture, NULL, set_up, test_failing_version,
              tear_down);
  g_test_add ("/database/newer-is-refused", Fixture, NULL, set_up, test_newer, tear_down);
  g_test_add ("/database/foreign-is-refused", Fixture, NULL, set_up, test_foreign, tear_down);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/database/damaged-is-refused/", damages[i].name, NULL);

      g_test_add (path, Fixture, &damages[i], set_up, test_damaged, tear_down);
    }
  g_test_add ("/database/damaged-is-refused/cut", Fixture, NULL, set_up, test_cut, tear_down);
  g_test_add ("/database/read-only-is-refused/file", Fixture, NULL, set_up, test_read_only, tear_down);
  g_test_add ("/database/read-only-is-refused/folder", Fixture, NULL, set_up, test_read_only_folder,
              tear_down);
  g_test_add ("/database/no-folder-is-refused", Fixture, NULL, set_up, test_no_folder, tear_down);
  g_test_add ("/database/check-changes-nothing", Fixture, NULL, set_up, test_check, tear_down);
  g_test_add ("/database/full-disk-keeps-what-was-written", Fixture, NULL, set_up, test_full, tear_down);

  return g_test_run ();
}
