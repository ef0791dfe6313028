/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-certificate-proof.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-hex.h"

#define SHA256_SIZE 32

/**
 * StileCertificate:
 *
 * An X.509 certificate as an immutable value: its DER, and what people are shown of it.  Whatever text comes out is
 * valid UTF-8, with control and direction characters escaped as RFC 4514 escapes bytes: "\E2\80\AE".
 */
struct _StileCertificate
{
  GObject parent_instance;

  gnutls_x509_crt_t x509;
  GBytes *der;
  char *subject;
  char *issuer;
  char *name;
  char *issuer_name;
  char *organization; /* NULL when there is none */
  char *serial;
  char *fingerprint;
  char *key_description;
  GDateTime *not_before;
  GDateTime *not_after;
};

G_DEFINE_FINAL_TYPE (StileCertificate, stile_certificate, G_TYPE_OBJECT)

static void
stile_certificate_finalize (GObject *object)
{
  StileCertificate *self = STILE_CERTIFICATE (object);

  g_clear_pointer (&self->x509, gnutls_x509_crt_deinit);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_clear_pointer (&self->subject, g_free);
  g_clear_pointer (&self->issuer, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->issuer_name, g_free);
  g_clear_pointer (&self->organization, g_free);
  g_clear_pointer (&self->serial, g_free);
  g_clear_pointer (&self->fingerprint, g_free);
  g_clear_pointer (&self->key_description, g_free);
  g_clear_pointer (&self->not_before, g_date_time_unref);
  g_clear_pointer (&self->not_after, g_date_time_unref);

  G_OBJECT_CLASS (stile_certificate_parent_class)->finalize (object);
}

static void
stile_certificate_class_init (StileCertificateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_certificate_finalize;
}

static void
stile_certificate_init (StileCertificate *self)
{
  gnutls_x509_crt_init (&self->x509);
}

static char *
hash (gnutls_x509_crt_t x509)
{
  guint8 digest[SHA256_SIZE];
  gsize length = sizeof digest;

  if (gnutls_x509_crt_get_fingerprint (x509, GNUTLS_DIG_SHA256, digest, &length) < 0)
    g_assert_not_reached ();

  return stile_hex_encode (digest, length);
}

static gboolean
read_times (StileCertificate *self, GError **error)
{
  time_t begin = gnutls_x509_crt_get_activation_time (self->x509);
  time_t end = gnutls_x509_crt_get_expiration_time (self->x509);

  if (begin != (time_t)-1 && end != (time_t)-1)
    {
      self->not_before = g_date_time_new_from_unix_utc (begin);
      self->not_after = g_date_time_new_from_unix_utc (end);
    }
  if (self->not_before != NULL && self->not_after != NULL)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The certificate’s dates are not dates"));
  return FALSE;
}

/* Texts are for people: a handshake has none, and making them takes longer than parsing.  Several threads may ask at
 * once; then one of their copies is kept. */
static const char *
get_text (StileCertificate *self, char **field, char *(*make) (gnutls_x509_crt_t x509))
{
  char *made;

  if (g_atomic_pointer_get (field) == NULL)
    {
      made = make (self->x509);
      if (!g_atomic_pointer_compare_and_exchange (field, NULL, made))
        g_free (made);
    }

  return g_atomic_pointer_get (field);
}

/**
 * stile_certificate_new_from_der:
 * @der: one certificate (RFC 5280), nothing before or after it; is kept
 * @error: %G_IO_ERROR_MESSAGE_TOO_LARGE for more than %STILE_CERTIFICATE_MAX_SIZE bytes, %G_IO_ERROR_INVALID_DATA for
 *   anything that is no certificate
 *
 * Returns: (transfer full): the certificate
 */
StileCertificate *
stile_certificate_new_from_der (GBytes *der, GError **error)
{
  g_autoptr (StileCertificate) self = NULL;
  gsize length = g_bytes_get_size (der);
  gnutls_datum_t datum = { (guint8 *)g_bytes_get_data (der, NULL), (unsigned int)length };
  int r;

  if (length > STILE_CERTIFICATE_MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The certificate has %zu byte, the limit is %d",
                                "The certificate has %zu bytes, the limit is %d", length),
                   length, STILE_CERTIFICATE_MAX_SIZE);
      return NULL;
    }

  self = g_object_new (STILE_TYPE_CERTIFICATE, NULL);
  r = length > 0 ? gnutls_x509_crt_import (self->x509, &datum, GNUTLS_X509_FMT_DER) : GNUTLS_E_ASN1_DER_ERROR;
  if (r < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("These %zu bytes are no certificate: %s"),
                   length, gnutls_strerror (r));
      return NULL;
    }
  if (!read_times (self, error))
    return NULL;

  self->der = g_bytes_ref (der);
  return g_steal_pointer (&self);
}

