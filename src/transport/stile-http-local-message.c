/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-local-message.h"

#include <string.h>

/* RFC 9110 section 7.6.3: whoever passes a message on says so. */
#define VIA "1.1 stile"

/* Fields of one hop (RFC 9110 section 7.6.1), those between a program and its proxy, and those that a message inside the
 * session says otherwise. */
static const char *const dropped_fields[] = {
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "proxy-authenticate",
  "proxy-authentication-info",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "expect",
  "host",
  "content-length",
};

static gboolean
is_dropped (const char *name, const char *connection)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dropped_fields); i++)
    if (g_ascii_strcasecmp (name, dropped_fields[i]) == 0)
      return TRUE;

  return connection != NULL && soup_header_contains (connection, name);
}

/* A page from here names its own address in what it asks for; the service knows itself by another. */
static char *
make_value (StileHttpLocalAddress *address, const char *name, const char *value)
{
  if (g_ascii_strcasecmp (name, "Origin") == 0)
    return g_strdup_printf ("https://%s", stile_http_local_address_get_service (address));

  return g_strdup (value);
}

/**
 * stile_http_local_message_read:
 * @message: a request that the gate let pass, read to its end
 *
 * Returns: (transfer full): the same for the service: the token is nowhere in it
 */
StileHttpMessage *
stile_http_local_message_read (StileHttpLocalAddress *address, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *target =
      stile_http_local_address_get_target (address, soup_server_message_get_uri (message));
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  const char *connection = soup_message_headers_get_list (headers, "Connection");
  StileHttpMessage *request =
      stile_http_message_new_request (soup_server_message_get_method (message), "https",
                                      stile_http_local_address_get_service (address), target);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      g_autofree char *told = make_value (address, name, value);

      /* A Referer of a page from here has the token in it. */
      if (!is_dropped (name, connection) &&
          strstr (told, stile_http_local_address_get_token (address)) == NULL)
        stile_http_message_add_field (request, name, told);
    }
  stile_http_message_add_field (request, "via", VIA);
  stile_http_message_set_content (request, NULL, body);

  return request;
}

static void
write_fields (StileHttpLocalAddress *address,
              StileHttpLocalForm form,
              SoupMessageHeaders *headers,
              StileHttpMessage *response)
{
  for (guint i = 0; i < stile_http_message_get_n_fields (response); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (response, i, &value);
      g_autofree char *location = g_ascii_strcasecmp (name, "location") == 0
                                      ? stile_http_local_address_localize (address, form, value)
                                      : NULL;

      /* A message in a session has no Connection field that could name more of them (RFC 9292 section 3.6). */
      if (!is_dropped (name, NULL))
        soup_message_headers_append (headers, name, location != NULL ? location : value);
    }
}

/**
 * stile_http_local_message_write:
 * @message: gets status, fields and content
 * @response: the service's
 */
void
stile_http_local_message_write (StileHttpLocalAddress *address,
                                SoupServerMessage *message,
                                StileHttpMessage *response)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  GBytes *content = stile_http_message_get_content (response);
  StileHttpLocalForm form =
      stile_http_local_address_get_form (address, soup_server_message_get_uri (message));

  soup_server_message_set_status (message, stile_http_message_get_status (response), NULL);
  /* libsoup has written one already. */
  if (stile_http_message_get_field (response, "date") != NULL)
    soup_message_headers_remove (headers, "Date");
  write_fields (address, form, headers, response);
  soup_message_headers_append (headers, "Via", VIA);
  /* A page's address has the token in it: no other site is told where one came from. */
  if (form == STILE_HTTP_LOCAL_FORM_BASE)
    soup_message_headers_replace (headers, "Referrer-Policy", "same-origin");
  if (g_bytes_get_size (content) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), content);
}
