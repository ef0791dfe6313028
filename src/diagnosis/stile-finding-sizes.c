/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-sizes.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How large bodies may be (DIAGNOSIS signal 22): of one type and one method, the greatest that passes and the least above it
 * that does not. */

typedef struct
{
  const char *id;
  const char *probe; /* whose trials are alike but for the size */
  const char *direction;
  gsize (*measure) (StileTrial *trial);
} Kind;

typedef struct
{
  gsize passes;
  gsize fails;
  guint repeated; /* how often one above what passes has failed */
  guint refused;  /* of these: somebody answered */
  guint status;
} Limit;

static gboolean
is_of_kind (const Kind *kind, StileTrial *trial)
{
  return strcmp (stile_trial_get_probe (trial), kind->probe) == 0;
}

static gboolean
find_greatest (StileFindingCase *self, const Kind *kind, gsize *passes)
{
  gboolean any = FALSE;

  *passes = 0;
  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);

      if (!is_of_kind (kind, trial) || !stile_finding_case_passed (trial))
        continue;
      any = TRUE;
      *passes = MAX (*passes, kind->measure (trial));
    }

  return any;
}

static void
find_least (StileFindingCase *self, const Kind *kind, Limit *limit)
{
  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      gsize size = kind->measure (trial);

      if (!is_of_kind (kind, trial) || !stile_finding_case_failed (trial) || size <= limit->passes)
        continue;
      limit->repeated++;
      limit->refused += stile_trial_get_reply (trial) != NULL ? 1 : 0;
      if (limit->fails == 0 || size < limit->fails)
        {
          limit->fails = size;
          limit->status = stile_trial_get_status (trial);
        }
    }
}

static char *
describe (const Kind *kind, const Limit *limit)
{
  gboolean request = strcmp (kind->direction, "request") == 0;

  if (limit->status == 0)
    return g_strdup_printf (request ? _ ("Requests of %zu bytes pass; of %zu bytes they get no answer.")
                                    : _ ("Answers of %zu bytes pass; of %zu bytes none comes."),
                            limit->passes, limit->fails);

  return g_strdup_printf (
      request ? _ ("Requests of %zu bytes pass; of %zu bytes they are refused (status %u).")
              : _ ("Answers of %zu bytes pass; of %zu bytes something else comes (status %u)."),
      limit->passes, limit->fails, limit->status);
}

static void
look (StileFindingCase *self, const Kind *kind)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  Limit limit = { 0 };

  if (!find_greatest (self, kind, &limit.passes))
    return;
  find_least (self, kind, &limit);
  /* One silence is a broken connection; two are a habit. */
  if (limit.refused == 0 && limit.repeated < 2)
    return;

  g_variant_builder_add (&evidence, "{sv}", "passes", g_variant_new_uint64 (limit.passes));
  g_variant_builder_add (&evidence, "{sv}", "fails", g_variant_new_uint64 (limit.fails));
  g_variant_builder_add (&evidence, "{sv}", "status", g_variant_new_uint32 (limit.status));
  stile_finding_case_add (self, kind->id, kind->probe, kind->direction,
                          stile_finding_case_weigh (limit.repeated, TRUE), limit.repeated,
                          describe (kind, &limit), g_variant_builder_end (&evidence));
}

/**
 * stile_finding_sizes_look_at_requests:
 */
void
stile_finding_sizes_look_at_requests (StileFindingCase *self)
{
  static const Kind kind = { "request-size-limited", "request-size", "request",
                             stile_trial_get_request_length };

  look (self, &kind);
}

/**
 * stile_finding_sizes_look_at_responses:
 *
 * An answer that comes short with the service's word beside it was truncated, and is another finding.
 */
void
stile_finding_sizes_look_at_responses (StileFindingCase *self)
{
  static const Kind kind = { "response-size-limited", "response-size", "response",
                             stile_trial_get_wanted_length };

  look (self, &kind);
}
