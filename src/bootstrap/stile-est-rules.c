/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-rules.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-domain-names.h"

/* 112 bits: RSA 2048, P-224 and longer. */
#define MIN_STRENGTH GNUTLS_SEC_PARAM_MEDIUM

/* Whose signatures do not cost whoever checks them more than the request did. */
#define MAX_RSA_BITS 8192

#define SERIAL_NUMBER "2.5.4.5"

/* RFC 5280 appendix A.1 has 64 characters; some room for those who do otherwise. */
#define MAX_SERIAL 256

/* Keys wrapped in CMS (RFC 7030 sections 4.4.1.1 and 4.4.1.2). */
#define DECRYPT_KEY_ID "1.2.840.113549.1.9.16.2.37"
#define ASYMMETRIC_DECRYPT_KEY_ID "1.2.840.113549.1.9.16.2.54"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pubkey_t, gnutls_pubkey_deinit, NULL)

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED, why);
  return FALSE;
}

static gboolean
open_key (StileCertificateRequest *request, gnutls_pubkey_t *key, GError **error)
{
  int r = gnutls_pubkey_init (key);

  if (r >= 0)
    r = gnutls_pubkey_import_x509_crq (*key, stile_certificate_request_get_x509 (request), 0);
  if (r >= 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED, _ ("The request’s key cannot be read: %s"),
               gnutls_strerror (r));
  return FALSE;
}

static gboolean
is_known (gnutls_pk_algorithm_t algorithm)
{
  return algorithm == GNUTLS_PK_RSA || algorithm == GNUTLS_PK_RSA_PSS || algorithm == GNUTLS_PK_ECDSA ||
         algorithm == GNUTLS_PK_EDDSA_ED25519 || algorithm == GNUTLS_PK_EDDSA_ED448;
}

/**
 * stile_est_rules_check_key:
 *
 * Whether the key is one to certify, and whoever asks holds it (BRSKI R10, RFC 2986 section 4.2).
 */
gboolean
stile_est_rules_check_key (StileCertificateRequest *request, GError **error)
{
  g_auto (gnutls_pubkey_t) key = NULL;
  g_autoptr (GError) local = NULL;
  unsigned int bits = 0;
  gnutls_pk_algorithm_t algorithm;

  if (!open_key (request, &key, error))
    return FALSE;
  algorithm = (gnutls_pk_algorithm_t)gnutls_pubkey_get_pk_algorithm (key, &bits);
  if (!is_known (algorithm))
    return refuse (
        error, _ ("The request’s key is of a kind that is not certified here; use ECDSA, Ed25519 or RSA"));
  if (gnutls_pk_bits_to_sec_param (algorithm, bits) < MIN_STRENGTH)
    return refuse (error,
                   _ ("The request’s key is too weak; use P-256, Ed25519, or RSA with 2048 bits or more"));
  if ((algorithm == GNUTLS_PK_RSA || algorithm == GNUTLS_PK_RSA_PSS) && bits > MAX_RSA_BITS)
    return refuse (error, _ ("The request’s key is too long; use RSA with 8192 bits or less"));
  if (stile_certificate_request_verify (request, &local))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
               _ ("The request is not signed with the key that it is for: %s"), local->message);
  return FALSE;
}

/**
 * stile_est_rules_check_linking:
 * @attributes: (nullable): what was asked for
 * @binding: (nullable): of the TLS session
 *
 * Whether who signed the request is who holds the TLS session (RFC 7030 section 3.5).  A challenge password is the
 * binding where there is one, whether it was asked for or not; TLS 1.3 has none.
 */
