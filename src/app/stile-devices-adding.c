/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-devices-adding.h"

#include <glib/gi18n-lib.h>

#include "app/stile-device-dialog.h"
#include "app/stile-dialogs.h"
#include "app/stile-found-lines.h"
#include "app/stile-import-dialog.h"
#include "atls/stile-error.h"

static void
added (GtkWindow *dialog, guint count, GtkWidget *from)
{
  g_autofree char *text =
      count > 0 ? g_strdup_printf (ngettext ("%u device added", "%u devices added", count), count)
                : g_strdup (_ ("Nothing new: they are in the list already"));

  gtk_widget_activate_action (from, "win.show-toast", "s", text);
}

static GtkWindow *
get_window (GtkWidget *from)
{
  GtkRoot *root = gtk_widget_get_root (from);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static StileImportDialog *
make_import_dialog (GtkWidget *from, StileDeviceStore *store)
{
  StileImportDialog *dialog = stile_import_dialog_new (get_window (from), store);

  g_signal_connect_object (dialog, "added", G_CALLBACK (added), from, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}

/**
 * stile_devices_adding_import:
 * @file: a list of devices
 *
 * Shows what is understood of it; nothing is added before somebody says so.
 */
void
stile_devices_adding_import (GtkWidget *from, StileDeviceStore *store, GFile *file)
{
  stile_import_dialog_load (make_import_dialog (from, store), file);
}

static void
chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDeviceStore) store = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = stile_dialogs_open_finish (GTK_WIDGET (object), result, &error);

  if (file != NULL)
    stile_devices_adding_import (GTK_WIDGET (object), store, file);
}

/**
 * stile_devices_adding_choose:
 *
 * Lets a person choose a list, and goes on with it.
 */
void
stile_devices_adding_choose (GtkWidget *from, StileDeviceStore *store, GCancellable *cancellable)
{
  stile_dialogs_open_async (from, _ ("List of devices"), cancellable, chosen, g_object_ref (store));
}

/**
 * stile_devices_adding_type:
 *
 * Lets a person type one device, or paste what its code says.
 */
void
stile_devices_adding_type (GtkWidget *from, StileDeviceStore *store)
{
  StileDeviceDialog *dialog = stile_device_dialog_new (get_window (from), store);

  g_signal_connect_object (dialog, "added", G_CALLBACK (added), from, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
looking (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileImportDialog) dialog = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_station_find_finish (STILE_STATION (object), result, &error) &&
      !stile_error_is_cancelled (error))
    stile_import_dialog_fail (dialog, error->message);
}

/**
 * stile_devices_adding_find:
 *
 * Shows what announces itself on this network, as it comes.
 */
void
stile_devices_adding_find (GtkWidget *from, StileStation *station, GCancellable *cancellable)
{
  StileImportDialog *dialog = make_import_dialog (from, stile_station_get_store (station));
  g_autoptr (GListModel) lines = stile_found_lines_new (stile_station_get_found (station));

  stile_import_dialog_show (dialog, lines, _ ("On this network"));
  stile_station_find_async (station, cancellable, looking, g_object_ref (dialog));
}
