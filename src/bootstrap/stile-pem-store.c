/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pem-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"

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
  gboolean own;
  gboolean selected;
  GPtrArray *added; /* of StileCertificate: what this walk has put there */
};

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
  self->added = g_ptr_array_new_with_free_func (g_object_unref);
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

  self->path = g_strdup (path);

  return STILE_TRUST_STORE (self);
}

/**
 * stile_pem_store_set_path:
 * @path: where to install from now on
 */
void
stile_pem_store_set_path (StilePemStore *self, const char *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
}

/* --- the file --- */

static GPtrArray *
read_file (StilePemStore *self, GError **error)
{
  if (self->path == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("No file was chosen"));
      return NULL;
    }
  if (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    return g_ptr_array_new_with_free_func (g_object_unref);

  /* A file with something else in it is not ours to write over: that is an error here. */
  return stile_certificate_bundle_load_pem (self->path, error);
}

static gboolean
write_file (StilePemStore *self, GPtrArray *certificates, GError **error)
{
  g_autofree char *pem = stile_certificate_bundle_to_pem (certificates);
  g_autofree char *directory = g_path_get_dirname (self->path);

  if (self->own && g_mkdir_with_parents (directory, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                   _ ("Making the folder “%s”: %s"), directory, g_strerror (errno));
      return FALSE;
    }

  /* Written beside it and renamed: whoever reads meanwhile, or loses power, has the old file or the new one. */
  return g_file_set_contents_full (self->path, pem, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}

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

static gboolean
install (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autoptr (GPtrArray) certificates = read_file (self, error);
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  if (certificates == NULL)
    return finish (self, FALSE, error);

  for (guint i = 0; i < roots->len; i++)
    if (!find (certificates, g_ptr_array_index (roots, i), NULL))
      {
        g_ptr_array_add (certificates, g_object_ref (g_ptr_array_index (roots, i)));
        g_ptr_array_add (added, g_object_ref (g_ptr_array_index (roots, i)));
      }
  if (added->len > 0 && !write_file (self, certificates, error))
    return finish (self, FALSE, error);

  g_ptr_array_extend_and_steal (self->added, g_steal_pointer (&added));
  return TRUE;
}

static gboolean
take_back (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autoptr (GPtrArray) certificates = NULL;
  guint index;

  if (self->added->len == 0)
    return TRUE;
  certificates = read_file (self, error);
  if (certificates == NULL)
    return finish (self, FALSE, error);

  for (guint i = 0; i < self->added->len; i++)
    if (find (roots, g_ptr_array_index (self->added, i), NULL) &&
        find (certificates, g_ptr_array_index (self->added, i), &index))
      g_ptr_array_remove_index (certificates, index);
  if (certificates->len > 0 ? !write_file (self, certificates, error)
                            : g_unlink (self->path) != 0 && errno != ENOENT)
    return finish (self, FALSE, error);

  g_ptr_array_set_size (self->added, 0);
  return TRUE;
}

static gboolean
contains (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StilePemStore *self = STILE_PEM_STORE (store);
  g_autoptr (GPtrArray) certificates = read_file (self, error);

  if (certificates == NULL)
    return finish (self, FALSE, error);
  for (guint i = 0; i < roots->len; i++)
    if (!find (certificates, g_ptr_array_index (roots, i), NULL))
      return FALSE;

  return TRUE;
}

static const char *
get_name (StileTrustStore *store)
{
  return STILE_PEM_STORE (store)->own ? _ ("Stile’s own trust store") : _ ("A PEM file");
}

static const char *
get_meaning (StileTrustStore *store)
{
  return STILE_PEM_STORE (store)->own ? _ ("Stile trusts these roots from now on. No other program changes.")
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
  iface->get_name = get_name;
  iface->get_meaning = get_meaning;
  iface->get_location = get_location;
  iface->install = install;
  iface->remove = take_back;
  iface->contains = contains;
}
