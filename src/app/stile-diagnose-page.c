/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnose-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-diagnose-file.h"
#include "app/stile-diagnose-kit.h"
#include "app/stile-history-list.h"
#include "app/stile-result-view.h"
#include "atls/stile-error.h"
#include "codec/stile-json.h"

/**
 * StileDiagnosePage:
 *
 * The place Diagnose: an address, one button, an answer.  The page holds the job, and cancels it when it goes; what is shown of it
 * is StileResultView's.
 */
struct _StileDiagnosePage
{
  GtkWidget parent_instance;

  StileDiagnoseKit *kit; /* what jobs are made with */
  StileDiagnosis *job;   /* NULL while nothing runs */
  GCancellable *cancellable;
  StileReport *report;  /* that is shown, or NULL */
  StileReport *against; /* what the next report is compared with, or NULL */
  char *authority_id;   /* of whoever intercepts in what is shown, or NULL */

  GtkWidget *content;
  GtkEditable *address;
  GtkWidget *start;
  GtkWidget *stop;
  GtkLabel *problem;
  GtkProgressBar *progress;
  GtkWidget *result_actions;
  GtkWidget *intended;
  StileResultView *result;
  GtkWidget *empty;
  GtkWidget *history_group;
  StileHistoryList *history_list;
};

G_DEFINE_FINAL_TYPE (StileDiagnosePage, stile_diagnose_page, GTK_TYPE_WIDGET)

/* --- what is shown --- */

static void
show_problem (StileDiagnosePage *self, const char *text)
{
  gtk_label_set_text (self->problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static gboolean
has_earlier (StileDiagnosePage *self)
{
  return self->report != NULL && stile_diagnose_kit_find_earlier (self->kit, self->report) != NULL;
}

static void
show_state (StileDiagnosePage *self)
{
  gboolean running = self->job != NULL, there = self->report != NULL && !running;

  gtk_widget_set_visible (self->start, !running);
  gtk_widget_set_visible (self->stop, running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->address), !running);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  gtk_widget_set_visible (GTK_WIDGET (self->result), running || there);
  gtk_widget_set_visible (self->result_actions, there);
  gtk_widget_set_visible (self->empty, !running && !there);
  gtk_widget_set_visible (self->history_group, !running && stile_diagnose_kit_has_history (self->kit));
  gtk_widget_set_visible (gtk_widget_get_parent (self->intended), self->authority_id != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.cancel", running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.again", there);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.without-proxy", there);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.compare", there && has_earlier (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.copy", there);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.save", there);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.intended", there && self->authority_id != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.back", there);
}

/* The authority that a person may say is meant to be there: nothing that was said already, and nothing where nobody reads. */
static char *
find_authority (StileReport *report)
{
  g_autoptr (GVariant) authority = stile_json_get_member (stile_report_get_document (report), "authority");
  g_autoptr (GVariant) verdict = stile_json_get_member (stile_report_get_document (report), "verdict");

  if (stile_json_get_boolean (verdict, "intended", FALSE))
    return NULL;

  return g_strdup (stile_json_get_string (authority, "id"));
}

static void
show_report (StileDiagnosePage *self, StileReport *report)
{
  g_set_object (&self->report, report);
  g_free (self->authority_id);
  self->authority_id = find_authority (report);
  show_problem (self, NULL);
  stile_result_view_show_report (self->result, report);
  show_state (self);
}

/* --- running --- */

static void
progress_cb (StileDiagnosis *job, GParamSpec *spec, StileDiagnosePage *self)
{
  gtk_progress_bar_set_fraction (self->progress, stile_diagnosis_get_progress (job));
}

/* Whoever looks elsewhere meanwhile is told. */
static void
notify (StileDiagnosePage *self, StileReport *report)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GApplication *application = g_application_get_default ();
  g_autoptr (GNotification) notification = g_notification_new (_ ("The diagnosis is there"));

  if (application == NULL || !GTK_IS_WINDOW (root) || gtk_window_is_active (GTK_WINDOW (root)))
    return;

  g_notification_set_body (notification, stile_report_get_sentence (report));
  g_application_send_notification (application, "diagnosis", notification);
}

