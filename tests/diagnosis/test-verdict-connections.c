/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/evidence.h"

#include <string.h>

/* Several connections, each judged by itself, and then all of them. */

static StileVerdict *
judge (Evidence *evidence)
{
  return stile_verdict_judge (evidence->signals, NULL, NULL);
}

static void
test_selective (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *direct = evidence_see (evidence, evidence->service, "public");
  StileSighting *read = evidence_see (evidence, evidence->minted, "local");
  g_autoptr (GPtrArray) why = g_ptr_array_new_with_free_func (g_free);
  StileConfidence confidence;
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_tell (evidence, direct, evidence->service, EVIDENCE_EQUAL);
  evidence_tell (evidence, read, evidence->service, EVIDENCE_DIFFERENT);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "selective-interception", "strong");
  evidence_assert_reason (verdict, "classes_differ");
  g_assert_true (stile_verdict_get_sighting (verdict) == read);
  g_assert_true (stile_verdict_is_intercepted (verdict));
  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "1 of 2"));
  g_assert_cmpint (stile_verdict_judge_sighting (evidence->signals, direct, &confidence, why), ==,
                   STILE_PATH_DIRECT);
  g_assert_cmpint (confidence, ==, STILE_CONFIDENCE_PROVEN);
  g_assert_cmpint (stile_verdict_judge_sighting (evidence->signals, read, &confidence, NULL), ==,
                   STILE_PATH_INTERCEPTED_TRUSTED);
}

/* A public certificate on a connection of which the service said nothing, where others are read: it was let pass. */
static void
test_let_pass (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_see (evidence, evidence->service, "public");
  evidence_see (evidence, evidence->minted, "local");
  verdict = judge (evidence);

  evidence_assert_path (verdict, "selective-interception", "likely");
}

/* Of the one that is read the service spoke; of the other it did not. */
static void
test_half_sure (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_see (evidence, evidence->service, "public");
  evidence_tell (evidence, evidence_see (evidence, evidence->minted, "local"), evidence->front,
                 EVIDENCE_DIFFERENT);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "selective-interception", "likely");
  g_assert_cmpint (stile_sighting_get_authentication (stile_verdict_get_sighting (verdict)), ==,
                   STILE_AUTHENTICATED_BY_RECEIPT);
}

/* The handshake's own probe never hears from the service; the same key was shown where it did. */
static void
test_same_key (void)
{
  static const char *const trusts[] = { "public", "local", "none" };

  for (gsize i = 0; i < G_N_ELEMENTS (trusts); i++)
    {
      g_autoptr (Evidence) evidence = evidence_new ();
      StileSighting *silent = evidence_see (evidence, evidence->service, trusts[i]);
      StileSighting *told = evidence_see (evidence, evidence->service, trusts[i]);
      g_autoptr (GPtrArray) why = g_ptr_array_new_with_free_func (g_free);
      StileConfidence confidence;
      g_autoptr (StileVerdict) verdict = NULL;

      evidence_tell (evidence, told, evidence->service, EVIDENCE_EQUAL);
      verdict = judge (evidence);

      evidence_assert_path (verdict, "direct", "proven");
      g_assert_true (stile_verdict_get_sighting (verdict) == told);
      g_assert_cmpint (stile_verdict_judge_sighting (evidence->signals, silent, &confidence, why), ==,
                       STILE_PATH_DIRECT);
      g_assert_true (g_ptr_array_find_with_equal_func (why, "same_key", g_str_equal, NULL));
    }
}

static void
test_same_key_of_a_box (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *told;
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_see (evidence, evidence->minted, "none");
  told = evidence_see (evidence, evidence->minted, "none");
  evidence_tell (evidence, told, evidence->service, EVIDENCE_DIFFERENT);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "intercepted-untrusted", "strong");
}

