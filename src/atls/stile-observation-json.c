/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-observation-json.h"

#include <glib/gi18n-lib.h>

#include "codec/stile-json.h"

/* The shape that this file writes; a later one that means other things gets another number. */
#define FORMAT_VERSION 1

static const struct
{
  GTlsCertificateFlags flag;
  const char *name;
} certificate_errors[] = {
  { G_TLS_CERTIFICATE_UNKNOWN_CA, "unknown-ca" },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, "bad-identity" },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, "not-activated" },
  { G_TLS_CERTIFICATE_EXPIRED, "expired" },
  { G_TLS_CERTIFICATE_REVOKED, "revoked" },
  { G_TLS_CERTIFICATE_INSECURE, "insecure" },
  { G_TLS_CERTIFICATE_GENERIC_ERROR, "generic-error" },
};

static const char *const hello_sources[] = {
  [STILE_HELLO_NONE] = "none",
  [STILE_HELLO_OWN] = "own",
  [STILE_HELLO_FRONT] = "front",
};

static void
add_string (GVariantBuilder *builder, const char *member, const char *value)
{
  if (value != NULL)
    g_variant_builder_add (builder, "{sv}", member, g_variant_new_string (value));
}

static GVariant *
chain_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  GPtrArray *chain = stile_observation_get_chain (self);
  guint count = chain != NULL ? MIN (chain->len, STILE_OBSERVATION_MAX_CHAIN) : 0;

  for (guint i = 0; i < count; i++)
    {
      GBytes *der = stile_certificate_get_der (g_ptr_array_index (chain, i));
      g_autofree char *text = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));

      g_variant_builder_add (&builder, "s", text);
    }

  return g_variant_builder_end (&builder);
}

/**
 * stile_observation_json_write_errors:
 *
 * Returns: (transfer floating): the names of what is wrong with its chain, "as"
 */
GVariant *
stile_observation_json_write_errors (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (gsize i = 0; i < G_N_ELEMENTS (certificate_errors); i++)
    if (stile_observation_get_errors (self) & certificate_errors[i].flag)
      g_variant_builder_add (&builder, "s", certificate_errors[i].name);

  return g_variant_builder_end (&builder);
}

static GVariant *
headers_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aas"));

  for (guint i = 0; i < stile_observation_get_n_headers (self); i++)
    {
      const char *value;
      const char *name = stile_observation_get_nth_header (self, i, &value);
      const char *pair[] = { name, value, NULL };

      g_variant_builder_add_value (&builder, g_variant_new_strv (pair, -1));
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
tls_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "version", stile_observation_get_tls_version (self));
  add_string (&builder, "cipher", stile_observation_get_cipher (self));
  add_string (&builder, "alpn", stile_observation_get_application_protocol (self));

  return g_variant_builder_end (&builder);
}

static GVariant *
authority_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "known",
                         g_variant_new_boolean (stile_observation_get_authority_known (self)));
  add_string (&builder, "label", stile_observation_get_authority_label (self));

  return g_variant_builder_end (&builder);
}

static GVariant *
binding_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const char *type;
  const char *digest = stile_observation_get_binding (self, &type);

  add_string (&builder, "type", type);
  add_string (&builder, "sha256", digest);

  return g_variant_builder_end (&builder);
}

static GVariant *
hello_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "source", hello_sources[stile_observation_get_hello_source (self)]);
  add_string (&builder, "sha256", stile_observation_get_hello_digest (self));
  add_string (&builder, "ja3", stile_observation_get_ja3 (self));
  add_string (&builder, "ja4", stile_observation_get_ja4 (self));

  return g_variant_builder_end (&builder);
}

static GVariant *
sent_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < stile_observation_get_n_sent_headers (self); i++)
    g_variant_builder_add (&builder, "s", stile_observation_get_nth_sent_header (self, i));

  return g_variant_builder_end (&builder);
}

