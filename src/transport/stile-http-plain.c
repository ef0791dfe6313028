/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-plain.h"

#include "codec/stile-certificate-bundle.h"
#include "transport/stile-http-observer.h"

static StileHttpMessage *
read_request (SoupServerMessage *message, const char *scheme, const char *path)
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

static GBytes *
read_peer (GTlsConnection *tls)
{
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (tls);
  g_autoptr (GPtrArray) chain = stile_http_observer_read_chain (certificate);

  return chain->len > 0 ? stile_certificate_bundle_to_der (chain) : NULL;
}

/* RFC 5929 section 3.1; TLS 1.3 has no tls-unique (RFC 8446, appendix C.5). */
static char *
read_binding (GTlsConnection *tls)
{
  g_autoptr (GByteArray) unique = g_byte_array_new ();

  if (g_tls_connection_get_protocol_version (tls) != G_TLS_PROTOCOL_VERSION_TLS_1_2 ||
      !g_tls_connection_get_channel_binding_data (tls, G_TLS_CHANNEL_BINDING_TLS_UNIQUE, unique, NULL))
    return NULL;

  return g_base64_encode (unique->data, unique->len);
}

/* What this very connection shows: the service may have another certificate since. */
static void
add_own (StileExchange *exchange, GTlsConnection *tls)
{
  g_autoptr (GPtrArray) own = stile_http_observer_read_chain (g_tls_connection_get_certificate (tls));

  if (own->len > 0)
    stile_exchange_set_own_certificate (exchange, g_ptr_array_index (own, 0));
}

/**
 * stile_http_plain_make_exchange:
 * @message: a request that came without ATLS, read to its end
 * @path: without its query
 * @tls: (nullable): the connection it came over; %NULL for http
 * @observation: (nullable): what the service saw of the transport
 *
 * Returns: (transfer full): the same for a handler, with who sent it
 */
StileExchange *
stile_http_plain_make_exchange (SoupServerMessage *message,
                                const char *path,
                                GTlsConnection *tls,
                                StileObservation *observation)
{
  g_autoptr (StileHttpMessage) request = read_request (message, tls != NULL ? "https" : "http", path);
  g_autoptr (GBytes) peer = tls != NULL ? read_peer (tls) : NULL;
  g_autofree char *binding = tls != NULL ? read_binding (tls) : NULL;
  StileExchange *exchange = stile_exchange_new (request, NULL, peer, observation);

  stile_exchange_set_provisional (exchange, TRUE);
  if (tls != NULL)
    add_own (exchange, tls);
  stile_exchange_set_binding (exchange, binding);

  return exchange;
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
