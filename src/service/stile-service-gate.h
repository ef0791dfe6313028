/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define STILE_TYPE_SERVICE_GATE (stile_service_gate_get_type ())
G_DECLARE_FINAL_TYPE (StileServiceGate, stile_service_gate, STILE, SERVICE_GATE, GObject)

StileHandler *stile_service_gate_new (GPtrArray *anchors, StileHandler *handler);

G_END_DECLS
