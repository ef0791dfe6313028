/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pem-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pem-file.h"
#include "bootstrap/stile-trust-check.h"

/* What stile_trust_store_prepare() says of a certificate: whether a line that somebody left open is ended before it. */
#define UNDO_PLAIN "plain"
#define UNDO_NEW_LINE "new-line"

/**
 * StilePemStore:
 *
 * A file of certificates in PEM: Stile's own trust store, or one that somebody wants for another program.
 * Certificates that were in the file before the walk stay there, also after undoing.
 */
struct _StilePemStore
{
  GObject parent_instance;

  char *path;
  char *id;
  gboolean own;
  gboolean selected;
  GPtrArray *added; /* of Added: what this walk has put there */
};

/* One certificate of this walk, and the very characters that it added to the file. */
typedef struct
{
  StileCertificate *certificate;
  char *text;
} Added;

static void
added_free (gpointer data)
{
  Added *added = data;

  g_object_unref (added->certificate);
  g_free (added->text);
  g_free (added);
}

enum
{
  PROP_SELECTED = 1,
};

static void trust_store_init (StileTrustStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StilePemStore,
                               stile_pem_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_TRUST_STORE, trust_store_init))

static void
stile_pem_store_finalize (GObject *object)
{
  StilePemStore *self = STILE_PEM_STORE (object);

  g_free (self->path);
  g_free (self->id);
  g_ptr_array_unref (self->added);

  G_OBJECT_CLASS (stile_pem_store_parent_class)->finalize (object);
}

static void
stile_pem_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_SELECTED)
    g_value_set_boolean (value, STILE_PEM_STORE (object)->selected);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
stile_pem_store_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_SELECTED)
    STILE_PEM_STORE (object)->selected = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
stile_pem_store_class_init (StilePemStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = stile_pem_store_finalize;
  object_class->get_property = stile_pem_store_get_property;
  object_class->set_property = stile_pem_store_set_property;
  g_object_class_override_property (object_class, PROP_SELECTED, "selected");
}

static void
stile_pem_store_init (StilePemStore *self)
{
  self->added = g_ptr_array_new_with_free_func (added_free);
}

/**
 * stile_pem_store_new_own:
 * @data_directory: the user's data folder
 *
 * Returns: (transfer full): Stile's own trust store, which is selected to begin with
 */
StileTrustStore *
stile_pem_store_new_own (const char *data_directory)
{
  StilePemStore *self = g_object_new (STILE_TYPE_PEM_STORE, NULL);

  self->own = TRUE;
  self->id = g_strdup ("own");
  self->selected = TRUE;
  self->path = g_build_filename (data_directory, "stile", "trust", "domain-roots.pem", NULL);

  return STILE_TRUST_STORE (self);
}

/**
 * stile_pem_store_new_file:
 * @path: (nullable): where, or %NULL while nobody has said
 *
 * Returns: (transfer full): a file for other programs
 */
StileTrustStore *
stile_pem_store_new_file (const char *path)
{
  StilePemStore *self = g_object_new (STILE_TYPE_PEM_STORE, NULL);

  stile_pem_store_set_path (self, path);

  return STILE_TRUST_STORE (self);
}

/**
 * stile_pem_store_set_path:
 * @path: where to install from now on
 */
void
stile_pem_store_set_path (StilePemStore *self, const char *path)
{
  g_autofree char *absolute = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;

  g_free (self->path);
  g_free (self->id);
  self->path = g_strdup (path);
  self->id = absolute != NULL ? g_strconcat ("pem:", absolute, NULL) : NULL;
}

/**
 * stile_pem_store_is_own:
 *
 * Returns: whether this is Stile's own trust store, whose place nobody chooses
 */
gboolean
stile_pem_store_is_own (StilePemStore *self)
{
  return self->own;
}

/**
 * stile_pem_store_is_written:
 *
 * Not to be asked while something is being installed or taken back.
 *
 * Returns: whether something of this walk is in the file, to be taken back from this very file
 */
