/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-bundle.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/pkcs7.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-certificate-chain.h"
#include "codec/stile-est-body.h"
#include "codec/stile-pem.h"
#include "codec/stile-secret.h"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pkcs7_t, gnutls_pkcs7_deinit, NULL)

static GPtrArray *
bundle_new (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static gboolean
check_size (gsize size, GError **error)
{
  if (size <= STILE_CERTIFICATE_BUNDLE_MAX_SIZE)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE, "There is %lu byte or more, the limit for certificates is %d",
                            "There are %lu bytes or more, the limit for certificates is %d", size),
               (gulong)size, STILE_CERTIFICATE_BUNDLE_MAX_SIZE);
  return FALSE;
}

static gboolean
check_count (gsize count, GError **error)
{
  if (count <= STILE_CERTIFICATE_BUNDLE_MAX_COUNT)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE, "There is %lu certificate or more, the limit is %d",
                            "There are %lu certificates or more, the limit is %d", count),
               (gulong)count, STILE_CERTIFICATE_BUNDLE_MAX_COUNT);
  return FALSE;
}

static gboolean
add_der (GPtrArray *bundle, GBytes *der, GError **error)
{
  StileCertificate *certificate =
      check_count (bundle->len + 1, error) ? stile_certificate_new_from_der (der, error) : NULL;

  if (certificate == NULL)
    return FALSE;

  g_ptr_array_add (bundle, certificate);
  return TRUE;
}

static gboolean
add_block (GPtrArray *bundle, const StilePemBlock *block, GError **error)
{
  g_autoptr (GBytes) der = NULL;

  if (block->body == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("its end is missing"));
  else
    der = stile_base64url_decode_standard (block->body, (gssize)block->body_length, error);
  if (der != NULL && add_der (bundle, der, error))
    return TRUE;

  g_prefix_error (error, _ ("Certificate %u is damaged: "), bundle->len + 1);
  return FALSE;
}

/* @label is the first block's, or empty. */
static const char *
why_none (const char *label, const char *text, gsize length)
{
  if (length == 0)
    return _ ("It is empty. Choose a file with a certificate in PEM form.");
  if (g_str_has_suffix (label, "PRIVATE KEY"))
    return _ ("This is a private key, not a certificate. Choose the file with the certificate.");
  if (g_str_has_suffix (label, "CERTIFICATE REQUEST"))
    return _ ("This is a request for a certificate, not a certificate. Choose what the authority answered.");
  if (*label != '\0')
    return _ ("There is PEM in it, but no certificate. Choose the file with the certificate.");
  if (length > 2 && text[0] == 0x30 && (text[1] & 0x80) != 0)
    return _ ("It is in DER form. Convert it to PEM, as “openssl x509 -inform der” does.");

  return _ (
      "There is no certificate in PEM form in it. Choose a file that has “-----BEGIN CERTIFICATE-----”.");
}

/**
 * stile_certificate_bundle_parse_pem:
 * @pem: certificates in PEM (RFC 7468), with anything before, between and behind them
 * @error: %G_IO_ERROR_MESSAGE_TOO_LARGE for more than %STILE_CERTIFICATE_BUNDLE_MAX_SIZE bytes or
 *   %STILE_CERTIFICATE_BUNDLE_MAX_COUNT certificates, %G_IO_ERROR_INVALID_DATA when there is none or one is damaged
 *
 * Steps over other blocks: a file may hold the private key as well, and that is never looked at.
 *
 * Returns: (transfer full) (element-type StileCertificate): at least one, in the text's order
 */
GPtrArray *
stile_certificate_bundle_parse_pem (GBytes *pem, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (pem, &length);
  const char *text = data != NULL ? data : "";
  const char *end = text + length;
  g_autoptr (GPtrArray) bundle = bundle_new ();
  char first[STILE_PEM_MAX_LABEL + 1] = "";
  StilePemBlock block;

  if (!check_size (length, error))
    return NULL;

  for (const char *next = text; stile_pem_find_block (&block, next, end); next = block.next)
    {
      gboolean wanted =
          g_str_equal (block.label, "CERTIFICATE") || g_str_equal (block.label, "X509 CERTIFICATE");

      if (wanted && !add_block (bundle, &block, error))
        return NULL;
      if (*first == '\0')
        g_strlcpy (first, block.label, sizeof first);
    }
  if (bundle->len > 0)
    return g_steal_pointer (&bundle);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, why_none (first, text, length));
  return NULL;
}

