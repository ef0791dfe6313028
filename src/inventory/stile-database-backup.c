/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-database-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/stile-database-failure.h"

#define ALL_PAGES -1

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, sqlite3_close)

/**
 * stile_database_backup_get_path:
 * @path: of the database
 * @version: that it has
 *
 * Returns: (transfer full): where the copy is
 */
char *
stile_database_backup_get_path (const char *path, guint version)
{
  return g_strdup_printf ("%s.version-%u", path, version);
}

static gboolean
copy (sqlite3 *source, sqlite3 *target)
{
  sqlite3_backup *backup = sqlite3_backup_init (target, "main", source, "main");

  if (backup == NULL)
    return FALSE;

  sqlite3_backup_step (backup, ALL_PAGES);
  return sqlite3_backup_finish (backup) == SQLITE_OK;
}

static gboolean
copy_file (const char *path, const char *target_path, GError **error)
{
  g_autoptr (sqlite3) source = NULL;
  g_autoptr (sqlite3) target = NULL;

  if (sqlite3_open_v2 (path, &source, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
    {
      stile_database_failure_set (error, source, path);
      return FALSE;
    }
  sqlite3_busy_timeout (source, STILE_DATABASE_FAILURE_PATIENCE * 1000);
  if (sqlite3_open_v2 (target_path, &target, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
      copy (source, target))
    return TRUE;

  stile_database_failure_set (error, target, target_path);
  return FALSE;
}

/* SQLite takes the copy's permissions from this file. */
static gboolean
make_empty (const char *path, GError **error)
{
  int fd;

  g_unlink (path);
  fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0)
    return g_close (fd, error);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” cannot be made: %s"), path,
               g_strerror (errno));
  return FALSE;
}

/**
 * stile_database_backup_make:
 * @path: a database, which nobody else writes to meanwhile
 * @version: that it has
 *
 * Copies it with what is in its log, through a connection of its own, so that the caller may hold a transaction that has
 * written nothing yet.  An older copy of the same version goes: it is from an update that did not come to its end.
 */
gboolean
stile_database_backup_make (const char *path, guint version, GError **error)
{
  g_autofree char *target = stile_database_backup_get_path (path, version);

  if (make_empty (target, error) && copy_file (path, target, error))
    return TRUE;

  g_unlink (target);
  g_prefix_error (error, _ ("Making a backup before the update: "));
  return FALSE;
}
