/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-trust-entry.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-json.h"

typedef enum
{
  TEXT_ID,
  TEXT_STORE,
  TEXT_STORE_NAME,
  TEXT_SERVICE,
  TEXT_SERIAL,
  TEXT_SIGNER,
  TEXT_DOMAIN,
  N_TEXTS,
} Text;

static const char *const members[N_TEXTS] = {
  "id", "store", "name", "service", "serial", "signer", "domain"
};

/**
 * StileTrustEntry:
 *
 * One act of installing, in StileTrustRecord: which roots were put into which store, when, from where, and what taking
 * each back needs.  It is written before the store is changed, and marked as done after that.
 */
struct _StileTrustEntry
{
  GObject parent_instance;

  char *texts[N_TEXTS];
  StileTrustOrigin origin; /* points into texts */
  GDateTime *time;
  gboolean done;
  GPtrArray *roots; /* of StileCertificate */
  GPtrArray *undo;  /* of char *: what the store wants back, in the order of roots */
};

G_DEFINE_FINAL_TYPE (StileTrustEntry, stile_trust_entry, G_TYPE_OBJECT)

static void
stile_trust_entry_finalize (GObject *object)
{
  StileTrustEntry *self = STILE_TRUST_ENTRY (object);

  for (gsize i = 0; i < N_TEXTS; i++)
    g_free (self->texts[i]);
  g_clear_pointer (&self->time, g_date_time_unref);
  g_ptr_array_unref (self->roots);
  g_ptr_array_unref (self->undo);

  G_OBJECT_CLASS (stile_trust_entry_parent_class)->finalize (object);
}

static void
stile_trust_entry_class_init (StileTrustEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_trust_entry_finalize;
}

static void
stile_trust_entry_init (StileTrustEntry *self)
{
  self->roots = g_ptr_array_new_with_free_func (g_object_unref);
  self->undo = g_ptr_array_new_with_free_func (g_free);
}

static void
set_origin (StileTrustEntry *self)
{
  self->origin = (StileTrustOrigin){
    .service = self->texts[TEXT_SERVICE],
    .serial = self->texts[TEXT_SERIAL],
    .signer = self->texts[TEXT_SIGNER],
    .domain = self->texts[TEXT_DOMAIN],
  };
}

/**
 * stile_trust_entry_new:
 * @store: the store's id
 * @store_name: its name, for people who read the record when the store is gone
 * @origin: (nullable): from where the roots came
 *
 * Returns: (transfer full): an entry of now, with no roots yet, not done
 */
StileTrustEntry *
stile_trust_entry_new (const char *store, const char *store_name, const StileTrustOrigin *origin)
{
  StileTrustEntry *self = g_object_new (STILE_TYPE_TRUST_ENTRY, NULL);

  self->texts[TEXT_ID] = g_uuid_string_random ();
  self->texts[TEXT_STORE] = g_strdup (store);
  self->texts[TEXT_STORE_NAME] = g_strdup (store_name);
  if (origin != NULL)
    {
      self->texts[TEXT_SERVICE] = g_strdup (origin->service);
      self->texts[TEXT_SERIAL] = g_strdup (origin->serial);
      self->texts[TEXT_SIGNER] = g_strdup (origin->signer);
      self->texts[TEXT_DOMAIN] = g_strdup (origin->domain);
    }
  self->time = g_date_time_new_now_utc ();
  set_origin (self);

  return self;
}

/**
 * stile_trust_entry_add_root:
 * @undo: what stile_trust_store_prepare() gave for @root
 */
void
stile_trust_entry_add_root (StileTrustEntry *self, StileCertificate *root, const char *undo)
{
  g_ptr_array_add (self->roots, g_object_ref (root));
  g_ptr_array_add (self->undo, g_strdup (undo));
}

static gboolean
find (StileTrustEntry *self, StileCertificate *root, guint *index)
{
  return g_ptr_array_find_with_equal_func (self->roots, root, (GEqualFunc)stile_certificate_equal, index);
}

/**
 * stile_trust_entry_remove_root:
 *
 * Returns: whether @root was in it
 */
gboolean
stile_trust_entry_remove_root (StileTrustEntry *self, StileCertificate *root)
{
  guint index;

  if (!find (self, root, &index))
    return FALSE;

  g_ptr_array_remove_index (self->roots, index);
  g_ptr_array_remove_index (self->undo, index);
  return TRUE;
}

void
stile_trust_entry_set_done (StileTrustEntry *self)
{
  self->done = TRUE;
}

/**
 * stile_trust_entry_get_id:
 *
 * Returns: (transfer none): which entry, the same as long as it is in the record
 */
const char *
stile_trust_entry_get_id (StileTrustEntry *self)
{
  return self->texts[TEXT_ID];
}

/**
 * stile_trust_entry_get_store:
 *
 * Returns: (transfer none): the store's id, as stile_trust_stores_open() takes it
 */
const char *
stile_trust_entry_get_store (StileTrustEntry *self)
{
  return self->texts[TEXT_STORE];
}

const char *
stile_trust_entry_get_store_name (StileTrustEntry *self)
{
  return self->texts[TEXT_STORE_NAME];
}

/**
 * stile_trust_entry_get_origin:
 *
 * Returns: (transfer none): from where the roots came; any member may be %NULL
 */
const StileTrustOrigin *
stile_trust_entry_get_origin (StileTrustEntry *self)
{
  return &self->origin;
}

GDateTime *
stile_trust_entry_get_time (StileTrustEntry *self)
{
  return self->time;
}

