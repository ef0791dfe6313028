/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-report.h"
#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

#define STILE_TYPE_VERDICT_CARD (stile_verdict_card_get_type ())
G_DECLARE_FINAL_TYPE (StileVerdictCard, stile_verdict_card, STILE, VERDICT_CARD, GtkWidget)
void stile_verdict_card_show_report (StileVerdictCard *self, StileReport *report);
void stile_verdict_card_show_verdict (StileVerdictCard *self, StileVerdict *verdict);

G_END_DECLS
