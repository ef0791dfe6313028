/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/evidence.h"

#include <string.h>

/* Header fields, cookies, repeats, versions, time: each finding, and what is nearly one. */

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

#define SENT "X-Stile-Probe", "abc", "Cache-Control", "no-store", "User-Agent", "Stile/1"

static const char *const sent[] = { SENT, NULL };
static const char *const other_case[] = { "x-stile-probe",
                                          "abc",
                                          "cache-control",
                                          " no-store ",
                                          "USER-AGENT",
                                          "Stile/1",
                                          "content-type",
                                          "application/octet-stream",
                                          "Connection",
                                          "keep-alive",
                                          "Proxy-Foo",
                                          "x",
                                          NULL };
static const char *const one_hop[] = { SENT,
                                       "Content-Type",
                                       "application/octet-stream",
                                       "Connection",
                                       "close",
                                       "Keep-Alive",
                                       "5",
                                       "TE",
                                       "trailers",
                                       "Content-Length",
                                       "64",
                                       "Proxy-Connection",
                                       "close",
                                       NULL };
static const char *const with_via[] = { SENT,  "Content-Type", "application/octet-stream",
                                        "Via", "1.1 squid",    NULL };
static const char *const without_probe[] = {
  "Cache-Control", "no-store", "User-Agent", "Stile/1", "Content-Type", "application/octet-stream", NULL
};
static const char *const other_value[] = { "X-Stile-Probe",
                                           "abc",
                                           "Cache-Control",
                                           "max-age=0",
                                           "User-Agent",
                                           "Stile/1",
                                           "Content-Type",
                                           "application/octet-stream",
                                           NULL };
static const char *const other_agent[] = { "X-Stile-Probe",
                                           "abc",
                                           "Cache-Control",
                                           "no-store",
                                           "User-Agent",
                                           "Mozilla",
                                           "Content-Type",
                                           "application/octet-stream",
                                           NULL };
static const char *const answer[] = { "Cache-Control", "no-store", "Server", "stiled", NULL };
static const char *const answer_more[] = { "Cache-Control", "no-store",   "Server", "stiled", "X-Cache",
                                           "MISS",          "Connection", "close",  NULL };
static const char *const answer_less[] = { "Server", "stiled", "Date", "now", NULL };
static const char *const cookie[] = { "Cookie", "stile-probe=1", NULL };
static const char *const no_cookie[] = { "Content-Type", "application/octet-stream", NULL };
static const char *const set_cookie[] = { "Set-Cookie", "stile-probe=1", NULL };
static const char *const nothing[] = { NULL };

typedef struct
{
  const char *name;
  EvidenceTrial trial;
  guint count;
  const char *findings;
  const char *confidence;
} Case;

