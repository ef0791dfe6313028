/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-lockdown.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-key-value.h"
#include "codec/stile-limited-file.h"

#define GROUP "Stile Policy"
#define MAX_JOBS 256

/**
 * StileLockdown:
 *
 * What the administrator of this computer has settled for everybody: settings that have this value and no other.  A file
 * in the system's directory says so; without one nothing is settled.  One that cannot be understood settles nothing
 * either, and is an error: whoever reads it must not go on as if there were none.
 */
struct _StileLockdown
{
  GObject parent_instance;

  char *path;         /* NULL: there is no file */
  GHashTable *values; /* by key: the value as text */
};

G_DEFINE_FINAL_TYPE (StileLockdown, stile_lockdown, G_TYPE_OBJECT)

/* What can be settled beside the settings of a profile. */
typedef enum
{
  KIND_TEXT,
  KIND_BOOLEAN,
  KIND_JOBS,
} Kind;

static const struct
{
  const char *key;
  Kind kind;
} others[] = {
  { STILE_LOCKDOWN_INVITATIONS, KIND_BOOLEAN },
  { STILE_LOCKDOWN_PROFILES, KIND_BOOLEAN },
  { "registrar-url", KIND_TEXT },
  { "registrar-anchors-file", KIND_TEXT },
  { "agent-certificate-file", KIND_TEXT },
  { "agent-key-file", KIND_TEXT },
  { "registrar-proxy", KIND_TEXT },
  { "devices-at-once", KIND_JOBS },
};

static void
stile_lockdown_finalize (GObject *object)
{
  StileLockdown *self = STILE_LOCKDOWN (object);

  g_free (self->path);
  g_hash_table_unref (self->values);

  G_OBJECT_CLASS (stile_lockdown_parent_class)->finalize (object);
}

static void
stile_lockdown_class_init (StileLockdownClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_lockdown_finalize;
}

static void
stile_lockdown_init (StileLockdown *self)
{
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * stile_lockdown_new:
 *
 * Returns: (transfer full): one that settles nothing
 */
StileLockdown *
stile_lockdown_new (void)
{
  return g_object_new (STILE_TYPE_LOCKDOWN, NULL);
}

/**
 * stile_lockdown_get_default_path:
 *
 * Returns: (transfer none): where the administrator's file is, whether there is one or not
 */
const char *
stile_lockdown_get_default_path (void)
{
  return SYSCONFDIR "/stile/policy.conf";
}

/* --- the file --- */

static gboolean
check_other (Kind kind, const char *key, const char *text, GError **error)
{
  guint64 number;

  if (kind == KIND_JOBS && !g_ascii_string_to_unsigned (text, 10, 1, MAX_JOBS, &number, NULL))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is a number from 1 to %d, not “%s”"),
                   key, MAX_JOBS, text);
      return FALSE;
    }
  if (kind == KIND_BOOLEAN && strcmp (text, "true") != 0 && strcmp (text, "false") != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is true or false, not “%s”"), key,
                   text);
      return FALSE;
    }

  return TRUE;
}

/* A profile to try the values on says what is wrong with them; a name is no setting, but what a profile is called. */
static gboolean
check_value (StileProfile *scratch, const char *key, const char *text, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_equal (key, others[i].key))
      return check_other (others[i].kind, key, text, error);

  if (!g_str_equal (key, "name"))
    return stile_profile_set_text (scratch, key, text, error);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” cannot be settled"), key);
  return FALSE;
}

/* Certificates in a file and certificates in the policy itself: only one of the two can be so. */
static gboolean
check_counterpart (StileLockdown *self, const char *key, GError **error)
{
  const char *other = stile_profile_get_counterpart (key);

  if (other == NULL || !g_hash_table_contains (self->values, other))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It has both “%s” and “%s”"), other, key);
  return FALSE;
}

static gboolean
read_keys (StileLockdown *self, GKeyFile *file, GError **error)
{
  g_autoptr (StileProfile) scratch = stile_profile_new ();
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, error);
  gboolean good = keys != NULL;

  /* A group with its name mistyped must not settle nothing in silence. */
  if (good && g_strv_length (groups) > 1)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It has other groups than “%s”"), GROUP);
      return FALSE;
    }

  for (gsize i = 0; good && keys[i] != NULL; i++)
    {
      g_autofree char *text = stile_key_value_read (file, GROUP, keys[i], error);

      /* As a profile has it, without what nobody sees at the end of a line. */
      good = text != NULL && check_value (scratch, keys[i], g_strstrip (text), error) &&
             check_counterpart (self, keys[i], error);
      if (good)
        g_hash_table_insert (self->values, g_strdup (keys[i]), g_steal_pointer (&text));
    }

  return good && stile_profile_check_certificates (scratch, error);
}

static gboolean
read_bytes (StileLockdown *self, GBytes *bytes, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (g_bytes_get_size (bytes) > STILE_LOCKDOWN_MAX_SIZE)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It is larger than %d KiB"),
                   STILE_LOCKDOWN_MAX_SIZE / 1024);
      return FALSE;
    }

  /* All languages: a key that has one is none of ours, whatever the person's is. */
  return g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_KEEP_TRANSLATIONS, error) &&
         read_keys (self, file, error);
}

/**
 * stile_lockdown_parse:
 * @bytes: what the file has
 * @path: its name, for people
 * @error: says nothing of @path
 *
 * Returns: (transfer full): what it settles
 */
StileLockdown *
stile_lockdown_parse (GBytes *bytes, const char *path, GError **error)
{
  g_autoptr (StileLockdown) self = stile_lockdown_new ();

  self->path = g_strdup (path);
  return read_bytes (self, bytes, error) ? g_steal_pointer (&self) : NULL;
}

