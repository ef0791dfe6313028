/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-certificate-chain.h"
#include "codec/stile-certificate-path.h"
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
  gint64 now;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  fixture->middle = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Middle", .authority = TRUE });
  fixture->leaf = test_pki_issue (fixture->middle, &(TestPkiOptions){ .name = "Leaf" });
  fixture->stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  fixture->now = g_get_real_time () / G_USEC_PER_SEC;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->leaf, test_pki_unref);
  g_clear_pointer (&fixture->middle, test_pki_unref);
  g_clear_pointer (&fixture->root, test_pki_unref);
  g_clear_pointer (&fixture->stranger, test_pki_unref);
}

static void
assert_leads_to (
    GPtrArray *chain, GPtrArray *anchors, gint64 at, StileCertificatePathFlags flags, TestPki *to)
{
  g_autoptr (StileCertificate) anchor = NULL;
  g_autoptr (GError) error = NULL;
  gboolean leads = stile_certificate_path_verify (chain, anchors, at, flags, &anchor, &error);

  g_assert_no_error (error);
  g_assert_true (leads);
  g_assert_true (stile_certificate_equal (anchor, test_pki_get_certificate (to)));
}

static void
assert_refused (
    GPtrArray *chain, GPtrArray *anchors, gint64 at, StileCertificatePathFlags flags, const char *says)
{
  g_autoptr (StileCertificate) anchor = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_certificate_path_verify (chain, anchors, at, flags, &anchor, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_null (anchor);
  if (strstr (error->message, says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, says);
}

/* BOOTSTRAP P14: the pin may be any certificate of the way, and is all that is needed of it. */
static void
test_any_certificate_may_be_the_anchor (Fixture *fixture, gconstpointer data)
{
  TestPki *const pins[] = { fixture->root, fixture->middle, fixture->leaf };
  g_autoptr (GPtrArray) whole = test_pki_list (fixture->leaf, fixture->middle, fixture->root, NULL);
  g_autoptr (GPtrArray) mixed =
      test_pki_list (fixture->leaf, fixture->stranger, fixture->root, fixture->middle, fixture->leaf, NULL);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (fixture->leaf);

  for (gsize i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      g_autoptr (GPtrArray) anchors = test_pki_list (pins[i], NULL);

      assert_leads_to (whole, anchors, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, pins[i]);
      assert_leads_to (mixed, anchors, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, pins[i]);
      assert_leads_to (chain, anchors, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, pins[i]);
      g_assert_true (stile_certificate_path_verify (chain, anchors, fixture->now,
                                                    STILE_CERTIFICATE_PATH_DEFAULT, NULL, NULL));
    }
}

static void
test_the_anchors_are_the_only_ones (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) whole = test_pki_list (fixture->leaf, fixture->middle, fixture->root, NULL);
  g_autoptr (GPtrArray) alone = test_pki_list (fixture->leaf, NULL);
  g_autoptr (TestPki) sibling = test_pki_issue (fixture->middle, &(TestPkiOptions){ .name = "Sibling" });
  g_autoptr (TestPki) namesake = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GPtrArray) siblings = test_pki_list (sibling, NULL);
  g_autoptr (GPtrArray) namesakes = test_pki_list (namesake, NULL);
  g_autoptr (GPtrArray) strangers = test_pki_list (fixture->stranger, NULL);
  g_autoptr (GPtrArray) roots = test_pki_list (fixture->root, NULL);
  g_autoptr (GPtrArray) itself = test_pki_list (fixture->stranger, NULL);
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

  assert_refused (whole, strangers, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "not a trusted authority");
  assert_refused (whole, siblings, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "not a trusted authority");
  assert_refused (whole, namesakes, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "not a trusted authority");
  assert_refused (whole, nobody, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "not a trusted authority");
  assert_refused (alone, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "signed by “Middle”");
  assert_refused (itself, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "signed by itself");
  assert_refused (nobody, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "no certificate");
}