static const Case cases[] = {
  { "all-as-it-was", { .sent = sent, .adds = answer, .signed_word = TRUE }, 2, "" },
  { "fields-of-one-hop-are-none", { .sent = sent, .arrived = one_hop, .signed_word = TRUE }, 2, "" },
  { "a-field-that-is-added",
    { .sent = sent, .arrived = with_via, .signed_word = TRUE },
    2,
    "request-headers-added",
    "strong" },
  { "a-field-that-is-added-once",
    { .sent = sent, .arrived = with_via, .signed_word = TRUE },
    1,
    "request-headers-added",
    "observed" },
  { "a-field-that-is-taken-away",
    { .sent = sent, .arrived = without_probe, .signed_word = TRUE },
    2,
    "request-headers-removed",
    "strong" },
  { "a-field-with-another-value",
    { .sent = sent, .arrived = other_value, .signed_word = TRUE },
    2,
    "request-headers-added",
    "strong" },
  { "another-name-of-the-program",
    { .sent = sent, .arrived = other_agent, .signed_word = TRUE },
    2,
    "user-agent-changed",
    "strong" },
  { "a-brief-word-lists-few-fields",
    { .query = "size=64", .body = 64, .sent = sent, .arrived = without_probe, .signed_word = TRUE },
    2,
    "" },
  { "a-field-of-the-answer-that-is-added",
    { .adds = answer, .came = answer_more, .signed_word = TRUE },
    2,
    "response-headers-added",
    "strong" },
  { "a-field-of-the-answer-that-is-taken-away",
    { .adds = answer, .came = answer_less, .signed_word = TRUE },
    2,
    "response-headers-removed",
    "strong" },
  { "an-answer-whose-fields-nobody-lists", { .came = answer_more, .signed_word = TRUE }, 2, "" },
  { "an-answer-of-somebody-else", { .came = answer_more, .status = 403 }, 2, "" },
  { "a-cookie-that-arrives", { .probe = "cookies", .sent = cookie, .signed_word = TRUE }, 2, "" },
  { "a-cookie-that-does-not-arrive",
    { .probe = "cookies",
      .query = "size=0&cookie=1",
      .sent = cookie,
      .arrived = no_cookie,
      .adds = set_cookie,
      .signed_word = TRUE },
    2,
    "request-cookie-stripped",
    "strong" },
  { "a-cookie-that-does-not-come",
    { .probe = "cookies",
      .query = "size=0&cookie=1",
      .sent = cookie,
      .adds = set_cookie,
      .came = nothing,
      .signed_word = TRUE },
    2,
    "set-cookie-stripped",
    "strong" },
  { "a-cookie-that-the-service-did-not-send",
    { .probe = "cookies", .query = "size=0&cookie=1", .sent = cookie, .adds = answer, .signed_word = TRUE },
    2,
    "" },
  { "once-is-no-repeat", { .probe = "repeats", .signed_word = TRUE, .count = 1 }, 2, "" },
  { "twice-is-a-repeat",
    { .probe = "repeats", .signed_word = TRUE, .count = 2 },
    2,
    "request-duplicated",
    "strong" },
  { "one-request-counted-twice-is-one",
    { .probe = "repeats", .method = "GET", .signed_word = TRUE, .count = 2, .about = "n99" },
    2,
    "request-duplicated",
    "observed" },
  { "connections-that-are-kept", { .probe = "keep-alive", .signed_word = TRUE, .reused = TRUE }, 4, "" },
  { "connections-that-break-once", { .probe = "keep-alive", .signed_word = TRUE }, 2, "" },
  { "connections-that-break-each-time",
    { .probe = "keep-alive", .signed_word = TRUE },
    4,
    "keep-alive-broken",
    "strong" },
  { "answers-in-time", { .signed_word = TRUE, .first_byte_ms = 900, .connect_ms = 10 }, 3, "" },
  { "a-slow-service",
    { .signed_word = TRUE, .first_byte_ms = 5000, .connect_ms = 10, .handling_ms = 4500 },
    3,
    "" },
  { "a-slow-network", { .signed_word = TRUE, .first_byte_ms = 1500, .connect_ms = 900 }, 3, "" },
  { "answers-held-back",
    { .signed_word = TRUE, .first_byte_ms = 5000, .connect_ms = 10 },
    3,
    "delayed",
    "strong" },
  { "answers-late-and-nobody-says-why",
    { .status = 404, .first_byte_ms = 5000, .connect_ms = 10 },
    3,
    "delayed",
    "observed" },
};

static void
test_case (gconstpointer data)
{
  const Case *given = data;
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_repeat (evidence, &given->trial, given->count);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, given->findings);
  if (*given->findings != '\0')
    g_assert_cmpstr (stile_finding_name_confidence (
                         stile_finding_get_confidence (evidence_find (verdict, given->findings))),
                     ==, given->confidence);
}

static void
test_case_of_names (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_repeat (evidence, &(EvidenceTrial){ .sent = sent, .arrived = other_case, .signed_word = TRUE }, 2);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "");
}

static void
test_changed_is_named (void)
{
  g_autoptr (Evidence) evidence = make ();
  g_autoptr (StileVerdict) verdict = NULL;
  g_autofree const char **changed = NULL;

  evidence_repeat (evidence, &(EvidenceTrial){ .sent = sent, .arrived = other_value, .signed_word = TRUE },
                   2);
  verdict = judge (evidence);

  g_assert_true (
      g_variant_lookup (stile_finding_get_evidence (evidence_find (verdict, "request-headers-added")),
                        "changed", "^a&s", &changed));
  g_assert_cmpstr (changed[0], ==, "Cache-Control");
}

/* --- what the service's own front does --- */

static Evidence *
make_fronted (const char *field)
{
  Evidence *evidence = evidence_new ();
  StileObservation *service =
      evidence_tell (evidence, evidence_see (evidence, evidence->front, "public"), NULL, EVIDENCE_NO_TLS);
  g_autoptr (StileFront) front = stile_front_new ();

  stile_front_add_certificate (front, test_pki_get_certificate (evidence->front));
  if (field != NULL)
    stile_front_add_field (front, field);
  stile_observation_set_front (service, front);
  stile_observation_set_http_version (service, "1.0");
  stile_observation_set_best_tls (service, "TLS 1.3");
  return evidence;
}

