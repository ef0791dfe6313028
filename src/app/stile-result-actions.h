/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-known-authorities.h"
#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

#define STILE_TYPE_RESULT_ACTIONS (stile_result_actions_get_type ())
G_DECLARE_FINAL_TYPE (StileResultActions, stile_result_actions, STILE, RESULT_ACTIONS, GtkWidget)

/* Property "without-private": whether private data is left out of what is copied and saved. */
void stile_result_actions_set_known (StileResultActions *self, StileKnownAuthorities *known);
void stile_result_actions_show (StileResultActions *self, StileReport *report);

G_END_DECLS
