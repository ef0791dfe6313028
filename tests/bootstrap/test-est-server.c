/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/est-parties.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"

static const StileCertificateRequestTemplate plain = { .common_name = "client" };

static GPtrArray *
client_chain (EstParties *parties)
{
  return test_pki_get_chain (parties->client);
}

static StileHttpMessage *
ask_with (EstParties *parties, const char *operation, const StileCertificateRequestTemplate *wanted)
{
  g_autoptr (GPtrArray) chain = client_chain (parties);
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (wanted, TEST_PKI_P256);

  return est_parties_enrol (parties, operation, request, chain);
}

static void
assert_for_key (StileCertificate *certificate, StileCertificateRequest *request)
{
  g_autoptr (GBytes) wanted = stile_certificate_request_get_public_key (request);
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (certificate);

  g_assert_true (g_bytes_equal (wanted, key));
}

/* --- enrolling --- */

static void
test_enrol (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileHttpMessage) again = NULL;
  g_autoptr (StileCertificate) certificate = NULL;
  g_autoptr (StileCertificate) same = NULL;
  g_autoptr (StileLedgerCertificate) row = NULL;

  est_parties_init (&parties);
  chain = client_chain (&parties);
  response = est_parties_enrol (&parties, "simpleenroll", request, chain);
  certificate = est_parties_read (response);

  assert_for_key (certificate, request);
  g_assert_true (stile_certificate_is_issued_by (certificate, test_pki_get_certificate (parties.root)));
  g_assert_cmpstr (stile_http_message_get_field (response, "content-transfer-encoding"), ==, "base64");
  again = est_parties_enrol (&parties, "simpleenroll", request, chain);
  same = est_parties_read (again);
  g_assert_true (stile_certificate_equal (certificate, same));
  row = stile_ledger_find_certificate_by_serial (parties.ledger, stile_certificate_get_serial (certificate),
                                                 NULL);
  g_assert_cmpstr (row->owner, ==,
                   stile_certificate_get_fingerprint (test_pki_get_certificate (parties.client)));
}

/* RFC 8951 section 3: base64 in any layout; and what some send that is none. */
static GBytes *
lay_out (GBytes *der, guint layout)
{
  g_autofree char *text = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  GString *out = g_string_new (NULL);

  if (layout == 0)
    return g_string_free (out, TRUE), g_bytes_ref (der);
  if (layout == 1)
    g_string_append (out, "-----BEGIN CERTIFICATE REQUEST-----\n");
  for (gsize i = 0; text[i] != '\0'; i++)
    {
      g_string_append_c (out, text[i]);
      if (layout == 2 ? i % 7 == 0 : layout != 3 && i % 64 == 63)
        g_string_append (out, layout == 2 ? " \t\r\n" : "\n");
    }
  if (layout == 1)
    g_string_append (out, "\n-----END CERTIFICATE REQUEST-----\n");
  if (layout == 4)
    while (out->str[out->len - 1] == '=')
      g_string_truncate (out, out->len - 1);

  return g_string_free_to_bytes (out);
}

static void
test_layouts (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GPtrArray) chain = NULL;

  est_parties_init (&parties);
  chain = client_chain (&parties);
  for (guint layout = 0; layout < 5; layout++)
    {
      g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
      g_autoptr (GBytes) body = lay_out (stile_certificate_request_get_der (request), layout);
      g_autoptr (StileExchange) exchange = est_parties_exchange_new ("simpleenroll", body, chain);
      g_autoptr (StileHttpMessage) response = est_parties_ask (parties.server, exchange);
      g_autoptr (StileCertificate) certificate = est_parties_read (response);

      assert_for_key (certificate, request);
    }
}

