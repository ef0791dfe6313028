/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint-session.h"
#include "atls/stile-endpoint.h"

G_BEGIN_DECLS

typedef struct _StileEndpointTable StileEndpointTable;

StileEndpointTable *stile_endpoint_table_new (void);
void stile_endpoint_table_free (StileEndpointTable *self);
void stile_endpoint_table_set_clock (StileEndpointTable *self, StileEndpointClock clock);
gint64 stile_endpoint_table_get_time (StileEndpointTable *self);
void stile_endpoint_table_set_limits (StileEndpointTable *self, const StileEndpointLimits *limits);
void stile_endpoint_table_get_limits (StileEndpointTable *self, StileEndpointLimits *limits);
gboolean stile_endpoint_table_add (StileEndpointTable *self, StileEndpointSession *session);
StileEndpointSession *stile_endpoint_table_find (StileEndpointTable *self, const guint8 *id);
StileEndpointSession *stile_endpoint_table_find_named (StileEndpointTable *self, const char *name);
void stile_endpoint_table_establish (StileEndpointTable *self, StileEndpointSession *session);
void stile_endpoint_table_remove (StileEndpointTable *self, StileEndpointSession *session);
void stile_endpoint_table_remove_all (StileEndpointTable *self);
GPtrArray *stile_endpoint_table_sort_out (StileEndpointTable *self);
guint stile_endpoint_table_get_n_sessions (StileEndpointTable *self);
guint stile_endpoint_table_get_n_half_open (StileEndpointTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileEndpointTable, stile_endpoint_table_free)

G_END_DECLS
