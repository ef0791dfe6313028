/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-device-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-device-icon.h"
#include "app/stile-speech.h"

/**
 * StileDeviceRow:
 *
 * A device in the list of devices: its state as an icon, serial number and name, how it is in a sentence, and since when.
 */
struct _StileDeviceRow
{
  GtkWidget parent_instance;

  StileDevice *device; /* or NULL: not bound */

  GtkWidget *content;
  GtkImage *icon;
  GtkLabel *serial;
  GtkLabel *name;
  GtkLabel *sentence;
  GtkLabel *changed;
};

G_DEFINE_FINAL_TYPE (StileDeviceRow, stile_device_row, GTK_TYPE_WIDGET)

#define DAY_SECONDS (24 * 60 * 60)

static void
stile_device_row_dispose (GObject *object)
{
  StileDeviceRow *self = STILE_DEVICE_ROW (object);

  stile_device_row_set_device (self, NULL);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_device_row_parent_class)->dispose (object);
}

static void
stile_device_row_class_init (StileDeviceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_device_row_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-device-row.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDeviceRow, content);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceRow, icon);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceRow, serial);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceRow, name);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceRow, sentence);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceRow, changed);
}

static void
stile_device_row_init (StileDeviceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * stile_device_row_make_date:
 * @changed: Unix seconds
 *
 * Returns: (transfer full): of today the time, else the date
 */
char *
stile_device_row_make_date (gint64 changed)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (changed);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  return g_date_time_format (date, now - changed < DAY_SECONDS ? "%X" : "%x");
}

static char *
make_name (StileDevice *device)
{
  const char *name = stile_device_get_name (device);
  const char *model = stile_device_get_model (device);

  if (name != NULL && model != NULL)
    return g_strdup_printf ("%s · %s", name, model);

  return g_strdup (name != NULL ? name : model);
}

static void
show_state (StileDeviceRow *self)
{
  g_autofree char *sentence = stile_device_describe (self->device);
  g_autofree char *date = stile_device_row_make_date (stile_device_get_changed (self->device));
  g_autofree char *spoken = g_strdup_printf (_ ("%s, %s"), stile_device_get_serial (self->device), sentence);

  stile_device_icon_show (self->icon, stile_device_get_state (self->device));
  gtk_label_set_text (self->sentence, sentence);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sentence), sentence);
  gtk_label_set_text (self->changed, date);
  stile_speech_set_name (GTK_WIDGET (self), spoken);
  /* What the list has around it takes the focus. */
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    stile_speech_set_name (gtk_widget_get_parent (GTK_WIDGET (self)), spoken);
}

static void
changed_cb (StileDevice *device, GParamSpec *spec, StileDeviceRow *self)
{
  show_state (self);
}

/**
 * stile_device_row_set_device:
 * @device: (nullable): whom it shows
 */
void
stile_device_row_set_device (StileDeviceRow *self, StileDevice *device)
{
  g_autofree char *name = device != NULL ? make_name (device) : NULL;

  if (self->device != NULL)
    g_signal_handlers_disconnect_by_data (self->device, self);
  g_set_object (&self->device, device);
  if (device == NULL)
    return;

  gtk_label_set_text (self->serial, stile_device_get_serial (device));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->serial), stile_device_get_serial (device));
  gtk_label_set_text (self->name, name != NULL ? name : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  gtk_widget_set_visible (GTK_WIDGET (self->name), name != NULL);
  g_signal_connect (device, "notify::state", G_CALLBACK (changed_cb), self);
  g_signal_connect (device, "notify::step", G_CALLBACK (changed_cb), self);
  g_signal_connect (device, "notify::message", G_CALLBACK (changed_cb), self);
  show_state (self);
}
