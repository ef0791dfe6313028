/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_SESSION_PAGE (stile_session_page_get_type ())
G_DECLARE_FINAL_TYPE (StileSessionPage, stile_session_page, STILE, SESSION_PAGE, GtkWidget)

G_END_DECLS