static void
keep (StileDiagnosePage *self, StileReport *report)
{
  g_autoptr (GError) error = NULL;

  if (!stile_diagnose_kit_keep (self->kit, report, &error))
    show_problem (self, error->message);
}

static void
diagnosed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) report = stile_diagnosis_run_finish (STILE_DIAGNOSIS (object), result, &error);
  g_autoptr (StileDiagnosePage) self = user_data;

  if (self->job != STILE_DIAGNOSIS (object))
    return; /* the page was closed */

  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);
  if (report == NULL)
    {
      show_problem (self, stile_error_is_cancelled (error) ? _ ("Cancelled.") : error->message);
      show_state (self);
      return;
    }

  show_report (self, report);
  if (self->against != NULL)
    stile_result_view_show_changes (self->result, self->against, report);
  g_clear_object (&self->against);
  keep (self, report);
  show_state (self);
  notify (self, report);
}

static void
begin (StileDiagnosePage *self, const char *address, const char *proxy)
{
  g_autoptr (GError) error = NULL;
  StileDiagnosis *job = stile_diagnose_kit_make_job (self->kit, address, proxy, &error);

  if (job == NULL)
    {
      show_problem (self, error->message);
      return;
    }

  show_problem (self, NULL);
  self->job = job;
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (job, "notify::progress", G_CALLBACK (progress_cb), self, G_CONNECT_DEFAULT);
  gtk_progress_bar_set_fraction (self->progress, 0);
  stile_result_view_show_job (self->result, job);
  show_state (self);
  stile_diagnosis_run_async (job, self->cancellable, diagnosed, g_object_ref (self));
}

static void
stop_job (StileDiagnosePage *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
start_clicked (StileDiagnosePage *self)
{
  if (self->job == NULL)
    {
      g_clear_object (&self->against);
      begin (self, gtk_editable_get_text (self->address), NULL);
    }
}

static void
address_changed (StileDiagnosePage *self)
{
  gtk_widget_set_sensitive (self->start, *gtk_editable_get_text (self->address) != '\0');
}

/* --- actions --- */

static void
cancel_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stop_job (STILE_DIAGNOSE_PAGE (widget));
}

static void
again_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);

  if (self->job != NULL || self->report == NULL)
    return;

  g_set_object (&self->against, self->report);
  begin (self, stile_report_get_url (self->report), NULL);
}

static void
without_proxy_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);

  g_set_object (&self->against, self->report);
  begin (self, stile_report_get_url (self->report), "none");
}

static void
compare_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);
  StileReport *earlier = stile_diagnose_kit_find_earlier (self->kit, self->report);

  if (earlier != NULL)
    stile_result_view_show_changes (self->result, earlier, self->report);
}

static void
copy_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);
  g_autofree char *text =
      stile_diagnose_file_summarize (self->report, stile_result_view_wants_private (self->result));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (widget, "win.show-toast", "s", _ ("Copied"));
}

static void
saved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = stile_diagnose_file_save_finish (GTK_WIDGET (object), result, &error);

  if (done)
    gtk_widget_activate_action (GTK_WIDGET (object), "win.show-toast", "s", _ ("Report saved"));
  else if (!stile_error_is_cancelled (error))
    gtk_widget_activate_action (GTK_WIDGET (object), "win.show-toast", "s", error->message);
}

static void
save_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);

  stile_diagnose_file_save_async (widget, self->report, stile_result_view_wants_private (self->result), NULL,
                                  saved, NULL);
}

static void
intended_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);
  g_autoptr (GError) error = NULL;
  gboolean kept = stile_diagnose_kit_mark_intended (self->kit, self->authority_id, self->report, &error);

  if (!kept)
    {
      show_problem (self, error->message);
      return;
    }

  gtk_widget_activate_action (widget, "win.show-undo", "(ss)", _ ("Next time this is no warning"),
                              self->authority_id);
  g_clear_pointer (&self->authority_id, g_free);
  show_state (self);
}

