/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_SYSTEM_STORE (stile_system_store_get_type ())
G_DECLARE_FINAL_TYPE (StileSystemStore, stile_system_store, STILE, SYSTEM_STORE, GObject)

StileTrustStore *stile_system_store_new (void);

G_END_DECLS
