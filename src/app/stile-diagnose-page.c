/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnose-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-diagnose-file.h"
#include "app/stile-diagnose-kit.h"
#include "app/stile-focus.h"
#include "app/stile-help-topic.h"
#include "app/stile-history-list.h"
#include "app/stile-notice.h"
#include "app/stile-result-view.h"
#include "app/stile-speech.h"
#include "app/stile-text.h"
#include "atls/stile-error.h"

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

  GtkWidget *content;
  GtkEditable *address;
  GtkWidget *recent;
  GtkWidget *start;
  GtkWidget *stop;
  GtkLabel *problem;
  GtkProgressBar *progress;
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
  stile_speech_set_description (self->start, text);
  stile_speech_set_description (GTK_WIDGET (self->address), text);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static StileReport *
find_earlier (StileDiagnosePage *self)
{
  StileDiagnosisHistory *history = stile_history_list_get_history (self->history_list);

  return self->report != NULL && history != NULL
             ? stile_diagnosis_history_find_earlier (history, self->report)
             : NULL;
}

static void
show_state (StileDiagnosePage *self)
{
  static const char *const of_report[] = { "diagnose.again",        "diagnose.without-proxy",
                                           "diagnose.compare-file", "diagnose.compare-with",
                                           "diagnose.save",         "diagnose.back" };
  gboolean running = self->job != NULL, there = self->report != NULL && !running;

  gtk_widget_set_visible (self->start, !running);
  gtk_widget_set_visible (self->stop, running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->address), !running);
  gtk_widget_set_sensitive (self->recent, !running);
  gtk_widget_set_visible (self->recent, gtk_widget_get_visible (GTK_WIDGET (self->history_list)));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  gtk_widget_set_visible (GTK_WIDGET (self->result), running || there);
  gtk_widget_set_visible (self->empty, !running && !there);
  gtk_widget_set_visible (self->history_group,
                          !running && gtk_widget_get_visible (GTK_WIDGET (self->history_list)));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.cancel", running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnose.compare", there && find_earlier (self) != NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (of_report); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), of_report[i], there);
}

/* --- the focus --- */

/* What had it may be gone or rest: then it goes where what happened is read out. */
static void
keep_focus (StileDiagnosePage *self)
{
  if (!stile_focus_is_lost (GTK_WIDGET (self)))
    return;

  if (self->job != NULL)
    gtk_widget_grab_focus (self->stop);
  else if (self->report != NULL)
    stile_result_view_take_focus (self->result);
  else
    gtk_widget_grab_focus (self->start);
}

static void
show_report (StileDiagnosePage *self, StileReport *report)
{
  gboolean within = stile_focus_get_within (GTK_WIDGET (self)) != NULL;

  g_set_object (&self->report, report);
  show_problem (self, NULL);
  stile_result_view_show_report (self->result, report);
  show_state (self);
  if (within)
    keep_focus (self);
}

/* --- running --- */

static void
progress_cb (StileDiagnosis *job, GParamSpec *spec, StileDiagnosePage *self)
{
  gtk_progress_bar_set_fraction (self->progress, stile_diagnosis_get_progress (job));
}

/* Returns: whether the page still waits for it */
static gboolean
end_job (StileDiagnosePage *self, StileDiagnosis *job, const GError *error)
{
  gboolean within = stile_focus_get_within (GTK_WIDGET (self)) != NULL;

  if (self->job != job)
    return FALSE;

  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);
  if (error != NULL)
    {
      show_problem (self, stile_error_is_cancelled (error) ? _ ("Cancelled.") : error->message);
      show_state (self);
      if (within)
        keep_focus (self);
    }
  return TRUE;
}

static void
diagnosed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) report = stile_diagnosis_run_finish (STILE_DIAGNOSIS (object), result, &error);
  g_autoptr (StileDiagnosePage) self = user_data;

  if (!end_job (self, STILE_DIAGNOSIS (object), error) || report == NULL)
    return;

  show_report (self, report);
  if (self->against != NULL)
    stile_result_view_show_changes (self->result, self->against, report);
  g_clear_object (&self->against);
  stile_history_list_keep (self->history_list, report);
  stile_notice_send (GTK_WIDGET (self), "diagnosis", _ ("The diagnosis is there"),
                     stile_report_get_sentence (report));
}

static void
prepared (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileDiagnosis *job = STILE_DIAGNOSIS (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDiagnosePage) self = user_data;

  if (!stile_diagnose_kit_prepare_finish (job, result, &error))
    end_job (self, job, error);
  else if (self->job == job)
    stile_diagnosis_run_async (job, self->cancellable, diagnosed, g_object_ref (self));
}

static void
begin (StileDiagnosePage *self, const char *address, const char *proxy)
{
  g_autoptr (GError) error = NULL;
  StileDiagnosis *job = stile_diagnose_kit_make_job (self->kit, address, proxy, &error);
  gboolean within = stile_focus_get_within (GTK_WIDGET (self)) != NULL;

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
  if (within)
    keep_focus (self);
  stile_diagnose_kit_prepare_async (self->kit, job, self->cancellable, prepared, g_object_ref (self));
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
scroll_up (StileDiagnosePage *self)
{
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->content)), 0);
}

