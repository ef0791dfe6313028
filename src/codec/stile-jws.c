/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-jws.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-json.h"
#include "codec/stile-signed-message.h"

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, sentence);
  return FALSE;
}

static gboolean
has_member (GVariant *object, const char *member)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (object, member, NULL);

  return value != NULL;
}

static gboolean
check_serialization (GVariant *document, GError **error)
{
  if (!g_variant_is_of_type (document, G_VARIANT_TYPE_VARDICT))
    return refuse (error, _ ("This is no JWS message: it is no JSON object"));
  if (has_member (document, "signature") || has_member (document, "protected") ||
      has_member (document, "header"))
    return refuse (error,
                   _ ("The JWS message is in the flattened serialization; the general one is expected"));
  if (!has_member (document, "payload"))
    return refuse (error, _ ("The JWS message is a detached signature: what was signed is not in it"));

  return TRUE;
}

static gboolean
check_algorithm (StileSignature *signature, GVariant *header, GError **error)
{
  const char *name = stile_json_get_string (header, "alg");

  if (name == NULL)
    return refuse (error, _ ("The protected header does not name the algorithm of the signature"));
  if (strcmp (name, STILE_JWS_ALGORITHM) != 0)
    {
      g_autofree char *shown = g_strescape (name, NULL);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The message is signed with “%.32s”; only ES256 is accepted"), shown);
      return FALSE;
    }

  signature->name = g_strdup (name);
  signature->algorithm = GNUTLS_SIGN_ECDSA_SHA256;
  signature->curve = GNUTLS_ECC_CURVE_SECP256R1;
  return TRUE;
}

static gboolean
is_understood (GVariant *header, const char *name, const char *const *understood)
{
  return understood != NULL && g_strv_contains (understood, name) && has_member (header, name);
}

/* RFC 7515 section 4.1.11: whoever does not know one of the names must refuse; a list that names nothing, a name twice, or
 * what the header does not have, is none. */
static gboolean
check_critical (GVariant *header, const char *const *understood, GError **error)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (header, "crit", NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gsize count =
      list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) ? g_variant_n_children (list) : 0;

  if (list == NULL)
    return TRUE;
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) name = g_variant_get_variant (boxed);

      if (g_variant_is_of_type (name, G_VARIANT_TYPE_STRING) &&
          is_understood (header, g_variant_get_string (name, NULL), understood))
        g_hash_table_add (seen, g_variant_dup_string (name, NULL));
    }
  if (count > 0 && g_hash_table_size (seen) == count)
    return TRUE;

  return refuse (error, _ ("The protected header has critical members (“crit”) that are not known here"));
}

/* RFC 7515 section 7.2.1: no name in both.  What is not protected proves nothing and is not read any further. */
static gboolean
check_unprotected (GVariant *entry, GVariant *header, GError **error)
{
  g_autoptr (GVariant) unprotected = g_variant_lookup_value (entry, "header", NULL);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (unprotected == NULL)
    return TRUE;
  if (!g_variant_is_of_type (unprotected, G_VARIANT_TYPE_VARDICT))
    return refuse (error, _ ("The unprotected header is no JSON object"));
  if (has_member (unprotected, "crit"))
    return refuse (
        error, _ ("The unprotected header has critical members (“crit”), which only a protected one has"));

  g_variant_iter_init (&iter, unprotected);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (has_member (header, name))
      {
        g_clear_pointer (&value, g_variant_unref);
        return refuse (error, _ ("The unprotected header has a member that the protected one has, too"));
      }

  return TRUE;
}

static gboolean
add_certificate (StileSignatureMessage *message, StileSignature *signature, GVariant *entry, GError **error)
{
  g_autoptr (GVariant) text = g_variant_get_variant (entry);
  g_autoptr (GBytes) der = NULL;
  StileCertificate *certificate;

  if (!g_variant_is_of_type (text, G_VARIANT_TYPE_STRING))
    return refuse (error, _ ("“x5c” has a member that is no text"));
  der = stile_base64url_decode_standard (g_variant_get_string (text, NULL), -1, error);
  if (der == NULL || !stile_signature_message_add_certificate (message, der, &certificate, error))
    {
      g_prefix_error (error, "%s: ", _ ("Reading “x5c”"));
      return FALSE;
    }

  if (signature->signer == NULL)
    signature->signer = g_object_ref (certificate);
  g_ptr_array_add (signature->certificates, g_object_ref (certificate));
  return TRUE;
}

static gboolean
read_certificates (StileSignatureMessage *message,
                   StileSignature *signature,
                   GVariant *header,
                   GError **error)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (header, "x5c", NULL);

  signature->certificates = g_ptr_array_new_with_free_func (g_object_unref);
  if (list == NULL)
    return TRUE;
  if (!g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) || g_variant_n_children (list) == 0)
    return refuse (error, _ ("“x5c” is no list of certificates"));

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (list, i);

      if (!add_certificate (message, signature, entry, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_value (StileSignature *signature, GVariant *entry, GError **error)
{
  const char *text = stile_json_get_string (entry, "signature");
  g_autoptr (GBytes) raw = text != NULL ? stile_base64url_decode (text, -1, error) : NULL;
  gnutls_datum_t value = { NULL, 0 };
  gnutls_datum_t r;
  gnutls_datum_t s;

  if (text == NULL)
    return refuse (error, _ ("A signature is missing in the JWS message"));
  if (raw == NULL)
    return FALSE;
  if (g_bytes_get_size (raw) != 2 * STILE_JWS_HALF)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   g_dngettext (GETTEXT_PACKAGE, "An ES256 signature has %zu byte where it should have %d",
                                "An ES256 signature has %zu bytes where it should have %d",
                                g_bytes_get_size (raw)),
                   g_bytes_get_size (raw), 2 * STILE_JWS_HALF);
      return FALSE;
    }

  r = (gnutls_datum_t){ (guint8 *)g_bytes_get_data (raw, NULL), STILE_JWS_HALF };
  s = (gnutls_datum_t){ r.data + STILE_JWS_HALF, STILE_JWS_HALF };
  if (gnutls_encode_rs_value (&value, &r, &s) < 0)
    return refuse (error, _ ("An ES256 signature is no pair of numbers"));
  signature->value = g_bytes_new (value.data, value.size);
  gnutls_free (value.data);

  return TRUE;
}

