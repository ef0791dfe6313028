/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-exchange.h"

G_BEGIN_DECLS

char *stile_est_sender_get_user (StileHttpMessage *request, char **password);
gboolean stile_est_sender_is_private (StileExchange *exchange);

G_END_DECLS
