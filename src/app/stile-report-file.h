/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

void stile_report_file_save_async (GtkWidget *from,
                                   StileBootstrap *job,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean stile_report_file_save_finish (GtkWidget *from,
                                        GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
