/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-file-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"
#include "app/stile-speech.h"

/**
 * StileFileRow:
 *
 * A setting that is a file: shows which, lets a person choose another, take it away, or drop one here.
 */
struct _StileFileRow
{
  AdwActionRow parent_instance;

  char *path; /* or a URI that is no file; NULL: none */
  char *placeholder;
  GCancellable *cancellable;

  GtkWidget *clear;
  GtkWidget *choose;
};

G_DEFINE_FINAL_TYPE (StileFileRow, stile_file_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_PATH = 1,
  PROP_PLACEHOLDER,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
stile_file_row_dispose (GObject *object)
{
  StileFileRow *self = STILE_FILE_ROW (object);

  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (stile_file_row_parent_class)->dispose (object);
}

static void
stile_file_row_finalize (GObject *object)
{
  StileFileRow *self = STILE_FILE_ROW (object);

  g_clear_object (&self->cancellable);
  g_free (self->path);
  g_free (self->placeholder);

  G_OBJECT_CLASS (stile_file_row_parent_class)->finalize (object);
}

static void
show (StileFileRow *self)
{
  const char *text = self->path != NULL ? self->path : self->placeholder;
  g_autofree char *escaped = g_markup_escape_text (text != NULL ? text : "", -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), escaped);
  gtk_widget_set_visible (self->clear, self->path != NULL);
}

static void
stile_file_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileFileRow *self = STILE_FILE_ROW (object);

  g_value_set_string (value, id == PROP_PATH ? self->path : self->placeholder);
}

static void
stile_file_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileFileRow *self = STILE_FILE_ROW (object);

  if (id == PROP_PATH)
    {
      stile_file_row_set_path (self, g_value_get_string (value));
      return;
    }

  g_free (self->placeholder);
  self->placeholder = g_value_dup_string (value);
  show (self);
}

static void
file_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = stile_dialogs_open_finish (GTK_WIDGET (object), result, NULL);
  StileFileRow *self = user_data;

  /* None was chosen, or the row is gone. */
  if (file != NULL && g_file_peek_path (file) != NULL)
    stile_file_row_set_path (self, g_file_peek_path (file));
}

static void
choose_clicked (StileFileRow *self)
{
  stile_dialogs_open_async (GTK_WIDGET (self), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)),
                            self->cancellable, file_chosen, self);
}

static void
clear_clicked (StileFileRow *self)
{
  stile_file_row_set_path (self, NULL);
  gtk_widget_grab_focus (self->choose);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, StileFileRow *self)
{
  GFile *file = g_value_get_object (value);

  if (file == NULL || g_file_peek_path (file) == NULL)
    return FALSE;

  stile_file_row_set_path (self, g_file_peek_path (file));
  return TRUE;
}

static void
stile_file_row_class_init (StileFileRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = stile_file_row_dispose;
  object_class->finalize = stile_file_row_finalize;
  object_class->get_property = stile_file_row_get_property;
  object_class->set_property = stile_file_row_set_property;
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  props[PROP_PLACEHOLDER] = g_param_spec_string ("placeholder", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, StileFileRow, clear);
  gtk_widget_class_bind_template_child (widget_class, StileFileRow, choose);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked);
}

/* Two rows with a button "Choose" each: what is spoken says which. */
static void
title_changed (StileFileRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  g_autofree char *choose = g_strdup_printf (_ ("Choose a file: %s"), title);
  g_autofree char *clear = g_strdup_printf (_ ("Use none: %s"), title);

  stile_speech_set_name (GTK_WIDGET (self->choose), choose);
  stile_speech_set_name (GTK_WIDGET (self->clear), clear);
}

static void
stile_file_row_init (StileFileRow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (dropped), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect (self, "notify::title", G_CALLBACK (title_changed), NULL);
  stile_speech_complete (GTK_WIDGET (self));
}

/**
 * stile_file_row_set_path:
 * @path: (nullable): the file
 */
void
stile_file_row_set_path (StileFileRow *self, const char *path)
{
  char *copy = path != NULL && *path != '\0' ? g_strdup (path) : NULL;

  if (g_strcmp0 (self->path, copy) == 0)
    {
      g_free (copy);
      return;
    }

  g_free (self->path);
  self->path = copy;
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PATH]);
}
