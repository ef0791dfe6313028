/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-json.h"
#include "codec/stile-signed-message.h"
#include "support/test-pki.h"

/* What Stile signs is verified by openssl, and the other way round.  Line ends in the content must stay as they are. */
#define CONTENT "{\"ietf-voucher:voucher\":\r\n{\"serial-number\":\"1\"}\n}"

#define ECONTENT_TYPE "-econtent_type", STILE_CONTENT_TYPE_VOUCHER

/* A root, a signer for each kind of key, and files of all of them. */
typedef struct
{
  char *directory;
  TestPki *root;
  TestPki *signers[4];
} Fixture;

static const char *const key_names[] = {
  [TEST_PKI_P256] = "p-256",
  [TEST_PKI_P384] = "p-384",
  [TEST_PKI_ED25519] = "ed25519",
  [TEST_PKI_RSA] = "rsa",
};

static char *
path_of (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

static void
save (Fixture *fixture, const char *name, const void *contents, gsize length)
{
  g_autofree char *path = path_of (fixture, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, contents, (gssize)length, &error);
  g_assert_no_error (error);
}

static GBytes *
load (Fixture *fixture, const char *name)
{
  g_autofree char *path = path_of (fixture, name);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root_path = NULL;

  fixture->directory = test_pki_directory_new ();
  fixture->root = test_pki_authority_new ("Manufacturer", TEST_PKI_P256);
  root_path = test_pki_save_chain (fixture->root, fixture->directory, "root");
  for (gsize i = 0; i < G_N_ELEMENTS (key_names); i++)
    {
      g_autofree char *chain = NULL;
      g_autofree char *key = NULL;

      fixture->signers[i] = test_pki_issue (
          fixture->root,
          &(TestPkiOptions){ .name = key_names[i], .key = (TestPkiKey)i, .purpose = "1.3.6.1.5.5.7.3.28" });
      chain = test_pki_save_chain (fixture->signers[i], fixture->directory, key_names[i]);
      key = test_pki_save_key (fixture->signers[i], fixture->directory, key_names[i]);
    }
  save (fixture, "content", CONTENT, strlen (CONTENT));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_pki_directory_remove (fixture->directory);
  g_free (fixture->directory);
  for (gsize i = 0; i < G_N_ELEMENTS (fixture->signers); i++)
    test_pki_unref (fixture->signers[i]);
  test_pki_unref (fixture->root);
}

/* @arguments: what stands behind "openssl"; file names are in the fixture's directory. */
static void
openssl (Fixture *fixture, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_ptr_array_add (argv, (char *)"openssl");
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, (char *)*arguments);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (fixture->directory, (char **)argv->pdata, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &output, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("openssl: %s", output);
}

static void
assert_verifies (StileSignedMessage *message, guint index, TestPki *signer)
{
  g_autoptr (GError) error = NULL;
  gboolean holds = stile_signed_message_verify (message, index, test_pki_get_certificate (signer), &error);

  g_assert_no_error (error);
  g_assert_true (holds);
}

static StileSignedMessage *
load_message (Fixture *fixture)
{
  g_autoptr (GBytes) der = load (fixture, "message");
  g_autoptr (GError) error = NULL;
  StileSignedMessage *message = stile_signed_message_parse (der, &error);
  GBytes *content;

  g_assert_no_error (error);
  content = stile_signed_message_get_content (message);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), CONTENT, strlen (CONTENT));

  return message;
}

/* @options: what openssl cms -sign is given besides. */
static void
sign_with_openssl (Fixture *fixture, TestPkiKey key, const char *const *options)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  static const char *const common[] = { "cms", "-sign",   "-binary", "-nodetach", "-outform", "der",
                                        "-in", "content", "-out",    "message",   NULL };

  for (gsize i = 0; common[i] != NULL; i++)
    g_ptr_array_add (arguments, g_strdup (common[i]));
  g_ptr_array_add (arguments, g_strdup ("-signer"));
  g_ptr_array_add (arguments, g_strconcat (key_names[key], ".pem", NULL));
  g_ptr_array_add (arguments, g_strdup ("-inkey"));
  g_ptr_array_add (arguments, g_strconcat (key_names[key], ".key", NULL));
  for (; *options != NULL; options++)
    g_ptr_array_add (arguments, g_strdup (*options));
  g_ptr_array_add (arguments, NULL);
  openssl (fixture, (const char *const *)arguments->pdata);
}

