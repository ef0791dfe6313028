/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-known-authorities.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

#define GROUP "Known authorities"
#define FILE_NAME "known-authorities.conf"

/* A SHA-256 in hexadecimal. */
#define FINGERPRINT_LENGTH 64

/* A line of 64 digits and a name for each, and room for comments. */
#define MAX_SIZE (STILE_KNOWN_AUTHORITIES_MAX * 512)

/* Of a name, which somebody else chose. */
#define MAX_NAME 200

/**
 * StileKnownAuthorities:
 *
 * Authorities of which somebody has said "this is intended here": their middleboxes are told quietly.  A key file of fingerprints
 * and names; what a fingerprint is of, stile-verdict-authority.c says.
 */
struct _StileKnownAuthorities
{
  GObject parent_instance;

  char *path;
  GHashTable *names; /* fingerprint → name, both of char */
};

G_DEFINE_FINAL_TYPE (StileKnownAuthorities, stile_known_authorities, G_TYPE_OBJECT)

static void
stile_known_authorities_finalize (GObject *object)
{
  StileKnownAuthorities *self = STILE_KNOWN_AUTHORITIES (object);

  g_free (self->path);
  g_hash_table_unref (self->names);

  G_OBJECT_CLASS (stile_known_authorities_parent_class)->finalize (object);
}

static void
stile_known_authorities_class_init (StileKnownAuthoritiesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_known_authorities_finalize;
}

static GHashTable *
make_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
stile_known_authorities_init (StileKnownAuthorities *self)
{
  self->names = make_names ();
}

/**
 * stile_known_authorities_get_default_path:
 *
 * Returns: (transfer full): the file in the user's configuration folder
 */
char *
stile_known_authorities_get_default_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "stile", FILE_NAME, NULL);
}

/**
 * stile_known_authorities_new:
 * @path: (nullable): the file, which need not be there; %NULL for the user's own
 *
 * Returns: (transfer full): knows nobody until it is loaded
 */
StileKnownAuthorities *
stile_known_authorities_new (const char *path)
{
  StileKnownAuthorities *self = g_object_new (STILE_TYPE_KNOWN_AUTHORITIES, NULL);

  self->path = path != NULL ? g_strdup (path) : stile_known_authorities_get_default_path ();
  return self;
}

/* Returns: (transfer full) (nullable): 64 lower-case digits, without the colons and spaces that people copy with them. */
static char *
normalize (const char *fingerprint)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = fingerprint; *p != '\0' && digits->len <= FINGERPRINT_LENGTH; p++)
    if (g_ascii_isxdigit (*p))
      g_string_append_c (digits, g_ascii_tolower (*p));
    else if (*p != ':' && *p != ' ')
      return NULL;

  return digits->len == FINGERPRINT_LENGTH ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}

/* --- the file --- */

static gboolean
read_keys (GKeyFile *file, GHashTable *names, GError **error)
{
  gsize count;
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, &count, error);

  if (keys == NULL)
    return FALSE;
  if (count > STILE_KNOWN_AUTHORITIES_MAX)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE, "It names %zu authority, the limit is %d",
                                "It names %zu authorities, the limit is %d", count),
                   count, STILE_KNOWN_AUTHORITIES_MAX);
      return FALSE;
    }

  for (gsize i = 0; i < count; i++)
    {
      g_autofree char *fingerprint = normalize (keys[i]);

      if (fingerprint == NULL)
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%.80s” is no SHA-256 fingerprint"),
                       keys[i]);
          return FALSE;
        }
      g_hash_table_insert (names, g_steal_pointer (&fingerprint),
                           g_key_file_get_string (file, GROUP, keys[i], NULL));
    }

  return TRUE;
}

static gboolean
check_size (const char *text, gsize length, GError **error)
{
  if (length <= MAX_SIZE)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
               g_dngettext (GETTEXT_PACKAGE, "It has %zu byte, the limit is %d",
                            "It has %zu bytes, the limit is %d", length),
               length, MAX_SIZE);
  return FALSE;
}

