/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-answers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-verdict-words.h"

/* What whoever answers lets through and what not: media types, methods, and gateways that fail now and then. */

/* Of a page that came instead of the service's answer: its title is in its first lines. */
#define MAX_PAGE 4096

/* Media types or methods that are looked at: the probes send half a dozen. */
#define MAX_KINDS 16

/* --- 502, 503, 504 --- */

/**
 * stile_finding_answers_look_for_gateways:
 *
 * DIAGNOSIS signal 25.
 */
void
stile_finding_answers_look_for_gateways (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint errors = 0, answers = 0, status = 0;
  gboolean told = FALSE;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);

      if (!stile_finding_case_is_of_service (trial))
        continue;
      answers++;
      told = told || stile_finding_case_passed (trial);
      if (stile_trial_is_gateway_error (trial))
        {
          errors++;
          status = status == 0 ? stile_trial_get_status (trial) : status;
        }
    }
  if (errors == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "errors", g_variant_new_uint32 (errors));
  g_variant_builder_add (&evidence, "{sv}", "answers", g_variant_new_uint32 (answers));
  g_variant_builder_add (&evidence, "{sv}", "status", g_variant_new_uint32 (status));
  stile_finding_case_add (
      self, "gateway-errors", "receipt", "response", stile_finding_case_weigh (errors, told), errors,
      g_strdup_printf (
          ngettext ("%u of %u requests was answered by a gateway that could not reach the next one "
                    "(status %u); the same again often passes.",
                    "%u of %u requests were answered by a gateway that could not reach the next one "
                    "(status %u); the same again often passes.",
                    errors),
          errors, answers, status),
      g_variant_builder_end (&evidence));
}

/* --- what a page says that came instead --- */

/* Returns: (nullable) (transfer full): what stands between <title> and </title>. */
static char *
read_title (StileTrial *trial)
{
  StileHttpReply *reply = stile_trial_get_reply (trial);
  gsize length = 0;
  const char *bytes =
      reply != NULL
          ? g_bytes_get_data (stile_http_message_get_content (stile_http_reply_get_message (reply)), &length)
          : NULL;
  g_autofree char *page = bytes != NULL ? g_strndup (bytes, MIN (length, MAX_PAGE)) : g_strdup ("");
  g_autofree char *lower = g_ascii_strdown (page, -1);
  char *begin = strstr (lower, "<title>");
  char *end = begin != NULL ? strstr (begin, "</title>") : NULL;
  g_autofree char *title = NULL;

  if (end == NULL)
    return NULL;

  begin += strlen ("<title>");
  title = g_strstrip (g_strndup (page + (begin - lower), (gsize)(end - begin)));
  return *title != '\0' ? stile_verdict_words_shorten (title) : NULL;
}

static void
add_answer (GVariantBuilder *evidence, StileTrial *trial)
{
  g_autofree char *title = read_title (trial);

  g_variant_builder_add (evidence, "{sv}", "status", g_variant_new_uint32 (stile_trial_get_status (trial)));
  if (title != NULL)
    g_variant_builder_add (evidence, "{sv}", "page_title", g_variant_new_string (title));
}

/* --- tallies, by media type or by method --- */

typedef struct
{
  const char *name; /* not owned */
  guint passed;
  guint failed;
  guint refused;       /* of those that failed: somebody answered */
  StileTrial *failure; /* the first, not owned */
} Tally;

static Tally *
find_tally (GArray *tallies, const char *name)
{
  Tally new = { .name = name };

  for (guint i = 0; i < tallies->len; i++)
    if (g_ascii_strcasecmp (g_array_index (tallies, Tally, i).name, name) == 0)
      return &g_array_index (tallies, Tally, i);
  if (tallies->len >= MAX_KINDS)
    return NULL;

  g_array_append_val (tallies, new);
  return &g_array_index (tallies, Tally, tallies->len - 1);
}

static void
tally (GArray *tallies, const char *name, StileTrial *trial)
{
  Tally *entry = name != NULL ? find_tally (tallies, name) : NULL;

  if (entry == NULL)
    return;
  if (stile_finding_case_passed (trial))
    entry->passed++;
  else if (stile_finding_case_failed (trial))
    {
      entry->failed++;
      entry->refused += stile_trial_get_reply (trial) != NULL ? 1 : 0;
      entry->failure = entry->failure == NULL ? trial : entry->failure;
    }
}

