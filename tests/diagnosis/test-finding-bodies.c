/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/evidence.h"

#include <string.h>

/* Bodies, media types, methods, sizes and gateways: each finding, and what is nearly one. */

static StileVerdict *
judge (Evidence *evidence)
{
  return stile_verdict_judge (evidence->signals, NULL, NULL);
}

static Evidence *
make (void)
{
  Evidence *evidence = evidence_new ();

  evidence_tell (evidence, evidence_see (evidence, evidence->minted, "local"), evidence->service,
                 EVIDENCE_DIFFERENT);
  return evidence;
}

static const EvidenceTrial control = { .probe = "receipt", .signed_word = TRUE };

typedef struct
{
  const char *name;
  EvidenceTrial trial;
  guint count;
  const char *findings;
  const char *confidence;
} Case;

static const char *const gzip[] = { "Content-Encoding", "gzip", NULL };
static const char *const text_plain[] = { "Content-Type", "text/plain; charset=utf-8", NULL };
static const char *const other_type[] = { "Content-Type", "application/x-other", NULL };

static const Case cases[] = {
  { "whole-bodies-are-none",
    { .probe = "body", .query = "size=8192", .body = 8192, .signed_word = TRUE },
    3,
    "" },
  { "a-changed-request-is-one",
    { .probe = "body", .signed_word = TRUE, .request_changed = TRUE },
    2,
    "request-body-modified",
    "strong" },
  { "a-longer-request-is-one",
    { .probe = "body", .signed_word = TRUE, .request_came = 70 },
    2,
    "request-body-modified",
    "strong" },
  { "one-alone-is-observed",
    { .probe = "body", .signed_word = TRUE, .request_changed = TRUE },
    1,
    "request-body-modified",
    "observed" },
  { "a-changed-answer-is-one",
    { .probe = "body", .query = "size=8192", .body = 8192, .body_changed = TRUE, .signed_word = TRUE },
    2,
    "response-body-modified",
    "strong" },
  { "a-longer-answer-is-modified",
    { .probe = "body", .query = "size=8192", .body = 8192, .body_came = 8200, .signed_word = TRUE },
    2,
    "response-body-modified",
    "strong" },
  { "a-shorter-answer-is-truncated",
    { .probe = "body", .query = "size=8192", .body = 8192, .body_came = 512, .signed_word = TRUE },
    2,
    "response-truncated",
    "strong" },
  { "an-answer-that-somebody-compressed",
    { .probe = "compression",
      .query = "size=8192&type=text",
      .body = 8192,
      .body_came = 100,
      .came = gzip,
      .signed_word = TRUE },
    2,
    /* The field Content-Type of such an answer is missing here, too. */
    "body-recompressed response-content-type-changed",
    "strong" },
  { "an-answer-that-the-service-compressed",
    { .probe = "compression", .query = "size=8192", .body = 8192, .adds = gzip, .signed_word = TRUE },
    2,
    "" },
  { "a-type-that-arrives-as-another",
    { .probe = "media-type", .type = "application/json", .arrived = other_type, .signed_word = TRUE },
    2,
    "request-content-type-changed",
    "strong" },
  { "a-type-with-a-parameter-comes-back-the-same",
    { .probe = "media-type",
      .query = "size=64&type=text",
      .body = 64,
      .came = text_plain,
      .signed_word = TRUE },
    2,
    "" },
  { "an-answer-of-another-type",
    { .probe = "media-type",
      .query = "size=64&type=text",
      .body = 64,
      .came = other_type,
      .signed_word = TRUE },
    2,
    "response-content-type-changed",
    "strong" },
  { "a-gateway-now-and-then", { .probe = "receipt", .status = 502 }, 2, "gateway-errors", "strong" },
  { "a-gateway-once", { .probe = "receipt", .status = 504 }, 1, "gateway-errors", "observed" },
  { "a-gateway-is-no-block",
    { .probe = "media-type", .type = "application/atls+octet-stream", .status = 503 },
    2,
    "gateway-errors",
    "strong" },
  { "a-gateway-is-no-size-limit",
    { .probe = "request-size", .size = 1024, .status = 502 },
    2,
    "gateway-errors",
    "strong" },
  { "a-502-that-the-service-signed-is-none",
    { .probe = "receipt", .status = 502, .signed_word = TRUE },
    2,
    "" },
  { "a-type-that-is-refused",
    { .probe = "media-type", .type = "application/atls+octet-stream", .status = 403 },
    2,
    "content-type-blocked",
    "strong" },
  { "a-type-without-an-answer-twice",
    { .probe = "media-type", .type = "application/atls+octet-stream", .silent = TRUE },
    2,
    "content-type-blocked",
    "strong" },
  { "a-type-without-an-answer-once",
    { .probe = "media-type", .type = "application/atls+octet-stream", .silent = TRUE },
    1,
    "" },
  { "a-service-that-wants-a-pause",
    { .probe = "media-type", .type = "application/atls+octet-stream", .status = 429 },
    2,
    "" },
  { "a-method-that-is-refused",
    { .probe = "method", .method = "PUT", .status = 405 },
    2,
    "method-blocked",
    "strong" },
};

