/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-observer.h"

/**
 * stile_http_observer_name_tls:
 *
 * Returns: (transfer none) (nullable): "TLS 1.3"
 */
const char *
stile_http_observer_name_tls (GTlsProtocolVersion version)
{
  switch (version)
    {
    case G_TLS_PROTOCOL_VERSION_SSL_3_0:
      return "SSL 3.0";
    case G_TLS_PROTOCOL_VERSION_TLS_1_0:
      return "TLS 1.0";
    case G_TLS_PROTOCOL_VERSION_TLS_1_1:
      return "TLS 1.1";
    case G_TLS_PROTOCOL_VERSION_TLS_1_2:
      return "TLS 1.2";
    case G_TLS_PROTOCOL_VERSION_TLS_1_3:
      return "TLS 1.3";
    case G_TLS_PROTOCOL_VERSION_DTLS_1_0:
    case G_TLS_PROTOCOL_VERSION_DTLS_1_2:
    case G_TLS_PROTOCOL_VERSION_UNKNOWN:
    default:
      return NULL;
    }
}

/**
 * stile_http_observer_name_http:
 *
 * Returns: (transfer none): "1.1"
 */
const char *
stile_http_observer_name_http (SoupHTTPVersion version)
{
  switch (version)
    {
    case SOUP_HTTP_1_0:
      return "1.0";
    case SOUP_HTTP_2_0:
      return "2";
    case SOUP_HTTP_1_1:
    default:
      return "1.1";
    }
}

static GPtrArray *
parse_chain (GTlsCertificate *certificate)
{
  GPtrArray *chain = g_ptr_array_new_with_free_func (g_object_unref);

  for (; certificate != NULL && chain->len < STILE_OBSERVATION_MAX_CHAIN;
       certificate = g_tls_certificate_get_issuer (certificate))
    {
      g_autoptr (GByteArray) der = NULL;
      g_autoptr (GBytes) bytes = NULL;
      StileCertificate *ours;

      g_object_get (certificate, "certificate", &der, NULL);
      bytes = g_bytes_new (der->data, der->len);
      ours = stile_certificate_new_from_der (bytes, NULL);
      if (ours == NULL)
        break;
      g_ptr_array_add (chain, ours);
    }

  return chain;
}

static gpointer
ref_chain (gpointer chain, gpointer user_data)
{
  return chain != NULL ? g_ptr_array_ref (chain) : NULL;
}

/**
 * stile_http_observer_read_chain:
 * @certificate: (nullable): a leaf with its issuers behind it
 *
 * Kept with @certificate, which lives as long as its connection does and is looked at with each message.
 *
 * Returns: (transfer full) (element-type StileCertificate): the chain, leaf first, not to be changed; what does not parse
 *   ends it
 */
GPtrArray *
stile_http_observer_read_chain (GTlsCertificate *certificate)
{
  GPtrArray *chain = NULL;

  /* Threads share what a service shows: a reference is taken while nobody else can put another chain there. */
  if (certificate != NULL)
    chain = g_object_dup_data (G_OBJECT (certificate), "stile-chain", ref_chain, NULL);
  if (chain != NULL)
    return chain;

  chain = parse_chain (certificate);
  if (certificate != NULL)
    g_object_set_data_full (G_OBJECT (certificate), "stile-chain", g_ptr_array_ref (chain),
                            (GDestroyNotify)g_ptr_array_unref);
  return chain;
}

/**
 * stile_http_observer_describe_address:
 * @address: (nullable): of a peer
 *
 * Returns: (transfer full) (nullable): "192.0.2.1:443"
 */
char *
stile_http_observer_describe_address (GSocketAddress *address)
{
  return address != NULL ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address)) : NULL;
}

/**
 * stile_http_observer_read_binding:
 * @type: (out) (transfer none): which binding it is
 *
 * The channel binding itself is a secret of the connection: only its hash is told.
 *
 * Returns: (transfer full) (nullable): SHA-256 of tls-exporter (RFC 9266), of tls-unique in TLS 1.2 (RFC 5929 section 3), in
 *   hex
 */
char *
stile_http_observer_read_binding (GTlsConnection *connection, const char **type)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  gboolean old = g_tls_connection_get_protocol_version (connection) == G_TLS_PROTOCOL_VERSION_TLS_1_2;

  *type = old ? "tls-unique" : "tls-exporter";
  if (!g_tls_connection_get_channel_binding_data (
          connection, old ? G_TLS_CHANNEL_BINDING_TLS_UNIQUE : G_TLS_CHANNEL_BINDING_TLS_EXPORTER, data,
          NULL))
    return NULL;

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data->data, data->len);
}

static void
set_binding (StileObservation *observation, GTlsConnection *connection)
{
  const char *type;
  g_autofree char *digest = stile_http_observer_read_binding (connection, &type);

  if (digest != NULL)
    stile_observation_set_binding (observation, type, digest);
}

/**
 * stile_http_observer_observe_connection:
 * @connection: to whoever answers for @uri; its handshake is over
 *
 * Returns: (transfer full): what is seen of it before anything is said on it
 */
