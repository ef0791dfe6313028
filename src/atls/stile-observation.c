/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-observation.h"

#include <glib/gi18n-lib.h>

#include "codec/stile-json.h"

/* The shape that to_variant() writes; a later one that means other things gets another number. */
#define FORMAT_VERSION 1

/**
 * StileObservation:
 *
 * What one end saw of the transport (the draft, section 6.2; PROTOCOL section 4).  A carrier makes the client's, the
 * service's handler its own; the two travel inside the session and are compared by people and by the diagnosis.
 */
struct _StileObservation
{
  GObject parent_instance;

  char *url;
  char *peer;
  char *tls_version; /* NULL: no TLS */
  char *cipher;
  char *application_protocol;
  GPtrArray *chain; /* of StileCertificate, leaf first; NULL: none seen */
  GTlsCertificateFlags errors;
  char *http_version;
  char *proxy;
  GPtrArray *header_names; /* of char, in the order of arrival */
  GPtrArray *header_values;
  gint64 duration; /* microseconds; 0: not measured */
  gboolean authority_known;
  char *authority_label;
  guint status; /* of what answered */
  char *page;   /* the first lines of what answered instead of the service, or NULL */
};

G_DEFINE_FINAL_TYPE (StileObservation, stile_observation, G_TYPE_OBJECT)

typedef struct
{
  GTlsCertificateFlags flag;
  const char *name;
  const char *meaning;
} CertificateError;

static const CertificateError certificate_errors[] = {
  { G_TLS_CERTIFICATE_UNKNOWN_CA, "unknown-ca", N_ ("its issuer is not trusted here") },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, "bad-identity", N_ ("it is for another name") },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, "not-activated", N_ ("it is not valid yet") },
  { G_TLS_CERTIFICATE_EXPIRED, "expired", N_ ("it has expired") },
  { G_TLS_CERTIFICATE_REVOKED, "revoked", N_ ("it was revoked") },
  { G_TLS_CERTIFICATE_INSECURE, "insecure", N_ ("it uses weak cryptography") },
  { G_TLS_CERTIFICATE_GENERIC_ERROR, "generic-error", N_ ("it does not hold") },
};

static void
stile_observation_finalize (GObject *object)
{
  StileObservation *self = STILE_OBSERVATION (object);

  g_free (self->url);
  g_free (self->peer);
  g_free (self->tls_version);
  g_free (self->cipher);
  g_free (self->application_protocol);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_free (self->http_version);
  g_free (self->proxy);
  g_ptr_array_unref (self->header_names);
  g_ptr_array_unref (self->header_values);
  g_free (self->authority_label);
  g_free (self->page);

  G_OBJECT_CLASS (stile_observation_parent_class)->finalize (object);
}

static void
stile_observation_class_init (StileObservationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_observation_finalize;
}

static void
stile_observation_init (StileObservation *self)
{
  self->header_names = g_ptr_array_new_with_free_func (g_free);
  self->header_values = g_ptr_array_new_with_free_func (g_free);
}

StileObservation *
stile_observation_new (void)
{
  return g_object_new (STILE_TYPE_OBSERVATION, NULL);
}

static void
set_string (char **field, const char *value)
{
  g_free (*field);
  *field = value != NULL && *value != '\0' ? g_strdup (value) : NULL;
}

void
stile_observation_set_url (StileObservation *self, const char *url)
{
  set_string (&self->url, url);
}

const char *
stile_observation_get_url (StileObservation *self)
{
  return self->url;
}

/**
 * stile_observation_set_peer:
 * @address: (nullable): who was at the other end of the TCP connection, "192.0.2.1:443"
 */
void
stile_observation_set_peer (StileObservation *self, const char *address)
{
  set_string (&self->peer, address);
}

const char *
stile_observation_get_peer (StileObservation *self)
{
  return self->peer;
}

/**
 * stile_observation_set_tls:
 * @version: (nullable): "TLS 1.3", or %NULL when there was no TLS
 * @cipher: (nullable): the cipher suite
 * @protocol: (nullable): what ALPN agreed on
 */
