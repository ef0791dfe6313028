/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-private-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "atls/stile-error.h"

#define MODE 0600

static gboolean
fail (const char *path, int number, GError **error)
{
  if (number == EEXIST)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("“%s” is there already, and is not written over; name another file"), path);
  else
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Writing “%s”: %s"), path, g_strerror (number));

  return FALSE;
}

static int
write_all (int fd, GBytes *contents)
{
  gsize length;
  const char *bytes = g_bytes_get_data (contents, &length);

  while (length > 0)
    {
      gssize written = write (fd, bytes, length);

      if (written < 0 && errno != EINTR)
        return errno;
      if (written > 0)
        {
          bytes += written;
          length -= (gsize)written;
        }
    }

  return fsync (fd) < 0 ? errno : 0;
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
 * stile_private_file_create:
 * @path: must not be there yet
 * @contents: a secret
 *
 * Writes a file that only its owner can read: whole or not at all, and never over another.  A link is what makes both
 * true at once; it fails where a name is taken.
 *
 * Returns: whether it is there, on the disk; %STILE_ERROR_SETTINGS
 */
gboolean
stile_private_file_create (const char *path, GBytes *contents, GError **error)
{
  g_autofree char *temporary = g_strdup_printf ("%s.XXXXXX", path);
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, MODE);
  int number;

  if (fd < 0)
    return fail (path, errno, error);

  number = write_all (fd, contents);
  if (close (fd) < 0 && number == 0)
    number = errno;
  if (number == 0 && link (temporary, path) < 0)
    number = errno;
  if (g_unlink (temporary) < 0)
    g_debug ("Removing %s: %s", temporary, g_strerror (errno));
  if (number != 0)
    return fail (path, number, error);

  sync_directory (path);
  return TRUE;
}
