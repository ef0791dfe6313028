/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint-session.h"

G_BEGIN_DECLS

void stile_endpoint_log_established (StileEndpointSession *session);
void stile_endpoint_log_failed (StileEndpointSession *session, const GError *error);

G_END_DECLS