void
stile_observation_set_tls (StileObservation *self,
                           const char *version,
                           const char *cipher,
                           const char *protocol)
{
  set_string (&self->tls_version, version);
  set_string (&self->cipher, cipher);
  set_string (&self->application_protocol, protocol);
}

const char *
stile_observation_get_tls_version (StileObservation *self)
{
  return self->tls_version;
}

const char *
stile_observation_get_cipher (StileObservation *self)
{
  return self->cipher;
}

const char *
stile_observation_get_application_protocol (StileObservation *self)
{
  return self->application_protocol;
}

/**
 * stile_observation_set_chain:
 * @chain: (nullable) (element-type StileCertificate): what the outer TLS server showed, leaf first
 */
void
stile_observation_set_chain (StileObservation *self, GPtrArray *chain)
{
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  self->chain = chain != NULL && chain->len > 0 ? g_ptr_array_ref (chain) : NULL;
}

/**
 * stile_observation_get_chain:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): leaf first
 */
GPtrArray *
stile_observation_get_chain (StileObservation *self)
{
  return self->chain;
}

void
stile_observation_set_errors (StileObservation *self, GTlsCertificateFlags errors)
{
  self->errors = errors;
}

/**
 * stile_observation_get_errors:
 *
 * Returns: why the chain does not validate; 0 when it does
 */
GTlsCertificateFlags
stile_observation_get_errors (StileObservation *self)
{
  return self->errors;
}

/**
 * stile_observation_describe_errors:
 *
 * Returns: (transfer full) (nullable): why the chain does not validate, in words; %NULL when it does
 */
char *
stile_observation_describe_errors (StileObservation *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (certificate_errors); i++)
    if (self->errors & certificate_errors[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? _ ("; ") : "", _ (certificate_errors[i].meaning));

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

void
stile_observation_set_http_version (StileObservation *self, const char *version)
{
  set_string (&self->http_version, version);
}

const char *
stile_observation_get_http_version (StileObservation *self)
{
  return self->http_version;
}

/**
 * stile_observation_set_proxy:
 * @proxy: (nullable): the proxy's URL, without credentials
 */
void
stile_observation_set_proxy (StileObservation *self, const char *proxy)
{
  set_string (&self->proxy, proxy);
}

const char *
stile_observation_get_proxy (StileObservation *self)
{
  return self->proxy;
}

/**
 * stile_observation_add_header:
 *
 * Adds a header of the message that was received; one over the limit is dropped.
 */
void
stile_observation_add_header (StileObservation *self, const char *name, const char *value)
{
  if (self->header_names->len >= STILE_OBSERVATION_MAX_HEADERS)
    return;

  g_ptr_array_add (self->header_names, g_utf8_make_valid (name, -1));
  g_ptr_array_add (self->header_values, g_utf8_make_valid (value, -1));
}

guint
stile_observation_get_n_headers (StileObservation *self)
{
  return self->header_names->len;
}

/**
 * stile_observation_get_nth_header:
 * @value: (out) (transfer none): its value
 *
 * Returns: (transfer none): its name
 */
const char *
stile_observation_get_nth_header (StileObservation *self, guint index, const char **value)
{
  g_return_val_if_fail (index < self->header_names->len, NULL);

  *value = g_ptr_array_index (self->header_values, index);
  return g_ptr_array_index (self->header_names, index);
}

void
stile_observation_set_duration (StileObservation *self, gint64 microseconds)
{
  self->duration = microseconds;
}

gint64
stile_observation_get_duration (StileObservation *self)
{
  return self->duration;
}

/**
 * stile_observation_set_known_authority:
 * @known: whether the service knows the CA that the client reported as one of the domain's
 * @label: (nullable): what it calls it
 */
void
stile_observation_set_known_authority (StileObservation *self, gboolean known, const char *label)
{
  self->authority_known = known;
  set_string (&self->authority_label, label);
}

gboolean
stile_observation_get_authority_known (StileObservation *self)
{
  return self->authority_known;
}

const char *
stile_observation_get_authority_label (StileObservation *self)
{
  return self->authority_label;
}

/**
 * stile_observation_set_answer:
 * @status: the HTTP status of what answered
 * @page: (nullable): its first lines, when it is not the service that answered
 */
void
stile_observation_set_answer (StileObservation *self, guint status, const char *page)
{
  self->status = status;
  set_string (&self->page, page);
}

guint
stile_observation_get_status (StileObservation *self)
{
  return self->status;
}

const char *
stile_observation_get_page (StileObservation *self)
{
  return self->page;
}

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
  guint count = self->chain != NULL ? MIN (self->chain->len, STILE_OBSERVATION_MAX_CHAIN) : 0;

  for (guint i = 0; i < count; i++)
    {
      GBytes *der = stile_certificate_get_der (g_ptr_array_index (self->chain, i));
      g_autofree char *text = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));

      g_variant_builder_add (&builder, "s", text);
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
errors_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (gsize i = 0; i < G_N_ELEMENTS (certificate_errors); i++)
    if (self->errors & certificate_errors[i].flag)
      g_variant_builder_add (&builder, "s", certificate_errors[i].name);

  return g_variant_builder_end (&builder);
}

