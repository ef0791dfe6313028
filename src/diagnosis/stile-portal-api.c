/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-portal-api.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"

/* RFC 8908 section 5: it is reached over TLS.  Anything else is no place to send people to. */
static gboolean
is_page (const char *text)
{
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;

  return uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 && g_uri_get_host (uri) != NULL;
}

/**
 * stile_portal_api_read:
 * @document: what the API of a captive portal answered
 * @captive: (out): whether somebody has to do something first
 * @page: (out) (transfer full) (nullable): where, over https
 *
 * Returns: %FALSE with %STILE_ERROR_PROTOCOL when it is not what RFC 8908 section 5 asks for, %STILE_ERROR_LIMIT when it is too
 *   long
 */
gboolean
stile_portal_api_read (GBytes *document, gboolean *captive, char **page, GError **error)
{
  g_autoptr (GVariant) answer = stile_json_parse (document, STILE_PORTAL_API_MAX_SIZE, error);
  g_autoptr (GVariant) flag = answer != NULL ? stile_json_get_member (answer, "captive") : NULL;
  const char *url = answer != NULL ? stile_json_get_string (answer, "user-portal-url") : NULL;

  if (answer == NULL)
    return FALSE;
  if (flag == NULL || !g_variant_is_of_type (flag, G_VARIANT_TYPE_BOOLEAN))
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The portal’s API does not say whether one has to sign in"));
      return FALSE;
    }

  *captive = g_variant_get_boolean (flag);
  *page = is_page (url) ? g_strdup (url) : NULL;
  return TRUE;
}
