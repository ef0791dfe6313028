/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "atls/stile-flight.h"

G_BEGIN_DECLS

#define STILE_TYPE_FLIGHT_ROW (stile_flight_row_get_type ())
G_DECLARE_FINAL_TYPE (StileFlightRow, stile_flight_row, STILE, FLIGHT_ROW, GtkListBoxRow)

GtkWidget *stile_flight_row_new (StileFlight *flight);
void stile_flight_row_set_between (StileFlightRow *self, gboolean between);
const char *stile_flight_row_get_spoken (StileFlightRow *self);

G_END_DECLS
