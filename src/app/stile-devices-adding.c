/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-devices-adding.h"

#include <glib/gi18n-lib.h>

#include "app/stile-camera-portal.h"
#include "app/stile-device-dialog.h"
#include "app/stile-dialogs.h"
#include "app/stile-found-lines.h"
#include "app/stile-import-dialog.h"
#include "app/stile-scan-view.h"
#include "atls/stile-error.h"

/**
 * StileDevicesAdding:
 *
 * How devices come into the list: the actions "add.…" of the place, and lists that the window opens.  Each opens a dialog in the
 * window of the place, and tells in a toast what came of it; nothing is added before somebody says so.
 */
struct _StileDevicesAdding
{
  GObject parent_instance;

  GtkWidget *from;       /* borrowed: the place owns this */
  StileStation *station; /* NULL until it is open */
  GFile *wanted;         /* as soon as it is, or NULL */
  GFile *bench;          /* the lab's list, or NULL */
  gboolean has_camera;
  GSimpleActionGroup *actions;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (StileDevicesAdding, stile_devices_adding, G_TYPE_OBJECT)

static void
stile_devices_adding_dispose (GObject *object)
{
  StileDevicesAdding *self = STILE_DEVICES_ADDING (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->station);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (stile_devices_adding_parent_class)->dispose (object);
}

static void
stile_devices_adding_finalize (GObject *object)
{
  StileDevicesAdding *self = STILE_DEVICES_ADDING (object);

  g_clear_object (&self->wanted);
  g_clear_object (&self->bench);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (stile_devices_adding_parent_class)->finalize (object);
}

static void
stile_devices_adding_class_init (StileDevicesAddingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_devices_adding_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_devices_adding_finalize;
}

static void
stile_devices_adding_init (StileDevicesAdding *self)
{
  self->actions = g_simple_action_group_new ();
  self->cancellable = g_cancellable_new ();
}

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
make_import_dialog (StileDevicesAdding *self)
{
  StileImportDialog *dialog =
      stile_import_dialog_new (get_window (self->from), stile_station_get_store (self->station));

  g_signal_connect_object (dialog, "added", G_CALLBACK (added), self->from, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}

/**
 * stile_devices_adding_import:
 * @file: a list of devices
 *
 * Shows what is understood of it, as soon as the list of devices is open.
 */
void
stile_devices_adding_import (StileDevicesAdding *self, GFile *file)
{
  if (self->station != NULL)
    stile_import_dialog_load (make_import_dialog (self), file);
  else
    g_set_object (&self->wanted, file);
}

static void
chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDevicesAdding) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = stile_dialogs_open_finish (GTK_WIDGET (object), result, &error);

  if (file != NULL && !g_cancellable_is_cancelled (self->cancellable))
    stile_devices_adding_import (self, file);
}

static void
add_list (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StileDevicesAdding *self = user_data;

  stile_dialogs_open_async (self->from, _ ("List of devices"), self->cancellable, chosen,
                            g_object_ref (self));
}

static void
add_lab (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StileDevicesAdding *self = user_data;

  stile_devices_adding_import (self, self->bench);
}

/* Typed, or pasted as its code says it. */
static void
add_one (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StileDevicesAdding *self = user_data;
  StileDeviceDialog *dialog =
      stile_device_dialog_new (get_window (self->from), stile_station_get_store (self->station));

  g_signal_connect_object (dialog, "added", G_CALLBACK (added), self->from, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* What was read until then stays, and can be added. */
static void
scan_failed (StileScanView *view, const char *message, StileImportDialog *dialog)
{
  if (g_list_model_get_n_items (stile_scan_view_get_lines (view)) > 0)
    return;

  gtk_widget_set_visible (GTK_WIDGET (view), FALSE);
  stile_import_dialog_fail (dialog, message);
}

/* Codes that somebody holds before the camera, one after the other. */
static void
add_scanned (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StileImportDialog *dialog = make_import_dialog (user_data);
  StileScanView *view = stile_scan_view_new ();

  g_signal_connect_object (view, "failed", G_CALLBACK (scan_failed), dialog, G_CONNECT_DEFAULT);
  stile_import_dialog_set_above (dialog, GTK_WIDGET (view));
  stile_import_dialog_show (dialog, stile_scan_view_get_lines (view), _ ("With the camera"));
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

/* What announces itself on this network, as it comes. */
static void
add_found (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StileDevicesAdding *self = user_data;
  StileImportDialog *dialog = make_import_dialog (self);
  g_autoptr (GListModel) lines = stile_found_lines_new (stile_station_get_found (self->station));

  stile_import_dialog_show (dialog, lines, _ ("On this network"));
  stile_station_find_async (self->station, self->cancellable, looking, g_object_ref (dialog));
}

static void
enable (StileDevicesAdding *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
show_possible (StileDevicesAdding *self)
{
  gboolean open = self->station != NULL;

  enable (self, "list", open);
  enable (self, "one", open);
  enable (self, "found", open);
  enable (self, "scanned", open && self->has_camera);
  enable (self, "lab", open && self->bench != NULL);
}

static void
camera_told (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDevicesAdding) self = user_data;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  self->has_camera = stile_camera_portal_ask_finish (result);
  show_possible (self);
}

/* Each time that the place is shown: a camera may have been plugged in. */
static void
ask_for_camera (StileDevicesAdding *self)
{
  stile_camera_portal_ask_async (self->cancellable, camera_told, g_object_ref (self));
}

/**
 * stile_devices_adding_new:
 * @from: (transfer none): the place, that owns the result
 *
 * Returns: (transfer full): what gives @from its actions
 */
StileDevicesAdding *
stile_devices_adding_new (GtkWidget *from)
{
  static const GActionEntry entries[] = {
    { "list", add_list, NULL, NULL, NULL },   { "one", add_one, NULL, NULL, NULL },
    { "found", add_found, NULL, NULL, NULL }, { "scanned", add_scanned, NULL, NULL, NULL },
    { "lab", add_lab, NULL, NULL, NULL },
  };
  StileDevicesAdding *self = g_object_new (STILE_TYPE_DEVICES_ADDING, NULL);

  self->from = from;
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (from, "add", G_ACTION_GROUP (self->actions));
  g_signal_connect_object (from, "map", G_CALLBACK (ask_for_camera), self, G_CONNECT_SWAPPED);
  show_possible (self);
  return self;
}

/**
 * stile_devices_adding_set_station:
 * @station: (nullable): one that is open
 */
void
stile_devices_adding_set_station (StileDevicesAdding *self, StileStation *station)
{
  g_autoptr (GFile) wanted = NULL;

  g_set_object (&self->station, station);
  show_possible (self);
  if (station == NULL)
    return;

  wanted = g_steal_pointer (&self->wanted);
  if (wanted != NULL)
    stile_devices_adding_import (self, wanted);
}

/**
 * stile_devices_adding_set_bench:
 * @list: (nullable): the devices of the lab that runs
 */
void
stile_devices_adding_set_bench (StileDevicesAdding *self, GFile *list)
{
  g_set_object (&self->bench, list);
  show_possible (self);
}
