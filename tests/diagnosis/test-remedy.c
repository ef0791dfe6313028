/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-remedy.h"

#include <string.h>

#include "diagnosis/evidence.h"

/* What can be done: the right things where they help, and nothing that harms. */

static GPtrArray *
list (Evidence *evidence, StileVendors *vendors)
{
  g_autoptr (StileVerdict) verdict = stile_verdict_judge (evidence->signals, vendors, NULL);

  return stile_remedy_list (evidence->signals, verdict);
}

static StileRemedy *
find (GPtrArray *remedies, const char *id)
{
  for (guint i = 0; i < remedies->len; i++)
    if (strcmp (stile_remedy_get_id (g_ptr_array_index (remedies, i)), id) == 0)
      return g_ptr_array_index (remedies, i);

  return NULL;
}

/* Never, whatever is the matter. */
static void
assert_decent (GPtrArray *remedies)
{
  static const char *const indecent[] = { "--insecure",          "-k ",          "sslVerify",
                                          "REJECT_UNAUTHORIZED", "verify=False", "trusted-host",
                                          "accept anyway" };

  for (guint i = 0; i < remedies->len; i++)
    {
      StileRemedy *remedy = g_ptr_array_index (remedies, i);
      g_autofree char *all = g_strjoin ("\n", stile_remedy_get_title (remedy), stile_remedy_get_text (remedy),
                                        stile_remedy_get_copy (remedy), NULL);

      g_assert_cmpstr (stile_remedy_get_title (remedy), !=, "");
      g_assert_cmpstr (stile_remedy_get_text (remedy), !=, "");
      g_assert_true (strcmp (stile_remedy_get_audience (remedy), "you") == 0 ||
                     strcmp (stile_remedy_get_audience (remedy), "administrator") == 0);
      for (gsize j = 0; j < G_N_ELEMENTS (indecent); j++)
        g_assert_null (strstr (all, indecent[j]));
      g_assert_null (strstr (all, "@file@"));
      g_assert_true (g_utf8_validate (all, -1, NULL));
    }
}

static void
assert_copies (GPtrArray *remedies, const char *id, const char *part)
{
  StileRemedy *remedy = find (remedies, id);

  if (remedy == NULL)
    g_error ("no remedy %s", id);
  if (strstr (stile_remedy_get_copy (remedy), part) == NULL)
    g_error ("“%s” is not in %s", part, stile_remedy_get_copy (remedy));
}

static StileObservation *
intercept (Evidence *evidence, const char *trust)
{
  StileSighting *sighting = evidence_see (evidence, evidence->minted, trust);

  if (strcmp (trust, "local") == 0)
    stile_sighting_set_trust (sighting, STILE_YES, STILE_NO, test_pki_get_certificate (evidence->box));
  evidence->signals->atls = STILE_ATLS_ESTABLISHED;
  return evidence_tell (evidence, sighting, evidence->service, EVIDENCE_DIFFERENT);
}

static void
test_direct (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;

  evidence->signals->atls = STILE_ATLS_ESTABLISHED;
  evidence_tell (evidence, evidence_see (evidence, evidence->service, "public"), evidence->service,
                 EVIDENCE_EQUAL);
  remedies = list (evidence, NULL);

  g_assert_cmpuint (remedies->len, ==, 0);
}

