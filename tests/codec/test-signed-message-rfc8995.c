/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-signed-message.h"

/* RFC 8995 Appendix C, as tests/data/extract-rfc8995 took it out of the text. */

#define AT_ITS_DATE G_GINT64_CONSTANT (1618358400)    /* 2021-04-14T00:00:00Z */
#define AFTER_ITS_DATE G_GINT64_CONSTANT (1767225600) /* 2026-01-01T00:00:00Z */

static GBytes *
load (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "rfc8995", name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static GPtrArray *
load_certificates (const char *name)
{
  g_autoptr (GBytes) pem = load (name);
  g_autoptr (GError) error = NULL;
  GPtrArray *certificates = stile_certificate_bundle_parse_pem (pem, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, ==, 1);
  return certificates;
}

static StileSignedMessage *
load_message (const char *name)
{
  g_autoptr (GBytes) der = load (name);
  g_autoptr (GError) error = NULL;
  StileSignedMessage *message = stile_signed_message_parse (der, &error);

  g_assert_no_error (error);
  return message;
}

/* Who signed it, whom that leads to, and from where on it is signed. */
static const struct
{
  const char *file;
  const char *signer;
  const char *anchor;
  gint64 signing_time;
  const char *root;
} messages[] = {
  { "pledge-voucher-request.der", "idevid.pem", "vendor.pem", 1618350203,
    "{\"ietf-voucher-request:voucher\":" },
  { "registrar-voucher-request.der", "registrar.pem", "owner-ca.pem", 1618350203,
    "{\"ietf-voucher-request:voucher\":" },
  { "voucher.der", "masa.pem", "vendor.pem", 1618350204, "{\"ietf-voucher:voucher\":" },
};

/* The device's certificate in C.1.5 is two weeks younger than the one in its request; the key is the same. */
static void
assert_same_key (StileCertificate *one, StileCertificate *other)
{
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (one);
  g_autoptr (GBytes) other_key = stile_certificate_path_get_public_key (other);

  g_assert_true (g_bytes_equal (key, other_key));
}

static void
test_reads_and_verifies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (StileSignedMessage) message = load_message (messages[i].file);
      g_autoptr (GPtrArray) signer = load_certificates (messages[i].signer);
      g_autoptr (GError) error = NULL;
      GBytes *content = stile_signed_message_get_content (message);

      g_assert_cmpstr (stile_signed_message_get_content_type (message), ==, STILE_CONTENT_TYPE_DATA);
      g_assert_cmpuint (stile_signed_message_get_n_signers (message), ==, 1);
      g_assert_cmpstr (stile_signed_message_get_algorithm (message, 0), ==, "ECDSA-SHA256");
      g_assert_cmpint (stile_signed_message_get_signing_time (message, 0), ==, messages[i].signing_time);
      assert_same_key (stile_signed_message_get_signer (message, 0), signer->pdata[0]);
      g_assert_cmpmem (g_bytes_get_data (content, NULL), strlen (messages[i].root), messages[i].root,
                       strlen (messages[i].root));
      g_assert_true (stile_signed_message_verify (message, 0, signer->pdata[0], &error));
      g_assert_no_error (error);
    }
}

static void
test_leads_to_its_anchor_at_its_date (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (StileSignedMessage) message = load_message (messages[i].file);
      g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, 0);
      g_autoptr (GPtrArray) anchors = load_certificates (messages[i].anchor);
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_certificate_path_verify (chain, anchors, AT_ITS_DATE,
                                                    STILE_CERTIFICATE_PATH_DEFAULT, NULL, &error));
      g_assert_no_error (error);
      g_assert_false (stile_certificate_path_verify (chain, anchors, AFTER_ITS_DATE,
                                                     STILE_CERTIFICATE_PATH_DEFAULT, NULL, &error));
      g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
      g_assert_nonnull (strstr (error->message, "has expired on "));
    }
}

static void
test_domain_ids (void)
{
  static const struct
  {
    const char *file;
    const char *domain_id;
  } table[] = {
    { "registrar.pem", "Oy6w2vS8ar8m/FtEHuzs7sl7LSD3pW9yTCgCecoIL3M=" },
    { "owner-ca.pem", "uaX2yxHhB6RJLKcIxnwQvIezdCY=" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GPtrArray) certificates = load_certificates (table[i].file);
      g_autofree char *domain_id = stile_certificate_path_get_domain_id (certificates->pdata[0]);

      g_assert_cmpstr (domain_id, ==, table[i].domain_id);
    }
}

static void
test_facts_of_the_device (void)
{
  g_autoptr (GPtrArray) device = load_certificates ("idevid.pem");
  g_autoptr (GPtrArray) registrar = load_certificates ("registrar.pem");
  g_autofree char *serial = stile_certificate_path_get_device_serial (device->pdata[0]);
  g_autofree char *url = stile_certificate_path_get_masa_url (device->pdata[0]);
  g_autofree char *registrar_serial = stile_certificate_path_get_device_serial (registrar->pdata[0]);
  g_autofree char *registrar_url = stile_certificate_path_get_masa_url (registrar->pdata[0]);

  g_assert_cmpstr (serial, ==, "00-D0-E5-F2-00-02");
  g_assert_cmpstr (url, ==, "highway-test.example.com:9443");
  g_assert_null (registrar_serial);
  g_assert_null (registrar_url);
  g_assert_true (stile_certificate_path_has_purpose (registrar->pdata[0], STILE_PURPOSE_CMC_RA));
  g_assert_false (stile_certificate_path_has_purpose (device->pdata[0], STILE_PURPOSE_CMC_RA));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/signed-message/rfc8995/reads-and-verifies", test_reads_and_verifies);
  g_test_add_func ("/codec/signed-message/rfc8995/leads-to-its-anchor-at-its-date",
                   test_leads_to_its_anchor_at_its_date);
  g_test_add_func ("/codec/signed-message/rfc8995/domain-ids", test_domain_ids);
  g_test_add_func ("/codec/signed-message/rfc8995/facts-of-the-device", test_facts_of_the_device);

  return g_test_run ();
}