/* A link that leads nowhere is a file that cannot be read, not one that is not there. */
static gboolean
is_missing (const char *path, const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) &&
         !g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

/**
 * stile_lockdown_load:
 * @path: a key file with the group "Stile Policy"; it need not be there
 * @error: %STILE_ERROR_SETTINGS for a file that cannot be read, or has something in it that is not understood
 *
 * Returns: (transfer full): what it settles
 */
StileLockdown *
stile_lockdown_load (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = stile_limited_file_read (file, STILE_LOCKDOWN_MAX_SIZE, NULL, &local);
  g_autoptr (StileLockdown) self = bytes != NULL ? stile_lockdown_parse (bytes, path, &local) : NULL;

  if (self != NULL)
    return g_steal_pointer (&self);
  if (is_missing (path, local))
    return stile_lockdown_new ();

  g_propagate_error (error, g_steal_pointer (&local));
  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Reading what the administrator has settled, “%s”: "), path);
  return NULL;
}

/* --- what it says --- */

/**
 * stile_lockdown_get_path:
 *
 * Returns: (transfer none) (nullable): the file that settles; %NULL when there is none
 */
const char *
stile_lockdown_get_path (StileLockdown *self)
{
  return self->path;
}

/**
 * stile_lockdown_get_value:
 * @key: a property of StileProfile, or another setting that can be settled
 *
 * Returns: (transfer none) (nullable): its value as text; %NULL when people decide
 */
const char *
stile_lockdown_get_value (StileLockdown *self, const char *key)
{
  return g_hash_table_lookup (self->values, key);
}

/**
 * stile_lockdown_is_locked:
 *
 * Returns: whether @key is settled, or what says the same in another way
 */
gboolean
stile_lockdown_is_locked (StileLockdown *self, const char *key)
{
  const char *other = stile_profile_get_counterpart (key);

  return g_hash_table_contains (self->values, key) ||
         (other != NULL && g_hash_table_contains (self->values, other));
}

/**
 * stile_lockdown_allows:
 * @what: %STILE_LOCKDOWN_INVITATIONS or %STILE_LOCKDOWN_PROFILES
 * @error: %STILE_ERROR_SETTINGS, with words for people
 *
 * Returns: whether the administrator has left that to people
 */
gboolean
stile_lockdown_allows (StileLockdown *self, const char *what, GError **error)
{
  if (g_strcmp0 (stile_lockdown_get_value (self, what), "false") != 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, "%s",
               g_str_equal (what, STILE_LOCKDOWN_INVITATIONS)
                   ? _ ("The administrator of this computer does not allow links that invite to a service")
                   : _ ("The administrator of this computer does not allow profiles of one’s own"));
  return FALSE;
}

static gboolean
is_of_profile (StileProfile *profile, const char *key)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (profile), key) != NULL;
}

/**
 * stile_lockdown_apply:
 *
 * Gives each setting that is settled its value.
 */
void
stile_lockdown_apply (StileLockdown *self, StileProfile *profile)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_autoptr (GError) error = NULL;

      /* It was tried when the file was read. */
      if (is_of_profile (profile, key) && !stile_profile_set_text (profile, key, value, &error))
        g_critical ("%s", error->message);
    }
}

/* Whether somebody has said something else than what is settled; the default is what nobody has said. */
static gboolean
contradicts (StileProfile *profile, StileProfile *defaults, const char *key, const char *value)
{
  const char *counterpart = stile_profile_get_counterpart (key);
  g_autofree char *said = stile_profile_dup_text (profile, key);
  g_autofree char *by_default = stile_profile_dup_text (defaults, key);
  g_autofree char *other = counterpart != NULL ? stile_profile_dup_text (profile, counterpart) : NULL;

  return other != NULL ||
         (g_strcmp0 (said, by_default) != 0 && g_strcmp0 (said != NULL ? said : "", value) != 0);
}

static gboolean
refuse (StileLockdown *self, const char *key, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("The administrator of this computer has settled “%s” as “%s”, in %s: leave it out"), key,
               stile_lockdown_get_value (self, key), self->path);
  return FALSE;
}

/**
 * stile_lockdown_settle:
 * @profile: what a person asked for
 * @error: %STILE_ERROR_SETTINGS when that is something else than what is settled
 *
 * As stile_lockdown_apply(), but nobody's words are passed over in silence.
 */
gboolean
stile_lockdown_settle (StileLockdown *self, StileProfile *profile, GError **error)
{
  g_autoptr (StileProfile) defaults = stile_profile_new ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (is_of_profile (profile, key) && contradicts (profile, defaults, key, value))
      return refuse (self, key, error);

  stile_lockdown_apply (self, profile);
  return TRUE;
}

/**
 * stile_lockdown_check_text:
 * @key: a setting
 * @text: (nullable): what a person asked for in so many words, which may be the default too
 * @error: as stile_lockdown_settle()
 */
gboolean
stile_lockdown_check_text (StileLockdown *self, const char *key, const char *text, GError **error)
{
  const char *settled = stile_lockdown_get_value (self, key);

  return settled == NULL || text == NULL || g_str_equal (text, settled) || refuse (self, key, error);
}

/**
 * stile_lockdown_settle_text:
 * @key: a setting that is not a profile's
 * @value: (inout) (nullable): what a person asked for; gets what is settled, %NULL for nothing
 * @error: as stile_lockdown_settle()
 */
gboolean
stile_lockdown_settle_text (StileLockdown *self, const char *key, char **value, GError **error)
{
  const char *settled = stile_lockdown_get_value (self, key);

  if (!stile_lockdown_check_text (self, key, *value, error))
    return FALSE;

  if (settled != NULL)
    {
      g_free (*value);
      *value = *settled != '\0' ? g_strdup (settled) : NULL;
    }
  return TRUE;
}