static StileReport *
find_kept (StileDiagnosePage *self, GVariant *file)
{
  return stile_diagnosis_history_find_file (stile_history_list_get_history (self->history_list),
                                            g_variant_get_string (file, NULL));
}

/* Something else may be shown, or run, by the time a file was chosen. */
static void
compare_shown (StileDiagnosePage *self, StileReport *other)
{
  if (other == NULL || self->report == NULL || self->job != NULL)
    return;

  stile_result_view_show_changes (self->result, other, self->report);
  scroll_up (self);
}

static void
compare_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  compare_shown (STILE_DIAGNOSE_PAGE (widget), find_earlier (STILE_DIAGNOSE_PAGE (widget)));
}

static void
compare_with_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  compare_shown (STILE_DIAGNOSE_PAGE (widget), find_kept (STILE_DIAGNOSE_PAGE (widget), parameter));
}

static void
other_opened (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) other = stile_diagnose_file_open_finish (GTK_WIDGET (self), result, &error);

  if (other != NULL)
    compare_shown (self, other);
  else if (!stile_error_is_cancelled (error))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", error->message);
}

static void
compare_file_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stile_diagnose_file_open_async (widget, NULL, other_opened, NULL);
}

/* Of the menu, which is not where the result is. */
static void
save_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileResultActions *actions = stile_result_view_get_actions (STILE_DIAGNOSE_PAGE (widget)->result);

  gtk_widget_activate_action (GTK_WIDGET (actions), "result.save", NULL);
}

static void
address_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);

  gtk_editable_set_text (self->address, g_variant_get_string (parameter, NULL));
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

/* Back to the empty page, with the entry and what was before. */
static void
back_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);

  g_clear_object (&self->report);
  show_state (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

/* --- history --- */

static void
open_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);
  StileReport *report = find_kept (self, parameter);

  if (report != NULL)
    stile_diagnose_page_show (self, report);
}

static void
forget_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stile_history_list_forget (STILE_DIAGNOSE_PAGE (widget)->history_list,
                             g_variant_get_string (parameter, NULL));
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
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_pointer (&self->kit, stile_diagnose_kit_free);

  G_OBJECT_CLASS (stile_diagnose_page_parent_class)->dispose (object);
}

/* The window closes: nobody waits for the job any more. */
static void
stile_diagnose_page_unroot (GtkWidget *widget)
{
  StileDiagnosePage *self = STILE_DIAGNOSE_PAGE (widget);

  stop_job (self);
  g_clear_object (&self->job);

  GTK_WIDGET_CLASS (stile_diagnose_page_parent_class)->unroot (widget);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, content);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, address);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, recent);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, start);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, stop);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, problem);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, progress);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, result);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, empty);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, history_group);
  gtk_widget_class_bind_template_child (widget_class, StileDiagnosePage, history_list);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, address_changed);
  gtk_widget_class_bind_template_callback (widget_class, show_state);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *type;
    GtkWidgetActionActivateFunc activated;
  } actions[] = {
    { "diagnose.cancel", NULL, cancel_activated },
    { "diagnose.again", NULL, again_activated },
    { "diagnose.without-proxy", NULL, without_proxy_activated },
    { "diagnose.compare", NULL, compare_activated },
    { "diagnose.compare-file", NULL, compare_file_activated },
    { "diagnose.compare-with", "s", compare_with_activated },
    { "diagnose.save", NULL, save_activated },
    { "diagnose.address", "s", address_activated },
    { "diagnose.back", NULL, back_activated },
    { "diagnose.open", "s", open_activated },
    { "diagnose.forget", "s", forget_activated },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type, actions[i].activated);
}

static void
stile_diagnose_page_class_init (StileDiagnosePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_diagnose_page_dispose;
  widget_class->unroot = stile_diagnose_page_unroot;
  g_type_ensure (STILE_TYPE_HISTORY_LIST);
  g_type_ensure (STILE_TYPE_RESULT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-diagnose-page.ui");
  bind_children (widget_class);
  install_actions (widget_class);
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
  stile_help_topic_set (GTK_WIDGET (self), "diagnose");
  stile_text_let_wrap (GTK_WIDGET (self));
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
  stile_result_actions_set_known (stile_result_view_get_actions (self->result),
                                  stile_diagnose_kit_get_known (self->kit));
  stile_history_list_set_folder (self->history_list, setup->folder);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->recent),
                                  stile_history_list_get_addresses (self->history_list));
  show_state (self);
}

/**
 * stile_diagnose_page_set_reports_kept:
 * @count: how many reports of before there may be
 */
void
stile_diagnose_page_set_reports_kept (StileDiagnosePage *self, guint count)
{
  stile_history_list_set_limit (self->history_list, count);
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
 * stile_diagnose_page_show:
 *
 * Shows a report of before, or of somebody else; not while a diagnosis runs.
 */
void
stile_diagnose_page_show (StileDiagnosePage *self, StileReport *report)
{
  if (self->job != NULL)
    return;

  gtk_editable_set_text (self->address, stile_report_get_url (report));
  show_report (self, report);
  scroll_up (self);
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
