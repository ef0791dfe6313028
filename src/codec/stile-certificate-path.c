/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-path.h"

#include <gnutls/x509.h>
#include <string.h>

#include "codec/stile-certificate-search.h"
#include "codec/stile-der-writer.h"

#define SERIAL_NUMBER "2.5.4.5"
#define MASA_URL "1.3.6.1.5.5.7.1.32"

/* SHA-1 and its truncations are usual, SHA-512 is the longest (RFC 7093). */
#define MAX_KEY_ID 64

/* A key identifier with no wrapper at all is SHA-1. */
#define BARE_KEY_ID 20

/* IA5String takes control characters, too: none of them belongs into a URL. */
static gboolean
is_printable (const guint8 *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] >= 0x7f)
      return FALSE;

  return length > 0;
}

/**
 * stile_certificate_path_verify:
 * @chain: (element-type StileCertificate): leaf first; what follows is path material in any order, and proves nothing
 * @anchors: (element-type StileCertificate): the only ones; roots, intermediates, or the leaf itself (BOOTSTRAP P14)
 * @at: Unix seconds, or %STILE_CERTIFICATE_PATH_NO_TIME
 * @anchor: (out) (optional) (transfer full): the anchor that it led to
 * @error: %G_TLS_ERROR_BAD_CERTIFICATE with a sentence for people, %G_IO_ERROR_MESSAGE_TOO_LARGE for more than
 *   %STILE_CERTIFICATE_CHAIN_MAX_LENGTH certificates
 *
 * Where several ways lead to an anchor, one that holds is enough.  A purpose is not looked at.
 *
 * Returns: whether the leaf leads to an anchor (RFC 5280 section 6), every certificate on the way valid at @at, the
 *   anchor included
 */
gboolean
stile_certificate_path_verify (GPtrArray *chain,
                               GPtrArray *anchors,
                               gint64 at,
                               StileCertificatePathFlags flags,
                               StileCertificate **anchor,
                               GError **error)
{
  StileCertificate *found = stile_certificate_search_run (chain, anchors, at, flags, error);

  if (found == NULL)
    return FALSE;

  if (anchor != NULL)
    *anchor = g_object_ref (found);
  return TRUE;
}

/**
 * stile_certificate_path_has_purpose:
 * @oid: an extended key usage, %STILE_PURPOSE_CMC_RA
 *
 * Returns: whether @certificate names it; one that names none, or any, does not (BOOTSTRAP P14)
 */
gboolean
stile_certificate_path_has_purpose (StileCertificate *certificate, const char *oid)
{
  gnutls_x509_crt_t x509 = stile_certificate_get_x509 (certificate);

  for (unsigned int i = 0;; i++)
    {
      char purpose[128];
      gsize length = sizeof purpose;
      int r = gnutls_x509_crt_get_key_purpose_oid (x509, i, purpose, &length, NULL);

      if (r == GNUTLS_E_SHORT_MEMORY_BUFFER)
        continue;
      if (r < 0)
        return FALSE;
      if (strcmp (purpose, oid) == 0)
        return TRUE;
    }
}

/* The attribute's value in DER, or NULL when there is no such attribute at @index. */
static GBytes *
get_serial_attribute (StileCertificate *certificate, unsigned int index)
{
  gnutls_x509_crt_t x509 = stile_certificate_get_x509 (certificate);
  gsize length = 0;
  g_autofree guint8 *der = NULL;

  if (gnutls_x509_crt_get_dn_by_oid (x509, SERIAL_NUMBER, index, 1, NULL, &length) !=
      GNUTLS_E_SHORT_MEMORY_BUFFER)
    return NULL;
  der = g_malloc (length);
  if (gnutls_x509_crt_get_dn_by_oid (x509, SERIAL_NUMBER, index, 1, der, &length) < 0)
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&der), length);
}

/**
 * stile_certificate_path_get_device_serial:
 *
 * Returns: (transfer full) (nullable): the whole X520SerialNumber of the subject, byte for byte (RFC 8995 section
 *   2.3.1, BOOTSTRAP P8); %NULL without one, with several, and when it is empty or no text
 */
