/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-receipt-signature.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-compact-jws.h"
#include "codec/stile-json.h"

/* So that nothing else that the same key signs is taken for a receipt (RFC 8725 section 3.11). */
#define RECEIPT_TYPE "stile-receipt+jws"

/* --- writing --- */

/* RFC 7515 section 4.1.8. */
static char *
digest_certificate (StileCertificate *certificate)
{
  GBytes *der = stile_certificate_get_der (certificate);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (der, NULL), (gssize)g_bytes_get_size (der));
  g_checksum_get_digest (checksum, digest, &length);
  return stile_base64url_encode (digest, length);
}

static GVariant *
write_chain (GPtrArray *chain, guint count)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < MIN (chain->len, count); i++)
    {
      GBytes *der = stile_certificate_get_der (g_ptr_array_index (chain, i));
      g_autofree char *text = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));

      g_variant_builder_add (&builder, "s", text);
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
make_members (GPtrArray *chain, StileReceiptForm form)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *digest = digest_certificate (g_ptr_array_index (chain, 0));

  g_variant_dict_insert (&dict, "typ", "s", RECEIPT_TYPE);
  if (form == STILE_RECEIPT_BRIEF)
    g_variant_dict_insert (&dict, "x5t#S256", "s", digest);
  else
    g_variant_dict_insert_value (&dict, "x5c",
                                 write_chain (chain, form == STILE_RECEIPT_FULL ? chain->len : 1));

  return g_variant_dict_end (&dict);
}

static void
copy_fields (StileObservation *from, StileObservation *to)
{
  static const char *const kept[] = { "Content-Type", "Content-Encoding", "Cookie", "User-Agent" };

  for (guint i = 0; i < stile_observation_get_n_headers (from); i++)
    {
      const char *value;
      const char *name = stile_observation_get_nth_header (from, i, &value);

      for (gsize j = 0; j < G_N_ELEMENTS (kept); j++)
        if (g_ascii_strcasecmp (name, kept[j]) == 0)
          stile_observation_add_header (to, name, value);
    }
}

/* Without the chain, the front, and most header fields: those are in full receipts. */
static StileObservation *
shorten (StileObservation *whole)
{
  StileObservation *self = stile_observation_new ();
  const char *type;
  const char *digest = stile_observation_get_binding (whole, &type);

  stile_observation_set_binding (self, type, digest);
  stile_observation_set_tls (self, stile_observation_get_tls_version (whole), NULL, NULL);
  stile_observation_set_http_version (self, stile_observation_get_http_version (whole));
  stile_observation_set_time (self, stile_observation_get_time (whole));
  stile_observation_set_best_tls (self, stile_observation_get_best_tls (whole));
  copy_fields (whole, self);
  return self;
}

static GBytes *
print (StileReceipt *receipt)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_receipt_to_variant (receipt));
  char *text = stile_json_print (variant, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

static StileReceipt *
make_brief (StileReceipt *receipt)
{
  g_autoptr (StileObservation) observation = shorten (stile_receipt_get_observation (receipt));
  StileReceipt *brief = stile_receipt_new (stile_receipt_get_nonce (receipt), observation);
  const char *about;
  gsize length;
  const char *digest = stile_receipt_get_request (receipt, &length);
  guint count = stile_receipt_get_count (receipt, &about);

  stile_receipt_set_request (brief, stile_receipt_get_method (receipt), length, digest);
  digest = stile_receipt_get_response (receipt, &length);
  stile_receipt_set_response (brief, length, digest);
  stile_receipt_set_count (brief, about, count);
  stile_receipt_set_handling (brief, stile_receipt_get_handling (receipt));
  return brief;
}

/**
 * stile_receipt_signature_make:
 * @identity: of the service inside ATLS
 *
 * Returns: (transfer full): a JWS in the compact serialization, of ASCII characters
 */
GBytes *
stile_receipt_signature_make (StileReceipt *receipt,
                              StileIdentity *identity,
                              StileReceiptForm form,
                              GError **error)
{
  gnutls_privkey_t key = stile_identity_open_key (identity, error);
  g_autoptr (StileReceipt) brief = form != STILE_RECEIPT_FULL ? make_brief (receipt) : NULL;
  g_autoptr (GBytes) content = print (brief != NULL ? brief : receipt);
  g_autoptr (GVariant) members =
      g_variant_ref_sink (make_members (stile_identity_get_chain (identity), form));
  GBytes *bytes;

  if (key == NULL)
    return NULL;

  bytes = stile_compact_jws_sign (content, members, key, stile_identity_get_certificate (identity), error);
  gnutls_privkey_deinit (key);
  return bytes;
}

/* --- reading --- */

/* Takes over @chain. */
static GPtrArray *
choose_chain (const StileCompactJws *jws, GPtrArray *known, GError **error)
{
  g_autoptr (GError) local = NULL;
  GPtrArray *chain = stile_compact_jws_read_chain (jws, STILE_OBSERVATION_MAX_CHAIN, &local);
  const char *digest = stile_json_get_string (jws->header, "x5t#S256");
  g_autofree char *ours = known != NULL ? digest_certificate (g_ptr_array_index (known, 0)) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (chain != NULL)
    return chain;
  if (ours != NULL && g_strcmp0 (digest, ours) == 0)
    return g_ptr_array_ref (known);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
                       _ ("Whoever signed the receipt is not known, and does not show a certificate"));
  return NULL;
}

static gboolean
verify (const StileCompactJws *jws, GPtrArray *chain, GError **error)
{
  if (stile_compact_jws_verify (jws, g_ptr_array_index (chain, 0), error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_UNTRUSTED);
  return FALSE;
}

static StileReceipt *
read_receipt (const StileCompactJws *jws, const char *nonce, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (jws->content, STILE_COMPACT_JWS_MAX_SIZE, error);
  g_autoptr (StileReceipt) receipt =
      document != NULL ? stile_receipt_new_from_variant (document, error) : NULL;

  if (receipt == NULL)
    return NULL;
  if (strcmp (stile_receipt_get_nonce (receipt), nonce) != 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The receipt is for another request: somebody answers with an old one"));
      return NULL;
    }

  return g_steal_pointer (&receipt);
}

/**
 * stile_receipt_signature_open:
 * @bytes: what came, from whoever it was
 * @nonce: of the request that it must be for
 * @known: (nullable) (element-type StileCertificate): who the service is, if that is known: a brief receipt does not say
 * @error: %STILE_ERROR_PROTOCOL when it is no receipt, or for another request; %STILE_ERROR_UNTRUSTED when its signature does not
 *   hold, or nobody knows whose it is
 *
 * Returns: (transfer full): a receipt whose signature is that of the first of its chain.  Who that is is the caller's to judge
 */
StileReceipt *
stile_receipt_signature_open (GBytes *bytes, const char *nonce, GPtrArray *known, GError **error)
{
  g_autoptr (StileCompactJws) jws = stile_compact_jws_parse (bytes, error);
  g_autoptr (GPtrArray) chain = NULL;
  StileReceipt *receipt = NULL;

  if (jws != NULL && g_strcmp0 (stile_json_get_string (jws->header, "typ"), RECEIPT_TYPE) != 0)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("This is signed, but is no receipt"));
  else if (jws != NULL)
    chain = choose_chain (jws, known, error);
  if (chain != NULL && verify (jws, chain, error))
    receipt = read_receipt (jws, nonce, error);
  if (receipt != NULL)
    stile_receipt_set_chain (receipt, chain);
  else
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      g_prefix_error (error, _ ("Reading the service’s receipt: "));
    }

  return receipt;
}