/* As somebody does it by hand: openssl makes the request, and takes the answer apart. */
static char *
run_shell (const char *directory, const char *command)
{
  const char *arguments[] = { "/bin/sh", "-ec", command, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *trouble = NULL;
  char *output = NULL;
  int status;

  g_spawn_sync (directory, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &trouble, &status,
                &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s: %s%s", command, output, trouble);
  return output;
}

static void
save_answer (const char *directory, const char *name, StileHttpMessage *response)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  GBytes *content = stile_http_message_get_content (response);

  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  g_assert_true (
      g_file_set_contents (path, g_bytes_get_data (content, NULL), (gssize)g_bytes_get_size (content), NULL));
}

static void
test_openssl (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *made =
      run_shell (directory, "openssl req -new -newkey rsa:2048 -nodes -keyout key -subj /CN=hand "
                            "-outform DER 2>/dev/null | openssl base64");
  g_autoptr (GBytes) body = g_bytes_new (made, strlen (made));
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileExchange) roots_exchange = est_parties_exchange_new ("cacerts", NULL, NULL);
  g_autoptr (StileExchange) exchange = NULL;
  g_autoptr (StileHttpMessage) roots = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autofree char *said = NULL;

  est_parties_init (&parties);
  chain = client_chain (&parties);
  exchange = est_parties_exchange_new ("simpleenroll", body, chain);
  roots = est_parties_ask (parties.server, roots_exchange);
  response = est_parties_ask (parties.server, exchange);
  save_answer (directory, "roots", roots);
  save_answer (directory, "leaf", response);
  said = run_shell (directory,
                    "for i in roots leaf; do openssl base64 -d -in $i | openssl pkcs7 -inform DER "
                    "-print_certs -out $i.pem; done; openssl verify -x509_strict -purpose sslclient -CAfile "
                    "roots.pem leaf.pem; openssl x509 -in leaf.pem -noout -pubkey >a; openssl pkey -in key "
                    "-pubout >b; cmp a b");
  g_assert_nonnull (strstr (said, "leaf.pem: OK"));
  test_pki_directory_remove (directory);
}

/* --- who may --- */

static StileHttpMessage *
ask_with_password (EstParties *parties, const char *pair, const char *session)
{
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
  g_autoptr (GBytes) body = stile_certificate_request_to_est (request);
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_request ("POST", "https", "h", "/.well-known/est/simpleenroll");
  g_autofree char *coded = pair != NULL ? g_base64_encode ((const guint8 *)pair, strlen (pair)) : NULL;
  g_autofree char *field = g_strconcat ("Basic ", coded, NULL);
  g_autoptr (StileExchange) exchange = NULL;

  stile_http_message_set_content (message, "application/pkcs10", body);
  if (pair != NULL)
    stile_http_message_add_field (message, "authorization", field);
  exchange = stile_exchange_new (message, session, NULL, NULL);
  return est_parties_ask (parties->server, exchange);
}

static void
test_password (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) good = NULL;
  g_autoptr (StileCertificate) certificate = NULL;
  static const char *const wrong[] = { NULL, "clerk:Correct horse", "clerk:", "clark:correct horse", "clerk",
                                       ":" };

  est_parties_init (&parties);
  good = ask_with_password (&parties, EST_PARTIES_USER ":" EST_PARTIES_PASSWORD, "session");
  certificate = est_parties_read (good);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (StileHttpMessage) response = ask_with_password (&parties, wrong[i], "session");

      g_assert_cmpuint (stile_http_message_get_status (response), ==, 401);
      g_assert_cmpstr (stile_http_message_get_field (response, "www-authenticate"), ==,
                       "Basic realm=\"EST\", charset=\"UTF-8\"");
    }
}

static void
test_password_in_the_clear (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  response = ask_with_password (&parties, EST_PARTIES_USER ":" EST_PARTIES_PASSWORD, NULL);
  est_parties_assert_refused (response, 403, "needs TLS");
}

static void
test_stranger (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  chain = test_pki_get_chain (parties.stranger);
  response = est_parties_enrol (&parties, "simpleenroll", request, chain);
  est_parties_assert_refused (response, 401, "needs a certificate");
}

static void
test_no_gate (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  stile_est_server_set_gate (parties.server, NULL, NULL, NULL);
  response = ask_with (&parties, "simpleenroll", &plain);
  est_parties_assert_refused (response, 403, "Nobody");
}

static gboolean
let_in_as_device (StileExchange *exchange,
                  StileCertificateRequest *request,
                  gboolean renewing,
                  char **device_issuer,
                  char **device_serial,
                  guint *status,
                  char **sentence,
                  gpointer user_data)
{
  *device_issuer = g_strdup ("0f");
  *device_serial = g_strdup (user_data);
  *status = 202;
  *sentence = g_strdup ("Somebody decides.");
  return user_data != NULL;
}

