/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-compact-jws.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-json.h"
#include "support/test-pki.h"

#define CONTENT "{\"nonce\":\"a\"}"

static char *
encode (const char *text)
{
  return stile_base64url_encode ((const guint8 *)text, strlen (text));
}

static GBytes *
sign (TestPki *signer, GVariant *members)
{
  g_autoptr (GBytes) content = g_bytes_new_static (CONTENT, strlen (CONTENT));
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key;
  GBytes *bytes;

  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (signer), 0);
  bytes = stile_compact_jws_sign (content, members, key, test_pki_get_certificate (signer), &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  return bytes;
}

/* Takes over @part: the message with another header (0), content (1) or signature (2). */
static GBytes *
exchange (GBytes *message, guint which, char *part)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));
  g_auto (GStrv) parts = g_strsplit (text, ".", 3);
  char *changed;

  g_free (parts[which]);
  parts[which] = part;
  changed = g_strjoinv (".", parts);
  return g_bytes_new_take (changed, strlen (changed));
}

static gboolean
holds (GBytes *message, TestPki *signer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCompactJws) jws = stile_compact_jws_parse (message, &error);
  gboolean good;

  g_assert_no_error (error);
  good = stile_compact_jws_verify (jws, test_pki_get_certificate (signer), &error);
  g_assert_true (good == (error == NULL));
  if (!good)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  return good;
}

static void
test_goes_over_and_back (gconstpointer data)
{
  static const char *const names[] = { "ES256", "ES384", "EdDSA", "RS256" };
  TestPkiKey kind = GPOINTER_TO_UINT (data);
  g_autoptr (TestPki) signer = test_pki_authority_new ("Signer", kind);
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Stranger", kind);
  g_autoptr (GVariant) members = g_variant_ref_sink (g_variant_new_parsed ("{'typ': <'x'>}"));
  /* ECDSA gives numbers with zeros at the front now and then. */
  guint rounds = kind == TEST_PKI_RSA ? 1 : 100;

  for (guint i = 0; i < rounds; i++)
    {
      g_autoptr (GBytes) message = sign (signer, members);
      g_autoptr (StileCompactJws) jws = stile_compact_jws_parse (message, NULL);

      g_assert_nonnull (jws);
      g_assert_cmpstr (stile_json_get_string (jws->header, "typ"), ==, "x");
      g_assert_cmpstr (stile_json_get_string (jws->header, "alg"), ==, names[kind]);
      g_assert_cmpmem (g_bytes_get_data (jws->content, NULL), g_bytes_get_size (jws->content), CONTENT,
                       strlen (CONTENT));
      g_assert_true (holds (message, signer));
      g_assert_false (holds (message, stranger));
    }
}

static void
test_refuses_changes (void)
{
  g_autoptr (TestPki) signer = test_pki_authority_new ("Signer", TEST_PKI_P256);
  g_autoptr (GBytes) message = sign (signer, NULL);
  g_autoptr (GBytes) content = exchange (message, 1, encode ("{\"nonce\":\"b\"}"));
  g_autoptr (GBytes) header = exchange (message, 0, encode ("{\"alg\":\"ES256\",\"more\":1}"));
  g_autoptr (GBytes) zeros = exchange (message, 2, g_strnfill (86, 'A'));
  g_autoptr (GBytes) cut = exchange (message, 2, encode ("short"));
  g_autoptr (GBytes) empty = exchange (message, 2, g_strdup (""));

  g_assert_true (holds (message, signer));
  g_assert_false (holds (content, signer));
  g_assert_false (holds (header, signer));
  g_assert_false (holds (zeros, signer));
  g_assert_false (holds (cut, signer));
  g_assert_false (holds (empty, signer));
}

/* A signature that holds, under a header that says what it likes. */
static GBytes *
sign_under (TestPki *signer, const char *header)
{
  g_autofree char *encoded = encode (header);
  g_autofree char *text = g_strconcat (encoded, ".e30", NULL);
  gnutls_datum_t data = { (unsigned char *)text, (unsigned int)strlen (text) }, signature = { NULL, 0 };
  g_autofree char *value = NULL;
  gnutls_privkey_t key;
  char *whole;

  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (signer), 0);
  g_assert_cmpint (gnutls_privkey_sign_data2 (key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature), ==, 0);
  value = stile_base64url_encode (signature.data, signature.size);
  gnutls_free (signature.data);
  gnutls_privkey_deinit (key);
  whole = g_strconcat (text, ".", value, NULL);
  return g_bytes_new_take (whole, strlen (whole));
}

/* RFC 8725 section 3.1: the key decides, not the message. */
static void
test_lets_no_message_choose (void)
{
  static const char *const headers[] = { "{\"alg\":\"none\"}",  "{\"alg\":\"HS256\"}", "{\"alg\":\"ES256\"}",
                                         "{\"alg\":\"eddsa\"}", "{\"alg\":1}",         "{}" };
  g_autoptr (TestPki) signer = test_pki_authority_new ("Signer", TEST_PKI_ED25519);
  g_autoptr (GBytes) message = sign_under (signer, "{\"alg\":\"EdDSA\"}");

  g_assert_true (holds (message, signer));
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GBytes) other = sign_under (signer, headers[i]);
      g_autoptr (GBytes) unsigned_one = exchange (other, 2, g_strdup (""));

      g_assert_false (holds (other, signer));
      g_assert_false (holds (unsigned_one, signer));
    }
}

