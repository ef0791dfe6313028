/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-json.h"
#include "diagnosis/stile-path-text.h"

static void
append_indented (GString *text, const char *indent, const char *block)
{
  g_auto (GStrv) lines = g_strsplit (block, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' || lines[i + 1] != NULL)
      g_string_append_printf (text, "%s%s\n", indent, lines[i]);
}

static void
append_differences (GString *text, GVariant *document)
{
  guint equal = 0, count = stile_report_count (document, "differences");

  if (count == 0)
    return;

  g_string_append_printf (text, "\n%s\n", _ ("This computer saw | The service saw"));
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GVariant) row = stile_report_get_item (document, "differences", i);
      const char *client = stile_json_get_string (row, "client");
      const char *service = stile_json_get_string (row, "service");

      if (stile_json_get_boolean (row, "equal", FALSE))
        equal++;
      else
        g_string_append_printf (text, "  %s\n    %s\n    %s\n", stile_json_get_string (row, "label"),
                                client != NULL ? client : "–", service != NULL ? service : "–");
    }
  if (equal > 0)
    g_string_append_printf (
        text, g_dngettext (GETTEXT_PACKAGE, "  %u row is the same.\n", "  %u rows are the same.\n", equal),
        equal);
}

static void
append_checks (GString *text, StileReport *report)
{
  g_autoptr (GListModel) checks = stile_report_get_checks (report);

  g_string_append_printf (text, "\n%s\n", _ ("Checks"));
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (StileCheck) check = g_list_model_get_item (checks, i);
      const char *sentence = stile_check_get_sentence (check);

      g_string_append_printf (
          text, "  %-8s %s%s%s\n", stile_check_state_get_word (stile_check_get_state (check)),
          stile_check_get_title (check), sentence != NULL ? ": " : "", sentence != NULL ? sentence : "");
    }
}

static void
append_findings (GString *text, GVariant *document)
{
  guint count = stile_report_count (document, "findings");

  if (count > 0)
    g_string_append_printf (text, "\n%s\n", _ ("What the way changes"));
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GVariant) finding = stile_report_get_item (document, "findings", i);

      g_string_append_printf (text, "  %s (%s)\n", stile_json_get_string (finding, "sentence"),
                              stile_json_get_string (finding, "id"));
    }
}

static void
append_remedies (GString *text, StileReport *report)
{
  g_autoptr (GPtrArray) remedies = stile_report_get_remedies (report);

  if (remedies->len > 0)
    g_string_append_printf (text, "\n%s\n", _ ("What to do"));
  for (guint i = 0; i < remedies->len; i++)
    {
      StileRemedy *remedy = g_ptr_array_index (remedies, i);

      g_string_append_printf (text, "  %u. %s\n", i + 1, stile_remedy_get_title (remedy));
      append_indented (text, "     ", stile_remedy_get_text (remedy));
      if (stile_remedy_get_copy (remedy) != NULL)
        append_indented (text, "       ", stile_remedy_get_copy (remedy));
    }
}

/**
 * stile_report_text_write:
 *
 * Returns: (transfer full): for a terminal: the verdict first, what to do last
 */
char *
stile_report_text_write (StileReport *self)
{
  GString *text = g_string_new (NULL);
  GVariant *document = stile_report_get_document (self);
  g_autoptr (StilePath) path = stile_report_get_path (self);
  g_autofree char *drawing = stile_path_text_write (path);

  g_string_append_printf (text, "%s\n\n%s\n%s (%s) %s\n\n%s", stile_report_get_url (self),
                          stile_report_get_sentence (self), stile_report_get_path_class (self),
                          stile_report_get_confidence (self), stile_report_get_confidence_sentence (self),
                          drawing);
  append_findings (text, document);
  append_differences (text, document);
  append_checks (text, self);
  append_remedies (text, self);

  return g_string_free (text, FALSE);
}
