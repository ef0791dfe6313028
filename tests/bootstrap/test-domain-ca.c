/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-domain-ca.h"
#include "codec/stile-certificate-path.h"
#include "inventory/stile-ledger-database.h"
#include "support/test-pki.h"
#include "support/test-tls.h"

#define DAY (24 * 60 * 60)

static const char *const domains[] = { "example.org", NULL };
static const StileDomainCaProfile plain = { 0 };
static const StileDomainCaProfile with_names = { .domains = domains };
static const StileDomainCaProfile short_lived = { .lifetime = 60 * 60 };
static const StileDomainCaProfile long_lived = { .lifetime = 1000 * DAY, .servers = TRUE };

typedef struct
{
  char *directory;
  TestPki *root;
  StileIdentity *identity;
  StileLedger *ledger;
  StileDomainCa *ca;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->directory = test_pki_directory_new ();
  self->root = test_pki_authority_new ("Domain CA", TEST_PKI_P256);
  self->identity = test_tls_identity_new (self->root);
  self->ledger = stile_ledger_database_new (STILE_DATABASE_MEMORY, &error);
  g_assert_no_error (error);
  self->ca = stile_domain_ca_new (self->identity, data != NULL ? data : &plain, self->ledger, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->ca);
  g_assert_finalize_object (self->ledger);
  g_object_unref (self->identity);
  test_pki_unref (self->root);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
}

/* --- requests, as openssl makes them --- */

