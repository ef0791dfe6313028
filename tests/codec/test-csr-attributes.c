/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-csr-attributes.h"
#include "codec/stile-hex.h"

/* RFC 8951 section 4 has this list, in base64: challengePassword, an EC key of P-384, an extension's OID, a hash. */
#define EXAMPLE "MEEGCSqGSIb3DQEJBzASBgcqhkjOPQIBMQcGBSuBBAAiMBYGCSqGSIb3DQEJDjEJBgcrBgEBAQEWBggqhkjOPQQDAw=="

static StileCsrAttributes *
parse_text (const char *text, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return stile_csr_attributes_parse_est (body, error);
}

static GBytes *
from_hex (const char *hex)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = stile_hex_decode (hex, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
test_the_rfcs_example (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCsrAttributes) attributes = parse_text (EXAMPLE, &error);
  g_auto (GStrv) list = NULL;
  g_auto (GStrv) open = NULL;
  g_autoptr (GBytes) der = NULL;
  g_autofree char *text = NULL;
  gnutls_pk_algorithm_t algorithm;
  guint bits;

  g_assert_no_error (error);
  g_assert_false (stile_csr_attributes_is_empty (attributes));
  g_assert_true (stile_csr_attributes_wants_challenge_password (attributes));
  g_assert_true (stile_csr_attributes_get_key (attributes, &algorithm, &bits));
  g_assert_cmpint (algorithm, ==, GNUTLS_PK_ECDSA);
  g_assert_cmpuint (bits, ==, (guint)GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1));
  g_assert_cmpint (stile_csr_attributes_get_hash (attributes), ==, GNUTLS_DIG_SHA384);
  open = stile_csr_attributes_list_open_extensions (attributes);
  g_assert_cmpstr (open[0], ==, "1.3.6.1.1.1.1.22");
  list = stile_csr_attributes_list (attributes);
  g_assert_cmpuint (g_strv_length (list), ==, 4);
  g_assert_cmpstr (list[3], ==, "1.2.840.10045.4.3.3");

  der = stile_csr_attributes_to_der (attributes);
  text = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_assert_cmpstr (text, ==, EXAMPLE);
}

typedef struct
{
  const char *name;
  const char *oid;
  const char *value; /* hex, or NULL */
  gnutls_pk_algorithm_t algorithm;
  guint bits;
  gnutls_digest_algorithm_t hash;
} Kind;

#define CURVE(name) ((guint)GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_##name))

static const Kind kinds[] = {
  { "rsa-3072", "1.2.840.113549.1.1.1", "02020c00", GNUTLS_PK_RSA, 3072, GNUTLS_DIG_UNKNOWN },
  { "rsa", "1.2.840.113549.1.1.1", NULL, GNUTLS_PK_RSA, 0, GNUTLS_DIG_UNKNOWN },
  { "ec", "1.2.840.10045.2.1", NULL, GNUTLS_PK_ECDSA, 0, GNUTLS_DIG_UNKNOWN },
  { "ec-p256", "1.2.840.10045.2.1", "06082a8648ce3d030107", GNUTLS_PK_ECDSA, CURVE (SECP256R1),
    GNUTLS_DIG_UNKNOWN },
  { "curve", "1.3.132.0.34", NULL, GNUTLS_PK_ECDSA, CURVE (SECP384R1), GNUTLS_DIG_UNKNOWN },
  { "ed25519", "1.3.101.112", NULL, GNUTLS_PK_EDDSA_ED25519, 0, GNUTLS_DIG_UNKNOWN },
  { "rsa-huge", "1.2.840.113549.1.1.1", "02080100000000000000", GNUTLS_PK_RSA, 0, GNUTLS_DIG_UNKNOWN },
  { "sha512", "2.16.840.1.101.3.4.2.3", NULL, GNUTLS_PK_UNKNOWN, 0, GNUTLS_DIG_SHA512 },
  { "rsa-sha256", "1.2.840.113549.1.1.11", NULL, GNUTLS_PK_UNKNOWN, 0, GNUTLS_DIG_SHA256 },
  { "sha1", "1.3.14.3.2.26", NULL, GNUTLS_PK_UNKNOWN, 0, GNUTLS_DIG_UNKNOWN },
  { "unknown", "1.2.3.4", "0500", GNUTLS_PK_UNKNOWN, 0, GNUTLS_DIG_UNKNOWN },
};

/* Written, sent, and read again. */
static void
test_kind (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (StileCsrAttributes) made = stile_csr_attributes_new ();
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCsrAttributes) read = NULL;
  gnutls_pk_algorithm_t algorithm;
  guint bits;

  if (kind->value != NULL)
    {
      g_autoptr (GBytes) value = from_hex (kind->value);

      g_assert_true (stile_csr_attributes_add_value (made, kind->oid, value));
    }
  else
    g_assert_true (stile_csr_attributes_add_oid (made, kind->oid));

  body = stile_csr_attributes_to_est (made);
  read = stile_csr_attributes_parse_est (body, &error);
  g_assert_no_error (error);
  g_assert_true (stile_csr_attributes_has (read, kind->oid));
  g_assert_cmpint (stile_csr_attributes_get_key (read, &algorithm, &bits), ==,
                   kind->algorithm != GNUTLS_PK_UNKNOWN);
  g_assert_cmpint (algorithm, ==, kind->algorithm);
  g_assert_cmpuint (bits, ==, kind->bits);
  g_assert_cmpint (stile_csr_attributes_get_hash (read), ==, kind->hash);
  g_assert_false (stile_csr_attributes_wants_challenge_password (read));
}

