/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-signed-message.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-cms.h"
#include "codec/stile-jws.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/**
 * StileSignedMessage:
 *
 * A content with its signatures, CMS or JWS, as an immutable value: the bytes as they came, and what they were taken
 * apart into.  Vouchers and voucher requests are such messages.
 */
struct _StileSignedMessage
{
  GObject parent_instance;

  StileSignedFormat format;
  GBytes *bytes;
  StileSignatureMessage *message;
};

G_DEFINE_FINAL_TYPE (StileSignedMessage, stile_signed_message, G_TYPE_OBJECT)

static void
stile_signed_message_finalize (GObject *object)
{
  StileSignedMessage *self = STILE_SIGNED_MESSAGE (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->message, stile_signature_message_free);

  G_OBJECT_CLASS (stile_signed_message_parent_class)->finalize (object);
}

static void
stile_signed_message_class_init (StileSignedMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_signed_message_finalize;
}

static void
stile_signed_message_init (StileSignedMessage *self)
{
}

static gboolean
check_size (gsize size, GError **error)
{
  if (size <= STILE_SIGNED_MESSAGE_MAX_SIZE)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE, "The signed message has %zu byte, the limit is %d",
                            "The signed message has %zu bytes, the limit is %d", size),
               size, STILE_SIGNED_MESSAGE_MAX_SIZE);
  return FALSE;
}

/* The first byte that is not JSON's white space; 0 when there is none. */
static char
get_first_character (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\0' || strchr (" \t\r\n", text[i]) == NULL)
      return text[i];

  return '\0';
}

static gboolean
check_json_beginning (GBytes *bytes, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  const char *problem = NULL;

  if (length >= 3 && memcmp (text, BYTE_ORDER_MARK, 3) == 0)
    problem = _ ("The JWS message begins with a byte order mark, which JSON must not");
  else if (length >= 3 && memcmp (text, "eyJ", 3) == 0)
    problem = _ ("The JWS message is in the compact serialization; the general one is expected");
  if (problem == NULL)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, problem);
  return FALSE;
}

/**
 * stile_signed_message_parse:
 * @bytes: from anybody
 * @error: %G_IO_ERROR_MESSAGE_TOO_LARGE for more than %STILE_SIGNED_MESSAGE_MAX_SIZE bytes and the other limits,
 *   %G_IO_ERROR_INVALID_DATA for what is neither CMS nor JWS
 *
 * Tells by the first byte which format it is.
 *
 * Returns: (transfer full): the message; nothing is verified yet
 */
StileSignedMessage *
stile_signed_message_parse (GBytes *bytes, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  gboolean json = get_first_character (text, length) == '{';

  if (!check_json_beginning (bytes, error))
    return NULL;

  return stile_signed_message_parse_as (bytes, json ? STILE_SIGNED_JWS : STILE_SIGNED_CMS, error);
}

static StileSignedMessage *
parse (GBytes *bytes, StileSignedFormat format, const char *const *understood, GError **error)
{
  g_autoptr (StileSignatureMessage) message = NULL;
  StileSignedMessage *self;

  if (!check_size (g_bytes_get_size (bytes), error) ||
      (format == STILE_SIGNED_JWS && !check_json_beginning (bytes, error)))
    return NULL;

  message = format == STILE_SIGNED_JWS ? stile_jws_parse (bytes, understood, error)
                                       : stile_cms_parse (bytes, error);
  if (message == NULL)
    return NULL;

  self = g_object_new (STILE_TYPE_SIGNED_MESSAGE, NULL);
  self->format = format;
  self->bytes = g_bytes_ref (bytes);
  self->message = g_steal_pointer (&message);
  return self;
}

/**
 * stile_signed_message_parse_as:
 * @bytes: from anybody; is kept
 * @format: what its media type says that it is
 * @error: as in stile_signed_message_parse()
 *
 * Returns: (transfer full): the message; nothing is verified yet
 */
StileSignedMessage *
stile_signed_message_parse_as (GBytes *bytes, StileSignedFormat format, GError **error)
{
  return parse (bytes, format, NULL, error);
}

/**
 * stile_signed_message_parse_jws:
 * @bytes: from anybody; is kept
 * @understood: (nullable) (array zero-terminated=1): names of header members that may be critical, since the caller looks
 *   at them
 * @error: as in stile_signed_message_parse()
 *
 * Returns: (transfer full): the message; nothing is verified yet
 */
StileSignedMessage *
stile_signed_message_parse_jws (GBytes *bytes, const char *const *understood, GError **error)
{
  return parse (bytes, STILE_SIGNED_JWS, understood, error);
}

/**
 * stile_signed_message_get_format:
 *
 * Returns: which of the two it is
 */
StileSignedFormat
stile_signed_message_get_format (StileSignedMessage *self)
{
  return self->format;
}

/**
 * stile_signed_message_get_bytes:
 *
 * Returns: (transfer none): the message as it came, to be kept and sent on
 */
GBytes *
stile_signed_message_get_bytes (StileSignedMessage *self)
{
  return self->bytes;
}

/**
 * stile_signed_message_get_content:
 *
 * Returns: (transfer none): what is signed
 */
GBytes *
stile_signed_message_get_content (StileSignedMessage *self)
{
  return self->message->content;
}

