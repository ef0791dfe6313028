/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-observation.h"

G_BEGIN_DECLS

GVariant *stile_observation_json_write (StileObservation *observation);
GVariant *stile_observation_json_write_errors (StileObservation *observation);
StileObservation *stile_observation_json_read (GVariant *variant, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