/* One byte more than the limit, so that the parser sees that there is too much; wiped, for a key may be with it. */
static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  const gsize size = STILE_CERTIFICATE_BUNDLE_MAX_SIZE + 1;
  gsize length = 0;
  guint8 *buffer;
  GBytes *bytes = NULL;

  if (stream == NULL)
    return NULL;

  buffer = g_malloc (size);
  if (g_input_stream_read_all (G_INPUT_STREAM (stream), buffer, size, &length, NULL, error))
    bytes = stile_secret_bytes_new (buffer, length);
  stile_secret_wipe (buffer, length);
  g_free (buffer);

  return bytes;
}

/**
 * stile_certificate_bundle_load_pem:
 * @path: a file
 * @error: as stile_certificate_bundle_parse_pem(), or what GIO says of a file that cannot be read; names the file
 *
 * Returns: (transfer full) (element-type StileCertificate): at least one, in the file's order
 */
GPtrArray *
stile_certificate_bundle_load_pem (const char *path, GError **error)
{
  g_autoptr (GBytes) pem = read_file (path, error);
  GPtrArray *bundle = pem != NULL ? stile_certificate_bundle_parse_pem (pem, error) : NULL;

  if (bundle == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_prefix_error (error, _ ("The certificate file “%s” cannot be used: "), shown);
    }

  return bundle;
}

/**
 * stile_certificate_bundle_to_pem:
 * @certificates: (element-type StileCertificate):
 *
 * Returns: (transfer full): all of them in PEM, one after the other
 */
char *
stile_certificate_bundle_to_pem (GPtrArray *certificates)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < certificates->len; i++)
    {
      g_autofree char *pem = stile_certificate_to_pem (g_ptr_array_index (certificates, i));

      g_string_append (text, pem);
    }

  return g_string_free (text, FALSE);
}

/* The length of a whole DER element of up to 16 MB, header included; 0 when it is none, or longer than @left. */
static gsize
measure (const guint8 *data, gsize left)
{
  gsize count = left > 1 && data[1] > 0x80 ? data[1] & 0x7fu : 0;
  gsize header = 2 + count;
  gsize length = 0;

  if (left < header || count > 3 || data[0] != 0x30 || data[1] == 0x80)
    return 0;

  length = count == 0 ? data[1] : 0;
  for (gsize i = 2; i < header; i++)
    length = length << 8 | data[i];

  return length <= left - header ? header + length : 0;
}

/**
 * stile_certificate_bundle_parse_der:
 * @ders: certificates in DER, one behind the other, and nothing else
 * @error: as stile_certificate_bundle_parse_pem()
 *
 * Returns: (transfer full) (element-type StileCertificate): at least one, in the order of the bytes
 */
GPtrArray *
stile_certificate_bundle_parse_der (GBytes *ders, GError **error)
{
  gsize left;
  const guint8 *data = g_bytes_get_data (ders, &left);
  g_autoptr (GPtrArray) bundle = bundle_new ();

  if (!check_size (left, error))
    return NULL;

  do
    {
      gsize length = measure (data, left);
      g_autoptr (GBytes) der = g_bytes_new (data, length > 0 ? length : left);

      if (!add_der (bundle, der, error))
        {
          g_prefix_error (error, _ ("Certificate %u is damaged: "), bundle->len + 1);
          return NULL;
        }
      data += g_bytes_get_size (der);
      left -= g_bytes_get_size (der);
    }
  while (left > 0);

  return g_steal_pointer (&bundle);
}

/**
 * stile_certificate_bundle_to_der:
 * @certificates: (element-type StileCertificate):
 *
 * Returns: (transfer full): all of them in DER, one behind the other
 */
