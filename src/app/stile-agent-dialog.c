/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-agent-dialog.h"

#include "app/stile-file-row.h"
#include "app/stile-help-topic.h"
#include "app/stile-speech.h"
#include "app/stile-text.h"

/**
 * StileAgentDialog:
 *
 * Where the registrar of a provisioning station is, who is believed there, and as whom this computer goes there.
 */
struct _StileAgentDialog
{
  AdwWindow parent_instance;

  char *anchors;
  char *certificate;
  char *key;

  GtkEditable *registrar;
  StileFileRow *anchors_row;
  StileFileRow *certificate_row;
  StileFileRow *key_row;
  GtkEditable *proxy;
  GtkSpinButton *jobs;
  GtkWidget *settled;
  GtkWidget *accept;
};

G_DEFINE_FINAL_TYPE (StileAgentDialog, stile_agent_dialog, ADW_TYPE_WINDOW)

static guint accepted_signal;

static void
stile_agent_dialog_finalize (GObject *object)
{
  StileAgentDialog *self = STILE_AGENT_DIALOG (object);

  g_free (self->anchors);
  g_free (self->certificate);
  g_free (self->key);

  G_OBJECT_CLASS (stile_agent_dialog_parent_class)->finalize (object);
}

static void
keep_path (StileFileRow *row, char **path)
{
  g_clear_pointer (path, g_free);
  g_object_get (row, "path", path, NULL);
}

/* Without these two nothing can be begun. */
static void
changed (StileAgentDialog *self)
{
  keep_path (self->anchors_row, &self->anchors);
  keep_path (self->certificate_row, &self->certificate);
  keep_path (self->key_row, &self->key);
  gtk_widget_set_sensitive (self->accept,
                            *gtk_editable_get_text (self->registrar) != '\0' && self->certificate != NULL);
}

static void
accept_clicked (StileAgentDialog *self)
{
  changed (self);
  g_signal_emit (self, accepted_signal, 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
lock (StileAgentDialog *self, StileStationLocks locks)
{
  const struct
  {
    StileStationLocks lock;
    gpointer widget;
  } rows[] = {
    { STILE_STATION_REGISTRAR, self->registrar },
    { STILE_STATION_ANCHORS, self->anchors_row },
    { STILE_STATION_CERTIFICATE, self->certificate_row },
    { STILE_STATION_KEY, self->key_row },
    { STILE_STATION_PROXY, self->proxy },
    { STILE_STATION_JOBS, self->jobs },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_sensitive (rows[i].widget, (locks & rows[i].lock) == 0);
  gtk_widget_set_visible (self->settled, locks != 0);
}

static void
stile_agent_dialog_class_init (StileAgentDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stile_agent_dialog_finalize;

  accepted_signal = g_signal_new ("accepted", STILE_TYPE_AGENT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  g_type_ensure (STILE_TYPE_FILE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-agent-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, registrar);
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, anchors_row);
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, certificate_row);
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, key_row);
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, proxy);
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, jobs);
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, accept);
  gtk_widget_class_bind_template_child (widget_class, StileAgentDialog, settled);
  gtk_widget_class_bind_template_callback (widget_class, accept_clicked);
  gtk_widget_class_bind_template_callback (widget_class, changed);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
stile_agent_dialog_init (StileAgentDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_help_topic_set (GTK_WIDGET (self), "devices#for-each-laptop-a-certificate-of-days");
  stile_text_let_wrap (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
}

/**
 * stile_agent_dialog_new:
 * @setup: as it is now
 */
StileAgentDialog *
stile_agent_dialog_new (GtkWindow *parent, const StileStationSetup *setup)
{
  StileAgentDialog *self = g_object_new (STILE_TYPE_AGENT_DIALOG, "transient-for", parent, NULL);

  gtk_editable_set_text (self->registrar, setup->registrar != NULL ? setup->registrar : "");
  stile_file_row_set_path (self->anchors_row, setup->anchors);
  stile_file_row_set_path (self->certificate_row, setup->certificate);
  stile_file_row_set_path (self->key_row, setup->key);
  gtk_editable_set_text (self->proxy, setup->proxy != NULL ? setup->proxy : "");
  gtk_spin_button_set_value (self->jobs, setup->jobs > 0 ? setup->jobs : STILE_PROVISIONING_DEFAULT_JOBS);
  lock (self, setup->locks);
  changed (self);
  return self;
}

static const char *
get_text (GtkEditable *entry)
{
  const char *text = gtk_editable_get_text (entry);

  return *text != '\0' ? text : NULL;
}

/**
 * stile_agent_dialog_fill:
 * @setup: gets what stands there, borrowed
 */
void
stile_agent_dialog_fill (StileAgentDialog *self, StileStationSetup *setup)
{
  setup->registrar = get_text (self->registrar);
  setup->anchors = self->anchors;
  setup->certificate = self->certificate;
  setup->key = self->key;
  setup->proxy = get_text (self->proxy);
  setup->jobs = (guint)gtk_spin_button_get_value_as_int (self->jobs);
}
