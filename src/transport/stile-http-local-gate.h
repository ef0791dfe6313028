/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "codec/stile-http-message.h"
#include "transport/stile-http-local-address.h"

G_BEGIN_DECLS

/* Bytes of a request's content: a message that can be sealed, less its fields. */
#define STILE_HTTP_LOCAL_GATE_MAX_BODY (16 * 1024 * 1024 - 128 * 1024)

/* Header fields of a request: what one message inside a session holds, less the one that we add. */
#define STILE_HTTP_LOCAL_GATE_MAX_FIELDS (STILE_HTTP_MESSAGE_MAX_FIELDS - 1)

StileHttpMessage *stile_http_local_gate_check (StileHttpLocalAddress *address, SoupServerMessage *message);

G_END_DECLS
