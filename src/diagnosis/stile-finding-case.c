/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-case.h"

#include <string.h>

#include "atls/stile-error.h"
#include "diagnosis/stile-verdict-words.h"

/* RFC 6585 section 4: the service gives no more signed words for a moment. */
#define STATUS_TOO_MANY_REQUESTS 429

/**
 * stile_finding_case_has:
 *
 * Returns: whether a rule has found @id already
 */
gboolean
stile_finding_case_has (StileFindingCase *self, const char *id)
{
  for (guint i = 0; i < self->findings->len; i++)
    if (strcmp (stile_finding_get_id (g_ptr_array_index (self->findings, i)), id) == 0)
      return TRUE;

  return FALSE;
}

/**
 * stile_finding_case_nobody_reads:
 *
 * Returns: whether TLS ends at the service or at its own front: what its versions, or its connections, are like is nobody
 *   else's doing
 */
gboolean
stile_finding_case_nobody_reads (StileFindingCase *self)
{
  return self->path == STILE_PATH_DIRECT || self->path == STILE_PATH_CONNECT_ONLY ||
         self->path == STILE_PATH_SERVICE_TERMINATOR;
}

/**
 * stile_finding_case_is_of_service:
 *
 * Returns: whether whoever answered did it in the service's name: a proxy's own word about CONNECT is none
 */
gboolean
stile_finding_case_is_of_service (StileTrial *trial)
{
  StileHttpReply *reply = stile_trial_get_reply (trial);

  return reply != NULL && !stile_http_reply_is_from_proxy (reply);
}

/**
 * stile_finding_case_passed:
 *
 * Returns: whether the request reached the service, and the service's word came back
 */
gboolean
stile_finding_case_passed (StileTrial *trial)
{
  return stile_trial_get_receipt (trial) != NULL;
}

/**
 * stile_finding_case_failed:
 *
 * Returns: whether the request was refused, or got no answer.  A gateway that cannot reach the next one says nothing of what
 *   was sent, and who asks too often is not refused for it
 */
gboolean
stile_finding_case_failed (StileTrial *trial)
{
  if (stile_finding_case_passed (trial) || stile_trial_is_gateway_error (trial) ||
      stile_trial_get_status (trial) == STATUS_TOO_MANY_REQUESTS)
    return FALSE;
  if (stile_trial_get_reply (trial) != NULL)
    return stile_finding_case_is_of_service (trial);

  return !stile_error_is_cancelled (stile_trial_get_error (trial));
}

/**
 * stile_finding_case_weigh:
 * @repeated: how often it was seen
 * @told: whether the service's word shows it
 *
 * Returns: how sure that makes it (DIAGNOSIS.md, verdicts, 5)
 */
StileConfidence
stile_finding_case_weigh (guint repeated, gboolean told)
{
  if (repeated < 2)
    return STILE_CONFIDENCE_OBSERVED;

  return told ? STILE_CONFIDENCE_STRONG : STILE_CONFIDENCE_LIKELY;
}

/**
 * stile_finding_case_add:
 * @sentence: (transfer full): for people
 * @evidence: (transfer floating): a{sv}
 *
 * Returns: (transfer none): the finding, which is among @self's now
 */
StileFinding *
stile_finding_case_add (StileFindingCase *self,
                        const char *id,
                        const char *check,
                        const char *direction,
                        StileConfidence confidence,
                        guint repeated,
                        char *sentence,
                        GVariant *evidence)
{
  StileFinding *finding = stile_finding_new (id, check, direction, confidence, repeated, sentence, evidence);

  g_ptr_array_add (self->findings, finding);
  g_free (sentence);
  return finding;
}

/**
 * stile_finding_case_add_name:
 * @names: (element-type utf8): gets @name once, made presentable, as long as there is room
 */
void
stile_finding_case_add_name (GPtrArray *names, const char *name)
{
  g_autofree char *shown = stile_verdict_words_shorten (name);

  for (guint i = 0; i < names->len; i++)
    if (g_ascii_strcasecmp (g_ptr_array_index (names, i), shown) == 0)
      return;
  if (names->len < STILE_FINDING_CASE_MAX_NAMES)
    g_ptr_array_add (names, g_steal_pointer (&shown));
}

/**
 * stile_finding_case_join:
 *
 * Returns: (transfer full): "Via, X-Cache"
 */
char *
stile_finding_case_join (GPtrArray *names)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index (names, i));

  return g_string_free (text, FALSE);
}

/**
 * stile_finding_case_list:
 *
 * Returns: (transfer floating): for evidence
 */
GVariant *
stile_finding_case_list (GPtrArray *names)
{
  return g_variant_new_strv ((const char *const *)names->pdata, (gssize)names->len);
}

/**
 * stile_finding_case_find_header:
 *
 * Returns: (transfer none) (nullable): the first value of the field, whatever the case of its name
 */
const char *
stile_finding_case_find_header (StileObservation *observation, const char *name)
{
  for (guint i = 0; i < stile_observation_get_n_headers (observation); i++)
    {
      const char *value;

      if (g_ascii_strcasecmp (stile_observation_get_nth_header (observation, i, &value), name) == 0)
        return value;
    }

  return NULL;
}

/**
 * stile_finding_case_is_same_value:
 *
 * Returns: whether both are the same but for spaces around them
 */
gboolean
stile_finding_case_is_same_value (const char *sent, const char *came)
{
  g_autofree char *ours = g_strstrip (g_strdup (sent));
  g_autofree char *theirs = g_strstrip (g_strdup (came));

  return strcmp (ours, theirs) == 0;
}
