/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-domain-names.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

/* RFC 1035 section 2.3.4, and the NUL. */
#define MAX_NAME 256

/**
 * stile_domain_names_is_under:
 * @name: a DNS name without wildcards
 * @domains: (array zero-terminated=1): "example.org" has itself and all under it
 */
gboolean
stile_domain_names_is_under (const char *name, const char *const *domains)
{
  gsize length = strlen (name);

  if (length == 0 || name[0] == '.' || name[0] == '-' || strstr (name, "..") != NULL ||
      strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-.") != length)
    return FALSE;

  for (const char *const *domain = domains; *domain != NULL; domain++)
    {
      gsize end = strlen (*domain);

      if (length >= end && g_ascii_strcasecmp (name + length - end, *domain) == 0 &&
          (length == end || name[length - end - 1] == '.'))
        return TRUE;
    }

  return FALSE;
}

static gboolean
refuse_name (const char *name, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
               _ ("The request asks for the name “%s”, which this CA does not certify"), name);
  return FALSE;
}

static gboolean
add_name (gnutls_x509_crt_t crt, const char *name, gsize length, const char *const *domains, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (name, (gssize)length);

  if (memchr (name, '\0', length) != NULL || !stile_domain_names_is_under (name, domains))
    return refuse_name (shown, error);
  if (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, name, (unsigned int)length,
                                            GNUTLS_FSAN_APPEND) < 0)
    return refuse_name (shown, error);

  return TRUE;
}

/**
 * stile_domain_names_copy:
 * @crt: gets the names that @request asks for
 * @domains: (nullable) (array zero-terminated=1): where they may be
 * @error: %STILE_ERROR_REFUSED for a name elsewhere, or one that is no DNS name
 *
 * Each name is written anew: nothing of the extension that was sent gets into the certificate (BRSKI R10).
 */
gboolean
stile_domain_names_copy (gnutls_x509_crt_t crt,
                         StileCertificateRequest *request,
                         const char *const *domains,
                         GError **error)
{
  static const char *const nowhere[] = { NULL };
  gnutls_x509_crq_t crq = stile_certificate_request_get_x509 (request);
  g_autoptr (GBytes) asked = stile_certificate_request_get_extension (request, STILE_DOMAIN_NAMES_OID);

  for (unsigned int i = 0; asked != NULL && i <= STILE_DOMAIN_NAMES_MAX; i++)
    {
      char name[MAX_NAME] = "";
      gsize length = sizeof name - 1;
      unsigned int type;
      int r = gnutls_x509_crq_get_subject_alt_name (crq, i, name, &length, &type, NULL);

      if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return TRUE;
      if (r < 0 || type != GNUTLS_SAN_DNSNAME || i == STILE_DOMAIN_NAMES_MAX)
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
                       g_dngettext (GETTEXT_PACKAGE,
                                    "The request asks for a name that is no DNS name, or for more than %d "
                                    "name; this CA does not certify that",
                                    "The request asks for a name that is no DNS name, or for more than %d "
                                    "names; this CA does not certify that",
                                    STILE_DOMAIN_NAMES_MAX),
                       STILE_DOMAIN_NAMES_MAX);
          return FALSE;
        }
      name[length] = '\0';
      if (!add_name (crt, name, length, domains != NULL ? domains : nowhere, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * stile_domain_names_of_certificate:
 *
 * Returns: (transfer full) (nullable): DER of the value of the subject alternative name
 */
GBytes *
stile_domain_names_of_certificate (StileCertificate *certificate)
{
  gnutls_datum_t value = { NULL, 0 };
  GBytes *bytes;

  if (gnutls_x509_crt_get_extension_by_oid2 (stile_certificate_get_x509 (certificate), STILE_DOMAIN_NAMES_OID,
                                             0, &value, NULL) < 0)
    return NULL;

  bytes = g_bytes_new (value.data, value.size);
  gnutls_free (value.data);
  return bytes;
}

/**
 * stile_domain_names_repeat:
 * @crt: gets the names of @certificate, byte for byte: they were certified before
 */
gboolean
stile_domain_names_repeat (gnutls_x509_crt_t crt, StileCertificate *certificate, GError **error)
{
  g_autoptr (GBytes) names = stile_domain_names_of_certificate (certificate);
  int r;

  if (names == NULL)
    return TRUE;
  r = gnutls_x509_crt_set_extension_by_oid (crt, STILE_DOMAIN_NAMES_OID, g_bytes_get_data (names, NULL),
                                            g_bytes_get_size (names), 0);
  if (r >= 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("Repeating the names of a certificate: %s"),
               gnutls_strerror (r));
  return FALSE;
}
