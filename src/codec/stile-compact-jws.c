/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-compact-jws.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-json.h"

/* R and S of P-384, the longest here (RFC 7518 section 3.4). */
#define MAX_HALF 48

typedef struct
{
  const char *name; /* RFC 7518 section 3.1, RFC 8037 */
  gnutls_pk_algorithm_t key;
  unsigned int bits; /* of an elliptic curve; 0: any */
  gnutls_sign_algorithm_t algorithm;
  gsize half; /* of an ECDSA signature; 0: the value goes as it is */
} Algorithm;

static const Algorithm algorithms[] = {
  { "ES256", GNUTLS_PK_ECDSA, 256, GNUTLS_SIGN_ECDSA_SHA256, 32 },
  { "ES384", GNUTLS_PK_ECDSA, 384, GNUTLS_SIGN_ECDSA_SHA384, 48 },
  { "RS256", GNUTLS_PK_RSA, 0, GNUTLS_SIGN_RSA_SHA256, 0 },
  { "EdDSA", GNUTLS_PK_EDDSA_ED25519, 0, GNUTLS_SIGN_EDDSA_ED25519, 0 },
};

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, sentence);
  return FALSE;
}

/* By the key, so that a message cannot choose what its signature is taken for. */
static const Algorithm *
find_algorithm (StileCertificate *certificate, GError **error)
{
  unsigned int bits = 0;
  int key = gnutls_x509_crt_get_pk_algorithm (stile_certificate_get_x509 (certificate), &bits);

  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if ((int)algorithms[i].key == key && (algorithms[i].bits == 0 || algorithms[i].bits == bits))
      return &algorithms[i];

  refuse (error, _ ("The key is of a kind that signs no JWS here: P-256, P-384, RSA and Ed25519 do"));
  return NULL;
}

/* --- reading --- */

void
stile_compact_jws_free (StileCompactJws *self)
{
  g_clear_pointer (&self->header, g_variant_unref);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->signed_bytes, g_bytes_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
  g_free (self);
}

static GVariant *
read_header (const char *text, GError **error)
{
  g_autoptr (GBytes) json = stile_base64url_decode (text, -1, error);
  g_autoptr (GVariant) header =
      json != NULL ? stile_json_parse (json, STILE_COMPACT_JWS_MAX_SIZE, error) : NULL;
  g_autoptr (GVariant) critical = NULL;

  if (header == NULL)
    return NULL;
  critical = stile_json_get_member (header, "crit");
  if (!g_variant_is_of_type (header, G_VARIANT_TYPE_VARDICT) || critical != NULL)
    {
      refuse (error, _ ("The protected header is none, or has critical members that are not known here"));
      return NULL;
    }

  return g_steal_pointer (&header);
}

/**
 * stile_compact_jws_parse:
 * @bytes: "header.payload.signature", each in base64url
 *
 * %G_IO_ERROR_INVALID_DATA when it is no such message.
 *
 * Returns: (transfer full): the message, taken apart
 */
StileCompactJws *
stile_compact_jws_parse (GBytes *bytes, GError **error)
{
  gsize length = g_bytes_get_size (bytes);
  g_autoptr (StileCompactJws) self = g_new0 (StileCompactJws, 1);
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  if (length > STILE_COMPACT_JWS_MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The signed message has %zu byte, the limit is %d",
                                "The signed message has %zu bytes, the limit is %d", length),
                   length, STILE_COMPACT_JWS_MAX_SIZE);
      return NULL;
    }

  text = g_strndup (length > 0 ? g_bytes_get_data (bytes, NULL) : "", length);
  parts = g_strsplit (text, ".", 4);
  if (strlen (text) != length || g_strv_length (parts) != 3)
    {
      refuse (error, _ ("This is no JWS message in the compact serialization"));
      return NULL;
    }

  self->header = read_header (parts[0], error);
  self->content = self->header != NULL ? stile_base64url_decode (parts[1], -1, error) : NULL;
  self->value = self->content != NULL ? stile_base64url_decode (parts[2], -1, error) : NULL;
  if (self->value == NULL)
    return NULL;

  self->signed_bytes = g_bytes_new (text, strlen (parts[0]) + 1 + strlen (parts[1]));
  return g_steal_pointer (&self);
}

static gboolean
decode_value (const Algorithm *algorithm, GBytes *value, gnutls_datum_t *signature)
{
  gsize length;
  guint8 *bytes = (guint8 *)g_bytes_get_data (value, &length);
  gnutls_datum_t r = { bytes, (unsigned int)algorithm->half };
  gnutls_datum_t s = { bytes + algorithm->half, (unsigned int)algorithm->half };

  if (algorithm->half > 0)
    return length == 2 * algorithm->half && gnutls_encode_rs_value (signature, &r, &s) >= 0;

  signature->data = gnutls_malloc (MAX (length, 1));
  signature->size = (unsigned int)length;
  if (length > 0)
    memcpy (signature->data, bytes, length);
  return TRUE;
}

/**
 * stile_compact_jws_verify:
 * @certificate: of whoever is said to have signed
 *
 * Whether its key has, by the algorithm that belongs to that key.
 */
