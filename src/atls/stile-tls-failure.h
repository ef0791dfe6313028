/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-role.h"

G_BEGIN_DECLS

gboolean stile_tls_failure_is_of_peer (int code, GBytes *incoming);
void stile_tls_failure_set_error (GError **error, int code, guint8 alert, GBytes *incoming, StileRole peer);

G_END_DECLS
