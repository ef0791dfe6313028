/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-path.h"

G_BEGIN_DECLS

void stile_report_svg_append (GString *html, StilePath *path);

G_END_DECLS
