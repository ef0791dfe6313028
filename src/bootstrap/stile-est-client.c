/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-client.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"

/**
 * stile_est_client_ask_roots:
 * @host: of the service
 *
 * Returns: (transfer full): EST's request for the domain's CA certificates (RFC 7030 section 4.1.2)
 */
StileHttpMessage *
stile_est_client_ask_roots (const char *host)
{
  StileHttpMessage *request =
      stile_http_message_new_request ("GET", "https", host, STILE_EST_CLIENT_CACERTS_PATH);

  stile_http_message_add_field (request, "accept", "application/pkcs7-mime");
  return request;
}

static gboolean
is_pkcs7 (const char *media_type)
{
  static const char wanted[] = "application/pkcs7-mime";

  return media_type != NULL && g_ascii_strncasecmp (media_type, wanted, strlen (wanted)) == 0 &&
         (media_type[strlen (wanted)] == '\0' || strchr ("; \t", media_type[strlen (wanted)]) != NULL);
}

static gboolean
check_answer (StileHttpMessage *response, GError **error)
{
  guint status = stile_http_message_get_status (response);
  const char *media_type = stile_http_message_get_field (response, "content-type");

  if (status == 404)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED,
                         _ ("The service hands out no CA roots: it has no EST (404)"));
  else if (status != 200)
    g_set_error (error, STILE_ERROR, status >= 500 ? STILE_ERROR_RETRY : STILE_ERROR_REFUSED,
                 _ ("The service answered %u instead of the domain's CA roots"), status);
  else if (!is_pkcs7 (media_type))
    g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                 _ ("The answer is %s, CA roots come as application/pkcs7-mime"),
                 media_type != NULL ? media_type : _ ("of no type"));
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_roots (GPtrArray *roots, GError **error)
{
  if (roots->len == 0 || roots->len > STILE_EST_CLIENT_MAX_ROOTS)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   _ ("The service sent %u CA certificates; between 1 and %d make sense"), roots->len,
                   STILE_EST_CLIENT_MAX_ROOTS);
      return FALSE;
    }

  for (guint i = 0; i < roots->len; i++)
    if (!stile_certificate_is_authority (g_ptr_array_index (roots, i)))
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
                     _ ("“%s” is no CA certificate, and must not be trusted as one"),
                     stile_certificate_get_name (g_ptr_array_index (roots, i)));
        return FALSE;
      }

  return TRUE;
}

/**
 * stile_est_client_read_roots:
 * @response: the service's answer
 *
 * Returns: (transfer full) (element-type StileCertificate): the domain's CA certificates; all of them may sign
 */
GPtrArray *
stile_est_client_read_roots (StileHttpMessage *response, GError **error)
{
  g_autoptr (GPtrArray) roots = NULL;

  if (!check_answer (response, error))
    return NULL;
  roots = stile_certificate_bundle_parse_est (stile_http_message_get_content (response), error);
  if (roots == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }

  return check_roots (roots, error) ? g_steal_pointer (&roots) : NULL;
}
