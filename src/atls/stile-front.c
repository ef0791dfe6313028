/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-front.h"

#include <string.h>

#include "codec/stile-certificate-path.h"
#include "codec/stile-json.h"

/**
 * StileFront:
 *
 * What a service says of its own front (PROTOCOL section 4): the public keys of the TLS terminators before it, and the
 * header fields that these add.  Without it a service's own load balancer looks like an interceptor.
 */
struct _StileFront
{
  GObject parent_instance;

  GPtrArray *keys;   /* of char: SHA-256 of a SubjectPublicKeyInfo, in hex */
  GPtrArray *fields; /* of char: a field's name; one that ends with "*" stands for all that begin so */
};

G_DEFINE_FINAL_TYPE (StileFront, stile_front, G_TYPE_OBJECT)

static void
stile_front_finalize (GObject *object)
{
  StileFront *self = STILE_FRONT (object);

  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->fields);

  G_OBJECT_CLASS (stile_front_parent_class)->finalize (object);
}

static void
stile_front_class_init (StileFrontClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_front_finalize;
}

static void
stile_front_init (StileFront *self)
{
  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->fields = g_ptr_array_new_with_free_func (g_free);
}

StileFront *
stile_front_new (void)
{
  return g_object_new (STILE_TYPE_FRONT, NULL);
}

/**
 * stile_front_digest_key:
 *
 * Returns: (transfer full): SHA-256 of the certificate's SubjectPublicKeyInfo, in lower-case hex
 */
char *
stile_front_digest_key (StileCertificate *certificate)
{
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (certificate);

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, key);
}

/**
 * stile_front_add_key:
 * @digest: SHA-256 of a terminator's SubjectPublicKeyInfo, in hex; one over the limit is dropped
 */
void
stile_front_add_key (StileFront *self, const char *digest)
{
  if (self->keys->len < STILE_FRONT_MAX_KEYS && !stile_front_has_key (self, digest))
    g_ptr_array_add (self->keys, g_ascii_strdown (digest, -1));
}

/**
 * stile_front_add_certificate:
 * @certificate: what a terminator shows
 */
void
stile_front_add_certificate (StileFront *self, StileCertificate *certificate)
{
  g_autofree char *digest = stile_front_digest_key (certificate);

  stile_front_add_key (self, digest);
}

/**
 * stile_front_add_field:
 * @pattern: a header field's name, or the beginning of several followed by "*"; one over the limit is dropped
 */
void
stile_front_add_field (StileFront *self, const char *pattern)
{
  if (self->fields->len < STILE_FRONT_MAX_FIELDS)
    g_ptr_array_add (self->fields, g_utf8_make_valid (pattern, -1));
}

/**
 * stile_front_get_keys:
 *
 * Returns: (transfer none) (element-type utf8): SHA-256 of the terminators' keys, in hex
 */
GPtrArray *
stile_front_get_keys (StileFront *self)
{
  return self->keys;
}

/**
 * stile_front_get_fields:
 *
 * Returns: (transfer none) (element-type utf8): the fields that terminators add, as patterns
 */
GPtrArray *
stile_front_get_fields (StileFront *self)
{
  return self->fields;
}

gboolean
stile_front_has_key (StileFront *self, const char *digest)
{
  for (guint i = 0; i < self->keys->len; i++)
    if (g_ascii_strcasecmp (g_ptr_array_index (self->keys, i), digest) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
matches (const char *pattern, const char *name)
{
  gsize length = strlen (pattern);

  if (length > 0 && pattern[length - 1] == '*')
    return g_ascii_strncasecmp (pattern, name, length - 1) == 0;

  return g_ascii_strcasecmp (pattern, name) == 0;
}

/**
 * stile_front_adds_field:
 *
 * Returns: whether the service's own front adds fields of this name
 */
gboolean
stile_front_adds_field (StileFront *self, const char *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (matches (g_ptr_array_index (self->fields, i), name))
      return TRUE;

  return FALSE;
}

static GVariant *
list_to_variant (GPtrArray *list)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < list->len; i++)
    g_variant_builder_add (&builder, "s", g_ptr_array_index (list, i));

  return g_variant_builder_end (&builder);
}

/**
 * stile_front_to_variant:
 *
 * Returns: (transfer floating): for JSON
 */
GVariant *
stile_front_to_variant (StileFront *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "keys", list_to_variant (self->keys));
  g_variant_builder_add (&builder, "{sv}", "adds", list_to_variant (self->fields));

  return g_variant_builder_end (&builder);
}

static void
read_list (StileFront *self,
           GVariant *variant,
           const char *member,
           void (*add) (StileFront *self, const char *text))
{
  g_autoptr (GVariant) list = stile_json_get_member (variant, member);
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) text = NULL;

      g_variant_get_child (list, i, "v", &text);
      if (g_variant_is_of_type (text, G_VARIANT_TYPE_STRING))
        add (self, g_variant_get_string (text, NULL));
    }
}

/**
 * stile_front_new_from_variant:
 * @variant: (nullable): what stile_json_parse() gave, from a peer
 *
 * Returns: (transfer full): what is understood of it
 */
StileFront *
stile_front_new_from_variant (GVariant *variant)
{
  StileFront *self = stile_front_new ();

  read_list (self, variant, "keys", stile_front_add_key);
  read_list (self, variant, "adds", stile_front_add_field);

  return self;
}
