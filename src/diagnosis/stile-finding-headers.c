/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-headers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-verdict-words.h"

/* Header fields as they were sent against those that came, both ways (DIAGNOSIS signals 13 to 15).  Names are compared
 * without case, and in no order.  What the service's own front adds is nobody's doing on the way.  A field that came with
 * another value than it was sent with counts as added, and is named as changed in the evidence. */

/* Proxy-Authorization, Proxy-Connection and their like are between a client and its proxy. */
#define PROXY_PREFIX "Proxy-"

/* Of one hop only (RFC 9110 section 7.6.1), of the body's framing, or with a finding of its own. */
static const char *const passed_over[] = {
  "Connection", "Keep-Alive",     "TE",   "Trailer",        "Transfer-Encoding",
  "Upgrade",    "HTTP2-Settings", "Host", "Content-Type",   "User-Agent",
  "Cookie",     "Set-Cookie",     "Date", "Content-Length", "Expect",
};

static gboolean
is_passed_over (StileFindingCase *self, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (passed_over); i++)
    if (g_ascii_strcasecmp (passed_over[i], name) == 0)
      return TRUE;

  if (g_ascii_strncasecmp (name, PROXY_PREFIX, strlen (PROXY_PREFIX)) == 0)
    return TRUE;

  return self->front != NULL && stile_front_adds_field (self->front, name);
}

/* Only a full receipt lists all fields: where one comes beside a body, it is brief. */
static StileObservation *
get_full_view (StileTrial *trial)
{
  StileReceipt *receipt = stile_trial_get_receipt (trial);
  StileObservation *seen = receipt != NULL && stile_receipt_get_response (receipt, NULL) == NULL
                               ? stile_receipt_get_observation (receipt)
                               : NULL;

  return seen != NULL && stile_observation_get_n_headers (seen) > 0 &&
                 stile_observation_get_n_headers (seen) < STILE_OBSERVATION_MAX_HEADERS
             ? seen
             : NULL;
}

/* --- who asks --- */

/**
 * stile_finding_headers_look_at_agent:
 */
void
stile_finding_headers_look_at_agent (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *came = NULL;
  const char *sent = NULL;
  guint count = 0;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      const char *agent = stile_http_message_get_field (stile_trial_get_request (trial), "User-Agent");
      StileObservation *seen = get_full_view (trial);
      const char *arrived = seen != NULL ? stile_finding_case_find_header (seen, "User-Agent") : NULL;

      if (agent == NULL || seen == NULL ||
          (arrived != NULL && stile_finding_case_is_same_value (agent, arrived)))
        continue;
      if (count++ == 0)
        {
          sent = agent;
          came = stile_verdict_words_shorten (arrived != NULL ? arrived : "");
        }
    }
  if (count == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "sent", g_variant_new_string (sent));
  g_variant_builder_add (&evidence, "{sv}", "came", g_variant_new_string (came));
  stile_finding_case_add (
      self, "user-agent-changed", "headers", "request", stile_finding_case_weigh (count, TRUE), count,
      g_strdup_printf (_ ("What this program calls itself is changed on the way: it arrives as “%s”."), came),
      g_variant_builder_end (&evidence));
}

/* --- all others --- */

typedef struct
{
  GPtrArray *added; /* of char */
  GPtrArray *changed;
  GPtrArray *removed;
  guint n_added; /* messages with any of these */
  guint n_removed;
} Fields;

static void
fields_init (Fields *fields)
{
  memset (fields, 0, sizeof *fields);
  fields->added = g_ptr_array_new_with_free_func (g_free);
  fields->changed = g_ptr_array_new_with_free_func (g_free);
  fields->removed = g_ptr_array_new_with_free_func (g_free);
}

