/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnosis-check-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"
#include "diagnosis/stile-report-evidence.h"

/**
 * StileDiagnosisCheckRow:
 *
 * One question of a diagnosis, as it stands: it follows its check.
 */
struct _StileDiagnosisCheckRow
{
  AdwActionRow parent_instance;

  StileCheck *check;
  GtkWidget *icon;
  GtkWidget *spinner;
  GtkWidget *word;
};

G_DEFINE_FINAL_TYPE (StileDiagnosisCheckRow, stile_diagnosis_check_row, ADW_TYPE_ACTION_ROW)

/* How a state looks; its word stands beside it. */
static const struct
{
  const char *icon;
  const char *css_class;
} looks[] = {
  [STILE_CHECK_STATE_WAITING] = { "stile-state-waiting-symbolic", "dim-label" },
  [STILE_CHECK_STATE_RUNNING] = { "stile-state-waiting-symbolic", "dim-label" },
  [STILE_CHECK_STATE_PASSED] = { "stile-state-passed-symbolic", "success" },
  [STILE_CHECK_STATE_NOTED] = { "stile-state-noted-symbolic", "accent" },
  [STILE_CHECK_STATE_CHANGED] = { "stile-state-changed-symbolic", "warning" },
  [STILE_CHECK_STATE_BLOCKED] = { "stile-state-blocked-symbolic", "error" },
  [STILE_CHECK_STATE_NOT_RUN] = { "stile-state-not-run-symbolic", "dim-label" },
};

static void
stile_diagnosis_check_row_dispose (GObject *object)
{
  g_clear_object (&STILE_DIAGNOSIS_CHECK_ROW (object)->check);

  G_OBJECT_CLASS (stile_diagnosis_check_row_parent_class)->dispose (object);
}

static void
stile_diagnosis_check_row_class_init (StileDiagnosisCheckRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_diagnosis_check_row_dispose;
}

static void
stile_diagnosis_check_row_init (StileDiagnosisCheckRow *self)
{
  self->icon = stile_speech_make_mark (NULL);
  self->spinner = g_object_new (GTK_TYPE_SPINNER, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->word = gtk_label_new (NULL);
  gtk_widget_set_valign (self->word, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->word, "caption");
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), self->icon);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), self->spinner);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->word);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 0);
}

static void
show (StileDiagnosisCheckRow *self)
{
  StileCheckState state = stile_check_get_state (self->check);
  const char *sentence = stile_check_get_sentence (self->check);
  g_autofree char *below = g_markup_escape_text (sentence != NULL ? sentence : "", -1);
  g_autofree char *spoken =
      g_strdup_printf ("%s: %s. %s", stile_check_get_title (self->check), stile_check_state_get_word (state),
                       sentence != NULL ? sentence : "");

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      gtk_widget_remove_css_class (self->icon, looks[i].css_class);
      gtk_widget_remove_css_class (self->word, looks[i].css_class);
    }
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), looks[state].icon);
  gtk_widget_add_css_class (self->icon, looks[state].css_class);
  gtk_widget_add_css_class (self->word, looks[state].css_class);
  gtk_widget_set_visible (self->icon, state != STILE_CHECK_STATE_RUNNING);
  gtk_widget_set_visible (self->spinner, state == STILE_CHECK_STATE_RUNNING);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), state == STILE_CHECK_STATE_RUNNING);
  gtk_label_set_text (GTK_LABEL (self->word), stile_check_state_get_word (state));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), below);
  stile_speech_set_name (GTK_WIDGET (self), spoken);
}

/* What a finding rests on, for those who want to see it. */
static void
add_evidence (StileDiagnosisCheckRow *self, StileReport *report)
{
  g_autofree char *text = stile_report_evidence_describe (report, stile_check_get_id (self->check));
  g_autofree char *name = NULL;
  GtkWidget *button, *popover, *label;

  if (text == NULL)
    return;

  name = g_strdup_printf (_ ("Evidence: %s"), stile_check_get_title (self->check));
  button = gtk_menu_button_new ();
  popover = gtk_popover_new ();
  label = gtk_label_new (g_strchomp (text));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_popover_set_child (GTK_POPOVER (popover), label);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Evidence"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  stile_speech_set_name (GTK_WIDGET (button), name);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
}

/**
 * stile_diagnosis_check_row_new:
 * @check: is followed
 * @report: (nullable): that it is of; %NULL while there is none
 */
GtkWidget *
stile_diagnosis_check_row_new (StileCheck *check, StileReport *report)
{
  StileDiagnosisCheckRow *self = g_object_new (STILE_TYPE_DIAGNOSIS_CHECK_ROW, NULL);
  g_autofree char *title = g_markup_escape_text (stile_check_get_title (check), -1);

  self->check = g_object_ref (check);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  g_signal_connect_object (check, "notify::state", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  if (report != NULL)
    add_evidence (self, report);

  return GTK_WIDGET (self);
}