/* OpenSSL 3.0 cannot sign CMS with Ed25519: it asks that key for a digest that it does not have. */
static void
test_reads_what_openssl_signs (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    TestPkiKey key;
    const char *options[8];
    const char *algorithm;
  } table[] = {
    { TEST_PKI_P256, { ECONTENT_TYPE }, "ECDSA-SHA256" },
    { TEST_PKI_P384, { ECONTENT_TYPE }, "ECDSA-SHA256" },
    { TEST_PKI_RSA, { ECONTENT_TYPE }, "RSA-SHA256" },
    { TEST_PKI_P256, { NULL }, "ECDSA-SHA256" },
    { TEST_PKI_P256, { ECONTENT_TYPE, "-keyid" }, "ECDSA-SHA256" },
    { TEST_PKI_P256, { ECONTENT_TYPE, "-stream" }, "ECDSA-SHA256" },
    { TEST_PKI_RSA, { ECONTENT_TYPE, "-stream", "-keyid" }, "RSA-SHA256" },
    { TEST_PKI_P256, { ECONTENT_TYPE, "-noattr" }, "ECDSA-SHA256" },
    { TEST_PKI_P256, { "-noattr" }, "ECDSA-SHA256" },
    { TEST_PKI_RSA, { "-noattr", "-stream" }, "RSA-SHA256" },
    { TEST_PKI_P384, { ECONTENT_TYPE, "-md", "sha384" }, "ECDSA-SHA384" },
    { TEST_PKI_P256, { ECONTENT_TYPE, "-md", "sha512" }, "ECDSA-SHA512" },
    { TEST_PKI_RSA, { ECONTENT_TYPE, "-md", "sha384" }, "RSA-SHA384" },
    { TEST_PKI_RSA, { ECONTENT_TYPE, "-md", "sha512" }, "RSA-SHA512" },
    { TEST_PKI_RSA,
      { "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1" },
      "RSA-PSS-RSAE-SHA256" },
    { TEST_PKI_RSA,
      { "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1", "-md", "sha512" },
      "RSA-PSS-RSAE-SHA512" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      TestPki *signer = fixture->signers[table[i].key];
      g_autoptr (StileSignedMessage) message = NULL;
      gboolean attributes = !g_strv_contains (table[i].options, "-noattr");

      sign_with_openssl (fixture, table[i].key, table[i].options);
      message = load_message (fixture);
      g_assert_cmpuint (stile_signed_message_get_n_signers (message), ==, 1);
      g_assert_cmpstr (stile_signed_message_get_algorithm (message, 0), ==, table[i].algorithm);
      g_assert_cmpint (stile_signed_message_has_signed_attributes (message, 0), ==, attributes);
      g_assert_true (stile_certificate_equal (stile_signed_message_get_signer (message, 0),
                                              test_pki_get_certificate (signer)));
      g_assert_cmpstr (stile_signed_message_get_content_type (message), ==,
                       g_strv_contains (table[i].options, STILE_CONTENT_TYPE_VOUCHER)
                           ? STILE_CONTENT_TYPE_VOUCHER
                           : STILE_CONTENT_TYPE_DATA);
      assert_verifies (message, 0, signer);
    }
}

