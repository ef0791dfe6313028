/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

char *stile_diagnose_file_summarize (StileReport *report, gboolean with_private);
void stile_diagnose_file_save_async (GtkWidget *from,
                                     StileReport *report,
                                     gboolean with_private,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean stile_diagnose_file_save_finish (GtkWidget *from,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_diagnose_file_open_async (GtkWidget *from,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
StileReport *stile_diagnose_file_open_finish (GtkWidget *from,
                                              GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
