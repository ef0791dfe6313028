/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-signature.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>

#include "codec/stile-signed-message.h"

/**
 * stile_signature_new:
 *
 * Returns: (transfer full): a signature of which nothing is known yet
 */
StileSignature *
stile_signature_new (void)
{
  StileSignature *self = g_new0 (StileSignature, 1);

  self->signing_time = STILE_SIGNATURE_NO_TIME;
  return self;
}

/**
 * stile_signature_free:
 * @self: (transfer full): what to let go of
 */
void
stile_signature_free (StileSignature *self)
{
  g_clear_pointer (&self->signed_bytes, g_bytes_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->certificates, g_ptr_array_unref);
  g_clear_object (&self->signer);
  g_clear_pointer (&self->header, g_variant_unref);
  g_clear_error (&self->problem);
  g_free (self);
}

static gboolean
check_curve (const StileSignature *self, gnutls_pubkey_t key, StileCertificate *certificate, GError **error)
{
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

  if (self->curve == GNUTLS_ECC_CURVE_INVALID)
    return TRUE;
  if (gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0) >= 0 && curve == self->curve)
    return TRUE;

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               _ ("The signature is %s, which the key of “%s” (%s) cannot make"), self->name,
               stile_certificate_get_name (certificate), stile_certificate_get_key_description (certificate));
  return FALSE;
}

static gboolean
verify_with_key (const StileSignature *self,
                 gnutls_pubkey_t key,
                 StileCertificate *certificate,
                 GError **error)
{
  const gnutls_datum_t data = { (guint8 *)g_bytes_get_data (self->signed_bytes, NULL),
                                (unsigned int)g_bytes_get_size (self->signed_bytes) };
  const gnutls_datum_t value = { (guint8 *)g_bytes_get_data (self->value, NULL),
                                 (unsigned int)g_bytes_get_size (self->value) };
  int r = gnutls_pubkey_import_x509 (key, stile_certificate_get_x509 (certificate), 0);

  if (r >= 0 && !check_curve (self, key, certificate, error))
    return FALSE;
  if (r >= 0)
    r = gnutls_pubkey_verify_data2 (key, self->algorithm, 0, &data, &value);
  if (r >= 0)
    return TRUE;

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               _ ("The signature does not hold with the key of “%s”: %s"),
               stile_certificate_get_name (certificate), gnutls_strerror (r));
  return FALSE;
}

/**
 * stile_signature_verify:
 * @certificate: whose key is to have made it
 * @error: %G_TLS_ERROR_BAD_CERTIFICATE when it does not hold with that key, %G_IO_ERROR_INVALID_DATA when it cannot
 *   with any
 *
 * Returns: whether the key of @certificate has signed what is signed
 */
gboolean
stile_signature_verify (const StileSignature *self, StileCertificate *certificate, GError **error)
{
  gnutls_pubkey_t key;
  gboolean holds;

  if (self->problem != NULL)
    {
      g_propagate_error (error, g_error_copy (self->problem));
      return FALSE;
    }

  gnutls_pubkey_init (&key);
  holds = verify_with_key (self, key, certificate, error);
  gnutls_pubkey_deinit (key);
  return holds;
}

/**
 * stile_signature_message_new:
 *
 * Returns: (transfer full): a message with nothing in it yet
 */
StileSignatureMessage *
stile_signature_message_new (void)
{
  StileSignatureMessage *self = g_new0 (StileSignatureMessage, 1);

  self->certificates = g_ptr_array_new_with_free_func (g_object_unref);
  self->signatures = g_ptr_array_new_with_free_func ((GDestroyNotify)stile_signature_free);
  return self;
}

/**
 * stile_signature_message_free:
 * @self: (transfer full): what to let go of
 */
void
stile_signature_message_free (StileSignatureMessage *self)
{
  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->certificates, g_ptr_array_unref);
  g_clear_pointer (&self->signatures, g_ptr_array_unref);
  g_free (self);
}

static StileCertificate *
find_certificate (StileSignatureMessage *self, GBytes *der)
{
  for (guint i = 0; i < self->certificates->len; i++)
    if (g_bytes_equal (stile_certificate_get_der (self->certificates->pdata[i]), der))
      return self->certificates->pdata[i];

  return NULL;
}

/**
 * stile_signature_message_add_certificate:
 * @der: of one certificate; one that is there already is not added again
 * @certificate: (out) (optional) (transfer none): what became of it
 */
gboolean
stile_signature_message_add_certificate (StileSignatureMessage *self,
                                         GBytes *der,
                                         StileCertificate **certificate,
                                         GError **error)
{
  StileCertificate *found = find_certificate (self, der);

  if (found == NULL && self->certificates->len == STILE_SIGNED_MESSAGE_MAX_CERTIFICATES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE,
                                "The signed message has %u certificate or more, the limit is %d",
                                "The signed message has %u certificates or more, the limit is %d",
                                self->certificates->len + 1),
                   self->certificates->len + 1, STILE_SIGNED_MESSAGE_MAX_CERTIFICATES);
      return FALSE;
    }
  if (found == NULL)
    {
      found = stile_certificate_new_from_der (der, error);
      if (found == NULL)
        return FALSE;
      g_ptr_array_add (self->certificates, found);
    }

  if (certificate != NULL)
    *certificate = found;
  return TRUE;
}

/**
 * stile_signature_message_check_signers:
 * @count: signatures that a message has, or has at least
 *
 * Returns: whether there is one, and not more than %STILE_SIGNED_MESSAGE_MAX_SIGNERS
 */
gboolean
stile_signature_message_check_signers (gsize count, GError **error)
{
  if (count > 0 && count <= STILE_SIGNED_MESSAGE_MAX_SIGNERS)
    return TRUE;

  if (count == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("The message is not signed: there is no signature in it"));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                 g_dngettext (GETTEXT_PACKAGE,
                              "The signed message has %zu signature or more, the limit is %d",
                              "The signed message has %zu signatures or more, the limit is %d", count),
                 count, STILE_SIGNED_MESSAGE_MAX_SIGNERS);
  return FALSE;
}
