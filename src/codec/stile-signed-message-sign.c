/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-signed-message.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "codec/stile-cms-writer.h"
#include "codec/stile-jws-writer.h"

/* How signed messages are made: whatever is let out can be read again. */

static gboolean
check_chain (GPtrArray *chain, GError **error)
{
  if (chain->len > 0 && chain->len <= STILE_SIGNED_MESSAGE_MAX_CERTIFICATES)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               g_dngettext (GETTEXT_PACKAGE, "A signed message takes from 1 to %d certificate, not %u",
                            "A signed message takes from 1 to %d certificates, not %u",
                            STILE_SIGNED_MESSAGE_MAX_CERTIFICATES),
               STILE_SIGNED_MESSAGE_MAX_CERTIFICATES, chain->len);
  return FALSE;
}

/* What cannot be read again is not let out: too large, or signed with a key that is not the certificate's. */
static GBytes *
check_written (
    GBytes *bytes, StileSignedFormat format, const char *const *critical, GPtrArray *chain, GError **error)
{
  g_autoptr (GBytes) written = bytes;
  g_autoptr (StileSignedMessage) message = NULL;

  if (written == NULL)
    return NULL;
  message = format == STILE_SIGNED_JWS ? stile_signed_message_parse_jws (written, critical, error)
                                       : stile_signed_message_parse_as (written, format, error);
  if (message == NULL ||
      !stile_signed_message_verify (message, stile_signed_message_get_n_signers (message) - 1,
                                    g_ptr_array_index (chain, 0), error))
    {
      g_prefix_error (error, "%s: ", _ ("Signing a message"));
      return NULL;
    }

  return g_steal_pointer (&written);
}

/**
 * stile_signed_message_sign_cms:
 * @content: what to sign
 * @content_type: an object identifier, %STILE_CONTENT_TYPE_VOUCHER
 * @key: of the first of @chain, in memory or on a token; blocks while it signs
 * @chain: (element-type StileCertificate): the signer first; all go into the message
 * @signing_time: Unix seconds, or %G_MININT64 to say none
 * @error: when the key does not sign, or is not the first certificate's
 *
 * Returns: (transfer full): the message in DER
 */
GBytes *
stile_signed_message_sign_cms (GBytes *content,
                               const char *content_type,
                               gnutls_privkey_t key,
                               GPtrArray *chain,
                               gint64 signing_time,
                               GError **error)
{
  if (!check_chain (chain, error))
    return NULL;

  return check_written (stile_cms_writer_sign (content, content_type, key, chain, signing_time, error),
                        STILE_SIGNED_CMS, NULL, chain, error);
}

/**
 * stile_signed_message_sign_jws:
 * @content: what to sign
 * @type: (nullable): the protected header's "typ"
 * @key: of the first of @chain, on P-256; blocks while it signs
 * @chain: (element-type StileCertificate): the signer first; all go into "x5c"
 * @error: when the key does not sign, is not the first certificate's, or cannot ES256
 *
 * Returns: (transfer full): the message, JSON
 */
GBytes *
stile_signed_message_sign_jws (
    GBytes *content, const char *type, gnutls_privkey_t key, GPtrArray *chain, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) members = NULL;

  if (type != NULL)
    g_variant_dict_insert (&dict, "typ", "s", type);
  members = g_variant_ref_sink (g_variant_dict_end (&dict));

  return stile_signed_message_sign_jws_with (content, members, key, chain, error);
}

/* (transfer container) (nullable) */
static const char **
list_critical (GVariant *members)
{
  g_autoptr (GVariant) list = members != NULL ? g_variant_lookup_value (members, "crit", NULL) : NULL;

  return list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE_STRING_ARRAY)
             ? g_variant_get_strv (list, NULL)
             : NULL;
}

/**
 * stile_signed_message_sign_jws_with:
 * @content: what to sign
 * @members: (nullable): a{sv} of the protected header besides "alg" and "x5c"; "crit" is an as; with a "kid" there is no
 *   "x5c"
 * @key: of the first of @chain, on P-256; blocks while it signs
 * @chain: (element-type StileCertificate): the signer first
 * @error: as in stile_signed_message_sign_jws()
 *
 * Returns: (transfer full): the message, JSON
 */
GBytes *
stile_signed_message_sign_jws_with (
    GBytes *content, GVariant *members, gnutls_privkey_t key, GPtrArray *chain, GError **error)
{
  g_autofree const char **critical = list_critical (members);

  if (!check_chain (chain, error))
    return NULL;

  return check_written (stile_jws_writer_sign (content, members, key, chain, error), STILE_SIGNED_JWS,
                        critical, chain, error);
}

/**
 * stile_signed_message_sign_jws_again:
 * @members: (nullable): as in stile_signed_message_sign_jws_with(), without "crit"
 * @key: of the first of @chain, on P-256; blocks while it signs
 * @chain: (element-type StileCertificate): the signer first; all go into "x5c"
 * @error: as in stile_signed_message_sign_jws(), and for a message of %STILE_SIGNED_MESSAGE_MAX_SIGNERS already
 *
 * Adds a signature to a JWS, as a registrar does with a voucher of BRSKI-PRM.  What others signed stays as it is.
 *
 * Returns: (transfer full): the message with one signature more
 */
GBytes *
stile_signed_message_sign_jws_again (
    StileSignedMessage *self, GVariant *members, gnutls_privkey_t key, GPtrArray *chain, GError **error)
{
  g_return_val_if_fail (stile_signed_message_get_format (self) == STILE_SIGNED_JWS, NULL);

  if (!check_chain (chain, error))
    return NULL;

  return check_written (
      stile_jws_writer_countersign (stile_signed_message_get_bytes (self), members, key, chain, error),
      STILE_SIGNED_JWS, NULL, chain, error);
}
