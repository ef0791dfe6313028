/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-chain.h"
#include "support/test-pki.h"

#define HOUR (60 * 60)
#define DAY (24 * HOUR)

/* Root, an intermediate below it, a leaf below that, and a root that has nothing to do with them. */
typedef struct
{
  TestPki *root;
  TestPki *middle;
  TestPki *leaf;
  TestPki *stranger;
  GPtrArray *anchors;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  fixture->middle = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Middle", .authority = TRUE });
  fixture->leaf =
      test_pki_issue (fixture->middle, &(TestPkiOptions){ .name = "Leaf", .hosts = "a.example,b.example" });
  fixture->stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  fixture->anchors = test_pki_list (fixture->root, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->anchors, g_ptr_array_unref);
  g_clear_pointer (&fixture->leaf, test_pki_unref);
  g_clear_pointer (&fixture->middle, test_pki_unref);
  g_clear_pointer (&fixture->root, test_pki_unref);
  g_clear_pointer (&fixture->stranger, test_pki_unref);
}

static void
assert_trusted (GPtrArray *chain, GPtrArray *anchors, const char *host)
{
  g_autoptr (GError) error = NULL;
  gboolean trusted = stile_certificate_bundle_verify (chain, anchors, host, &error);

  g_assert_no_error (error);
  g_assert_true (trusted);
}

static void
assert_refused (GPtrArray *chain, GPtrArray *anchors, const char *host, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_certificate_bundle_verify (chain, anchors, host, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  if (strstr (error->message, says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, says);
}

/* @expected: NULL when no anchor may be found. */
static void
assert_leads_to (GPtrArray *chain, GPtrArray *anchors, TestPki *expected)
{
  g_autoptr (StileCertificate) anchor = stile_certificate_chain_find_anchor (chain, anchors);

  g_assert_true (anchor == (expected != NULL ? test_pki_get_certificate (expected) : NULL));
}

static void
test_trusts_a_whole_chain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (fixture->leaf);
  g_autoptr (GPtrArray) with_root = test_pki_list (fixture->leaf, fixture->middle, fixture->root, NULL);

  assert_trusted (chain, fixture->anchors, NULL);
  assert_trusted (chain, fixture->anchors, "b.example");
  assert_trusted (with_root, fixture->anchors, "a.example");
}

static void
test_says_who_signed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (fixture->leaf);
  g_autoptr (GPtrArray) alone = test_pki_list (fixture->leaf, NULL);
  g_autoptr (GPtrArray) itself = test_pki_list (fixture->stranger, NULL);
  g_autoptr (GPtrArray) strangers = test_pki_list (fixture->stranger, NULL);
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

  assert_refused (chain, strangers, NULL, "“Leaf” leads to “Root”, which is not a trusted authority");
  assert_refused (alone, fixture->anchors, NULL,
                  "“Leaf” is signed by “Middle”, which is not a trusted authority");
  assert_refused (itself, fixture->anchors, NULL, "“Stranger” is signed by itself");
  assert_refused (chain, nobody, NULL, "not a trusted authority");
  assert_refused (nobody, fixture->anchors, NULL, "There is no certificate");
}

static void
test_says_whom_it_is_for (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) many = test_pki_issue (fixture->root, &(TestPkiOptions){ .hosts = "a.x,b.x,c.x,d.x" });
  g_autoptr (TestPki) none = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Nameless" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (fixture->leaf);
  g_autoptr (GPtrArray) many_chain = test_pki_get_chain (many);
  g_autoptr (GPtrArray) none_chain = test_pki_get_chain (none);

  assert_refused (chain, fixture->anchors, "c.example", "is for a.example, b.example, not for c.example");
  assert_refused (many_chain, fixture->anchors, "e.x", "is for a.x, b.x, c.x, …, not for e.x");
  assert_refused (none_chain, fixture->anchors, "e.x", "is for Nameless, not for e.x");
}

static void
test_says_since_when_it_has_expired (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) old =
      test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Old", .begins = -2 * DAY, .ends = -DAY });
  g_autoptr (TestPki) early =
      test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Early", .begins = DAY, .ends = 2 * DAY });
  g_autoptr (TestPki) old_middle = test_pki_issue (
      fixture->root,
      &(TestPkiOptions){ .name = "Old middle", .authority = TRUE, .begins = -2 * DAY, .ends = -DAY });
  g_autoptr (TestPki) below = test_pki_issue (old_middle, &(TestPkiOptions){ .name = "Below" });
  TestPki *const cases[] = { old, early, below };
  static const char *const says[] = { "“Old” has expired on ", "“Early” is not valid before ",
                                      "“Old middle” has expired on " };
  g_autofree char *date =
      g_date_time_format (stile_certificate_get_not_after (test_pki_get_certificate (old)), "%F %H:%M UTC");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) chain = test_pki_get_chain (cases[i]);

      assert_refused (chain, fixture->anchors, NULL, says[i]);
      if (i == 0)
        assert_refused (chain, fixture->anchors, NULL, date);
      assert_leads_to (chain, fixture->anchors, fixture->root);
    }
}

static void
test_an_anchor_expires_too (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) root = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "Old root", .authority = TRUE, .begins = -2 * DAY, .ends = -DAY });
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (leaf);
  g_autoptr (GPtrArray) anchors = test_pki_list (root, NULL);

  assert_refused (chain, anchors, NULL, "“Old root” has expired on ");
  assert_leads_to (chain, anchors, root);
}