static void
fields_clear (Fields *fields)
{
  g_ptr_array_unref (fields->added);
  g_ptr_array_unref (fields->changed);
  g_ptr_array_unref (fields->removed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fields, fields_clear)

static void
add_fields (StileFindingCase *self, const Fields *fields, const char *direction)
{
  gboolean request = strcmp (direction, "request") == 0;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (fields->n_added == 0)
    return;

  for (guint i = 0; i < fields->added->len; i++)
    stile_finding_case_add_name (names, g_ptr_array_index (fields->added, i));
  for (guint i = 0; i < fields->changed->len; i++)
    stile_finding_case_add_name (names, g_ptr_array_index (fields->changed, i));
  joined = stile_finding_case_join (names);
  g_variant_builder_add (&evidence, "{sv}", "names", stile_finding_case_list (fields->added));
  if (fields->changed->len > 0)
    g_variant_builder_add (&evidence, "{sv}", "changed", stile_finding_case_list (fields->changed));
  stile_finding_case_add (
      self, request ? "request-headers-added" : "response-headers-added", "headers", direction,
      stile_finding_case_weigh (fields->n_added, TRUE), fields->n_added,
      g_strdup_printf (request ? _ ("Fields are added to requests on the way, or changed: %s.")
                               : _ ("Fields are added to answers on the way: %s."),
                       joined),
      g_variant_builder_end (&evidence));
}

static void
remove_fields (StileFindingCase *self, const Fields *fields, const char *direction)
{
  gboolean request = strcmp (direction, "request") == 0;
  g_autofree char *joined = stile_finding_case_join (fields->removed);
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (fields->n_removed == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "names", stile_finding_case_list (fields->removed));
  stile_finding_case_add (self, request ? "request-headers-removed" : "response-headers-removed", "headers",
                          direction, stile_finding_case_weigh (fields->n_removed, TRUE), fields->n_removed,
                          g_strdup_printf (request ? _ ("Fields of requests are taken away on the way: %s.")
                                                   : _ ("Fields of answers are taken away on the way: %s."),
                                           joined),
                          g_variant_builder_end (&evidence));
}

static void
compare_request (StileFindingCase *self, Fields *fields, StileHttpMessage *sent, StileObservation *came)
{
  guint n_added = 0, n_removed = 0;

  for (guint i = 0; i < stile_observation_get_n_headers (came); i++)
    {
      const char *value;
      const char *name = stile_observation_get_nth_header (came, i, &value);
      const char *ours = stile_http_message_get_field (sent, name);

      if (is_passed_over (self, name) ||
          (ours != NULL &&
           stile_finding_case_is_same_value (ours, stile_finding_case_find_header (came, name))))
        continue;
      stile_finding_case_add_name (ours != NULL ? fields->changed : fields->added, name);
      n_added++;
    }
  for (guint i = 0; i < stile_http_message_get_n_fields (sent); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (sent, i, &value);

      if (is_passed_over (self, name) || stile_finding_case_find_header (came, name) != NULL)
        continue;
      stile_finding_case_add_name (fields->removed, name);
      n_removed++;
    }
  fields->n_added += n_added > 0 ? 1 : 0;
  fields->n_removed += n_removed > 0 ? 1 : 0;
}

/**
 * stile_finding_headers_look_at_requests:
 */
void
stile_finding_headers_look_at_requests (StileFindingCase *self)
{
  g_auto (Fields) fields;

  fields_init (&fields);
  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      StileObservation *seen = get_full_view (trial);

      if (seen != NULL)
        compare_request (self, &fields, stile_trial_get_request (trial), seen);
    }
  add_fields (self, &fields, "request");
  remove_fields (self, &fields, "request");
}

static gboolean
is_sent (StileObservation *service, const char *name)
{
  for (guint i = 0; i < stile_observation_get_n_sent_headers (service); i++)
    if (g_ascii_strcasecmp (stile_observation_get_nth_sent_header (service, i), name) == 0)
      return TRUE;

  return FALSE;
}

/* Who compresses says so in these, and is found by the body. */
static gboolean
is_of_coding (StileFindingCase *self, const char *name)
{
  return stile_finding_case_has (self, "body-recompressed") &&
         (g_ascii_strcasecmp (name, "Content-Encoding") == 0 || g_ascii_strcasecmp (name, "Vary") == 0);
}

static void
compare_response (StileFindingCase *self, Fields *fields, StileObservation *service, StileHttpMessage *came)
{
  guint n_added = 0, n_removed = 0;

  for (guint i = 0; i < stile_http_message_get_n_fields (came); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (came, i, &value);

      if (is_passed_over (self, name) || is_sent (service, name) || is_of_coding (self, name) ||
          g_ascii_strcasecmp (name, STILE_RECEIPT_HEADER) == 0)
        continue;
      stile_finding_case_add_name (fields->added, name);
      n_added++;
    }
  for (guint i = 0; i < stile_observation_get_n_sent_headers (service); i++)
    {
      const char *name = stile_observation_get_nth_sent_header (service, i);

      if (is_passed_over (self, name) || stile_http_message_get_field (came, name) != NULL)
        continue;
      stile_finding_case_add_name (fields->removed, name);
      n_removed++;
    }
  fields->n_added += n_added > 0 ? 1 : 0;
  fields->n_removed += n_removed > 0 ? 1 : 0;
}

/**
 * stile_finding_headers_look_at_responses:
 */
void
stile_finding_headers_look_at_responses (StileFindingCase *self)
{
  g_auto (Fields) fields;

  fields_init (&fields);
  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      StileReceipt *receipt = stile_trial_get_receipt (trial);
      StileObservation *service = receipt != NULL ? stile_receipt_get_observation (receipt) : NULL;
      StileHttpReply *reply = stile_trial_get_reply (trial);

      if (service != NULL && reply != NULL && stile_observation_get_n_sent_headers (service) > 0)
        compare_response (self, &fields, service, stile_http_reply_get_message (reply));
    }
  add_fields (self, &fields, "response");
  remove_fields (self, &fields, "response");
}
