/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

#define STILE_TYPE_REMEDY_GROUP (stile_remedy_group_get_type ())
G_DECLARE_FINAL_TYPE (StileRemedyGroup, stile_remedy_group, STILE, REMEDY_GROUP, GtkWidget)

void stile_remedy_group_show (StileRemedyGroup *self, StileReport *report);

G_END_DECLS