static void
test_trusted (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;
  g_autofree char *pem = stile_certificate_to_pem (test_pki_get_certificate (evidence->box));

  intercept (evidence, "local");
  remedies = list (evidence, NULL);

  assert_decent (remedies);
  g_assert_nonnull (
      strstr (stile_remedy_get_text (find (remedies, "know-the-authority")), "Nothing is broken"));
  /* It is in this computer's store already. */
  g_assert_null (find (remedies, "install-system"));
  assert_copies (remedies, "get-authority", pem);
  assert_copies (remedies, "install-firefox", "stilectl trust install 'inspection-ca.pem' --store nss");
  assert_copies (remedies, "install-chrome", "certutil -d sql:\"$HOME/.pki/nssdb\"");
  assert_copies (remedies, "install-curl", "CURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt");
  assert_copies (remedies, "install-git", "git config --global http.'https://service.example/'.sslCAInfo ");
  assert_copies (remedies, "install-node", "NODE_EXTRA_CA_CERTS=");
  assert_copies (remedies, "install-python", "REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt");
  assert_copies (remedies, "install-java", "keytool -importcert -cacerts -alias 'inspection-ca'");
  assert_copies (remedies, "install-go", "SSL_CERT_FILE=");
  assert_copies (remedies, "install-docker", "'/etc/docker/certs.d/service.example/ca.crt'");
  assert_copies (remedies, "carry-through-atls", "stilectl proxy 'https://service.example/.well-known/atls'");
  assert_copies (remedies, "ask-administrator", "out of TLS inspection");
}

/* The service knows it: then the walk gets it, from whom it can be believed. */
static void
test_domain (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;

  stile_observation_set_known_authority (intercept (evidence, "none"), TRUE, "Plant Nord");
  remedies = list (evidence, NULL);

  assert_decent (remedies);
  assert_copies (remedies, "get-authority", "stilectl bootstrap 'https://service.example/.well-known/atls'");
  assert_copies (remedies, "install-system", "stilectl trust install 'domain-roots.pem' --store system");
  g_assert_null (find (remedies, "do-not-accept"));
  g_assert_nonnull (strstr (stile_remedy_get_text (find (remedies, "know-the-authority")),
                            "refuse it until it is installed"));
}

/* The service was asked, and does not know it: nobody is told to install it. */
static void
test_nobody (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;

  intercept (evidence, "none");
  remedies = list (evidence, NULL);

  assert_decent (remedies);
  g_assert_nonnull (strstr (stile_remedy_get_text (find (remedies, "do-not-accept")),
                            "Nobody vouches for “Inspection CA”"));
  for (guint i = 0; i < remedies->len; i++)
    g_assert_false (g_str_has_prefix (stile_remedy_get_id (g_ptr_array_index (remedies, i)), "install-"));
  g_assert_null (find (remedies, "get-authority"));
  g_assert_nonnull (find (remedies, "carry-through-atls"));
  assert_copies (remedies, "ask-administrator", "whether “Inspection CA” is yours");
}

/* Nobody could be asked: it may be the company's, whose administrator can tell. */
static void
test_unknown (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;

  evidence_see (evidence, evidence->minted, "none");
  remedies = list (evidence, NULL);

  assert_decent (remedies);
  g_assert_nonnull (find (remedies, "do-not-accept"));
  g_assert_nonnull (strstr (stile_remedy_get_text (find (remedies, "get-authority")), "administrator"));
  g_assert_nonnull (find (remedies, "install-system"));
  g_assert_null (find (remedies, "carry-through-atls"));
  /* The wire's own certificate is never handed out. */
  for (guint i = 0; i < remedies->len; i++)
    {
      const char *copy = stile_remedy_get_copy (g_ptr_array_index (remedies, i));

      g_assert_true (copy == NULL || strstr (copy, "BEGIN CERTIFICATE") == NULL);
    }
}

/* Where the authority's certificate never came, its key identifier is all there is. */
static void
test_no_fingerprint (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;

  evidence_see (evidence, evidence->minted, "none");
  remedies = list (evidence, NULL);

  g_assert_nonnull (
      strstr (stile_remedy_get_text (find (remedies, "do-not-accept")), "there is no fingerprint of it"));
}

static void
test_fingerprint_groups (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;
  const char *digits;
  g_autofree char *begin = NULL;
  g_autofree char *first = NULL;

  intercept (evidence, "local");
  digits = stile_certificate_get_fingerprint (test_pki_get_certificate (evidence->box));
  begin = g_strdup_printf ("%.4s %.4s %.4s ", digits, digits + 4, digits + 8);
  first = g_ascii_strup (begin, -1);
  remedies = list (evidence, NULL);

  g_assert_nonnull (strstr (stile_remedy_get_text (find (remedies, "know-the-authority")), first));
  assert_copies (remedies, "ask-administrator", first);
}

