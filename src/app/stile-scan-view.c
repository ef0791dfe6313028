/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-scan-view.h"

#include <glib/gi18n-lib.h>

#include "app/stile-help-topic.h"

#include "inventory/stile-device-code.h"

/**
 * StileScanView:
 *
 * What the camera sees, and what the last code there said: a device, or why it is none.  The camera is on while somebody
 * can see this.  It collects lines; whoever shows them adds them.
 */
struct _StileScanView
{
  GtkWidget parent_instance;

  StileCamera *camera;
  GListStore *lines; /* of StileImportLine */
  GHashTable *texts; /* that were read */

  GtkWidget *content;
  GtkPicture *picture;
  GtkLabel *said;
};

G_DEFINE_FINAL_TYPE (StileScanView, stile_scan_view, GTK_TYPE_WIDGET)

static guint failed_signal;

static void
stile_scan_view_dispose (GObject *object)
{
  StileScanView *self = STILE_SCAN_VIEW (object);

  if (self->camera != NULL)
    stile_camera_stop (self->camera);
  g_clear_object (&self->camera);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_scan_view_parent_class)->dispose (object);
}

static void
stile_scan_view_finalize (GObject *object)
{
  StileScanView *self = STILE_SCAN_VIEW (object);

  g_object_unref (self->lines);
  g_hash_table_unref (self->texts);

  G_OBJECT_CLASS (stile_scan_view_parent_class)->finalize (object);
}

/* --- codes --- */

static void
say (StileScanView *self, const char *text, gboolean good)
{
  gtk_label_set_text (self->said, text);
  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (self->said), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->said), "error");
}

static void
say_serial (StileScanView *self, const char *format, const char *serial)
{
  g_autofree char *text = g_strdup_printf (format, serial);

  say (self, text, TRUE);
}

/* Labels say the same device in more than one way. */
static gboolean
has_serial (StileScanView *self, const char *serial)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->lines)); i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (G_LIST_MODEL (self->lines), i);

      if (g_strcmp0 (stile_import_line_get_serial (line), serial) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
add_device (StileScanView *self, StileImportLine *line)
{
  const char *serial = stile_import_line_get_serial (line);

  if (has_serial (self, serial))
    {
      say_serial (self, _ ("%s was read before. Show the next code."), serial);
      return;
    }

  g_list_store_append (self->lines, line);
  say_serial (self, _ ("%s was read. Add it, or show the next code."), serial);
}

/* What such a code says is in its problem, as far as it can be told: many hold a secret. */
static void
add_problem (StileScanView *self, const char *problem)
{
  g_auto (StileDeviceFields) fields = { 0 };
  g_autoptr (StileImportLine) line =
      stile_import_line_new (0, g_strdup (_ ("QR code")), &fields, g_strdup (problem));

  g_list_store_append (self->lines, line);
  say (self, problem, FALSE);
}

/* The same code is read again as long as it is seen. */
static void
code_read (StileScanView *self, const char *text)
{
  g_autoptr (StileImportLine) line = NULL;
  g_autoptr (GError) error = NULL;

  if (g_hash_table_contains (self->texts, text))
    return;
  if (g_hash_table_size (self->texts) >= STILE_SCAN_VIEW_MAX_LINES)
    {
      say (self, _ ("So many codes were read that no more are. Add these first."), FALSE);
      return;
    }

  g_hash_table_add (self->texts, g_strdup (text));
  line = stile_device_code_parse (text, &error);
  if (line != NULL)
    add_device (self, line);
  else
    add_problem (self, error->message);
}

/* --- the camera --- */

static void
picture_came (StileScanView *self, GdkTexture *texture)
{
  if (gtk_picture_get_paintable (self->picture) == NULL)
    say (self, _ ("Hold the code on a device before the camera"), TRUE);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->picture), TRUE);
}

static void
camera_failed (StileScanView *self, const char *message)
{
  g_autofree char *text = g_strdup_printf (
      "%s %s", message, _ ("A picture file of the code can be used in its place, with “From a list”."));

  gtk_widget_set_visible (GTK_WIDGET (self->picture), FALSE);
  say (self, text, FALSE);
  g_signal_emit (self, failed_signal, 0, text);
}

static void
stile_scan_view_map (GtkWidget *widget)
{
  StileScanView *self = STILE_SCAN_VIEW (widget);

  GTK_WIDGET_CLASS (stile_scan_view_parent_class)->map (widget);
  stile_camera_start (self->camera);
}

static void
stile_scan_view_unmap (GtkWidget *widget)
{
  stile_camera_stop (STILE_SCAN_VIEW (widget)->camera);
  GTK_WIDGET_CLASS (stile_scan_view_parent_class)->unmap (widget);
}

/* --- the class --- */

static void
stile_scan_view_class_init (StileScanViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_scan_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_scan_view_finalize;
  widget_class->map = stile_scan_view_map;
  widget_class->unmap = stile_scan_view_unmap;

  failed_signal = g_signal_new ("failed", STILE_TYPE_SCAN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-scan-view.ui");
  gtk_widget_class_bind_template_child (widget_class, StileScanView, content);
  gtk_widget_class_bind_template_child (widget_class, StileScanView, picture);
  gtk_widget_class_bind_template_child (widget_class, StileScanView, said);
}

static void
stile_scan_view_init (StileScanView *self)
{
  self->lines = g_list_store_new (STILE_TYPE_IMPORT_LINE);
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->camera = stile_camera_new ();
  g_signal_connect_object (self->camera, "picture", G_CALLBACK (picture_came), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->camera, "read", G_CALLBACK (code_read), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->camera, "failed", G_CALLBACK (camera_failed), self, G_CONNECT_SWAPPED);
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_help_topic_set (GTK_WIDGET (self), "codes");
}

/**
 * stile_scan_view_new:
 *
 * Returns: (transfer floating): a view without a picture yet; the camera is asked for when it is shown
 */
StileScanView *
stile_scan_view_new (void)
{
  return g_object_new (STILE_TYPE_SCAN_VIEW, NULL);
}

/**
 * stile_scan_view_get_lines:
 *
 * Returns: (transfer none): the codes that were read, of StileImportLine; grows
 */
GListModel *
stile_scan_view_get_lines (StileScanView *self)
{
  return G_LIST_MODEL (self->lines);
}

/**
 * stile_scan_view_get_camera:
 *
 * Returns: (transfer none): what it shows
 */
StileCamera *
stile_scan_view_get_camera (StileScanView *self)
{
  return self->camera;
}
