/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-bodies.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-verdict-words.h"
#include "transport/stile-media-type.h"

/* Whether bodies arrive byte for byte (DIAGNOSIS signals 16 to 18 and 32): what came against the digest and length that the
 * service signed. */

typedef struct
{
  guint count;
  gsize sent; /* of the first */
  gsize came;
} Change;

static void
note (Change *change, gsize sent, gsize came)
{
  if (change->count++ > 0)
    return;

  change->sent = sent;
  change->came = came;
}

static GVariant *
show (const Change *change)
{
  GVariantBuilder evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&evidence, "{sv}", "sent", g_variant_new_uint64 (change->sent));
  g_variant_builder_add (&evidence, "{sv}", "came", g_variant_new_uint64 (change->came));

  return g_variant_builder_end (&evidence);
}

static void
add (StileFindingCase *self, const char *id, const char *direction, const Change *change, char *sentence)
{
  stile_finding_case_add (self, id, "body", direction, stile_finding_case_weigh (change->count, TRUE),
                          change->count, sentence, show (change));
}

/* --- requests --- */

static gboolean
is_request_changed (StileTrial *trial, gsize *came)
{
  GBytes *sent = stile_http_message_get_content (stile_trial_get_request (trial));
  StileReceipt *receipt = stile_trial_get_receipt (trial);
  const char *signed_digest = receipt != NULL ? stile_receipt_get_request (receipt, came) : NULL;

  return signed_digest != NULL && sent != NULL && g_bytes_get_size (sent) > 0 &&
         g_ascii_strcasecmp (stile_trial_get_request_digest (trial), signed_digest) != 0;
}

/**
 * stile_finding_bodies_look_at_requests:
 */
void
stile_finding_bodies_look_at_requests (StileFindingCase *self)
{
  Change change = { 0 };

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      gsize came = 0;

      if (is_request_changed (trial, &came))
        note (&change, stile_trial_get_request_length (trial), came);
    }
  if (change.count == 0)
    return;

  add (self, "request-body-modified", "request", &change,
       g_strdup_printf (_ ("What is sent does not arrive as it was: %zu bytes were sent, %zu arrived, and "
                           "they are other ones."),
                        change.sent, change.came));
}

/* --- answers --- */

