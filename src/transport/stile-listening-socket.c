/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-listening-socket.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "transport/stile-http-observer.h"

/* When an address names no port. */
#define DEFAULT_PORT 443

/* Connections that wait to be accepted: GLib's own ten are less than a bench of devices that starts at once. */
#define BACKLOG 1024

/**
 * stile_listening_socket_parse:
 * @address: "127.0.0.1:8443", "[::1]:0" or ":8443" for every address; port 0 takes a free one
 *
 * Returns: (transfer full): where to listen; %STILE_ERROR_SETTINGS when @address is no such place
 */
GSocketAddress *
stile_listening_socket_parse (const char *address, GError **error)
{
  g_autofree char *text = address[0] == ':' ? g_strconcat ("[::]", address, NULL) : g_strdup (address);
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (text, DEFAULT_PORT, NULL);
  g_autoptr (GInetAddress) inet = NULL;

  if (connectable != NULL)
    inet = g_inet_address_new_from_string (g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable)));
  if (inet != NULL)
    return g_inet_socket_address_new (inet, g_network_address_get_port (G_NETWORK_ADDRESS (connectable)));

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("“%s” is no address to listen on; write it as 127.0.0.1:8443 or [::1]:8443"), address);
  return NULL;
}

/**
 * stile_listening_socket_open:
 * @address: as for stile_listening_socket_parse()
 *
 * Returns: (transfer full): a socket that listens and does not block, to be shared by workers
 */
GSocket *
stile_listening_socket_open (const char *address, GError **error)
{
  g_autoptr (GSocketAddress) bound = stile_listening_socket_parse (address, error);
  g_autoptr (GSocket) socket = NULL;

  if (bound == NULL)
    return NULL;

  socket =
      g_socket_new (g_socket_address_get_family (bound), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket != NULL)
    g_socket_set_listen_backlog (socket, BACKLOG);
  if (socket == NULL || !g_socket_bind (socket, bound, TRUE, error) || !g_socket_listen (socket, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("Listening on %s: "), address);
      return NULL;
    }

  g_socket_set_blocking (socket, FALSE);
  return g_steal_pointer (&socket);
}

/**
 * stile_listening_socket_describe:
 *
 * Returns: (transfer full): the address that the socket listens on, with the port it got
 */
char *
stile_listening_socket_describe (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return stile_http_observer_describe_address (address);
}
