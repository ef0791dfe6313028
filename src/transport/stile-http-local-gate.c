/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-local-gate.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "transport/stile-http-local-token.h"

/* "user:TOKEN" in base64, with any user name that somebody may want. */
#define MAX_CREDENTIALS 1024

#define ALLOWED "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE"

/* --- the token --- */

static gboolean
matches_basic (const char *token, const char *credentials)
{
  g_autoptr (GBytes) decoded = stile_base64url_decode_standard (credentials, -1, NULL);
  gsize length = 0;
  const char *text = decoded != NULL ? g_bytes_get_data (decoded, &length) : NULL;
  const char *colon = text != NULL ? memchr (text, ':', length) : NULL;

  return colon != NULL &&
         stile_http_local_token_matches (token, colon + 1, length - (gsize)(colon + 1 - text));
}

static const char *
skip_scheme (const char *value, const char *scheme)
{
  gsize length = strlen (scheme);

  if (g_ascii_strncasecmp (value, scheme, length) != 0 || value[length] != ' ')
    return NULL;

  return value + length + strspn (value + length, " ");
}

static gboolean
has_credentials (StileHttpLocalAddress *address, SoupServerMessage *message)
{
  const char *token = stile_http_local_address_get_token (address);
  const char *value =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Proxy-Authorization");
  const char *bearer;
  const char *basic;

  if (value == NULL || strlen (value) > MAX_CREDENTIALS)
    return FALSE;

  bearer = skip_scheme (value, "Bearer");
  basic = skip_scheme (value, "Basic");
  return (bearer != NULL && stile_http_local_token_matches (token, bearer, strlen (bearer))) ||
         (basic != NULL && matches_basic (token, basic));
}

static gboolean
has_token_in_path (StileHttpLocalAddress *address, GUri *asked)
{
  const char *path = g_uri_get_path (asked);

  return path[0] == '/' && stile_http_local_token_matches (stile_http_local_address_get_token (address),
                                                           path + 1, strcspn (path + 1, "/"));
}

static StileHttpMessage *
refuse_stranger (void)
{
  StileHttpMessage *problem =
      stile_http_message_new_problem (407, _ ("Token needed"),
                                      _ ("This proxy is for the user who started it. Give it the token that "
                                         "“stilectl proxy” has printed, as the "
                                         "password of the proxy."));

  stile_http_message_add_field (problem, "Proxy-Authenticate", "Basic realm=\"Stile\"");
  stile_http_message_add_field (problem, "Proxy-Authenticate", "Bearer realm=\"Stile\"");
  return problem;
}

static StileHttpMessage *
check_token (StileHttpLocalAddress *address, SoupServerMessage *message, GUri *asked)
{
  if (stile_http_local_address_get_form (address, asked) == STILE_HTTP_LOCAL_FORM_PROXY)
    return has_credentials (address, message) ? NULL : refuse_stranger ();
  if (has_token_in_path (address, asked))
    return NULL;

  return stile_http_message_new_problem (403, _ ("Token needed"),
                                         _ ("The address must begin with the token that “stilectl proxy” has "
                                            "printed: this is for the user who started it."));
}

/* --- where to --- */

static StileHttpMessage *
refuse_tunnel (StileHttpLocalAddress *address)
{
  g_autofree char *detail = g_strdup_printf (_ ("Write http:// in the address, as in http://%s/: from here "
                                                "to the service all is protected by ATLS, end to end, "
                                                "so your program need not do TLS itself."),
                                             stile_http_local_address_get_service (address));
  StileHttpMessage *problem = stile_http_message_new_problem (405, _ ("No tunnels"), detail);

  stile_http_message_add_field (problem, "Allow", ALLOWED);
  return problem;
}

static StileHttpMessage *
refuse_host (StileHttpLocalAddress *address)
{
  g_autofree char *detail = g_strdup_printf (_ ("This proxy leads to %s only; reach others without it."),
                                             stile_http_local_address_get_service (address));

  return stile_http_message_new_problem (403, _ ("Another host"), detail);
}

static StileHttpMessage *
check_way (StileHttpLocalAddress *address, SoupServerMessage *message, GUri *asked)
{
  if (g_strcmp0 (soup_server_message_get_method (message), SOUP_METHOD_CONNECT) == 0)
    return refuse_tunnel (address);
  if (stile_http_local_address_get_form (address, asked) == STILE_HTTP_LOCAL_FORM_PROXY &&
      !stile_http_local_address_is_service (address, asked))
    return refuse_host (address);

  return NULL;
}

/* --- what a web page could do, and what fits --- */

static StileHttpMessage *
check_origin (StileHttpLocalAddress *address, SoupMessageHeaders *headers)
{
  const char *origin = soup_message_headers_get_one (headers, "Origin");

  if (origin == NULL || stile_http_local_address_may_ask (address, origin))
    return NULL;

  return stile_http_message_new_problem (
      403, _ ("Another site’s page"),
      _ ("A web page of another site asks for this, and must not use what this computer may do."));
}

static StileHttpMessage *
check_fields (SoupMessageHeaders *headers)
{
  g_autofree char *detail = NULL;
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;
  guint count = 0;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    count++;
  if (count <= STILE_HTTP_LOCAL_GATE_MAX_FIELDS)
    return NULL;

  detail = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The request has %u header field, the limit is %d.",
                                         "The request has %u header fields, the limit is %d.", count),
                            count, STILE_HTTP_LOCAL_GATE_MAX_FIELDS);
  return stile_http_message_new_problem (431, _ ("Too many header fields"), detail);
}

/**
 * stile_http_local_gate_check:
 * @message: a request whose header fields are there
 *
 * Whether a request may pass.  The token comes first: who does not have it is not told where this proxy leads.
 *
 * Returns: (transfer full) (nullable): what to answer in its place; %NULL when it may pass
 */
StileHttpMessage *
stile_http_local_gate_check (StileHttpLocalAddress *address, SoupServerMessage *message)
{
  GUri *asked = soup_server_message_get_uri (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  StileHttpMessage *problem = check_token (address, message, asked);

  if (problem == NULL)
    problem = check_way (address, message, asked);
  if (problem == NULL)
    problem = check_origin (address, headers);
  if (problem == NULL)
    problem = check_fields (headers);

  return problem;
}