gboolean
stile_pem_store_is_written (StilePemStore *self)
{
  return self->added->len > 0;
}

/* --- installing and taking back --- */

static gboolean
find (GPtrArray *certificates, StileCertificate *certificate, guint *index)
{
  return g_ptr_array_find_with_equal_func (certificates, certificate, (GEqualFunc)stile_certificate_equal,
                                           index);
}

static gboolean
finish (StilePemStore *self, gboolean done, GError **error)
{
  if (done)
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (
      error, "%s: ", self->path != NULL ? self->path : stile_trust_store_get_name (STILE_TRUST_STORE (self)));
  return FALSE;
}

static Added *
added_new (StileCertificate *certificate, gboolean new_line)
{
  Added *added = g_new0 (Added, 1);
  g_autofree char *pem = stile_certificate_to_pem (certificate);

  added->certificate = g_object_ref (certificate);
  added->text = g_strconcat (new_line ? "\n" : "", pem, NULL);
  return added;
}

/* Returns: (element-type Added): what installing adds to the file, in this order; @text becomes what it has then. */
static GPtrArray *
plan (StilePemStore *self, GPtrArray *roots, GString *text, GError **error)
{
  g_autofree char *before = NULL;
  g_autoptr (GPtrArray) certificates = stile_pem_file_read (self->path, &before, error);
  GPtrArray *added;

  if (certificates == NULL)
    return NULL;

  added = g_ptr_array_new_with_free_func (added_free);
  g_string_assign (text, before);
  for (guint i = 0; i < roots->len; i++)
    if (!find (certificates, g_ptr_array_index (roots, i), NULL))
      {
        gboolean open = text->len > 0 && text->str[text->len - 1] != '\n';
        Added *next = added_new (g_ptr_array_index (roots, i), open);

        g_ptr_array_add (certificates, g_object_ref (next->certificate));
        g_ptr_array_add (added, next);
        g_string_append (text, next->text);
      }

  return added;
}

static gboolean
install (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) added = plan (self, roots, text, error);

  if (added == NULL ||
      (added->len > 0 &&
       !stile_pem_file_write (self->path, text->str, self->own ? STILE_PEM_FILE_OWN : STILE_PEM_FILE_FOREIGN,
                              error)))
    return finish (self, FALSE, error);

  g_ptr_array_extend_and_steal (self->added, g_steal_pointer (&added));
  return TRUE;
}

/* Cuts out what was added, character by character; what somebody has rewritten since is theirs. */
static gboolean
cut_out (Added *added, GString *text, GPtrArray *certificates, GError **error)
{
  const char *found = strstr (text->str, added->text);

  if (found != NULL)
    {
      g_string_erase (text, found - text->str, (gssize)strlen (added->text));
      return TRUE;
    }
  if (!find (certificates, added->certificate, NULL))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("Somebody has changed the file since; take “%s” out of it yourself"),
               stile_certificate_get_name (added->certificate));
  return FALSE;
}

static gboolean
take_back (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autoptr (GPtrArray) certificates = NULL;
  g_autofree char *before = NULL;
  g_autoptr (GString) text = NULL;

  if (self->added->len == 0)
    return TRUE;
  certificates = stile_pem_file_read (self->path, &before, error);
  if (certificates == NULL)
    return finish (self, FALSE, error);

  text = g_string_new (before);
  for (guint i = 0; i < self->added->len; i++)
    {
      Added *added = g_ptr_array_index (self->added, i);

      if (find (roots, added->certificate, NULL) && !cut_out (added, text, certificates, error))
        return finish (self, FALSE, error);
    }
  if (text->len > 0 ? !stile_pem_file_write (self->path, text->str,
                                             self->own ? STILE_PEM_FILE_OWN : STILE_PEM_FILE_FOREIGN, error)
                    : g_unlink (self->path) != 0 && errno != ENOENT)
    return finish (self, FALSE, error);

  for (guint i = self->added->len; i > 0; i--)
    if (find (roots, ((Added *)g_ptr_array_index (self->added, i - 1))->certificate, NULL))
      g_ptr_array_remove_index (self->added, i - 1);
  return TRUE;
}