GBytes *
stile_certificate_bundle_to_der (GPtrArray *certificates)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < certificates->len; i++)
    {
      GBytes *der = stile_certificate_get_der (g_ptr_array_index (certificates, i));

      g_byte_array_append (bytes, g_bytes_get_data (der, NULL), (guint)g_bytes_get_size (der));
    }

  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
add_from_pkcs7 (GPtrArray *bundle, gnutls_pkcs7_t pkcs7, unsigned int index, GError **error)
{
  gnutls_datum_t raw = { NULL, 0 };
  g_autoptr (GBytes) der = NULL;
  int r = gnutls_pkcs7_get_crt_raw2 (pkcs7, index, &raw);

  if (r < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("Certificate %u cannot be read: %s"),
                   index + 1, gnutls_strerror (r));
      return FALSE;
    }

  der = g_bytes_new (raw.data, raw.size);
  gnutls_free (raw.data);
  if (add_der (bundle, der, error))
    return TRUE;

  g_prefix_error (error, _ ("Certificate %u: "), index + 1);
  return FALSE;
}

/**
 * stile_certificate_bundle_parse_pkcs7:
 * @der: a PKCS #7 SignedData that carries certificates (RFC 5652 section 5.1), in DER or BER
 * @error: as stile_certificate_bundle_parse_pem()
 *
 * No signature in it is checked: certs-only messages have none.
 *
 * Returns: (transfer full) (element-type StileCertificate): at least one, in no order that means anything
 */
GPtrArray *
stile_certificate_bundle_parse_pkcs7 (GBytes *der, GError **error)
{
  gnutls_datum_t datum = { (guint8 *)g_bytes_get_data (der, NULL), (unsigned int)g_bytes_get_size (der) };
  g_auto (gnutls_pkcs7_t) pkcs7 = NULL;
  g_autoptr (GPtrArray) bundle = bundle_new ();
  int count;

  if (!check_size (g_bytes_get_size (der), error))
    return NULL;

  gnutls_pkcs7_init (&pkcs7);
  count = gnutls_pkcs7_import (pkcs7, &datum, GNUTLS_X509_FMT_DER);
  if (count >= 0)
    count = gnutls_pkcs7_get_crt_count (pkcs7);
  if (count <= 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("There are no certificates in this PKCS #7: %s"),
                   count < 0 ? gnutls_strerror (count) : _ ("it is empty"));
      return NULL;
    }
  if (!check_count ((gsize)count, error))
    return NULL;

  for (int i = 0; i < count; i++)
    if (!add_from_pkcs7 (bundle, pkcs7, (unsigned int)i, error))
      return NULL;

  return g_steal_pointer (&bundle);
}

/**
 * stile_certificate_bundle_to_pkcs7:
 * @certificates: (element-type StileCertificate): at least one
 *
 * Writes certs-only PKCS #7 (RFC 5272 section 4.1).  DER sorts what is in a set: the order is lost.
 *
 * Returns: (transfer full): DER
 */
GBytes *
stile_certificate_bundle_to_pkcs7 (GPtrArray *certificates, GError **error)
{
  g_auto (gnutls_pkcs7_t) pkcs7 = NULL;
  gnutls_datum_t der = { NULL, 0 };
  GBytes *bytes;
  int r = 0;

  gnutls_pkcs7_init (&pkcs7);
  for (guint i = 0; i < certificates->len && r >= 0; i++)
    r = gnutls_pkcs7_set_crt (pkcs7, stile_certificate_get_x509 (g_ptr_array_index (certificates, i)));
  if (r >= 0)
    r = gnutls_pkcs7_export2 (pkcs7, GNUTLS_X509_FMT_DER, &der);
  if (r < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Writing %u certificates as PKCS #7: %s"),
                   certificates->len, gnutls_strerror (r));
      return NULL;
    }

  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return bytes;
}