static void
test_reads_several_signers (Fixture *fixture, gconstpointer data)
{
  static const char *const options[] = { ECONTENT_TYPE, "-signer",   "rsa.pem", "-inkey",    "rsa.key",
                                         "-signer",     "p-384.pem", "-inkey",  "p-384.key", NULL };
  g_autoptr (StileSignedMessage) message = NULL;

  sign_with_openssl (fixture, TEST_PKI_P256, options);
  message = load_message (fixture);
  g_assert_cmpuint (stile_signed_message_get_n_signers (message), ==, 3);
  g_assert_cmpuint (stile_signed_message_get_certificates (message)->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      StileCertificate *signer = stile_signed_message_get_signer (message, i);
      g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, i);
      guint holding = 0;

      g_assert_cmpuint (chain->len, ==, 1);
      g_assert_true (stile_signed_message_verify (message, i, signer, NULL));
      for (gsize j = 0; j < G_N_ELEMENTS (fixture->signers); j++)
        holding +=
            stile_signed_message_verify (message, i, test_pki_get_certificate (fixture->signers[j]), NULL);
      g_assert_cmpuint (holding, ==, 1);
    }
}

static void
test_reads_without_certificates (Fixture *fixture, gconstpointer data)
{
  static const char *const options[] = { ECONTENT_TYPE, "-nocerts", NULL };
  g_autoptr (StileSignedMessage) message = NULL;
  g_autoptr (GPtrArray) chain = NULL;

  sign_with_openssl (fixture, TEST_PKI_P256, options);
  message = load_message (fixture);
  chain = stile_signed_message_get_signer_chain (message, 0);
  g_assert_null (stile_signed_message_get_signer (message, 0));
  g_assert_cmpuint (chain->len, ==, 0);
  assert_verifies (message, 0, fixture->signers[TEST_PKI_P256]);
}

static void
test_refuses_what_is_weak (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    TestPkiKey key;
    const char *options[8];
    const char *says;
  } table[] = {
    { TEST_PKI_P256, { ECONTENT_TYPE, "-md", "sha1" }, "SHA-1, which is broken" },
    { TEST_PKI_RSA, { ECONTENT_TYPE, "-md", "sha1" }, "SHA-1, which is broken" },
    { TEST_PKI_RSA, { ECONTENT_TYPE, "-md", "md5", "-noattr" }, "MD5, which is broken" },
    { TEST_PKI_RSA, { ECONTENT_TYPE, "-md", "sha224" }, "not known here" },
    { TEST_PKI_RSA,
      { "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:20" },
      "a salt of 20 bytes, only 32" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileSignedMessage) message = NULL;
      g_autoptr (GError) error = NULL;

      sign_with_openssl (fixture, table[i].key, table[i].options);
      message = load_message (fixture);
      g_assert_false (stile_signed_message_verify (
          message, 0, test_pki_get_certificate (fixture->signers[table[i].key]), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      if (strstr (error->message, table[i].says) == NULL)
        g_error ("“%s” does not say “%s”", error->message, table[i].says);
    }
}

static void
test_refuses_a_detached_signature (Fixture *fixture, gconstpointer data)
{
  static const char *const arguments[] = { "cms",       "-sign",   "-binary", "-outform",  "der",
                                           "-in",       "content", "-signer", "p-256.pem", "-inkey",
                                           "p-256.key", "-out",    "message", NULL };
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GError) error = NULL;

  openssl (fixture, arguments);
  der = load (fixture, "message");
  g_assert_null (stile_signed_message_parse (der, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "detached signature"));
}

static GBytes *
sign_with_stile (Fixture *fixture, TestPkiKey key, gint64 signing_time, gboolean jws)
{
  g_autoptr (GBytes) content = load (fixture, "content");
  g_autoptr (GPtrArray) chain = test_pki_list (fixture->signers[key], fixture->root, NULL);
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t private_key;
  GBytes *bytes;

  gnutls_privkey_init (&private_key);
  gnutls_privkey_import_x509 (private_key, test_pki_get_key (fixture->signers[key]), 0);
  bytes = jws ? stile_signed_message_sign_jws (content, NULL, private_key, chain, &error)
              : stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, private_key, chain,
                                               signing_time, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (private_key);

  return bytes;
}

