/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-result-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-diagnosis-check-row.h"
#include "app/stile-difference-list.h"
#include "app/stile-path-view.h"
#include "app/stile-remedy-group.h"
#include "app/stile-speech.h"
#include "app/stile-verdict-card.h"

/**
 * StileResultView:
 *
 * A diagnosis, as it comes and when it is there.  All that is not still coming is shown from the report, so that a new one and
 * an old one look the same.
 */
struct _StileResultView
{
  GtkWidget parent_instance;

  StileDiagnosis *job;     /* NULL: an old report */
  StileReport *report;     /* NULL while it runs */
  GPtrArray *private_rows; /* of GtkWidget, in left_out */

  GtkWidget *content;
  StileVerdictCard *card;
  StileResultActions *actions;
  GtkLabel *age;
  StilePathView *path;
  GtkWidget *changes_group;
  StileDifferenceList *changes;
  GtkWidget *remedies_group;
  StileRemedyGroup *remedies;
  GtkWidget *sides_group;
  StileDifferenceList *sides;
  GtkListBox *checks;
  GtkWidget *report_group;
  GtkSwitch *without_private;
  AdwExpanderRow *left_out;
  AdwExpanderRow *details;
  GtkTextView *json;
};

G_DEFINE_FINAL_TYPE (StileResultView, stile_result_view, GTK_TYPE_WIDGET)

static void
stile_result_view_dispose (GObject *object)
{
  StileResultView *self = STILE_RESULT_VIEW (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->report);
  g_clear_pointer (&self->private_rows, g_ptr_array_unref);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_result_view_parent_class)->dispose (object);
}

/* Some hundred kilobytes of text: made when somebody wants to see it. */
static void
details_opened (AdwExpanderRow *row, GParamSpec *spec, StileResultView *self)
{
  g_autofree char *json = NULL;

  if (!adw_expander_row_get_expanded (row) || self->report == NULL)
    return;

  json = stile_report_to_json (self->report);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->json), json, -1);
}

static void
stile_result_view_class_init (StileResultViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_result_view_dispose;
  g_type_ensure (STILE_TYPE_DIFFERENCE_LIST);
  g_type_ensure (STILE_TYPE_PATH_VIEW);
  g_type_ensure (STILE_TYPE_RESULT_ACTIONS);
  g_type_ensure (STILE_TYPE_REMEDY_GROUP);
  g_type_ensure (STILE_TYPE_VERDICT_CARD);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-result-view.ui");
  gtk_widget_class_bind_template_child (widget_class, StileResultView, content);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, card);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, actions);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, age);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, path);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, changes_group);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, changes);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, remedies_group);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, remedies);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, sides_group);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, sides);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, checks);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, report_group);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, without_private);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, left_out);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, details);
  gtk_widget_class_bind_template_child (widget_class, StileResultView, json);
  gtk_widget_class_bind_template_callback (widget_class, details_opened);
}

static void
stile_result_view_init (StileResultView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
  self->private_rows = g_ptr_array_new ();
}

/* --- parts --- */

static GtkWidget *
make_check_row (gpointer item, gpointer user_data)
{
  return stile_diagnosis_check_row_new (item, STILE_RESULT_VIEW (user_data)->report);
}

static void
show_checks (StileResultView *self, GListModel *checks)
{
  gtk_list_box_bind_model (self->checks, checks, make_check_row, self, NULL);
}

static void
show_age (StileResultView *self, StileReport *report)
{
  g_autoptr (GDateTime) created = report != NULL ? stile_report_get_created (report) : NULL;
  g_autoptr (GDateTime) local = created != NULL ? g_date_time_to_local (created) : NULL;
  g_autofree char *date = local != NULL ? g_date_time_format (local, "%c") : NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->age), date != NULL);
  if (date == NULL)
    return;

  text = g_strdup_printf (_ ("%s, looked at on %s"), stile_report_get_url (report), date);
  gtk_label_set_text (self->age, text);
}

