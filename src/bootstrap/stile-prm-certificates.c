/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-certificates.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-json.h"

/* Lists of certificates in the JSON of BRSKI-PRM (BOOTSTRAP 1.3): "agent-sign-cert" and "x5bag". */

static gboolean
add (GPtrArray *certificates, GVariant *value, GError **error)
{
  g_autoptr (GBytes) der = NULL;
  StileCertificate *certificate;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("A certificate in the list is not written as a text"));
      return FALSE;
    }
  if (certificates->len >= STILE_PRM_CERTIFICATES_MAX)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   _ ("The list has more certificates than the limit of %d"), STILE_PRM_CERTIFICATES_MAX);
      return FALSE;
    }

  der = stile_base64url_decode_standard (g_variant_get_string (value, NULL), -1, error);
  certificate = der != NULL ? stile_certificate_new_from_der (der, error) : NULL;
  if (certificate == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return FALSE;
    }

  g_ptr_array_add (certificates, certificate);
  return TRUE;
}

static gboolean
add_all (GPtrArray *certificates, GVariant *list, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) value = g_variant_get_variant (boxed);

      if (!add (certificates, value, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * stile_prm_certificates_read:
 * @value: a text for one certificate, or a list of texts; the draft's words and its YANG differ in which
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: (transfer full) (element-type StileCertificate): at least one; they prove nothing
 */
GPtrArray *
stile_prm_certificates_read (GVariant *value, GError **error)
{
  g_autoptr (GPtrArray) certificates = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean read = g_variant_is_of_type (value, G_VARIANT_TYPE ("av")) ? add_all (certificates, value, error)
                                                                      : add (certificates, value, error);

  if (!read)
    return NULL;
  if (certificates->len > 0)
    return g_steal_pointer (&certificates);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("The list of certificates is empty"));
  return NULL;
}

/**
 * stile_prm_certificates_parse_bag:
 * @json: {"x5bag": …}, what a registrar signed
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: (transfer full) (element-type StileCertificate): at least one, in no order that means anything
 */
GPtrArray *
stile_prm_certificates_parse_bag (GBytes *json, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (json, STILE_PRM_CERTIFICATES_MAX_SIZE, error);
  g_autoptr (GVariant) bag = document != NULL ? stile_json_get_member (document, "x5bag") : NULL;

  if (document == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }
  if (bag == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("There is no “x5bag” in it"));
      return NULL;
    }

  return stile_prm_certificates_read (bag, error);
}
