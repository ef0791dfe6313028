/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_PATH_PAGE (stile_path_page_get_type ())
G_DECLARE_FINAL_TYPE (StilePathPage, stile_path_page, STILE, PATH_PAGE, GtkWidget)

G_END_DECLS
