/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "codec/stile-client-hello.h"

G_BEGIN_DECLS

/**
 * StileHttpHelloState:
 * @STILE_HTTP_HELLO_WHOLE: it is there, or never will be: TLS can begin
 * @STILE_HTTP_HELLO_PARTIAL: more is on its way
 */
typedef enum
{
  STILE_HTTP_HELLO_WHOLE,
  STILE_HTTP_HELLO_PARTIAL,
} StileHttpHelloState;

StileHttpHelloState stile_http_hello_peek (GSocket *socket, gsize *awaited, StileClientHello **hello);

G_END_DECLS
