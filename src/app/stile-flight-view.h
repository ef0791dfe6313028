/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-flight-row.h"
#include "atls/stile-trace.h"

G_BEGIN_DECLS

#define STILE_TYPE_FLIGHT_VIEW (stile_flight_view_get_type ())
G_DECLARE_FINAL_TYPE (StileFlightView, stile_flight_view, STILE, FLIGHT_VIEW, GtkWidget)

GtkWidget *stile_flight_view_new (void);
void stile_flight_view_set_trace (StileFlightView *self, StileTrace *trace);
void stile_flight_view_set_between (StileFlightView *self, gboolean between);
StileFlightRow *stile_flight_view_get_row (StileFlightView *self, int index);

G_END_DECLS
