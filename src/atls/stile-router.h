/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define STILE_TYPE_ROUTER (stile_router_get_type ())
G_DECLARE_FINAL_TYPE (StileRouter, stile_router, STILE, ROUTER, GObject)

StileRouter *stile_router_new (void);
void stile_router_add (StileRouter *self, const char *path, StileHandler *handler);
void stile_router_set_fallback (StileRouter *self, StileHandler *handler);

G_END_DECLS
