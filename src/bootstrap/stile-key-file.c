/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-key-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"

/**
 * StileKeyFile:
 *
 * A settings file of groups and keys, read strictly: what nobody knows or understands is an error, so that no typing
 * mistake is passed over.  The policies of registrar and MASA are made of it.  All errors are %STILE_ERROR_SETTINGS.
 */
struct _StileKeyFile
{
  GObject parent_instance;

  GKeyFile *keys;
  char **groups;
  char *directory; /* what relative paths start from */
};

G_DEFINE_FINAL_TYPE (StileKeyFile, stile_key_file, G_TYPE_OBJECT)

static void
stile_key_file_finalize (GObject *object)
{
  StileKeyFile *self = STILE_KEY_FILE (object);

  g_key_file_unref (self->keys);
  g_strfreev (self->groups);
  g_free (self->directory);

  G_OBJECT_CLASS (stile_key_file_parent_class)->finalize (object);
}

static void
stile_key_file_class_init (StileKeyFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_key_file_finalize;
}

static void
stile_key_file_init (StileKeyFile *self)
{
  self->keys = g_key_file_new ();
}

/**
 * stile_key_file_load:
 * @path: the file; paths in it are relative to its directory
 */
StileKeyFile *
stile_key_file_load (const char *path, GError **error)
{
  g_autoptr (StileKeyFile) self = g_object_new (STILE_TYPE_KEY_FILE, NULL);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  if (!g_key_file_load_from_file (self->keys, path, G_KEY_FILE_NONE, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return NULL;
    }

  self->groups = g_key_file_get_groups (self->keys, NULL);
  self->directory = g_path_get_dirname (absolute);
  return g_steal_pointer (&self);
}

const char *const *
stile_key_file_get_groups (StileKeyFile *self)
{
  return (const char *const *)self->groups;
}

/**
 * stile_key_file_check_keys:
 * @known: (array zero-terminated=1): the keys that there are
 */
gboolean
stile_key_file_check_keys (StileKeyFile *self, const char *group, const char *const *known, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (self->keys, group, NULL, NULL);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!g_strv_contains (known, keys[i]))
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("there is no setting “%s” in [%s]"),
                     keys[i], group);
        return FALSE;
      }

  return TRUE;
}

/**
 * stile_key_file_get_text:
 *
 * Returns: (transfer full) (nullable): the value; %NULL when it is missing or empty
 */
char *
stile_key_file_get_text (StileKeyFile *self, const char *group, const char *key)
{
  g_autofree char *text = g_key_file_get_string (self->keys, group, key, NULL);

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/**
 * stile_key_file_get_list:
 *
 * Returns: (transfer full) (array zero-terminated=1): what stands between semicolons; empty when it is missing
 */
char **
stile_key_file_get_list (StileKeyFile *self, const char *group, const char *key)
{
  char **list = g_key_file_get_string_list (self->keys, group, key, NULL, NULL);

  return list != NULL ? list : g_new0 (char *, 1);
}

/**
 * stile_key_file_get_path:
 *
 * Returns: (transfer full) (nullable): a whole path
 */
char *
stile_key_file_get_path (StileKeyFile *self, const char *group, const char *key)
{
  g_autofree char *text = stile_key_file_get_text (self, group, key);

  return text != NULL ? g_canonicalize_filename (text, self->directory) : NULL;
}

static gboolean
refuse (const char *group, const char *key, const char *value, const char *choices, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s in [%s] is one of %s, not “%s”"), key, group,
               choices, value);
  return FALSE;
}

/**
 * stile_key_file_read_choice:
 * @choices: (array zero-terminated=1): the words that there are
 * @choice: (inout): which of them; unchanged when the key is missing
 */
gboolean
stile_key_file_read_choice (StileKeyFile *self,
                            const char *group,
                            const char *key,
                            const char *const *choices,
                            guint *choice,
                            GError **error)
{
  g_autofree char *text = stile_key_file_get_text (self, group, key);
  g_autofree char *all = NULL;

  if (text == NULL)
    return TRUE;
  for (guint i = 0; choices[i] != NULL; i++)
    if (strcmp (choices[i], text) == 0)
      {
        *choice = i;
        return TRUE;
      }

  all = g_strjoinv (", ", (char **)choices);
  return refuse (group, key, text, all, error);
}

/**
 * stile_key_file_read_flag:
 * @flag: (inout): unchanged when the key is missing
 */
gboolean
stile_key_file_read_flag (
    StileKeyFile *self, const char *group, const char *key, gboolean *flag, GError **error)
{
  static const char *const choices[] = { "false", "true", NULL };
  guint choice = *flag ? 1 : 0;

  if (!stile_key_file_read_choice (self, group, key, choices, &choice, error))
    return FALSE;

  *flag = choice == 1;
  return TRUE;
}

/**
 * stile_key_file_read_number:
 * @number: (inout): unchanged when the key is missing
 */
gboolean
stile_key_file_read_number (StileKeyFile *self,
                            const char *group,
                            const char *key,
                            guint minimum,
                            guint maximum,
                            guint *number,
                            GError **error)
{
  g_autofree char *text = stile_key_file_get_text (self, group, key);
  guint64 value;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, minimum, maximum, &value, NULL))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("%s in [%s] is a number from %u to %u, not “%s”"), key, group, minimum, maximum, text);
      return FALSE;
    }

  *number = (guint)value;
  return TRUE;
}

/**
 * stile_key_file_load_certificates:
 *
 * Returns: (transfer full) (element-type StileCertificate): the certificates of the file that the key names; an error
 *   when it names none
 */
GPtrArray *
stile_key_file_load_certificates (StileKeyFile *self, const char *group, const char *key, GError **error)
{
  g_autofree char *path = stile_key_file_get_path (self, group, key);
  GPtrArray *certificates;

  if (path == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s is missing in [%s]"), key, group);
      return NULL;
    }

  certificates = stile_certificate_bundle_load_pem (path, error);
  if (certificates == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("%s in [%s]: "), key, group);
    }
  return certificates;
}
