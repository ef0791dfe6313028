/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_INSTALL_PAGE (stile_install_page_get_type ())
G_DECLARE_FINAL_TYPE (StileInstallPage, stile_install_page, STILE, INSTALL_PAGE, GtkWidget)

/* Property "busy" (gboolean): the page looks at stores, or takes something back; nobody else uses them meanwhile. */
gboolean stile_install_page_is_busy (StileInstallPage *self);
void stile_install_page_set_note (StileInstallPage *self, const char *note);

G_END_DECLS