/* A service may have an RSA and an ECDSA certificate, of one authority. */
static void
test_same_issuer (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *silent = evidence_see (evidence, evidence->front, "local");
  StileSighting *told = evidence_see (evidence, evidence->service, "local");
  StileConfidence confidence;
  g_autoptr (StileVerdict) verdict = NULL;

  stile_sighting_set_trust (told, STILE_YES, STILE_NO, test_pki_get_certificate (evidence->root));
  evidence_tell (evidence, told, evidence->service, EVIDENCE_EQUAL);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "direct", "proven");
  g_assert_cmpint (stile_verdict_judge_sighting (evidence->signals, silent, &confidence, NULL), ==,
                   STILE_PATH_DIRECT);
  g_assert_cmpint (confidence, ==, STILE_CONFIDENCE_LIKELY);
}

/* Who only calls himself by the authority's name is no relative. */
static void
test_same_name (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (TestPki) impostor = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) forged =
      test_pki_issue (impostor, &(TestPkiOptions){ .name = "Service", .hosts = "service.example" });
  StileSighting *told = evidence_see (evidence, evidence->service, "local");
  g_autoptr (StileVerdict) verdict = NULL;

  stile_sighting_set_trust (told, STILE_YES, STILE_NO, test_pki_get_certificate (evidence->root));
  evidence_tell (evidence, told, evidence->service, EVIDENCE_EQUAL);
  evidence_see (evidence, forged, "none");
  verdict = judge (evidence);

  evidence_assert_path (verdict, "selective-interception", "likely");
}

/* A service that is reached past its front, too: nobody intercepts. */
static void
test_past_the_front (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *direct = evidence_see (evidence, evidence->service, "public");
  StileSighting *fronted = evidence_see (evidence, evidence->front, "public");
  g_autoptr (StileFront) front = stile_front_new ();
  g_autoptr (StileVerdict) verdict = NULL;

  stile_front_add_certificate (front, test_pki_get_certificate (evidence->front));
  evidence_tell (evidence, direct, evidence->service, EVIDENCE_EQUAL);
  stile_observation_set_front (evidence_tell (evidence, fronted, NULL, EVIDENCE_NO_TLS), front);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "service-terminator", "proven");
  g_assert_false (stile_verdict_is_intercepted (verdict));
}

/* A public certificate of which nobody says anything takes nothing from what is proven. */
static void
test_unknown_beside_proven (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *direct = evidence_see (evidence, evidence->service, "public");
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_see (evidence, evidence->front, "public");
  evidence_tell (evidence, direct, evidence->service, EVIDENCE_EQUAL);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "direct", "proven");
}

/* --- who signs --- */

static void
test_authority_of_store (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->minted, "local");
  StileCertificate *box = test_pki_get_certificate (evidence->box);
  g_autoptr (StileVerdict) verdict = NULL;

  stile_sighting_set_trust (sighting, STILE_YES, STILE_NO, box);
  verdict = judge (evidence);

  g_assert_true (stile_verdict_get_authority (verdict) == box);
  g_assert_cmpstr (stile_verdict_get_authority_name (verdict), ==, "Inspection CA");
  g_assert_cmpstr (stile_verdict_get_authority_id (verdict), ==, stile_certificate_get_fingerprint (box));
  g_assert_cmpint (stile_verdict_get_standing (verdict), ==, STILE_STANDING_SYSTEM);
  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "“Inspection CA”"));
}

static void
test_authority_sent (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->minted, "none");
  g_autoptr (GPtrArray) chain = test_pki_list (evidence->minted, evidence->box, NULL);
  g_autoptr (StileVerdict) verdict = NULL;

  stile_observation_set_chain (stile_sighting_get_client (sighting), chain);
  verdict = judge (evidence);

  g_assert_true (stile_verdict_get_authority (verdict) == test_pki_get_certificate (evidence->box));
  g_assert_cmpint (stile_verdict_get_standing (verdict), ==, STILE_STANDING_NOBODY);
}