static void
assert_refused (const char *text, gsize length, int code)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_compact_jws_parse (bytes, &error));
  g_assert_nonnull (error);
  if (code >= 0)
    g_assert_error (error, G_IO_ERROR, code);
}

static void
test_refuses_other_shapes (void)
{
  static const char *const others[] = { "", ".", "..", "e30", "e30.e30", "e30.e30.e30.e30", "e30.e30.e30." };
  static const char *const headers[] = { "[]", "\"x\"", "nothing", "{\"alg\":\"ES256\",\"crit\":[\"b64\"]}" };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    assert_refused (others[i], strlen (others[i]), -1);
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *header = encode (headers[i]);
      g_autofree char *text = g_strconcat (header, ".e30.AAAA", NULL);

      assert_refused (text, strlen (text), -1);
    }
  assert_refused ("e30.e30.AA\0A", 11, G_IO_ERROR_INVALID_DATA);
  assert_refused ("e30.e3=.AAAA", 12, -1);
  assert_refused ("e30.e30.A+/A", 12, -1);
}

static void
test_refuses_too_much (void)
{
  g_autofree char *text = g_strnfill (STILE_COMPACT_JWS_MAX_SIZE + 1, 'A');

  assert_refused (text, STILE_COMPACT_JWS_MAX_SIZE + 1, G_IO_ERROR_MESSAGE_TOO_LARGE);
  assert_refused (text, STILE_COMPACT_JWS_MAX_SIZE, G_IO_ERROR_INVALID_DATA);
}

/* Everything up to each byte: the last of a signature is missed, too. */
static void
test_refuses_a_cut_message (void)
{
  g_autoptr (TestPki) signer = test_pki_authority_new ("Signer", TEST_PKI_P256);
  g_autoptr (GBytes) message = sign (signer, NULL);

  for (gsize length = 0; length < g_bytes_get_size (message); length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (g_bytes_get_data (message, NULL), length);
      g_autoptr (StileCompactJws) jws = stile_compact_jws_parse (cut, NULL);

      g_assert_false (jws != NULL && stile_compact_jws_verify (jws, test_pki_get_certificate (signer), NULL));
    }
}

static GPtrArray *
read_chain (const char *header, guint limit, GError **error)
{
  g_autofree char *encoded = encode (header);
  g_autofree char *text = g_strconcat (encoded, ".e30.AAAA", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (StileCompactJws) jws = stile_compact_jws_parse (bytes, NULL);

  g_assert_nonnull (jws);
  return stile_compact_jws_read_chain (jws, limit, error);
}

static void
test_reads_the_chain (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf" });
  GBytes *first = test_pki_get_der (leaf), *second = test_pki_get_der (root);
  g_autofree char *one = g_base64_encode (g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  g_autofree char *two = g_base64_encode (g_bytes_get_data (second, NULL), g_bytes_get_size (second));
  g_autofree char *header = g_strdup_printf ("{\"x5c\":[\"%s\",\"%s\"]}", one, two);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) chain = read_chain (header, 8, &error);
  g_autoptr (GPtrArray) limited = read_chain (header, 1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (chain->len, ==, 2);
  g_assert_cmpuint (limited->len, ==, 1);
  g_assert_true (stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (leaf)));
  g_assert_true (stile_certificate_equal (g_ptr_array_index (chain, 1), test_pki_get_certificate (root)));
}

static void
test_tells_no_chain_from_a_bad_one (void)
{
  static const char *const none[] = { "{}", "{\"x5c\":[]}", "{\"x5c\":\"AAAA\"}", "{\"x5c\":{}}" };
  static const char *const bad[] = { "{\"x5c\":[\"AAAA\"]}", "{\"x5c\":[1]}", "{\"x5c\":[\"\"]}",
                                     "{\"x5c\":[null]}" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    {
      g_assert_null (read_chain (none[i], 8, &error));
      g_assert_no_error (error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (read_chain (bad[i], 8, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
}

int
main (int argc, char *argv[])
{
  static const char *const kinds[] = { "p256", "p384", "ed25519", "rsa" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/codec/compact-jws/goes-over-and-back/", kinds[i], NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_goes_over_and_back);
    }
  g_test_add_func ("/codec/compact-jws/refuses-changes", test_refuses_changes);
  g_test_add_func ("/codec/compact-jws/lets-no-message-choose", test_lets_no_message_choose);
  g_test_add_func ("/codec/compact-jws/refuses-other-shapes", test_refuses_other_shapes);
  g_test_add_func ("/codec/compact-jws/refuses-too-much", test_refuses_too_much);
  g_test_add_func ("/codec/compact-jws/refuses-a-cut-message", test_refuses_a_cut_message);
  g_test_add_func ("/codec/compact-jws/reads-the-chain", test_reads_the_chain);
  g_test_add_func ("/codec/compact-jws/tells-no-chain-from-a-bad-one", test_tells_no_chain_from_a_bad_one);

  return g_test_run ();
}
