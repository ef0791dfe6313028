/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment-key.h"

#include <glib/gstdio.h>
#include <gnutls/pkcs11.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-identity.h"
#include "bootstrap/stile-token-key.h"
#include "codec/stile-certificate-request.h"
#include "codec/stile-certificate-bundle.h"
#include "support/test-pki.h"
#include "support/test-tokens.h"

#define PIN "4711"

static const StileEnrolmentKeyKind kinds[] = { STILE_ENROLMENT_KEY_P256, STILE_ENROLMENT_KEY_P384,
                                               STILE_ENROLMENT_KEY_RSA_2048, STILE_ENROLMENT_KEY_RSA_3072,
                                               STILE_ENROLMENT_KEY_ED25519 };

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->path = g_build_filename (self->directory, "new.key", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_free (self->path);
}

static StileCertificate *
issue (StileEnrolmentKey *key, TestPki *issuer)
{
  gnutls_x509_crt_t crt;
  gnutls_pubkey_t public_key;
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate;
  time_t now = time (NULL);

  gnutls_pubkey_init (&public_key);
  gnutls_x509_crt_init (&crt);
  g_assert_cmpint (gnutls_pubkey_import_privkey (public_key, stile_enrolment_key_get_private (key), 0, 0), ==,
                   0);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, "\x07", 1);
  gnutls_x509_crt_set_dn (crt, "CN=Device", NULL);
  gnutls_x509_crt_set_activation_time (crt, now - 60);
  gnutls_x509_crt_set_expiration_time (crt, now + 3600);
  g_assert_cmpint (gnutls_x509_crt_set_pubkey (crt, public_key), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, stile_certificate_get_x509 (test_pki_get_certificate (issuer)),
                                          test_pki_get_key (issuer), GNUTLS_DIG_SHA256, 0),
                   ==, 0);
  gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der);
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_pubkey_deinit (public_key);
  certificate = stile_certificate_new_from_der (bytes, &error);
  g_assert_no_error (error);
  return certificate;
}

static void
assert_signs (StileEnrolmentKey *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificateRequest) request =
      stile_certificate_request_create (&(StileCertificateRequestTemplate){ .common_name = "Device" },
                                        stile_enrolment_key_get_private (key), &error);
  g_autoptr (GBytes) public_key = NULL;

  g_assert_no_error (error);
  g_assert_true (stile_certificate_request_verify (request, &error));
  g_assert_no_error (error);
  public_key = stile_certificate_request_get_public_key (request);
  g_assert_true (g_bytes_equal (public_key, stile_enrolment_key_get_public (key)));
}

static void
test_makes_a_file (Fixture *self, gconstpointer data)
{
  const StileEnrolmentKeyKind *kind = data;
  const StileEnrolmentKeyPlace place = { .place = self->path };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) key = stile_enrolment_key_create (&place, *kind, &error);
  g_autoptr (StileEnrolmentKey) opened = NULL;
  GStatBuf status;

  g_assert_no_error (error);
  assert_signs (key);
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpstr (stile_enrolment_key_get_place (key), ==, self->path);
  opened = stile_enrolment_key_open (&place, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_bytes_equal (stile_enrolment_key_get_public (opened), stile_enrolment_key_get_public (key)));
  stile_enrolment_key_remove (key);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

static void
test_writes_nothing_over (Fixture *self, gconstpointer data)
{
  const StileEnrolmentKeyPlace place = { .place = self->path };
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GDir) directory = NULL;

  g_assert_true (g_file_set_contents (self->path, "mine", -1, NULL));
  g_assert_null (stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "not written over"));
  g_assert_true (g_file_get_contents (self->path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "mine");
  directory = g_dir_open (self->directory, 0, NULL);
  g_assert_nonnull (g_dir_read_name (directory));
  g_assert_null (g_dir_read_name (directory));
}

static void
test_refuses_other_places (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *place;
    const char *says;
  } table[] = {
    { "tpmkey:uuid=1", "through a PKCS #11 module" },
    { "/nonexistent/new.key", "/nonexistent/new.key" },
    { "pkcs11:token=none?pin-value=1", "without its PIN" },
    { "pkcs11:token=There%20is%20none", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const StileEnrolmentKeyPlace place = { .place = table[i].place };
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, table[i].says));
    }
}

