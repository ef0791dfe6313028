/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_PROBE_QUEUE (stile_probe_queue_get_type ())
G_DECLARE_FINAL_TYPE (StileProbeQueue, stile_probe_queue, STILE, PROBE_QUEUE, GObject)

StileProbeQueue *stile_probe_queue_new (guint most);
void stile_probe_queue_enter_async (StileProbeQueue *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean stile_probe_queue_enter_finish (StileProbeQueue *self,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_probe_queue_leave (StileProbeQueue *self);

G_END_DECLS