StileObservation *
stile_http_observer_observe_connection (GUri *uri, GTlsConnection *connection)
{
  StileObservation *observation = stile_observation_new ();
  g_autofree char *url = g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO);
  g_autofree char *cipher = g_tls_connection_get_ciphersuite_name (connection);
  g_autoptr (GPtrArray) chain =
      stile_http_observer_read_chain (g_tls_connection_get_peer_certificate (connection));

  stile_observation_set_url (observation, url);
  stile_observation_set_tls (
      observation, stile_http_observer_name_tls (g_tls_connection_get_protocol_version (connection)), cipher,
      g_tls_connection_get_negotiated_protocol (connection));
  stile_observation_set_chain (observation, chain);
  stile_observation_set_errors (observation, g_tls_connection_get_peer_certificate_errors (connection));
  set_binding (observation, connection);

  return observation;
}

/* libsoup does not show its connections to those who ask later.  The certificate of the peer is an object of its own for
 * each: what is known of the connection is kept with it. */
static void
handshaken_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, gpointer user_data)
{
  GTlsCertificate *certificate;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKED || !G_IS_TLS_CLIENT_CONNECTION (stream))
    return;

  certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (stream));
  if (certificate != NULL)
    g_object_set_data_full (
        G_OBJECT (certificate), "stile-connection",
        stile_http_observer_observe_connection (soup_message_get_uri (message), G_TLS_CONNECTION (stream)),
        g_object_unref);
}

/**
 * stile_http_observer_watch:
 * @message: is to be sent
 *
 * Keeps what stile_http_observer_observe() shall tell of the connection that it may open.
 */
void
stile_http_observer_watch (SoupMessage *message)
{
  g_signal_connect (message, "network-event", G_CALLBACK (handshaken_cb), NULL);
}

/* A relative Location is how a service names a session (PROTOCOL section 1); whoever sends us elsewhere writes a whole URL. */
static gboolean
names_session (const char *name, const char *value)
{
  return g_ascii_strcasecmp (name, "Location") == 0 && value[0] == '/';
}

/**
 * stile_http_observer_add_headers:
 *
 * Adds all headers.  libsoup keeps those that it has a number for apart from the others: each kind comes in the order
 * in which it was received, the known ones first.  Cookies and credentials lose their values.
 */
void
stile_http_observer_add_headers (StileObservation *observation, SoupMessageHeaders *headers)
{
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    stile_observation_add_header (observation, name, names_session (name, value) ? "…" : value);
}

/* HTTP/2 is agreed on by ALPN and by nothing else (RFC 9113 section 3.2). */
static const char *
name_protocol (SoupMessage *message, StileObservation *connection)
{
  if (connection != NULL)
    return stile_observation_get_application_protocol (connection);

  return soup_message_get_http_version (message) == SOUP_HTTP_2_0 ? "h2" : NULL;
}

static void
observe_tls (StileObservation *observation, SoupMessage *message, GTlsCertificate *certificate)
{
  StileObservation *connection = g_object_get_data (G_OBJECT (certificate), "stile-connection");
  g_autoptr (GPtrArray) chain = stile_http_observer_read_chain (certificate);

  stile_observation_set_tls (
      observation, stile_http_observer_name_tls (soup_message_get_tls_protocol_version (message)),
      soup_message_get_tls_ciphersuite_name (message), name_protocol (message, connection));
  stile_observation_set_chain (observation, chain);
  stile_observation_set_errors (observation, soup_message_get_tls_peer_certificate_errors (message));
  if (connection != NULL)
    {
      const char *type;
      const char *digest = stile_observation_get_binding (connection, &type);

      stile_observation_set_binding (observation, type, digest);
    }
}

/**
 * stile_http_observer_observe:
 * @message: has been answered
 * @started: when it was sent, in microseconds of the monotonic clock
 * @proxy: (nullable): the proxy it went through
 *
 * Returns: (transfer full): what the client saw of the transport
 */
StileObservation *
stile_http_observer_observe (SoupMessage *message, gint64 started, const char *proxy)
{
  StileObservation *observation = stile_observation_new ();
  g_autofree char *url = g_uri_to_string_partial (soup_message_get_uri (message), G_URI_HIDE_USERINFO);
  g_autofree char *peer = stile_http_observer_describe_address (soup_message_get_remote_address (message));
  GTlsCertificate *certificate = soup_message_get_tls_peer_certificate (message);

  stile_observation_set_url (observation, url);
  stile_observation_set_peer (observation, peer);
  stile_observation_set_proxy (observation, proxy);
  stile_observation_set_http_version (
      observation, stile_http_observer_name_http (soup_message_get_http_version (message)));
  stile_observation_set_duration (observation, g_get_monotonic_time () - started);
  stile_http_observer_add_headers (observation, soup_message_get_response_headers (message));
  if (certificate != NULL)
    observe_tls (observation, message, certificate);

  return observation;
}