/* Somebody else's authority behind a leaf has not signed it. */
static void
test_authority_borrowed (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->minted, "none");
  g_autoptr (GPtrArray) chain = test_pki_list (evidence->minted, evidence->root, NULL);
  g_autoptr (StileVerdict) verdict = NULL;

  stile_observation_set_chain (stile_sighting_get_client (sighting), chain);
  verdict = judge (evidence);

  g_assert_null (stile_verdict_get_authority (verdict));
  g_assert_null (stile_verdict_get_authority_id (verdict));
  g_assert_cmpstr (stile_verdict_get_authority_name (verdict), ==, "Inspection CA");
}

/* mitmproxy: the leaf alone, with the authority's key. */
static void
test_authority_by_key (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (TestPki) leaf = test_pki_issue (
      evidence->box,
      &(TestPkiOptions){ .name = "Service", .hosts = "service.example", .same_key_as = evidence->box });
  StileSighting *sighting = evidence_see (evidence, leaf, "none");
  g_autofree char *key = stile_front_digest_key (test_pki_get_certificate (evidence->box));
  g_autoptr (StileVerdict) verdict = NULL;

  stile_sighting_set_own_key (sighting, STILE_YES);
  verdict = judge (evidence);

  g_assert_null (stile_verdict_get_authority (verdict));
  g_assert_cmpstr (stile_verdict_get_authority_id (verdict), ==, key);
}

static void
test_domain (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->minted, "none");
  StileObservation *service = evidence_tell (evidence, sighting, evidence->service, EVIDENCE_DIFFERENT);
  g_autoptr (StileVerdict) verdict = NULL;

  stile_observation_set_known_authority (service, TRUE, "Plant Nord");
  verdict = judge (evidence);

  evidence_assert_path (verdict, "intercepted-untrusted", "strong");
  g_assert_cmpint (stile_verdict_get_standing (verdict), ==, STILE_STANDING_DOMAIN);
  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "Plant Nord"));
}

static void
test_nobody_to_blame (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->service, "local");
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_tell (evidence, sighting, evidence->service, EVIDENCE_EQUAL);
  verdict = judge (evidence);

  g_assert_cmpint (stile_verdict_get_standing (verdict), ==, STILE_STANDING_NONE);
  g_assert_null (stile_verdict_get_authority (verdict));
  g_assert_null (stile_verdict_get_authority_name (verdict));
  g_assert_null (stile_verdict_get_vendor (verdict));
}

static void
test_intended (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autofree char *folder = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (folder, "known.conf", NULL);
  g_autoptr (StileKnownAuthorities) known = stile_known_authorities_new (path);
  g_autoptr (StileVerdict) before = NULL;
  g_autoptr (StileVerdict) after = NULL;
  g_autoptr (GError) error = NULL;

  stile_sighting_set_own_key (evidence_see (evidence, evidence->minted, "none"), STILE_YES);
  before = stile_verdict_judge (evidence->signals, NULL, known);
  g_assert_false (stile_verdict_is_intended (before));

  g_assert_true (
      stile_known_authorities_add (known, stile_verdict_get_authority_id (before), "Ours", &error));
  g_assert_no_error (error);
  after = stile_verdict_judge (evidence->signals, NULL, known);
  g_assert_true (stile_verdict_is_intended (after));
  test_pki_directory_remove (folder);
}

/* --- words --- */

static void
test_session_is_not_affected (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVerdict) without = NULL;
  g_autoptr (StileVerdict) with = NULL;

  evidence_see (evidence, evidence->minted, "local");
  without = judge (evidence);
  evidence->signals->atls = STILE_ATLS_ESTABLISHED;
  with = judge (evidence);

  g_assert_null (strstr (stile_verdict_get_sentence (without), "ATLS session is not affected"));
  g_assert_nonnull (strstr (stile_verdict_get_sentence (with), "ATLS session is not affected"));
}

