/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_TRUST (stile_http_trust_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpTrust, stile_http_trust, STILE, HTTP_TRUST, GTlsDatabase)

void stile_http_trust_install (void);
GTlsDatabase *stile_http_trust_get_system (void);

G_END_DECLS
