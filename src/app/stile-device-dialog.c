/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-device-dialog.h"

#include "app/stile-help-topic.h"
#include "app/stile-speech.h"
#include "app/stile-text.h"

#include "inventory/stile-device-address.h"
#include "inventory/stile-device-code.h"

/**
 * StileDeviceDialog:
 *
 * One device, typed or pasted: its serial number, or what the code on it says, and where it is.
 */
struct _StileDeviceDialog
{
  AdwWindow parent_instance;

  StileDeviceStore *store;

  GtkEditable *code;
  GtkEditable *address;
  GtkEditable *name;
  GtkLabel *problem;
  GtkWidget *add;
};

G_DEFINE_FINAL_TYPE (StileDeviceDialog, stile_device_dialog, ADW_TYPE_WINDOW)

static guint added_signal;

static void
stile_device_dialog_dispose (GObject *object)
{
  g_clear_object (&STILE_DEVICE_DIALOG (object)->store);

  G_OBJECT_CLASS (stile_device_dialog_parent_class)->dispose (object);
}

static const char *
get_text (GtkEditable *entry)
{
  const char *text = gtk_editable_get_text (entry);

  return *text != '\0' ? text : NULL;
}

static void
show_problem (StileDeviceDialog *self, const char *text)
{
  gtk_label_set_text (self->problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static void
changed (StileDeviceDialog *self)
{
  show_problem (self, NULL);
  gtk_widget_set_sensitive (self->add, get_text (self->code) != NULL);
}

static void
added (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDeviceDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint count;

  if (!stile_device_store_add_finish (STILE_DEVICE_STORE (object), result, &count, &error))
    {
      show_problem (self, error->message);
      return;
    }

  g_signal_emit (self, added_signal, 0, count);
  gtk_window_close (GTK_WINDOW (self));
}

/* What somebody types in the second line counts before what the code says. */
static char *
choose_address (StileDeviceDialog *self, StileImportLine *line, GError **error)
{
  const char *typed = get_text (self->address);

  return typed != NULL ? stile_device_address_make (typed, NULL, error)
                       : g_strdup (stile_import_line_get_address (line));
}

static void
add_clicked (StileDeviceDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileImportLine) line = NULL;
  g_autofree char *address = NULL;
  StileDeviceSpec spec = { 0 };

  if (get_text (self->code) == NULL)
    return;
  line = stile_device_code_parse (get_text (self->code), &error);
  if (line != NULL)
    address = choose_address (self, line, &error);
  if (error != NULL)
    {
      show_problem (self, error->message);
      return;
    }

  spec.serial = stile_import_line_get_serial (line);
  spec.address = address;
  spec.name = get_text (self->name) != NULL ? get_text (self->name) : stile_import_line_get_name (line);
  spec.model = stile_import_line_get_model (line);
  stile_device_store_add_async (self->store, &spec, 1, NULL, added, g_object_ref (self));
}

static void
stile_device_dialog_class_init (StileDeviceDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_device_dialog_dispose;

  added_signal = g_signal_new ("added", STILE_TYPE_DEVICE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-device-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDialog, code);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDialog, address);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDialog, name);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDialog, add);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked);
  gtk_widget_class_bind_template_callback (widget_class, changed);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
stile_device_dialog_init (StileDeviceDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_help_topic_set (GTK_WIDGET (self), "devices#devices-and-a-list-of-them");
  stile_text_let_wrap (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
}

/**
 * stile_device_dialog_new:
 * @store: where the device goes
 */
StileDeviceDialog *
stile_device_dialog_new (GtkWindow *parent, StileDeviceStore *store)
{
  StileDeviceDialog *self = g_object_new (STILE_TYPE_DEVICE_DIALOG, "transient-for", parent, NULL);

  self->store = g_object_ref (store);
  return self;
}
