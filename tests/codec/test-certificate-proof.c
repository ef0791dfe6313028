/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-proof.h"

#include "support/test-pki.h"

static gboolean
is_known (StileCertificateProof proof, TestPki *first, StileCertificate *second)
{
  StileCertificate *path[] = { test_pki_get_certificate (first), second };
  g_autofree char *name = stile_certificate_proof_name (proof, path, G_N_ELEMENTS (path));

  return stile_certificate_proof_is_known (name);
}

/* What holds is remembered by its bytes: a certificate that came again is the same, one with another byte is not. */
static void
test_remembers_what_holds (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (StileCertificate) forged = test_pki_forge (leaf);
  g_autoptr (StileCertificate) again = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificate *authority = test_pki_get_certificate (root);

  g_assert_false (is_known (STILE_CERTIFICATE_PROOF_SIGNED, leaf, authority));
  g_assert_true (stile_certificate_is_issued_by (test_pki_get_certificate (leaf), authority));
  g_assert_true (is_known (STILE_CERTIFICATE_PROOF_SIGNED, leaf, authority));
  again = stile_certificate_new_from_der (test_pki_get_der (root), &error);
  g_assert_no_error (error);
  g_assert_true (is_known (STILE_CERTIFICATE_PROOF_SIGNED, leaf, again));
  g_assert_true (stile_certificate_is_issued_by (test_pki_get_certificate (leaf), again));

  g_assert_false (stile_certificate_is_issued_by (forged, authority));
  g_assert_false (stile_certificate_is_issued_by (forged, authority));
  g_assert_false (is_known (STILE_CERTIFICATE_PROOF_ISSUED, leaf, authority));
  g_assert_false (stile_certificate_is_issued_by (authority, test_pki_get_certificate (leaf)));
}

/* An authority with the same name and another key has signed nothing. */
static void
test_tells_namesakes_apart (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) namesake = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf" });

  g_assert_true (
      stile_certificate_is_issued_by (test_pki_get_certificate (leaf), test_pki_get_certificate (root)));
  g_assert_false (
      stile_certificate_is_issued_by (test_pki_get_certificate (leaf), test_pki_get_certificate (namesake)));
}

static void
test_forgets_the_oldest (void)
{
  stile_certificate_proof_remember ("first");
  stile_certificate_proof_remember ("first");
  g_assert_true (stile_certificate_proof_is_known ("first"));
  for (guint i = 0; i < 1023; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      stile_certificate_proof_remember (name);
    }
  g_assert_true (stile_certificate_proof_is_known ("first"));
  stile_certificate_proof_remember ("last");
  g_assert_false (stile_certificate_proof_is_known ("first"));
  g_assert_true (stile_certificate_proof_is_known ("0"));
  g_assert_true (stile_certificate_proof_is_known ("last"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificate-proof/remembers-what-holds", test_remembers_what_holds);
  g_test_add_func ("/certificate-proof/tells-namesakes-apart", test_tells_namesakes_apart);
  g_test_add_func ("/certificate-proof/forgets-the-oldest", test_forgets_the_oldest);
  return g_test_run ();
}
