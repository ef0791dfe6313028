/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-verdict-path.h"

#include <string.h>

#include "diagnosis/stile-verdict-sighting.h"

/* The path class of a whole diagnosis (DIAGNOSIS.md, verdicts, 0 to 4).  Order matters: what does not answer intercepts
 * nothing, and what a wrong clock says of a certificate is worth nothing.  The reasons that it gives besides those of the
 * connections (stile-verdict-sighting.c):
 *
 * no_name, no_proxy, no_connection, silent, no_tls   how far one comes
 * proxy_status                                       the proxy's answer to CONNECT
 * clock_off                                          the clocks are more than a day apart
 * clock_by_service, clock_by_date                    who told the time: the service, or whoever answers
 * classes_differ                                     one connection is read, another is not */

void
stile_verdict_path_clear (StileVerdictPath *path)
{
  g_clear_pointer (&path->why, g_ptr_array_unref);
  g_clear_object (&path->sighting);
}

/**
 * stile_verdict_path_is_intercepted:
 *
 * Returns: whether somebody reads who is not the service
 */
gboolean
stile_verdict_path_is_intercepted (StilePathKind path)
{
  return path == STILE_PATH_INTERCEPTED_TRUSTED || path == STILE_PATH_INTERCEPTED_UNTRUSTED ||
         path == STILE_PATH_SELECTIVE_INTERCEPTION;
}

/**
 * stile_verdict_path_has_reason:
 *
 * Returns: whether @code is one of the reasons
 */
gboolean
stile_verdict_path_has_reason (const StileVerdictPath *path, const char *code)
{
  return g_ptr_array_find_with_equal_func (path->why, code, g_str_equal, NULL);
}

static void
give (StileVerdictPath *path, const char *code)
{
  if (!stile_verdict_path_has_reason (path, code))
    g_ptr_array_add (path->why, g_strdup (code));
}

static void
decide (StileVerdictPath *path, StilePathKind kind, StileConfidence confidence, const char *code)
{
  path->path = kind;
  path->confidence = confidence;
  give (path, code);
}

/* --- 0: is anybody reached? --- */