static void
test_somebody_decides (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  stile_est_server_set_gate (parties.server, let_in_as_device, NULL, NULL);
  response = ask_with (&parties, "simpleenroll", &plain);
  est_parties_assert_refused (response, 202, "Somebody decides.");
  g_assert_cmpstr (stile_http_message_get_field (response, "retry-after"), ==, "60");
}

static void
test_device (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileCertificate) certificate = NULL;
  g_autoptr (StileLedgerCertificate) row = NULL;
  g_autofree char *serial = NULL;

  est_parties_init (&parties);
  stile_est_server_set_gate (parties.server, let_in_as_device, (gpointer) "SN:7", NULL);
  response = ask_with (&parties, "simpleenroll", &plain);
  certificate = est_parties_read (response);
  serial = stile_certificate_path_get_device_serial (certificate);
  g_assert_cmpstr (serial, ==, "SN:7");
  g_assert_cmpstr (stile_certificate_get_name (certificate), ==, "SN:7");
  row = stile_ledger_find_certificate_by_serial (parties.ledger, stile_certificate_get_serial (certificate),
                                                 NULL);
  g_assert_cmpstr (row->device, ==, "SN:7");
  g_assert_cmpstr (row->issuer, ==, "0f");
}

/* Whoever has a password, or a certificate that is no device's, gets none in a device's name. */
static void
test_name_of_a_device (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) response = NULL;
  const StileCertificateRequestTemplate wanted = { .common_name = "x", .serial_number = "SN:7" };

  est_parties_init (&parties);
  response = ask_with (&parties, "simpleenroll", &wanted);
  est_parties_assert_refused (response, 403, "serial number of a device");
}

/* --- what is refused --- */

typedef struct
{
  const char *name;
  const char *method;
  const char *path;
  const char *type;
  const char *accept;
  const char *body; /* NULL for a good one */
  guint status;
} Bad;

#define ENROL "/.well-known/est/simpleenroll"
#define PKCS10 "application/pkcs10"

static const Bad bad[] = {
  { "get", "GET", ENROL, NULL, NULL, "", 405 },
  { "put", "PUT", ENROL, PKCS10, NULL, NULL, 405 },
  { "post-cacerts", "POST", "/.well-known/est/cacerts", PKCS10, NULL, NULL, 405 },
  { "post-csrattrs", "POST", "/.well-known/est/csrattrs", PKCS10, NULL, NULL, 405 },
  { "no-type", "POST", ENROL, NULL, NULL, NULL, 415 },
  { "other-type", "POST", ENROL, "application/pkcs7-mime", NULL, NULL, 415 },
  { "longer-type", "POST", ENROL, "application/pkcs10x", NULL, NULL, 415 },
  { "form", "POST", ENROL, "application/x-www-form-urlencoded", NULL, NULL, 415 },
  { "accept", "POST", ENROL, PKCS10, "text/html, application/json;q=0.9", NULL, 406 },
  { "empty", "POST", ENROL, PKCS10, NULL, "", 400 },
  { "text", "POST", ENROL, PKCS10, NULL, "hello", 400 },
  { "base64-of-text", "POST", ENROL, PKCS10, NULL, "aGVsbG8=", 400 },
  { "certificate", "POST", ENROL, PKCS10, NULL,
    "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", 400 },
  { "empty-sequence", "POST", ENROL, PKCS10, NULL, "MAA=", 400 },
  { "unknown", "POST", "/.well-known/est/simpleenrol", PKCS10, NULL, NULL, 404 },
  { "longer", "POST", ENROL "/x", PKCS10, NULL, NULL, 404 },
  { "case", "POST", "/.well-known/est/SimpleEnroll", PKCS10, NULL, NULL, 404 },
  { "label", "POST", "/.well-known/est/other/simpleenroll", PKCS10, NULL, NULL, 404 },
  { "fullcmc", "POST", "/.well-known/est/fullcmc", "application/pkcs7-mime", NULL, "MAA=", 404 },
  { "keys-not-offered", "POST", "/.well-known/est/serverkeygen", PKCS10, NULL, NULL, 404 },
  { "nothing", "GET", "/.well-known/est/", NULL, NULL, "", 404 },
};

