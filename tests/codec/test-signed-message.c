/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <gnutls/pkcs7.h>
#include <string.h>

#include "codec/stile-der-writer.h"
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

/* Somebody else's code has to agree, Ed25519 included. */
static void
test_gnutls_verifies (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = sign_cms (fixture, STILE_CONTENT_TYPE_VOUCHER);
  gnutls_datum_t der = { (guint8 *)g_bytes_get_data (bytes, NULL), (unsigned int)g_bytes_get_size (bytes) };
  gnutls_x509_crt_t signer = stile_certificate_get_x509 (test_pki_get_certificate (fixture->signer));
  gnutls_x509_crt_t stranger = stile_certificate_get_x509 (test_pki_get_certificate (fixture->stranger));
  gnutls_pkcs7_t pkcs7;

  gnutls_pkcs7_init (&pkcs7);
  g_assert_cmpint (gnutls_pkcs7_import (pkcs7, &der, GNUTLS_X509_FMT_DER), ==, 0);
  g_assert_cmpstr (gnutls_pkcs7_get_embedded_data_oid (pkcs7), ==, STILE_CONTENT_TYPE_VOUCHER);
  g_assert_cmpint (gnutls_pkcs7_get_crt_count (pkcs7), ==, 2);
  g_assert_cmpint (gnutls_pkcs7_verify_direct (pkcs7, signer, 0, NULL, 0), ==, 0);
  g_assert_cmpint (gnutls_pkcs7_verify_direct (pkcs7, stranger, 0, NULL, 0), <, 0);
  gnutls_pkcs7_deinit (pkcs7);
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
  g_assert_cmpint (stile_signed_message_get_signing_time (message, 0), ==, G_MININT64);
  g_assert_cmpuint (chain->len, ==, 2);
  assert_content (message);
  assert_verifies (message, 0, test_pki_get_certificate (fixture->signer));
  assert_does_not_verify (message, test_pki_get_certificate (fixture->stranger));
}

/* Whether the message with its byte at @offset changed still verifies as the same content of the same type. */
static gboolean
survives (Fixture *fixture, GBytes *bytes, gsize offset, guint8 change)
{
  gsize length = g_bytes_get_size (bytes);
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  g_autoptr (GBytes) damaged = g_bytes_new_take (copy, length);
  g_autoptr (StileSignedMessage) message = NULL;

  copy[offset] ^= change;
  message = stile_signed_message_parse (damaged, NULL);

  return message != NULL &&
         stile_signed_message_verify (message, 0, test_pki_get_certificate (fixture->signer), NULL);
}

static gsize
find (GBytes *bytes, const void *needle, gsize length)
{
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  gsize offset = 0;

  while (memcmp (data + offset, needle, length) != 0)
    {
      offset++;
      g_assert_cmpuint (offset + length, <=, g_bytes_get_size (bytes));
    }

  return offset;
}

/* Whatever bit is changed from the type of the content to its end, and from the attributes to the end of the message:
 * it is refused, or the signature does not hold.  What is before and between is not signed. */
static void
test_damage_is_noticed (Fixture *fixture, gconstpointer data)
{
  static const guint8 content_type[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03 };
  static const guint8 voucher[] = { 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                    0x0d, 0x01, 0x09, 0x10, 0x01, 0x28 };
  g_autoptr (GBytes) bytes = sign_cms (fixture, STILE_CONTENT_TYPE_VOUCHER);
  gsize begin = find (bytes, voucher, sizeof voucher);
  gsize end = find (bytes, CONTENT, strlen (CONTENT)) + strlen (CONTENT);
  gsize attributes = find (bytes, content_type, sizeof content_type) - 4;

  for (gsize i = begin; i < g_bytes_get_size (bytes); i = i + 1 == end ? attributes : i + 1)
    /* Every bit for one kind of key, one bit of each byte for the others, which take longer. */
    for (guint bit = data == NULL ? 0 : i % 8; bit < 8; bit += data == NULL ? 1 : 8)
      if (survives (fixture, bytes, i, (guint8)(1 << bit)))
        g_error ("bit %u of byte %zu of %zu may be changed", bit, i, g_bytes_get_size (bytes));
}

static void
assert_refused (GBytes *bytes, StileSignedFormat format, int code, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_signed_message_parse_as (bytes, format, &error));
  g_assert_error (error, G_IO_ERROR, code);
  if (strstr (error->message, says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, says);
}

static GBytes *
to_pem (GBytes *bytes)
{
  g_autofree char *base64 = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  char *pem = g_strdup_printf ("-----BEGIN CMS-----\n%s\n-----END CMS-----\n", base64);

  return g_bytes_new_take (pem, strlen (pem));
}

static GBytes *
to_base64 (GBytes *bytes)
{
  char *base64 = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  return g_bytes_new_take (base64, strlen (base64));
}

