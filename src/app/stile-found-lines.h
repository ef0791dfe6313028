/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Devices that announce themselves, as lines of a list: (transfer full) of StileImportLine. */
GListModel *stile_found_lines_new (GListModel *services);

G_END_DECLS