static gboolean
contains (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) certificates = stile_pem_file_read (self->path, &text, error);

  if (certificates == NULL)
    return finish (self, FALSE, error);
  for (guint i = 0; i < roots->len; i++)
    if (!find (certificates, g_ptr_array_index (roots, i), NULL))
      return FALSE;

  return TRUE;
}

/* --- before, after, and for the record --- */

static Added *
find_added (GPtrArray *added, StileCertificate *root)
{
  for (guint i = 0; i < added->len; i++)
    {
      Added *candidate = g_ptr_array_index (added, i);

      if (stile_certificate_equal (candidate->certificate, root))
        return candidate;
    }

  return NULL;
}

static GPtrArray *
prepare (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) added = plan (self, roots, text, error);
  GPtrArray *undo;

  if (added == NULL)
    {
      finish (self, FALSE, error);
      return NULL;
    }

  undo = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < roots->len; i++)
    {
      Added *next = find_added (added, g_ptr_array_index (roots, i));

      g_ptr_array_add (undo,
                       next != NULL ? g_strdup (*next->text == '\n' ? UNDO_NEW_LINE : UNDO_PLAIN) : NULL);
    }
  return undo;
}

static void
restore (StileTrustStore *store, StileCertificate *root, const char *undo)
{
  StilePemStore *self = STILE_PEM_STORE (store);

  if (find_added (self->added, root) == NULL)
    g_ptr_array_add (self->added, added_new (root, g_str_equal (undo, UNDO_NEW_LINE)));
}

/* Whether the file itself is one to write to; what the folder says is known when it is written. */
static gboolean
can_install (StileTrustStore *store, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) certificates = stile_pem_file_read (self->path, &text, error);

  return finish (self, certificates != NULL, error);
}

static GPtrArray *
verify (StileTrustStore *store, GPtrArray *roots)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *why =
      self->path != NULL ? stile_trust_check_bundle (self->path, roots) : g_strdup (_ ("No file was chosen"));
  StileTrustState state = why == NULL ? STILE_TRUST_HOLDS : STILE_TRUST_FAILS;

  if (self->own)
    g_ptr_array_add (results,
                     stile_trust_result_new (_ ("Stile"), state, "%s",
                                             why != NULL ? why : _ ("It finds them there, and they hold.")));
  else
    g_ptr_array_add (
        results, stile_trust_result_new (_ ("Programs that are pointed at the file"), state, "%s",
                                         why != NULL ? why : _ ("They trust them, curl --cacert for one.")));
  g_ptr_array_add (results, stile_trust_result_new (_ ("All others"), STILE_TRUST_ELSEWHERE, "%s",
                                                    _ ("They do not read this file.")));
  return results;
}

static const char *
get_id (StileTrustStore *store)
{
  return STILE_PEM_STORE (store)->id;
}

static const char *
get_name (StileTrustStore *store)
{
  return STILE_PEM_STORE (store)->own ? _ ("Stile’s own trust store") : _ ("A PEM file");
}

static const char *
get_meaning (StileTrustStore *store)
{
  return STILE_PEM_STORE (store)->own
             ? _ ("Stile keeps these roots, and makes the connection with them. No other program changes.")
             : _ ("For programs that you point at the file yourself, such as curl "
                  "--cacert. Nothing else changes.");
}

static const char *
get_location (StileTrustStore *store)
{
  return STILE_PEM_STORE (store)->path;
}

static void
trust_store_init (StileTrustStoreInterface *iface)
{
  iface->get_id = get_id;
  iface->get_name = get_name;
  iface->get_meaning = get_meaning;
  iface->get_location = get_location;
  iface->get_bundle = get_location; /* it is one file */
  iface->install = install;
  iface->remove = take_back;
  iface->contains = contains;
  iface->can_install = can_install;
  iface->verify = verify;
  iface->prepare = prepare;
  iface->restore = restore;
}
