/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-jws-writer.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-json.h"
#include "codec/stile-jws.h"
#include "codec/stile-signed-message.h"

static void
add_chain (GVariantDict *header, GPtrArray *chain)
{
  GVariantBuilder x5c = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));

  for (guint i = 0; i < chain->len; i++)
    {
      GBytes *der = stile_certificate_get_der (chain->pdata[i]);

      g_variant_builder_add_value (&x5c, g_variant_new_take_string (g_base64_encode (
                                             g_bytes_get_data (der, NULL), g_bytes_get_size (der))));
    }

  g_variant_dict_insert_value (header, "x5c", g_variant_builder_end (&x5c));
}

/* Whoever is named by a key id is known to the reader, and needs no certificates with it. */
static char *
make_header (GVariant *members, GPtrArray *chain)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (members);
  g_autoptr (GVariant) header = NULL;
  g_autofree char *json = NULL;

  g_variant_dict_insert (&dict, "alg", "s", STILE_JWS_ALGORITHM);
  if (!g_variant_dict_contains (&dict, "kid"))
    add_chain (&dict, chain);
  header = g_variant_ref_sink (g_variant_dict_end (&dict));
  json = stile_json_print (header, FALSE);

  return stile_base64url_encode ((const guint8 *)json, strlen (json));
}

/* GnuTLS gives numbers of 31 to 33 bytes: with a zero before a high bit, or without zeros at the front. */
static gboolean
copy_half (guint8 *half, const gnutls_datum_t *number)
{
  const guint8 *bytes = number->data;
  gsize length = number->size;

  for (; length > 0 && *bytes == 0; length--)
    bytes++;
  if (length > STILE_JWS_HALF)
    return FALSE;

  memcpy (half + STILE_JWS_HALF - length, bytes, length);
  return TRUE;
}

static char *
encode_value (const gnutls_datum_t *der)
{
  guint8 raw[2 * STILE_JWS_HALF] = { 0 };
  gnutls_datum_t r = { NULL, 0 };
  gnutls_datum_t s = { NULL, 0 };
  gboolean fits = gnutls_decode_rs_value (der, &r, &s) >= 0 && copy_half (raw, &r) &&
                  copy_half (raw + STILE_JWS_HALF, &s);

  gnutls_free (r.data);
  gnutls_free (s.data);
  return fits ? stile_base64url_encode (raw, sizeof raw) : NULL;
}

static char *
sign (GBytes *data, gnutls_privkey_t key, GError **error)
{
  const gnutls_datum_t datum = { (guint8 *)g_bytes_get_data (data, NULL),
                                 (unsigned int)g_bytes_get_size (data) };
  gnutls_datum_t der = { NULL, 0 };
  int r = gnutls_privkey_sign_data2 (key, GNUTLS_SIGN_ECDSA_SHA256, 0, &datum, &der);
  char *value = r >= 0 ? encode_value (&der) : NULL;

  gnutls_free (der.data);
  if (value == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The key did not sign: %s"),
                 r < 0 ? gnutls_strerror (r) : _ ("it is no P-256 key"));

  return value;
}

/* One entry of "signatures", over the payload as it stands in the message. (transfer floating) */
static GVariant *
make_entry (const char *payload, GVariant *members, gnutls_privkey_t key, GPtrArray *chain, GError **error)
{
  g_autofree char *header = make_header (members, chain);
  g_autoptr (GBytes) data = stile_jws_join_signed_bytes (header, payload);
  g_autofree char *value = sign (data, key, error);
  GVariantBuilder entry = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (value == NULL)
    {
      g_variant_builder_clear (&entry);
      return NULL;
    }

  g_variant_builder_add (&entry, "{sv}", "protected", g_variant_new_string (header));
  g_variant_builder_add (&entry, "{sv}", "signature", g_variant_new_string (value));
  return g_variant_builder_end (&entry);
}

static GBytes *
print_document (GVariantDict *dict)
{
  g_autoptr (GVariant) document = g_variant_ref_sink (g_variant_dict_end (dict));
  char *text = stile_json_print (document, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

/**
 * stile_jws_writer_sign:
 * @content: what to sign
 * @members: (nullable): a{sv} for the protected header; with a "kid" among them it has no "x5c"
 * @key: of the first of @chain, on P-256
 * @chain: (element-type StileCertificate): all go into "x5c"
 *
 * Returns: (transfer full): a JSON text, in the general serialization
 */
GBytes *
stile_jws_writer_sign (
    GBytes *content, GVariant *members, gnutls_privkey_t key, GPtrArray *chain, GError **error)
{
  g_autofree char *payload =
      stile_base64url_encode (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  GVariant *entry = make_entry (payload, members, key, chain, error);

  if (entry == NULL)
    return NULL;

  g_variant_dict_insert (&dict, "payload", "s", payload);
  g_variant_dict_insert_value (&dict, "signatures", g_variant_new_array (G_VARIANT_TYPE_VARDICT, &entry, 1));
  return print_document (&dict);
}

static GVariant *
append (GVariant *signatures, GVariant *entry)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantIter iter;
  GVariant *earlier;

  g_variant_iter_init (&iter, signatures);
  while (g_variant_iter_loop (&iter, "v", &earlier))
    g_variant_builder_add (&builder, "v", earlier);
  g_variant_builder_add (&builder, "v", entry);

  return g_variant_builder_end (&builder);
}

/**
 * stile_jws_writer_countersign:
 * @bytes: a JWS that stile_jws_parse() takes
 * @members: as in stile_jws_writer_sign()
 *
 * Adds a signature to a message.  The strings of the payload and of the earlier signatures stay as they are, or those
 * would not hold any more (BOOTSTRAP section 6, 9).
 *
 * Returns: (transfer full): a JSON text
 */
GBytes *
stile_jws_writer_countersign (
    GBytes *bytes, GVariant *members, gnutls_privkey_t key, GPtrArray *chain, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (bytes, STILE_SIGNED_MESSAGE_MAX_SIZE, error);
  g_autoptr (GVariant) signatures = document != NULL ? stile_json_get_member (document, "signatures") : NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (document);
  g_autoptr (GVariant) entry =
      document != NULL ? make_entry (stile_json_get_string (document, "payload"), members, key, chain, error)
                       : NULL;

  if (entry == NULL)
    return NULL;

  g_variant_ref_sink (entry);
  g_variant_dict_insert_value (&dict, "signatures", append (signatures, entry));
  return print_document (&dict);
}