static GBytes *
with_tail (GBytes *bytes)
{
  g_autoptr (GByteArray) longer = g_byte_array_new ();

  g_byte_array_append (longer, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  g_byte_array_append (longer, (const guint8 *)"\n", 1);
  return g_byte_array_free_to_bytes (g_steal_pointer (&longer));
}

static GBytes *
without_end (GBytes *bytes)
{
  return g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) - 1);
}

static GBytes *
empty (GBytes *bytes)
{
  return g_bytes_new_static (NULL, 0);
}

static void
test_refuses_other_wrappings (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    GBytes *(*make) (GBytes *bytes);
    const char *says;
  } table[] = {
    { to_pem, "PEM" },
    { to_base64, "base64" },
    { with_tail, "1 byte follows the end" },
    { without_end, "bytes should follow" },
    { empty, "no CMS message" },
  };
  g_autoptr (GBytes) bytes = sign_cms (fixture, STILE_CONTENT_TYPE_VOUCHER);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) made = table[i].make (bytes);

      assert_refused (made, STILE_SIGNED_CMS, G_IO_ERROR_INVALID_DATA, table[i].says);
    }
}

static void
test_limits_the_size (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *zeros = g_malloc0 (STILE_SIGNED_MESSAGE_MAX_SIZE + 1);
  g_autoptr (GBytes) large = g_bytes_new_static (zeros, STILE_SIGNED_MESSAGE_MAX_SIZE + 1);
  g_autoptr (GError) error = NULL;

  assert_refused (large, STILE_SIGNED_CMS, G_IO_ERROR_MESSAGE_TOO_LARGE,
                  "has 65537 bytes, the limit is 65536");
  assert_refused (large, STILE_SIGNED_JWS, G_IO_ERROR_MESSAGE_TOO_LARGE,
                  "has 65537 bytes, the limit is 65536");
  g_assert_null (stile_signed_message_sign_cms (large, STILE_CONTENT_TYPE_VOUCHER, fixture->key,
                                                fixture->chain, SIGNING_TIME, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

/* SignedData with as many certificates and signer infos; the signer infos are those of @bytes. */
static GBytes *
repeat (Fixture *fixture, GBytes *bytes, guint certificates, guint signers)
{
  StileDerReader reader =
      stile_der_reader (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), STILE_DER_STRICT);
  StileDerElement outer, type, wrapper, inner, part;
  g_autoptr (GByteArray) signed_data = g_byte_array_new ();
  g_autoptr (GByteArray) certificate_set = g_byte_array_new ();
  g_autoptr (GByteArray) signer_set = g_byte_array_new ();
  g_autoptr (GByteArray) sequence = g_byte_array_new ();
  g_autoptr (GByteArray) info = g_byte_array_new ();
  g_autoptr (GByteArray) message = g_byte_array_new ();

  g_assert_true (stile_der_read (&reader, STILE_DER_SEQUENCE, &outer, NULL));
  g_assert_true (stile_der_read_any (&outer.contents, &type, NULL));
  g_assert_true (stile_der_read_any (&outer.contents, &wrapper, NULL));
  g_assert_true (stile_der_read_any (&wrapper.contents, &inner, NULL));
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (stile_der_read_any (&inner.contents, &part, NULL));
      g_byte_array_append (signed_data, part.begin, (guint)part.size);
    }
  for (guint i = 0; i < certificates; i++)
    {
      g_autoptr (TestPki) pki = test_pki_issue (
          fixture->root, &(TestPkiOptions){ .name = "One of many", .same_key_as = fixture->signer });
      GBytes *der = test_pki_get_der (pki);

      g_byte_array_append (certificate_set, g_bytes_get_data (der, NULL), (guint)g_bytes_get_size (der));
    }
  g_assert_true (stile_der_read_any (&inner.contents, &part, NULL));
  g_assert_true (stile_der_read (&inner.contents, STILE_DER_SET, &part, NULL));
  for (guint i = 0; i < signers; i++)
    g_byte_array_append (signer_set, part.contents.bytes, (guint)part.contents.length);
  stile_der_writer_append_array (signed_data, STILE_DER_CONTEXT (0), certificate_set);
  stile_der_writer_append_array (signed_data, STILE_DER_SET, signer_set);
  stile_der_writer_append_array (sequence, STILE_DER_SEQUENCE, signed_data);
  g_byte_array_append (info, type.begin, (guint)type.size);
  stile_der_writer_append_array (info, STILE_DER_CONTEXT (0), sequence);
  stile_der_writer_append_array (message, STILE_DER_SEQUENCE, info);

  return g_byte_array_free_to_bytes (g_steal_pointer (&message));
}

static void
test_limits_the_numbers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = sign_cms (fixture, STILE_CONTENT_TYPE_VOUCHER);
  g_autoptr (GBytes) most =
      repeat (fixture, bytes, STILE_SIGNED_MESSAGE_MAX_CERTIFICATES, STILE_SIGNED_MESSAGE_MAX_SIGNERS);
  g_autoptr (GBytes) certificates = repeat (fixture, bytes, STILE_SIGNED_MESSAGE_MAX_CERTIFICATES + 1, 1);
  g_autoptr (GBytes) signers = repeat (fixture, bytes, 1, STILE_SIGNED_MESSAGE_MAX_SIGNERS + 1);
  g_autoptr (GBytes) none = repeat (fixture, bytes, 1, 0);
  g_autoptr (StileSignedMessage) message = parse (most);

  g_assert_cmpuint (stile_signed_message_get_certificates (message)->len, ==,
                    STILE_SIGNED_MESSAGE_MAX_CERTIFICATES);
  for (guint i = 0; i < STILE_SIGNED_MESSAGE_MAX_SIGNERS; i++)
    assert_verifies (message, i, test_pki_get_certificate (fixture->signer));
  g_assert_null (stile_signed_message_get_signer (message, 0));
  assert_refused (certificates, STILE_SIGNED_CMS, G_IO_ERROR_MESSAGE_TOO_LARGE,
                  "17 certificates or more, the limit is 16");
  assert_refused (signers, STILE_SIGNED_CMS, G_IO_ERROR_MESSAGE_TOO_LARGE,
                  "5 signatures or more, the limit is 4");
  assert_refused (none, STILE_SIGNED_CMS, G_IO_ERROR_INVALID_DATA, "not signed");
}

