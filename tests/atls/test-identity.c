/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-identity.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-credentials.h"
#include "atls/stile-error.h"
#include "support/test-tls.h"

typedef struct
{
  char *directory;
  char *certificate;
  char *key;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  fixture->directory = test_pki_directory_new ();
  fixture->certificate = test_pki_save_chain (parties->server, fixture->directory, "server");
  fixture->key = test_pki_save_key (parties->server, fixture->directory, "server");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_pki_directory_remove (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->certificate);
  g_free (fixture->key);
}

static void
assert_refused (const char *certificate, const char *key, const char *expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_identity_load (certificate, key, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, expected));
}

static void
test_loads (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (GError) error = NULL;
  StileIdentity *identity = stile_identity_load (fixture->certificate, fixture->key, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (stile_identity_get_chain (identity)->len, ==, 1);
  g_assert_true (stile_certificate_equal (stile_identity_get_certificate (identity),
                                          test_pki_get_certificate (parties->server)));
  g_assert_finalize_object (identity);
}

static void
test_names_the_missing_file (Fixture *fixture, gconstpointer data)
{
  assert_refused ("/nowhere/at-all.pem", fixture->key, "/nowhere/at-all.pem");
  assert_refused (fixture->certificate, "/nowhere/at-all.key", "/nowhere/at-all.key");
}

static void
test_names_the_file_that_is_none (Fixture *fixture, gconstpointer data)
{
  assert_refused (fixture->key, fixture->key, fixture->key);
  assert_refused (fixture->certificate, fixture->certificate, fixture->certificate);
}

static void
test_names_the_file_that_is_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "long.key", NULL);
  g_autofree char *text = g_strnfill (STILE_IDENTITY_MAX_KEY_SIZE + 1, 'A');

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  assert_refused (fixture->certificate, path, path);
  assert_refused (fixture->certificate, path, "65537 bytes");
}

static void
test_an_empty_key_is_none (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "empty.key", NULL);

  g_assert_true (g_file_set_contents (path, "", -1, NULL));
  assert_refused (fixture->certificate, path, path);
}

static void
test_a_key_with_a_password_says_so (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autofree char *path = g_build_filename (fixture->directory, "locked.key", NULL);
  gnutls_datum_t pem = { NULL, 0 };

  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (test_pki_get_key (parties->server), GNUTLS_X509_FMT_PEM,
                                                      "secret", GNUTLS_PKCS_PBES2_AES_256, &pem),
                   ==, 0);
  g_assert_true (g_file_set_contents (path, (char *)pem.data, pem.size, NULL));
  gnutls_free (pem.data);
  assert_refused (fixture->certificate, path, "password");
}

static char *
key_fingerprint (TestPki *pki)
{
  guint8 id[32];
  size_t size = sizeof id;
  GString *text = g_string_new (NULL);

  g_assert_cmpint (
      gnutls_x509_privkey_get_key_id (test_pki_get_key (pki), GNUTLS_KEYID_USE_SHA256, id, &size), ==, 0);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", id[i]);

  return g_string_free (text, FALSE);
}

/* Both fingerprints, so that one sees which of the two files is the wrong one. */
static void
test_a_key_of_another_certificate_is_refused (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autofree char *other = test_pki_save_key (parties->client, fixture->directory, "client");
  g_autofree char *of_key = key_fingerprint (parties->client);
  g_autofree char *of_certificate = key_fingerprint (parties->server);

  assert_refused (fixture->certificate, other, of_key);
  assert_refused (fixture->certificate, other, of_certificate);
  assert_refused (fixture->certificate, other, other);
}

static void
test_a_chain_has_its_limits (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  char *pem = test_pki_get_key_pem (parties->server);
  g_autoptr (GBytes) key = g_bytes_new_take (pem, strlen (pem));
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) empty_error = NULL;
  g_autoptr (GError) long_error = NULL;

  g_assert_null (stile_identity_new (chain, key, &empty_error));
  g_assert_error (empty_error, STILE_ERROR, STILE_ERROR_SETTINGS);
  for (guint i = 0; i < 17; i++)
    g_ptr_array_add (chain, g_object_ref (test_pki_get_certificate (parties->server)));
  g_assert_null (stile_identity_new (chain, key, &long_error));
  g_assert_error (long_error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (long_error->message, "17"));
}

static void
test_a_missing_token_is_said (Fixture *fixture, gconstpointer data)
{
  assert_refused (fixture->certificate, "pkcs11:token=no-such-token;object=none",
                  "pkcs11:token=no-such-token");
  assert_refused ("pkcs11:token=no-such-token;object=none", fixture->key, "token");
}

/* --- credentials: what is wrong is said at configuration --- */

static void
test_a_cipher_without_aead_is_refused (void)
{
  static const char *const refused[] = { "AES-128-CBC", "3DES-CBC", "NULL", "ARCFOUR-128", "made-up", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);
      const char *const names[] = { "AES-128-GCM", refused[i], NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (stile_credentials_set_ciphers (credentials, names, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, refused[i]));
      g_assert_finalize_object (credentials);
    }
}

static void
test_a_server_must_be_somebody (void)
{
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_SERVER);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) session_error = NULL;

  g_assert_false (stile_credentials_prepare (credentials, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_null (stile_session_new (credentials, NULL, &session_error));
  g_assert_error (session_error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_finalize_object (credentials);
}

static void
test_credentials_say_what_they_are (void)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileIdentity) identity = test_tls_identity_new (parties->client);
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (stile_credentials_get_verification (credentials), ==, STILE_VERIFICATION_SYSTEM);
  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_pinned (credentials, test_pki_get_certificate (parties->server));
  g_assert_cmpint (stile_credentials_get_verification (credentials), ==, STILE_VERIFICATION_PINNED);
  stile_credentials_set_provisional (credentials);
  g_assert_cmpint (stile_credentials_get_verification (credentials), ==, STILE_VERIFICATION_PROVISIONAL);
  stile_credentials_set_application_protocols (credentials, protocols);
  g_assert_cmpstr (stile_credentials_get_application_protocols (credentials)[0], ==, "bhttp");
  g_assert_true (stile_credentials_get_identity (credentials) == identity);
  g_assert_cmpint (stile_credentials_get_role (credentials), ==, STILE_ROLE_CLIENT);
  g_assert_true (stile_credentials_prepare (credentials, &error));
  g_assert_true (stile_credentials_prepare (credentials, &error));
  g_assert_no_error (error);
  g_assert_finalize_object (credentials);
}

#define ADD(path, test) g_test_add ("/atls/identity/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("loads", test_loads);
  ADD ("names-the-missing-file", test_names_the_missing_file);
  ADD ("names-the-file-that-is-none", test_names_the_file_that_is_none);
  ADD ("names-the-file-that-is-too-long", test_names_the_file_that_is_too_long);
  ADD ("an-empty-key-is-none", test_an_empty_key_is_none);
  ADD ("a-key-with-a-password-says-so", test_a_key_with_a_password_says_so);
  ADD ("a-key-of-another-certificate-is-refused", test_a_key_of_another_certificate_is_refused);
  ADD ("a-chain-has-its-limits", test_a_chain_has_its_limits);
  ADD ("a-missing-token-is-said", test_a_missing_token_is_said);
  g_test_add_func ("/atls/credentials/a-cipher-without-aead-is-refused",
                   test_a_cipher_without_aead_is_refused);
  g_test_add_func ("/atls/credentials/a-server-must-be-somebody", test_a_server_must_be_somebody);
  g_test_add_func ("/atls/credentials/say-what-they-are", test_credentials_say_what_they_are);

  return g_test_run ();
}
