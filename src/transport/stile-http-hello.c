/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-hello.h"

#include <sys/socket.h>

/* Whoever waits for the socket is woken when so much is there, and not again and again for what he has looked at already. */
static void
wake_at (GSocket *socket, gsize bytes)
{
  if (!g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, (gint)MAX (bytes, 1), NULL))
    g_debug ("The connection cannot be told how much to wait for");
}

/**
 * stile_http_hello_peek:
 * @socket: readable
 * @awaited: (inout): bytes that were waited for, 0 at first
 * @hello: (out) (transfer full) (nullable): what the client offers; %NULL when it is no ClientHello
 *
 * Looks at the first bytes of a connection and leaves them there, for TLS to read (DIAGNOSIS signal 3).
 */
StileHttpHelloState
stile_http_hello_peek (GSocket *socket, gsize *awaited, StileClientHello **hello)
{
  guint8 bytes[STILE_CLIENT_HELLO_MAX_SIZE];
  GInputVector vector = { bytes, sizeof bytes };
  gint flags = MSG_PEEK;
  gsize wanted = 0;
  gssize length = g_socket_receive_message (socket, NULL, &vector, 1, NULL, NULL, &flags, NULL, NULL);

  *hello = length > 0 ? stile_client_hello_parse (bytes, (gsize)length, &wanted, NULL) : NULL;
  /* Woken before there is what was waited for: there will be no more. */
  if (*hello == NULL && length > 0 && (gsize)length >= *awaited && wanted > (gsize)length &&
      wanted <= sizeof bytes)
    {
      *awaited = wanted;
      wake_at (socket, wanted);
      return STILE_HTTP_HELLO_PARTIAL;
    }

  wake_at (socket, 1);
  return STILE_HTTP_HELLO_WHOLE;
}
