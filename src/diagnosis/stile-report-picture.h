/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>

#include "diagnosis/stile-path.h"

G_BEGIN_DECLS

double stile_report_picture_draw (cairo_t *cr, StilePath *path, double x, double y, double width);

G_END_DECLS
