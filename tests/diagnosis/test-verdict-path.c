/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/evidence.h"

#include <string.h>

/* One connection, and what it amounts to: trust, what the service says, what shows by itself. */

typedef struct
{
  const char *name;
  const char *shown; /* "service", "front" or "minted" */
  const char *trust;
  const char *told; /* NULL: the service is silent; else "equal", "different", "plain", "vague" */
  gboolean shows_key;
  gboolean listed; /* the front's key is on the service's list */
  gboolean own_key;
  StileYesNo canary;
  gboolean proxy;
  const char *path;
  const char *confidence;
  const char *reason;
} Case;

static const Case cases[] = {
  { "exporter-equal-is-direct", "service", "none", "equal", TRUE, .path = "direct", .confidence = "proven",
    .reason = "exporter_equal" },
  { "exporter-equal-behind-a-proxy-is-connect-only", "service", "public", "equal", TRUE, .proxy = TRUE,
    .path = "connect-only", .confidence = "proven", .reason = "exporter_equal" },
  { "exporter-equal-is-direct-whatever-the-leaf", "minted", "none", "equal", .path = "direct",
    .confidence = "proven", .reason = "exporter_equal" },
  { "the-service's-key-without-an-exporter-is-direct", "service", "public", "vague", TRUE, .path = "direct",
    .confidence = "proven", .reason = "key_equal" },
  { "another-key-without-an-exporter-is-none", "minted", "local", "vague", TRUE,
    .path = "intercepted-trusted", .confidence = "strong", .reason = "key_differs" },
  { "a-listed-key-is-the-front", "front", "public", "plain", .listed = TRUE, .path = "service-terminator",
    .confidence = "proven", .reason = "spki_listed" },
  { "a-listed-key-is-the-front-before-trust-is-asked", "front", "none", "different", .listed = TRUE,
    .path = "service-terminator", .confidence = "proven", .reason = "spki_listed" },
  { "a-list-without-the-key-names-nobody", "minted", "local", "plain", .listed = TRUE,
    .path = "intercepted-trusted", .confidence = "strong", .reason = "spki_unlisted" },
  { "differs-and-local-is-intercepted-trusted", "minted", "local", "different", TRUE,
    .path = "intercepted-trusted", .confidence = "strong", .reason = "exporter_differs" },
  { "differs-and-uncompared-is-likely", "minted", "uncompared", "different", TRUE,
    .path = "intercepted-trusted", .confidence = "likely", .reason = "trust_not_compared" },
  { "differs-and-nobody-is-intercepted-untrusted", "minted", "none", "different", TRUE,
    .path = "intercepted-untrusted", .confidence = "strong", .reason = "trust_none" },
  { "differs-and-public-is-unlisted", "front", "public", "different", TRUE, .path = "unlisted-public",
    .confidence = "strong", .reason = "trust_public" },
  { "differs-without-a-store-is-likely", "minted", "unknown", "different", TRUE,
    .path = "intercepted-untrusted", .confidence = "likely", .reason = "trust_unknown" },
  { "the-service's-key-elsewhere-is-no-accusation", "service", "local", "different", TRUE,
    .path = "undetermined", .confidence = "unknown", .reason = "key_of_service" },
  { "the-service's-key-elsewhere-and-listed-is-the-front", "service", "local", "different", TRUE,
    .listed = TRUE, .path = "service-terminator", .confidence = "proven", .reason = "spki_listed" },
  { "a-vague-service-decides-nothing", "service", "public", "vague", .path = "undetermined",
    .confidence = "unknown", .reason = "service_vague" },
  { "silent-and-public-is-undetermined", "service", "public", .path = "undetermined", .confidence = "unknown",
    .reason = "service_silent" },
  { "silent-and-local-is-likely", "minted", "local", .path = "intercepted-trusted", .confidence = "likely",
    .reason = "trust_local_only" },
  { "silent-and-uncompared-is-likely", "minted", "uncompared", .path = "intercepted-trusted",
    .confidence = "likely", .reason = "trust_not_compared" },
  { "silent-and-nobody-is-likely", "minted", "none", .path = "intercepted-untrusted", .confidence = "likely",
    .reason = "trust_none" },
  { "silent-without-a-store-is-undetermined", "minted", "unknown", .path = "undetermined",
    .confidence = "unknown", .reason = "trust_unknown" },
  { "its-own-key-is-strong", "minted", "none", .own_key = TRUE, .path = "intercepted-untrusted",
    .confidence = "strong", .reason = "own_key" },
  { "its-own-key-and-local-is-strong", "minted", "local", .own_key = TRUE, .path = "intercepted-trusted",
    .confidence = "strong", .reason = "own_key" },
  { "a-minted-name-is-strong", "minted", "local", .canary = STILE_YES, .path = "intercepted-trusted",
    .confidence = "strong", .reason = "minted_name" },
  { "a-minted-name-and-public-proves-nothing", "service", "public", .canary = STILE_YES,
    .path = "undetermined", .confidence = "unknown", .reason = "minted_name" },
  { "no-minted-name-is-likely", "minted", "local", .canary = STILE_NO, .path = "intercepted-trusted",
    .confidence = "likely", .reason = "trust_local_only" },
  { "a-minted-name-does-not-touch-what-is-proven", "service", "public", "equal", TRUE, .canary = STILE_YES,
    .path = "direct", .confidence = "proven", .reason = "minted_name" },
};