/* What only a service says, and a client of its binding. */
static void
write_proof (StileObservation *self, GVariantBuilder *builder)
{
  if (stile_observation_get_binding (self, NULL) != NULL)
    g_variant_builder_add (builder, "{sv}", "binding", binding_to_variant (self));
  if (stile_observation_get_hello_source (self) != STILE_HELLO_NONE)
    g_variant_builder_add (builder, "{sv}", "hello", hello_to_variant (self));
  if (stile_observation_get_time (self) != 0)
    g_variant_builder_add (builder, "{sv}", "time", g_variant_new_int64 (stile_observation_get_time (self)));
  add_string (builder, "best_tls", stile_observation_get_best_tls (self));
  if (stile_observation_get_front (self) != NULL)
    g_variant_builder_add (builder, "{sv}", "front",
                           stile_front_to_variant (stile_observation_get_front (self)));
  if (stile_observation_get_n_sent_headers (self) > 0)
    g_variant_builder_add (builder, "{sv}", "sends", sent_to_variant (self));
}

/**
 * stile_observation_json_write:
 *
 * Returns: (transfer floating): see stile_observation_to_variant()
 */
GVariant *
stile_observation_json_write (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "version", g_variant_new_int64 (FORMAT_VERSION));
  add_string (&builder, "url", stile_observation_get_url (self));
  add_string (&builder, "peer", stile_observation_get_peer (self));
  if (stile_observation_get_tls_version (self) != NULL)
    g_variant_builder_add (&builder, "{sv}", "tls", tls_to_variant (self));
  g_variant_builder_add (&builder, "{sv}", "chain", chain_to_variant (self));
  g_variant_builder_add (&builder, "{sv}", "errors", stile_observation_json_write_errors (self));
  add_string (&builder, "http", stile_observation_get_http_version (self));
  add_string (&builder, "proxy", stile_observation_get_proxy (self));
  g_variant_builder_add (&builder, "{sv}", "headers", headers_to_variant (self));
  if (stile_observation_get_duration (self) > 0)
    g_variant_builder_add (&builder, "{sv}", "duration_ms",
                           g_variant_new_double ((double)stile_observation_get_duration (self) / 1000.0));
  g_variant_builder_add (&builder, "{sv}", "authority", authority_to_variant (self));
  write_proof (self, &builder);

  return g_variant_builder_end (&builder);
}

static gboolean
read_chain (StileObservation *self, GVariant *list, GError **error)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < MIN (count, STILE_OBSERVATION_MAX_CHAIN); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) text = g_variant_get_variant (boxed);
      gsize length = 0;
      g_autofree guchar *der = g_variant_is_of_type (text, G_VARIANT_TYPE_STRING)
                                   ? g_base64_decode (g_variant_get_string (text, NULL), &length)
                                   : NULL;
      g_autoptr (GBytes) bytes = g_bytes_new (der, length);
      StileCertificate *certificate = stile_certificate_new_from_der (bytes, error);

      if (certificate == NULL)
        {
          g_prefix_error (error, _ ("Certificate %zu of the chain: "), i + 1);
          return FALSE;
        }
      g_ptr_array_add (chain, certificate);
    }

  stile_observation_set_chain (self, chain);
  return TRUE;
}

static void
read_headers (StileObservation *self, GVariant *list)
{
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) pair = g_variant_get_variant (boxed);
      g_autoptr (GVariant) name = NULL;
      g_autoptr (GVariant) value = NULL;

      if (!g_variant_is_of_type (pair, G_VARIANT_TYPE ("av")) || g_variant_n_children (pair) != 2)
        continue;
      g_variant_get_child (pair, 0, "v", &name);
      g_variant_get_child (pair, 1, "v", &value);
      if (g_variant_is_of_type (name, G_VARIANT_TYPE_STRING) &&
          g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        stile_observation_add_header (self, g_variant_get_string (name, NULL),
                                      g_variant_get_string (value, NULL));
    }
}

