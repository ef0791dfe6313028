/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-export-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "atls/stile-error.h"

#define MODE 0600

/* What is written becomes so long before it goes to the disk. */
#define BUFFER_SIZE (64 * 1024)

/**
 * StileExportFile:
 *
 * A file that only its owner can read, and that is there whole or not at all: it is written beside its name, and gets it
 * when it is kept.
 */
struct _StileExportFile
{
  char *path;
  char *temporary; /* NULL when it is no more */
  int fd;
  int number; /* errno of what went wrong first */
  GString *buffer;
};

static gboolean
fail (const char *path, int number, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Writing “%s”: %s"), path, g_strerror (number));
  return FALSE;
}

/**
 * stile_export_file_new:
 * @path: its name; what is there by that name is replaced when it is kept
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer full): it, empty
 */
StileExportFile *
stile_export_file_new (const char *path, GError **error)
{
  g_autofree char *temporary = g_strdup_printf ("%s.XXXXXX", path);
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, MODE);
  StileExportFile *self;

  if (fd < 0)
    {
      fail (path, errno, error);
      return NULL;
    }

  self = g_new0 (StileExportFile, 1);
  self->path = g_strdup (path);
  self->temporary = g_steal_pointer (&temporary);
  self->fd = fd;
  self->buffer = g_string_sized_new (BUFFER_SIZE);
  return self;
}

/**
 * stile_export_file_free:
 * @self: (transfer full): no longer needed; nothing of it is left, if it was not kept
 */
void
stile_export_file_free (StileExportFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL && g_unlink (self->temporary) < 0)
    g_debug ("Removing %s: %s", self->temporary, g_strerror (errno));
  g_string_free (self->buffer, TRUE);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}

static void
write_out (StileExportFile *self)
{
  const char *at = self->buffer->str;
  gsize left = self->buffer->len;

  while (left > 0 && self->number == 0)
    {
      gssize written = write (self->fd, at, left);

      if (written < 0 && errno != EINTR)
        self->number = errno;
      if (written > 0)
        {
          at += written;
          left -= (gsize)written;
        }
    }
  g_string_truncate (self->buffer, 0);
}

/**
 * stile_export_file_write:
 * @text: (array length=length): what comes next; whether it went well is told when the file is kept
 */
void
stile_export_file_write (StileExportFile *self, const char *text, gsize length)
{
  g_string_append_len (self->buffer, text, (gssize)length);
  if (self->buffer->len >= BUFFER_SIZE)
    write_out (self);
}

/**
 * stile_export_file_take:
 * @text: what comes next; it is empty afterwards
 */
void
stile_export_file_take (StileExportFile *self, GString *text)
{
  stile_export_file_write (self, text->str, text->len);
  g_string_truncate (text, 0);
}

/* So that the name is there too when the power goes. */
static void
sync_directory (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);
  int fd = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  if (fsync (fd) < 0)
    g_debug ("Syncing %s: %s", directory, g_strerror (errno));
  close (fd);
}

/**
 * stile_export_file_keep:
 * @error: %STILE_ERROR_SETTINGS
 *
 * Gives the file its name.
 *
 * Returns: whether all of it is on the disk
 */
gboolean
stile_export_file_keep (StileExportFile *self, GError **error)
{
  write_out (self);
  if (self->number == 0 && fsync (self->fd) < 0)
    self->number = errno;
  if (close (self->fd) < 0 && self->number == 0)
    self->number = errno;
  self->fd = -1;
  if (self->number == 0 && g_rename (self->temporary, self->path) < 0)
    self->number = errno;
  if (self->number != 0)
    return fail (self->path, self->number, error);

  g_clear_pointer (&self->temporary, g_free);
  sync_directory (self->path);
  return TRUE;
}
