/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-redaction.h"

#include <gio/gio.h>
#include <string.h>

#include "atls/stile-observation.h"
#include "codec/stile-json.h"

/* What names nobody outside (RFC 6762, RFC 6761, RFC 8375, and what people use), and addresses that lead nowhere there
 * (RFC 1918, RFC 6598, RFC 3927, RFC 4193).  Loopback says nothing of anybody. */
#define INTERNAL_NAME                                                                                        \
  "(?:[a-z0-9_-]+\\.)+(?:local|internal|intranet|lan|corp|home|private|localdomain|home\\.arpa)(?![a-z0-9-]" \
  ")"
#define INTERNAL_IPV4                                                                                        \
  "(?:10(?:\\.\\d{1,3}){3}|192\\.168(?:\\.\\d{1,3}){2}|172\\.(?:1[6-9]|2\\d|3[01])(?:\\.\\d{1,3}){2}"        \
  "|169\\.254(?:\\.\\d{1,3}){2}|100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])(?:\\.\\d{1,3}){2})(?![\\d.])"
/* User and password in a URL, which our own reports never have. */
#define CREDENTIALS "(?<=://)[^/@\\s\"]+(?=@)"
#define INTERNAL_IPV6 "(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?::[0-9a-f]{0,4}){2,7}"

/* A user's name that is also a word of the language is left: it would take the sense out of sentences. */
#define MIN_USER_NAME 4

/**
 * Redaction:
 *
 * Each private word gets a stand-in, the same wherever it stands, so that the report stays readable.
 */
typedef struct
{
  GRegex *regex;
  GHashTable *stand_ins; /* word → what stands in for it */
  GPtrArray *words;      /* of char, in the order in which they were met: word, stand-in, … */
  guint names;
  guint addresses;
} Redaction;

static void
add_word (GString *pattern, const char *word)
{
  g_autofree char *escaped = NULL;

  if (word == NULL || strlen (word) < MIN_USER_NAME || g_ascii_strcasecmp (word, "root") == 0 ||
      g_ascii_strcasecmp (word, "localhost") == 0 || g_ascii_strcasecmp (word, "Unknown") == 0)
    return;

  escaped = g_regex_escape_string (word, -1);
  g_string_append_printf (pattern, "|(?<![\\w-])%s(?![\\w-])", escaped);
}

/* Hosts with no dot in their names, where a host is meant for certain. */
static void
add_single_label (GString *pattern, const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host != NULL && strchr (host, '.') == NULL && strchr (host, ':') == NULL)
    add_word (pattern, host);
}

static void
start (Redaction *self, GVariant *document)
{
  g_autoptr (GString) pattern =
      g_string_new (CREDENTIALS "|" INTERNAL_NAME "|\\b" INTERNAL_IPV4 "|\\b" INTERNAL_IPV6);
  g_autoptr (GVariant) network = stile_json_get_member (document, "network");
  g_autoptr (GVariant) target = stile_json_get_member (document, "target");

  add_word (pattern, g_get_user_name ());
  add_word (pattern, g_get_real_name ());
  add_word (pattern, g_get_host_name ());
  add_single_label (pattern, stile_json_get_string (network, "proxy"));
  add_single_label (pattern, stile_json_get_string (target, "url"));
  self->regex = g_regex_new (pattern->str, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
  self->stand_ins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->words = g_ptr_array_new_with_free_func (g_free);
}

static void
finish (Redaction *self)
{
  g_regex_unref (self->regex);
  g_hash_table_unref (self->stand_ins);
}

static const char *
find_stand_in (Redaction *self, const char *word)
{
  g_autofree char *lower = g_ascii_strdown (word, -1);
  const char *known = g_hash_table_lookup (self->stand_ins, lower);
  gboolean address = g_hostname_is_ip_address (word);
  char *made;

  if (known != NULL)
    return known;

  made = address ? g_strdup_printf ("address-%u", ++self->addresses)
                 : g_strdup_printf ("name-%u.example", ++self->names);
  g_hash_table_insert (self->stand_ins, g_steal_pointer (&lower), made);
  g_ptr_array_add (self->words, g_strdup (word));
  g_ptr_array_add (self->words, g_strdup (made));
  return made;
}

static gboolean
replace_cb (const GMatchInfo *match, GString *text, gpointer user_data)
{
  g_autofree char *word = g_match_info_fetch (match, 0);

  g_string_append (text, find_stand_in (user_data, word));
  return FALSE;
}

static char *
redact_text (Redaction *self, const char *text)
{
  char *redacted = g_regex_replace_eval (self->regex, text, -1, 0, 0, replace_cb, self, NULL);

  return redacted != NULL ? redacted : g_strdup ("…");
}

static GVariant *redact (Redaction *self, GVariant *value);

/* A certificate cannot be changed in a word: one that names somebody is left out. */
static GVariant *
gather_object (GPtrArray *members, gboolean with_pem)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < members->len; i++)
    {
      const char *name;

      g_variant_get_child (g_ptr_array_index (members, i), 0, "&s", &name);
      if (with_pem || !g_str_equal (name, "pem"))
        g_variant_builder_add_value (&builder, g_ptr_array_index (members, i));
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
redact_object (Redaction *self, GVariant *object)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  GVariantIter iter;
  const char *name;
  GVariant *member;
  gboolean changed = FALSE;

  g_variant_iter_init (&iter, object);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &member))
    {
      g_autoptr (GVariant) kept = member;
      g_autoptr (GVariant) redacted = g_variant_ref_sink (redact (self, kept));

      changed = changed ||
                (g_variant_is_of_type (kept, G_VARIANT_TYPE_STRING) && !g_variant_equal (kept, redacted));
      g_ptr_array_add (members, g_variant_ref_sink (g_variant_new ("{sv}", name, redacted)));
    }

  return gather_object (members, !changed);
}

