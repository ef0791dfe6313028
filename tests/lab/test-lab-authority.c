/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-authority.h"

#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"

typedef struct
{
  StileLabAuthority *root;
  StileLabAuthority *below;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->root = stile_lab_authority_new ("Root", "Somebody", NULL, &error);
  g_assert_no_error (error);
  fixture->below = stile_lab_authority_new ("Below", "Somebody", fixture->root, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_assert_finalize_object (fixture->below);
  g_assert_finalize_object (fixture->root);
}

static GPtrArray *
anchors_of (StileLabAuthority *authority)
{
  GPtrArray *anchors = g_ptr_array_new ();

  g_ptr_array_add (anchors, stile_lab_authority_get_certificate (authority));

  return anchors;
}

static GPtrArray *
read_chain (GTlsCertificate *certificate)
{
  g_autoptr (GTlsCertificate) next = g_object_ref (certificate);
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);

  while (next != NULL)
    {
      g_autoptr (GByteArray) der = NULL;
      g_autoptr (GBytes) bytes = NULL;
      GTlsCertificate *issuer = g_tls_certificate_get_issuer (next);

      g_object_get (next, "certificate", &der, NULL);
      bytes = g_bytes_new (der->data, der->len);
      g_ptr_array_add (chain, stile_certificate_new_from_der (bytes, NULL));
      g_set_object (&next, issuer);
    }

  return g_steal_pointer (&chain);
}

static void
test_an_authority_is_one (Fixture *fixture, gconstpointer user_data)
{
  StileCertificate *root = stile_lab_authority_get_certificate (fixture->root);
  StileCertificate *below = stile_lab_authority_get_certificate (fixture->below);

  g_assert_true (stile_certificate_is_authority (root));
  g_assert_true (stile_certificate_is_authority (below));
  g_assert_true (stile_certificate_is_issued_by (root, root));
  g_assert_true (stile_certificate_is_issued_by (below, root));
  g_assert_false (stile_certificate_is_issued_by (root, below));
  g_assert_true (stile_certificate_is_valid_at (root, g_get_real_time () / G_USEC_PER_SEC));
}

/* The whole chain is sent but for the root, so a client that knows only the root can verify it. */
static void
test_what_it_forges_verifies (Fixture *fixture, gconstpointer user_data)
{
  static const char *const hosts[] = { "localhost", "127.0.0.1", "::1", "provision.example.com" };
  g_autoptr (GPtrArray) anchors = anchors_of (fixture->root);

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GTlsCertificate) forged = stile_lab_authority_forge (fixture->below, hosts[i], &error);
      g_autoptr (GPtrArray) chain = NULL;

      g_assert_no_error (error);
      chain = read_chain (forged);
      g_assert_cmpuint (chain->len, ==, 2);
      g_assert_true (stile_certificate_bundle_verify (chain, anchors, hosts[i], &error));
      g_assert_no_error (error);
      g_assert_false (stile_certificate_bundle_verify (chain, anchors, "elsewhere.example.com", NULL));
    }
}

static void
test_forges_once_for_a_host (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GTlsCertificate) first = stile_lab_authority_forge (fixture->root, "localhost", NULL);
  g_autoptr (GTlsCertificate) second = stile_lab_authority_forge (fixture->root, "localhost", NULL);
  g_autoptr (GTlsCertificate) other = stile_lab_authority_forge (fixture->root, "127.0.0.1", NULL);

  g_assert_true (first == second);
  g_assert_true (first != other);
}

static void
test_a_leaf_has_its_own_key (Fixture *fixture, gconstpointer user_data)
{
  const StileLabSubject subject = { .name = "Device", .serial_number = "7" };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLabLeaf) leaf = stile_lab_authority_issue (fixture->root, &subject, &error);
  g_autoptr (StileIdentity) identity = NULL;

  g_assert_no_error (error);
  identity = stile_lab_leaf_to_identity (leaf, &error);
  g_assert_no_error (error);
  g_assert_false (stile_certificate_is_authority (stile_identity_get_certificate (identity)));
  g_assert_nonnull (strstr (stile_certificate_get_subject (stile_identity_get_certificate (identity)), "7"));
}

static void
test_a_device_says_where_vouchers_are (Fixture *fixture, gconstpointer user_data)
{
  const StileLabSubject subject = { .name = "Device",
                                    .serial_number = "7",
                                    .masa_url = "https://localhost:4711" };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLabLeaf) leaf = stile_lab_authority_issue (fixture->root, &subject, &error);
  g_autoptr (StileIdentity) identity = stile_lab_leaf_to_identity (leaf, &error);
  StileCertificate *certificate = stile_identity_get_certificate (identity);
  g_autofree char *url = stile_certificate_path_get_masa_url (certificate);
  g_autofree char *serial = stile_certificate_path_get_device_serial (certificate);

  g_assert_no_error (error);
  g_assert_cmpstr (url, ==, "https://localhost:4711");
  g_assert_cmpstr (serial, ==, "7");
}

static void
test_what_has_ended_does_not_hold (Fixture *fixture, gconstpointer user_data)
{
  const StileLabSubject subject = { .name = "Device", .ended = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLabLeaf) leaf = stile_lab_authority_issue (fixture->root, &subject, &error);
  g_autoptr (StileIdentity) identity = stile_lab_leaf_to_identity (leaf, &error);
  g_autoptr (GPtrArray) anchors = anchors_of (fixture->root);

  g_assert_no_error (error);
  g_assert_false (
      stile_certificate_bundle_verify (stile_identity_get_chain (identity), anchors, NULL, &error));
  g_assert_nonnull (strstr (error->message, "expired"));
}

/* For the domain's own CA: what it signs leads to the very certificate that everybody is given. */
static void
test_is_an_identity (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_lab_authority_to_identity (fixture->root, &error);

  g_assert_no_error (error);
  g_assert_true (stile_certificate_equal (stile_identity_get_certificate (identity),
                                          stile_lab_authority_get_certificate (fixture->root)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/lab/authority/is-an-authority", test_an_authority_is_one);
  ADD ("/lab/authority/what-it-forges-verifies", test_what_it_forges_verifies);
  ADD ("/lab/authority/forges-once-for-a-host", test_forges_once_for_a_host);
  ADD ("/lab/authority/a-leaf-has-its-own-key", test_a_leaf_has_its_own_key);
  ADD ("/lab/authority/a-device-says-where-vouchers-are", test_a_device_says_where_vouchers_are);
  ADD ("/lab/authority/what-has-ended-does-not-hold", test_what_has_ended_does_not_hold);
  ADD ("/lab/authority/is-an-identity", test_is_an_identity);

  return g_test_run ();
}