/* mitmproxy sends its leaf alone, and signs it with the leaf's own key: that key can be compared. */
static void
test_key_instead (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (TestPki) leaf =
      test_pki_issue (evidence->box, &(TestPkiOptions){ .name = "Service", .same_key_as = evidence->box });
  g_autofree char *key = stile_front_digest_key (test_pki_get_certificate (evidence->box));
  g_autofree char *begin = g_strdup_printf ("%.4s %.4s ", key, key + 4);
  g_autofree char *first = g_ascii_strup (begin, -1);
  g_autoptr (GPtrArray) remedies = NULL;

  stile_sighting_set_own_key (evidence_see (evidence, leaf, "none"), STILE_YES);
  remedies = list (evidence, NULL);

  g_assert_nonnull (strstr (stile_remedy_get_text (find (remedies, "do-not-accept")), first));
  assert_copies (remedies, "get-authority", "openssl pkey -pubin -outform DER | sha256sum");
}

/* --- the text for the administrator --- */

static void
test_ask (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;
  const char *copy;

  g_ptr_array_add (evidence->signals->addresses, g_strdup ("192.0.2.7"));
  stile_signals_set_text (&evidence->signals->proxy, "http://proxy.example:3128");
  intercept (evidence, "local");
  evidence_try (evidence, &(EvidenceTrial){ .probe = "receipt", .signed_word = TRUE });
  evidence_repeat (
      evidence,
      &(EvidenceTrial){ .probe = "media-type", .type = "application/atls+octet-stream", .status = 403 }, 2);
  evidence_repeat (evidence,
                   &(EvidenceTrial){ .probe = "body", .signed_word = TRUE, .request_changed = TRUE }, 2);
  evidence_repeat (
      evidence,
      &(EvidenceTrial){
          .probe = "body", .query = "size=9", .body = 9, .body_changed = TRUE, .signed_word = TRUE },
      2);
  remedies = list (evidence, NULL);

  assert_decent (remedies);
  g_assert_cmpstr (stile_remedy_get_audience (find (remedies, "ask-administrator")), ==, "administrator");
  copy = stile_remedy_get_copy (find (remedies, "ask-administrator"));
  g_assert_nonnull (strstr (copy, "service.example"));
  g_assert_nonnull (strstr (copy, "192.0.2.7"));
  g_assert_nonnull (strstr (copy, "http://proxy.example:3128"));
  g_assert_nonnull (strstr (copy, "The service’s certificate key is not the one this computer was shown."));
  g_assert_nonnull (
      strstr (copy, "application/atls+octet-stream to https://service.example/.well-known/atls"));
  g_assert_nonnull (strstr (copy, "ICAP"));
  /* Two findings, one wish. */
  g_assert_null (strstr (strstr (copy, "ICAP") + 1, "ICAP"));
}

static void
test_nothing_to_ask (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->front, "public");
  g_autoptr (GPtrArray) remedies = NULL;

  evidence_tell (evidence, sighting, evidence->service, EVIDENCE_DIFFERENT);
  remedies = list (evidence, NULL);

  g_assert_null (find (remedies, "ask-administrator"));
  assert_copies (remedies, "tell-operator", "stiled --front-cert");
}

/* --- nobody is reached --- */

static void
test_reach (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) unreachable = NULL;
  g_autoptr (GPtrArray) credentials = NULL;
  g_autoptr (GPtrArray) refused = NULL;

  evidence->signals->reach = STILE_REACH_NO_NAME;
  unreachable = list (evidence, NULL);
  assert_copies (unreachable, "look-at-network", "getent hosts 'service.example'");

  evidence->signals->reach = STILE_REACH_PROXY_REFUSED;
  evidence->signals->proxy_status = 407;
  stile_signals_set_text (&evidence->signals->proxy, "http://proxy.example:3128");
  credentials = list (evidence, NULL);
  g_assert_nonnull (find (credentials, "give-credentials"));

  evidence->signals->proxy_status = 403;
  refused = list (evidence, NULL);
  g_assert_null (find (refused, "give-credentials"));
  g_assert_null (find (refused, "use-proxy-variables"));
  assert_copies (refused, "ask-administrator", "are not let through");
  assert_copies (refused, "ask-administrator", "Allow CONNECT to service.example:443");
}