static void
not_intended_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);
  g_autoptr (GError) error = NULL;

  if (!stile_diagnose_kit_unmark (self->kit, g_variant_get_string (parameter, NULL), &error))
    show_problem (self, error->message);
  g_free (self->authority_id);
  self->authority_id = g_variant_dup_string (parameter, NULL);
  show_state (self);
}

/* Back to the empty page, with the entry and what was before. */
static void
back_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);

  g_clear_object (&self->report);
  g_clear_pointer (&self->authority_id, g_free);
  show_state (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

/* --- history --- */

static void
history_open (StileDiagnosePage *self, StileReport *report)
{
  gtk_editable_set_text (self->address, stile_report_get_url (report));
  show_report (self, report);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->content)), 0);
}

static void
history_remove (StileDiagnosePage *self, StileReport *report)
{
  g_autoptr (GError) error = NULL;

  if (!stile_diagnose_kit_forget (self->kit, report, &error))
    show_problem (self, error->message);
  show_state (self);
}

static void
history_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDiagnosePage) self = user_data;

  if (stile_diagnosis_history_load_finish (STILE_DIAGNOSIS_HISTORY (object), result, NULL) &&
      self->content != NULL)
    show_state (self);
}

/* --- the object --- */

static void
stile_diagnose_page_dispose (GObject *object)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (object);

  stop_job (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->job);
  g_clear_object (&self->report);
  g_clear_object (&self->against);
  g_clear_pointer (&self->authority_id, g_free);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_pointer (&self->kit, stile_diagnose_kit_free);

  G_OBJECT_CLASS (stile_diagnose_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, content);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, address);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, start);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, stop);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, problem);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, progress);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, result_actions);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, intended);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, result);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, empty);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, history_group);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, history_list);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, address_changed);
  gtk_widget_class_bind_template_callback (widget_class, history_open);
  gtk_widget_class_bind_template_callback (widget_class, history_remove);
}

static void
stile_diagnose_page_class_init (StileDiagnosePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_diagnose_page_dispose;
  g_type_ensure (STILE_TYPE_HISTORY_LIST);
  g_type_ensure (STILE_TYPE_RESULT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-diagnose-page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "diagnose.cancel", NULL, cancel_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.again", NULL, again_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.without-proxy", NULL, without_proxy_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.compare", NULL, compare_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.copy", NULL, copy_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.save", NULL, save_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.intended", NULL, intended_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.not-intended", "s", not_intended_activated);
  gtk_widget_class_install_action (widget_class, "diagnose.back", NULL, back_activated);
}

/* Whoever comes to an empty page is going to type. */
static void
mapped_cb (StileDiagnosePage *self)
{
  if (self->report == NULL && self->job == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

static void
stile_diagnose_page_init (StileDiagnosePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (mapped_cb), NULL);
  address_changed (self);
}

/**
 * stile_diagnose_page_set_up:
 *
 * Says what diagnoses are made with, from now on; what runs goes on.
 */
void
stile_diagnose_page_set_up (StileDiagnosePage *self, const StileDiagnoseSetup *setup)
{
  g_clear_pointer (&self->kit, stile_diagnose_kit_free);
  self->kit = stile_diagnose_kit_new (setup);
  if (setup->address != NULL && *gtk_editable_get_text (self->address) == '\0')
    gtk_editable_set_text (self->address, setup->address);
  stile_history_list_set_history (self->history_list, stile_diagnose_kit_get_history (self->kit));
  stile_diagnosis_history_load_async (stile_diagnose_kit_get_history (self->kit), NULL, history_loaded,
                                      g_object_ref (self));
  show_state (self);
}

/**
 * stile_diagnose_page_run:
 * @address: as people type it
 *
 * As if somebody had typed it and pressed the button.
 */
void
stile_diagnose_page_run (StileDiagnosePage *self, const char *address)
{
  gtk_editable_set_text (self->address, address);
  start_clicked (self);
}

/**
 * stile_diagnose_page_get_report:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
StileReport *
stile_diagnose_page_get_report (StileDiagnosePage *self)
{
  return self->report;
}
