/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_PEM_STORE (stile_pem_store_get_type ())
G_DECLARE_FINAL_TYPE (StilePemStore, stile_pem_store, STILE, PEM_STORE, GObject)

StileTrustStore *stile_pem_store_new_own (const char *data_directory);
StileTrustStore *stile_pem_store_new_file (const char *path);
void stile_pem_store_set_path (StilePemStore *self, const char *path);
gboolean stile_pem_store_is_own (StilePemStore *self);
gboolean stile_pem_store_is_written (StilePemStore *self);

G_END_DECLS
