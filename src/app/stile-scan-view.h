/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-camera.h"

G_BEGIN_DECLS

#define STILE_TYPE_SCAN_VIEW (stile_scan_view_get_type ())
G_DECLARE_FINAL_TYPE (StileScanView, stile_scan_view, STILE, SCAN_VIEW, GtkWidget)

/* So many codes are collected at a time; each is a line that somebody looks at. */
#define STILE_SCAN_VIEW_MAX_LINES 1000

/* Signal "failed" (string): a sentence, which it shows too; no more codes will come. */
StileScanView *stile_scan_view_new (void);
GListModel *stile_scan_view_get_lines (StileScanView *self);
StileCamera *stile_scan_view_get_camera (StileScanView *self);

G_END_DECLS
