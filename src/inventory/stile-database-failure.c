/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-database-failure.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

/* What the system said of the file that was written to: the log, or the database while it takes the log in. */
static gboolean
has_errno (sqlite3 *handle, int opcode, int wanted)
{
  sqlite3_file *file = NULL;
  int found = 0;

  if (sqlite3_file_control (handle, "main", opcode, &file) != SQLITE_OK || file == NULL ||
      file->pMethods == NULL)
    return FALSE;

  return file->pMethods->xFileControl (file, SQLITE_FCNTL_LAST_ERRNO, &found) == SQLITE_OK && found == wanted;
}

/* SQLite says SQLITE_FULL for ENOSPC alone; quotas and limits on files fill up as well. */
static gboolean
is_full (sqlite3 *handle)
{
  static const int numbers[] = { ENOSPC, EDQUOT, EFBIG };
  int code = sqlite3_extended_errcode (handle);

  for (gsize i = 0; code == SQLITE_IOERR_WRITE && i < G_N_ELEMENTS (numbers); i++)
    if (has_errno (handle, SQLITE_FCNTL_JOURNAL_POINTER, numbers[i]) ||
        has_errno (handle, SQLITE_FCNTL_FILE_POINTER, numbers[i]))
      return TRUE;

  return (code & 0xff) == SQLITE_FULL;
}

static void
set (GError **error, StileErrorCode code, const char *path, const char *sentence)
{
  g_set_error (error, STILE_ERROR, (int)code, _ ("The database “%s”: %s"), path, sentence);
}

static void
set_foreign (GError **error, sqlite3 *handle, const char *path, int system)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("The database “%s” cannot be used: %s%s%s"), path,
               sqlite3_errmsg (handle), system != 0 ? ", " : "", system != 0 ? g_strerror (system) : "");
}

/**
 * stile_database_failure_set:
 * @handle: where a call has just failed
 * @path: of the database, for people
 *
 * Turns SQLite's codes into ours: the one place where that is done.  A file that must be seen to is
 * %STILE_ERROR_SETTINGS, another program that writes for too long %STILE_ERROR_RETRY.
 */
void
stile_database_failure_set (GError **error, sqlite3 *handle, const char *path)
{
  int code = sqlite3_errcode (handle) & 0xff;
  int system = sqlite3_system_errno (handle);

  if (is_full (handle))
    set (error, STILE_ERROR_SETTINGS, path, _ ("the disk is full. Make room; nothing was changed."));
  else if (code == SQLITE_READONLY || code == SQLITE_PERM || (code == SQLITE_CANTOPEN && system == EACCES) ||
           (code == SQLITE_CANTOPEN && system == EROFS))
    set (error, STILE_ERROR_SETTINGS, path,
         _ ("it cannot be written. Give the user of this program the right to write the file and its "
            "folder."));
  else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    set (error, STILE_ERROR_SETTINGS, path,
         _ ("it is damaged, or no database. Nothing was changed; put a backup in its place."));
  else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    set (error, STILE_ERROR_RETRY, path,
         _ ("another program has been writing to it for too long. Try again."));
  else
    set_foreign (error, handle, path, system);
}
