/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

char *stile_report_text_write (StileReport *self);

G_END_DECLS
