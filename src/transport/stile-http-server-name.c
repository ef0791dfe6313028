/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-server-name.h"

/* RFC 6066 section 3 has no addresses in SNI, and GnuTLS' servers refuse a hello with an IPv6 one.  GIO sends whatever
 * text the identity is, until it is an address and no text; only the root's name takes back what was set before. */
static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, gpointer user_data)
{
  GUri *uri = soup_message_get_uri (message);
  g_autoptr (GInetAddress) address = NULL;
  g_autoptr (GSocketAddress) identity = NULL;
  g_autoptr (GSocketConnectable) nobody = NULL;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING || !G_IS_TLS_CLIENT_CONNECTION (connection))
    return;
  address = g_inet_address_new_from_string (g_uri_get_host (uri));
  if (address == NULL)
    return;

  nobody = g_network_address_new (".", 0);
  identity = g_inet_socket_address_new (address, (guint16)MAX (g_uri_get_port (uri), 0));
  g_tls_client_connection_set_server_identity (G_TLS_CLIENT_CONNECTION (connection), nobody);
  g_tls_client_connection_set_server_identity (G_TLS_CLIENT_CONNECTION (connection),
                                               G_SOCKET_CONNECTABLE (identity));
}

/**
 * stile_http_server_name_watch:
 * @message: goes to a service whose URL may have an address for a host
 *
 * Keeps addresses out of the server name of its TLS.  Certificates are still checked against the address.
 */
void
stile_http_server_name_watch (SoupMessage *message)
{
  g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb), NULL);
}
