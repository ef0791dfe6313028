/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-vendor-entry.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "diagnosis/stile-verdict-words.h"

/* PCRE2: a pattern that goes in circles is given up. */
#define EFFORT "(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=500)"

/* One rule: all patterns that are there must match. */
typedef struct
{
  GRegex *patterns[STILE_VENDOR_NAME_N_PARTS]; /* or NULL */
} Rule;

struct _StileVendorEntry
{
  StileVendorGuess *guess; /* without what matched */
  GPtrArray *rules;        /* of Rule */
  GPtrArray *headers;      /* of char: a field's name, or a name, a space and a part of its value */
};

static void
rule_free (gpointer data)
{
  Rule *rule = data;

  for (gsize i = 0; i < STILE_VENDOR_NAME_N_PARTS; i++)
    g_clear_pointer (&rule->patterns[i], g_regex_unref);
  g_free (rule);
}

void
stile_vendor_entry_free (gpointer entry)
{
  StileVendorEntry *self = entry;

  stile_vendors_guess_free (self->guess);
  g_ptr_array_unref (self->rules);
  g_ptr_array_unref (self->headers);
  g_free (self);
}

/* --- reading --- */

static GRegex *
compile (const char *pattern, GError **error)
{
  g_autofree char *bounded = g_strconcat (EFFORT, pattern, NULL);

  if (strlen (pattern) > STILE_VENDOR_ENTRY_MAX_PATTERN)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE, "the pattern has %zu byte, the limit is %d",
                                "the pattern has %zu bytes, the limit is %d", strlen (pattern)),
                   strlen (pattern), STILE_VENDOR_ENTRY_MAX_PATTERN);
      return NULL;
    }

  return g_regex_new (bounded, G_REGEX_DEFAULT, 0, error);
}

static gboolean
read_pattern (Rule *rule, const char *field, GVariant *value, GError **error)
{
  gsize index;

  if (!stile_vendor_name_find_part (field, &index))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is none of CN, O, OU and E"), field);
      return FALSE;
    }
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no text"), field);
      return FALSE;
    }

  rule->patterns[index] = compile (g_variant_get_string (value, NULL), error);
  if (rule->patterns[index] != NULL)
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, "%s: ", field);
  return FALSE;
}

static Rule *
read_rule (GVariant *object, GError **error)
{
  Rule *rule = g_new0 (Rule, 1);
  GVariantIter iter;
  const char *field;
  GVariant *value;
  guint count = 0;

  if (g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    {
      g_variant_iter_init (&iter, object);
      while (g_variant_iter_loop (&iter, "{&sv}", &field, &value))
        {
          count++;
          if (!read_pattern (rule, field, value, error))
            {
              g_variant_unref (value);
              rule_free (rule);
              return NULL;
            }
        }
    }
  if (count > 0)
    return rule;

  rule_free (rule);
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("it names no field, so everything would match"));
  return NULL;
}

/* Returns: (transfer full): a list, empty when there is none; %NULL when it is something else, or too long. */
static GVariant *
get_list (GVariant *value, const char *member, gsize limit, GError **error)
{
  GVariant *list = stile_json_get_member (value, member);

  if (list == NULL)
    return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARIANT, NULL, 0));
  if (g_variant_is_of_type (list, G_VARIANT_TYPE ("av")) && g_variant_n_children (list) <= limit)
    return list;

  g_variant_unref (list);
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no list of at most %zu"), member, limit);
  return NULL;
}

static gboolean
read_rules (StileVendorEntry *self, GVariant *value, GError **error)
{
  g_autoptr (GVariant) list = get_list (value, "match", STILE_VENDOR_ENTRY_MAX_RULES, error);

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) object = NULL;
      Rule *rule;

      g_variant_get_child (list, i, "v", &object);
      rule = read_rule (object, error);
      if (rule == NULL)
        {
          g_prefix_error (error, _ ("rule %zu: "), i + 1);
          return FALSE;
        }
      g_ptr_array_add (self->rules, rule);
    }

  return list != NULL;
}

static gboolean
read_texts (GVariant *value, const char *member, GPtrArray *texts, GError **error)
{
  g_autoptr (GVariant) list = get_list (value, member, STILE_VENDOR_ENTRY_MAX_HEADERS, error);

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) text = NULL;

      g_variant_get_child (list, i, "v", &text);
      if (!g_variant_is_of_type (text, G_VARIANT_TYPE_STRING) || *g_variant_get_string (text, NULL) == '\0')
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” holds what is no text"), member);
          return FALSE;
        }
      g_ptr_array_add (texts, g_variant_dup_string (text, NULL));
    }

  return list != NULL;
}

static gboolean
read_source (StileVendorEntry *self, GVariant *value, GError **error)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_free);

  if (!read_texts (value, "source", sources, error))
    return FALSE;

  g_ptr_array_add (sources, NULL);
  self->guess->source = g_strjoinv ("; ", (char **)sources->pdata);
  return TRUE;
}