static void
test_openssl_verifies_what_stile_signs (Fixture *fixture, gconstpointer data)
{
  static const char *const arguments[] = {
    "cms", "-verify", "-binary", "-inform",  "der",  "-purpose", "any",
    "-in", "message", "-CAfile", "root.pem", "-out", "read",     NULL
  };
  /* 2026, without a time, and where UTCTime ends and begins. */
  static const gint64 times[] = { 1795646792, G_MININT64, 2524607999, 2524608000, -631152001 };

  /* OpenSSL 3.0 cannot verify CMS with Ed25519 either: test-signed-message.c asks GnuTLS. */
  static const TestPkiKey keys[] = { TEST_PKI_P256, TEST_PKI_P384, TEST_PKI_RSA };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (times); j++)
      {
        g_autoptr (GBytes) bytes = sign_with_stile (fixture, keys[i], times[j], FALSE);
        g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);
        g_autoptr (GBytes) read = NULL;

        g_assert_cmpint (stile_signed_message_get_signing_time (message, 0), ==, times[j]);
        save (fixture, "message", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
        openssl (fixture, arguments);
        read = load (fixture, "read");
        g_assert_cmpmem (g_bytes_get_data (read, NULL), g_bytes_get_size (read), CONTENT, strlen (CONTENT));
      }
}

static void
append_integer (GByteArray *out, const guint8 *half)
{
  gsize zeros = 0;
  guint8 header[2] = { 0x02, 0 };

  while (zeros < 31 && half[zeros] == 0)
    zeros++;
  header[1] = (guint8)(32 - zeros + (half[zeros] >> 7));
  g_byte_array_append (out, header, 2);
  if (half[zeros] & 0x80)
    g_byte_array_append (out, (const guint8 *)"", 1);
  g_byte_array_append (out, half + zeros, (guint)(32 - zeros));
}

/* RFC 7518 section 3.4: takes R||S apart without any of Stile's or GnuTLS' functions, and asks openssl. */
static void
test_openssl_verifies_a_jws (Fixture *fixture, gconstpointer data)
{
  static const char *const get_key[] = {
    "x509", "-in", "p-256.pem", "-pubkey", "-noout", "-out", "pub", NULL
  };
  static const char *const verify[] = { "dgst",       "-sha256",   "-verify", "pub",
                                        "-signature", "signature", "signed",  NULL };

  openssl (fixture, get_key);
  /* Enough for R and S with zeros and high bits at the front. */
  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (GBytes) bytes = sign_with_stile (fixture, TEST_PKI_P256, 0, TRUE);
      g_autoptr (GVariant) document = stile_json_parse (bytes, STILE_JSON_MAX_SIZE, NULL);
      g_autoptr (GVariant) list = stile_json_get_member (document, "signatures");
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, 0);
      g_autoptr (GVariant) entry = g_variant_get_variant (boxed);
      g_autoptr (GBytes) raw = stile_base64url_decode (stile_json_get_string (entry, "signature"), -1, NULL);
      g_autofree char *text = g_strconcat (stile_json_get_string (entry, "protected"), ".",
                                           stile_json_get_string (document, "payload"), NULL);
      g_autoptr (GByteArray) numbers = g_byte_array_new ();
      guint8 header[2] = { 0x30, 0 };

      g_assert_cmpuint (g_bytes_get_size (raw), ==, 64);
      append_integer (numbers, g_bytes_get_data (raw, NULL));
      append_integer (numbers, (const guint8 *)g_bytes_get_data (raw, NULL) + 32);
      header[1] = (guint8)numbers->len;
      g_byte_array_prepend (numbers, header, 2);
      save (fixture, "signature", numbers->data, numbers->len);
      save (fixture, "signed", text, strlen (text));
      openssl (fixture, verify);
    }
}

static void
add (const char *name, void (*run) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/codec/signed-message/openssl/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("reads-what-openssl-signs", test_reads_what_openssl_signs);
  add ("reads-several-signers", test_reads_several_signers);
  add ("reads-without-certificates", test_reads_without_certificates);
  add ("refuses-what-is-weak", test_refuses_what_is_weak);
  add ("refuses-a-detached-signature", test_refuses_a_detached_signature);
  add ("openssl-verifies-what-stile-signs", test_openssl_verifies_what_stile_signs);
  add ("openssl-verifies-a-jws", test_openssl_verifies_a_jws);

  return g_test_run ();
}
