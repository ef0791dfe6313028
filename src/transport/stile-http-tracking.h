/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _StileHttpTracking StileHttpTracking;

StileHttpTracking *stile_http_tracking_new (GUri *uri, SoupSession *soup);
void stile_http_tracking_free (StileHttpTracking *self);
GUri *stile_http_tracking_get_target (StileHttpTracking *self);
void stile_http_tracking_learn (StileHttpTracking *self, SoupMessageHeaders *headers);
gboolean stile_http_tracking_has_session (StileHttpTracking *self);
GBytes *stile_http_tracking_get_id (StileHttpTracking *self);
void stile_http_tracking_forget (StileHttpTracking *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileHttpTracking, stile_http_tracking_free)

G_END_DECLS
