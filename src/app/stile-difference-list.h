/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

#define STILE_TYPE_DIFFERENCE_LIST (stile_difference_list_get_type ())
G_DECLARE_FINAL_TYPE (StileDifferenceList, stile_difference_list, STILE, DIFFERENCE_LIST, GtkWidget)

void stile_difference_list_show_sides (StileDifferenceList *self, StileReport *report);
void stile_difference_list_show_changes (StileDifferenceList *self, StileReport *one, StileReport *other);

G_END_DECLS