static void
test_finds_the_kind (void)
{
  StileEnrolmentKeyKind kind;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_assert_true (
          stile_enrolment_key_parse_kind (stile_enrolment_key_get_kind_name (kinds[i]), &kind, NULL));
      g_assert_cmpint (kind, ==, kinds[i]);
    }
  g_assert_false (stile_enrolment_key_parse_kind ("dsa", &kind, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_clear_error (&error);

  g_assert_true (
      stile_enrolment_key_find_kind (GNUTLS_PK_UNKNOWN, 0, STILE_ENROLMENT_KEY_ED25519, &kind, NULL));
  g_assert_cmpint (kind, ==, STILE_ENROLMENT_KEY_ED25519);
  g_assert_true (stile_enrolment_key_find_kind (GNUTLS_PK_RSA, 0, STILE_ENROLMENT_KEY_P256, &kind, NULL));
  g_assert_cmpint (kind, ==, STILE_ENROLMENT_KEY_RSA_2048);
  g_assert_true (stile_enrolment_key_find_kind (GNUTLS_PK_RSA, 0, STILE_ENROLMENT_KEY_RSA_3072, &kind, NULL));
  g_assert_cmpint (kind, ==, STILE_ENROLMENT_KEY_RSA_3072);
  g_assert_true (stile_enrolment_key_find_kind (GNUTLS_PK_ECDSA,
                                                (guint)GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1),
                                                STILE_ENROLMENT_KEY_P256, &kind, NULL));
  g_assert_cmpint (kind, ==, STILE_ENROLMENT_KEY_P384);
  g_assert_false (
      stile_enrolment_key_find_kind (GNUTLS_PK_RSA, 16384, STILE_ENROLMENT_KEY_P256, &kind, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
}

/* openssl reads it, and only with the password. */
static void
test_exports_pkcs12 (Fixture *self, gconstpointer data)
{
  const StileEnrolmentKeyPlace place = { .place = self->path };
  g_autoptr (GError) error = NULL;
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (StileEnrolmentKey) key = stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, &error);
  g_autoptr (StileCertificate) leaf = issue (key, root);
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  g_autoptr (GBytes) password = g_bytes_new_static ("s3cret", 6);
  g_autoptr (GBytes) pkcs12 = NULL;
  g_autofree char *file = g_build_filename (self->directory, "new.p12", NULL);
  g_autofree char *command = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) text_bytes = NULL;
  g_autoptr (StileIdentity) identity = NULL;
  int status;

  g_ptr_array_add (chain, leaf);
  g_ptr_array_add (chain, test_pki_get_certificate (root));
  pkcs12 = stile_enrolment_key_to_pkcs12 (key, chain, password, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_file_set_contents (file, g_bytes_get_data (pkcs12, NULL), (gssize)g_bytes_get_size (pkcs12), NULL));

  command = g_strdup_printf ("openssl pkcs12 -in %s -passin pass:s3cret -nodes", file);
  g_assert_true (g_spawn_command_line_sync (command, &text, NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  g_assert_nonnull (strstr (text, "friendlyName: Device"));
  g_assert_nonnull (strstr (text, "CN = Root"));
  text_bytes = g_bytes_new (text, strlen (text));
  identity = stile_identity_new (chain, text_bytes, &error);
  g_assert_no_error (error);
  g_assert_nonnull (identity);

  wrong = g_strdup_printf ("openssl pkcs12 -in %s -passin pass:other -noout", file);
  g_assert_true (g_spawn_command_line_sync (wrong, NULL, NULL, &status, NULL));
  g_assert_false (g_spawn_check_wait_status (status, NULL));
}

/* --- on a token --- */

static void
run (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

static char *token_directory;

/* SoftHSM reads its settings once, when the first URL is opened: before main() does anything else. */
static void
make_token (void)
{
  const char *const arguments[] = {
    "softhsm2-util", "--init-token", "--free", "--label", "Stile test", "--pin", PIN, "--so-pin", "1234", NULL
  };

  token_directory = test_tokens_new ();
  run (arguments);
}

static void
remove_token (void)
{
  test_tokens_remove (token_directory);
  g_clear_pointer (&token_directory, g_free);
}

static GBytes *
ask_pin (const char *url, gpointer user_data)
{
  guint *asked = user_data;

  (*asked)++;
  return g_bytes_new_static (PIN, strlen (PIN));
}

static void
test_makes_one_on_a_token (Fixture *self, gconstpointer data)
{
  const StileEnrolmentKeyKind *kind = data;
  g_autofree char *url = g_strdup_printf ("pkcs11:token=Stile%%20test;object=made%d", *kind);
  g_autoptr (GBytes) pin = g_bytes_new_static (PIN, strlen (PIN));
  const StileEnrolmentKeyPlace place = { .place = url, .pin = pin };
  StileEnrolmentKeyPlace again = { .pin = pin };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) key = stile_enrolment_key_create (&place, *kind, &error);
  g_autoptr (StileEnrolmentKey) opened = NULL;
  g_autoptr (StileEnrolmentKey) gone = NULL;
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();

  /* Not with every GnuTLS; then it says so. */
  if (*kind == STILE_ENROLMENT_KEY_ED25519 && key == NULL)
    {
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, "of this kind"));
      return;
    }
  g_assert_no_error (error);
  assert_signs (key);
  g_assert_true (stile_enrolment_key_is_on_token (key));
  g_assert_null (strstr (stile_enrolment_key_get_place (key), PIN));
  g_assert_null (stile_enrolment_key_to_pkcs12 (key, chain, pin, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_clear_error (&error);

  again.place = stile_enrolment_key_get_place (key);
  opened = stile_enrolment_key_open (&again, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_bytes_equal (stile_enrolment_key_get_public (opened), stile_enrolment_key_get_public (key)));
  /* The key's own URL has its id: nothing is written over. */
  g_assert_null (stile_enrolment_key_create (&again, *kind, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_clear_error (&error);

  stile_enrolment_key_remove (key);
  gone = stile_enrolment_key_open (&again, &error);
  g_assert_null (gone);
}

static void
test_is_an_identity (Fixture *self, gconstpointer data)
{
  g_autofree char *pin_file = g_build_filename (self->directory, "pin", NULL);
  g_autofree char *url =
      g_strdup_printf ("pkcs11:token=Stile%%20test;object=identity?pin-source=%s", pin_file);
  const StileEnrolmentKeyPlace place = { .place = url };
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) key = NULL;
  g_autoptr (StileCertificate) leaf = NULL;
  g_autoptr (StileIdentity) identity = NULL;
  g_auto (GStrv) halves = NULL;
  g_autofree char *certificate_url = NULL;
  gnutls_privkey_t opened;

  /* p11-kit takes the file as it is: a line break would belong to the PIN. */
  g_assert_true (g_file_set_contents (pin_file, PIN, -1, NULL));
  key = stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, &error);
  g_assert_no_error (error);
  leaf = issue (key, root);
  g_assert_true (stile_enrolment_key_store_certificate (key, leaf, &error));
  g_assert_no_error (error);

  halves = g_strsplit (stile_enrolment_key_get_place (key), "type=private", 2);
  certificate_url = g_strjoinv ("type=cert", halves);
  identity = stile_identity_load (certificate_url, stile_enrolment_key_get_place (key), &error);
  g_assert_no_error (error);
  g_assert_true (stile_certificate_equal (stile_identity_get_certificate (identity), leaf));
  opened = stile_identity_open_key (identity, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (opened);
}

static void
test_pin_comes_from (Fixture *self, gconstpointer data)
{
  g_autofree char *pin_file = g_build_filename (self->directory, "pin", NULL);
  guint asked = 0;
  StileEnrolmentKeyPlace place = { .place = "pkcs11:token=Stile%20test;object=pins",
                                   .ask = ask_pin,
                                   .ask_data = &asked };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) asked_key =
      stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, &error);
  g_autoptr (StileEnrolmentKey) file_key = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (asked_key);
  g_assert_cmpuint (asked, ==, 1);

  g_assert_true (g_file_set_contents (pin_file, PIN "\r\n", -1, NULL));
  place.pin_file = pin_file;
  file_key = stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (asked, ==, 1);

  place.pin_file = self->directory;
  g_assert_null (stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

/* Where a renewal puts the next key. */
static void
test_forgets_the_id (void)
{
  g_autofree char *url = stile_token_key_forget_id (
      "pkcs11:token=Stile%20test;id=%01%02;object=a%3Bb;type=private?pin-source=/pin");
  g_autofree char *bare = stile_token_key_forget_id ("pkcs11:token=T");

  g_assert_cmpstr (url, ==, "pkcs11:token=Stile%20test;object=a%3Bb?pin-source=/pin");
  g_assert_cmpstr (bare, ==, "pkcs11:token=T;object=Stile%20enrolment");
}

int
main (int argc, char *argv[])
{
  int r;

  make_token ();
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, test)                                                                                \
  g_test_add ("/bootstrap/enrolment-key/" path, Fixture, data, set_up, test, tear_down)
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *file = g_strconcat ("/bootstrap/enrolment-key/makes-a-file/",
                                           stile_enrolment_key_get_kind_name (kinds[i]), NULL);
      g_autofree char *token = g_strconcat ("/bootstrap/enrolment-key/makes-one-on-a-token/",
                                            stile_enrolment_key_get_kind_name (kinds[i]), NULL);

      g_test_add (file, Fixture, &kinds[i], set_up, test_makes_a_file, tear_down);
      g_test_add (token, Fixture, &kinds[i], set_up, test_makes_one_on_a_token, tear_down);
    }
  ADD ("writes-nothing-over", NULL, test_writes_nothing_over);
  ADD ("refuses-other-places", NULL, test_refuses_other_places);
  g_test_add_func ("/bootstrap/enrolment-key/finds-the-kind", test_finds_the_kind);
  g_test_add_func ("/bootstrap/enrolment-key/forgets-the-id", test_forgets_the_id);
  ADD ("exports-pkcs12", NULL, test_exports_pkcs12);
  ADD ("is-an-identity", NULL, test_is_an_identity);
  ADD ("pin-comes-from", NULL, test_pin_comes_from);

  r = g_test_run ();
  remove_token ();
  return r;
}