/* One silence is a broken connection; two are a habit. */
static gboolean
is_blocked (const Tally *entry)
{
  return entry->passed == 0 && (entry->refused > 0 || entry->failed > 1);
}

/* What passes beside what is blocked, or NULL. */
static const Tally *
find_control (GArray *tallies)
{
  for (guint i = 0; i < tallies->len; i++)
    if (g_array_index (tallies, Tally, i).passed > 0)
      return &g_array_index (tallies, Tally, i);

  return NULL;
}

/* Returns: (nullable): the blocked one that was seen most, with the names of all; @repeated is the least of any. */
static const Tally *
collect_blocked (GArray *tallies, GPtrArray *names, guint *repeated)
{
  const Tally *first = NULL;

  *repeated = G_MAXUINT;
  for (guint i = 0; i < tallies->len; i++)
    {
      const Tally *entry = &g_array_index (tallies, Tally, i);

      if (!is_blocked (entry))
        continue;
      stile_finding_case_add_name (names, entry->name);
      *repeated = MIN (*repeated, entry->failed);
      first = first == NULL ? entry : first;
    }

  return first;
}

/* --- media types --- */

/* Of requests alike but for the type: POST, and of the control's length. */
static GArray *
tally_types (StileFindingCase *self, gsize length)
{
  GArray *tallies = g_array_new (FALSE, FALSE, sizeof (Tally));

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);

      if (strcmp (stile_http_message_get_method (stile_trial_get_request (trial)), "POST") == 0 &&
          stile_trial_get_request_length (trial) == length)
        tally (tallies, stile_trial_get_request_type (trial), trial);
    }

  return tallies;
}

static gboolean
find_length (StileFindingCase *self, gsize *length)
{
  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);

      *length = stile_trial_get_request_length (trial);
      if (strcmp (stile_trial_get_probe (trial), "media-type") == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * stile_finding_answers_look_for_types:
 *
 * DIAGNOSIS signal 20: a type is blocked when another one passes that is alike in all else.
 */
void
stile_finding_answers_look_for_types (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) tallies = NULL;
  g_autofree char *joined = NULL;
  const Tally *control, *first;
  guint repeated;
  gsize length;

  if (!find_length (self, &length))
    return;
  tallies = tally_types (self, length);
  control = find_control (tallies);
  first = collect_blocked (tallies, names, &repeated);
  if (control == NULL || first == NULL)
    return;

  joined = stile_finding_case_join (names);
  g_variant_builder_add (&evidence, "{sv}", "types", stile_finding_case_list (names));
  g_variant_builder_add (&evidence, "{sv}", "passes", g_variant_new_string (control->name));
  g_variant_builder_add (&evidence, "{sv}", "size", g_variant_new_uint64 (length));
  add_answer (&evidence, first->failure);
  stile_finding_case_add (
      self, "content-type-blocked", "media-type", "request", stile_finding_case_weigh (repeated, TRUE),
      repeated,
      g_strdup_printf (ngettext ("Bodies of the media type %s do not pass, while %s of the same size does.",
                                 "Bodies of the media types %s do not pass, while %s of the same size does.",
                                 names->len),
                       joined, control->name),
      g_variant_builder_end (&evidence));
}

/* --- methods --- */

/**
 * stile_finding_answers_look_for_methods:
 *
 * DIAGNOSIS signal 21: a method is blocked when nothing of it passes, and another one does.
 */
void
stile_finding_answers_look_for_methods (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) tallies = g_array_new (FALSE, FALSE, sizeof (Tally));
  g_autofree char *joined = NULL;
  const Tally *control, *first;
  guint repeated;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);

      tally (tallies, stile_http_message_get_method (stile_trial_get_request (trial)), trial);
    }
  control = find_control (tallies);
  first = collect_blocked (tallies, names, &repeated);
  if (control == NULL || first == NULL)
    return;

  joined = stile_finding_case_join (names);
  g_variant_builder_add (&evidence, "{sv}", "methods", stile_finding_case_list (names));
  g_variant_builder_add (&evidence, "{sv}", "passes", g_variant_new_string (control->name));
  add_answer (&evidence, first->failure);
  stile_finding_case_add (
      self, "method-blocked", "method", "request", stile_finding_case_weigh (repeated, TRUE), repeated,
      g_strdup_printf (ngettext ("Requests with the method %s do not pass, while %s does.",
                                 "Requests with the methods %s do not pass, while %s does.", names->len),
                       joined, control->name),
      g_variant_builder_end (&evidence));
}
