/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_BEFORE_CARD (stile_before_card_get_type ())
G_DECLARE_FINAL_TYPE (StileBeforeCard, stile_before_card, STILE, BEFORE_CARD, GtkWidget)

/* Property "title" (string): when. */
void stile_before_card_show (
    StileBeforeCard *self, gboolean valid, const char *word, const char *issuer, const char *reason);

G_END_DECLS
