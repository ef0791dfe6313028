/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-pki.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "lab/stile-lab-directory.h"

#define MASA_URL "https://localhost:4711"

typedef struct
{
  StileLabDirectory *directory;
  StileLabPki *pki;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = stile_lab_directory_new (g_get_tmp_dir (), &error);
  g_assert_no_error (error);
  fixture->pki = stile_lab_pki_new (stile_lab_directory_get_path (fixture->directory), MASA_URL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_assert_finalize_object (fixture->pki);
  g_assert_finalize_object (fixture->directory);
}

static GPtrArray *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *certificates = stile_certificate_bundle_load_pem (path, &error);

  g_assert_no_error (error);

  return certificates;
}

static void
assert_verifies (GPtrArray *chain, const char *anchors_file, const char *host)
{
  g_autoptr (GPtrArray) anchors = load (anchors_file);
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_certificate_bundle_verify (chain, anchors, host, &error));
  g_assert_no_error (error);
}

static void
test_the_device_is_the_manufacturers (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) chain = load (stile_lab_pki_get_certificate_file (fixture->pki));
  g_autoptr (GPtrArray) domain = load (stile_lab_pki_get_domain_file (fixture->pki));

  assert_verifies (chain, stile_lab_pki_get_anchors_file (fixture->pki), NULL);
  g_assert_false (stile_certificate_bundle_verify (chain, domain, NULL, NULL));
}

static void
test_the_device_has_a_serial_number (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) chain = load (stile_lab_pki_get_certificate_file (fixture->pki));

  g_autofree char *serial = stile_certificate_path_get_device_serial (g_ptr_array_index (chain, 0));
  g_autofree char *url = stile_certificate_path_get_masa_url (g_ptr_array_index (chain, 0));

  g_assert_cmpstr (serial, ==, STILE_LAB_PKI_DEVICE);
  g_assert_cmpstr (url, ==, MASA_URL);
}

static void
test_the_devices_key_belongs_to_it (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_identity_load (
      stile_lab_pki_get_certificate_file (fixture->pki), stile_lab_pki_get_key_file (fixture->pki), &error);

  g_assert_no_error (error);
  g_assert_nonnull (identity);
}

/* Whoever starts with the manufacturer alone must not believe the registrar: only a voucher makes it. */
static void
test_the_registrar_is_the_domains (Fixture *fixture, gconstpointer user_data)
{
  StileIdentity *registrar = stile_lab_pki_get_identity (fixture->pki, STILE_LAB_PART_REGISTRAR);
  GPtrArray *chain = stile_identity_get_chain (registrar);
  g_autoptr (GPtrArray) manufacturer = load (stile_lab_pki_get_anchors_file (fixture->pki));

  assert_verifies (chain, stile_lab_pki_get_domain_file (fixture->pki), STILE_LAB_PKI_HOST);
  assert_verifies (chain, stile_lab_pki_get_domain_file (fixture->pki), "127.0.0.1");
  g_assert_false (stile_certificate_bundle_verify (chain, manufacturer, NULL, NULL));
  g_assert_true (stile_certificate_path_has_purpose (g_ptr_array_index (chain, 0), STILE_PURPOSE_CMC_RA));
}

static void
test_the_masa_is_the_manufacturers (Fixture *fixture, gconstpointer user_data)
{
  StileIdentity *https = stile_lab_pki_get_identity (fixture->pki, STILE_LAB_PART_MASA_HTTPS);
  StileIdentity *signer = stile_lab_pki_get_identity (fixture->pki, STILE_LAB_PART_MASA);

  assert_verifies (stile_identity_get_chain (https), stile_lab_pki_get_anchors_file (fixture->pki),
                   STILE_LAB_PKI_HOST);
  assert_verifies (stile_identity_get_chain (signer), stile_lab_pki_get_anchors_file (fixture->pki), NULL);
}

static void
test_who_lies_has_the_names_only (Fixture *fixture, gconstpointer user_data)
{
  const struct
  {
    StileLabPart liar;
    StileLabPart honest;
    const char *anchors;
  } liars[] = {
    { STILE_LAB_PART_ROGUE_MASA, STILE_LAB_PART_MASA, stile_lab_pki_get_anchors_file (fixture->pki) },
    { STILE_LAB_PART_IMPOSTOR, STILE_LAB_PART_REGISTRAR, stile_lab_pki_get_domain_file (fixture->pki) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (liars); i++)
    {
      StileIdentity *liar = stile_lab_pki_get_identity (fixture->pki, liars[i].liar);
      StileIdentity *honest = stile_lab_pki_get_identity (fixture->pki, liars[i].honest);
      g_autoptr (GPtrArray) anchors = load (liars[i].anchors);

      g_assert_cmpstr (stile_certificate_get_subject (stile_identity_get_certificate (liar)), ==,
                       stile_certificate_get_subject (stile_identity_get_certificate (honest)));
      g_assert_false (stile_certificate_bundle_verify (stile_identity_get_chain (liar), anchors, NULL, NULL));
    }
}

static void
test_the_device_can_age (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_lab_pki_age_device (fixture->pki, TRUE, &error));
  g_assert_no_error (error);
  test_the_device_has_a_serial_number (fixture, user_data);
  test_the_devices_key_belongs_to_it (fixture, user_data);
  {
    g_autoptr (GPtrArray) chain = load (stile_lab_pki_get_certificate_file (fixture->pki));
    g_autoptr (GPtrArray) anchors = load (stile_lab_pki_get_anchors_file (fixture->pki));

    g_assert_false (stile_certificate_bundle_verify (chain, anchors, NULL, NULL));
  }
  g_assert_true (stile_lab_pki_age_device (fixture->pki, FALSE, &error));
  test_the_device_is_the_manufacturers (fixture, user_data);
}