static TestPki *
find_pki (Evidence *evidence, const char *name)
{
  return strcmp (name, "service") == 0 ? evidence->service
         : strcmp (name, "front") == 0 ? evidence->front
                                       : evidence->minted;
}

static EvidenceBinding
find_binding (const char *told)
{
  return strcmp (told, "equal") == 0       ? EVIDENCE_EQUAL
         : strcmp (told, "different") == 0 ? EVIDENCE_DIFFERENT
         : strcmp (told, "plain") == 0     ? EVIDENCE_NO_TLS
                                           : EVIDENCE_NOT_TOLD;
}

static void
test_case (gconstpointer data)
{
  const Case *given = data;
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting;
  g_autoptr (StileVerdict) verdict = NULL;

  evidence->signals->canary = given->canary;
  if (given->proxy)
    stile_signals_set_text (&evidence->signals->proxy, "http://proxy.example:3128");
  sighting = evidence_see (evidence, find_pki (evidence, given->shown), given->trust);
  stile_sighting_set_own_key (sighting, given->own_key ? STILE_YES : STILE_NO);
  if (given->told != NULL)
    {
      StileObservation *service = evidence_tell (
          evidence, sighting, given->shows_key ? evidence->service : NULL, find_binding (given->told));
      g_autoptr (StileFront) front = stile_front_new ();

      if (given->listed)
        stile_front_add_certificate (front, test_pki_get_certificate (strcmp (given->shown, "service") == 0
                                                                          ? evidence->service
                                                                          : evidence->front));
      stile_observation_set_front (service, front);
    }

  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);

  evidence_assert_path (verdict, given->path, given->confidence);
  evidence_assert_reason (verdict, given->reason);
  g_assert_true (stile_verdict_get_sighting (verdict) == sighting);
}

/* --- nobody is reached; the clock is wrong; something is absurd --- */

static void
test_unreachable (void)
{
  static const struct
  {
    StileReach reach;
    const char *path;
    const char *reason;
  } reaches[] = {
    { STILE_REACH_NO_NAME, "unreachable", "no_name" },
    { STILE_REACH_NO_PROXY, "unreachable", "no_proxy" },
    { STILE_REACH_NO_CONNECTION, "unreachable", "no_connection" },
    { STILE_REACH_SILENT, "unreachable", "silent" },
    { STILE_REACH_NO_TLS, "unreachable", "no_tls" },
    { STILE_REACH_PROXY_REFUSED, "proxy-refused", "proxy_status" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reaches); i++)
    {
      g_autoptr (Evidence) evidence = evidence_new ();
      g_autoptr (StileVerdict) verdict = NULL;

      evidence->signals->reach = reaches[i].reach;
      evidence->signals->clock_offset = 90 * 86400;
      stile_signals_set_text (&evidence->signals->clock_source, "date");
      evidence_see (evidence, evidence->minted, "none");
      verdict = stile_verdict_judge (evidence->signals, NULL, NULL);

      evidence_assert_path (verdict, reaches[i].path, "observed");
      evidence_assert_reason (verdict, reaches[i].reason);
      g_assert_false (stile_verdict_is_intercepted (verdict));
      g_assert_null (stile_verdict_get_sighting (verdict));
    }
}

static void
test_refused_says_how (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence->signals->reach = STILE_REACH_PROXY_REFUSED;
  evidence->signals->proxy_status = 407;
  stile_signals_set_text (&evidence->signals->proxy, "http://proxy.example:3128");
  stile_signals_set_text (&evidence->signals->proxy_schemes, "Basic");
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);

  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "http://proxy.example:3128"));
  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "407, Basic"));
}

/* What the proxy cannot do is no refusal, and hides no answer of his. */
static void
test_proxy_reaches_nobody (void)
{
  for (guint status = 500; status <= 505; status++)
    {
      g_autoptr (Evidence) evidence = evidence_new ();
      g_autoptr (StileVerdict) verdict = NULL;
      gboolean tried = status >= 502 && status <= 504;

      evidence->signals->reach = STILE_REACH_PROXY_REFUSED;
      evidence->signals->proxy_status = status;
      verdict = stile_verdict_judge (evidence->signals, NULL, NULL);
      evidence_assert_path (verdict, tried ? "unreachable" : "proxy-refused", "observed");
      g_assert_cmpint (strstr (stile_verdict_get_sentence (verdict), "does not reach") != NULL, ==, tried);
    }
}

