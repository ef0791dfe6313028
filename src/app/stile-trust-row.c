/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-trust-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"

/* How a state looks and is called; never by colour alone. */
typedef struct
{
  const char *icon;
  const char *css_class;
  const char *word;
} Look;

static const Look looks[] = {
  [STILE_TRUST_HOLDS] = { "stile-state-passed-symbolic", "success", N_ ("trusts them now") },
  [STILE_TRUST_FAILS] = { "stile-state-refused-symbolic", "error", N_ ("does not trust them") },
  [STILE_TRUST_ELSEWHERE] = { "stile-state-not-run-symbolic", "dim-label", N_ ("looks elsewhere") },
};

/**
 * stile_trust_row_new:
 *
 * Returns: (transfer floating): a row that says whether a program trusts the roots
 */
GtkWidget *
stile_trust_row_new (StileTrustResult *result)
{
  const Look *look = &looks[stile_trust_result_get_state (result)];
  const char *sentence = stile_trust_result_get_sentence (result);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = stile_speech_make_mark (look->icon);
  /* TRANSLATORS: a program, and whether it trusts the roots */
  g_autofree char *text =
      g_strdup_printf (_ ("%s: %s"), stile_trust_result_get_program (result), _ (look->word));
  g_autofree char *spoken = g_strdup_printf ("%s. %s", text, sentence);
  g_autofree char *title = g_markup_escape_text (text, -1);
  g_autofree char *below = g_markup_escape_text (sentence, -1);

  gtk_widget_add_css_class (icon, look->css_class);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  stile_speech_set_name (GTK_WIDGET (row), spoken);

  return row;
}
