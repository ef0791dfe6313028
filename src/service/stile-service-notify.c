/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-notify.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>

/**
 * stile_service_notify_send:
 * @state: "READY=1", "RELOADING=1", "STOPPING=1"
 *
 * Tells the service manager how we are (sd_notify(3) documents the datagram).  Without one it does nothing.
 */
void
stile_service_notify_send (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL || (path[0] != '/' && path[0] != '@'))
    return;

  /* A leading @ stands for the abstract name space. */
  if (path[0] == '@')
    address = g_unix_socket_address_new_with_type (path + 1, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  else
    address = g_unix_socket_address_new (path);
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
  if (socket == NULL || g_socket_send_to (socket, address, state, strlen (state), NULL, &error) < 0)
    g_warning ("Telling the service manager “%s”: %s", state, error->message);
}
