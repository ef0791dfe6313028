/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define STILE_TYPE_OBSERVATION_HANDLER (stile_observation_handler_get_type ())
G_DECLARE_FINAL_TYPE (StileObservationHandler, stile_observation_handler, STILE, OBSERVATION_HANDLER, GObject)

StileObservationHandler *stile_observation_handler_new (GPtrArray *authorities);

G_END_DECLS
