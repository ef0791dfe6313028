/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint-table.h"

G_BEGIN_DECLS

typedef struct _StileEndpointWork StileEndpointWork;

StileEndpointWork *stile_endpoint_work_new (StileEndpoint *endpoint,
                                            StileEndpointTable *table,
                                            StileEndpointSession *session,
                                            guint64 number);
void stile_endpoint_work_set_handlers (StileEndpointWork *self,
                                       StileHandler *handler,
                                       StileEndpointRawFunc raw,
                                       gpointer raw_data);
void stile_endpoint_work_run (StileEndpointWork *self, GBytes *data, StileObservation *observation);

G_END_DECLS