/* Root, middle and leaf, one of them with other dates, under each anchor. */
static void
test_dates_hold_at_each_place (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 begins;
    gint64 ends;
    const char *says;
  } dates[] = { { -2 * DAY, -DAY, "“Odd” has expired on " }, { DAY, 2 * DAY, "“Odd” is not valid before " } };

  for (gsize i = 0; i < 6; i++)
    {
      const TestPkiOptions odd = {
        .name = "Odd", .authority = TRUE, .begins = dates[i / 3].begins, .ends = dates[i / 3].ends
      };
      g_autoptr (TestPki) root =
          test_pki_issue (NULL, i % 3 == 0 ? &odd : &(TestPkiOptions){ .authority = TRUE });
      g_autoptr (TestPki) middle =
          test_pki_issue (root, i % 3 == 1 ? &odd : &(TestPkiOptions){ .name = "M", .authority = TRUE });
      g_autoptr (TestPki) leaf =
          test_pki_issue (middle, i % 3 == 2 ? &odd : &(TestPkiOptions){ .name = "L" });
      g_autoptr (GPtrArray) chain = test_pki_get_chain (leaf);
      g_autoptr (GPtrArray) anchors = test_pki_list (root, NULL);
      gint64 then = fixture->now + (dates[i / 3].begins + dates[i / 3].ends) / 2;
      gboolean forgiven = i == 2;

      assert_refused (chain, anchors, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, dates[i / 3].says);
      assert_leads_to (chain, anchors, STILE_CERTIFICATE_PATH_NO_TIME, STILE_CERTIFICATE_PATH_DEFAULT, root);
      assert_refused (chain, anchors, then, STILE_CERTIFICATE_PATH_DEFAULT,
                      i < 3 ? "not valid before" : "has expired on");
      if (forgiven)
        assert_leads_to (chain, anchors, fixture->now, STILE_CERTIFICATE_PATH_IGNORE_LEAF_END, root);
      else
        assert_refused (chain, anchors, fixture->now, STILE_CERTIFICATE_PATH_IGNORE_LEAF_END,
                        dates[i / 3].says);
    }
}

/* RFC 5280 section 4.1.2.5: both ends belong to it.  A pinned leaf has dates, too. */
static void
test_both_ends_are_included (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) chain = test_pki_list (fixture->leaf, NULL);
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->leaf, NULL);
  StileCertificate *leaf = test_pki_get_certificate (fixture->leaf);
  gint64 begin = g_date_time_to_unix (stile_certificate_get_not_before (leaf));
  gint64 end = g_date_time_to_unix (stile_certificate_get_not_after (leaf));

  assert_leads_to (chain, anchors, begin, STILE_CERTIFICATE_PATH_DEFAULT, fixture->leaf);
  assert_leads_to (chain, anchors, end, STILE_CERTIFICATE_PATH_DEFAULT, fixture->leaf);
  assert_refused (chain, anchors, begin - 1, STILE_CERTIFICATE_PATH_IGNORE_LEAF_END, "not valid before");
  assert_refused (chain, anchors, end + 1, STILE_CERTIFICATE_PATH_DEFAULT, "has expired on");
  assert_leads_to (chain, anchors, end + 1, STILE_CERTIFICATE_PATH_IGNORE_LEAF_END, fixture->leaf);
}

static void
test_goes_only_through_authorities (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) below = test_pki_issue (fixture->leaf, &(TestPkiOptions){ .name = "Below" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (below);
  g_autoptr (GPtrArray) roots = test_pki_list (fixture->root, NULL);
  g_autoptr (GPtrArray) leaves = test_pki_list (fixture->leaf, NULL);

  assert_refused (chain, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "may not issue others");
  assert_refused (chain, leaves, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "may not issue others");
}

static void
test_refuses_forged_signatures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) roots = test_pki_list (fixture->root, NULL);
  g_autoptr (GPtrArray) leaves = test_pki_list (fixture->leaf, NULL);
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);

  g_autoptr (TestPki) twin = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "Root", .authority = TRUE, .same_key_as = fixture->root });
  g_autoptr (GPtrArray) twins = g_ptr_array_new_with_free_func (g_object_unref);

  /* With the anchor's name and key, but not signed by it. */
  g_ptr_array_add (twins, test_pki_forge (twin));
  assert_refused (twins, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "a signature does not hold");

  g_ptr_array_add (chain, test_pki_forge (fixture->leaf));
  g_ptr_array_add (chain, g_object_ref (test_pki_get_certificate (fixture->middle)));
  assert_refused (chain, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "“Leaf”");
  assert_refused (chain, leaves, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "“Leaf”");
}

/* Two authorities that have signed one another, and a way out of the circle. */
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
  g_autoptr (GPtrArray) strangers = test_pki_list (fixture->stranger, NULL);
  g_autoptr (GPtrArray) twos = test_pki_list (two, NULL);

  assert_refused (chain, strangers, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "not a trusted authority");
  assert_leads_to (chain, twos, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, two);
}