static void
test_clock (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;

  evidence->signals->clock_offset = 400 * 86400;
  stile_signals_set_text (&evidence->signals->clock_source, "service");
  remedies = list (evidence, NULL);

  assert_copies (remedies, "set-clock", "timedatectl");
}

static void
test_portal (void)
{
  static const struct
  {
    const char *url;
    const char *copy;
  } pages[] = {
    { "https://portal.example/login", "https://portal.example/login" },
    { "javascript:alert(1)", NULL },
    { "file:///etc/passwd", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autoptr (Evidence) evidence = evidence_new ();
      g_autoptr (GPtrArray) remedies = NULL;

      evidence->signals->portal = STILE_YES;
      stile_signals_set_text (&evidence->signals->portal_url, pages[i].url);
      evidence_see (evidence, evidence->minted, "none");
      remedies = list (evidence, NULL);
      /* It goes away by signing in: its certificate is nothing to install, and nobody needs to be asked. */
      g_assert_null (find (remedies, "install-system"));
      g_assert_null (find (remedies, "ask-administrator"));
      g_assert_cmpstr (stile_remedy_get_copy (find (remedies, "sign-in")), ==, pages[i].copy);
    }
}

static void
test_proxy_variables (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) desktop = NULL;
  g_autoptr (GPtrArray) environment = NULL;

  evidence_see (evidence, evidence->service, "public");
  stile_signals_set_text (&evidence->signals->proxy, "http://proxy.example:3128");
  stile_signals_set_text (&evidence->signals->proxy_source, "desktop");
  desktop = list (evidence, NULL);
  assert_copies (desktop, "use-proxy-variables", "https_proxy='http://proxy.example:3128'");

  stile_signals_set_text (&evidence->signals->proxy_source, "environment");
  environment = list (evidence, NULL);
  g_assert_null (find (environment, "use-proxy-variables"));
}

/* --- what somebody else chose --- */

static void
test_hostile (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (TestPki) box = test_pki_authority_new ("../../etc/x'; rm -rf ~ #\n", TEST_PKI_P256);
  g_autoptr (TestPki) minted = test_pki_issue (box, &(TestPkiOptions){ .name = "Service" });
  g_autoptr (GPtrArray) remedies = NULL;

  stile_signals_set_text (&evidence->signals->url, "https://service.example/a'b");
  stile_sighting_set_trust (evidence_see (evidence, minted, "local"), STILE_YES, STILE_NO,
                            test_pki_get_certificate (box));
  evidence->signals->atls = STILE_ATLS_ESTABLISHED;
  remedies = list (evidence, NULL);

  assert_decent (remedies);
  assert_copies (remedies, "install-firefox", "stilectl trust install 'etc-x-rm-rf-0a.pem' --store nss");
  assert_copies (remedies, "carry-through-atls", "stilectl proxy 'https://service.example/a'\\''b'");
}

static void
test_vendor (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, NULL);
  g_autoptr (TestPki) box = test_pki_authority_new ("ESET SSL Filter CA", TEST_PKI_P256);
  g_autoptr (TestPki) minted = test_pki_issue (box, &(TestPkiOptions){ .name = "Service" });
  g_autoptr (Evidence) leaked = evidence_new ();
  g_autoptr (TestPki) adware = test_pki_authority_new ("Superfish, Inc.", TEST_PKI_P256);
  g_autoptr (TestPki) shown = test_pki_issue (adware, &(TestPkiOptions){ .name = "Service" });
  g_autoptr (GPtrArray) scanner = NULL;
  g_autoptr (GPtrArray) remove = NULL;

  evidence_see (evidence, minted, "local");
  scanner = list (evidence, vendors);
  g_assert_nonnull (find (scanner, "switch-off-scanning"));

  evidence_see (leaked, shown, "local");
  remove = list (leaked, vendors);
  g_assert_nonnull (find (remove, "remove-authority"));
  g_assert_null (find (remove, "install-firefox"));
}

