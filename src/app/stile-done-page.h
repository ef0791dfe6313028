/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_DONE_PAGE (stile_done_page_get_type ())
G_DECLARE_FINAL_TYPE (StileDonePage, stile_done_page, STILE, DONE_PAGE, GtkWidget)

G_END_DECLS
