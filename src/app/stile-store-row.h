/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

#define STILE_TYPE_STORE_ROW (stile_store_row_get_type ())
G_DECLARE_FINAL_TYPE (StileStoreRow, stile_store_row, STILE, STORE_ROW, AdwActionRow)

GtkWidget *stile_store_row_new (StileTrustStore *store);
void stile_store_row_show (StileStoreRow *self, StileBootstrapState state);

G_END_DECLS
