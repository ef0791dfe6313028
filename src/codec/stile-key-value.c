/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-key-value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
check_escapes (const char *raw, const char *key, GError **error)
{
  for (const char *p = strchr (raw, '\\'); p != NULL; p = strchr (p + 2, '\\'))
    if (p[1] == '\0' || strchr ("sntr\\", p[1]) == NULL)
      {
        g_set_error (
            error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
            _ ("In the value of “%s”, a backslash stands before something that it means nothing with"), key);
        return FALSE;
      }

  return TRUE;
}

/**
 * stile_key_value_read:
 * @error: a #GKeyFileError
 *
 * As g_key_file_get_string(), which for an escape that there is not, such as "\q", sets @error and returns the rest all the
 * same; and for two of them sets @error twice.
 *
 * Returns: (transfer full): the value; %NULL for one that is not understood
 */
char *
stile_key_value_read (GKeyFile *file, const char *group, const char *key, GError **error)
{
  g_autofree char *raw = g_key_file_get_value (file, group, key, error);

  return raw != NULL && check_escapes (raw, key, error) ? g_key_file_get_string (file, group, key, error)
                                                        : NULL;
}