/**
 * stile_certificate_get_der:
 *
 * Returns: (transfer none): the certificate as it was issued
 */
GBytes *
stile_certificate_get_der (StileCertificate *self)
{
  return self->der;
}

/**
 * stile_certificate_to_pem:
 *
 * Returns: (transfer full): the certificate in PEM (RFC 7468), with a line break at its end
 */
char *
stile_certificate_to_pem (StileCertificate *self)
{
  gnutls_datum_t pem = { NULL, 0 };
  char *text;

  if (gnutls_x509_crt_export2 (self->x509, GNUTLS_X509_FMT_PEM, &pem) < 0)
    g_assert_not_reached ();

  text = g_strndup ((const char *)pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

/**
 * stile_certificate_get_subject:
 *
 * Returns: (transfer none): whom it was issued to, "CN=Thermostat,O=Example" (RFC 4514); may be empty
 */
const char *
stile_certificate_get_subject (StileCertificate *self)
{
  return get_text (self, &self->subject, stile_certificate_text_get_subject);
}

/**
 * stile_certificate_get_issuer:
 *
 * Returns: (transfer none): who issued it (RFC 4514); may be empty
 */
const char *
stile_certificate_get_issuer (StileCertificate *self)
{
  return get_text (self, &self->issuer, stile_certificate_text_get_issuer);
}

/**
 * stile_certificate_get_name:
 *
 * Returns: (transfer none): what people call the subject: its common name, else its organization, else all of it
 */
const char *
stile_certificate_get_name (StileCertificate *self)
{
  return get_text (self, &self->name, stile_certificate_text_get_subject_name);
}

/**
 * stile_certificate_get_issuer_name:
 *
 * Returns: (transfer none): what people call the issuer
 */
const char *
stile_certificate_get_issuer_name (StileCertificate *self)
{
  return get_text (self, &self->issuer_name, stile_certificate_text_get_issuer_name);
}

/**
 * stile_certificate_get_organization:
 *
 * Returns: (transfer none) (nullable): the subject's organization
 */
const char *
stile_certificate_get_organization (StileCertificate *self)
{
  return get_text (self, &self->organization, stile_certificate_text_get_organization);
}

/**
 * stile_certificate_get_serial:
 *
 * Returns: (transfer none): the issuer's number for it, in hexadecimal
 */
const char *
stile_certificate_get_serial (StileCertificate *self)
{
  return get_text (self, &self->serial, stile_certificate_text_get_serial);
}

/**
 * stile_certificate_get_fingerprint:
 *
 * Returns: (transfer none): the SHA-256 of its DER, in lower-case hexadecimal
 */
const char *
stile_certificate_get_fingerprint (StileCertificate *self)
{
  return get_text (self, &self->fingerprint, hash);
}

/**
 * stile_certificate_get_key_description:
 *
 * Returns: (transfer none): algorithm and size, "ECDSA P-256", "RSA 2048" or "Ed25519"
 */
const char *
stile_certificate_get_key_description (StileCertificate *self)
{
  return get_text (self, &self->key_description, stile_certificate_text_describe_key);
}

/**
 * stile_certificate_get_not_before:
 *
 * Returns: (transfer none): the first second of its validity, in UTC
 */
GDateTime *
stile_certificate_get_not_before (StileCertificate *self)
{
  return self->not_before;
}

/**
 * stile_certificate_get_not_after:
 *
 * Returns: (transfer none): the last second of its validity, in UTC
 */
GDateTime *
stile_certificate_get_not_after (StileCertificate *self)
{
  return self->not_after;
}

/**
 * stile_certificate_is_valid_at:
 * @unix_seconds: since 1970, UTC
 *
 * Returns: whether its dates hold at that time, both ends included (RFC 5280 section 4.1.2.5)
 */
gboolean
stile_certificate_is_valid_at (StileCertificate *self, gint64 unix_seconds)
{
  return g_date_time_to_unix (self->not_before) <= unix_seconds &&
         unix_seconds <= g_date_time_to_unix (self->not_after);
}

/**
 * stile_certificate_is_authority:
 *
 * Returns: whether it may issue others: its basic constraints say so (RFC 5280 section 4.2.1.9)
 */
gboolean
stile_certificate_is_authority (StileCertificate *self)
{
  return gnutls_x509_crt_get_ca_status (self->x509, NULL) > 0;
}

static gboolean
equal_names (StileCertificate *self, StileCertificate *issuer)
{
  gnutls_datum_t wanted = { NULL, 0 };
  gnutls_datum_t found = { NULL, 0 };
  gboolean equal = gnutls_x509_crt_get_raw_issuer_dn (self->x509, &wanted) >= 0 &&
                   gnutls_x509_crt_get_raw_dn (issuer->x509, &found) >= 0 && wanted.size == found.size &&
                   memcmp (wanted.data, found.data, wanted.size) == 0;

  gnutls_free (wanted.data);
  gnutls_free (found.data);
  return equal;
}

/**
 * stile_certificate_is_self_issued:
 *
 * Returns: whether subject and issuer have the same name, as roots have
 */
gboolean
stile_certificate_is_self_issued (StileCertificate *self)
{
  return equal_names (self, self);
}

/**
 * stile_certificate_is_issued_by:
 * @issuer: perhaps the issuer
 *
 * By name and by signature, whatever the dates.  Whether @issuer may issue at all is for
 * stile_certificate_is_authority() to say.
 *
 * Returns: whether @issuer's key has signed @self
 */
gboolean
stile_certificate_is_issued_by (StileCertificate *self, StileCertificate *issuer)
{
  /* Without the second flag GnuTLS takes a certificate for its own issuer with no look at the signature. */
  const unsigned int flags = GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DO_NOT_ALLOW_SAME |
                             GNUTLS_VERIFY_DISABLE_CA_SIGN | GNUTLS_VERIFY_ALLOW_BROKEN;
  StileCertificate *const path[] = { self, issuer };
  unsigned int status = GNUTLS_CERT_INVALID;
  g_autofree char *proof = NULL;

  if (!equal_names (self, issuer))
    return FALSE;
  proof = stile_certificate_proof_name (STILE_CERTIFICATE_PROOF_SIGNED, path, G_N_ELEMENTS (path));
  if (stile_certificate_proof_is_known (proof))
    return TRUE;
  if (gnutls_x509_crt_verify (self->x509, &issuer->x509, 1, flags, &status) < 0 || status != 0)
    return FALSE;

  stile_certificate_proof_remember (proof);
  return TRUE;
}

/**
 * stile_certificate_matches_host:
 * @host: a DNS name or an IP address
 *
 * Returns: whether it was issued for @host (RFC 6125)
 */
gboolean
stile_certificate_matches_host (StileCertificate *self, const char *host)
{
  return gnutls_x509_crt_check_hostname2 (self->x509, host, 0) != 0;
}

/**
 * stile_certificate_get_host_names:
 *
 * The DNS names and IP addresses of its subject alternative name (RFC 5280 section 4.2.1.6), the first 1024.
 *
 * Returns: (transfer full) (array zero-terminated=1): perhaps none
 */
char **
stile_certificate_get_host_names (StileCertificate *self)
{
  return stile_certificate_text_get_host_names (self->x509);
}

/**
 * stile_certificate_equal:
 *
 * Returns: whether both are the same certificate, byte for byte
 */
gboolean
stile_certificate_equal (StileCertificate *self, StileCertificate *other)
{
  return g_bytes_equal (self->der, other->der);
}

static void
add_string (GVariantBuilder *builder, const char *member, char *value)
{
  g_variant_builder_add (builder, "{sv}", member, g_variant_new_take_string (value));
}

/**
 * stile_certificate_to_variant:
 *
 * For stile_json_print(): subject, issuer, serial, sha256, not_before and not_after (ISO 8601, UTC), authority, and der
 * in standard base64.
 *
 * Returns: (transfer floating): an a{sv}
 */
GVariant *
stile_certificate_to_variant (StileCertificate *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "subject", g_strdup (stile_certificate_get_subject (self)));
  add_string (&builder, "issuer", g_strdup (stile_certificate_get_issuer (self)));
  add_string (&builder, "serial", g_strdup (stile_certificate_get_serial (self)));
  add_string (&builder, "sha256", g_strdup (stile_certificate_get_fingerprint (self)));
  add_string (&builder, "not_before", g_date_time_format_iso8601 (self->not_before));
  add_string (&builder, "not_after", g_date_time_format_iso8601 (self->not_after));
  g_variant_builder_add (&builder, "{sv}", "authority",
                         g_variant_new_boolean (stile_certificate_is_authority (self)));
  add_string (&builder, "der",
              g_base64_encode (g_bytes_get_data (self->der, NULL), g_bytes_get_size (self->der)));

  return g_variant_builder_end (&builder);
}

/**
 * stile_certificate_get_x509:
 *
 * Returns: (transfer none): GnuTLS' view of it, to read from only
 */
gnutls_x509_crt_t
stile_certificate_get_x509 (StileCertificate *self)
{
  return self->x509;
}