static void
show_private (StileResultView *self)
{
  g_autoptr (GPtrArray) words = stile_report_list_private (self->report);

  for (guint i = 0; i < self->private_rows->len; i++)
    adw_expander_row_remove (self->left_out, g_ptr_array_index (self->private_rows, i));
  g_ptr_array_set_size (self->private_rows, 0);
  for (guint i = 0; i + 1 < words->len; i += 2)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *title = g_markup_escape_text (g_ptr_array_index (words, i), -1);
      g_autofree char *below =
          g_strdup_printf (_ ("In its place: %s"), (const char *)g_ptr_array_index (words, i + 1));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
      stile_speech_complete (row);
      adw_expander_row_add_row (self->left_out, row);
      g_ptr_array_add (self->private_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->left_out), self->private_rows->len > 0);
}

static void
set_ready (StileResultView *self, gboolean ready)
{
  gtk_widget_set_visible (GTK_WIDGET (self->actions), ready);
  gtk_widget_set_visible (self->remedies_group, ready);
  gtk_widget_set_visible (self->sides_group, ready);
  gtk_widget_set_visible (self->report_group, ready);
  gtk_widget_set_visible (self->changes_group, FALSE);
}

/* --- a job --- */

static void
follow_job (StileDiagnosis *job, GParamSpec *spec, StileResultView *self)
{
  StileVerdict *verdict = stile_diagnosis_get_verdict (job);
  StilePath *path = stile_diagnosis_get_path (job);

  if (self->report != NULL)
    return;
  if (path != NULL)
    stile_path_view_show (self->path, path);
  if (verdict != NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->card), TRUE);
      stile_verdict_card_show_verdict (self->card, verdict);
    }
}

static void
leave_job (StileResultView *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

/**
 * stile_result_view_show_job:
 *
 * Follows a diagnosis while it runs; its report is shown by stile_result_view_show_report().
 */
void
stile_result_view_show_job (StileResultView *self, StileDiagnosis *job)
{
  leave_job (self);
  g_clear_object (&self->report);
  self->job = g_object_ref (job);
  g_signal_connect (job, "notify::path", G_CALLBACK (follow_job), self);
  g_signal_connect (job, "notify::verdict", G_CALLBACK (follow_job), self);
  gtk_widget_set_visible (GTK_WIDGET (self->card), FALSE);
  show_age (self, NULL);
  stile_result_actions_show (self->actions, NULL);
  set_ready (self, FALSE);
  show_checks (self, stile_diagnosis_get_checks (job));
  follow_job (job, NULL, self);
}

/**
 * stile_result_view_show_report:
 *
 * A report, of now or of before.
 */
void
stile_result_view_show_report (StileResultView *self, StileReport *report)
{
  g_autoptr (StilePath) path = stile_report_get_path (report);
  g_autoptr (GListModel) checks = stile_report_get_checks (report);

  leave_job (self);
  g_set_object (&self->report, report);
  gtk_widget_set_visible (GTK_WIDGET (self->card), TRUE);
  stile_verdict_card_show_report (self->card, report);
  show_age (self, report);
  stile_result_actions_show (self->actions, report);
  stile_path_view_show (self->path, path);
  stile_remedy_group_show (self->remedies, report);
  stile_difference_list_show_sides (self->sides, report);
  show_checks (self, checks);
  set_ready (self, TRUE);
  show_private (self);
  adw_expander_row_set_expanded (self->details, FALSE);
}

/**
 * stile_result_view_show_changes:
 *
 * What changed from @one to @other, above all else of the report that is shown.
 */
void
stile_result_view_show_changes (StileResultView *self, StileReport *one, StileReport *other)
{
  stile_difference_list_show_changes (self->changes, one, other);
  gtk_widget_set_visible (self->changes_group, TRUE);
}

/**
 * stile_result_view_get_actions:
 *
 * Returns: (transfer none): what one can do with what is shown
 */
StileResultActions *
stile_result_view_get_actions (StileResultView *self)
{
  return self->actions;
}

/**
 * stile_result_view_take_focus:
 *
 * Brings the focus to the verdict, which is read out then.
 */
void
stile_result_view_take_focus (StileResultView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->card));
}
