/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_SESSION_CARRIER (stile_http_session_carrier_get_type ())
G_DECLARE_FINAL_TYPE (
    StileHttpSessionCarrier, stile_http_session_carrier, STILE, HTTP_SESSION_CARRIER, GObject)

/* Made with g_initable_new(), as every carrier. */

G_END_DECLS