/**
 * stile_certificate_bundle_parse_est:
 * @body: certs-only PKCS #7 in base64, with line breaks or without, or in DER (RFC 7030 section 4.1.3, RFC 8951 section
 *   3)
 * @error: as stile_certificate_bundle_parse_pem()
 *
 * Returns: (transfer full) (element-type StileCertificate): at least one, in no order that means anything
 */
GPtrArray *
stile_certificate_bundle_parse_est (GBytes *body, GError **error)
{
  g_autoptr (GBytes) der = NULL;

  if (!check_size (g_bytes_get_size (body), error))
    return NULL;

  der = stile_est_body_decode (body, STILE_CERTIFICATE_BUNDLE_MAX_SIZE, error);
  return der != NULL ? stile_certificate_bundle_parse_pkcs7 (der, error) : NULL;
}

/**
 * stile_certificate_bundle_to_est:
 * @certificates: (element-type StileCertificate): at least one
 *
 * Breaks lines: every reader takes that, some take nothing else (RFC 8951 section 3.1).
 *
 * Returns: (transfer full): a body of type application/pkcs7-mime
 */
GBytes *
stile_certificate_bundle_to_est (GPtrArray *certificates, GError **error)
{
  g_autoptr (GBytes) der = stile_certificate_bundle_to_pkcs7 (certificates, error);

  return der != NULL ? stile_est_body_encode (der) : NULL;
}

static gnutls_x509_crt_t *
to_list (GPtrArray *certificates)
{
  gnutls_x509_crt_t *list = g_new0 (gnutls_x509_crt_t, certificates->len + 1);

  for (guint i = 0; i < certificates->len; i++)
    list[i] = stile_certificate_get_x509 (g_ptr_array_index (certificates, i));

  return list;
}

static unsigned int
ask_gnutls (GPtrArray *chain, GPtrArray *anchors, const char *host)
{
  g_autofree gnutls_x509_crt_t *shown = to_list (chain);
  g_autofree gnutls_x509_crt_t *trusted = to_list (anchors);
  gnutls_typed_vdata_st name = { GNUTLS_DT_DNS_HOSTNAME, (guint8 *)host, 0 };
  gnutls_x509_trust_list_t list;
  unsigned int status = GNUTLS_CERT_INVALID;
  int r;

  gnutls_x509_trust_list_init (&list, 0);
  r = gnutls_x509_trust_list_add_cas (list, trusted, anchors->len, 0);
  if (r >= 0)
    r = gnutls_x509_trust_list_verify_crt2 (list, shown, chain->len, &name, host != NULL ? 1 : 0, 0, &status,
                                            NULL);
  gnutls_x509_trust_list_deinit (list, 0);

  return r >= 0 ? status : status | GNUTLS_CERT_INVALID;
}

/**
 * stile_certificate_bundle_verify:
 * @chain: (element-type StileCertificate): leaf first, at most 16
 * @anchors: (element-type StileCertificate): the authorities that are trusted, and nobody else
 * @host: (nullable): the DNS name or IP address that the leaf must be for; %NULL for any
 * @error: %G_TLS_ERROR_BAD_CERTIFICATE with the reason in words for people, or %G_IO_ERROR_MESSAGE_TOO_LARGE
 *
 * Whether @chain leads to one of @anchors today (RFC 5280 section 6).  What the leaf may be used for is not looked at.
 */
gboolean
stile_certificate_bundle_verify (GPtrArray *chain, GPtrArray *anchors, const char *host, GError **error)
{
  g_autofree char *explanation = NULL;
  unsigned int status;

  if (chain->len == 0)
    {
      g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, _ ("There is no certificate"));
      return FALSE;
    }
  if (chain->len > STILE_CERTIFICATE_CHAIN_MAX_LENGTH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The chain has %u certificate, the limit is %d",
                                "The chain has %u certificates, the limit is %d", chain->len),
                   chain->len, STILE_CERTIFICATE_CHAIN_MAX_LENGTH);
      return FALSE;
    }

  status = ask_gnutls (chain, anchors, host);
  if (status == 0)
    return TRUE;

  explanation = stile_certificate_chain_explain (chain, anchors, host, status);
  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, explanation);
  return FALSE;
}
