/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-text.h"

#include <gio/gio.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#include "codec/stile-hex.h"

/* What people are shown of a certificate, for StileCertificate.  Whoever wrote the certificate chose the characters. */

typedef int (*GetDn) (gnutls_x509_crt_t x509, gnutls_datum_t *dn, unsigned int flags);
typedef int (*GetDnByOid) (gnutls_x509_crt_t x509,
                           const char *oid,
                           unsigned int index,
                           unsigned int raw,
                           void *buffer,
                           size_t *size);

/* None may start a line, hide, or turn the text around. */
static gboolean
is_harmless (gunichar c)
{
  switch ((int)g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

/**
 * stile_certificate_text_make_presentable:
 * @text: (array length=length): from anybody
 *
 * Returns: (transfer full): valid UTF-8, with control and direction characters escaped as RFC 4514 section 2.4 escapes
 *   bytes, "\E2\80\AE"
 */
char *
stile_certificate_text_make_presentable (const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize)length);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gsize size = (gsize)(g_utf8_next_char (p) - p);

      if (is_harmless (g_utf8_get_char (p)))
        g_string_append_len (out, p, (gssize)size);
      else
        for (gsize i = 0; i < size; i++)
          g_string_append_printf (out, "\\%02X", (guchar)p[i]);
    }

  return g_string_free (out, FALSE);
}

/* One character of an escaped value, or the byte that "\2C" stands for.  A NUL stays as it is written: it would end
 * the string. */
static const char *
unescape_one (const char *text, GString *out)
{
  if (text[0] != '\\' || text[1] == '\0')
    {
      g_string_append_c (out, text[0]);
      return text + 1;
    }
  if (!g_ascii_isxdigit (text[1]) || !g_ascii_isxdigit (text[2]))
    {
      g_string_append_c (out, text[1]);
      return text + 2;
    }

  if (text[1] == '0' && text[2] == '0')
    g_string_append (out, "\\00");
  else
    g_string_append_c (out, (char)(g_ascii_xdigit_value (text[1]) << 4 | g_ascii_xdigit_value (text[2])));
  return text + 3;
}

/* GnuTLS escapes single values as RFC 4514 section 2.4 does whole names: "Example\, Inc.". */
static char *
unescape (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text != '\0')
    text = unescape_one (text, out);

  return stile_certificate_text_make_presentable (out->str, out->len);
}

static char *
get_dn (gnutls_x509_crt_t x509, GetDn get)
{
  gnutls_datum_t dn = { NULL, 0 };
  char *text;

  if (get (x509, &dn, 0) < 0)
    return g_strdup ("");

  text = stile_certificate_text_make_presentable ((const char *)dn.data, dn.size);
  gnutls_free (dn.data);
  return text;
}

/* Gives NULL for an empty part too. */
static char *
get_part (gnutls_x509_crt_t x509, GetDnByOid get, const char *oid)
{
  size_t size = 0;
  g_autofree char *buffer = NULL;

  if (get (x509, oid, 0, 0, NULL, &size) != GNUTLS_E_SHORT_MEMORY_BUFFER)
    return NULL;

  buffer = g_malloc0 (size + 1);
  if (get (x509, oid, 0, 0, buffer, &size) < 0 || *buffer == '\0')
    return NULL;

  return unescape (buffer);
}

static char *
get_name (gnutls_x509_crt_t x509, GetDnByOid get_by_oid, GetDn get)
{
  char *name = get_part (x509, get_by_oid, GNUTLS_OID_X520_COMMON_NAME);

  if (name == NULL)
    name = get_part (x509, get_by_oid, GNUTLS_OID_X520_ORGANIZATION_NAME);

  return name != NULL ? name : get_dn (x509, get);
}

/**
 * stile_certificate_text_get_subject:
 *
 * Returns: (transfer full): the whole name (RFC 4514), perhaps empty
 */
char *
stile_certificate_text_get_subject (gnutls_x509_crt_t x509)
{
  return get_dn (x509, gnutls_x509_crt_get_dn3);
}

/**
 * stile_certificate_text_get_issuer:
 *
 * Returns: (transfer full): the whole name (RFC 4514), perhaps empty
 */
char *
stile_certificate_text_get_issuer (gnutls_x509_crt_t x509)
{
  return get_dn (x509, gnutls_x509_crt_get_issuer_dn3);
}

/**
 * stile_certificate_text_get_subject_name:
 *
 * Returns: (transfer full): the common name, else the organization, else all of it
 */
char *
stile_certificate_text_get_subject_name (gnutls_x509_crt_t x509)
{
  return get_name (x509, gnutls_x509_crt_get_dn_by_oid, gnutls_x509_crt_get_dn3);
}

/**
 * stile_certificate_text_get_issuer_name:
 *
 * Returns: (transfer full): the common name, else the organization, else all of it
 */
char *
stile_certificate_text_get_issuer_name (gnutls_x509_crt_t x509)
{
  return get_name (x509, gnutls_x509_crt_get_issuer_dn_by_oid, gnutls_x509_crt_get_issuer_dn3);
}

/**
 * stile_certificate_text_get_organization:
 *
 * Returns: (transfer full) (nullable): the subject's organization
 */