static gboolean
sends_field (StileObservation *service, const char *name)
{
  for (guint i = 0; i < stile_observation_get_n_sent_headers (service); i++)
    if (g_ascii_strcasecmp (stile_observation_get_nth_sent_header (service, i), name) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_recoded (StileTrial *trial)
{
  StileHttpMessage *answer = stile_http_reply_get_message (stile_trial_get_reply (trial));
  const char *coding = stile_http_message_get_field (answer, "Content-Encoding");

  return coding != NULL && g_ascii_strcasecmp (coding, "identity") != 0 &&
         !sends_field (stile_receipt_get_observation (stile_trial_get_receipt (trial)), "Content-Encoding");
}

/* Whether it ended where it said that it would: what broke off is a broken connection. */
static gboolean
is_whole (StileHttpReply *reply, gsize came)
{
  gint64 promised = stile_http_reply_get_promised_length (reply);

  return !stile_http_reply_is_cut (reply) &&
         (promised == STILE_HTTP_REPLY_NO_LENGTH || (guint64)promised == came);
}

typedef struct
{
  Change modified;
  Change truncated;
  Change recompressed;
  char *coding; /* the first; owned */
} Answers;

static void
look_at_answer (Answers *answers, StileTrial *trial)
{
  StileHttpReply *reply = stile_trial_get_reply (trial);
  StileReceipt *receipt = stile_trial_get_receipt (trial);
  GBytes *body = reply != NULL ? stile_http_message_get_content (stile_http_reply_get_message (reply)) : NULL;
  gsize sent = 0, came = body != NULL ? g_bytes_get_size (body) : 0;
  const char *signed_digest = receipt != NULL ? stile_receipt_get_response (receipt, &sent) : NULL;

  if (signed_digest == NULL || body == NULL || !is_whole (reply, came))
    return;

  if (is_recoded (trial))
    {
      note (&answers->recompressed, sent, came);
      if (answers->coding == NULL)
        answers->coding = stile_verdict_words_shorten (
            stile_http_message_get_field (stile_http_reply_get_message (reply), "Content-Encoding"));
    }
  else if (g_ascii_strcasecmp (stile_trial_get_response_digest (trial), signed_digest) != 0)
    note (came < sent ? &answers->truncated : &answers->modified, sent, came);
}

static void
add_recompression (StileFindingCase *self, const Answers *answers)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const Change *change = &answers->recompressed;

  if (change->count == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "coding", g_variant_new_string (answers->coding));
  g_variant_builder_add (&evidence, "{sv}", "sent", g_variant_new_uint64 (change->sent));
  g_variant_builder_add (&evidence, "{sv}", "came", g_variant_new_uint64 (change->came));
  stile_finding_case_add (
      self, "body-recompressed", "compression", "response", stile_finding_case_weigh (change->count, TRUE),
      change->count,
      g_strdup_printf (
          _ ("Answers are compressed on the way (%s): of %zu bytes that the service sent, %zu came."),
          answers->coding, change->sent, change->came),
      g_variant_builder_end (&evidence));
}

/**
 * stile_finding_bodies_look_at_responses:
 */
void
stile_finding_bodies_look_at_responses (StileFindingCase *self)
{
  Answers answers = { 0 };

  for (guint i = 0; i < self->signals->trials->len; i++)
    look_at_answer (&answers, g_ptr_array_index (self->signals->trials, i));

  if (answers.modified.count > 0)
    add (self, "response-body-modified", "response", &answers.modified,
         g_strdup_printf (
             _ ("What the service sends does not arrive as it was: %zu bytes were sent, %zu came, and "
                "they are other ones."),
             answers.modified.sent, answers.modified.came));
  if (answers.truncated.count > 0)
    add (self, "response-truncated", "response", &answers.truncated,
         g_strdup_printf (
             _ ("Answers are cut short: the service sent %zu bytes, and %zu came as if that were all."),
             answers.truncated.sent, answers.truncated.came));
  add_recompression (self, &answers);
  g_free (answers.coding);
}

/* --- the session --- */

/* What else may break a session; where one of these is found, it did. */
static gboolean
is_explained (StileFindingCase *self)
{
  static const char *const reasons[] = {
    "gateway-errors",
    "content-type-blocked",
    "method-blocked",
    "request-body-modified",
    "response-body-modified",
    "response-truncated",
    "body-recompressed",
    "request-size-limited",
    "response-size-limited",
    "request-cookie-stripped",
    "set-cookie-stripped",
    "request-duplicated",
    "request-content-type-changed",
    "response-content-type-changed",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (stile_finding_case_has (self, reasons[i]))
      return TRUE;

  return FALSE;
}

/* Whether bodies of the session's own type arrived whole, both ways: then they are not what broke it. */
static gboolean
carries_flights (StileFindingCase *self)
{
  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);

      if (stile_media_type_is (stile_trial_get_request_type (trial), STILE_MEDIA_TYPE_FLIGHT) &&
          stile_finding_case_passed (trial))
        return TRUE;
    }

  return FALSE;
}

/**
 * stile_finding_bodies_look_at_session:
 *
 * DIAGNOSIS signal 32: after a good handshake nothing but a changed byte breaks a record.
 */
void
stile_finding_bodies_look_at_session (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const char *detail = self->signals->atls_detail != NULL ? self->signals->atls_detail : "";
  g_autofree char *shown = NULL;

  if (self->signals->atls != STILE_ATLS_BROKEN || is_explained (self) || carries_flights (self))
    return;

  shown = stile_verdict_words_shorten (detail);
  g_variant_builder_add (&evidence, "{sv}", "atls", g_variant_new_string (shown));
  g_variant_builder_add (&evidence, "{sv}", "flight", g_variant_new_uint32 (self->signals->atls_flight));
  stile_finding_case_add (
      self, "response-body-modified", "session", "response", STILE_CONFIDENCE_STRONG, 1,
      g_strdup_printf (_ ("An ATLS session came up, and then what was said in it did not arrive "
                          "whole: %s"),
                       shown),
      g_variant_builder_end (&evidence));
}