static GVariant *
parse_header (const char *text, GError **error)
{
  g_autoptr (GBytes) json = stile_base64url_decode (text, -1, error);
  g_autoptr (GVariant) header =
      json != NULL ? stile_json_parse (json, STILE_SIGNED_MESSAGE_MAX_SIZE, error) : NULL;

  if (header == NULL)
    {
      g_prefix_error (error, "%s: ", _ ("Reading the protected header"));
      return NULL;
    }
  if (!g_variant_is_of_type (header, G_VARIANT_TYPE_VARDICT))
    {
      refuse (error, _ ("The protected header is no JSON object"));
      return NULL;
    }

  return g_steal_pointer (&header);
}

/**
 * stile_jws_join_signed_bytes:
 *
 * RFC 7515 section 5.1: both as they were sent, never decoded and encoded again.
 *
 * Returns: (transfer full): what a signature covers
 */
GBytes *
stile_jws_join_signed_bytes (const char *protected_text, const char *payload)
{
  char *text = g_strconcat (protected_text, ".", payload, NULL);

  return g_bytes_new_take (text, strlen (text));
}

static gboolean
read_signature (StileSignatureMessage *message,
                GVariant *entry,
                const char *payload,
                const char *const *understood,
                GError **error)
{
  g_autoptr (StileSignature) signature = stile_signature_new ();
  const char *protected_text = stile_json_get_string (entry, "protected");
  g_autoptr (GVariant) header = NULL;
  const char *type;

  if (protected_text == NULL)
    return refuse (error, _ ("A signature of the JWS message has no protected header"));
  header = parse_header (protected_text, error);
  if (header == NULL || !check_algorithm (signature, header, error) ||
      !check_critical (header, understood, error) || !check_unprotected (entry, header, error) ||
      !read_certificates (message, signature, header, error) || !read_value (signature, entry, error))
    return FALSE;

  signature->signed_bytes = stile_jws_join_signed_bytes (protected_text, payload);
  signature->header = g_variant_ref (header);
  type = stile_json_get_string (header, "typ");
  if (message->content_type == NULL)
    message->content_type = g_strdup (type != NULL ? type : "");
  g_ptr_array_add (message->signatures, g_steal_pointer (&signature));

  return TRUE;
}

static gboolean
read_signatures (StileSignatureMessage *message,
                 GVariant *document,
                 const char *payload,
                 const char *const *understood,
                 GError **error)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (document, "signatures", G_VARIANT_TYPE ("av"));

  if (list == NULL)
    return refuse (error, _ ("The JWS message has no list of signatures"));
  if (!stile_signature_message_check_signers (g_variant_n_children (list), error))
    return FALSE;

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) entry = g_variant_get_variant (boxed);

      if (!read_signature (message, entry, payload, understood, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_document (StileSignatureMessage *message,
               GVariant *document,
               const char *const *understood,
               GError **error)
{
  const char *payload;

  if (!check_serialization (document, error))
    return FALSE;
  payload = stile_json_get_string (document, "payload");
  if (payload == NULL)
    return refuse (error, _ ("The payload of the JWS message is no text"));
  message->content = stile_base64url_decode (payload, -1, error);
  if (message->content == NULL)
    {
      g_prefix_error (error, "%s: ", _ ("Reading the payload"));
      return FALSE;
    }

  return read_signatures (message, document, payload, understood, error);
}

/**
 * stile_jws_parse:
 * @bytes: a JSON text; how large it may be is the caller's matter
 * @understood: (nullable) (array zero-terminated=1): names that the caller honours when they are critical (RFC 7515
 *   section 4.1.11)
 * @error: %G_IO_ERROR_INVALID_DATA, %G_IO_ERROR_MESSAGE_TOO_LARGE
 *
 * Takes a JWS in the general JSON serialization apart (RFC 7515 section 7.2.1).  Only ES256.
 *
 * Returns: (transfer full): what is in it; nothing is verified yet
 */
StileSignatureMessage *
stile_jws_parse (GBytes *bytes, const char *const *understood, GError **error)
{
  g_autoptr (StileSignatureMessage) message = stile_signature_message_new ();
  g_autoptr (GVariant) document = stile_json_parse (bytes, STILE_SIGNED_MESSAGE_MAX_SIZE, error);

  if (document == NULL || !read_document (message, document, understood, error))
    {
      g_prefix_error (error, "%s: ", _ ("Reading a JWS message"));
      return NULL;
    }

  return g_steal_pointer (&message);
}
