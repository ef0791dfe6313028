/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-role.h"

G_BEGIN_DECLS

const char *stile_alert_get_name (guint8 alert);
const char *stile_alert_explain (guint8 alert);
gboolean stile_alert_read_plain (GBytes *flight, guint8 *alert);
void stile_alert_set_error (GError **error, guint8 alert, StileRole sender);

G_END_DECLS
