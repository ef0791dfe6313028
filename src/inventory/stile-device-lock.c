/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>

#include "atls/stile-error.h"
#include "inventory/stile-database.h"

/* Beside the database: closing a second descriptor of that file would drop SQLite's own locks. */
#define SUFFIX ".lock"

struct _StileDeviceLock
{
  int fd; /* -1 for a database in memory, which nobody else has */
};

static void
explain (const char *path, int number, GError **error)
{
  if (number == EWOULDBLOCK)
    g_set_error (
        error, STILE_ERROR, STILE_ERROR_SETTINGS,
        _ ("The list of devices “%s” is in use by another Stile. End that one, or choose another list."),
        path);
  else
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("The list of devices “%s” cannot be locked: %s"), path, g_strerror (number));
}

/**
 * stile_device_lock_new:
 * @path: of the database
 * @error: %STILE_ERROR_SETTINGS when somebody else has it
 */
StileDeviceLock *
stile_device_lock_new (const char *path, GError **error)
{
  g_autofree char *file = g_strconcat (path, SUFFIX, NULL);
  StileDeviceLock *self;
  int fd = -1;

  if (!g_str_equal (path, STILE_DATABASE_MEMORY))
    {
      fd = g_open (file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) < 0)
        {
          explain (path, errno, error);
          if (fd >= 0)
            g_close (fd, NULL);
          return NULL;
        }
    }

  self = g_new0 (StileDeviceLock, 1);
  self->fd = fd;
  return self;
}

/**
 * stile_device_lock_free:
 * @self: (transfer full): others may have it
 */
void
stile_device_lock_free (StileDeviceLock *self)
{
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  g_free (self);
}