char *
stile_certificate_text_get_organization (gnutls_x509_crt_t x509)
{
  return get_part (x509, gnutls_x509_crt_get_dn_by_oid, GNUTLS_OID_X520_ORGANIZATION_NAME);
}

/**
 * stile_certificate_text_get_serial:
 *
 * Returns: (transfer full): the serial number in hexadecimal
 */
char *
stile_certificate_text_get_serial (gnutls_x509_crt_t x509)
{
  size_t size = 0;
  g_autofree guint8 *serial = NULL;

  if (gnutls_x509_crt_get_serial (x509, NULL, &size) != GNUTLS_E_SHORT_MEMORY_BUFFER)
    return g_strdup ("");

  serial = g_malloc (size);
  if (gnutls_x509_crt_get_serial (x509, serial, &size) < 0)
    return g_strdup ("");

  return stile_hex_encode (serial, size);
}

static const char *
describe_curve (gnutls_x509_crt_t x509)
{
  static const struct
  {
    gnutls_ecc_curve_t curve;
    const char *description;
  } table[] = {
    { GNUTLS_ECC_CURVE_SECP192R1, "ECDSA P-192" }, { GNUTLS_ECC_CURVE_SECP224R1, "ECDSA P-224" },
    { GNUTLS_ECC_CURVE_SECP256R1, "ECDSA P-256" }, { GNUTLS_ECC_CURVE_SECP384R1, "ECDSA P-384" },
    { GNUTLS_ECC_CURVE_SECP521R1, "ECDSA P-521" },
  };
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
  gnutls_datum_t x = { NULL, 0 };
  gnutls_datum_t y = { NULL, 0 };

  gnutls_x509_crt_get_pk_ecc_raw (x509, &curve, &x, &y);
  gnutls_free (x.data);
  gnutls_free (y.data);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].curve == curve)
      return table[i].description;

  return "ECDSA";
}

/**
 * stile_certificate_text_describe_key:
 *
 * Returns: (transfer full): algorithm and size, "ECDSA P-256", "RSA 2048" or "Ed25519"
 */
char *
stile_certificate_text_describe_key (gnutls_x509_crt_t x509)
{
  unsigned int bits = 0;
  int algorithm = gnutls_x509_crt_get_pk_algorithm (x509, &bits);
  const char *name = algorithm > 0 ? gnutls_pk_get_name ((gnutls_pk_algorithm_t)algorithm) : NULL;

  switch (algorithm)
    {
    case GNUTLS_PK_RSA:
      return g_strdup_printf ("RSA %u", bits);
    case GNUTLS_PK_RSA_PSS:
      return g_strdup_printf ("RSA-PSS %u", bits);
    case GNUTLS_PK_ECDSA:
      return g_strdup (describe_curve (x509));
    case GNUTLS_PK_EDDSA_ED25519:
      return g_strdup ("Ed25519");
    case GNUTLS_PK_EDDSA_ED448:
      return g_strdup ("Ed448");
    default:
      return g_strdup (name != NULL ? name : "Unknown");
    }
}

static char *
host_name_to_string (unsigned int type, const gnutls_datum_t *name)
{
  g_autoptr (GInetAddress) address = NULL;

  if (type == GNUTLS_SAN_DNSNAME)
    return stile_certificate_text_make_presentable ((const char *)name->data, name->size);
  if (type != GNUTLS_SAN_IPADDRESS || (name->size != 4 && name->size != 16))
    return NULL;

  address = g_inet_address_new_from_bytes (name->data,
                                           name->size == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
  return g_inet_address_to_string (address);
}

static void
collect_host_names (gnutls_subject_alt_names_t names, GPtrArray *hosts)
{
  gnutls_datum_t name;
  unsigned int type;

  for (unsigned int i = 0; i < STILE_CERTIFICATE_TEXT_MAX_HOST_NAMES; i++)
    {
      char *host;

      if (gnutls_subject_alt_names_get (names, i, &type, &name, NULL) < 0)
        return;
      host = host_name_to_string (type, &name);
      if (host != NULL)
        g_ptr_array_add (hosts, host);
    }
}

/**
 * stile_certificate_text_get_host_names:
 *
 * Returns: (transfer full): the DNS names and IP addresses of the subject alternative name (RFC 5280 section 4.2.1.6),
 *   at most %STILE_CERTIFICATE_TEXT_MAX_HOST_NAMES
 */
char **
stile_certificate_text_get_host_names (gnutls_x509_crt_t x509)
{
  g_autoptr (GPtrArray) hosts = g_ptr_array_new_with_free_func (g_free);
  gnutls_subject_alt_names_t names;
  gnutls_datum_t extension = { NULL, 0 };

  gnutls_subject_alt_names_init (&names);
  if (gnutls_x509_crt_get_extension_by_oid2 (x509, GNUTLS_X509EXT_OID_SAN, 0, &extension, NULL) >= 0 &&
      gnutls_x509_ext_import_subject_alt_names (&extension, names, 0) >= 0)
    collect_host_names (names, hosts);
  gnutls_free (extension.data);
  gnutls_subject_alt_names_deinit (names);

  g_ptr_array_add (hosts, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&hosts), FALSE);
}
