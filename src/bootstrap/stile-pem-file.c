/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pem-file.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-pem.h"

/* A file of certificates in PEM that somebody may have written notes into: it is read and written as the text it is. */

/* Anything but certificates, a private key above all, is not for us to write to. */
static gboolean
check_blocks (const char *text, GError **error)
{
  StilePemBlock block;
  const char *end = text + strlen (text);

  for (const char *next = text; stile_pem_find_block (&block, next, end); next = block.next)
    if (!g_str_equal (block.label, "CERTIFICATE") && !g_str_equal (block.label, "X509 CERTIFICATE"))
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                     _ ("The file also holds a block “%s”; choose another file"), block.label);
        return FALSE;
      }

  return TRUE;
}

/**
 * stile_pem_file_read:
 * @path: (nullable): the file; %NULL when nobody chose one, which is an error
 * @text: (out) (transfer full): all of it; "" when there is no file yet
 * @error: a file with anything but certificates in it is not for us to change
 *
 * Returns: (transfer full) (element-type StileCertificate): the certificates in it; none when there is no file yet
 */
GPtrArray *
stile_pem_file_read (const char *path, char **text, GError **error)
{
  g_autoptr (GPtrArray) certificates = NULL;
  g_autofree char *contents = NULL;

  if (path == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("No file was chosen"));
      return NULL;
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      *text = g_strdup ("");
      return g_ptr_array_new_with_free_func (g_object_unref);
    }

  /* A file with something else in it is not ours to write over: that is an error here. */
  certificates = stile_certificate_bundle_load_pem (path, error);
  if (certificates == NULL || !g_file_get_contents (path, &contents, NULL, error) ||
      !check_blocks (contents, error))
    return NULL;

  *text = g_steal_pointer (&contents);
  return g_steal_pointer (&certificates);
}

/**
 * stile_pem_file_write:
 *
 * Writes all of @text, or nothing; the file keeps its mode.
 */
gboolean
stile_pem_file_write (const char *path, const char *text, StilePemFileOwner owner, GError **error)
{
  /* A link stays a link: what it leads to is written. */
  g_autofree char *resolved = realpath (path, NULL);
  const char *real = resolved != NULL ? resolved : path;
  g_autofree char *directory = g_path_get_dirname (real);
  GStatBuf status;
  int mode = g_stat (real, &status) == 0 ? (int)(status.st_mode & 0777) : 0644;

  if (owner == STILE_PEM_FILE_OWN && g_mkdir_with_parents (directory, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                   _ ("Making the folder “%s”: %s"), directory, g_strerror (errno));
      return FALSE;
    }

  /* Written beside it and renamed: whoever reads meanwhile, or loses power, has the old file or the new one. */
  return g_file_set_contents_full (real, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode, error);
}