gboolean
stile_est_rules_check_linking (StileCertificateRequest *request,
                               StileCsrAttributes *attributes,
                               const char *binding,
                               GError **error)
{
  const char *given = stile_certificate_request_get_challenge_password (request);
  gboolean wanted = attributes != NULL && stile_csr_attributes_wants_challenge_password (attributes);

  if (wanted && binding == NULL)
    return refuse (
        error, _ ("Linking of identity and proof of possession is required here, and this TLS session has "
                  "nothing to link with; use TLS 1.2"));
  if (wanted && given == NULL)
    return refuse (error,
                   _ ("Linking of identity and proof of possession is required here: the request needs a "
                      "challenge password with tls-unique of this TLS session"));
  if (given != NULL && binding != NULL && strcmp (given, binding) != 0)
    return refuse (error, _ ("The request is linked with another TLS session than this one"));

  return TRUE;
}

static gboolean
has_curve (gnutls_pubkey_t key, guint bits)
{
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

  return gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0) >= 0 &&
         curve == GNUTLS_BITS_TO_CURVE (bits);
}

static gboolean
check_kind (StileCertificateRequest *request, StileCsrAttributes *attributes, GError **error)
{
  g_auto (gnutls_pubkey_t) key = NULL;
  gnutls_pk_algorithm_t wanted;
  guint wanted_bits;
  unsigned int bits;

  if (!stile_csr_attributes_get_key (attributes, &wanted, &wanted_bits))
    return TRUE;
  if (!open_key (request, &key, error))
    return FALSE;
  if (gnutls_pubkey_get_pk_algorithm (key, &bits) != (int)wanted ||
      (GNUTLS_BITS_ARE_CURVE (wanted_bits) ? !has_curve (key, wanted_bits) : bits < wanted_bits))
    return refuse (error,
                   _ ("The request has another kind of key than the CSR attributes of this service ask for"));

  return TRUE;
}

static gboolean
check_hash (StileCertificateRequest *request, StileCsrAttributes *attributes, GError **error)
{
  gnutls_digest_algorithm_t wanted = stile_csr_attributes_get_hash (attributes);
  int sign = gnutls_x509_crq_get_signature_algorithm (stile_certificate_request_get_x509 (request));
  gboolean has_own = sign == GNUTLS_SIGN_EDDSA_ED25519 || sign == GNUTLS_SIGN_EDDSA_ED448;

  if (wanted == GNUTLS_DIG_UNKNOWN || has_own ||
      gnutls_sign_get_hash_algorithm ((gnutls_sign_algorithm_t)sign) == wanted)
    return TRUE;

  return refuse (
      error, _ ("The request is signed with another hash than the CSR attributes of this service ask for"));
}

static gboolean
refuse_extension (const char *oid, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
               _ ("The request has not the extension %s as the CSR attributes of this service ask for it"),
               oid);
  return FALSE;
}

/**
 * stile_est_rules_check_extensions:
 * @attributes: (nullable): what was asked for
 *
 * Whether the request has the extensions that were asked for, with the values (BRSKI R10, RFC 7030 section 4.5.2).
 */
gboolean
stile_est_rules_check_extensions (StileCertificateRequest *request,
                                  StileCsrAttributes *attributes,
                                  GError **error)
{
  g_auto (GStrv) open = NULL;
  GHashTableIter iter;
  gpointer oid;
  gpointer wanted;

  if (attributes == NULL)
    return TRUE;

  g_hash_table_iter_init (&iter, stile_csr_attributes_get_extensions (attributes));
  while (g_hash_table_iter_next (&iter, &oid, &wanted))
    {
      g_autoptr (GBytes) value = stile_certificate_request_get_extension (request, oid);

      if (value == NULL || !g_bytes_equal (value, wanted))
        return refuse_extension (oid, error);
    }

  open = stile_csr_attributes_list_open_extensions (attributes);
  for (guint i = 0; open[i] != NULL; i++)
    {
      g_autoptr (GBytes) value = stile_certificate_request_get_extension (request, open[i]);

      if (value == NULL)
        return refuse_extension (open[i], error);
    }

  return TRUE;
}

/**
 * stile_est_rules_check_attributes:
 * @attributes: (nullable): what was asked for
 *
 * Whether the request has the key, the hash and the extensions that were asked for (BRSKI R10).
 */