static void
run_tool (Fixture *self, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *trouble = NULL;
  int status;

  g_spawn_sync (self->directory, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &trouble,
                &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s%s", arguments[0], output, trouble);
}

static StileCertificateRequest *
request_new (Fixture *self, const char *subject, const char *extension)
{
  const char *arguments[] = { "openssl",
                              "req",
                              "-new",
                              "-nodes",
                              "-newkey",
                              "ec",
                              "-pkeyopt",
                              "ec_paramgen_curve:P-256",
                              "-keyout",
                              "request.key",
                              "-outform",
                              "DER",
                              "-out",
                              "request.der",
                              "-subj",
                              subject,
                              extension != NULL ? "-addext" : NULL,
                              extension,
                              NULL };
  g_autofree char *path = g_build_filename (self->directory, "request.der", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = NULL;
  char *text;
  gsize length;
  StileCertificateRequest *request;

  run_tool (self, arguments);
  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  der = g_bytes_new_take (text, length);
  request = stile_certificate_request_new_from_der (der, &error);
  g_assert_no_error (error);
  return request;
}

static StileCertificate *
issue (Fixture *self, StileCertificateRequest *request, const char *owner, const char *device)
{
  const StileDomainCaApplicant applicant = { .owner = owner, .device = device };
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate = stile_domain_ca_issue (self->ca, request, &applicant, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
assert_refused (Fixture *self, StileCertificateRequest *request, const char *sentence)
{
  const StileDomainCaApplicant applicant = { .owner = "00" };
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_domain_ca_issue (self->ca, request, &applicant, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, sentence));
}

static void
assert_verifies (Fixture *self, StileCertificate *certificate, const char *purpose)
{
  g_autofree char *pem = stile_certificate_to_pem (certificate);
  g_autofree char *path = g_build_filename (self->directory, "leaf.pem", NULL);
  g_autofree char *root = test_pki_save_chain (self->root, self->directory, "root");
  const char *arguments[] = { "openssl", "verify", "-x509_strict", "-purpose", purpose,
                              "-CAfile", root,     path,           NULL };

  g_assert_true (g_file_set_contents (path, pem, -1, NULL));
  run_tool (self, arguments);
}

static char *
list_extensions (StileCertificate *certificate)
{
  GString *oids = g_string_new (NULL);
  char oid[128];
  gsize length = sizeof oid;

  for (unsigned int i = 0;
       gnutls_x509_crt_get_extension_oid (stile_certificate_get_x509 (certificate), i, oid, &length) >= 0;
       i++, length = sizeof oid)
    g_string_append_printf (oids, "%s%s", i > 0 ? " " : "", oid);

  return g_string_free (oids, FALSE);
}

/* --- claims --- */

static void
test_good (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = request_new (self, "/O=Example/CN=Client", NULL);
  g_autoptr (StileCertificate) certificate = issue (self, request, "00", NULL);
  g_autoptr (GBytes) wanted = stile_certificate_request_get_public_key (request);
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (certificate);
  g_autoptr (GBytes) issuer_id = stile_certificate_path_get_authority_key_id (certificate);
  g_autoptr (GBytes) ca_id =
      stile_certificate_path_get_subject_key_id (test_pki_get_certificate (self->root));
  g_autoptr (GBytes) id = stile_certificate_path_get_subject_key_id (certificate);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint8 serial[32];
  gsize length = sizeof serial;

  assert_verifies (self, certificate, "sslclient");
  g_assert_cmpstr (stile_certificate_get_subject (certificate), ==, "CN=Client,O=Example");
  g_assert_true (g_bytes_equal (wanted, key));
  g_assert_nonnull (id);
  g_assert_true (ca_id == NULL || g_bytes_equal (issuer_id, ca_id));
  g_assert_true (stile_certificate_path_has_purpose (certificate, GNUTLS_KP_TLS_WWW_CLIENT));
  g_assert_false (stile_certificate_path_has_purpose (certificate, GNUTLS_KP_TLS_WWW_SERVER));
  g_assert_cmpint (gnutls_x509_crt_get_serial (stile_certificate_get_x509 (certificate), serial, &length), ==,
                   0);
  g_assert_cmpuint (length, ==, 16);
  g_assert_true (stile_certificate_is_valid_at (certificate, now - 5 * 60));
}

/* The CA of the tests has a day left. */
static void
test_own_end (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Client", NULL);
  g_autoptr (StileCertificate) certificate = issue (self, request, "00", NULL);

  g_assert_true (g_date_time_equal (stile_certificate_get_not_after (certificate),
                                    stile_certificate_get_not_after (test_pki_get_certificate (self->root))));
}

static void
test_lifetime (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Client", NULL);
  g_autoptr (StileCertificate) certificate = issue (self, request, "00", NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_assert_true (stile_certificate_is_valid_at (certificate, now + 50 * 60));
  g_assert_false (stile_certificate_is_valid_at (certificate, now + 61 * 60));
}

static void
test_servers (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Both", NULL);
  g_autoptr (StileCertificate) certificate = issue (self, request, "00", NULL);

  assert_verifies (self, certificate, "sslclient");
  assert_verifies (self, certificate, "sslserver");
}

#define WISHED_ID "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff\x00\x11\x22\x33"

/* What a hostile request asks for, one thing each. */
static const char *const wishes[] = {
  "basicConstraints=critical,CA:TRUE,pathlen:3",
  "keyUsage=critical,keyCertSign,cRLSign",
  "extendedKeyUsage=1.3.6.1.5.5.7.3.28,serverAuth,codeSigning",
  "1.2.3.4=ASN1:UTF8String:hello",
  "1.3.6.1.5.5.7.1.32=ASN1:IA5String:masa.example.com",
  "nameConstraints=permitted;DNS:example.com",
  "subjectKeyIdentifier=00112233445566778899aabbccddeeff00112233",
};

static void
test_no_caller_supplied_extensions (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) modest = request_new (self, "/CN=Modest", NULL);
  g_autoptr (StileCertificate) certificate = issue (self, modest, "00", NULL);
  g_autofree char *expected = list_extensions (certificate);
  g_autoptr (GBytes) wished_id = g_bytes_new_static (WISHED_ID, sizeof WISHED_ID - 1);

  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Greedy", wishes[i]);
      g_autoptr (StileCertificate) issued = issue (self, request, "00", NULL);
      g_autofree char *found = list_extensions (issued);
      g_autoptr (GBytes) id = stile_certificate_path_get_subject_key_id (issued);
      unsigned int usage = 0;

      g_assert_cmpstr (found, ==, expected);
      g_assert_false (stile_certificate_is_authority (issued));
      g_assert_false (stile_certificate_path_has_purpose (issued, STILE_PURPOSE_CMC_RA));
      g_assert_false (stile_certificate_path_has_purpose (issued, GNUTLS_KP_TLS_WWW_SERVER));
      gnutls_x509_crt_get_key_usage (stile_certificate_get_x509 (issued), &usage, NULL);
      g_assert_cmpuint (usage, ==, GNUTLS_KEY_DIGITAL_SIGNATURE);
      g_assert_false (g_bytes_equal (id, wished_id));
      assert_verifies (self, issued, "sslclient");
    }
}

typedef struct
{
  const char *name;
  const char *names;
  const char *refused; /* NULL for granted */
} Names;

static const Names names[] = {
  { "under", "subjectAltName=DNS:a.example.org,DNS:example.org,DNS:B.EXAMPLE.ORG", NULL },
  { "elsewhere", "subjectAltName=DNS:a.example.org,DNS:a.example.com", "a.example.com" },
  { "only-ends-so", "subjectAltName=DNS:badexample.org", "badexample.org" },
  { "wildcard", "subjectAltName=DNS:*.example.org", "*.example.org" },
  { "empty-label", "subjectAltName=DNS:a..example.org", "a..example.org" },
  { "address", "subjectAltName=IP:10.0.0.1", "no DNS name" },
  { "uri", "subjectAltName=URI:https://a.example.org", "no DNS name" },
  { "mail", "subjectAltName=email:a@example.org", "no DNS name" },
};

static void
test_names (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Client", names[i].names);

      g_test_message ("%s", names[i].name);
      if (names[i].refused != NULL)
        assert_refused (self, request, names[i].refused);
      else
        {
          g_autoptr (StileCertificate) certificate = issue (self, request, "00", NULL);
          g_auto (GStrv) found = stile_certificate_get_host_names (certificate);

          g_assert_cmpuint (g_strv_length (found), ==, 3);
          g_assert_true (g_strv_contains ((const char *const *)found, "a.example.org"));
          assert_verifies (self, certificate, "sslclient");
        }
    }
}

static void
test_no_names (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request =
      request_new (self, "/CN=Client", "subjectAltName=DNS:a.example.org");

  assert_refused (self, request, "a.example.org");
}

static void
test_device (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=admin", NULL);
  g_autoptr (StileCertificate) certificate = issue (self, request, "00", "PID:A SN:1,CN=x");
  g_autofree char *serial = stile_certificate_path_get_device_serial (certificate);

  g_assert_cmpstr (serial, ==, "PID:A SN:1,CN=x");
  g_assert_cmpstr (stile_certificate_get_name (certificate), ==, "PID:A SN:1,CN=x");
  assert_verifies (self, certificate, "sslclient");
}

static void
test_no_subject (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = request_new (self, "/", NULL);
  g_autoptr (StileCertificate) certificate = NULL;

  assert_refused (self, request, "no subject");
  certificate = issue (self, request, "00", "device");
  assert_verifies (self, certificate, "sslclient");
}

static void
test_renewal (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request =
      request_new (self, "/O=Grüße/CN=Client", "subjectAltName=DNS:a.example.org");
  g_autoptr (StileCertificate) first = issue (self, request, "00", NULL);
  const StileDomainCaApplicant applicant = { .owner = "11", .renews = first };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificate) second = stile_domain_ca_issue (self->ca, request, &applicant, &error);
  g_auto (GStrv) found = NULL;

  g_assert_no_error (error);
  found = stile_certificate_get_host_names (second);
  g_assert_cmpstr (found[0], ==, "a.example.org");
  g_assert_cmpstr (stile_certificate_get_subject (first), ==, stile_certificate_get_subject (second));
  g_assert_cmpstr (stile_certificate_get_serial (first), !=, stile_certificate_get_serial (second));
  assert_verifies (self, second, "sslclient");
}