char *
stile_certificate_path_get_device_serial (StileCertificate *certificate)
{
  g_autoptr (GBytes) der = get_serial_attribute (certificate, 0);
  g_autoptr (GBytes) second = get_serial_attribute (certificate, 1);
  StileDerReader reader;
  StileDerElement text;

  if (der == NULL || second != NULL)
    return NULL;

  reader = stile_der_reader (g_bytes_get_data (der, NULL), g_bytes_get_size (der), STILE_DER_STRICT);
  if (!stile_der_read_any (&reader, &text, NULL) || !stile_der_at_end (&reader) ||
      (text.tag != STILE_DER_PRINTABLE_STRING && text.tag != STILE_DER_UTF8_STRING &&
       text.tag != STILE_DER_IA5_STRING) ||
      text.contents.length == 0 ||
      !g_utf8_validate_len ((const char *)text.contents.bytes, text.contents.length, NULL))
    return NULL;

  return g_strndup ((const char *)text.contents.bytes, text.contents.length);
}

/**
 * stile_certificate_path_get_masa_url:
 *
 * Returns: (transfer full) (nullable): id-pe-masa-url as it stands (RFC 8995 section 2.3.2); %NULL without one, and when
 *   it is no IA5String of printable characters in DER
 */
char *
stile_certificate_path_get_masa_url (StileCertificate *certificate)
{
  gnutls_datum_t der = { NULL, 0 };
  unsigned int critical;
  StileDerReader reader;
  StileDerElement url;
  char *text = NULL;

  if (gnutls_x509_crt_get_extension_by_oid2 (stile_certificate_get_x509 (certificate), MASA_URL, 0, &der,
                                             &critical) < 0)
    return NULL;

  reader = stile_der_reader (der.data, der.size, STILE_DER_STRICT);
  if (stile_der_read (&reader, STILE_DER_IA5_STRING, &url, NULL) && stile_der_at_end (&reader) &&
      is_printable (url.contents.bytes, url.contents.length))
    text = g_strndup ((const char *)url.contents.bytes, url.contents.length);
  gnutls_free (der.data);

  return text;
}

typedef int (*GetKeyId) (gnutls_x509_crt_t x509, void *id, gsize *length, unsigned int *critical);

static GBytes *
get_key_id (StileCertificate *certificate, GetKeyId get)
{
  gsize length = MAX_KEY_ID;
  guint8 id[MAX_KEY_ID];

  if (get (stile_certificate_get_x509 (certificate), id, &length, NULL) < 0 || length == 0)
    return NULL;

  return g_bytes_new (id, length);
}

/**
 * stile_certificate_path_get_authority_key_id:
 *
 * Returns: (transfer full) (nullable): the key identifier of the AuthorityKeyIdentifier alone, without any wrapper
 */
GBytes *
stile_certificate_path_get_authority_key_id (StileCertificate *certificate)
{
  return get_key_id (certificate, gnutls_x509_crt_get_authority_key_id);
}

/**
 * stile_certificate_path_get_subject_key_id:
 *
 * Returns: (transfer full) (nullable): the SubjectKeyIdentifier
 */
GBytes *
stile_certificate_path_get_subject_key_id (StileCertificate *certificate)
{
  return get_key_id (certificate, gnutls_x509_crt_get_subject_key_id);
}

static char *
encode_base64 (GBytes *bytes)
{
  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static GBytes *
hash (GChecksumType type, const guint8 *bytes, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, bytes, (gssize)length);
  g_checksum_get_digest (checksum, digest, &size);
  return g_bytes_new (digest, size);
}

/**
 * stile_certificate_path_get_domain_id:
 *
 * Returns: (transfer full): RFC 8995 section 5.8.2: the SubjectKeyIdentifier, else SHA-256 of the SubjectPublicKeyInfo
 *   (RFC 7469 section 2.4), in base64
 */