static void
test_front_explains (void)
{
  g_autoptr (Evidence) evidence = make_fronted ("Via");
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_repeat (evidence, &(EvidenceTrial){ .sent = sent, .arrived = with_via, .signed_word = TRUE }, 2);
  evidence_repeat (evidence, &(EvidenceTrial){ .probe = "keep-alive", .signed_word = TRUE }, 4);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "service-terminator", "proven");
  evidence_assert_findings (verdict, "");
}

static void
test_front_does_not_explain (void)
{
  g_autoptr (Evidence) evidence = make_fronted ("X-Forwarded-*");
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_repeat (evidence, &(EvidenceTrial){ .sent = sent, .arrived = with_via, .signed_word = TRUE }, 2);
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "request-headers-added");
}

/* --- versions --- */

static void
test_versions (void)
{
  static const struct
  {
    const char *client;
    const char *service;
    const char *best;
    const char *http;
    gboolean direct;
    const char *findings;
  } versions[] = {
    { "TLS 1.3", "TLS 1.3", "TLS 1.3", "1.1", FALSE, "" },
    { "TLS 1.2", "TLS 1.3", "TLS 1.3", "1.1", FALSE, "tls-downgraded" },
    { "TLS 1.2", "TLS 1.2", "TLS 1.3", "1.1", FALSE, "tls-downgraded" },
    { "TLS 1.3", "TLS 1.2", "TLS 1.3", "1.1", FALSE, "tls-downgraded" },
    { "TLS 1.2", "TLS 1.2", "TLS 1.2", "1.1", FALSE, "" },
    { "TLS 1.3", NULL, NULL, "1.1", FALSE, "" },
    { "TLS 1.3", "TLS 1.3", NULL, "1.0", FALSE, "http-version-changed" },
    { "TLS 1.2", "TLS 1.2", "TLS 1.3", "1.1", TRUE, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (Evidence) evidence = evidence_new ();
      StileSighting *sighting = evidence_see (evidence, evidence->minted, "local");
      StileObservation *service = evidence_tell (evidence, sighting, evidence->service,
                                                 versions[i].direct ? EVIDENCE_EQUAL : EVIDENCE_DIFFERENT);
      g_autoptr (StileVerdict) verdict = NULL;

      stile_observation_set_tls (stile_sighting_get_client (sighting), versions[i].client, NULL, NULL);
      stile_observation_set_tls (service, versions[i].service, NULL, NULL);
      stile_observation_set_best_tls (service, versions[i].best);
      stile_observation_set_http_version (service, versions[i].http);
      verdict = judge (evidence);
      evidence_assert_findings (verdict, versions[i].findings);
    }
}

/* "2" and "2.0" are one version. */
static void
test_http_2 (void)
{
  g_autoptr (Evidence) evidence = make ();
  StileSighting *sighting = g_ptr_array_index (evidence->signals->sightings, 0);
  g_autoptr (StileVerdict) verdict = NULL;

  stile_observation_set_http_version (stile_sighting_get_client (sighting), "2");
  stile_observation_set_http_version (stile_sighting_get_service (sighting), "2.0");
  verdict = judge (evidence);

  evidence_assert_findings (verdict, "");
}

static void
test_portal_and_minting (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) without = NULL;
  g_autoptr (StileVerdict) with = NULL;

  evidence_see (evidence, evidence->minted, "none");
  evidence->signals->portal = STILE_NO;
  evidence->signals->canary = STILE_NO;
  without = judge (evidence);
  evidence_assert_findings (without, "");

  evidence->signals->portal = STILE_YES;
  stile_signals_set_text (&evidence->signals->portal_url, "https://portal.example/");
  evidence->signals->canary = STILE_YES;
  with = judge (evidence);
  evidence_assert_findings (with, "captive-portal minted-on-demand");
  g_assert_cmpstr (stile_finding_get_leg (evidence_find (with, "captive-portal")), ==, "client-box");
  g_assert_cmpint (stile_finding_get_confidence (evidence_find (with, "minted-on-demand")), ==,
                   STILE_CONFIDENCE_STRONG);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/diagnosis/finding/headers/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/diagnosis/finding/headers/names-have-no-case", test_case_of_names);
  g_test_add_func ("/diagnosis/finding/headers/what-is-changed-is-named", test_changed_is_named);
  g_test_add_func ("/diagnosis/finding/headers/the-front-explains-its-own", test_front_explains);
  g_test_add_func ("/diagnosis/finding/headers/the-front-explains-no-more", test_front_does_not_explain);
  g_test_add_func ("/diagnosis/finding/connections/versions", test_versions);
  g_test_add_func ("/diagnosis/finding/connections/http-2-is-http-2.0", test_http_2);
  g_test_add_func ("/diagnosis/finding/connections/portal-and-minting", test_portal_and_minting);

  return g_test_run ();
}
