/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-evidence.h"

#include "codec/stile-json.h"

/* Of one list in evidence: names of header fields, as a rule.  A report may come from anybody. */
#define MAX_ITEMS 32

static void append_value (GString *text, GVariant *value);

static void
append_list (GString *text, GVariant *list)
{
  for (gsize i = 0; i < MIN (g_variant_n_children (list), MAX_ITEMS); i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (list, i);

      if (i > 0)
        g_string_append (text, ", ");
      append_value (text, item);
    }
}

/* Lists of a document that was read hold boxes, those of one that was made do not. */
static void
append_value (GString *text, GVariant *value)
{
  g_autoptr (GVariant) inside =
      g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT) ? g_variant_get_variant (value) : NULL;
  GVariant *shown = inside != NULL ? inside : value;
  g_autofree char *printed = NULL;

  if (g_variant_is_of_type (shown, G_VARIANT_TYPE_STRING))
    g_string_append (text, g_variant_get_string (shown, NULL));
  else if (g_variant_is_of_type (shown, G_VARIANT_TYPE_STRING_ARRAY) ||
           g_variant_is_of_type (shown, G_VARIANT_TYPE ("av")))
    append_list (text, shown);
  else
    {
      printed = g_variant_print (shown, FALSE);
      g_string_append (text, printed);
    }
}

static void
append_finding (GString *text, GVariant *finding)
{
  g_autoptr (GVariant) evidence = stile_json_get_member (finding, "evidence");
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_string_append_printf (text, "%s%s\n", text->len > 0 ? "\n" : "",
                          stile_json_get_string (finding, "sentence"));
  if (evidence == NULL || !g_variant_is_of_type (evidence, G_VARIANT_TYPE_VARDICT))
    return;

  g_variant_iter_init (&iter, evidence);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) owned = value;

      g_string_append_printf (text, "%s: ", name);
      append_value (text, owned);
      g_string_append_c (text, '\n');
    }
}

/**
 * stile_report_evidence_describe:
 * @check: the id of a check
 *
 * Returns: (transfer full) (nullable): what was found by it, and what that rests on, under the names of docs/report.md; %NULL
 *   when nothing was found
 */
char *
stile_report_evidence_describe (StileReport *report, const char *check)
{
  GVariant *document = stile_report_get_document (report);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < stile_report_count (document, "findings"); i++)
    {
      g_autoptr (GVariant) finding = stile_report_get_item (document, "findings", i);

      if (g_strcmp0 (stile_json_get_string (finding, "check"), check) == 0 &&
          stile_json_get_string (finding, "sentence") != NULL)
        append_finding (text, finding);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
