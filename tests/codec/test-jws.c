/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-signed-message.h"
#include "support/test-pki.h"

/* RFC 7515 Appendix A.6, of whose two signatures the second is ES256, and its key, Appendix A.3.1. */
#define RFC_PAYLOAD                                                                                          \
  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RFC_PROTECTED "eyJhbGciOiJFUzI1NiJ9"
#define RFC_SIGNATURE "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
#define RFC_KEY_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define RFC_KEY_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"

static gnutls_datum_t
to_datum (GBytes *bytes)
{
  return (gnutls_datum_t){ (guint8 *)g_bytes_get_data (bytes, NULL), (unsigned int)g_bytes_get_size (bytes) };
}

/* The RFC has a key and no certificate. */
static StileCertificate *
make_rfc_certificate (void)
{
  g_autoptr (TestPki) issuer = test_pki_authority_new ("RFC 7515", TEST_PKI_P256);
  g_autoptr (GBytes) x = stile_base64url_decode (RFC_KEY_X, -1, NULL);
  g_autoptr (GBytes) y = stile_base64url_decode (RFC_KEY_Y, -1, NULL);
  g_autoptr (GBytes) bytes = NULL;
  const gnutls_datum_t x_datum = to_datum (x);
  const gnutls_datum_t y_datum = to_datum (y);
  gnutls_datum_t der = { NULL, 0 };
  gnutls_pubkey_t key;
  gnutls_x509_crt_t crt;

  gnutls_pubkey_init (&key);
  gnutls_x509_crt_init (&crt);
  g_assert_cmpint (gnutls_pubkey_import_ecc_raw (key, GNUTLS_ECC_CURVE_SECP256R1, &x_datum, &y_datum), ==, 0);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, "\1", 1);
  gnutls_x509_crt_set_activation_time (crt, 0);
  gnutls_x509_crt_set_expiration_time (crt, 1);
  g_assert_cmpint (gnutls_x509_crt_set_pubkey (crt, key), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, stile_certificate_get_x509 (test_pki_get_certificate (issuer)),
                                          test_pki_get_key (issuer), GNUTLS_DIG_SHA256, 0),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der), ==, 0);
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_pubkey_deinit (key);

  return stile_certificate_new_from_der (bytes, NULL);
}

static StileSignedMessage *
parse_text (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return stile_signed_message_parse (bytes, error);
}