static void
test_short_flights (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GPtrArray) remedies = NULL;

  intercept (evidence, "local");
  evidence_try (evidence, &(EvidenceTrial){ .probe = "request-size", .size = 2048, .signed_word = TRUE });
  evidence_repeat (evidence, &(EvidenceTrial){ .probe = "request-size", .size = 2049, .status = 413 }, 2);
  remedies = list (evidence, NULL);

  g_assert_nonnull (strstr (stile_remedy_get_text (find (remedies, "shorten-certificates")), "2048"));
  assert_copies (remedies, "ask-administrator", "Raise the limit for the size of requests");
}

static void
test_variant (void)
{
  g_autoptr (StileRemedy) remedy = stile_remedy_new ("id", "you", "Title", "Text", "copy");
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_remedy_to_variant (remedy));
  g_autoptr (StileRemedy) again = stile_remedy_new_from_variant (variant);
  g_autoptr (GVariant) other = g_variant_ref_sink (g_variant_new_parsed ("{'id': <'x'>, 'title': <3>}"));
  g_autoptr (GVariant) number = g_variant_ref_sink (g_variant_new_uint32 (3));

  g_assert_cmpstr (stile_remedy_get_id (again), ==, "id");
  g_assert_cmpstr (stile_remedy_get_audience (again), ==, "you");
  g_assert_cmpstr (stile_remedy_get_title (again), ==, "Title");
  g_assert_cmpstr (stile_remedy_get_text (again), ==, "Text");
  g_assert_cmpstr (stile_remedy_get_copy (again), ==, "copy");
  g_assert_null (stile_remedy_new_from_variant (other));
  g_assert_null (stile_remedy_new_from_variant (number));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/remedy/nothing-where-nothing-is-wrong", test_direct);
  g_test_add_func ("/diagnosis/remedy/a-trusted-box", test_trusted);
  g_test_add_func ("/diagnosis/remedy/a-box-of-the-domain", test_domain);
  g_test_add_func ("/diagnosis/remedy/a-box-for-which-nobody-vouches", test_nobody);
  g_test_add_func ("/diagnosis/remedy/a-box-about-which-nobody-was-asked", test_unknown);
  g_test_add_func ("/diagnosis/remedy/says-when-there-is-no-fingerprint", test_no_fingerprint);
  g_test_add_func ("/diagnosis/remedy/shows-the-key-that-signs-itself", test_key_instead);
  g_test_add_func ("/diagnosis/remedy/fingerprints-in-groups-of-four", test_fingerprint_groups);
  g_test_add_func ("/diagnosis/remedy/asks-with-all-that-is-needed", test_ask);
  g_test_add_func ("/diagnosis/remedy/asks-nobody-for-nothing", test_nothing_to_ask);
  g_test_add_func ("/diagnosis/remedy/where-nobody-is-reached", test_reach);
  g_test_add_func ("/diagnosis/remedy/a-wrong-clock", test_clock);
  g_test_add_func ("/diagnosis/remedy/a-captive-portal", test_portal);
  g_test_add_func ("/diagnosis/remedy/proxy-variables", test_proxy_variables);
  g_test_add_func ("/diagnosis/remedy/hostile-names-are-harmless", test_hostile);
  g_test_add_func ("/diagnosis/remedy/scanners-and-leaked-keys", test_vendor);
  g_test_add_func ("/diagnosis/remedy/short-flights", test_short_flights);
  g_test_add_func ("/diagnosis/remedy/reads-back-what-it-writes", test_variant);

  return g_test_run ();
}