/* --- the ledger --- */

static void
test_again (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Client", NULL);
  g_autoptr (StileCertificate) first = issue (self, request, "00", NULL);
  g_autoptr (StileCertificate) again = issue (self, request, "00", NULL);
  g_autoptr (StileCertificate) of_other = issue (self, request, "11", NULL);
  g_autoptr (StileLedgerCertificate) row =
      stile_ledger_find_certificate_by_serial (self->ledger, stile_certificate_get_serial (first), NULL);

  g_assert_true (stile_certificate_equal (first, again));
  g_assert_false (stile_certificate_equal (first, of_other));
  g_assert_nonnull (row);
  g_assert_true (g_bytes_equal (row->der, stile_certificate_get_der (first)));
  g_assert_cmpstr (row->owner, ==, "00");
}

/* --- CAs --- */

static void
test_no_ca (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) leaf = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (StileIdentity) identity = test_tls_identity_new (leaf);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_domain_ca_new (identity, &plain, self->ledger, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

static void
test_ended_ca (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) old = test_pki_issue (
      self->root, &(TestPkiOptions){ .name = "Old", .authority = TRUE, .begins = -DAY, .ends = -60 });
  g_autoptr (StileIdentity) identity = test_tls_identity_new (old);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDomainCa) ca = stile_domain_ca_new (identity, &plain, self->ledger, &error);
  g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Client", NULL);

  g_assert_no_error (error);
  g_assert_null (stile_domain_ca_issue (ca, request, &(StileDomainCaApplicant){ .owner = "00" }, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

static void
test_kinds_of_keys (Fixture *self, gconstpointer data)
{
  static const TestPkiKey keys[] = { TEST_PKI_P384, TEST_PKI_ED25519, TEST_PKI_RSA };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (TestPki) root = test_pki_authority_new ("Other", keys[i]);
      g_autoptr (StileIdentity) identity = test_tls_identity_new (root);
      g_autoptr (GError) error = NULL;
      g_autoptr (StileDomainCa) ca = stile_domain_ca_new (identity, &plain, self->ledger, &error);
      g_autoptr (StileCertificateRequest) request = request_new (self, "/CN=Client", NULL);
      g_autoptr (StileCertificate) certificate =
          stile_domain_ca_issue (ca, request, &(StileDomainCaApplicant){ .owner = "00" }, &error);

      g_assert_no_error (error);
      g_assert_true (stile_certificate_is_issued_by (certificate, test_pki_get_certificate (root)));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/domain-ca/good", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/domain-ca/servers-too", Fixture, &long_lived, set_up, test_servers, tear_down);
  g_test_add ("/domain-ca/never-beyond-its-own-end", Fixture, &long_lived, set_up, test_own_end, tear_down);
  g_test_add ("/domain-ca/lifetime", Fixture, &short_lived, set_up, test_lifetime, tear_down);
  g_test_add ("/domain-ca/R10-no-caller-supplied-extensions", Fixture, NULL, set_up,
              test_no_caller_supplied_extensions, tear_down);
  g_test_add ("/domain-ca/names-by-policy", Fixture, &with_names, set_up, test_names, tear_down);
  g_test_add ("/domain-ca/no-names-without-policy", Fixture, NULL, set_up, test_no_names, tear_down);
  g_test_add ("/domain-ca/device-is-the-subject", Fixture, NULL, set_up, test_device, tear_down);
  g_test_add ("/domain-ca/no-subject", Fixture, NULL, set_up, test_no_subject, tear_down);
  g_test_add ("/domain-ca/renewal-repeats-subject-and-names", Fixture, &with_names, set_up, test_renewal,
              tear_down);
  g_test_add ("/domain-ca/same-request-same-certificate", Fixture, NULL, set_up, test_again, tear_down);
  g_test_add ("/domain-ca/no-ca", Fixture, NULL, set_up, test_no_ca, tear_down);
  g_test_add ("/domain-ca/ended-ca", Fixture, NULL, set_up, test_ended_ca, tear_down);
  g_test_add ("/domain-ca/kinds-of-keys", Fixture, NULL, set_up, test_kinds_of_keys, tear_down);

  return g_test_run ();
}
