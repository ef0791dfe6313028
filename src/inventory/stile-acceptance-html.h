/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-acceptance.h"
#include "inventory/stile-export-file.h"

G_BEGIN_DECLS

void stile_acceptance_html_write (const StileAcceptance *report, StileExportFile *file);

G_END_DECLS