static gboolean
judge_reach (StileSignals *signals, StileVerdictPath *path)
{
  static const struct
  {
    StileReach reach;
    const char *code;
  } failures[] = {
    { STILE_REACH_NO_NAME, "no_name" },
    { STILE_REACH_NO_PROXY, "no_proxy" },
    { STILE_REACH_NO_CONNECTION, "no_connection" },
    { STILE_REACH_SILENT, "silent" },
    { STILE_REACH_NO_TLS, "no_tls" },
  };

  /* 502, 503 and 504 say that the proxy would, and cannot (RFC 9110 section 15.6). */
  if (signals->reach == STILE_REACH_PROXY_REFUSED)
    {
      decide (path,
              signals->proxy_status >= 502 && signals->proxy_status <= 504 ? STILE_PATH_UNREACHABLE
                                                                           : STILE_PATH_PROXY_REFUSED,
              STILE_CONFIDENCE_OBSERVED, "proxy_status");
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (failures[i].reach == signals->reach)
      {
        decide (path, STILE_PATH_UNREACHABLE, STILE_CONFIDENCE_OBSERVED, failures[i].code);
        return TRUE;
      }

  return FALSE;
}

/* --- 1: is the clock right? --- */

static gboolean
is_vouched_for (StileSignals *signals)
{
  for (guint i = 0; i < signals->sightings->len; i++)
    {
      StileSighting *sighting = g_ptr_array_index (signals->sightings, i);

      if (stile_sighting_get_system_trust (sighting) == STILE_YES ||
          stile_sighting_get_public_trust (sighting) == STILE_YES)
        return TRUE;
    }

  return FALSE;
}

/* Anybody may write a Date: it is believed only where the certificates do not hold, which a wrong clock would explain. */
static gboolean
judge_clock (StileSignals *signals, StileVerdictPath *path)
{
  gboolean by_service = g_strcmp0 (signals->clock_source, "service") == 0;

  if (signals->clock_source == NULL || (!by_service && is_vouched_for (signals)) ||
      (signals->clock_offset <= STILE_VERDICT_PATH_MAX_CLOCK_OFFSET &&
       signals->clock_offset >= -STILE_VERDICT_PATH_MAX_CLOCK_OFFSET))
    return FALSE;

  decide (path, STILE_PATH_WRONG_CLOCK, by_service ? STILE_CONFIDENCE_STRONG : STILE_CONFIDENCE_LIKELY,
          "clock_off");
  give (path, by_service ? "clock_by_service" : "clock_by_date");
  return TRUE;
}

/* --- 2 to 4: every connection by itself, then all of them together --- */

typedef struct
{
  StileSighting *sighting;
  StilePathKind kind;
  StileConfidence confidence;
  GPtrArray *why;
} Opinion;

static void
opinion_free (gpointer data)
{
  Opinion *self = data;

  g_object_unref (self->sighting);
  g_ptr_array_unref (self->why);
  g_free (self);
}

static GPtrArray *
form_opinions (StileSignals *signals)
{
  GPtrArray *opinions = g_ptr_array_new_with_free_func (opinion_free);

  for (guint i = 0; i < signals->sightings->len; i++)
    {
      Opinion *opinion = g_new0 (Opinion, 1);

      opinion->sighting = g_object_ref (g_ptr_array_index (signals->sightings, i));
      opinion->why = g_ptr_array_new_with_free_func (g_free);
      opinion->kind =
          stile_verdict_sighting_judge (signals, opinion->sighting, &opinion->confidence, opinion->why);
      g_ptr_array_add (opinions, opinion);
    }

  return opinions;
}

/* What tells most goes first: of several that say the same, the surest, and of these the one of which both ends spoke. */
static gboolean
is_better (Opinion *opinion, Opinion *best)
{
  if (best == NULL)
    return TRUE;
  if (opinion->confidence != best->confidence)
    return opinion->confidence > best->confidence;

  return stile_sighting_get_authentication (opinion->sighting) >
         stile_sighting_get_authentication (best->sighting);
}

static Opinion *
find_best (GPtrArray *opinions, StilePathKind kind)
{
  Opinion *best = NULL;

  for (guint i = 0; i < opinions->len; i++)
    {
      Opinion *opinion = g_ptr_array_index (opinions, i);

      if (opinion->kind == kind && is_better (opinion, best))
        best = opinion;
    }

  return best;
}

static void
adopt (StileVerdictPath *path, Opinion *opinion)
{
  path->path = opinion->kind;
  path->confidence = opinion->confidence;
  g_set_object (&path->sighting, opinion->sighting);
  for (guint i = 0; i < opinion->why->len; i++)
    give (path, g_ptr_array_index (opinion->why, i));
}

/* A connection of which the service said nothing and for which a public authority vouches, where another one is read: this
 * one was let pass. */
static gboolean
was_let_pass (Opinion *opinion, gboolean any_intercepted)
{
  return any_intercepted && opinion->kind == STILE_PATH_UNDETERMINED &&
         stile_sighting_get_leaf (opinion->sighting) != NULL &&
         stile_verdict_sighting_classify_trust (opinion->sighting) == STILE_TRUST_PUBLIC;
}

static void
count (StileVerdictPath *path, GPtrArray *opinions, gboolean any_intercepted)
{
  for (guint i = 0; i < opinions->len; i++)
    {
      Opinion *opinion = g_ptr_array_index (opinions, i);

      if (stile_verdict_path_is_intercepted (opinion->kind))
        path->n_intercepted++;
      if (opinion->kind != STILE_PATH_UNDETERMINED || was_let_pass (opinion, any_intercepted))
        path->n_judged++;
    }
}

/* Sure only as far as either half is. */
static void
judge_mixture (StileVerdictPath *path, GPtrArray *opinions, Opinion *intercepted)
{
  StileConfidence passed = STILE_CONFIDENCE_UNKNOWN;

  for (guint i = 0; i < opinions->len; i++)
    {
      Opinion *opinion = g_ptr_array_index (opinions, i);

      if (opinion->kind == intercepted->kind)
        continue;
      if (opinion->kind != STILE_PATH_UNDETERMINED)
        passed = MAX (passed, opinion->confidence);
      else if (was_let_pass (opinion, TRUE))
        passed = MAX (passed, STILE_CONFIDENCE_LIKELY);
    }

  adopt (path, intercepted);
  path->path = STILE_PATH_SELECTIVE_INTERCEPTION;
  path->confidence = MIN (path->confidence, passed);
  give (path, "classes_differ");
}

static gboolean
are_mixed (GPtrArray *opinions, Opinion *intercepted)
{
  for (guint i = 0; i < opinions->len; i++)
    {
      Opinion *opinion = g_ptr_array_index (opinions, i);

      if (opinion->kind != intercepted->kind &&
          (opinion->kind != STILE_PATH_UNDETERMINED || was_let_pass (opinion, TRUE)))
        return TRUE;
    }

  return FALSE;
}

/* Of several ways that nobody reads, the one with most in between is told: a service may be reached past its front, too. */
static void
judge_connections (StileSignals *signals, StileVerdictPath *path)
{
  static const StilePathKind unread[] = { STILE_PATH_UNLISTED_PUBLIC, STILE_PATH_SERVICE_TERMINATOR,
                                          STILE_PATH_CONNECT_ONLY, STILE_PATH_DIRECT,
                                          STILE_PATH_UNDETERMINED };
  g_autoptr (GPtrArray) opinions = form_opinions (signals);
  Opinion *intercepted = find_best (opinions, STILE_PATH_INTERCEPTED_UNTRUSTED);

  if (intercepted == NULL)
    intercepted = find_best (opinions, STILE_PATH_INTERCEPTED_TRUSTED);
  count (path, opinions, intercepted != NULL);
  if (intercepted != NULL && are_mixed (opinions, intercepted))
    judge_mixture (path, opinions, intercepted);
  else if (intercepted != NULL)
    adopt (path, intercepted);
  for (gsize i = 0; intercepted == NULL && path->sighting == NULL && i < G_N_ELEMENTS (unread); i++)
    {
      Opinion *best = find_best (opinions, unread[i]);

      if (best != NULL)
        adopt (path, best);
    }
}

/* A hint beside the rest, and never more: programs with the same library begin alike. */
static void
give_hello (StileSignals *signals, StileVerdictPath *path)
{
  if (path->sighting != NULL && signals->same_hello != STILE_NOT_KNOWN)
    give (path, signals->same_hello == STILE_YES ? "hello_equal" : "hello_differs");
}

/**
 * stile_verdict_path_judge:
 * @path: (out caller-allocates): is cleared with stile_verdict_path_clear()
 */
void
stile_verdict_path_judge (StileSignals *signals, StileVerdictPath *path)
{
  memset (path, 0, sizeof *path);
  path->path = STILE_PATH_UNDETERMINED;
  path->confidence = STILE_CONFIDENCE_UNKNOWN;
  path->why = g_ptr_array_new_with_free_func (g_free);

  if (judge_reach (signals, path))
    return;
  if (judge_clock (signals, path))
    {
      g_set_object (&path->sighting, stile_signals_get_best_sighting (signals));
      return;
    }

  judge_connections (signals, path);
  give_hello (signals, path);
  if (signals->oddity != NULL)
    give (path, "chain_absurd");
}