static void
test_refuses_forged_signatures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) leaf = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (TestPki) namesake = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) of_namesake = test_pki_issue (namesake, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (of_namesake);
  g_autoptr (GPtrArray) with_copy = test_pki_list (of_namesake, fixture->root, NULL);
  g_autoptr (GPtrArray) forged = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (forged, test_pki_forge (leaf));
  assert_refused (forged, fixture->anchors, NULL, "a signature does not hold");
  assert_leads_to (forged, fixture->anchors, NULL);
  assert_refused (chain, fixture->anchors, NULL, "“Leaf”");
  assert_leads_to (chain, fixture->anchors, NULL);
  assert_refused (with_copy, fixture->anchors, NULL, "“Leaf”");
  assert_leads_to (with_copy, fixture->anchors, NULL);
}

/* A device's own certificate does not make it an authority. */
static void
test_goes_only_through_authorities (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) below =
      test_pki_issue (fixture->leaf, &(TestPkiOptions){ .name = "Below", .hosts = "a.example" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (below);
  g_autoptr (GPtrArray) leaf_as_anchor = test_pki_list (fixture->leaf, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (chain->len, ==, 3);
  g_assert_false (stile_certificate_bundle_verify (chain, fixture->anchors, "a.example", &error));
  assert_leads_to (chain, fixture->anchors, NULL);
  assert_leads_to (chain, leaf_as_anchor, NULL);
}

static void
test_finds_the_anchor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) both = test_pki_list (fixture->stranger, fixture->root, NULL);
  g_autoptr (GPtrArray) middle = test_pki_list (fixture->middle, NULL);
  g_autoptr (GPtrArray) itself = test_pki_list (fixture->leaf, NULL);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (fixture->leaf);
  g_autoptr (GPtrArray) alone = test_pki_list (fixture->leaf, NULL);
  g_autoptr (GPtrArray) mixed =
      test_pki_list (fixture->leaf, fixture->stranger, fixture->root, fixture->middle, NULL);
  g_autoptr (GPtrArray) empty = g_ptr_array_new ();

  assert_leads_to (chain, both, fixture->root);
  assert_leads_to (mixed, both, fixture->root);
  assert_leads_to (alone, middle, fixture->middle);
  assert_leads_to (alone, itself, fixture->leaf);
  assert_leads_to (alone, both, NULL);
  assert_leads_to (empty, both, NULL);
  assert_leads_to (chain, empty, NULL);
}

/* Two authorities that have signed one another: the walk ends all the same. */
static void
test_is_not_caught_in_circles (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("One", TEST_PKI_P256);
  g_autoptr (TestPki) two = test_pki_authority_new ("Two", TEST_PKI_P256);
  g_autoptr (TestPki) one_by_two =
      test_pki_issue (two, &(TestPkiOptions){ .name = "One", .authority = TRUE, .same_key_as = one });
  g_autoptr (TestPki) two_by_one =
      test_pki_issue (one, &(TestPkiOptions){ .name = "Two", .authority = TRUE, .same_key_as = two });
  g_autoptr (TestPki) leaf = test_pki_issue (one, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (GPtrArray) chain = test_pki_list (leaf, one_by_two, two_by_one, one_by_two, two_by_one, NULL);
  g_autoptr (GPtrArray) anchors = test_pki_list (two, NULL);

  assert_leads_to (chain, fixture->anchors, NULL);
  assert_refused (chain, fixture->anchors, NULL, "not a trusted authority");
  assert_leads_to (chain, anchors, two);
}

static void
test_limits_the_length (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < STILE_CERTIFICATE_CHAIN_MAX_LENGTH + 1; i++)
    g_ptr_array_add (chain, g_object_ref (test_pki_get_certificate (fixture->leaf)));

  g_assert_false (stile_certificate_bundle_verify (chain, fixture->anchors, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "17"));
  g_assert_nonnull (strstr (error->message, "16"));
  assert_leads_to (chain, fixture->anchors, NULL);
}

static void
test_trusts_every_kind_of_key (Fixture *fixture, gconstpointer data)
{
  static const TestPkiKey keys[] = { TEST_PKI_P256, TEST_PKI_P384, TEST_PKI_ED25519, TEST_PKI_RSA };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (TestPki) root = test_pki_authority_new ("Root", keys[i]);
      g_autoptr (TestPki) leaf =
          test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf", .hosts = "a.example" });
      g_autoptr (GPtrArray) chain = test_pki_get_chain (leaf);
      g_autoptr (GPtrArray) anchors = test_pki_list (root, NULL);

      assert_trusted (chain, anchors, "a.example");
      assert_leads_to (chain, anchors, root);
    }
}

static void
add (const char *name, void (*run) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/codec/certificate-chain/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("trusts-a-whole-chain", test_trusts_a_whole_chain);
  add ("says-who-signed", test_says_who_signed);
  add ("says-whom-it-is-for", test_says_whom_it_is_for);
  add ("says-since-when-it-has-expired", test_says_since_when_it_has_expired);
  add ("an-anchor-expires-too", test_an_anchor_expires_too);
  add ("refuses-forged-signatures", test_refuses_forged_signatures);
  add ("goes-only-through-authorities", test_goes_only_through_authorities);
  add ("finds-the-anchor", test_finds_the_anchor);
  add ("is-not-caught-in-circles", test_is_not_caught_in_circles);
  add ("limits-the-length", test_limits_the_length);
  add ("trusts-every-kind-of-key", test_trusts_every_kind_of_key);

  return g_test_run ();
}