/* With the domain's root a client believes the middlebox: the whole point of the bootstrap. */
static void
test_the_inspection_is_the_domains (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) chain = load (stile_lab_pki_get_inspection_file (fixture->pki));

  g_assert_cmpuint (chain->len, ==, 1);
  assert_verifies (chain, stile_lab_pki_get_domain_file (fixture->pki), NULL);
}

static void
test_the_agent_is_the_domains (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) agent =
      stile_identity_load (stile_lab_pki_get_agent_certificate_file (fixture->pki),
                           stile_lab_pki_get_agent_key_file (fixture->pki), &error);
  GPtrArray *chain;

  g_assert_no_error (error);
  chain = stile_identity_get_chain (agent);
  g_assert_cmpuint (chain->len, ==, 2);
  g_assert_true (stile_certificate_equal (
      g_ptr_array_index (chain, 1),
      stile_lab_authority_get_certificate (stile_lab_pki_get_authority (fixture->pki, STILE_LAB_AGENTS))));
  assert_verifies (chain, stile_lab_pki_get_domain_file (fixture->pki), NULL);
}

static void
test_the_stranger_is_nobodys (Fixture *fixture, gconstpointer user_data)
{
  StileCertificate *stranger =
      stile_lab_authority_get_certificate (stile_lab_pki_get_authority (fixture->pki, STILE_LAB_STRANGER));
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  g_autoptr (GPtrArray) domain = load (stile_lab_pki_get_domain_file (fixture->pki));

  g_ptr_array_add (chain, stranger);
  g_assert_false (stile_certificate_bundle_verify (chain, domain, NULL, NULL));
}

static void
test_a_key_is_for_its_owner_only (Fixture *fixture, gconstpointer user_data)
{
  struct stat status;

  g_assert_cmpint (g_stat (stile_lab_pki_get_key_file (fixture->pki), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (stile_lab_pki_get_agent_key_file (fixture->pki), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

/* The authorities' keys must not lie around, throw-away or not. */
static void
test_no_other_key_is_written (Fixture *fixture, gconstpointer user_data)
{
  const char *path = stile_lab_directory_get_path (fixture->directory);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint keys = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
      keys += strstr (text, "PRIVATE KEY-----\n") != NULL;
    }

  g_assert_cmpuint (keys, ==, 2); /* the device's and the technician's */
}

static void
test_each_is_fresh (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileLabDirectory) directory = stile_lab_directory_new (g_get_tmp_dir (), NULL);
  g_autoptr (StileLabPki) other =
      stile_lab_pki_new (stile_lab_directory_get_path (directory), MASA_URL, NULL);
  g_autoptr (GPtrArray) ours = load (stile_lab_pki_get_anchors_file (fixture->pki));
  g_autoptr (GPtrArray) theirs = load (stile_lab_pki_get_anchors_file (other));

  g_assert_false (stile_certificate_equal (g_ptr_array_index (ours, 0), g_ptr_array_index (theirs, 0)));
}

static void
test_says_where_it_cannot_write (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_lab_pki_new ("/nowhere/at/all", MASA_URL, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, "Making the lab’s certificates: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/lab/pki/the-device-is-the-manufacturers", test_the_device_is_the_manufacturers);
  ADD ("/lab/pki/the-device-has-a-serial-number", test_the_device_has_a_serial_number);
  ADD ("/lab/pki/the-devices-key-belongs-to-it", test_the_devices_key_belongs_to_it);
  ADD ("/lab/pki/the-registrar-is-the-domains", test_the_registrar_is_the_domains);
  ADD ("/lab/pki/the-masa-is-the-manufacturers", test_the_masa_is_the_manufacturers);
  ADD ("/lab/pki/who-lies-has-the-names-only", test_who_lies_has_the_names_only);
  ADD ("/lab/pki/the-device-can-age", test_the_device_can_age);
  ADD ("/lab/pki/the-inspection-is-the-domains", test_the_inspection_is_the_domains);
  ADD ("/lab/pki/the-agent-is-the-domains", test_the_agent_is_the_domains);
  ADD ("/lab/pki/the-stranger-is-nobodys", test_the_stranger_is_nobodys);
  ADD ("/lab/pki/a-key-is-for-its-owner-only", test_a_key_is_for_its_owner_only);
  ADD ("/lab/pki/no-other-key-is-written", test_no_other_key_is_written);
  ADD ("/lab/pki/each-is-fresh", test_each_is_fresh);
  g_test_add_func ("/lab/pki/says-where-it-cannot-write", test_says_where_it_cannot_write);

  return g_test_run ();
}