/* Fifteen that have all signed one another have more ways than there is time for. */
static void
test_gives_up_in_a_thicket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) key = test_pki_authority_new ("Same", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (key, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (GPtrArray) chain = test_pki_list (leaf, NULL);
  g_autoptr (GPtrArray) strangers = test_pki_list (fixture->stranger, NULL);

  for (guint i = 0; i < STILE_CERTIFICATE_CHAIN_MAX_LENGTH - 1; i++)
    {
      g_autoptr (TestPki) same =
          test_pki_issue (key, &(TestPkiOptions){ .name = "Same", .authority = TRUE, .same_key_as = key });

      g_ptr_array_add (chain, g_object_ref (test_pki_get_certificate (same)));
    }
  assert_refused (chain, strangers, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "not a trusted authority");
}

/* The same authority twice, with old dates and with good ones: the good way is taken, whichever comes first. */
static void
test_one_way_that_holds_is_enough (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) old = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Middle",
                                                                              .authority = TRUE,
                                                                              .same_key_as = fixture->middle,
                                                                              .begins = -2 * DAY,
                                                                              .ends = -DAY });
  g_autoptr (GPtrArray) old_first = test_pki_list (fixture->leaf, old, fixture->middle, NULL);
  g_autoptr (GPtrArray) old_last = test_pki_list (fixture->leaf, fixture->middle, old, NULL);
  g_autoptr (GPtrArray) roots = test_pki_list (fixture->root, NULL);

  assert_leads_to (old_first, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, fixture->root);
  assert_leads_to (old_last, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, fixture->root);
}

static void
test_limits_the_length (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) chain = test_pki_list (fixture->leaf, fixture->middle, NULL);
  g_autoptr (GPtrArray) roots = test_pki_list (fixture->root, NULL);
  g_autoptr (GError) error = NULL;

  while (chain->len < STILE_CERTIFICATE_CHAIN_MAX_LENGTH)
    g_ptr_array_add (chain, g_object_ref (test_pki_get_certificate (fixture->stranger)));
  assert_leads_to (chain, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, fixture->root);

  g_ptr_array_add (chain, g_object_ref (test_pki_get_certificate (fixture->stranger)));
  g_assert_false (stile_certificate_path_verify (chain, roots, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT,
                                                 NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "17 certificates, the limit is 16"));
}

typedef void (*Change) (gnutls_x509_crt_t crt);

/* A copy of @pki that says something else, signed again by @issuer's key. */
static StileCertificate *
change (TestPki *pki, TestPki *issuer, Change how)
{
  gnutls_x509_crt_t crt;
  gnutls_datum_t der = { (guint8 *)g_bytes_get_data (test_pki_get_der (pki), NULL),
                         (unsigned int)g_bytes_get_size (test_pki_get_der (pki)) };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate;

  gnutls_x509_crt_init (&crt);
  gnutls_x509_crt_import (crt, &der, GNUTLS_X509_FMT_DER);
  how (crt);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, stile_certificate_get_x509 (test_pki_get_certificate (issuer)),
                                          test_pki_get_key (issuer), GNUTLS_DIG_SHA256, 0),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der), ==, 0);
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crt_deinit (crt);
  certificate = stile_certificate_new_from_der (bytes, &error);
  g_assert_no_error (error);

  return certificate;
}

static void
add_critical_extension (gnutls_x509_crt_t crt)
{
  g_assert_cmpint (gnutls_x509_crt_set_extension_by_oid (crt, "1.3.6.1.4.1.32473.2", "\5\0", 2, 1), ==, 0);
}

static void
set_path_length (gnutls_x509_crt_t crt)
{
  g_assert_cmpint (gnutls_x509_crt_set_basic_constraints (crt, 1, 0), ==, 0);
}

static void
take_cert_sign (gnutls_x509_crt_t crt)
{
  g_assert_cmpint (gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_DIGITAL_SIGNATURE), ==, 0);
}

static void
constrain_names (gnutls_x509_crt_t crt)
{
  const gnutls_datum_t name = { (guint8 *)"other.example", 13 };
  gnutls_x509_name_constraints_t constraints;

  gnutls_x509_name_constraints_init (&constraints);
  gnutls_x509_name_constraints_add_permitted (constraints, GNUTLS_SAN_DNSNAME, &name);
  g_assert_cmpint (gnutls_x509_crt_set_name_constraints (crt, constraints, 1), ==, 0);
  gnutls_x509_name_constraints_deinit (constraints);
}