/* Beside each stands a control that passes. */
static void
test_case (gconstpointer data)
{
  const Case *given = data;
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_try (evidence, &control);
  evidence_repeat (evidence, &given->trial, given->count);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, given->findings);
  for (guint i = 0; i < stile_verdict_get_findings (verdict)->len; i++)
    {
      StileFinding *finding = g_ptr_array_index (stile_verdict_get_findings (verdict), i);

      g_assert_cmpstr (stile_finding_name_confidence (stile_finding_get_confidence (finding)), ==,
                       given->confidence);
      g_assert_cmpuint (stile_finding_get_repeated (finding), ==, given->count);
    }
}

/* Without a control that passes, nothing is blocked: who answers may not be the service at all. */
static void
test_no_control (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_repeat (evidence,
                   &(EvidenceTrial){ .probe = "media-type", .type = "application/json", .status = 403 }, 2);
  evidence_repeat (evidence, &(EvidenceTrial){ .probe = "method", .method = "PUT", .status = 403 }, 2);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "");
}

/* A large body of one type and a small one of another are not alike. */
static void
test_another_size (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_try (evidence, &(EvidenceTrial){ .probe = "media-type", .signed_word = TRUE });
  evidence_repeat (
      evidence, &(EvidenceTrial){ .probe = "body", .type = "application/json", .size = 4096, .status = 403 },
      2);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "");
}

/* All of POST: the method is blocked, and no type is. */
static void
test_post_blocked (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;
  StileFinding *finding;
  const char *passes;

  evidence_repeat (evidence,
                   &(EvidenceTrial){ .probe = "media-type", .type = "application/json", .status = 403 }, 2);
  evidence_repeat (evidence, &(EvidenceTrial){ .probe = "receipt", .status = 403 }, 2);
  evidence_try (evidence, &(EvidenceTrial){ .probe = "receipt", .method = "GET", .signed_word = TRUE });
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "method-blocked");
  finding = evidence_find (verdict, "method-blocked");
  g_assert_true (g_variant_lookup (stile_finding_get_evidence (finding), "passes", "&s", &passes));
  g_assert_cmpstr (passes, ==, "GET");
}

static void
test_blocked_says_what_passes (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;
  StileTrial *trial;
  GVariant *shown;
  const char *title;
  const char *passes;
  guint32 status;

  evidence_try (evidence, &control);
  trial = evidence_try (
      evidence, &(EvidenceTrial){ .probe = "media-type", .type = "application/atls-sealed", .status = 403 });
  {
    static const char page[] = "<html><TITLE> Access \xE2\x80\xAE denied </title></html>";
    g_autoptr (GBytes) bytes = g_bytes_new_static (page, sizeof page - 1);

    stile_http_message_set_content (stile_http_reply_get_message (stile_trial_get_reply (trial)), NULL,
                                    bytes);
  }
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "content-type-blocked");
  shown = stile_finding_get_evidence (evidence_find (verdict, "content-type-blocked"));
  g_assert_true (g_variant_lookup (shown, "page_title", "&s", &title));
  g_assert_cmpstr (title, ==, "Access \\E2\\80\\AE denied");
  g_assert_true (g_variant_lookup (shown, "passes", "&s", &passes));
  g_assert_cmpstr (passes, ==, "application/octet-stream");
  g_assert_true (g_variant_lookup (shown, "status", "u", &status));
  g_assert_cmpuint (status, ==, 403);
}

/* --- sizes --- */

static void
try_sizes (Evidence *evidence, gsize passes, gsize fails, guint status, guint times)
{
  evidence_try (evidence, &(EvidenceTrial){ .probe = "request-size", .size = passes, .signed_word = TRUE });
  evidence_repeat (
      evidence,
      &(EvidenceTrial){ .probe = "request-size", .size = fails, .status = status, .silent = status == 0 },
      times);
}

static void
test_request_size (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;
  GVariant *shown;
  guint64 passes, fails;
  guint32 status;

  try_sizes (evidence, 512, 1048576, 413, 2);
  try_sizes (evidence, 4096, 4097, 413, 2);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "request-size-limited");
  shown = stile_finding_get_evidence (evidence_find (verdict, "request-size-limited"));
  g_assert_true (g_variant_lookup (shown, "passes", "t", &passes));
  g_assert_true (g_variant_lookup (shown, "fails", "t", &fails));
  g_assert_true (g_variant_lookup (shown, "status", "u", &status));
  g_assert_cmpuint (passes, ==, 4096);
  g_assert_cmpuint (fails, ==, 4097);
  g_assert_cmpuint (status, ==, 413);
}

