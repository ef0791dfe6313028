/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-check-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"

/**
 * StileCheckList:
 *
 * What a judge looked at: the check that refused on top, in full sight, and behind one row all others in their order.
 * Without checks it is not there.
 */
struct _StileCheckList
{
  GtkWidget parent_instance;

  GtkWidget *list;
  StileChecks *checks;
  guint shown; /* how many of them */
};

G_DEFINE_FINAL_TYPE (StileCheckList, stile_check_list, GTK_TYPE_WIDGET)

static void
stile_check_list_dispose (GObject *object)
{
  StileCheckList *self = STILE_CHECK_LIST (object);

  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_object (&self->checks);

  G_OBJECT_CLASS (stile_check_list_parent_class)->dispose (object);
}

static void
stile_check_list_class_init (StileCheckListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_check_list_dispose;

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
stile_check_list_init (StileCheckList *self)
{
  /* Once and for all: GTK 4.8 does not always forget how a widget was measured that had no child yet. */
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  stile_speech_set_name (GTK_WIDGET (self->list), _ ("What was checked"));
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* How a result looks and is called; never by colour alone. */
typedef struct
{
  const char *icon;
  const char *css_class;
  const char *word;
} Look;

static const Look looks[] = {
  [STILE_CHECK_PASSED] = { "stile-state-passed-symbolic", "success", N_ ("Passed") },
  [STILE_CHECK_NOTED] = { "stile-state-noted-symbolic", "accent", N_ ("To be known") },
  [STILE_CHECK_SKIPPED] = { "stile-state-not-run-symbolic", "dim-label", N_ ("Not made") },
  [STILE_CHECK_REFUSED] = { "stile-state-refused-symbolic", "error", N_ ("Refused") },
};

static GtkWidget *
make_mark (const Look *look)
{
  GtkWidget *icon = stile_speech_make_mark (look->icon);

  gtk_widget_add_css_class (icon, look->css_class);
  return icon;
}

static GtkWidget *
make_row (StileChecks *checks, guint index)
{
  const Look *look = &looks[stile_checks_get_result (checks, index)];
  GtkWidget *row = adw_action_row_new ();
  const char *sentence = stile_checks_get_sentence (checks, index);
  /* TRANSLATORS: how a check ended, and its number in the documentation, such as "Passed · P8" */
  g_autofree char *below =
      g_strdup_printf (_ ("%s · %s"), _ (look->word), stile_checks_get_id (checks, index));
  g_autofree char *spoken = g_strdup_printf ("%s: %s", below, sentence);
  g_autofree char *title = g_markup_escape_text (sentence, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), make_mark (look));
  stile_speech_set_name (GTK_WIDGET (row), spoken);

  return row;
}

static guint
count (StileChecks *checks, StileCheckResult result)
{
  guint found = 0;

  for (guint i = 0; i < stile_checks_get_n (checks); i++)
    if (stile_checks_get_result (checks, i) == result)
      found++;

  return found;
}

/* "14 checks passed, 1 to be known, 2 not made" */
static char *
summarize (StileChecks *checks)
{
  guint passed = count (checks, STILE_CHECK_PASSED);
  guint noted = count (checks, STILE_CHECK_NOTED);
  guint skipped = count (checks, STILE_CHECK_SKIPPED);
  g_autofree char *good =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u check passed", "%u checks passed", passed), passed);
  g_autofree char *known =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u to be known", "%u to be known", noted), noted);
  g_autofree char *open =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u not made", "%u not made", skipped), skipped);

  if (noted > 0 && skipped > 0)
    /* TRANSLATORS: how many checks passed, are to be known, and were not made */
    return g_strdup_printf (_ ("%s, %s, %s"), good, known, open);
  if (noted == 0 && skipped == 0)
    return g_steal_pointer (&good);

  return g_strdup_printf (_ ("%s, %s"), good, noted > 0 ? known : open);
}

static GtkWidget *
make_others (StileChecks *checks, gboolean refused)
{
  GtkWidget *others = adw_expander_row_new ();
  g_autofree char *summary = summarize (checks);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (others),
                                 refused ? _ ("What was looked at before") : _ ("What was checked"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (others), summary);
  for (guint i = 0; i < stile_checks_get_n (checks); i++)
    if (stile_checks_get_result (checks, i) != STILE_CHECK_REFUSED)
      adw_expander_row_add_row (ADW_EXPANDER_ROW (others), make_row (checks, i));
  stile_speech_complete (others);

  return others;
}

static void
fill (StileCheckList *self)
{
  guint refused = count (self->checks, STILE_CHECK_REFUSED);

  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  for (guint i = 0; i < self->shown; i++)
    if (stile_checks_get_result (self->checks, i) == STILE_CHECK_REFUSED)
      gtk_list_box_append (GTK_LIST_BOX (self->list), make_row (self->checks, i));
  if (self->shown > refused)
    gtk_list_box_append (GTK_LIST_BOX (self->list), make_others (self->checks, refused > 0));
}

/**
 * stile_check_list_show:
 * @checks: (nullable): what to show, as far as it has come; what a person has opened stays open while it is the same
 */
void
stile_check_list_show (StileCheckList *self, StileChecks *checks)
{
  guint number = checks != NULL ? stile_checks_get_n (checks) : 0;

  if (self->checks == checks && self->shown == number)
    return;

  g_set_object (&self->checks, checks);
  self->shown = number;
  gtk_widget_set_visible (GTK_WIDGET (self), number > 0);
  if (number > 0)
    fill (self);
}