/* RFC 5280 section 6, at the root (which is the anchor), at the intermediate, and at the leaf. */
static void
test_issuing_has_its_rules (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    Change root;
    Change middle;
    Change leaf;
    const char *says;
  } table[] = {
    { add_critical_extension, NULL, NULL,
      "“Root” has a critical extension that is not known here (1.3.6.1.4.1.32473.2)" },
    { NULL, add_critical_extension, NULL, "“Middle” has a critical extension" },
    { NULL, NULL, add_critical_extension, "“Leaf” has a critical extension" },
    { set_path_length, NULL, NULL, "An authority above “Leaf” may not issue it" },
    { take_cert_sign, NULL, NULL, "An authority above “Leaf” may not issue it" },
    { NULL, take_cert_sign, NULL, "An authority above “Leaf” may not issue it" },
    { constrain_names, NULL, NULL, "An authority above “Leaf” may not issue it" },
    { NULL, constrain_names, NULL, "An authority above “Leaf” may not issue it" },
  };
  g_autoptr (TestPki) named = test_pki_issue (
      fixture->middle,
      &(TestPkiOptions){ .name = "Leaf", .hosts = "a.example", .same_key_as = fixture->leaf });

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (GPtrArray) anchors = g_ptr_array_new_with_free_func (g_object_unref);
      StileCertificate *root = test_pki_get_certificate (fixture->root);
      StileCertificate *middle = test_pki_get_certificate (fixture->middle);
      StileCertificate *leaf = test_pki_get_certificate (named);

      g_ptr_array_add (chain, table[i].leaf != NULL ? change (named, fixture->middle, table[i].leaf)
                                                    : g_object_ref (leaf));
      g_ptr_array_add (chain, table[i].middle != NULL
                                  ? change (fixture->middle, fixture->root, table[i].middle)
                                  : g_object_ref (middle));
      g_ptr_array_add (anchors, table[i].root != NULL ? change (fixture->root, fixture->root, table[i].root)
                                                      : g_object_ref (root));
      assert_refused (chain, anchors, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, table[i].says);
    }
}

/* Nothing is asked of a pinned leaf but that it can be understood. */
static void
test_a_pinned_leaf_is_understood_too (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StileCertificate) odd = change (fixture->leaf, fixture->middle, add_critical_extension);
  g_autoptr (GPtrArray) itself = g_ptr_array_new ();

  g_ptr_array_add (itself, odd);
  assert_refused (itself, itself, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "critical extension");
}

static void
test_refuses_weak_algorithms (Fixture *fixture, gconstpointer data)
{
  gnutls_x509_crt_t crt;
  gnutls_datum_t der = { (guint8 *)g_bytes_get_data (test_pki_get_der (fixture->leaf), NULL),
                         (unsigned int)g_bytes_get_size (test_pki_get_der (fixture->leaf)) };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (StileCertificate) leaf = NULL;
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->middle, NULL);

  gnutls_x509_crt_init (&crt);
  gnutls_x509_crt_import (crt, &der, GNUTLS_X509_FMT_DER);
  g_assert_cmpint (
      gnutls_x509_crt_sign2 (crt, stile_certificate_get_x509 (test_pki_get_certificate (fixture->middle)),
                             test_pki_get_key (fixture->middle), GNUTLS_DIG_SHA1, 0),
      ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der), ==, 0);
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crt_deinit (crt);
  leaf = stile_certificate_new_from_der (bytes, NULL);
  g_ptr_array_add (chain, leaf);
  assert_refused (chain, anchors, fixture->now, STILE_CERTIFICATE_PATH_DEFAULT, "algorithm that is broken");
}

static void
add (const char *name, void (*run) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/codec/certificate-path/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("any-certificate-may-be-the-anchor", test_any_certificate_may_be_the_anchor);
  add ("the-anchors-are-the-only-ones", test_the_anchors_are_the_only_ones);
  add ("dates-hold-at-each-place", test_dates_hold_at_each_place);
  add ("both-ends-are-included", test_both_ends_are_included);
  add ("goes-only-through-authorities", test_goes_only_through_authorities);
  add ("refuses-forged-signatures", test_refuses_forged_signatures);
  add ("is-not-caught-in-circles", test_is_not_caught_in_circles);
  add ("gives-up-in-a-thicket", test_gives_up_in_a_thicket);
  add ("one-way-that-holds-is-enough", test_one_way_that_holds_is_enough);
  add ("limits-the-length", test_limits_the_length);
  add ("issuing-has-its-rules", test_issuing_has_its_rules);
  add ("a-pinned-leaf-is-understood-too", test_a_pinned_leaf_is_understood_too);
  add ("refuses-weak-algorithms", test_refuses_weak_algorithms);

  return g_test_run ();
}
