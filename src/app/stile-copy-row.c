/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-copy-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"

/**
 * StileCopyRow:
 *
 * A value that somebody may need elsewhere, and a button that copies it.  Without a value it is not there.
 */
struct _StileCopyRow
{
  AdwActionRow parent_instance;

  char *text;

  GtkWidget *copy;
};

G_DEFINE_FINAL_TYPE (StileCopyRow, stile_copy_row, ADW_TYPE_ACTION_ROW)

static void
stile_copy_row_finalize (GObject *object)
{
  g_free (STILE_COPY_ROW (object)->text);

  G_OBJECT_CLASS (stile_copy_row_parent_class)->finalize (object);
}

static void
copy_clicked (StileCopyRow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->text);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", _ ("Copied"));
}

static void
stile_copy_row_class_init (StileCopyRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stile_copy_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-copy-row.ui");
  gtk_widget_class_bind_template_child (widget_class, StileCopyRow, copy);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
}

/* Rows with a button "Copy" each: what is spoken says which. */
static void
title_changed (StileCopyRow *self)
{
  g_autofree char *name =
      g_strdup_printf (_ ("Copy: %s"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));

  stile_speech_set_name (GTK_WIDGET (self->copy), name);
}

static void
stile_copy_row_init (StileCopyRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (self, "notify::title", G_CALLBACK (title_changed), NULL);
  stile_speech_complete (GTK_WIDGET (self));
}

/**
 * stile_copy_row_set_text:
 * @text: (nullable): the value; %NULL hides the row
 */
void
stile_copy_row_set_text (StileCopyRow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text != NULL ? text : "", -1);

  g_free (self->text);
  self->text = g_strdup (text);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), escaped);
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
}
