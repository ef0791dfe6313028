/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "codec/stile-http-message.h"
#include "transport/stile-http-local-address.h"

G_BEGIN_DECLS

StileHttpMessage *stile_http_local_message_read (StileHttpLocalAddress *address, SoupServerMessage *message);
void stile_http_local_message_write (StileHttpLocalAddress *address,
                                     SoupServerMessage *message,
                                     StileHttpMessage *response);

G_END_DECLS
