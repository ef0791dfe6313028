/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "atls/stile-exchange.h"

G_BEGIN_DECLS

StileExchange *stile_http_plain_make_exchange (SoupServerMessage *message,
                                               const char *path,
                                               GTlsConnection *tls,
                                               StileObservation *observation);
void stile_http_plain_write_response (SoupServerMessage *message, StileHttpMessage *response);

G_END_DECLS
