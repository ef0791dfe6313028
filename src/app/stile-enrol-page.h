/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_ENROL_PAGE (stile_enrol_page_get_type ())
G_DECLARE_FINAL_TYPE (StileEnrolPage, stile_enrol_page, STILE, ENROL_PAGE, GtkWidget)

G_END_DECLS
