/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-system-anchors.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Of a certificate's name and of its fingerprint in a file's name; with "stile-" the whole stays below 80 characters. */
#define NAME_MAX_LENGTH 40
#define FINGERPRINT_LENGTH 16

/*
 * Our files in the folder where an administrator puts certificates.  One is ours when it has the name that we give and
 * nothing but the certificate in it.
 */

/**
 * stile_system_anchors_get_path:
 * @anchors: the folder
 *
 * Certificates' names come from the network: only letters, digits and dashes of ASCII become part of a file's name.
 *
 * Returns: (transfer full): the file for @root
 */
char *
stile_system_anchors_get_path (const char *anchors, StileCertificate *root)
{
  const char *name = stile_certificate_get_name (root);
  g_autoptr (GString) text = g_string_new ("stile-");
  gsize begin = text->len;

  for (const char *next = name; *next != '\0' && text->len - begin < NAME_MAX_LENGTH; next++)
    if (g_ascii_isalnum (*next))
      g_string_append_c (text, g_ascii_tolower (*next));
    else if (text->str[text->len - 1] != '-')
      g_string_append_c (text, '-');
  if (text->str[text->len - 1] != '-')
    g_string_append_c (text, '-');
  g_string_append_len (text, stile_certificate_get_fingerprint (root), FINGERPRINT_LENGTH);
  g_string_append (text, ".crt");

  return g_build_filename (anchors, text->str, NULL);
}

/**
 * stile_system_anchors_has:
 *
 * Returns: whether our file for @root is there, as we wrote it
 */
gboolean
stile_system_anchors_has (const char *anchors, StileCertificate *root)
{
  g_autofree char *path = stile_system_anchors_get_path (anchors, root);
  g_autofree char *pem = stile_certificate_to_pem (root);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (text, pem);
}

/**
 * stile_system_anchors_may_write:
 *
 * Returns: whether this process may; where the folder is missing, whether it may make it
 */
gboolean
stile_system_anchors_may_write (const char *anchors)
{
  g_autofree char *above = g_path_get_dirname (anchors);
  const char *folder = g_file_test (anchors, G_FILE_TEST_IS_DIR) ? anchors : above;

  return faccessat (AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;
}

static gboolean
fail (const char *path, GError **error)
{
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno), "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

/* Everybody reads it, whatever mask the administrator has for new files. */
static gboolean
write_root (const char *anchors, StileCertificate *root, GError **error)
{
  g_autofree char *path = stile_system_anchors_get_path (anchors, root);
  g_autofree char *pem = stile_certificate_to_pem (root);

  if (!g_file_set_contents_full (path, pem, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 0644, error))
    return FALSE;

  return g_chmod (path, 0644) == 0 ? TRUE : fail (path, error);
}

/**
 * stile_system_anchors_write:
 * @roots: (element-type StileCertificate): each gets a file of its own
 */
gboolean
stile_system_anchors_write (const char *anchors, GPtrArray *roots, GError **error)
{
  if (g_mkdir_with_parents (anchors, 0755) != 0)
    return fail (anchors, error);

  for (guint i = 0; i < roots->len; i++)
    if (!write_root (anchors, g_ptr_array_index (roots, i), error))
      return FALSE;

  return TRUE;
}

/**
 * stile_system_anchors_delete:
 * @roots: (element-type StileCertificate): whose files go, where they are there
 */
gboolean
stile_system_anchors_delete (const char *anchors, GPtrArray *roots, GError **error)
{
  for (guint i = 0; i < roots->len; i++)
    {
      g_autofree char *path = stile_system_anchors_get_path (anchors, g_ptr_array_index (roots, i));

      if (g_unlink (path) != 0 && errno != ENOENT)
        return fail (path, error);
    }

  return TRUE;
}
