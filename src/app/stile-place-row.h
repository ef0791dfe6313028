/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STILE_TYPE_PLACE_ROW (stile_place_row_get_type ())
G_DECLARE_FINAL_TYPE (StilePlaceRow, stile_place_row, STILE, PLACE_ROW, AdwEntryRow)

G_END_DECLS