/**
 * stile_trust_entry_is_done:
 *
 * Returns: whether installing came to its end; when not, the store may have the roots or not
 */
gboolean
stile_trust_entry_is_done (StileTrustEntry *self)
{
  return self->done;
}

/**
 * stile_trust_entry_get_roots:
 *
 * Returns: (transfer none) (element-type StileCertificate): what was put there, without what was there before
 */
GPtrArray *
stile_trust_entry_get_roots (StileTrustEntry *self)
{
  return self->roots;
}

/**
 * stile_trust_entry_get_undo:
 *
 * Returns: (transfer none) (nullable): what stile_trust_store_restore() wants for @root; %NULL when it is not in here
 */
const char *
stile_trust_entry_get_undo (StileTrustEntry *self, StileCertificate *root)
{
  guint index;

  return find (self, root, &index) ? g_ptr_array_index (self->undo, index) : NULL;
}

/* --- in the file --- */

static GVariant *
write_root (StileCertificate *root, const char *undo)
{
  GBytes *der = stile_certificate_get_der (root);
  g_autofree char *text = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", stile_certificate_get_name (root));
  g_variant_dict_insert (&dict, "sha256", "s", stile_certificate_get_fingerprint (root));
  g_variant_dict_insert (&dict, "der", "s", text);
  g_variant_dict_insert (&dict, "undo", "s", undo);

  return g_variant_dict_end (&dict);
}

/**
 * stile_trust_entry_to_variant:
 *
 * Returns: (transfer floating): what stile_trust_entry_new_from_variant() reads, for JSON
 */
GVariant *
stile_trust_entry_to_variant (StileTrustEntry *self)
{
  g_autofree char *time = g_date_time_format_iso8601 (self->time);
  GVariantBuilder roots = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (gsize i = 0; i < N_TEXTS; i++)
    if (self->texts[i] != NULL)
      g_variant_dict_insert (&dict, members[i], "s", self->texts[i]);
  g_variant_dict_insert (&dict, "time", "s", time);
  g_variant_dict_insert (&dict, "state", "s", self->done ? "done" : "begun");
  for (guint i = 0; i < self->roots->len; i++)
    g_variant_builder_add (
        &roots, "v", write_root (g_ptr_array_index (self->roots, i), g_ptr_array_index (self->undo, i)));
  g_variant_dict_insert_value (&dict, "roots", g_variant_builder_end (&roots));

  return g_variant_dict_end (&dict);
}

static gboolean
refuse (const char *member, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is missing or is not what belongs there"),
               member);
  return FALSE;
}

static gboolean
read_root (StileTrustEntry *self, GVariant *variant, GError **error)
{
  const char *text = stile_json_get_string (variant, "der");
  const char *undo = stile_json_get_string (variant, "undo");
  g_autoptr (GBytes) der = NULL;
  g_autoptr (StileCertificate) root = NULL;

  if (text == NULL || undo == NULL)
    return refuse (text == NULL ? "der" : "undo", error);

  der = stile_base64url_decode_standard (text, -1, error);
  root = der != NULL ? stile_certificate_new_from_der (der, error) : NULL;
  if (root == NULL)
    return FALSE;

  stile_trust_entry_add_root (self, root, undo);
  return TRUE;
}

static gboolean
read_roots (StileTrustEntry *self, GVariant *variant, GError **error)
{
  g_autoptr (GVariant) roots = stile_json_get_member (variant, "roots");
  gsize count =
      roots != NULL && g_variant_is_of_type (roots, G_VARIANT_TYPE ("av")) ? g_variant_n_children (roots) : 0;

  if (count == 0 || count > STILE_TRUST_ENTRY_MAX_ROOTS)
    return refuse ("roots", error);

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (roots, i);
      g_autoptr (GVariant) root = g_variant_get_variant (boxed);

      if (!g_variant_is_of_type (root, G_VARIANT_TYPE_VARDICT))
        return refuse ("roots", error);
      if (!read_root (self, root, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_texts (StileTrustEntry *self, GVariant *variant, GError **error)
{
  const char *time = stile_json_get_string (variant, "time");
  const char *state = stile_json_get_string (variant, "state");

  for (gsize i = 0; i < N_TEXTS; i++)
    {
      self->texts[i] = g_strdup (stile_json_get_string (variant, members[i]));
      if (i <= TEXT_STORE_NAME && (self->texts[i] == NULL || *self->texts[i] == '\0'))
        return refuse (members[i], error);
    }
  set_origin (self);
  self->time = time != NULL ? g_date_time_new_from_iso8601 (time, NULL) : NULL;
  if (self->time == NULL)
    return refuse ("time", error);
  if (g_strcmp0 (state, "done") != 0 && g_strcmp0 (state, "begun") != 0)
    return refuse ("state", error);

  self->done = g_str_equal (state, "done");
  return TRUE;
}

/**
 * stile_trust_entry_new_from_variant:
 * @variant: an object of stile_json_parse()
 * @error: %STILE_ERROR_SETTINGS when it is no entry, or a certificate's error
 *
 * Returns: (transfer full): the entry
 */
StileTrustEntry *
stile_trust_entry_new_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (StileTrustEntry) self = g_object_new (STILE_TYPE_TRUST_ENTRY, NULL);

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT))
    {
      refuse ("entries", error);
      return NULL;
    }

  return read_texts (self, variant, error) && read_roots (self, variant, error) ? g_steal_pointer (&self)
                                                                                : NULL;
}
