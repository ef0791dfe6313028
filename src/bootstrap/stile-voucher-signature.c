/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-voucher-signature.h"

#include "atls/stile-error.h"

/* The protected header's "typ" of a voucher in a JWS. */
#define JWS_TYPE "voucher-jws+json"

/**
 * stile_voucher_signature_make:
 * @chain: (element-type StileCertificate): what goes with the signature, the identity's certificate first
 * @format: of the answer or the request
 * @content: a voucher or a request in JSON
 * @now: Unix seconds
 *
 * Returns: (transfer full): the signed bytes; %STILE_ERROR_SETTINGS when the key cannot sign
 */
GBytes *
stile_voucher_signature_make (StileIdentity *identity,
                              GPtrArray *chain,
                              StileSignedFormat format,
                              GBytes *content,
                              gint64 now,
                              GError **error)
{
  gnutls_privkey_t key = stile_identity_open_key (identity, error);
  GBytes *bytes;

  if (key == NULL)
    return NULL;

  bytes = format == STILE_SIGNED_JWS
              ? stile_signed_message_sign_jws (content, JWS_TYPE, key, chain, error)
              : stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, key, chain, now, error);
  gnutls_privkey_deinit (key);
  if (bytes == NULL)
    stile_error_convert (error, STILE_ERROR_SETTINGS);
  return bytes;
}