static void
read_errors (StileObservation *self, GVariant *list)
{
  GTlsCertificateFlags errors = G_TLS_CERTIFICATE_NO_FLAGS;
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) name = g_variant_get_variant (boxed);

      for (gsize j = 0; j < G_N_ELEMENTS (certificate_errors); j++)
        if (g_variant_is_of_type (name, G_VARIANT_TYPE_STRING) &&
            g_str_equal (g_variant_get_string (name, NULL), certificate_errors[j].name))
          errors |= certificate_errors[j].flag;
    }

  stile_observation_set_errors (self, errors);
}

static void
read_parts (StileObservation *self, GVariant *variant)
{
  g_autoptr (GVariant) tls = stile_json_get_member (variant, "tls");
  g_autoptr (GVariant) authority = stile_json_get_member (variant, "authority");
  g_autoptr (GVariant) headers = stile_json_get_member (variant, "headers");
  g_autoptr (GVariant) errors = stile_json_get_member (variant, "errors");

  stile_observation_set_tls (self, stile_json_get_string (tls, "version"),
                             stile_json_get_string (tls, "cipher"), stile_json_get_string (tls, "alpn"));
  stile_observation_set_known_authority (self, stile_json_get_boolean (authority, "known", FALSE),
                                         stile_json_get_string (authority, "label"));
  read_headers (self, headers);
  read_errors (self, errors);
}

static StileHelloSource
read_hello_source (GVariant *hello)
{
  const char *source = stile_json_get_string (hello, "source");

  for (guint i = 0; i < G_N_ELEMENTS (hello_sources); i++)
    if (g_strcmp0 (source, hello_sources[i]) == 0)
      return i;

  return STILE_HELLO_NONE;
}

static void
read_sent (StileObservation *self, GVariant *list)
{
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) name = NULL;

      g_variant_get_child (list, i, "v", &name);
      if (g_variant_is_of_type (name, G_VARIANT_TYPE_STRING))
        stile_observation_add_sent_header (self, g_variant_get_string (name, NULL));
    }
}

static void
read_proof (StileObservation *self, GVariant *variant)
{
  g_autoptr (GVariant) binding = stile_json_get_member (variant, "binding");
  g_autoptr (GVariant) hello = stile_json_get_member (variant, "hello");
  g_autoptr (GVariant) front = stile_json_get_member (variant, "front");
  g_autoptr (GVariant) sends = stile_json_get_member (variant, "sends");
  g_autoptr (StileFront) told = front != NULL ? stile_front_new_from_variant (front) : NULL;

  stile_observation_set_binding (self, stile_json_get_string (binding, "type"),
                                 stile_json_get_string (binding, "sha256"));
  if (read_hello_source (hello) != STILE_HELLO_NONE)
    stile_observation_set_hello (self, read_hello_source (hello), stile_json_get_string (hello, "sha256"),
                                 stile_json_get_string (hello, "ja3"), stile_json_get_string (hello, "ja4"));
  stile_observation_set_time (self, stile_json_get_integer (variant, "time", 0));
  stile_observation_set_best_tls (self, stile_json_get_string (variant, "best_tls"));
  stile_observation_set_front (self, told);
  read_sent (self, sends);
}

/**
 * stile_observation_json_read:
 *
 * Returns: (transfer full): see stile_observation_new_from_variant()
 */
StileObservation *
stile_observation_json_read (GVariant *variant, GError **error)
{
  g_autoptr (StileObservation) self = stile_observation_new ();
  g_autoptr (GVariant) chain = NULL;

  if (stile_json_get_integer (variant, "version", 0) != FORMAT_VERSION)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("This is no observation of version 1"));
      return NULL;
    }

  chain = stile_json_get_member (variant, "chain");
  if (!read_chain (self, chain, error))
    return NULL;
  stile_observation_set_url (self, stile_json_get_string (variant, "url"));
  stile_observation_set_peer (self, stile_json_get_string (variant, "peer"));
  stile_observation_set_http_version (self, stile_json_get_string (variant, "http"));
  stile_observation_set_proxy (self, stile_json_get_string (variant, "proxy"));
  read_parts (self, variant);
  read_proof (self, variant);

  return g_steal_pointer (&self);
}
