/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

GVariant *stile_report_document_make (StileSignals *signals, StileVerdict *verdict, GListModel *checks);

G_END_DECLS
