/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_NSS_STORE (stile_nss_store_get_type ())
G_DECLARE_FINAL_TYPE (StileNssStore, stile_nss_store, STILE, NSS_STORE, GObject)

StileTrustStore *stile_nss_store_new (const char *directory);
GPtrArray *stile_nss_store_find_all (const char *home);

G_END_DECLS
