/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-own-key.h"

#include <gnutls/abstract.h>

#include "codec/stile-der.h"

/* GnuTLS' longest signature is RSA-16384's. */
#define MAX_SIGNATURE 2048

/* TBSCertificate, the first element of the certificate (RFC 5280 section 4.1), as it was signed. */
static gboolean
find_signed_bytes (GBytes *der, gnutls_datum_t *signed_bytes)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (der, &length);
  StileDerReader reader = stile_der_reader (bytes, length, STILE_DER_STRICT);
  StileDerElement certificate, tbs;

  if (!stile_der_read (&reader, STILE_DER_SEQUENCE, &certificate, NULL) ||
      !stile_der_read (&certificate.contents, STILE_DER_SEQUENCE, &tbs, NULL))
    return FALSE;

  signed_bytes->data = (unsigned char *)tbs.begin;
  signed_bytes->size = (unsigned int)tbs.size;
  return TRUE;
}

static gboolean
is_signed_with_own_key (StileCertificate *leaf)
{
  gnutls_x509_crt_t x509 = stile_certificate_get_x509 (leaf);
  int algorithm = gnutls_x509_crt_get_signature_algorithm (x509);
  guint8 value[MAX_SIGNATURE];
  size_t size = sizeof value;
  gnutls_datum_t signed_bytes, signature = { value, 0 };
  gnutls_pubkey_t key = NULL;
  gboolean held = FALSE;

  if (algorithm < 0 || gnutls_x509_crt_get_signature (x509, (char *)value, &size) < 0 ||
      !find_signed_bytes (stile_certificate_get_der (leaf), &signed_bytes) || gnutls_pubkey_init (&key) < 0)
    return FALSE;

  signature.size = (unsigned int)size;
  held =
      gnutls_pubkey_import_x509 (key, x509, 0) >= 0 &&
      gnutls_pubkey_verify_data2 (key, (gnutls_sign_algorithm_t)algorithm, 0, &signed_bytes, &signature) >= 0;
  gnutls_pubkey_deinit (key);
  return held;
}

/**
 * stile_own_key_check:
 * @leaf: what somebody shows as his certificate
 *
 * Who makes certificates on the spot often gives each of them the key of the authority that signs it: then the leaf is signed
 * with its own key although it names another issuer (DIAGNOSIS signal 8b).  No honest authority does that.
 *
 * Returns: whether it is so; %STILE_NOT_KNOWN for a certificate that is its own issuer by name, as it should be
 */
StileYesNo
stile_own_key_check (StileCertificate *leaf)
{
  if (stile_certificate_is_self_issued (leaf))
    return STILE_NOT_KNOWN;

  return is_signed_with_own_key (leaf) ? STILE_YES : STILE_NO;
}
