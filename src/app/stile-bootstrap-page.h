/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-settings.h"
#include "bootstrap/stile-bootstrap.h"
#include "bootstrap/stile-profile-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_BOOTSTRAP_PAGE (stile_bootstrap_page_get_type ())
G_DECLARE_FINAL_TYPE (StileBootstrapPage, stile_bootstrap_page, STILE, BOOTSTRAP_PAGE, GtkWidget)

/* Signal "profile-accepted": the job has read the profile and found nothing wrong with it. */
void stile_bootstrap_page_set_job (StileBootstrapPage *self, StileBootstrap *job);
void stile_bootstrap_page_set_profiles (StileBootstrapPage *self,
                                        StileSettings *settings,
                                        StileProfileStore *store);
void stile_bootstrap_page_set_places_note (StileBootstrapPage *self, const char *note);
StileBootstrap *stile_bootstrap_page_get_job (StileBootstrapPage *self);
StileBootstrapStep stile_bootstrap_page_get_shown (StileBootstrapPage *self);

G_END_DECLS
