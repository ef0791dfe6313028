/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-request.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-certificate-text.h"
#include "codec/stile-der.h"
#include "codec/stile-est-body.h"

/* Looking for one extension reads all before it; honest requests have five. */
#define MAX_EXTENSIONS 32
#define MAX_ATTRIBUTES 32

/* Dotted OIDs that GnuTLS gives; longer ones are refused. */
#define OID_SIZE 128

/* A password is printed text of at most 255 characters (RFC 2985 section 5.4.1). */
#define PASSWORD_SIZE 1024
#define CHALLENGE_PASSWORD_OID "1.2.840.113549.1.9.7"

typedef int (*GetInfo) (gnutls_x509_crq_t crq, unsigned int index, char *oid, size_t *size);

/**
 * StileCertificateRequest:
 *
 * A PKCS #10 request for a certificate as an immutable value (RFC 2986).  That it could be read says nothing about who
 * made it: stile_certificate_request_verify() does.
 */
struct _StileCertificateRequest
{
  GObject parent_instance;

  gnutls_x509_crq_t x509;
  GBytes *der;
  GBytes *subject_der;
  GBytes *public_key;
  char *subject;
  char *challenge_password; /* NULL when there is none */
  char **extensions;        /* OIDs */
  char **attributes;        /* OIDs */
};

G_DEFINE_FINAL_TYPE (StileCertificateRequest, stile_certificate_request, G_TYPE_OBJECT)

static void
stile_certificate_request_finalize (GObject *object)
{
  StileCertificateRequest *self = STILE_CERTIFICATE_REQUEST (object);

  g_clear_pointer (&self->x509, gnutls_x509_crq_deinit);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_clear_pointer (&self->subject_der, g_bytes_unref);
  g_clear_pointer (&self->public_key, g_bytes_unref);
  g_free (self->subject);
  g_free (self->challenge_password);
  g_strfreev (self->extensions);
  g_strfreev (self->attributes);

  G_OBJECT_CLASS (stile_certificate_request_parent_class)->finalize (object);
}

static void
stile_certificate_request_class_init (StileCertificateRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_certificate_request_finalize;
}

static void
stile_certificate_request_init (StileCertificateRequest *self)
{
  gnutls_x509_crq_init (&self->x509);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("This is no certificate request: %s"), why);
  return FALSE;
}

/* --- its parts, as they stand in it --- */

/* GnuTLS gives names and keys as it would write them itself; who compares them wants them as they came. */
static gboolean
read_parts (StileCertificateRequest *self, GError **error)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (self->der, &length);
  StileDerReader reader = stile_der_reader (der, length, STILE_DER_STRICT);
  StileDerElement request;
  StileDerElement info;
  StileDerElement subject;
  StileDerElement key;
  guint version;

  if (!stile_der_read (&reader, STILE_DER_SEQUENCE, &request, error) ||
      !stile_der_read_end (&reader, error) ||
      !stile_der_read (&request.contents, STILE_DER_SEQUENCE, &info, error) ||
      !stile_der_read_integer (&info.contents, &version, error) ||
      !stile_der_read (&info.contents, STILE_DER_SEQUENCE, &subject, error) ||
      !stile_der_read (&info.contents, STILE_DER_SEQUENCE, &key, error))
    {
      g_prefix_error (error, "%s", _ ("This is no certificate request: "));
      return FALSE;
    }

  self->subject_der = stile_der_element_to_bytes (&subject);
  self->public_key = stile_der_element_to_bytes (&key);
  return TRUE;
}

/* --- what it says --- */

static int
get_extension_info (gnutls_x509_crq_t crq, unsigned int index, char *oid, size_t *size)
{
  unsigned int critical;

  return gnutls_x509_crq_get_extension_info (crq, (int)index, oid, size, &critical);
}

static int
get_attribute_info (gnutls_x509_crq_t crq, unsigned int index, char *oid, size_t *size)
{
  return gnutls_x509_crq_get_attribute_info (crq, (int)index, oid, size);
}

