/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-difference.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-json.h"

static void
difference_free (gpointer data)
{
  StileReportDifference *self = data;

  g_free (self->what);
  g_free (self->label);
  g_free (self->before);
  g_free (self->after);
  g_free (self);
}

static void
add (GPtrArray *list, const char *what, const char *label, const char *before, const char *after)
{
  StileReportDifference *difference;

  if (g_strcmp0 (before, after) == 0)
    return;

  difference = g_new0 (StileReportDifference, 1);
  difference->what = g_strdup (what);
  difference->label = g_strdup (label);
  difference->before = g_strdup (before);
  difference->after = g_strdup (after);
  g_ptr_array_add (list, difference);
}

/* --- what is compared --- */

static void
compare_member (GPtrArray *list,
                GVariant *one,
                GVariant *other,
                const char *object,
                const char *member,
                const char *label)
{
  g_autoptr (GVariant) first = stile_json_get_member (one, object);
  g_autoptr (GVariant) second = stile_json_get_member (other, object);

  add (list, member, label, stile_json_get_string (first, member), stile_json_get_string (second, member));
}

/* The item of @document's list that has this id. */
static GVariant *
find (GVariant *document, const char *member, const char *key, const char *id)
{
  for (guint i = 0; i < stile_report_count (document, member); i++)
    {
      g_autoptr (GVariant) item = stile_report_get_item (document, member, i);

      if (g_strcmp0 (stile_json_get_string (item, key), id) == 0)
        return g_steal_pointer (&item);
    }

  return NULL;
}

static void
compare_findings (GPtrArray *list, GVariant *one, GVariant *other, gboolean gone)
{
  GVariant *from = gone ? one : other, *against = gone ? other : one;

  for (guint i = 0; i < stile_report_count (from, "findings"); i++)
    {
      g_autoptr (GVariant) finding = stile_report_get_item (from, "findings", i);
      const char *id = stile_json_get_string (finding, "id");
      g_autoptr (GVariant) same = find (against, "findings", "id", id);

      if (same == NULL)
        add (list, "finding", gone ? _ ("No longer found") : _ ("Found now"), gone ? id : NULL,
             gone ? NULL : id);
    }
}

static void
compare_checks (GPtrArray *list, GVariant *one, GVariant *other)
{
  for (guint i = 0; i < stile_report_count (one, "checks"); i++)
    {
      g_autoptr (GVariant) check = stile_report_get_item (one, "checks", i);
      g_autoptr (GVariant) same = find (other, "checks", "id", stile_json_get_string (check, "id"));

      if (same != NULL)
        add (list, "check", stile_json_get_string (check, "title"), stile_json_get_string (check, "state"),
             stile_json_get_string (same, "state"));
    }
}

/* Hashes of the channel and of random bodies differ each time. */
static gboolean
is_of_one_run (const char *name)
{
  static const char *const names[] = { "binding", "request-body", "response-body", NULL };

  return name == NULL || g_strv_contains (names, name);
}

/* What this computer saw of the connection. */
static void
compare_rows (GPtrArray *list, GVariant *one, GVariant *other)
{
  for (guint i = 0; i < stile_report_count (one, "differences"); i++)
    {
      g_autoptr (GVariant) row = stile_report_get_item (one, "differences", i);
      const char *name = stile_json_get_string (row, "name");
      g_autoptr (GVariant) same = find (other, "differences", "name", name);

      if (same != NULL && !is_of_one_run (name))
        add (list, name, stile_json_get_string (row, "label"), stile_json_get_string (row, "client"),
             stile_json_get_string (same, "client"));
    }
}

static gboolean
is_later (StileReport *one, StileReport *other)
{
  g_autoptr (GDateTime) first = stile_report_get_created (one);
  g_autoptr (GDateTime) second = stile_report_get_created (other);

  return g_date_time_compare (first, second) > 0;
}

/**
 * stile_report_difference_list:
 *
 * The earlier one comes first, in whatever order they are given.
 *
 * Returns: (transfer full) (element-type StileReportDifference): what changed from the one to the other
 */
GPtrArray *
stile_report_difference_list (StileReport *one, StileReport *other)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (difference_free);
  gboolean swapped = is_later (one, other);
  GVariant *before = stile_report_get_document (swapped ? other : one);
  GVariant *after = stile_report_get_document (swapped ? one : other);

  compare_member (list, before, after, "target", "url", _ ("The reports are about different addresses"));
  compare_member (list, before, after, "verdict", "path", _ ("Verdict"));
  compare_member (list, before, after, "verdict", "confidence", _ ("Confidence"));
  compare_member (list, before, after, "authority", "name", _ ("Who signs"));
  compare_member (list, before, after, "authority", "standing", _ ("Who vouches for that"));
  compare_member (list, before, after, "network", "proxy", _ ("Proxy"));
  compare_findings (list, before, after, TRUE);
  compare_findings (list, before, after, FALSE);
  compare_rows (list, before, after);
  compare_checks (list, before, after);

  return list;
}

/**
 * stile_report_difference_to_text:
 *
 * Returns: (transfer full): the same for a terminal
 */
char *
stile_report_difference_to_text (StileReport *one, StileReport *other)
{
  g_autoptr (GPtrArray) list = stile_report_difference_list (one, other);
  gboolean swapped = is_later (one, other);
  GVariant *before = stile_report_get_document (swapped ? other : one);
  GVariant *after = stile_report_get_document (swapped ? one : other);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _ ("From %s to %s:\n"), stile_json_get_string (before, "created"),
                          stile_json_get_string (after, "created"));
  if (list->len == 0)
    g_string_append_printf (text, "  %s\n", _ ("Nothing has changed."));
  for (guint i = 0; i < list->len; i++)
    {
      StileReportDifference *difference = g_ptr_array_index (list, i);

      g_string_append_printf (text, "  %s: %s → %s\n", difference->label,
                              difference->before != NULL ? difference->before : "–",
                              difference->after != NULL ? difference->after : "–");
    }

  return g_string_free (text, FALSE);
}

/**
 * stile_report_difference_to_variant:
 *
 * Returns: (transfer floating): the same for JSON
 */
GVariant *
stile_report_difference_to_variant (StileReport *one, StileReport *other)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder items = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GPtrArray) list = stile_report_difference_list (one, other);

  for (guint i = 0; i < list->len; i++)
    {
      StileReportDifference *difference = g_ptr_array_index (list, i);

      g_variant_builder_open (&items, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&items, "{sv}", "what", g_variant_new_string (difference->what));
      g_variant_builder_add (&items, "{sv}", "label", g_variant_new_string (difference->label));
      if (difference->before != NULL)
        g_variant_builder_add (&items, "{sv}", "before", g_variant_new_string (difference->before));
      if (difference->after != NULL)
        g_variant_builder_add (&items, "{sv}", "after", g_variant_new_string (difference->after));
      g_variant_builder_close (&items);
    }
  g_variant_builder_add (&builder, "{sv}", "changes", g_variant_builder_end (&items));

  return g_variant_builder_end (&builder);
}