/* Returns: (transfer full) (nullable): what the file holds; nothing when it is not there. */
static GHashTable *
read_file (StileKnownAuthorities *self, GError **error)
{
  g_autoptr (GHashTable) names = make_names ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length = 0;
  GError *problem = NULL;

  if (!g_file_get_contents (self->path, &text, &length, &problem) &&
      g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_error_free (problem);
      return g_steal_pointer (&names);
    }
  if (problem == NULL && length > 0 && check_size (text, length, &problem) &&
      g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, &problem) &&
      g_key_file_has_group (file, GROUP))
    read_keys (file, names, &problem);
  if (problem == NULL)
    return g_steal_pointer (&names);

  stile_error_convert (&problem, STILE_ERROR_SETTINGS);
  g_propagate_prefixed_error (error, problem, _ ("Reading the known authorities in %s: "), self->path);
  return NULL;
}

/**
 * stile_known_authorities_load:
 *
 * Reads the file.  One that is not there knows nobody.  A damaged one is an error, and what was known before stays; it is not
 * written either until somebody has repaired or removed it.
 */
gboolean
stile_known_authorities_load (StileKnownAuthorities *self, GError **error)
{
  GHashTable *names = read_file (self, error);

  if (names == NULL)
    return FALSE;

  g_hash_table_unref (self->names);
  self->names = names;
  return TRUE;
}

static gboolean
write_file (StileKnownAuthorities *self, GHashTable *names, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *text = NULL;
  g_autoptr (GList) fingerprints =
      g_list_sort (g_hash_table_get_keys (names), (GCompareFunc)(void (*) (void))strcmp);
  gsize length;

  for (GList *l = fingerprints; l != NULL; l = l->next)
    g_key_file_set_string (file, GROUP, l->data, g_hash_table_lookup (names, l->data));
  text = g_key_file_to_data (file, &length, NULL);
  if (g_mkdir_with_parents (folder, 0700) == 0 &&
      g_file_set_contents_full (self->path, text, (gssize)length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
    return TRUE;

  if (error != NULL && *error == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s cannot be made: %s"), folder,
                 g_strerror (errno));
  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Writing the known authorities to %s: "), self->path);
  return FALSE;
}

/* What another program has written meanwhile is kept. */
static gboolean
change (StileKnownAuthorities *self, char *fingerprint, const char *name, GError **error)
{
  g_autoptr (GHashTable) names = read_file (self, error);

  if (names == NULL)
    {
      g_free (fingerprint);
      return FALSE;
    }

  if (name != NULL)
    g_hash_table_insert (names, fingerprint, g_strdup (name));
  else
    {
      g_hash_table_remove (names, fingerprint);
      g_free (fingerprint);
    }
  if (g_hash_table_size (names) > STILE_KNOWN_AUTHORITIES_MAX)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE,
                                "No more than %d authority can be known; remove some from %s",
                                "No more than %d authorities can be known; remove some from %s",
                                STILE_KNOWN_AUTHORITIES_MAX),
                   STILE_KNOWN_AUTHORITIES_MAX, self->path);
      return FALSE;
    }
  if (!write_file (self, names, error))
    return FALSE;

  g_hash_table_unref (self->names);
  self->names = g_steal_pointer (&names);
  return TRUE;
}

static char *
check_fingerprint (const char *fingerprint, GError **error)
{
  char *digits = normalize (fingerprint);

  if (digits == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%.80s” is no SHA-256 fingerprint"),
                 fingerprint);

  return digits;
}

/**
 * stile_known_authorities_has:
 * @fingerprint: a SHA-256 in hexadecimal
 */
gboolean
stile_known_authorities_has (StileKnownAuthorities *self, const char *fingerprint)
{
  g_autofree char *digits = normalize (fingerprint);

  return digits != NULL && g_hash_table_contains (self->names, digits);
}

/**
 * stile_known_authorities_add:
 * @fingerprint: of stile_verdict_get_authority_id()
 * @name: what people call it
 *
 * It is intended here.  Is on disk when this returns.
 */
gboolean
stile_known_authorities_add (StileKnownAuthorities *self,
                             const char *fingerprint,
                             const char *name,
                             GError **error)
{
  char *digits = check_fingerprint (fingerprint, error);
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *shown =
      g_utf8_strlen (valid, -1) > MAX_NAME ? g_utf8_substring (valid, 0, MAX_NAME) : g_strdup (valid);

  return digits != NULL && change (self, digits, shown, error);
}

/**
 * stile_known_authorities_remove:
 *
 * It is not intended any more; no error when it never was.
 */
gboolean
stile_known_authorities_remove (StileKnownAuthorities *self, const char *fingerprint, GError **error)
{
  char *digits = check_fingerprint (fingerprint, error);

  return digits != NULL && change (self, digits, NULL, error);
}
