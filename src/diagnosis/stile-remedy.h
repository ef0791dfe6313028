/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

#define STILE_TYPE_REMEDY (stile_remedy_get_type ())
G_DECLARE_FINAL_TYPE (StileRemedy, stile_remedy, STILE, REMEDY, GObject)

StileRemedy *stile_remedy_new (
    const char *id, const char *audience, const char *title, const char *text, const char *copy);
StileRemedy *stile_remedy_new_from_variant (GVariant *variant);
GVariant *stile_remedy_to_variant (StileRemedy *self);
const char *stile_remedy_get_id (StileRemedy *self);
const char *stile_remedy_get_audience (StileRemedy *self);
const char *stile_remedy_get_title (StileRemedy *self);
const char *stile_remedy_get_text (StileRemedy *self);
const char *stile_remedy_get_copy (StileRemedy *self);

GPtrArray *stile_remedy_list (StileSignals *signals, StileVerdict *verdict);

G_END_DECLS