static void
test_signs_only_with_the_certificates_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static (CONTENT, strlen (CONTENT));
  g_autoptr (GPtrArray) strangers = test_pki_list (fixture->stranger, NULL);
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, fixture->key, strangers,
                                                SIGNING_TIME, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_clear_error (&error);
  g_assert_null (stile_signed_message_sign_jws (content, NULL, fixture->key, strangers, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_clear_error (&error);
  g_assert_null (stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, fixture->key, nobody,
                                                SIGNING_TIME, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* Two authorities that have signed one another: each is in the chain once. */
static void
test_a_chain_is_not_caught_in_circles (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("One", TEST_PKI_P256);
  g_autoptr (TestPki) two = test_pki_authority_new ("Two", TEST_PKI_P256);
  g_autoptr (TestPki) one_by_two =
      test_pki_issue (two, &(TestPkiOptions){ .name = "One", .authority = TRUE, .same_key_as = one });
  g_autoptr (TestPki) two_by_one =
      test_pki_issue (one, &(TestPkiOptions){ .name = "Two", .authority = TRUE, .same_key_as = two });
  g_autoptr (TestPki) signer =
      test_pki_issue (one, &(TestPkiOptions){ .name = "Signer", .same_key_as = fixture->signer });
  g_autoptr (GPtrArray) circle = test_pki_list (signer, one_by_two, two_by_one, fixture->root, NULL);
  g_autoptr (GBytes) content = g_bytes_new_static (CONTENT, strlen (CONTENT));
  g_autoptr (GBytes) bytes = stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_DATA, fixture->key,
                                                            circle, SIGNING_TIME, NULL);
  g_autoptr (StileSignedMessage) message = parse (bytes);
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, 0);

  g_assert_cmpuint (chain->len, ==, 3);
  g_assert_true (stile_certificate_equal (chain->pdata[0], test_pki_get_certificate (signer)));
  g_assert_true (stile_certificate_equal (chain->pdata[1], test_pki_get_certificate (one_by_two)));
  g_assert_true (stile_certificate_equal (chain->pdata[2], test_pki_get_certificate (two_by_one)));
}

static void
add (const char *name, TestPkiKey key, void (*run) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/codec/signed-message/", name, NULL);

  g_test_add (path, Fixture, GINT_TO_POINTER (key), set_up, run, tear_down);
}

static void
add_for_each_key (const char *name, void (*run) (Fixture *, gconstpointer))
{
  for (gsize i = 0; i < G_N_ELEMENTS (key_names); i++)
    {
      g_autofree char *path = g_strconcat (name, "/", key_names[i], NULL);

      add (path, (TestPkiKey)i, run);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_key ("cms-round-trip", test_cms_round_trip);
  add_for_each_key ("gnutls-verifies", test_gnutls_verifies);
  add_for_each_key ("damage-is-noticed", test_damage_is_noticed);
  add ("jws-round-trip", TEST_PKI_P256, test_jws_round_trip);
  add ("refuses-other-wrappings", TEST_PKI_P256, test_refuses_other_wrappings);
  add ("limits-the-size", TEST_PKI_P256, test_limits_the_size);
  add ("limits-the-numbers", TEST_PKI_P256, test_limits_the_numbers);
  add ("signs-only-with-the-certificates-key", TEST_PKI_P256, test_signs_only_with_the_certificates_key);
  add ("a-chain-is-not-caught-in-circles", TEST_PKI_P256, test_a_chain_is_not_caught_in_circles);

  return g_test_run ();
}