static void
test_reads_the_example_of_rfc_7515 (void)
{
  g_autoptr (StileCertificate) certificate = make_rfc_certificate ();
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message =
      parse_text (" \r\n\t{\"payload\": \"" RFC_PAYLOAD "\", \"signatures\": [{\"protected\":\"" RFC_PROTECTED
                  "\",\"header\":{\"kid\":\"e9bc097a-ce51-4036-9562-d2ade882db0d\"},"
                  "\"signature\":\"" RFC_SIGNATURE "\"}]}\n",
                  &error);
  static const char content[] =
      "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

  g_assert_no_error (error);
  g_assert_cmpint (stile_signed_message_get_format (message), ==, STILE_SIGNED_JWS);
  g_assert_cmpstr (stile_signed_message_get_content_type (message), ==, "");
  g_assert_null (stile_signed_message_get_signer (message, 0));
  g_assert_cmpmem (g_bytes_get_data (stile_signed_message_get_content (message), NULL),
                   g_bytes_get_size (stile_signed_message_get_content (message)), content, strlen (content));
  g_assert_true (stile_signed_message_verify (message, 0, certificate, &error));
  g_assert_no_error (error);
  g_assert_false (stile_signed_message_verify (message, 0, test_pki_get_certificate (stranger), &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

/* An ES256 signature is by a key on P-256, whatever else ECDSA with SHA-256 may be. */
static void
test_refuses_other_curves (void)
{
  g_autoptr (TestPki) signer = test_pki_authority_new ("Signer", TEST_PKI_P384);
  g_autoptr (GPtrArray) chain = test_pki_list (signer, NULL);
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message =
      parse_text ("{\"payload\":\"" RFC_PAYLOAD "\",\"signatures\":[{\"protected\":\"" RFC_PROTECTED
                  "\",\"signature\":\"" RFC_SIGNATURE "\"}]}",
                  NULL);
  gnutls_privkey_t key;

  g_assert_false (stile_signed_message_verify (message, 0, test_pki_get_certificate (signer), &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_nonnull (strstr (error->message, "ECDSA P-384"));
  g_clear_error (&error);
  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (signer), 0);
  g_assert_null (stile_signed_message_sign_jws (content, NULL, key, chain, &error));
  g_assert_nonnull (error);
  gnutls_privkey_deinit (key);
}

/* @header: JSON of the protected header; @entry: what stands besides in the signature's object. */
static char *
make_message (const char *header, const char *entry)
{
  g_autofree char *protected_text = stile_base64url_encode ((const guint8 *)header, strlen (header));

  return g_strdup_printf ("{\"payload\":\"" RFC_PAYLOAD "\",\"signatures\":[{\"protected\":\"%s\"%s}]}",
                          protected_text, entry);
}

static void
assert_refused (const char *text, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse_text (text, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, says);
}

#define VALUE ",\"signature\":\"" RFC_SIGNATURE "\""
#define ES256 "{\"alg\":\"ES256\"}"

static void
test_refuses_headers (void)
{
  static const struct
  {
    const char *header;
    const char *entry;
    const char *says;
  } table[] = {
    { "{\"alg\":\"none\"}", VALUE, "signed with “none”; only ES256" },
    { "{\"alg\":\"RS256\"}", VALUE, "signed with “RS256”" },
    { "{\"alg\":\"HS256\"}", VALUE, "signed with “HS256”" },
    { "{\"alg\":\"es256\"}", VALUE, "signed with “es256”" },
    { "{\"alg\":\"\\n\"}", VALUE, "signed with “\\n”" },
    { "{\"alg\":256}", VALUE, "does not name the algorithm" },
    { "{}", VALUE ",\"header\":{\"alg\":\"ES256\"}", "does not name the algorithm" },
    { "[]", VALUE, "no JSON object" },
    { "", VALUE, "Reading the protected header" },
    { "{\"alg\":\"ES256\",\"alg\":\"none\"}", VALUE, "a member occurs twice" },
    { "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}", VALUE, "critical members" },
    { "{\"alg\":\"ES256\",\"crit\":[]}", VALUE, "critical members" },
    { "{\"alg\":\"ES256\",\"crit\":null}", VALUE, "critical members" },
    { "{\"alg\":\"ES256\",\"crit\":[\"created-on\"],\"created-on\":\"x\"}", VALUE, "critical members" },
    { ES256, VALUE ",\"header\":{\"crit\":[\"x\"]}", "critical members" },
    { ES256, VALUE ",\"header\":{\"alg\":\"none\"}", "that the protected one has, too" },
    { ES256, VALUE ",\"header\":[]", "no JSON object" },
    { "{\"alg\":\"ES256\",\"x5c\":\"AAAA\"}", VALUE, "no list of certificates" },
    { "{\"alg\":\"ES256\",\"x5c\":[]}", VALUE, "no list of certificates" },
    { "{\"alg\":\"ES256\",\"x5c\":[1]}", VALUE, "no text" },
    { "{\"alg\":\"ES256\",\"x5c\":[\"_-__\"]}", VALUE, "Reading “x5c”" },
    { "{\"alg\":\"ES256\",\"x5c\":[\"AAAA\"]}", VALUE, "no certificate" },
    { ES256, "", "A signature is missing" },
    { ES256, ",\"signature\":1", "A signature is missing" },
    { ES256, ",\"signature\":\"AAAA\"", "has 3 bytes where it should have 64" },
    { ES256, ",\"signature\":\"" RFC_SIGNATURE "==\"", "does not belong into base64" },
    { ES256, ",\"signature\":\"\"", "has 0 bytes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = make_message (table[i].header, table[i].entry);

      assert_refused (text, table[i].says);
    }
}

#define ENTRY "{\"protected\":\"" RFC_PROTECTED "\"" VALUE "}"

static void
test_refuses_documents (void)
{
  static const struct
  {
    const char *text;
    const char *says;
  } table[] = {
    { RFC_PROTECTED "." RFC_PAYLOAD "." RFC_SIGNATURE, "compact serialization" },
    { "{\"payload\":\"" RFC_PAYLOAD "\",\"protected\":\"" RFC_PROTECTED "\"" VALUE "}", "flattened" },
    { "{\"payload\":\"" RFC_PAYLOAD "\",\"signatures\":[" ENTRY "]" VALUE "}", "flattened" },
    { "\xef\xbb\xbf{\"payload\":\"" RFC_PAYLOAD "\",\"signatures\":[" ENTRY "]}", "byte order mark" },
    { "{\"signatures\":[" ENTRY "]}", "detached signature" },
    { "{\"payload\":1,\"signatures\":[" ENTRY "]}", "no text" },
    { "{\"payload\":\"AA==\",\"signatures\":[" ENTRY "]}", "Reading the payload" },
    { "{\"payload\":\"AB\",\"signatures\":[" ENTRY "]}", "Reading the payload" },
    { "{\"payload\":\"\",\"signatures\":[]}", "not signed" },
    { "{\"payload\":\"\",\"signatures\":{}}", "no list of signatures" },
    { "{\"payload\":\"\"}", "no list of signatures" },
    { "{\"payload\":\"\",\"signatures\":[1]}", "no protected header" },
    { "{\"payload\":\"\",\"signatures\":[{\"header\":{\"alg\":\"ES256\"}" VALUE "}]}",
      "no protected header" },
    { "{\"payload\":\"\",\"payload\":\"\",\"signatures\":[" ENTRY "]}", "a member occurs twice" },
    { "{\"payload\":\"\",\"signatures\":[" ENTRY "]}{}", "something follows its end" },
    { "{\"payload\":\"\",\"signatures\":[" ENTRY "," ENTRY "," ENTRY "," ENTRY "," ENTRY "]}",
      "5 signatures or more, the limit is 4" },
    { "[]", "no CMS message" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].text, table[i].says);
}

/* What nobody knows is passed over outside of the headers (RFC 7515 section 7.2.1), and several may sign. */
static void
test_accepts_more_than_it_needs (void)
{
  g_autoptr (StileCertificate) certificate = make_rfc_certificate ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = parse_text (
      "{\"more\":[1],\"payload\":\"" RFC_PAYLOAD "\",\"signatures\":[" ENTRY "," ENTRY "]}", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (stile_signed_message_get_n_signers (message), ==, 2);
  g_assert_true (stile_signed_message_verify (message, 1, certificate, NULL));
}

/* Each character of the three signed texts, changed for another one of the alphabet. */
static void
test_damage_is_noticed (void)
{
  g_autoptr (StileCertificate) certificate = make_rfc_certificate ();
  g_autofree char *text = g_strdup ("{\"payload\":\"" RFC_PAYLOAD
                                    "\",\"signatures\":[{\"protected\":\"" RFC_PROTECTED "\"" VALUE "}]}");

  for (char *at = text; *at != '\0'; at++)
    {
      g_autoptr (StileSignedMessage) message = NULL;
      char was = *at;

      *at = was == 'A' ? 'B' : 'A';
      message = parse_text (text, NULL);
      if (message != NULL && stile_signed_message_verify (message, 0, certificate, NULL))
        g_error ("character %zu may be changed", (gsize)(at - text));
      *at = was;
    }
}

/* RFC 7515 section 4.1.11: each name is one that the reader looks at, once, and the header has it. */
static void
test_critical_members (void)
{
  static const char *const understood[] = { "created-on", NULL };
  static const struct
  {
    const char *header;
    gboolean taken;
  } table[] = {
    { "{\"alg\":\"ES256\",\"crit\":[\"created-on\"],\"created-on\":\"x\"}", TRUE },
    { ES256, TRUE },
    { "{\"alg\":\"ES256\",\"crit\":[\"created-on\"]}", FALSE },
    { "{\"alg\":\"ES256\",\"crit\":[\"created-on\",\"created-on\"],\"created-on\":\"x\"}", FALSE },
    { "{\"alg\":\"ES256\",\"crit\":[\"created-on\",\"b64\"],\"created-on\":\"x\",\"b64\":true}", FALSE },
    { "{\"alg\":\"ES256\",\"crit\":[\"created-on\",1],\"created-on\":\"x\"}", FALSE },
    { "{\"alg\":\"ES256\",\"crit\":\"created-on\",\"created-on\":\"x\"}", FALSE },
    { "{\"alg\":\"ES256\",\"crit\":[],\"created-on\":\"x\"}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = make_message (table[i].header, VALUE);
      g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
      g_autoptr (StileSignedMessage) message = stile_signed_message_parse_jws (bytes, understood, NULL);

      g_test_message ("%s", table[i].header);
      g_assert_true ((message != NULL) == table[i].taken);
    }
}

typedef struct
{
  TestPki *signer;
  TestPki *other;
  GBytes *content;
} Signing;

static void
set_up (Signing *self, gconstpointer data)
{
  self->signer = test_pki_authority_new ("Signer", TEST_PKI_P256);
  self->other = test_pki_authority_new ("Other", TEST_PKI_P256);
  self->content = g_bytes_new_static ("{\"a\": 1}\r\n", 10);
}

static void
tear_down (Signing *self, gconstpointer data)
{
  test_pki_unref (self->signer);
  test_pki_unref (self->other);
  g_bytes_unref (self->content);
}

/* @members: as GVariant's text format has them. */
static GBytes *
sign (Signing *self, TestPki *signer, StileSignedMessage *earlier, const char *members, GError **error)
{
  g_autoptr (GVariant) header = g_variant_parse (G_VARIANT_TYPE_VARDICT, members, NULL, NULL, NULL);
  g_autoptr (GPtrArray) chain = test_pki_list (signer, NULL);
  gnutls_privkey_t key;
  GBytes *bytes;

  g_assert_nonnull (header);
  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (signer), 0);
  bytes = earlier != NULL ? stile_signed_message_sign_jws_again (earlier, header, key, chain, error)
                          : stile_signed_message_sign_jws_with (self->content, header, key, chain, error);
  gnutls_privkey_deinit (key);

  return bytes;
}

static void
test_more_in_the_header (Signing *self, gconstpointer data)
{
  static const char *const understood[] = { "created-on", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      sign (self, self->signer, NULL, "{'crit': <['created-on']>, 'created-on': <'then'>}", &error);
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse_jws (bytes, understood, &error);
  GVariant *header;

  g_assert_no_error (error);
  g_assert_true (stile_signed_message_verify (message, 0, test_pki_get_certificate (self->signer), NULL));
  header = stile_signed_message_get_header (message, 0);
  g_assert_true (g_variant_lookup (header, "created-on", "s", NULL));
  g_assert_nonnull (stile_signed_message_get_signer (message, 0));
  g_assert_null (stile_signed_message_parse (bytes, NULL));
}

/* Whoever has a key id is known: no certificate goes along. */
static void
test_a_key_id_in_place_of_certificates (Signing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sign (self, self->signer, NULL, "{'kid': <'AAAA'>}", &error);
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, &error);

  g_assert_no_error (error);
  g_assert_null (stile_signed_message_get_signer (message, 0));
  g_assert_cmpuint (stile_signed_message_get_certificates (message)->len, ==, 0);
  g_assert_true (stile_signed_message_verify (message, 0, test_pki_get_certificate (self->signer), NULL));
}

static void
test_signs_again (Signing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sign (self, self->signer, NULL, "{'typ': <'voucher-jws+json'>}", &error);
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, &error);
  g_autoptr (GBytes) again = sign (self, self->other, message, "{}", &error);
  g_autoptr (StileSignedMessage) both = stile_signed_message_parse (again, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (stile_signed_message_get_n_signers (both), ==, 2);
  g_assert_true (
      g_bytes_equal (stile_signed_message_get_content (message), stile_signed_message_get_content (both)));
  g_assert_true (stile_signed_message_verify (both, 0, test_pki_get_certificate (self->signer), NULL));
  g_assert_true (stile_signed_message_verify (both, 1, test_pki_get_certificate (self->other), NULL));
  g_assert_false (stile_signed_message_verify (both, 1, test_pki_get_certificate (self->signer), NULL));
  g_assert_cmpstr (stile_signed_message_get_content_type (both), ==, "voucher-jws+json");
}

static void
test_signs_again_to_a_limit (Signing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sign (self, self->signer, NULL, "{}", &error);

  for (guint i = 1; i < STILE_SIGNED_MESSAGE_MAX_SIGNERS; i++)
    {
      g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);

      g_bytes_unref (bytes);
      bytes = sign (self, self->other, message, "{}", &error);
      g_assert_no_error (error);
    }

  {
    g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);

    g_assert_null (sign (self, self->other, message, "{}", &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/jws/reads-the-example-of-rfc-7515", test_reads_the_example_of_rfc_7515);
  g_test_add_func ("/codec/jws/refuses-other-curves", test_refuses_other_curves);
  g_test_add_func ("/codec/jws/refuses-headers", test_refuses_headers);
  g_test_add_func ("/codec/jws/refuses-documents", test_refuses_documents);
  g_test_add_func ("/codec/jws/accepts-more-than-it-needs", test_accepts_more_than_it_needs);
  g_test_add_func ("/codec/jws/damage-is-noticed", test_damage_is_noticed);
  g_test_add_func ("/codec/jws/critical-members-are-known-ones", test_critical_members);
  g_test_add ("/codec/jws/more-in-the-header", Signing, NULL, set_up, test_more_in_the_header, tear_down);
  g_test_add ("/codec/jws/a-key-id-in-place-of-certificates", Signing, NULL, set_up,
              test_a_key_id_in_place_of_certificates, tear_down);
  g_test_add ("/codec/jws/signs-again", Signing, NULL, set_up, test_signs_again, tear_down);
  g_test_add ("/codec/jws/signs-again-to-a-limit", Signing, NULL, set_up, test_signs_again_to_a_limit,
              tear_down);

  return g_test_run ();
}