static StileHttpMessage *
ask_bad (EstParties *parties, const Bad *row)
{
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_request (row->method, "https", "h", row->path);
  g_autoptr (GPtrArray) chain = client_chain (parties);
  g_autoptr (GBytes) ders = stile_certificate_bundle_to_der (chain);
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
  g_autoptr (GBytes) good = stile_certificate_request_to_est (request);
  g_autoptr (GBytes) body =
      row->body != NULL ? g_bytes_new (row->body, strlen (row->body)) : g_bytes_ref (good);
  g_autoptr (StileExchange) exchange = NULL;

  stile_http_message_set_content (message, row->type, body);
  if (row->accept != NULL)
    stile_http_message_add_field (message, "accept", row->accept);
  exchange = stile_exchange_new (message, "session", ders, NULL);
  return est_parties_ask (parties->server, exchange);
}

static void
test_bad (gconstpointer data)
{
  const Bad *row = data;
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  response = ask_bad (&parties, row);
  est_parties_assert_refused (response, row->status, "");
  g_assert_true ((stile_http_message_get_field (response, "allow") != NULL) == (row->status == 405));
}

static void
test_large (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autofree char *text = g_strnfill (STILE_CERTIFICATE_REQUEST_MAX_SIZE * 4, 'A');
  const Bad row = { "large", "POST", ENROL, PKCS10, NULL, text, 413 };
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  response = ask_bad (&parties, &row);
  est_parties_assert_refused (response, 413, "limit");
}

static void
test_accepts (void)
{
  static const char *const fields[] = { "*/*", "application/*", "text/html, Application/PKCS7-MIME;q=0.5" };
  g_auto (EstParties) parties = { 0 };

  est_parties_init (&parties);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const Bad row = { NULL, "POST", ENROL "?a=b", PKCS10 "; x=y", fields[i], NULL, 200 };
      g_autoptr (StileHttpMessage) response = ask_bad (&parties, &row);
      g_autoptr (StileCertificate) certificate = est_parties_read (response);
    }
}

static void
test_label (void)
{
  g_auto (EstParties) parties = { 0 };
  const Bad with = { NULL, "POST", "/.well-known/est/sales/simpleenroll", PKCS10, NULL, NULL, 200 };
  const Bad without = { NULL, "POST", ENROL, PKCS10, NULL, NULL, 404 };
  g_autoptr (StileHttpMessage) good = NULL;
  g_autoptr (StileHttpMessage) refused = NULL;
  g_autoptr (StileCertificate) certificate = NULL;

  est_parties_init (&parties);
  stile_est_server_set_label (parties.server, "sales");
  good = ask_bad (&parties, &with);
  certificate = est_parties_read (good);
  refused = ask_bad (&parties, &without);
  g_assert_cmpuint (stile_http_message_get_status (refused), ==, 404);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/est-server/enrols", test_enrol);
  g_test_add_func ("/est-server/takes-base64-in-any-layout", test_layouts);
  g_test_add_func ("/est-server/openssl-asks-and-reads", test_openssl);
  g_test_add_func ("/est-server/password", test_password);
  g_test_add_func ("/est-server/password-in-the-clear", test_password_in_the_clear);
  g_test_add_func ("/est-server/stranger", test_stranger);
  g_test_add_func ("/est-server/R10-nobody-without-a-gate", test_no_gate);
  g_test_add_func ("/est-server/somebody-decides", test_somebody_decides);
  g_test_add_func ("/est-server/device-is-the-subject", test_device);
  g_test_add_func ("/est-server/R10-no-name-of-a-device", test_name_of_a_device);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("/est-server/bad/", bad[i].name, NULL);

      g_test_add_data_func (path, &bad[i], test_bad);
    }
  g_test_add_func ("/est-server/bad/large", test_large);
  g_test_add_func ("/est-server/accepts", test_accepts);
  g_test_add_func ("/est-server/label", test_label);

  return g_test_run ();
}