/**
 * stile_signed_message_get_content_type:
 *
 * Returns: (transfer none): CMS: the object identifier, %STILE_CONTENT_TYPE_VOUCHER; JWS: the first protected header's
 *   "typ", or ""
 */
const char *
stile_signed_message_get_content_type (StileSignedMessage *self)
{
  return self->message->content_type;
}

/**
 * stile_signed_message_get_certificates:
 *
 * Returns: (transfer none) (element-type StileCertificate): all that came along, in the message's order; they prove
 *   nothing
 */
GPtrArray *
stile_signed_message_get_certificates (StileSignedMessage *self)
{
  return self->message->certificates;
}

/**
 * stile_signed_message_get_n_signers:
 *
 * Returns: how many signatures there are, at least one
 */
guint
stile_signed_message_get_n_signers (StileSignedMessage *self)
{
  return self->message->signatures->len;
}

static StileSignature *
get_signature (StileSignedMessage *self, guint index)
{
  g_assert (index < self->message->signatures->len);

  return g_ptr_array_index (self->message->signatures, index);
}

/**
 * stile_signed_message_get_signer:
 * @index: less than stile_signed_message_get_n_signers()
 *
 * Returns: (transfer none) (nullable): the certificate in the message that the signature names, JWS: the first of its
 *   "x5c"; %NULL when it is not there
 */
StileCertificate *
stile_signed_message_get_signer (StileSignedMessage *self, guint index)
{
  return get_signature (self, index)->signer;
}

/* Certificates that sign one another in a circle do not keep us here: each is taken once. */
static StileCertificate *
find_issuer (GPtrArray *certificates, GPtrArray *chain)
{
  StileCertificate *last = g_ptr_array_index (chain, chain->len - 1);

  for (guint i = 0; i < certificates->len; i++)
    {
      StileCertificate *issuer = g_ptr_array_index (certificates, i);

      if (!g_ptr_array_find (chain, issuer, NULL) && stile_certificate_is_issued_by (last, issuer))
        return issuer;
    }

  return NULL;
}

/**
 * stile_signed_message_get_signer_chain:
 * @index: less than stile_signed_message_get_n_signers()
 *
 * Follows signatures through the certificates of the message.  That proves nothing: see StileCertificatePath.
 *
 * Returns: (transfer full) (element-type StileCertificate): the signer first; empty when it is not in the message
 */
GPtrArray *
stile_signed_message_get_signer_chain (StileSignedMessage *self, guint index)
{
  StileSignature *signature = get_signature (self, index);
  GPtrArray *chain = g_ptr_array_new_with_free_func (g_object_unref);
  StileCertificate *next = signature->signer;

  while (next != NULL && chain->len < STILE_SIGNED_MESSAGE_MAX_CERTIFICATES)
    {
      g_ptr_array_add (chain, g_object_ref (next));
      next = find_issuer (signature->certificates, chain);
    }

  return chain;
}

/**
 * stile_signed_message_get_algorithm:
 * @index: less than stile_signed_message_get_n_signers()
 *
 * Returns: (transfer none): what people call it: "ECDSA-SHA256", "ES256"; an object identifier when it is not known
 */
const char *
stile_signed_message_get_algorithm (StileSignedMessage *self, guint index)
{
  return get_signature (self, index)->name;
}

/**
 * stile_signed_message_get_header:
 * @index: less than stile_signed_message_get_n_signers()
 *
 * Returns: (transfer none) (nullable): the protected header of a JWS, a{sv}; %NULL for CMS
 */
GVariant *
stile_signed_message_get_header (StileSignedMessage *self, guint index)
{
  return get_signature (self, index)->header;
}

/**
 * stile_signed_message_get_signing_time:
 * @index: less than stile_signed_message_get_n_signers()
 *
 * Returns: when it was signed, as the signer says, in Unix seconds; %G_MININT64 when the signer does not say
 */
gint64
stile_signed_message_get_signing_time (StileSignedMessage *self, guint index)
{
  return get_signature (self, index)->signing_time;
}

/**
 * stile_signed_message_has_signed_attributes:
 * @index: less than stile_signed_message_get_n_signers()
 *
 * Returns: whether the signature covers CMS' signed attributes, as it has to for a content that is not id-data (RFC
 *   5652 section 5.3)
 */
gboolean
stile_signed_message_has_signed_attributes (StileSignedMessage *self, guint index)
{
  return get_signature (self, index)->has_attributes;
}

/**
 * stile_signed_message_verify:
 * @index: less than stile_signed_message_get_n_signers()
 * @certificate: whose key is to have signed, from wherever
 * @error: %G_TLS_ERROR_BAD_CERTIFICATE when it does not hold with that key, %G_IO_ERROR_INVALID_DATA when it cannot
 *   with any: another digest, attributes missing or twice, a broken algorithm
 *
 * Says nothing about who @certificate belongs to.
 *
 * Returns: whether the key of @certificate has signed this content
 */
gboolean
stile_signed_message_verify (StileSignedMessage *self,
                             guint index,
                             StileCertificate *certificate,
                             GError **error)
{
  return stile_signature_verify (get_signature (self, index), certificate, error);
}