static const char *
judge_clock (const char *source, gint64 offset, const char *trust, EvidenceBinding binding)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->service, trust);
  g_autoptr (StileVerdict) verdict = NULL;

  if (binding == EVIDENCE_EQUAL)
    evidence_tell (evidence, sighting, evidence->service, binding);
  evidence->signals->clock_offset = offset;
  stile_signals_set_text (&evidence->signals->clock_source, source);
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);
  return stile_verdict_name_path (stile_verdict_get_path_class (verdict));
}

static void
test_clock (void)
{
  g_assert_cmpstr (judge_clock ("service", 2 * 86400, "none", EVIDENCE_EQUAL), ==, "wrong-clock");
  g_assert_cmpstr (judge_clock ("service", -2 * 86400, "none", EVIDENCE_NOT_TOLD), ==, "wrong-clock");
  g_assert_cmpstr (judge_clock ("service", 86400, "none", EVIDENCE_EQUAL), ==, "direct");
  g_assert_cmpstr (judge_clock ("date", 2 * 86400, "none", EVIDENCE_NOT_TOLD), ==, "wrong-clock");
  /* The certificate holds by this clock, so it is whoever answers who has the wrong time. */
  g_assert_cmpstr (judge_clock ("date", 2 * 86400, "local", EVIDENCE_NOT_TOLD), ==, "intercepted-trusted");
  g_assert_cmpstr (judge_clock (NULL, 2 * 86400, "none", EVIDENCE_NOT_TOLD), ==, "intercepted-untrusted");
}

static void
test_out_of_date (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (TestPki) old = test_pki_issue (
      evidence->root,
      &(TestPkiOptions){ .name = "Service", .hosts = "service.example", .begins = -7200, .ends = -3600 });
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_see (evidence, old, "none");
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);

  evidence_assert_path (verdict, "undetermined", "unknown");
  evidence_assert_reason (verdict, "leaf_out_of_date");
}

static void
test_absurd (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) verdict = NULL;
  g_autoptr (StileVerdict) minted = NULL;

  stile_signals_set_text (&evidence->signals->oddity, "100 certificates that sign each other\xE2\x80\xAE");
  evidence_see (evidence, evidence->minted, "unknown");
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);
  evidence_assert_path (verdict, "undetermined", "unknown");
  evidence_assert_reason (verdict, "chain_absurd");
  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "sign each other\\E2\\80\\AE"));

  evidence->signals->canary = STILE_YES;
  stile_sighting_set_trust (g_ptr_array_index (evidence->signals->sightings, 0), STILE_NO, STILE_NO, NULL);
  minted = stile_verdict_judge (evidence->signals, NULL, NULL);
  evidence_assert_path (minted, "intercepted-untrusted", "strong");
  evidence_assert_reason (minted, "chain_absurd");
}

static void
test_nothing (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) verdict = NULL;
  g_autoptr (StileVerdict) plain = NULL;
  StileSighting *sighting;

  evidence->signals->reach = STILE_REACH_NOT_TRIED;
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);
  evidence_assert_path (verdict, "undetermined", "unknown");
  g_assert_cmpuint (stile_verdict_get_findings (verdict)->len, ==, 0);

  sighting = evidence_see (evidence, NULL, "unknown");
  stile_observation_set_tls (stile_sighting_get_client (sighting), NULL, NULL, NULL);
  plain = stile_verdict_judge (evidence->signals, NULL, NULL);
  evidence_assert_path (plain, "undetermined", "unknown");
  evidence_assert_reason (plain, "no_tls_outside");
}

static void
test_untrusted_service (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence->signals->atls = STILE_ATLS_UNTRUSTED;
  evidence_see (evidence, evidence->service, "public");
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);

  evidence_assert_path (verdict, "undetermined", "unknown");
  evidence_assert_reason (verdict, "service_untrusted");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/diagnosis/verdict/path/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/diagnosis/verdict/path/who-does-not-answer-intercepts-nothing", test_unreachable);
  g_test_add_func ("/diagnosis/verdict/path/a-refusal-says-how", test_refused_says_how);
  g_test_add_func ("/diagnosis/verdict/path/proxy-reaches-nobody", test_proxy_reaches_nobody);
  g_test_add_func ("/diagnosis/verdict/path/a-wrong-clock-judges-no-chain", test_clock);
  g_test_add_func ("/diagnosis/verdict/path/a-certificate-out-of-date-accuses-nobody", test_out_of_date);
  g_test_add_func ("/diagnosis/verdict/path/an-absurd-chain-is-said-to-be-one", test_absurd);
  g_test_add_func ("/diagnosis/verdict/path/nothing-gives-nothing", test_nothing);
  g_test_add_func ("/diagnosis/verdict/path/an-untrusted-service-tells-nothing", test_untrusted_service);

  return g_test_run ();
}
