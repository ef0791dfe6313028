/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

#define STILE_TYPE_VERDICT_CARD (stile_verdict_card_get_type ())
G_DECLARE_FINAL_TYPE (StileVerdictCard, stile_verdict_card, STILE, VERDICT_CARD, GtkWidget)

G_END_DECLS
