/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-timing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What shows in time: requests that arrive twice, connections that do not last, answers that are held back. */

/* DIAGNOSIS: an answer that takes so much longer than connecting did, and than the service needed, is held back. */
#define DELAY_MICROSECONDS G_TIME_SPAN_SECOND

/* --- requests that arrive more than once --- */

/**
 * stile_finding_timing_look_for_repeats:
 *
 * DIAGNOSIS signal 24.  A nonce goes out once; the service counts how often it came, and counts again after a pause.
 */
void
stile_finding_timing_look_for_repeats (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GHashTable) nonces = g_hash_table_new (g_str_hash, g_str_equal);
  guint most = 0, repeated;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileReceipt *receipt = stile_trial_get_receipt (g_ptr_array_index (self->signals->trials, i));
      const char *about = NULL;
      guint count = receipt != NULL ? stile_receipt_get_count (receipt, &about) : 0;

      if (count < 2)
        continue;
      most = MAX (most, count);
      g_hash_table_add (nonces, (gpointer)(about != NULL ? about : stile_receipt_get_nonce (receipt)));
    }
  repeated = g_hash_table_size (nonces);
  if (repeated == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "requests", g_variant_new_uint32 (repeated));
  g_variant_builder_add (&evidence, "{sv}", "times", g_variant_new_uint32 (most));
  stile_finding_case_add (
      self, "request-duplicated", "repeats", "request", stile_finding_case_weigh (repeated, TRUE), repeated,
      g_strdup_printf (ngettext ("A request that was sent once arrived %u time at the service.",
                                 "A request that was sent once arrived %u times at the service.", most),
                       most),
      g_variant_builder_end (&evidence));
}

/* --- connections that do not last --- */

/**
 * stile_finding_timing_look_for_hanging_up:
 *
 * DIAGNOSIS signal 29: one connection should have carried all requests of that probe.  Where TLS ends at the service or its
 * front, these hang up themselves.
 */
void
stile_finding_timing_look_for_hanging_up (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint requests = 0, fresh = 0;
  gboolean told = FALSE;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      StileHttpReply *reply = stile_trial_get_reply (trial);

      if (strcmp (stile_trial_get_probe (trial), "keep-alive") != 0 || reply == NULL ||
          stile_trial_is_gateway_error (trial))
        continue;
      told = told || stile_finding_case_passed (trial);
      if (requests++ > 0 && !stile_http_reply_is_reused (reply))
        fresh++;
    }
  if (fresh < 2 || stile_finding_case_nobody_reads (self))
    return;

  g_variant_builder_add (&evidence, "{sv}", "requests", g_variant_new_uint32 (requests));
  g_variant_builder_add (&evidence, "{sv}", "connections", g_variant_new_uint32 (fresh + 1));
  stile_finding_case_add (
      self, "keep-alive-broken", "keep-alive", "response", stile_finding_case_weigh (fresh, told), fresh,
      g_strdup_printf (
          g_dngettext (
              GETTEXT_PACKAGE,
              "Connections are not kept: %u request over what should be one connection needed %u of them.",
              "Connections are not kept: %u requests over what should be one connection needed %u of them.",
              requests),
          requests, fresh + 1),
      g_variant_builder_end (&evidence));
}

/* --- answers that are held back --- */

/* The slowest of all connections: it stands for those that were there already. */
static gint64
find_slowest_connect (StileFindingCase *self)
{
  gint64 slowest = 0;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileHttpReply *reply = stile_trial_get_reply (g_ptr_array_index (self->signals->trials, i));

      if (reply != NULL)
        slowest = MAX (slowest, stile_http_reply_get_timing (reply)->connect);
    }

  return slowest;
}

/* How much longer the answer took than it can be explained, in microseconds. */
static gint64
measure (StileTrial *trial, gint64 slowest)
{
  const StileHttpTiming *timing = stile_http_reply_get_timing (stile_trial_get_reply (trial));
  StileReceipt *receipt = stile_trial_get_receipt (trial);
  gint64 needed = receipt != NULL ? stile_receipt_get_handling (receipt) : 0;

  return timing->first_byte - (timing->connect > 0 ? timing->connect : slowest) - MAX (needed, 0);
}

typedef struct
{
  guint answers;
  guint slow;
  guint told; /* slow ones with the service's word */
  gint64 most;
} Delays;

static void
measure_all (StileFindingCase *self, Delays *delays)
{
  gint64 slowest = find_slowest_connect (self);

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      gint64 late;

      if (!stile_finding_case_is_of_service (trial) || stile_trial_is_gateway_error (trial) ||
          stile_http_reply_get_timing (stile_trial_get_reply (trial))->first_byte <= 0)
        continue;
      delays->answers++;
      late = measure (trial, slowest);
      if (late <= DELAY_MICROSECONDS)
        continue;
      delays->slow++;
      delays->told += stile_finding_case_passed (trial) ? 1 : 0;
      delays->most = MAX (delays->most, late);
    }
}

/**
 * stile_finding_timing_look_for_delay:
 *
 * DIAGNOSIS signal 30: most answers, not one that was slow by chance.  A service that does not say how long it needed may have
 * been slow itself.
 */
void
stile_finding_timing_look_for_delay (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  Delays delays = { 0 };
  double seconds;

  measure_all (self, &delays);
  if (2 * delays.slow <= delays.answers)
    return;

  seconds = (double)delays.most / G_TIME_SPAN_SECOND;
  g_variant_builder_add (&evidence, "{sv}", "answers", g_variant_new_uint32 (delays.answers));
  g_variant_builder_add (&evidence, "{sv}", "delayed", g_variant_new_uint32 (delays.slow));
  g_variant_builder_add (&evidence, "{sv}", "longest_ms", g_variant_new_int64 (delays.most / 1000));
  stile_finding_case_add (
      self, "delayed", "delay", "response",
      delays.told > 0 ? stile_finding_case_weigh (delays.told, TRUE) : STILE_CONFIDENCE_OBSERVED, delays.slow,
      delays.told > 0
          ? g_strdup_printf (
                _ ("Answers are held back on the way, by up to %.1f s more than the service needed."),
                seconds)
          : g_strdup_printf (
                _ ("Answers take long to begin, up to %.1f s; whether the way or the service is slow, "
                   "nobody said."),
                seconds),
      g_variant_builder_end (&evidence));
}
