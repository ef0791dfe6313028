/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-profile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-limited-file.h"

/*
 * A profile as text: a key file with the group "Stile Profile" and the properties' names as keys.
 */

#define GROUP "Stile Profile"

/* Of this computer alone: they are not handed out, and stay when another's profile is taken over. */
static const char *const own[] = { "certificate", "key", "new-key", NULL };

static GParamSpec *
find_spec (StileProfile *self, const char *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (self), name);
}

static gboolean
set_enum (StileProfile *self, GParamSpec *spec, const char *text, GError **error)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (spec->value_type);
  GEnumValue *value = g_enum_get_value_by_nick (klass, text);

  if (value == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no value for “%s”"), text,
                   spec->name);
      return FALSE;
    }

  g_object_set (self, spec->name, value->value, NULL);
  return TRUE;
}

static gboolean
set_boolean (StileProfile *self, const char *name, const char *text, GError **error)
{
  gboolean on = strcmp (text, "true") == 0;

  if (!on && strcmp (text, "false") != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is true or false, not “%s”"), name,
                   text);
      return FALSE;
    }

  g_object_set (self, name, on, NULL);
  return TRUE;
}

/**
 * stile_profile_set_text:
 * @name: a property's
 * @text: its value as it stands in files: the nick of a choice, "true" or "false", else the text itself
 * @error: %STILE_ERROR_SETTINGS when there is no such setting, or it cannot have that value
 */
gboolean
stile_profile_set_text (StileProfile *self, const char *name, const char *text, GError **error)
{
  GParamSpec *spec = find_spec (self, name);

  if (spec == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no setting of a profile"), name);
      return FALSE;
    }
  if (G_IS_PARAM_SPEC_ENUM (spec))
    return set_enum (self, spec, text, error);
  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    return set_boolean (self, name, text, error);

  g_object_set (self, name, text, NULL);
  return TRUE;
}

/**
 * stile_profile_dup_text:
 * @name: a property's
 *
 * Returns: (transfer full) (nullable): what stile_profile_set_text() takes; %NULL for an empty text
 */
char *
stile_profile_dup_text (StileProfile *self, const char *name)
{
  GParamSpec *spec = find_spec (self, name);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GEnumClass) klass = NULL;

  g_return_val_if_fail (spec != NULL, NULL);

  g_object_get_property (G_OBJECT (self), name, &value);
  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    return g_strdup (g_value_get_boolean (&value) ? "true" : "false");
  if (!G_IS_PARAM_SPEC_ENUM (spec))
    return g_value_dup_string (&value);

  klass = g_type_class_ref (spec->value_type);
  return g_strdup (g_enum_get_value (klass, g_value_get_enum (&value))->value_nick);
}

static GKeyFile *
read_keys (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = stile_limited_file_read (file, STILE_PROFILE_MAX_SIZE, NULL, error);
  g_autoptr (GKeyFile) keys = g_key_file_new ();

  if (bytes == NULL)
    return NULL;
  if (g_bytes_get_size (bytes) > STILE_PROFILE_MAX_SIZE)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("It is larger than a profile may be (%d KiB)"), STILE_PROFILE_MAX_SIZE / 1024);
      return NULL;
    }

  return g_key_file_load_from_bytes (keys, bytes, G_KEY_FILE_NONE, error) ? g_steal_pointer (&keys) : NULL;
}

static gboolean
load_keys (StileProfile *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = read_keys (path, error);
  g_auto (GStrv) names = file != NULL ? g_key_file_get_keys (file, GROUP, NULL, error) : NULL;
  gboolean good = names != NULL;

  for (gsize i = 0; good && names[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, GROUP, names[i], error);

      good = text != NULL && stile_profile_set_text (self, names[i], text, error);
    }

  return good;
}

/**
 * stile_profile_load:
 * @path: a file as stile_profile_save() writes it, of at most %STILE_PROFILE_MAX_SIZE bytes
 *
 * Returns: (transfer full): the profile.  An unknown key is an error, so that no typing mistake is passed over.
 */
StileProfile *
stile_profile_load (const char *path, GError **error)
{
  g_autoptr (StileProfile) self = stile_profile_new ();

  if (load_keys (self, path, error))
    return g_steal_pointer (&self);

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Reading the profile “%s”: "), path);
  return NULL;
}

/**
 * stile_profile_save:
 *
 * Writes what stile_profile_load() reads.  The private key itself is not in it, only where it lives.
 */
gboolean
stile_profile_save (StileProfile *self, const char *path, GError **error)
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
 * stile_profile_make_handout:
 * @error: %STILE_ERROR_SETTINGS when its anchors cannot be read
 *
 * Returns: (transfer full): the same for other computers: the anchors are in it, and who this computer is, is not
 */
StileProfile *
stile_profile_make_handout (StileProfile *self, GError **error)
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
  for (gsize i = 0; own[i] != NULL; i++)
    g_object_set (handout, own[i], NULL, NULL);
  set_certificates (handout, "anchors", "anchors-pem", anchors);
  set_certificates (handout, "cloud-anchors", "cloud-anchors-pem", cloud);
  return g_steal_pointer (&handout);
}

/**
 * stile_profile_take_over:
 *
 * Sets @self to what @other says.  Where @other does not say who this computer is, that stays as it was.
 */
void
stile_profile_take_over (StileProfile *self, StileProfile *other)
{
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (other), &count);

  for (guint i = 0; i < count; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_object_get_property (G_OBJECT (other), specs[i]->name, &value);
      if (!g_strv_contains (own, specs[i]->name) || g_value_get_string (&value) != NULL)
        g_object_set_property (G_OBJECT (self), specs[i]->name, &value);
    }
}
