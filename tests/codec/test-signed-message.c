/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-certificate-path.h"
#include "codec/stile-signed-message.h"
#include "support/test-pki.h"

#define CONTENT "{\"ietf-voucher:voucher\":{\"serial-number\":\"1\"}}"
#define SIGNING_TIME G_GINT64_CONSTANT (1795646792) /* 2026-11-25T22:46:32Z */

static const char *const key_names[] = {
  [TEST_PKI_P256] = "p-256",
  [TEST_PKI_P384] = "p-384",
  [TEST_PKI_ED25519] = "ed25519",
  [TEST_PKI_RSA] = "rsa",
};

/* A signer below a root, and a key as the functions take it. */
typedef struct
{
  TestPki *root;
  TestPki *signer;
  TestPki *stranger;
  GPtrArray *chain;
  gnutls_privkey_t key;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  TestPkiKey kind = (TestPkiKey)GPOINTER_TO_INT (data);

  fixture->root = test_pki_authority_new ("Manufacturer", TEST_PKI_P256);
  fixture->signer = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "MASA", .key = kind });
  fixture->stranger = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Stranger", .key = kind });
  fixture->chain = test_pki_list (fixture->signer, fixture->root, NULL);
  gnutls_privkey_init (&fixture->key);
  gnutls_privkey_import_x509 (fixture->key, test_pki_get_key (fixture->signer), GNUTLS_PRIVKEY_IMPORT_COPY);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gnutls_privkey_deinit (fixture->key);
  g_clear_pointer (&fixture->chain, g_ptr_array_unref);
  g_clear_pointer (&fixture->signer, test_pki_unref);
  g_clear_pointer (&fixture->stranger, test_pki_unref);
  g_clear_pointer (&fixture->root, test_pki_unref);
}

static GBytes *
sign_cms (Fixture *fixture, const char *content_type)
{
  g_autoptr (GBytes) content = g_bytes_new_static (CONTENT, strlen (CONTENT));
  g_autoptr (GError) error = NULL;
  GBytes *bytes = stile_signed_message_sign_cms (content, content_type, fixture->key, fixture->chain,
                                                 SIGNING_TIME, &error);

  g_assert_no_error (error);
  return bytes;
}

static StileSignedMessage *
parse (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  StileSignedMessage *message = stile_signed_message_parse (bytes, &error);

  g_assert_no_error (error);
  return message;
}

static void
assert_content (StileSignedMessage *message)
{
  GBytes *content = stile_signed_message_get_content (message);

  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), CONTENT, strlen (CONTENT));
}

static void
assert_verifies (StileSignedMessage *message, guint index, StileCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  gboolean holds = stile_signed_message_verify (message, index, certificate, &error);

  g_assert_no_error (error);
  g_assert_true (holds);
}

static void
assert_does_not_verify (StileSignedMessage *message, StileCertificate *certificate)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_signed_message_verify (message, 0, certificate, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

static void
test_cms_round_trip (Fixture *fixture, gconstpointer data)
{
  static const char *const algorithms[] = {
    [TEST_PKI_P256] = "ECDSA-SHA256",
    [TEST_PKI_P384] = "ECDSA-SHA384",
    [TEST_PKI_ED25519] = "EdDSA-Ed25519",
    [TEST_PKI_RSA] = "RSA-SHA256",
  };
  g_autoptr (GBytes) bytes = sign_cms (fixture, STILE_CONTENT_TYPE_VOUCHER);
  g_autoptr (StileSignedMessage) message = parse (bytes);
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, 0);

  g_assert_cmpint (stile_signed_message_get_format (message), ==, STILE_SIGNED_CMS);
  g_assert_true (stile_signed_message_get_bytes (message) == bytes);
  g_assert_cmpstr (stile_signed_message_get_content_type (message), ==, STILE_CONTENT_TYPE_VOUCHER);
  g_assert_cmpuint (stile_signed_message_get_n_signers (message), ==, 1);
  g_assert_cmpstr (stile_signed_message_get_algorithm (message, 0), ==, algorithms[GPOINTER_TO_INT (data)]);
  g_assert_cmpint (stile_signed_message_get_signing_time (message, 0), ==, SIGNING_TIME);
  g_assert_true (stile_signed_message_has_signed_attributes (message, 0));
  g_assert_cmpuint (stile_signed_message_get_certificates (message)->len, ==, 2);
  g_assert_cmpuint (chain->len, ==, 2);
  g_assert_true (stile_certificate_equal (stile_signed_message_get_signer (message, 0),
                                          test_pki_get_certificate (fixture->signer)));
  g_assert_true (
      stile_certificate_equal (g_ptr_array_index (chain, 1), test_pki_get_certificate (fixture->root)));
  assert_content (message);
  assert_verifies (message, 0, test_pki_get_certificate (fixture->signer));
  assert_does_not_verify (message, test_pki_get_certificate (fixture->stranger));
  assert_does_not_verify (message, test_pki_get_certificate (fixture->root));
}

static void
test_jws_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static (CONTENT, strlen (CONTENT));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      stile_signed_message_sign_jws (content, "voucher-jws+json", fixture->key, fixture->chain, &error);
  g_autoptr (StileSignedMessage) message = NULL;
  g_autoptr (GPtrArray) chain = NULL;

  g_assert_no_error (error);
  message = parse (bytes);
  chain = stile_signed_message_get_signer_chain (message, 0);
  g_assert_cmpint (stile_signed_message_get_format (message), ==, STILE_SIGNED_JWS);
  g_assert_cmpstr (stile_signed_message_get_content_type (message), ==, "voucher-jws+json");
  g_assert_cmpstr (stile_signed_message_get_algorithm (message, 0), ==, "ES256");
  g_assert_cmpint (stile_signed_message_get_signing_time (message, 0), ==, STILE_CERTIFICATE_PATH_NO_TIME);
  g_assert_cmpuint (chain->len, ==, 2);
  assert_content (message);
  assert_verifies (message, 0, test_pki_get_certificate (fixture->signer));
  assert_does_not_verify (message, test_pki_get_certificate (fixture->stranger));
}

static void
add (const char *name, TestPkiKey key, void (*run) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/signed-message/", name, NULL);

  g_test_add (path, Fixture, GINT_TO_POINTER (key), set_up, run, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (key_names); i++)
    {
      g_autofree char *name = g_strconcat ("cms-round-trip/", key_names[i], NULL);

      add (name, (TestPkiKey)i, test_cms_round_trip);
    }
  add ("jws-round-trip", TEST_PKI_P256, test_jws_round_trip);

  return g_test_run ();
}
