/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-plain.h"

/**
 * stile_http_plain_read_request:
 * @message: a request that came without ATLS, read to its end
 * @scheme: of the listener
 * @path: without its query
 *
 * Returns: (transfer full): the same for a handler
 */
StileHttpMessage *
stile_http_plain_read_request (SoupServerMessage *message, const char *scheme, const char *path)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autofree char *target = query != NULL ? g_strconcat (path, "?", query, NULL) : g_strdup (path);
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  StileHttpMessage *request =
      stile_http_message_new_request (soup_server_message_get_method (message), scheme, "", target);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    stile_http_message_add_field (request, name, value);
  stile_http_message_set_content (request, NULL, body);

  return request;
}

/**
 * stile_http_plain_write_response:
 * @message: gets status, fields and content
 * @response: a handler's
 */
void
stile_http_plain_write_response (SoupServerMessage *message, StileHttpMessage *response)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  GBytes *content = stile_http_message_get_content (response);

  soup_server_message_set_status (message, stile_http_message_get_status (response), NULL);
  for (guint i = 0; i < stile_http_message_get_n_fields (response); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (response, i, &value);

      soup_message_headers_append (headers, name, value);
    }
  if (g_bytes_get_size (content) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), content);
}