/* A guess says what it is based on. */
static void
test_vendor (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, NULL);
  StileSighting *sighting = evidence_see (evidence, evidence->minted, "local");
  g_autoptr (StileVerdict) nameless = stile_verdict_judge (evidence->signals, vendors, NULL);
  g_autoptr (StileVerdict) by_field = NULL;

  g_assert_null (stile_verdict_get_vendor (nameless));
  stile_observation_add_header (stile_sighting_get_client (sighting), "X-Cache", "MISS");
  by_field = stile_verdict_judge (evidence->signals, vendors, NULL);

  g_assert_cmpstr (stile_verdict_get_vendor (by_field)->name, ==, "Squid ssl-bump");
  g_assert_nonnull (
      strstr (stile_verdict_get_sentence (by_field), "By the fields that it adds it could be Squid"));
}

static void
test_minted_by_a_public_authority (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->minted, "public");
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_tell (evidence, sighting, evidence->service, EVIDENCE_DIFFERENT);
  stile_sighting_set_own_key (sighting, STILE_YES);
  verdict = judge (evidence);

  evidence_assert_path (verdict, "unlisted-public", "strong");
  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "made on the spot"));
}

static void
test_long_names (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autofree char *name = g_strnfill (60, 'Z');
  g_autofree char *hostile = g_strconcat ("\xE2\x80\xAE", name, NULL);
  g_autoptr (TestPki) box = test_pki_authority_new (hostile, TEST_PKI_P256);
  g_autoptr (TestPki) minted =
      test_pki_issue (box, &(TestPkiOptions){ .name = "Service", .hosts = "service.example" });
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_see (evidence, minted, "none");
  verdict = judge (evidence);

  g_assert_nonnull (strstr (stile_verdict_get_sentence (verdict), "“\\E2\\80\\AEZZ"));
  g_assert_cmpuint (strlen (stile_verdict_get_sentence (verdict)), <, 600);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/verdict/connections/some-read-is-selective", test_selective);
  g_test_add_func ("/diagnosis/verdict/connections/one-let-pass-is-selective", test_let_pass);
  g_test_add_func ("/diagnosis/verdict/connections/as-sure-as-the-less-sure-half", test_half_sure);
  g_test_add_func ("/diagnosis/verdict/connections/the-same-key-is-the-same", test_same_key);
  g_test_add_func ("/diagnosis/verdict/connections/the-same-key-of-a-box", test_same_key_of_a_box);
  g_test_add_func ("/diagnosis/verdict/connections/the-same-issuer-is-likely-the-same", test_same_issuer);
  g_test_add_func ("/diagnosis/verdict/connections/the-same-name-is-not", test_same_name);
  g_test_add_func ("/diagnosis/verdict/connections/past-the-front-is-no-interception", test_past_the_front);
  g_test_add_func ("/diagnosis/verdict/connections/unknown-takes-nothing-from-proven",
                   test_unknown_beside_proven);
  g_test_add_func ("/diagnosis/verdict/authority/of-the-store", test_authority_of_store);
  g_test_add_func ("/diagnosis/verdict/authority/as-it-was-sent", test_authority_sent);
  g_test_add_func ("/diagnosis/verdict/authority/not-one-that-only-stands-there", test_authority_borrowed);
  g_test_add_func ("/diagnosis/verdict/authority/by-its-key", test_authority_by_key);
  g_test_add_func ("/diagnosis/verdict/authority/of-the-domain", test_domain);
  g_test_add_func ("/diagnosis/verdict/authority/nobody-where-nobody-reads", test_nobody_to_blame);
  g_test_add_func ("/diagnosis/verdict/authority/intended-once-somebody-said-so", test_intended);
  g_test_add_func ("/diagnosis/verdict/words/the-session-only-when-it-is-up", test_session_is_not_affected);
  g_test_add_func ("/diagnosis/verdict/words/a-guess-says-what-it-is-based-on", test_vendor);
  g_test_add_func ("/diagnosis/verdict/words/public-and-made-on-the-spot", test_minted_by_a_public_authority);
  g_test_add_func ("/diagnosis/verdict/words/hostile-names-are-shown-harmless", test_long_names);

  return g_test_run ();
}