/* What failed once and then passed, or where a larger one passes, is no limit; nor is one broken connection. */
static void
test_no_size_limit (void)
{
  g_autoptr (Evidence) below = make ();
  g_autoptr (Evidence) once = make ();
  g_autoptr (StileVerdict) of_below = NULL;
  g_autoptr (StileVerdict) of_once = NULL;

  try_sizes (below, 1048576, 512, 413, 2);
  of_below = judge (below);
  evidence_assert_findings (of_below, "");

  try_sizes (once, 512, 1024, 0, 1);
  of_once = judge (once);
  evidence_assert_findings (of_once, "");
}

static void
test_response_size (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_try (evidence, &(EvidenceTrial){ .probe = "response-size",
                                            .method = "GET",
                                            .query = "size=1000",
                                            .body = 1000,
                                            .signed_word = TRUE });
  evidence_repeat (
      evidence,
      &(EvidenceTrial){ .probe = "response-size", .method = "GET", .query = "size=1001", .status = 403 }, 2);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "response-size-limited");
}

/* A box that cuts to a length lets the service's word pass: that is cut, not limited. */
static void
test_truncated_is_no_limit (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_try (
      evidence,
      &(EvidenceTrial){
          .probe = "response-size", .method = "GET", .query = "size=512", .body = 512, .signed_word = TRUE });
  evidence_repeat (evidence,
                   &(EvidenceTrial){ .probe = "response-size",
                                     .method = "GET",
                                     .query = "size=513",
                                     .body = 513,
                                     .body_came = 512,
                                     .signed_word = TRUE },
                   2);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "response-truncated");
}

/* What broke off before its announced end is a broken connection. */
static void
test_broken_off (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  for (guint i = 0; i < 2; i++)
    {
      StileTrial *trial = evidence_try (
          evidence,
          &(EvidenceTrial){
              .probe = "body", .query = "size=8192", .body = 8192, .body_came = 512, .signed_word = TRUE });

      stile_http_reply_set_length (stile_trial_get_reply (trial), 8192, FALSE);
    }
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "");
}

/* --- the session --- */

static void
test_session_broken (void)
{
  g_autoptr (Evidence) alone = make ();
  g_autoptr (Evidence) explained = make ();
  g_autoptr (Evidence) contradicted = make ();
  g_autoptr (StileVerdict) of_alone = NULL;
  g_autoptr (StileVerdict) of_explained = NULL;
  g_autoptr (StileVerdict) of_contradicted = NULL;

  alone->signals->atls = STILE_ATLS_BROKEN;
  of_alone = judge (alone);
  evidence_assert_findings (of_alone, "response-body-modified");
  g_assert_cmpint (stile_finding_get_confidence (evidence_find (of_alone, "response-body-modified")), ==,
                   STILE_CONFIDENCE_STRONG);

  explained->signals->atls = STILE_ATLS_BROKEN;
  evidence_repeat (explained, &(EvidenceTrial){ .probe = "repeats", .signed_word = TRUE, .count = 2 }, 2);
  of_explained = judge (explained);
  evidence_assert_findings (of_explained, "request-duplicated");

  contradicted->signals->atls = STILE_ATLS_BROKEN;
  evidence_try (contradicted, &(EvidenceTrial){ .probe = "media-type",
                                                .type = "application/atls+octet-stream",
                                                .signed_word = TRUE });
  of_contradicted = judge (contradicted);
  evidence_assert_findings (of_contradicted, "");
}

/* A proxy that says no to CONNECT answers by itself: nothing about the service. */
static void
test_proxy_answers (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_try (evidence, &control);
  for (guint i = 0; i < 2; i++)
    stile_http_reply_set_from_proxy (
        stile_trial_get_reply (evidence_try (
            evidence, &(EvidenceTrial){ .probe = "media-type", .type = "application/json", .status = 403 })),
        TRUE);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/diagnosis/finding/bodies/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/diagnosis/finding/bodies/nothing-is-blocked-without-a-control", test_no_control);
  g_test_add_func ("/diagnosis/finding/bodies/types-are-compared-at-one-size", test_another_size);
  g_test_add_func ("/diagnosis/finding/bodies/all-of-post-is-the-method", test_post_blocked);
  g_test_add_func ("/diagnosis/finding/bodies/a-block-says-what-passes", test_blocked_says_what_passes);
  g_test_add_func ("/diagnosis/finding/bodies/requests-to-the-byte", test_request_size);
  g_test_add_func ("/diagnosis/finding/bodies/no-limit-where-more-passes", test_no_size_limit);
  g_test_add_func ("/diagnosis/finding/bodies/answers-of-a-size", test_response_size);
  g_test_add_func ("/diagnosis/finding/bodies/cut-is-not-limited", test_truncated_is_no_limit);
  g_test_add_func ("/diagnosis/finding/bodies/broken-off-is-not-cut", test_broken_off);
  g_test_add_func ("/diagnosis/finding/bodies/a-session-that-broke", test_session_broken);
  g_test_add_func ("/diagnosis/finding/bodies/a-proxy's-own-word-is-none", test_proxy_answers);

  return g_test_run ();
}
