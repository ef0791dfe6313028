/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-path-variant.h"

#include <string.h>

#include "codec/stile-json.h"

/* Words as they stand in reports; each list is in the order of its enum. */
static const char *const kinds[] = { "computer", "proxy", "middlebox", "front", "service" };
static const char *const trusts[] = { "open", "good", "bad" };
static const char *const certainties[] = { "unknown", "likely", "proven" };
static const char *const sessions[] = { "none", "planned", "established", "failed" };

static guint
find_word (const char *const *words, gsize count, const char *word)
{
  for (guint i = 0; i < count; i++)
    if (g_strcmp0 (words[i], word) == 0)
      return i;

  return 0;
}

/* --- writing --- */

static void
add_text (GVariantBuilder *builder, const char *member, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", member, g_variant_new_string (text));
}

static GVariant *
write_details (GPtrArray *details)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i + 1 < details->len; i += 2)
    {
      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      add_text (&builder, "label", g_ptr_array_index (details, i));
      add_text (&builder, "value", g_ptr_array_index (details, i + 1));
      g_variant_builder_close (&builder);
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
write_hop (const StileHop *hop)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&builder, "kind", kinds[hop->kind]);
  add_text (&builder, "name", hop->name);
  add_text (&builder, "what", hop->what);
  add_text (&builder, "trust", trusts[hop->trust]);
  add_text (&builder, "trust_word", hop->trust_word);
  add_text (&builder, "certainty", certainties[hop->certainty]);
  g_variant_builder_add (&builder, "{sv}", "details", write_details (hop->details));
  add_text (&builder, "spoken", hop->spoken);

  return g_variant_builder_end (&builder);
}

static GVariant *
write_list (GPtrArray *list)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < list->len; i++)
    g_variant_builder_add (&builder, "s", g_ptr_array_index (list, i));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_leg (const StileLeg *leg)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "layers", write_list (leg->layers));
  add_text (&builder, "certainty", certainties[leg->certainty]);
  g_variant_builder_add (&builder, "{sv}", "changed", write_list (leg->changed));

  return g_variant_builder_end (&builder);
}

/**
 * stile_path_variant_write:
 *
 * Returns: (transfer floating): for a report
 */
GVariant *
stile_path_variant_write (StilePath *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder hops = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  GVariantBuilder legs = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < stile_path_get_n_hops (self); i++)
    g_variant_builder_add_value (&hops, write_hop (stile_path_get_hop (self, i)));
  for (guint i = 0; i + 1 < stile_path_get_n_hops (self); i++)
    g_variant_builder_add_value (&legs, write_leg (stile_path_get_leg (self, i)));
  g_variant_builder_add (&builder, "{sv}", "hops", g_variant_builder_end (&hops));
  g_variant_builder_add (&builder, "{sv}", "legs", g_variant_builder_end (&legs));
  add_text (&builder, "session", sessions[stile_path_get_session (self)]);
  add_text (&builder, "spoken", stile_path_get_spoken (self));

  return g_variant_builder_end (&builder);
}

/* --- reading: a report may come from anybody --- */

static gsize
count_items (GVariant *list)
{
  return list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE_ARRAY) ? g_variant_n_children (list) : 0;
}

/* Lists of a document that was read hold boxes, those of one that was made do not. */
static GVariant *
get_item (GVariant *list, gsize index)
{
  g_autoptr (GVariant) item = g_variant_get_child_value (list, index);

  return g_variant_is_of_type (item, G_VARIANT_TYPE_VARIANT) ? g_variant_get_variant (item)
                                                             : g_steal_pointer (&item);
}

static void
read_details (StileHop *hop, GVariant *list)
{
  for (gsize i = 0; i < MIN (count_items (list), 32); i++)
    {
      g_autoptr (GVariant) detail = get_item (list, i);
      const char *label = stile_json_get_string (detail, "label");

      if (label != NULL)
        stile_path_add_detail (hop, label, stile_json_get_string (detail, "value"));
    }
}

static void
read_hop (StilePath *self, GVariant *variant)
{
  const char *name = stile_json_get_string (variant, "name"), *what = stile_json_get_string (variant, "what");
  StileHop *hop = stile_path_add_hop (
      self, find_word (kinds, G_N_ELEMENTS (kinds), stile_json_get_string (variant, "kind")),
      name != NULL ? name : "", what != NULL ? what : "");
  g_autoptr (GVariant) details = stile_json_get_member (variant, "details");

  if (hop == NULL)
    return;
  stile_path_set_trust (hop,
                        find_word (trusts, G_N_ELEMENTS (trusts), stile_json_get_string (variant, "trust")),
                        stile_json_get_string (variant, "trust_word"));
  hop->certainty =
      find_word (certainties, G_N_ELEMENTS (certainties), stile_json_get_string (variant, "certainty"));
  hop->spoken = g_strdup (stile_json_get_string (variant, "spoken"));
  read_details (hop, details);
}

static void
read_leg (StilePath *self, guint leg, GVariant *variant)
{
  g_autoptr (GVariant) layers = stile_json_get_member (variant, "layers");
  g_autoptr (GVariant) changed = stile_json_get_member (variant, "changed");

  stile_path_set_certainty (
      self, leg,
      find_word (certainties, G_N_ELEMENTS (certainties), stile_json_get_string (variant, "certainty")));
  for (gsize i = 0; i < MIN (count_items (layers), STILE_PATH_MAX_LAYERS); i++)
    {
      g_autoptr (GVariant) word = get_item (layers, i);

      if (g_variant_is_of_type (word, G_VARIANT_TYPE_STRING))
        stile_path_add_layer (self, leg, g_variant_get_string (word, NULL));
    }
  for (gsize i = 0; i < MIN (count_items (changed), STILE_PATH_MAX_CHANGES); i++)
    {
      g_autoptr (GVariant) word = get_item (changed, i);

      if (g_variant_is_of_type (word, G_VARIANT_TYPE_STRING))
        stile_path_add_change (self, leg, g_variant_get_string (word, NULL));
    }
}

/**
 * stile_path_variant_read:
 * @variant: (nullable): of a report, from anybody
 *
 * Returns: (transfer full): what is understood of it
 */
StilePath *
stile_path_variant_read (GVariant *variant)
{
  StilePath *self = stile_path_new ();
  g_autoptr (GVariant) hops = stile_json_get_member (variant, "hops");
  g_autoptr (GVariant) legs = stile_json_get_member (variant, "legs");

  for (gsize i = 0; i < MIN (count_items (hops), STILE_PATH_MAX_HOPS); i++)
    {
      g_autoptr (GVariant) hop = get_item (hops, i);

      read_hop (self, hop);
    }
  for (guint i = 0; i + 1 < stile_path_get_n_hops (self) && i < count_items (legs); i++)
    {
      g_autoptr (GVariant) leg = get_item (legs, i);

      read_leg (self, i, leg);
    }
  stile_path_set_session (
      self, find_word (sessions, G_N_ELEMENTS (sessions), stile_json_get_string (variant, "session")));
  stile_path_set_spoken (self, stile_json_get_string (variant, "spoken"));

  return self;
}