/* A header field, whose value is nobody else's: reports come from other programs, too. */
static gboolean
is_secret_pair (GVariant *list)
{
  const char *name = NULL, *value = NULL;
  g_autoptr (GVariant) first = NULL, second = NULL;

  if (g_variant_n_children (list) != 2)
    return FALSE;

  g_variant_get_child (list, 0, "v", &first);
  g_variant_get_child (list, 1, "v", &second);
  if (g_variant_is_of_type (first, G_VARIANT_TYPE_STRING) &&
      g_variant_is_of_type (second, G_VARIANT_TYPE_STRING))
    {
      name = g_variant_get_string (first, NULL);
      value = g_variant_get_string (second, NULL);
    }
  return name != NULL && *value != '\0' && stile_observation_is_secret (name);
}

static GVariant *
redact_list (Redaction *self, GVariant *list)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  gboolean secret = is_secret_pair (list);

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) item = g_variant_get_variant (boxed);

      g_variant_builder_add (&builder, "v",
                             secret && i == 1 ? g_variant_new_string ("…") : redact (self, item));
    }

  return g_variant_builder_end (&builder);
}

/* (transfer floating), or @value itself: whoever takes it takes a reference of his own */
static GVariant *
redact (Redaction *self, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_new_take_string (redact_text (self, g_variant_get_string (value, NULL)));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return redact_object (self, value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("av")))
    return redact_list (self, value);

  return value;
}

static GVariant *
write_what_is_left_out (void)
{
  static const char *const left_out[] = { "cookies", "proxy_credentials", "addresses", "names" };
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (gsize i = 0; i < G_N_ELEMENTS (left_out); i++)
    g_variant_builder_add (&builder, "{sv}", left_out[i], g_variant_new_boolean (TRUE));

  return g_variant_builder_end (&builder);
}

/* The members keep their order: the desktop knows a report by its first one. */
static GVariant *
say_so (GVariant *document)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, document);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (!g_str_equal (name, "redaction"))
      g_variant_builder_add (&builder, "{sv}", name, value);
  g_variant_builder_add (&builder, "{sv}", "redaction", write_what_is_left_out ());

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * stile_redaction_apply:
 * @document: a report's
 *
 * Returns: (transfer full): the same without user names, names and addresses that are this network's own, and certificates that
 *   have them
 */
GVariant *
stile_redaction_apply (GVariant *document)
{
  Redaction self = { 0 };
  g_autoptr (GVariant) redacted = NULL;

  start (&self, document);
  redacted = g_variant_ref_sink (redact (&self, document));
  finish (&self);
  g_ptr_array_unref (self.words);

  return say_so (redacted);
}

/**
 * stile_redaction_list:
 *
 * Returns: (transfer full) (element-type utf8): each word that stile_redaction_apply() takes out, followed by its stand-in
 */
GPtrArray *
stile_redaction_list (GVariant *document)
{
  Redaction self = { 0 };
  g_autoptr (GVariant) redacted = NULL;

  start (&self, document);
  redacted = g_variant_ref_sink (redact (&self, document));
  finish (&self);

  return self.words;
}
