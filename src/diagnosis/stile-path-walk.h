/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-path.h"

G_BEGIN_DECLS

StilePath *stile_path_walk_new (const char *host,
                                StileObservation *seen,
                                StileObservation *told,
                                gboolean intercepted,
                                StilePathSession session);

G_END_DECLS
