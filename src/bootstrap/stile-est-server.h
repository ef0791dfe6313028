/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define STILE_TYPE_EST_SERVER (stile_est_server_get_type ())
G_DECLARE_FINAL_TYPE (StileEstServer, stile_est_server, STILE, EST_SERVER, GObject)

StileEstServer *stile_est_server_new (GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