gboolean
stile_compact_jws_verify (const StileCompactJws *self, StileCertificate *certificate, GError **error)
{
  const Algorithm *algorithm = find_algorithm (certificate, error);
  gnutls_datum_t data = { (guint8 *)g_bytes_get_data (self->signed_bytes, NULL),
                          (unsigned int)g_bytes_get_size (self->signed_bytes) };
  gnutls_datum_t signature = { NULL, 0 };
  gnutls_pubkey_t key = NULL;
  gboolean holds;

  if (algorithm == NULL)
    return FALSE;
  if (g_strcmp0 (stile_json_get_string (self->header, "alg"), algorithm->name) != 0)
    return refuse (error, _ ("The signature is of another kind than the key of the certificate"));

  gnutls_pubkey_init (&key);
  holds = gnutls_pubkey_import_x509 (key, stile_certificate_get_x509 (certificate), 0) >= 0 &&
          decode_value (algorithm, self->value, &signature) &&
          gnutls_pubkey_verify_data2 (key, algorithm->algorithm, 0, &data, &signature) >= 0;
  gnutls_pubkey_deinit (key);
  gnutls_free (signature.data);
  return holds || refuse (error, _ ("The signature does not hold"));
}

/**
 * stile_compact_jws_read_chain:
 * @limit: certificates that are read
 *
 * Returns: (transfer full) (nullable) (element-type StileCertificate): the header's "x5c", leaf first; %NULL without an error
 *   when there is none
 */
GPtrArray *
stile_compact_jws_read_chain (const StileCompactJws *self, guint limit, GError **error)
{
  g_autoptr (GVariant) list = stile_json_get_member (self->header, "x5c");
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < MIN (count, limit); i++)
    {
      g_autoptr (GVariant) text = NULL;
      g_autoptr (GBytes) der = NULL;
      StileCertificate *certificate;
      gsize length = 0;
      guchar *bytes = NULL;

      g_variant_get_child (list, i, "v", &text);
      if (g_variant_is_of_type (text, G_VARIANT_TYPE_STRING))
        bytes = g_base64_decode (g_variant_get_string (text, NULL), &length);
      der = g_bytes_new_take (bytes, length);
      certificate = stile_certificate_new_from_der (der, error);
      if (certificate == NULL)
        return NULL;
      g_ptr_array_add (chain, certificate);
    }

  return chain->len > 0 ? g_steal_pointer (&chain) : NULL;
}

/* --- writing --- */

/* GnuTLS gives numbers with a zero before a high bit, or without zeros at the front. */
static gboolean
copy_half (guint8 *half, gsize size, const gnutls_datum_t *number)
{
  const guint8 *bytes = number->data;
  gsize length = number->size;

  for (; length > 0 && *bytes == 0; length--)
    bytes++;
  if (length > size)
    return FALSE;

  memcpy (half + size - length, bytes, length);
  return TRUE;
}

static char *
encode_value (const Algorithm *algorithm, const gnutls_datum_t *signature)
{
  guint8 raw[2 * MAX_HALF] = { 0 };
  gnutls_datum_t r = { NULL, 0 }, s = { NULL, 0 };
  gboolean fits;

  if (algorithm->half == 0)
    return stile_base64url_encode (signature->data, signature->size);

  fits = gnutls_decode_rs_value (signature, &r, &s) >= 0 && copy_half (raw, algorithm->half, &r) &&
         copy_half (raw + algorithm->half, algorithm->half, &s);
  gnutls_free (r.data);
  gnutls_free (s.data);
  return fits ? stile_base64url_encode (raw, 2 * algorithm->half) : NULL;
}

static char *
make_header (GVariant *members, const Algorithm *algorithm)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (members);
  g_autoptr (GVariant) header = NULL;
  g_autofree char *json = NULL;

  g_variant_dict_insert (&dict, "alg", "s", algorithm->name);
  header = g_variant_ref_sink (g_variant_dict_end (&dict));
  json = stile_json_print (header, FALSE);
  return stile_base64url_encode ((const guint8 *)json, strlen (json));
}

/**
 * stile_compact_jws_sign:
 * @members: (nullable): a{sv} for the protected header, without "alg"
 * @key: of @signer
 *
 * Returns: (transfer full): "header.payload.signature"
 */
GBytes *
stile_compact_jws_sign (
    GBytes *content, GVariant *members, gnutls_privkey_t key, StileCertificate *signer, GError **error)
{
  const Algorithm *algorithm = find_algorithm (signer, error);
  g_autofree char *header = algorithm != NULL ? make_header (members, algorithm) : NULL;
  g_autofree char *payload =
      stile_base64url_encode (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  g_autofree char *text = g_strconcat (header != NULL ? header : "", ".", payload, NULL);
  gnutls_datum_t data = { (guint8 *)text, (unsigned int)strlen (text) }, signature = { NULL, 0 };
  g_autofree char *value = NULL;
  char *whole;

  if (header == NULL)
    return NULL;
  if (gnutls_privkey_sign_data2 (key, algorithm->algorithm, 0, &data, &signature) >= 0)
    value = encode_value (algorithm, &signature);
  gnutls_free (signature.data);
  if (value == NULL)
    {
      refuse (error, _ ("The key did not sign"));
      return NULL;
    }

  whole = g_strconcat (text, ".", value, NULL);
  return g_bytes_new_take (whole, strlen (whole));
}
