/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-message.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"

static gboolean
verify (StileSignedMessage *message, GError **error)
{
  StileCertificate *signer = stile_signed_message_get_signer (message, 0);

  if (stile_signed_message_get_n_signers (message) == 1 && signer != NULL)
    return stile_signed_message_verify (message, 0, signer, error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       _ ("it must have one signature, with the signer’s certificate in it"));
  return FALSE;
}

/**
 * stile_prm_message_open:
 * @id: the check that it belongs to
 * @bytes: from anybody
 * @understood: (nullable) (array zero-terminated=1): critical header members that the caller looks at
 * @checks: gets why not
 * @error: %STILE_ERROR_PROTOCOL for what is no such message, %STILE_ERROR_UNTRUSTED for a signature that does not hold
 *
 * Who the signer is, is the caller's matter.
 *
 * Returns: (transfer full): the message, signed by its signer 0
 */
StileSignedMessage *
stile_prm_message_open (
    const char *id, GBytes *bytes, const char *const *understood, StileChecks *checks, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse_jws (bytes, understood, &reason);

  if (message == NULL)
    {
      stile_checks_refuse (checks, id, error, STILE_ERROR_PROTOCOL, "%s", reason->message);
      return NULL;
    }
  if (!verify (message, &reason))
    {
      stile_checks_refuse (checks, id, error, STILE_ERROR_UNTRUSTED, _ ("The signature does not hold: %s"),
                           reason->message);
      return NULL;
    }

  return g_steal_pointer (&message);
}

/**
 * stile_prm_message_print:
 * @document: consumed when floating
 *
 * Returns: (transfer full): it as JSON
 */
GBytes *
stile_prm_message_print (GVariant *document)
{
  g_autoptr (GVariant) kept = g_variant_ref_sink (document);
  char *text = stile_json_print (kept, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

/**
 * stile_prm_message_sign:
 * @identity: who signs; its key must be one on P-256
 * @chain: (nullable) (element-type StileCertificate): what goes into "x5c", the identity's own first; %NULL for all of the
 *   identity's
 * @content: what is signed
 * @members: (nullable): a{sv} for the protected header; consumed when floating
 *
 * Returns: (transfer full): the message; %STILE_ERROR_SETTINGS when the key cannot sign it
 */
GBytes *
stile_prm_message_sign (
    StileIdentity *identity, GPtrArray *chain, GBytes *content, GVariant *members, GError **error)
{
  g_autoptr (GVariant) kept = members != NULL ? g_variant_ref_sink (members) : NULL;
  gnutls_privkey_t key = stile_identity_open_key (identity, error);
  GBytes *bytes;

  if (key == NULL)
    return NULL;

  bytes = stile_signed_message_sign_jws_with (
      content, kept, key, chain != NULL ? chain : stile_identity_get_chain (identity), error);
  gnutls_privkey_deinit (key);
  if (bytes == NULL)
    stile_error_convert (error, STILE_ERROR_SETTINGS);
  return bytes;
}

/**
 * stile_prm_message_encode:
 *
 * Returns: (transfer full): @bytes in the base64 that stands in JSON
 */
char *
stile_prm_message_encode (GBytes *bytes)
{
  gsize length;
  const guchar *data = g_bytes_get_data (bytes, &length);

  return g_base64_encode (data, length);
}