gboolean
stile_est_rules_check_attributes (StileCertificateRequest *request,
                                  StileCsrAttributes *attributes,
                                  GError **error)
{
  return attributes == NULL ||
         (check_kind (request, attributes, error) && check_hash (request, attributes, error) &&
          stile_est_rules_check_extensions (request, attributes, error));
}

static GBytes *
get_subject (StileCertificate *certificate)
{
  gnutls_datum_t dn = { NULL, 0 };
  GBytes *bytes;

  if (gnutls_x509_crt_get_raw_dn (stile_certificate_get_x509 (certificate), &dn) < 0)
    return NULL;

  bytes = g_bytes_new (dn.data, dn.size);
  gnutls_free (dn.data);
  return bytes;
}

static gboolean
is_same (GBytes *one, GBytes *other)
{
  return one == other || (one != NULL && other != NULL && g_bytes_equal (one, other));
}

/**
 * stile_est_rules_check_renewal:
 * @certificate: what the client showed
 *
 * Whether subject and names are those of the certificate, byte for byte (RFC 7030 section 4.2.2).
 */
gboolean
stile_est_rules_check_renewal (StileCertificateRequest *request,
                               StileCertificate *certificate,
                               GError **error)
{
  g_autoptr (GBytes) subject = get_subject (certificate);
  g_autoptr (GBytes) asked_subject = stile_certificate_request_get_subject_der (request);
  g_autoptr (GBytes) names = stile_domain_names_of_certificate (certificate);
  g_autoptr (GBytes) asked_names = stile_certificate_request_get_extension (request, STILE_DOMAIN_NAMES_OID);

  if (!is_same (subject, asked_subject))
    return refuse (error, _ ("The request has another subject than the certificate that is to be renewed"));
  if (!is_same (names, asked_names))
    return refuse (error,
                   _ ("The request has other alternative names than the certificate that is to be renewed"));

  return TRUE;
}

/* X520SerialNumber at @index, or NULL when there is none; one that is too long for us is none that we know. */
static char *
get_serial (StileCertificateRequest *request, unsigned int index)
{
  char text[MAX_SERIAL];
  size_t size = sizeof text;
  int r = gnutls_x509_crq_get_dn_by_oid (stile_certificate_request_get_x509 (request), SERIAL_NUMBER, index,
                                         0, text, &size);

  if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
    return NULL;

  return g_strndup (text, r >= 0 ? size : 0);
}

/**
 * stile_est_rules_check_subject:
 * @device: (nullable): the serial number of the device that the client has proved to be
 *
 * Whether the subject has no device's serial number but the client's own (BRSKI R10): whoever has a password, or another
 * device, must not get a certificate in a device's name.
 */
gboolean
stile_est_rules_check_subject (StileCertificateRequest *request, const char *device, GError **error)
{
  g_autofree char *first = get_serial (request, 0);
  g_autofree char *second = get_serial (request, 1);

  if (device == NULL)
    return first == NULL ||
           refuse (error, _ ("The request’s subject has the serial number of a device, and whoever "
                             "asks has not proved to be one"));
  if (first != NULL && second == NULL && strcmp (first, device) == 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
               _ ("The request’s subject must have the device’s own serial number, “%s”, and no other"),
               device);
  return FALSE;
}

/**
 * stile_est_rules_check_unwrapped:
 *
 * Whether the new key may travel without a wrapping of its own: a client that asks for one gets a refusal, never a bare
 * key (RFC 7030 section 4.4.1).
 */
gboolean
stile_est_rules_check_unwrapped (StileCertificateRequest *request, GError **error)
{
  g_auto (GStrv) attributes = stile_certificate_request_list_attributes (request);
  const char *const *list = (const char *const *)attributes;

  if (!g_strv_contains (list, DECRYPT_KEY_ID) && !g_strv_contains (list, ASYMMETRIC_DECRYPT_KEY_ID))
    return TRUE;

  return refuse (
      error, _ ("The request wants the new key encrypted for another key, which this service does not know"));
}
