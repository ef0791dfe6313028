/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STILE_TYPE_TOUR (stile_tour_get_type ())
G_DECLARE_FINAL_TYPE (StileTour, stile_tour, STILE, TOUR, AdwWindow)

StileTour *stile_tour_new (GtkWindow *parent);

G_END_DECLS
