/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-settings.h"
#include "bootstrap/stile-profile-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_SERVICE_PAGE (stile_service_page_get_type ())
G_DECLARE_FINAL_TYPE (StileServicePage, stile_service_page, STILE, SERVICE_PAGE, GtkWidget)

void
stile_service_page_set_profiles (StileServicePage *self, StileSettings *settings, StileProfileStore *store);

G_END_DECLS
