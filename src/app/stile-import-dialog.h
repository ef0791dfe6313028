/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_IMPORT_DIALOG (stile_import_dialog_get_type ())
G_DECLARE_FINAL_TYPE (StileImportDialog, stile_import_dialog, STILE, IMPORT_DIALOG, AdwWindow)

/* Signal "added" (count): so many devices are new in the store. */
StileImportDialog *stile_import_dialog_new (GtkWindow *parent, StileDeviceStore *store);
void stile_import_dialog_load (StileImportDialog *self, GFile *file);
void stile_import_dialog_show (StileImportDialog *self, GListModel *lines, const char *title);
void stile_import_dialog_set_above (StileImportDialog *self, GtkWidget *widget);
void stile_import_dialog_fail (StileImportDialog *self, const char *message);

G_END_DECLS
