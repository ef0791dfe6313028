/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-devices-exporting.h"

#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"
#include "atls/stile-error.h"
#include "inventory/stile-device-export.h"
#include "inventory/stile-provisioning-list.h"

typedef struct
{
  StileStation *station;
  GPtrArray *devices; /* of StileDevice */
  GCancellable *cancellable;
} Export;

static void
export_free (Export *self)
{
  g_object_unref (self->station);
  g_ptr_array_unref (self->devices);
  g_clear_object (&self->cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

static void
toast (GtkWidget *from, const char *text)
{
  gtk_widget_activate_action (from, "win.show-toast", "s", text);
}

static void
exported (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) from = user_data;
  g_autoptr (GError) error = NULL;

  if (stile_device_export_finish (STILE_DEVICE_STORE (object), result, &error))
    toast (from, _ ("Exported"));
  else if (!stile_error_is_cancelled (error))
    toast (from, error->message);
}

static void
file_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Export) self = user_data;
  GtkWidget *from = GTK_WIDGET (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = stile_dialogs_save_finish (from, result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  StileDeviceExportFormat format;

  if (path == NULL)
    return;
  if (!stile_device_export_find_format (path, &format, &error))
    {
      toast (from, error->message);
      return;
    }

  stile_device_export_async (stile_station_get_store (self->station), self->devices, format, path,
                             g_get_real_name (), stile_station_get_agent (self->station), self->cancellable,
                             exported, g_object_ref (from));
}

/**
 * stile_devices_exporting_choose:
 * @devices: (nullable) (element-type StileDevice): which; %NULL for all
 */
void
stile_devices_exporting_choose (GtkWidget *from,
                                StileStation *station,
                                GPtrArray *devices,
                                GCancellable *cancellable)
{
  Export *self = g_new0 (Export, 1);

  self->station = g_object_ref (station);
  self->devices = devices != NULL
                      ? g_ptr_array_ref (devices)
                      : stile_provisioning_list_select (G_LIST_MODEL (stile_station_get_store (station)),
                                                        STILE_PROVISIONING_LIST_ALL);
  g_set_object (&self->cancellable, cancellable);
  stile_dialogs_save_async (from, _ ("Export devices (.pdf and .html: acceptance report; .csv, .json)"),
                            _ ("acceptance-report.pdf"), cancellable, file_chosen, self);
}
