/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "atls/stile-trace-document.h"

G_BEGIN_DECLS

#define STILE_TYPE_TRACE_WINDOW (stile_trace_window_get_type ())
G_DECLARE_FINAL_TYPE (StileTraceWindow, stile_trace_window, STILE, TRACE_WINDOW, AdwWindow)

StileTraceWindow *stile_trace_window_new (GtkWindow *parent, StileTraceDocument *document);

G_END_DECLS
