/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void stile_dialogs_open_async (GtkWidget *from,
                               const char *title,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GFile *
stile_dialogs_open_finish (GtkWidget *from, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_dialogs_save_async (GtkWidget *from,
                               const char *title,
                               const char *name,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GFile *
stile_dialogs_save_finish (GtkWidget *from, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_dialogs_ask_async (GtkWidget *from,
                              const char *title,
                              const char *text,
                              const char *accept,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean stile_dialogs_ask_finish (GtkWidget *from, GAsyncResult *result, GError **error);
AdwToast *stile_dialogs_make_toast (const char *text);
void stile_dialogs_refuse (GtkApplication *application, const char *title, const char *text);
void stile_dialogs_show_about (GtkWindow *parent);
void stile_dialogs_open_uri (GtkWindow *parent, const char *uri);
void stile_dialogs_show_shortcuts (GtkWindow *parent);
void stile_dialogs_get_color (GtkWidget *widget, GdkRGBA *color);

G_END_DECLS