static char *
dup_member (GVariant *value, const char *member)
{
  const char *text = stile_json_get_string (value, member);

  return g_strdup (text != NULL ? text : "");
}

static StileVendorEntry *
read_named (GVariant *value, const char *name, GError **error)
{
  g_autoptr (StileVendorEntry) self = g_new0 (StileVendorEntry, 1);

  self->guess = g_new0 (StileVendorGuess, 1);
  self->guess->name = stile_verdict_words_shorten (name);
  self->guess->category = dup_member (value, "category");
  self->guess->evidence = dup_member (value, "evidence");
  self->guess->hint = g_strdup (stile_json_get_string (value, "ca_location_hint"));
  self->guess->compromised = stile_json_get_boolean (value, "compromised", FALSE);
  self->rules = g_ptr_array_new_with_free_func (rule_free);
  self->headers = g_ptr_array_new_with_free_func (g_free);
  if (!read_rules (self, value, error) || !read_texts (value, "headers", self->headers, error) ||
      !read_source (self, value, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * stile_vendor_entry_read:
 * @value: an entry of the list
 *
 * Returns: (transfer full): the entry; an error names it and what is wrong in it
 */
StileVendorEntry *
stile_vendor_entry_read (GVariant *value, GError **error)
{
  const char *name =
      g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT) ? stile_json_get_string (value, "name") : NULL;
  StileVendorEntry *self;

  if (name == NULL || *name == '\0')
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("it has no “name”"));
      return NULL;
    }

  self = read_named (value, name, error);
  if (self == NULL)
    g_prefix_error (error, "“%s”: ", name);
  return self;
}

/* --- matching --- */

/* Returns: (nullable): the value that matches. */
static const char *
find_match (GRegex *pattern, GPtrArray *values)
{
  for (guint i = 0; i < values->len; i++)
    if (g_regex_match (pattern, g_ptr_array_index (values, i), 0, NULL))
      return g_ptr_array_index (values, i);

  return NULL;
}

/* Returns: (transfer full) (nullable): "issuer O=Zscaler Inc., CN=…", when all of the rule matches. */
static char *
match_rule (const Rule *rule, const StileVendorName *name)
{
  g_autoptr (GString) matched = g_string_new (NULL);

  for (gsize i = 0; i < STILE_VENDOR_NAME_N_PARTS; i++)
    {
      const char *value = rule->patterns[i] != NULL ? find_match (rule->patterns[i], name->values[i]) : NULL;
      g_autofree char *shown = value != NULL ? stile_verdict_words_shorten (value) : NULL;

      if (rule->patterns[i] == NULL)
        continue;
      if (value == NULL)
        return NULL;
      g_string_append_printf (matched, "%s%s=%s", matched->len > 0 ? ", " : "issuer ",
                              stile_vendor_name_get_part (i), shown);
    }

  return g_string_free (g_steal_pointer (&matched), FALSE);
}

static StileVendorGuess *
make_guess (StileVendorEntry *self, char *matched)
{
  StileVendorGuess *guess = stile_vendors_guess_copy (self->guess);

  guess->matched = matched;
  return guess;
}

/**
 * stile_vendor_entry_match_names:
 * @names: (element-type StileVendorName): of stile_vendor_name_collect()
 *
 * Returns: (transfer full) (nullable): a guess when one rule matches one name
 */
StileVendorGuess *
stile_vendor_entry_match_names (StileVendorEntry *self, GPtrArray *names)
{
  for (guint i = 0; i < self->rules->len; i++)
    for (guint j = 0; j < names->len; j++)
      {
        char *matched = match_rule (g_ptr_array_index (self->rules, i), g_ptr_array_index (names, j));

        if (matched != NULL)
          return make_guess (self, matched);
      }

  return NULL;
}

/* "x-cache", or "via (squid/" for a field Via that holds "(squid/". */
static gboolean
matches_header (const char *wanted, const char *name, const char *value)
{
  gsize length = strcspn (wanted, " ");
  g_autofree char *lower = NULL;
  g_autofree char *part = NULL;

  if (strlen (name) != length || g_ascii_strncasecmp (wanted, name, length) != 0)
    return FALSE;
  if (wanted[length] == '\0')
    return TRUE;

  lower = g_ascii_strdown (value, -1);
  part = g_ascii_strdown (wanted + length + 1, -1);
  return strstr (lower, part) != NULL;
}

/**
 * stile_vendor_entry_match_headers:
 *
 * Returns: (transfer full) (nullable): a guess when the message has a field that this vendor's boxes add
 */
StileVendorGuess *
stile_vendor_entry_match_headers (StileVendorEntry *self, StileObservation *observation)
{
  for (guint i = 0; i < self->headers->len; i++)
    for (guint j = 0; j < stile_observation_get_n_headers (observation); j++)
      {
        const char *wanted = g_ptr_array_index (self->headers, i);
        const char *value;
        const char *name = stile_observation_get_nth_header (observation, j, &value);

        if (matches_header (wanted, name, value))
          return make_guess (self, g_strdup_printf ("header %s", wanted));
      }

  return NULL;
}