static void
test_extensions_with_values (void)
{
  /* Extensions: keyUsage critical, extendedKeyUsage. */
  g_autoptr (GBytes) value =
      from_hex ("3025300e0603551d0f0101ff0404030205a030130603551d25040c300a06082b06010505070302");
  g_autoptr (StileCsrAttributes) attributes = stile_csr_attributes_new ();
  g_autoptr (GBytes) usage = from_hex ("030205a0");
  g_auto (GStrv) open = NULL;

  g_assert_true (stile_csr_attributes_add_value (attributes, "1.2.840.113549.1.9.14", value));
  g_assert_cmpuint (g_hash_table_size (stile_csr_attributes_get_extensions (attributes)), ==, 2);
  g_assert_true (g_bytes_equal (
      g_hash_table_lookup (stile_csr_attributes_get_extensions (attributes), "2.5.29.15"), usage));
  open = stile_csr_attributes_list_open_extensions (attributes);
  g_assert_cmpuint (g_strv_length (open), ==, 0);
}

/* RFC 9908 section 3.4: version 0, no name, a P-384 key, a password and a name to fill in. */
static void
test_a_template (void)
{
  g_autoptr (GBytes) value = from_hex ("304c020100"
                                       "a012"
                                       "3010"
                                       "06072a8648ce3d0201"
                                       "06052b81040022"
                                       "a133"
                                       "3010"
                                       "06092a864886f70d010907"
                                       "3103"
                                       "0c0100"
                                       "301f"
                                       "060b2a864886f70d010910023e"
                                       "3110"
                                       "300e"
                                       "3005"
                                       "0603551d11"
                                       "3005"
                                       "0603551d25");
  g_autoptr (StileCsrAttributes) made = stile_csr_attributes_new ();
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCsrAttributes) read = NULL;
  g_auto (GStrv) open = NULL;
  gnutls_pk_algorithm_t algorithm;
  guint bits;

  g_assert_true (stile_csr_attributes_add_value (made, STILE_CSR_ATTRIBUTES_TEMPLATE, value));
  der = stile_csr_attributes_to_der (made);
  read = stile_csr_attributes_parse_der (der, &error);
  g_assert_no_error (error);
  g_assert_true (stile_csr_attributes_wants_challenge_password (read));
  g_assert_true (stile_csr_attributes_get_key (read, &algorithm, &bits));
  g_assert_cmpuint (bits, ==, CURVE (SECP384R1));
  open = stile_csr_attributes_list_open_extensions (read);
  g_assert_cmpuint (g_strv_length (open), ==, 2);
  g_assert_cmpstr (open[0], ==, "2.5.29.17");
  again = stile_csr_attributes_to_der (read);
  g_assert_true (g_bytes_equal (again, der));
}

typedef struct
{
  const char *name;
  const char *hex;
} Bad;

static const Bad bad[] = {
  { "set", "3100" },
  { "trailing", "300000" },
  { "trailing-in-attribute", "300a30080602 2a03310005 00" },
  { "no-set", "3006300406022a03" },
  { "empty-attribute", "30023000" },
  { "integer", "3003020100" },
  { "long-length", "308100" },
  { "indefinite", "30800000" },
  { "oid-cut", "3003060188" },
  { "extension-no-oid", "3015 3013 06092a864886f70d01090e 3106 3004 30020500" },
};

static void
test_bad (gconstpointer data)
{
  g_auto (GStrv) words = g_strsplit (((const Bad *)data)->hex, " ", -1);
  g_autofree char *hex = g_strjoinv ("", words);
  g_autoptr (GBytes) der = from_hex (hex);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_csr_attributes_parse_der (der, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_nothing_is_asked_for (void)
{
  const char *const texts[] = { "", "MAA=", "MAA", "0\0" };

  for (gsize i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileCsrAttributes) attributes = parse_text (texts[i], &error);

      g_assert_no_error (error);
      g_assert_true (stile_csr_attributes_is_empty (attributes));
    }
}

static void
test_limits (void)
{
  g_autoptr (StileCsrAttributes) many = stile_csr_attributes_new ();
  g_autoptr (GByteArray) der = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < STILE_CSR_ATTRIBUTES_MAX_COUNT; i++)
    g_assert_true (stile_csr_attributes_add_oid (many, "1.2.3"));
  g_assert_false (stile_csr_attributes_add_oid (many, "1.2.3"));
  g_assert_false (stile_csr_attributes_add_oid (many, "7.2.3"));

  g_byte_array_append (der, (const guint8 *)"\x30\x82\x01\x04", 4);
  for (guint i = 0; i <= STILE_CSR_ATTRIBUTES_MAX_COUNT; i++)
    g_byte_array_append (der, (const guint8 *)"\x06\x02\x2a\x03", 4);
  bytes = g_bytes_new (der->data, der->len);
  g_assert_null (stile_csr_attributes_parse_der (bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/csr-attributes/the-rfcs-example", test_the_rfcs_example);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *name = g_strconcat ("/codec/csr-attributes/kind/", kinds[i].name, NULL);

      g_test_add_data_func (name, &kinds[i], test_kind);
    }
  g_test_add_func ("/codec/csr-attributes/extensions-with-values", test_extensions_with_values);
  g_test_add_func ("/codec/csr-attributes/a-template", test_a_template);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *name = g_strconcat ("/codec/csr-attributes/refuses/", bad[i].name, NULL);

      g_test_add_data_func (name, &bad[i], test_bad);
    }
  g_test_add_func ("/codec/csr-attributes/nothing-is-asked-for", test_nothing_is_asked_for);
  g_test_add_func ("/codec/csr-attributes/limits", test_limits);

  return g_test_run ();
}
