/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atls/stile-error.h"

#define PREFIX "stile-lab-"

/* The lab writes files into its directory and nothing deeper; a program under test may make a folder or two. */
#define MAX_DEPTH 4

/* Somebody who cleans up may take ours in the instant before we lock it; never so often. */
#define MAX_TRIES 8

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/**
 * StileLabDirectory:
 *
 * A private directory that is gone when its owner is: locked while the owner lives, so that the next lab can tell those
 * that a crash has left.  The lab holds one.
 */
struct _StileLabDirectory
{
  GObject parent_instance;

  char *path;
  int fd; /* locked (flock); the lock ends with the process, whatever ends it */
};

G_DEFINE_FINAL_TYPE (StileLabDirectory, stile_lab_directory, G_TYPE_OBJECT)

static void
stile_lab_directory_finalize (GObject *object)
{
  StileLabDirectory *self = STILE_LAB_DIRECTORY (object);

  stile_lab_directory_remove (self);
  g_free (self->path);

  G_OBJECT_CLASS (stile_lab_directory_parent_class)->finalize (object);
}

static void
stile_lab_directory_class_init (StileLabDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_lab_directory_finalize;
}

static void
stile_lab_directory_init (StileLabDirectory *self)
{
  self->fd = -1;
}

/* --- removing --- */

static void remove_contents (int fd, guint depth);

static void
remove_entry (int parent, const char *name, guint depth)
{
  int fd;

  if (unlinkat (parent, name, 0) == 0 || depth == 0)
    return;

  fd = openat (parent, name, OPEN_DIRECTORY);
  if (fd < 0)
    return;

  remove_contents (fd, depth - 1);
  unlinkat (parent, name, AT_REMOVEDIR);
}

/* Takes over @fd.  Follows no link: every step is relative to a directory that is open. */
static void
remove_contents (int fd, guint depth)
{
  DIR *stream = fdopendir (fd);
  struct dirent *entry;

  if (stream == NULL)
    {
      close (fd);
      return;
    }

  while ((entry = readdir (stream)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      remove_entry (fd, entry->d_name, depth);

  closedir (stream);
}

/* Takes over @fd, and with it the lock: it is held until nothing is left to lock. */
static gboolean
remove_locked (int fd, const char *path)
{
  int again = dup (fd);
  gboolean removed;

  if (again >= 0)
    remove_contents (again, MAX_DEPTH);
  removed = g_rmdir (path) == 0;
  close (fd);

  return removed;
}

/* Whether @path still is what we have open: between opening and locking, somebody may have removed it. */
static gboolean
is_still_there (int fd, const char *path)
{
  struct stat opened;
  struct stat named;

  return fstat (fd, &opened) == 0 && lstat (path, &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

/* The lock on the directory itself, or -1: it is somebody else's, alive, a link or no directory. */
static int
lock (const char *path)
{
  int fd = open (path, OPEN_DIRECTORY);
  struct stat status;

  if (fd < 0)
    return -1;
  if (fstat (fd, &status) == 0 && status.st_uid == geteuid () && flock (fd, LOCK_EX | LOCK_NB) == 0 &&
      is_still_there (fd, path))
    return fd;

  close (fd);
  return -1;
}

/**
 * stile_lab_directory_remove_stale:
 * @parent: where labs make their directories
 *
 * Removes what labs have left that are no longer running.
 *
 * Returns: how many
 */
guint
stile_lab_directory_remove_stale (const char *parent)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;
  guint removed = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      int fd = g_str_has_prefix (name, PREFIX) ? lock (path) : -1;

      if (fd >= 0 && remove_locked (fd, path))
        removed++;
    }

  return removed;
}

/* --- making --- */

static gboolean
try_make (StileLabDirectory *self, const char *parent, GError **error)
{
  g_autofree char *name = g_strdup_printf (PREFIX "%ld-XXXXXX", (long)getpid ());
  g_autofree char *path = g_build_filename (parent, name, NULL);

  if (g_mkdtemp_full (path, 0700) == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Making a directory in %s: %s"), parent,
                   g_strerror (errno));
      return FALSE;
    }

  self->fd = lock (path);
  if (self->fd >= 0)
    self->path = g_steal_pointer (&path);
  return TRUE;
}

/**
 * stile_lab_directory_new:
 * @parent: where to make it
 */
StileLabDirectory *
stile_lab_directory_new (const char *parent, GError **error)
{
  g_autoptr (StileLabDirectory) self = g_object_new (STILE_TYPE_LAB_DIRECTORY, NULL);

  for (guint i = 0; i < MAX_TRIES && self->path == NULL; i++)
    if (!try_make (self, parent, error))
      return NULL;
  if (self->path == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("Making a directory in %s: it could not be locked"), parent);
      return NULL;
    }

  return g_steal_pointer (&self);
}

const char *
stile_lab_directory_get_path (StileLabDirectory *self)
{
  return self->path;
}

/**
 * stile_lab_directory_remove:
 *
 * Removes it with all that is in it; more than once does no harm.
 */
void
stile_lab_directory_remove (StileLabDirectory *self)
{
  if (self->fd >= 0)
    {
      remove_locked (self->fd, self->path);
      self->fd = -1;
    }
}