char *
stile_certificate_path_get_domain_id (StileCertificate *certificate)
{
  g_autoptr (GBytes) id = stile_certificate_path_get_subject_key_id (certificate);
  g_autoptr (GBytes) key = NULL;

  if (id != NULL)
    return encode_base64 (id);

  key = stile_certificate_path_get_public_key (certificate);
  id = hash (G_CHECKSUM_SHA256, g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  return encode_base64 (id);
}

/* Steps over what stands before the key in a TBSCertificate (RFC 5280 section 4.1). */
static gboolean
find_public_key (GBytes *der, StileDerElement *key)
{
  StileDerReader reader =
      stile_der_reader (g_bytes_get_data (der, NULL), g_bytes_get_size (der), STILE_DER_BER);
  StileDerElement element;
  StileDerElement tbs;

  if (!stile_der_read (&reader, STILE_DER_SEQUENCE, &element, NULL) ||
      !stile_der_read (&element.contents, STILE_DER_SEQUENCE, &tbs, NULL))
    return FALSE;
  if (stile_der_next_is (&tbs.contents, STILE_DER_CONTEXT (0)) &&
      !stile_der_read_any (&tbs.contents, &element, NULL))
    return FALSE;
  /* Serial number, algorithm, issuer, dates, subject. */
  for (guint i = 0; i < 5; i++)
    if (!stile_der_read_any (&tbs.contents, &element, NULL))
      return FALSE;

  return stile_der_read (&tbs.contents, STILE_DER_SEQUENCE, key, NULL);
}

/**
 * stile_certificate_path_get_public_key:
 *
 * Returns: (transfer full): the SubjectPublicKeyInfo as it stands in the certificate
 */
GBytes *
stile_certificate_path_get_public_key (StileCertificate *certificate)
{
  StileDerElement key;

  /* GnuTLS has read it: it is there. */
  if (!find_public_key (stile_certificate_get_der (certificate), &key))
    return g_bytes_new_static (NULL, 0);

  return stile_der_element_to_bytes (&key);
}

/* RFC 5280 section 4.2.1.2 (1): SHA-1 of the key's bits, as an authority would have made the identifier. */
static GBytes *
make_key_id (StileCertificate *certificate)
{
  StileDerElement key = { 0 };
  StileDerElement part = { 0 };

  if (!find_public_key (stile_certificate_get_der (certificate), &key) ||
      !stile_der_read (&key.contents, STILE_DER_SEQUENCE, &part, NULL) ||
      !stile_der_read (&key.contents, STILE_DER_BIT_STRING, &part, NULL) || part.contents.length == 0)
    return g_bytes_new_static (NULL, 0);

  return hash (G_CHECKSUM_SHA1, part.contents.bytes + 1, part.contents.length - 1);
}

/**
 * stile_certificate_path_get_idevid_issuer:
 *
 * Returns: (transfer full): the issuer's key identifier in the wrapper that the "idevid-issuer" of a voucher request has,
 *   04 18 30 16 80 14 …; of a certificate without one, that of its own key (8366bis section 6.1)
 */
GBytes *
stile_certificate_path_get_idevid_issuer (StileCertificate *certificate)
{
  g_autoptr (GBytes) id = stile_certificate_path_get_authority_key_id (certificate);
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) sequence = g_byte_array_new ();
  g_autoptr (GByteArray) octets = g_byte_array_new ();

  if (id == NULL)
    id = make_key_id (certificate);
  stile_der_writer_append_bytes (inner, STILE_DER_CONTEXT_PRIMITIVE (0), id);
  stile_der_writer_append_array (sequence, STILE_DER_SEQUENCE, inner);
  stile_der_writer_append_array (octets, STILE_DER_OCTET_STRING, sequence);

  return g_byte_array_free_to_bytes (g_steal_pointer (&octets));
}

/* AuthorityKeyIdentifier (RFC 5280 section 4.2.1.1), and nothing after it. */
static GBytes *
read_authority_key_id (StileDerReader *reader)
{
  StileDerElement sequence;
  StileDerElement id;

  if (!stile_der_read (reader, STILE_DER_SEQUENCE, &sequence, NULL) || !stile_der_at_end (reader) ||
      !stile_der_read (&sequence.contents, STILE_DER_CONTEXT_PRIMITIVE (0), &id, NULL) ||
      id.contents.length == 0 || id.contents.length > MAX_KEY_ID)
    return NULL;

  return stile_der_element_get_contents (&id);
}

/**
 * stile_certificate_path_read_idevid_issuer:
 * @value: "idevid-issuer", decoded
 *
 * Reads all three forms that are seen (BOOTSTRAP 1.1): AuthorityKeyIdentifier in an OCTET STRING, without it, and the
 * bare 20 bytes.
 *
 * Returns: (transfer full) (nullable): the key identifier; %NULL for anything else
 */
GBytes *
stile_certificate_path_read_idevid_issuer (GBytes *value)
{
  StileDerReader reader =
      stile_der_reader (g_bytes_get_data (value, NULL), g_bytes_get_size (value), STILE_DER_STRICT);
  StileDerReader outer = reader;
  StileDerElement octets;
  GBytes *id;

  if (stile_der_read (&outer, STILE_DER_OCTET_STRING, &octets, NULL) && stile_der_at_end (&outer))
    id = read_authority_key_id (&octets.contents);
  else
    id = read_authority_key_id (&reader);
  if (id == NULL && g_bytes_get_size (value) == BARE_KEY_ID)
    id = g_bytes_ref (value);

  return id;
}
