/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-profile-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-key-value.h"
#include "codec/stile-limited-file.h"

/*
 * A profile as text: a key file with the group "Stile Profile" and the properties' names as keys.
 */

#define GROUP "Stile Profile"

/* Whoever wrote both may have meant either. */
static gboolean
refuse_both (char **names, GError **error)
{
  for (gsize i = 0; names[i] != NULL; i++)
    {
      const char *other = stile_profile_get_counterpart (names[i]);

      if (other != NULL && g_strv_contains ((const char *const *)names, other))
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It has both “%s” and “%s”"), names[i],
                       other);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
read_keys (StileProfile *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, GROUP, NULL, error);
  gboolean good = names != NULL && refuse_both (names, error);

  for (gsize i = 0; good && names[i] != NULL; i++)
    {
      g_autofree char *text = stile_key_value_read (file, GROUP, names[i], error);

      good = text != NULL && stile_profile_set_text (self, names[i], text, error);
    }

  return good && stile_profile_check_certificates (self, error);
}

/**
 * stile_profile_file_is_one:
 * @bytes: of a file that could be anything
 *
 * Returns: whether whoever made it meant a profile, be it a good one or not
 */
gboolean
stile_profile_file_is_one (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  gssize looked_at = (gssize)MIN (size, STILE_PROFILE_FILE_MAX_SIZE);
  const char *group = size > 0 ? g_strstr_len (text, looked_at, "[" GROUP "]") : NULL;

  return group != NULL && (group == text || group[-1] == '\n');
}

/**
 * stile_profile_file_parse:
 * @bytes: what stile_profile_file_save() writes, of at most %STILE_PROFILE_FILE_MAX_SIZE bytes
 * @error: says no file's name
 *
 * Returns: (transfer full): the profile.  An unknown key is an error, so that no typing mistake is passed over.
 */
StileProfile *
stile_profile_file_parse (GBytes *bytes, GError **error)
{
  g_autoptr (StileProfile) self = stile_profile_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (g_bytes_get_size (bytes) > STILE_PROFILE_FILE_MAX_SIZE)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("It is larger than a profile may be (%d KiB)"), STILE_PROFILE_FILE_MAX_SIZE / 1024);
      return NULL;
    }

  /* All languages: a key that has one is none of ours, whatever the person's is. */
  return g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_KEEP_TRANSLATIONS, error) &&
                 read_keys (self, file, error)
             ? g_steal_pointer (&self)
             : NULL;
}

/**
 * stile_profile_file_load:
 * @path: a file as stile_profile_file_save() writes it
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer full): the profile
 */
StileProfile *
stile_profile_file_load (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = stile_limited_file_read (file, STILE_PROFILE_FILE_MAX_SIZE, NULL, error);
  g_autoptr (StileProfile) self = bytes != NULL ? stile_profile_file_parse (bytes, error) : NULL;

  if (self != NULL)
    return g_steal_pointer (&self);

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Reading the profile “%s”: "), path);
  return NULL;
}

/**
 * stile_profile_file_save:
 *
 * Writes what stile_profile_file_load() reads.  The private key itself is not in it, only where it lives.
 */
gboolean
stile_profile_file_save (StileProfile *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &count);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = stile_profile_dup_text (self, specs[i]->name);

      if (text != NULL && !g_str_equal (text, "false"))
        g_key_file_set_string (file, GROUP, specs[i]->name, text);
    }
  if (g_key_file_save_to_file (file, path, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Writing the profile “%s”: "), path);
  return FALSE;
}

static void
set_certificates (StileProfile *self, const char *file, const char *pem, GPtrArray *certificates)
{
  g_autofree char *text = certificates != NULL ? stile_certificate_bundle_to_pem (certificates) : NULL;

  g_object_set (self, file, NULL, pem, text, NULL);
}

/**
 * stile_profile_file_make_handout:
 * @error: %STILE_ERROR_SETTINGS when its anchors cannot be read
 *
 * Returns: (transfer full): the same for other computers: the anchors are in it, and who this computer is, is not
 */
StileProfile *
stile_profile_file_make_handout (StileProfile *self, GError **error)
{
  g_autoptr (StileProfile) handout = stile_profile_new ();
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (self, &local);
  g_autoptr (GPtrArray) cloud = local == NULL ? stile_profile_load_cloud_anchors (self, &local) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  stile_profile_take_over (handout, self);
  g_object_set (handout, "certificate", NULL, "key", NULL, "new-key", NULL, NULL);
  set_certificates (handout, "anchors", "anchors-pem", anchors);
  set_certificates (handout, "cloud-anchors", "cloud-anchors-pem", cloud);
  return g_steal_pointer (&handout);
}