static GVariant *
headers_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aas"));

  for (guint i = 0; i < self->header_names->len; i++)
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

  add_string (&builder, "version", self->tls_version);
  add_string (&builder, "cipher", self->cipher);
  add_string (&builder, "alpn", self->application_protocol);

  return g_variant_builder_end (&builder);
}

static GVariant *
authority_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "known", g_variant_new_boolean (self->authority_known));
  add_string (&builder, "label", self->authority_label);

  return g_variant_builder_end (&builder);
}

/**
 * stile_observation_to_variant:
 *
 * Returns: (transfer floating): the observation for JSON, as it goes over
 */
GVariant *
stile_observation_to_variant (StileObservation *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "version", g_variant_new_int64 (FORMAT_VERSION));
  add_string (&builder, "url", self->url);
  add_string (&builder, "peer", self->peer);
  if (self->tls_version != NULL)
    g_variant_builder_add (&builder, "{sv}", "tls", tls_to_variant (self));
  g_variant_builder_add (&builder, "{sv}", "chain", chain_to_variant (self));
  g_variant_builder_add (&builder, "{sv}", "errors", errors_to_variant (self));
  add_string (&builder, "http", self->http_version);
  add_string (&builder, "proxy", self->proxy);
  g_variant_builder_add (&builder, "{sv}", "headers", headers_to_variant (self));
  if (self->duration > 0)
    g_variant_builder_add (&builder, "{sv}", "duration_ms",
                           g_variant_new_double ((double)self->duration / 1000.0));
  g_variant_builder_add (&builder, "{sv}", "authority", authority_to_variant (self));

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
          g_prefix_error (error, "Certificate %" G_GSIZE_FORMAT " of the chain: ", i + 1);
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
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) name = g_variant_get_variant (boxed);

      for (gsize j = 0; j < G_N_ELEMENTS (certificate_errors); j++)
        if (g_variant_is_of_type (name, G_VARIANT_TYPE_STRING) &&
            g_str_equal (g_variant_get_string (name, NULL), certificate_errors[j].name))
          self->errors |= certificate_errors[j].flag;
    }
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

/**
 * stile_observation_new_from_variant:
 * @variant: what stile_json_parse() gave, from a peer
 *
 * Reads what is there and passes over what it does not know.  %G_IO_ERROR_INVALID_DATA when it is no observation, or
 * its chain does not parse.
 *
 * Returns: (transfer full): the peer's observation
 */
StileObservation *
stile_observation_new_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (StileObservation) self = stile_observation_new ();
  g_autoptr (GVariant) chain = NULL;

  if (stile_json_get_integer (variant, "version", 0) != FORMAT_VERSION)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "This is no observation of version 1");
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

  return g_steal_pointer (&self);
}
