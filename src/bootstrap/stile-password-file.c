/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-password-file.h"

#include <crypt.h>
#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-secret.h"

/**
 * StilePasswordFile:
 *
 * Users and hashes of their passwords, as crypt(5) writes them: "name:$y$…", a line each.  "openssl passwd -6" and
 * mkpasswd make such hashes.  It never changes; any thread may ask.
 */
struct _StilePasswordFile
{
  GObject parent_instance;

  GHashTable *hashes; /* user → hash */
  char *any;          /* a hash, to be busy with for users that there are not; NULL without users */
};

G_DEFINE_FINAL_TYPE (StilePasswordFile, stile_password_file, G_TYPE_OBJECT)

static void
stile_password_file_finalize (GObject *object)
{
  StilePasswordFile *self = STILE_PASSWORD_FILE (object);

  g_hash_table_unref (self->hashes);
  g_free (self->any);

  G_OBJECT_CLASS (stile_password_file_parent_class)->finalize (object);
}

static void
stile_password_file_class_init (StilePasswordFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_password_file_finalize;
}

static void
stile_password_file_init (StilePasswordFile *self)
{
  self->hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* What libxcrypt calls good today; DES and MD5 can be tried out in an afternoon. */
static gboolean
is_strong (const char *hash)
{
  static const char *const prefixes[] = { "$y$", "$gy$", "$7$", "$2b$", "$2y$", "$6$", "$5$" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (hash, prefixes[i]))
      return TRUE;

  return FALSE;
}

/* The line itself is not repeated: it may be a password. */
static gboolean
refuse_line (guint number, const char *why, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Line %u: %s"), number, why);
  return FALSE;
}

static gboolean
add_line (StilePasswordFile *self, const char *line, guint number, GError **error)
{
  const char *colon = strchr (line, ':');
  g_autofree char *user = NULL;

  if (colon == NULL || colon == line)
    return refuse_line (number, _ ("write it as name:hash, with a hash as “openssl passwd -6” makes it"),
                        error);
  if (!is_strong (colon + 1))
    return refuse_line (number,
                        _ ("this is no hash, or one that is too weak today; “openssl passwd -6” makes a "
                           "good one"),
                        error);

  user = g_strndup (line, (gsize)(colon - line));
  if (g_hash_table_contains (self->hashes, user))
    return refuse_line (number, _ ("this name is there twice"), error);

  g_hash_table_insert (self->hashes, g_steal_pointer (&user), g_strdup (colon + 1));
  if (self->any == NULL)
    self->any = g_strdup (colon + 1);
  return TRUE;
}

/**
 * stile_password_file_parse:
 * @text: lines; those that begin with "#" and empty ones mean nothing
 * @error: %STILE_ERROR_SETTINGS with the line's number
 */
StilePasswordFile *
stile_password_file_parse (const char *text, GError **error)
{
  g_autoptr (StilePasswordFile) self = g_object_new (STILE_TYPE_PASSWORD_FILE, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (*line != '\0' && *line != '#' && !add_line (self, line, i + 1, error))
        return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * stile_password_file_load:
 * @error: %STILE_ERROR_SETTINGS, names the file
 */
StilePasswordFile *
stile_password_file_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  StilePasswordFile *self = NULL;

  if (g_file_get_contents (path, &text, &length, error) && length > STILE_PASSWORD_FILE_MAX_SIZE)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 g_dngettext (GETTEXT_PACKAGE, "it has %zu byte, the limit is %d",
                              "it has %zu bytes, the limit is %d", length),
                 length, STILE_PASSWORD_FILE_MAX_SIZE);
  else if (text != NULL)
    self = stile_password_file_parse (text, error);

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  if (self == NULL)
    g_prefix_error (error, _ ("The password file “%s” cannot be used: "), path);
  return self;
}

/**
 * stile_password_file_check:
 *
 * Takes some hundredths of a second by intention, and as long for a user that there is not.
 *
 * Returns: whether this is the user's password
 */
gboolean
stile_password_file_check (StilePasswordFile *self, const char *user, const char *password)
{
  const char *hash = g_hash_table_lookup (self->hashes, user);
  const char *against = hash != NULL ? hash : self->any;
  struct crypt_data *data;
  const char *found;
  gboolean good;

  if (against == NULL || strlen (password) > STILE_PASSWORD_FILE_MAX_PASSWORD)
    return FALSE;

  data = g_new0 (struct crypt_data, 1);
  found = crypt_rn (password, against, data, sizeof *data);
  good = found != NULL && strlen (found) == strlen (against) &&
         gnutls_memcmp (found, against, strlen (against)) == 0 && hash != NULL;
  stile_secret_free (data, sizeof *data);

  return good;
}