static char **
list_oids (StileCertificateRequest *self, GetInfo get, guint limit, GError **error)
{
  g_autoptr (GPtrArray) oids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i <= limit; i++)
    {
      char oid[OID_SIZE];
      size_t size = sizeof oid;
      int r = get (self->x509, i, oid, &size);

      if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        {
          g_ptr_array_add (oids, NULL);
          return (char **)g_ptr_array_steal (oids, NULL);
        }
      if (r < 0)
        return refuse (error, gnutls_strerror (r)), NULL;
      if (g_ptr_array_find_with_equal_func (oids, oid, g_str_equal, NULL))
        return refuse (error, _ ("it says one thing twice")), NULL;
      g_ptr_array_add (oids, g_strdup (oid));
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE,
                            "The certificate request has more than %u attribute or extension",
                            "The certificate request has more than %u attributes or extensions", limit),
               limit);
  return NULL;
}

/* PKCS #9 (RFC 2985 section 5.4.1): a DirectoryString.  GnuTLS's own function for it writes it as RFC 4514 wants names,
 * with a backslash in front of the "+" that base64 has. */
static gboolean
read_challenge_password (StileCertificateRequest *self, GError **error)
{
  guint8 value[PASSWORD_SIZE];
  size_t size = sizeof value;
  int r = gnutls_x509_crq_get_attribute_by_oid (self->x509, CHALLENGE_PASSWORD_OID, 0, value, &size);
  StileDerReader reader = stile_der_reader (value, size, STILE_DER_STRICT);
  StileDerElement text;

  if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
    return TRUE;
  if (r < 0)
    return refuse (error, gnutls_strerror (r));
  if (!stile_der_read_any (&reader, &text, error) || !stile_der_read_end (&reader, error))
    return FALSE;
  if (memchr (text.contents.bytes, '\0', text.contents.length) != NULL ||
      !g_utf8_validate ((const char *)text.contents.bytes, (gssize)text.contents.length, NULL))
    return refuse (error, _ ("its challenge password is no text"));

  self->challenge_password = g_strndup ((const char *)text.contents.bytes, text.contents.length);
  return TRUE;
}

static gboolean
read_contents (StileCertificateRequest *self, GError **error)
{
  gnutls_datum_t dn = { NULL, 0 };

  self->attributes = list_oids (self, get_attribute_info, MAX_ATTRIBUTES, error);
  self->extensions =
      self->attributes != NULL ? list_oids (self, get_extension_info, MAX_EXTENSIONS, error) : NULL;
  if (self->extensions == NULL || !read_challenge_password (self, error))
    return FALSE;

  if (gnutls_x509_crq_get_dn3 (self->x509, &dn, 0) >= 0)
    self->subject = stile_certificate_text_make_presentable ((const char *)dn.data, dn.size);
  else
    self->subject = g_strdup ("");
  gnutls_free (dn.data);
  return TRUE;
}

static gboolean
check_size (gsize size, GError **error)
{
  if (size <= STILE_CERTIFICATE_REQUEST_MAX_SIZE)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE, "The certificate request has %zu byte, the limit is %d",
                            "The certificate request has %zu bytes, the limit is %d", size),
               size, STILE_CERTIFICATE_REQUEST_MAX_SIZE);
  return FALSE;
}

/**
 * stile_certificate_request_new_from_der:
 * @der: one request, nothing before or after it; is kept
 * @error: %G_IO_ERROR_MESSAGE_TOO_LARGE for more than %STILE_CERTIFICATE_REQUEST_MAX_SIZE bytes or too many attributes,
 *   %G_IO_ERROR_INVALID_DATA for anything that is no request, or says one thing twice
 *
 * Returns: (transfer full): the request
 */
