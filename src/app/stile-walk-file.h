/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

typedef enum
{
  STILE_WALK_FILE_REPORT,
  STILE_WALK_FILE_TRACE,
} StileWalkFile;

void stile_walk_file_save_async (GtkWidget *from,
                                 StileBootstrap *job,
                                 StileWalkFile what,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean
stile_walk_file_save_finish (GtkWidget *from, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
