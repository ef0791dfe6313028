/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_ROOTS_PAGE (stile_roots_page_get_type ())
G_DECLARE_FINAL_TYPE (StileRootsPage, stile_roots_page, STILE, ROOTS_PAGE, GtkWidget)

G_END_DECLS