StileCertificateRequest *
stile_certificate_request_new_from_der (GBytes *der, GError **error)
{
  g_autoptr (StileCertificateRequest) self = g_object_new (STILE_TYPE_CERTIFICATE_REQUEST, NULL);
  gsize length = g_bytes_get_size (der);
  gnutls_datum_t datum = { (guint8 *)g_bytes_get_data (der, NULL), (unsigned int)length };
  int r;

  if (!check_size (length, error))
    return NULL;

  self->der = g_bytes_ref (der);
  if (!read_parts (self, error))
    return NULL;
  r = gnutls_x509_crq_import (self->x509, &datum, GNUTLS_X509_FMT_DER);
  if (r < 0)
    return refuse (error, gnutls_strerror (r)), NULL;

  return read_contents (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * stile_certificate_request_parse_est:
 * @body: of a request to enrol: base64 with any white space, PEM, or DER (RFC 8951 section 3)
 * @error: as stile_certificate_request_new_from_der()
 *
 * Returns: (transfer full): the request
 */
StileCertificateRequest *
stile_certificate_request_parse_est (GBytes *body, GError **error)
{
  g_autoptr (GBytes) der = stile_est_body_decode (body, STILE_CERTIFICATE_REQUEST_MAX_SIZE, error);

  return der != NULL ? stile_certificate_request_new_from_der (der, error) : NULL;
}

/**
 * stile_certificate_request_get_der:
 *
 * Returns: (transfer none): the request as it was made
 */
GBytes *
stile_certificate_request_get_der (StileCertificateRequest *self)
{
  return self->der;
}

/**
 * stile_certificate_request_to_est:
 *
 * Returns: (transfer full): a body of type application/pkcs10
 */
GBytes *
stile_certificate_request_to_est (StileCertificateRequest *self)
{
  return stile_est_body_encode (self->der);
}

/**
 * stile_certificate_request_get_subject:
 *
 * Returns: (transfer none): the name that is asked for (RFC 4514), fit to be shown; may be empty
 */
const char *
stile_certificate_request_get_subject (StileCertificateRequest *self)
{
  return self->subject;
}

/**
 * stile_certificate_request_get_subject_der:
 *
 * Returns: (transfer full): the Name, byte for byte
 */
GBytes *
stile_certificate_request_get_subject_der (StileCertificateRequest *self)
{
  return g_bytes_ref (self->subject_der);
}

/**
 * stile_certificate_request_get_public_key:
 *
 * Returns: (transfer full): the SubjectPublicKeyInfo, byte for byte
 */
GBytes *
stile_certificate_request_get_public_key (StileCertificateRequest *self)
{
  return g_bytes_ref (self->public_key);
}

/**
 * stile_certificate_request_get_challenge_password:
 *
 * Returns: (transfer none) (nullable): what the request is linked with (RFC 7030 section 3.5)
 */
const char *
stile_certificate_request_get_challenge_password (StileCertificateRequest *self)
{
  return self->challenge_password;
}

/**
 * stile_certificate_request_get_extension:
 * @oid: of the extension
 *
 * Returns: (transfer full) (nullable): DER of the value that is asked for, or %NULL when it is not asked for
 */
GBytes *
stile_certificate_request_get_extension (StileCertificateRequest *self, const char *oid)
{
  gnutls_datum_t value = { NULL, 0 };
  unsigned int critical;
  GBytes *bytes;

  if (gnutls_x509_crq_get_extension_by_oid2 (self->x509, oid, 0, &value, &critical) < 0)
    return NULL;

  bytes = g_bytes_new (value.data, value.size);
  gnutls_free (value.data);
  return bytes;
}

/**
 * stile_certificate_request_list_extensions:
 *
 * Returns: (transfer full) (array zero-terminated=1): OIDs of what is asked for, in order
 */
char **
stile_certificate_request_list_extensions (StileCertificateRequest *self)
{
  return g_strdupv (self->extensions);
}

/**
 * stile_certificate_request_list_attributes:
 *
 * Returns: (transfer full) (array zero-terminated=1): OIDs of the attributes, in order
 */
char **
stile_certificate_request_list_attributes (StileCertificateRequest *self)
{
  return g_strdupv (self->attributes);
}

/**
 * stile_certificate_request_verify:
 * @error: %G_TLS_ERROR_BAD_CERTIFICATE
 *
 * Returns: whether whoever made it holds the private key (RFC 2986 section 4.2)
 */
gboolean
stile_certificate_request_verify (StileCertificateRequest *self, GError **error)
{
  int r = gnutls_x509_crq_verify (self->x509, 0);

  if (r >= 0)
    return TRUE;

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               _ ("The certificate request is not signed with the key in it: %s"), gnutls_strerror (r));
  return FALSE;
}

/**
 * stile_certificate_request_get_x509:
 *
 * Returns: (transfer none): GnuTLS' view of it, to read from only
 */
gnutls_x509_crq_t
stile_certificate_request_get_x509 (StileCertificateRequest *self)
{
  return self->x509;
}
