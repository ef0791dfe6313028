/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/stile-store-survey.h"
#include "bootstrap/stile-bootstrap.h"
#include "bootstrap/stile-installation-result.h"

G_BEGIN_DECLS

#define STILE_TYPE_STORE_ROW (stile_store_row_get_type ())
G_DECLARE_FINAL_TYPE (StileStoreRow, stile_store_row, STILE, STORE_ROW, AdwExpanderRow)

/* Signal "file-chosen": the store is another file now, and has other things to say. */
GtkWidget *stile_store_row_new (StileTrustStore *store);
StileTrustStore *stile_store_row_get_store (StileStoreRow *self);
void stile_store_row_set_busy (StileStoreRow *self, gboolean busy);
void stile_store_row_show_survey (StileStoreRow *self, const StileStoreSurvey *survey);
void stile_store_row_show (StileStoreRow *self, StileBootstrapState state, StileInstallationResult *result);

G_END_DECLS
