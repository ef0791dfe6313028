/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "support/test-await.h"
#include "support/test-carrier.h"
#include "support/test-peer.h"
#include "support/test-tls.h"

#define CERTS_ONLY "application/pkcs7-mime; smime-type=certs-only"
#define CHALLENGE "MAsGCSqGSIb3DQEJBw=="

/* What is not as it should be with the service. */
typedef enum
{
  TROUBLE_NONE,
  TROUBLE_REFUSES,
  TROUBLE_IS_AWAY,
  TROUBLE_OTHER_KEY,
  TROUBLE_OTHER_ROOT,
  TROUBLE_RUN_OUT,
  TROUBLE_ONLY_ROOT,
} Trouble;

/* An EST server with a CA of its own, and who enrols with it. */
typedef struct
{
  char *directory;
  TestPki *root;
  TestPki *between;
  TestPki *stranger;
  TestPeer *peer;
  StileEndpoint *endpoint;
  StileCarrier *carrier;
  StileChannel *channel;
  StileEstClient *client;
  Trouble trouble;
  const char *attributes; /* in base64; NULL for none */
  GPtrArray *requests;    /* of StileCertificateRequest */
} Fixture;

static StileCertificate *
issue (TestPki *issuer, StileCertificateRequest *request, gint64 ends)
{
  gnutls_x509_crt_t crt;
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate;
  time_t now = time (NULL);

  gnutls_x509_crt_init (&crt);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, "\x07", 1);
  gnutls_x509_crt_set_activation_time (crt, now - 3600);
  gnutls_x509_crt_set_expiration_time (crt, (time_t)(now + ends));
  g_assert_cmpint (gnutls_x509_crt_set_crq (crt, stile_certificate_request_get_x509 (request)), ==, 0);
  gnutls_x509_crt_set_crq_extensions (crt, stile_certificate_request_get_x509 (request));
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, stile_certificate_get_x509 (test_pki_get_certificate (issuer)),
                                          test_pki_get_key (issuer), GNUTLS_DIG_SHA256, 0),
                   ==, 0);
  gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der);
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crt_deinit (crt);
  certificate = stile_certificate_new_from_der (bytes, &error);
  g_assert_no_error (error);
  return certificate;
}

static StileHttpMessage *
answer_certificates (GPtrArray *certificates)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (certificates, &error);

  g_assert_no_error (error);
  return test_peer_answer (200, CERTS_ONLY, body);
}

static StileHttpMessage *
answer_request (Fixture *self, StileHttpMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = g_ptr_array_new_with_free_func (g_object_unref);
  StileCertificateRequest *request =
      stile_certificate_request_parse_est (stile_http_message_get_content (message), &error);
  TestPki *issuer = self->trouble == TROUBLE_OTHER_ROOT ? self->stranger : self->between;

  g_assert_no_error (error);
  g_assert_true (stile_certificate_request_verify (request, &error));
  g_ptr_array_add (self->requests, request);
  if (self->trouble == TROUBLE_REFUSES)
    return test_peer_answer_text (403, "text/plain", "Not you");
  if (self->trouble == TROUBLE_IS_AWAY)
    return stile_http_message_new_response (503);

  g_ptr_array_add (certificates, g_object_ref (test_pki_get_certificate (issuer)));
  if (self->trouble == TROUBLE_OTHER_KEY)
    {
      g_autoptr (TestPki) other = test_pki_issue (issuer, &(TestPkiOptions){ .name = "Other" });

      g_ptr_array_insert (certificates, 0, g_object_ref (test_pki_get_certificate (other)));
    }
  else if (self->trouble != TROUBLE_ONLY_ROOT)
    g_ptr_array_add (certificates,
                     issue (issuer, request, self->trouble == TROUBLE_RUN_OUT ? -60 : 2 * 3600));
  return answer_certificates (certificates);
}

static StileHttpMessage *
answer (TestPeer *peer, guint index, StileHttpMessage *request, gpointer user_data)
{
  Fixture *self = user_data;
  const char *path = stile_http_message_get_path (request);

  if (g_str_has_suffix (path, "/cacerts"))
    {
      g_autoptr (GPtrArray) roots = test_pki_list (self->root, NULL);

      return answer_certificates (roots);
    }
  if (g_str_has_suffix (path, "/csrattrs"))
    return self->attributes != NULL ? test_peer_answer_text (200, "application/csrattrs", self->attributes)
                                    : stile_http_message_new_response (204);

  return answer_request (self, request);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->root = test_pki_authority_new ("Domain CA", TEST_PKI_P256);
  self->between = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Issuing CA", .authority = TRUE });
  self->stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  self->requests = g_ptr_array_new_with_free_func (g_object_unref);
  self->peer = test_peer_new (answer, self);
  test_carrier_world = (TestCarrierWorld){ .plain = STILE_HANDLER (self->peer) };
  self->carrier = g_initable_new (TEST_TYPE_CARRIER, NULL, NULL, "service", "https://service.example", NULL);
  self->channel = stile_channel_new_plain (self->carrier);
  self->client = stile_est_client_new (self->channel);
}

static void
use_atls (Fixture *self, StileTlsVersion version)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);
  g_autoptr (StileCredentials) credentials = test_tls_client_new (parties->client, parties->root);
  g_autoptr (StileClient) client = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_credentials_set_application_protocols (server, protocols);
  stile_credentials_set_application_protocols (credentials, protocols);
  stile_credentials_set_version (credentials, version);
  self->endpoint = stile_endpoint_new (server, STILE_HANDLER (self->peer));
  test_carrier_world = (TestCarrierWorld){ .endpoint = self->endpoint };
  client = stile_client_new (self->carrier, credentials, STILE_MODE_ANY);
  stile_client_connect_async (client, NULL, test_await_cb, &result);
  g_assert_true (stile_client_connect_finish (client, test_await_result (&result), &error));
  g_assert_no_error (error);
  g_clear_object (&self->client);
  g_clear_object (&self->channel);
  self->channel = stile_channel_new_atls (client);
  self->client = stile_est_client_new (self->channel);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_await_idle ();
  g_assert_finalize_object (self->client);
  g_assert_finalize_object (self->channel);
  g_assert_finalize_object (self->carrier);
  if (self->endpoint != NULL)
    stile_endpoint_close_all (self->endpoint);
  g_clear_object (&self->endpoint);
  g_assert_finalize_object (self->peer);
  g_ptr_array_unref (self->requests);
  test_pki_unref (self->between);
  test_pki_unref (self->root);
  test_pki_unref (self->stranger);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
}

static gboolean
run (StileEnrolment *job, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_enrolment_run_async (job, NULL, test_await_cb, &result);
  return stile_enrolment_run_finish (job, test_await_result (&result), error);
}

static StileEnrolment *
new_job (Fixture *self)
{
  static const char *const names[] = { "device.example", NULL };

  return stile_enrolment_new (self->client, &(StileEnrolmentSettings){ .directory = self->directory,
                                                                       .common_name = "Device",
                                                                       .serial_number = "7",
                                                                       .dns_names = names });
}

/* How many files are there with names that end so. */
static guint
count_files (Fixture *self, const char *suffix)
{
  g_autoptr (GDir) entries = g_dir_open (self->directory, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (entries)) != NULL)
    count += g_str_has_suffix (name, suffix) ? 1 : 0;
  return count;
}

static StileIdentity *
load_identity (StileEnrolmentNote *note)
{
  g_autofree char *certificate = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_CERTIFICATE);
  g_autofree char *key = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_KEY);
  g_autoptr (GError) error = NULL;
  StileIdentity *identity = stile_identity_load (certificate, key, &error);

  g_assert_no_error (error);
  return identity;
}

static void
test_enrols (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolment) job = new_job (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  g_autoptr (StileIdentity) identity = NULL;
  StileEnrolmentNote *note;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  stile_enrolment_note_set (stile_enrolment_get_note (job), STILE_ENROLMENT_NOTE_SERVICE,
                            "https://a.example");
  g_assert_true (run (job, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stile_enrolment_get_step (job), ==, STILE_ENROLMENT_STEP_DONE);
  g_assert_cmpstr (stile_checks_get_id (stile_enrolment_get_checks (job), 0), ==, "P18");
  g_assert_cmpint (stile_checks_get_result (stile_enrolment_get_checks (job), 0), ==, STILE_CHECK_PASSED);
  g_assert_cmpuint (stile_enrolment_get_chain (job)->len, ==, 2);
  g_assert_cmpuint (count_files (self, ".pending"), ==, 0);
  g_assert_cmpuint (self->requests->len, ==, 1);

  notes = stile_enrolment_note_list (self->directory, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, ==, 1);
  note = g_ptr_array_index (notes, 0);
  identity = load_identity (note);
  g_assert_cmpuint (stile_identity_get_chain (identity)->len, ==, 2);
  g_assert_true (
      stile_certificate_matches_host (stile_identity_get_certificate (identity), "device.example"));
  g_assert_cmpstr (stile_certificate_get_name (stile_identity_get_certificate (identity)), ==, "Device");

  /* An hour ago until two hours from now: due in an hour. */
  g_assert_false (stile_enrolment_note_is_due (note, now + 3500));
  g_assert_true (stile_enrolment_note_is_due (note, now + 3700));
}

typedef struct
{
  const char *name;
  Trouble trouble;
  StileErrorCode code;
  const char *check;
} Refusal;

static const Refusal refusals[] = {
  { "refusal", TROUBLE_REFUSES, STILE_ERROR_REFUSED, NULL },
  { "P18-another-key", TROUBLE_OTHER_KEY, STILE_ERROR_UNTRUSTED, "P18" },
  { "P18-only-the-root", TROUBLE_ONLY_ROOT, STILE_ERROR_UNTRUSTED, "P18" },
  { "P18-another-root", TROUBLE_OTHER_ROOT, STILE_ERROR_UNTRUSTED, "P18" },
  { "P18-ran-out", TROUBLE_RUN_OUT, STILE_ERROR_UNTRUSTED, "P18" },
};

/* BOOTSTRAP P18, and the key goes again. */
static void
test_refusal (Fixture *self, gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (StileEnrolment) job = new_job (self);
  g_autoptr (GError) error = NULL;

  self->trouble = refusal->trouble;
  g_assert_false (run (job, &error));
  g_assert_error (error, STILE_ERROR, (int)refusal->code);
  g_assert_cmpstr (stile_checks_get_refused (stile_enrolment_get_checks (job)), ==, refusal->check);
  g_assert_null (stile_enrolment_get_chain (job));
  g_assert_cmpuint (self->requests->len, ==, 1);
  g_assert_cmpuint (count_files (self, ""), ==, 0);
}

/* The power goes, or the answer: the very same request goes out again. */
static void
test_goes_on_with_the_same_request (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolment) lost = new_job (self);
  g_autoptr (StileEnrolment) job = new_job (self);
  g_autoptr (GError) error = NULL;

  self->trouble = TROUBLE_IS_AWAY;
  g_assert_false (run (lost, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_RETRY);
  g_clear_error (&error);
  g_assert_cmpuint (count_files (self, ".key"), ==, 1);
  g_assert_cmpuint (count_files (self, ".pending"), ==, 1);

  self->trouble = TROUBLE_NONE;
  g_assert_true (run (job, &error));
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (stile_certificate_request_get_der (g_ptr_array_index (self->requests, 0)),
                                stile_certificate_request_get_der (g_ptr_array_index (self->requests, 1))));
  g_assert_cmpuint (count_files (self, ".key"), ==, 1);
  g_assert_cmpuint (count_files (self, ".pending"), ==, 0);
}

static void
test_other_wishes_are_another_request (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolment) lost = new_job (self);
  g_autoptr (StileEnrolment) job = stile_enrolment_new (
      self->client, &(StileEnrolmentSettings){ .directory = self->directory, .common_name = "Other" });
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  self->trouble = TROUBLE_IS_AWAY;
  g_assert_false (run (lost, NULL));
  self->trouble = TROUBLE_NONE;
  g_assert_true (run (job, &error));
  g_assert_no_error (error);
  first = stile_certificate_request_get_public_key (g_ptr_array_index (self->requests, 0));
  second = stile_certificate_request_get_public_key (g_ptr_array_index (self->requests, 1));
  g_assert_false (g_bytes_equal (first, second));
}

/* RFC 7030 section 4.2.2, and a new key each time. */
static void
test_renews (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolment) first = new_job (self);
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (StileIdentity) renewed = NULL;
  g_autoptr (StileEnrolment) job = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) subject = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) names = NULL;

  g_assert_true (run (first, &error));
  identity = load_identity (stile_enrolment_get_note (first));
  job = stile_enrolment_new (self->client,
                             &(StileEnrolmentSettings){ .directory = self->directory,
                                                        .like = stile_identity_get_certificate (identity),
                                                        .renew = TRUE });
  g_assert_true (run (job, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (stile_http_message_get_path (test_peer_get_request (self->peer, 5)), ==,
                   "/.well-known/est/simplereenroll");
  subject = stile_certificate_request_get_subject_der (g_ptr_array_index (self->requests, 0));
  again = stile_certificate_request_get_subject_der (g_ptr_array_index (self->requests, 1));
  g_assert_true (g_bytes_equal (subject, again));
  names = stile_certificate_request_get_extension (g_ptr_array_index (self->requests, 1), "2.5.29.17");
  g_assert_nonnull (names);
  renewed = load_identity (stile_enrolment_get_note (job));
  g_assert_false (stile_certificate_equal (stile_identity_get_certificate (identity),
                                           stile_identity_get_certificate (renewed)));
  g_assert_cmpuint (count_files (self, ".key"), ==, 2);
  g_assert_cmpuint (count_files (self, STILE_ENROLMENT_NOTE_SUFFIX), ==, 1);
}

/* RFC 7030 section 3.5. */
static void
test_links_with_the_session (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolment) job = NULL;
  g_autoptr (GError) error = NULL;
  const char *password;

  use_atls (self, STILE_TLS_1_2);
  self->attributes = CHALLENGE;
  job = new_job (self);
  g_assert_true (run (job, &error));
  g_assert_no_error (error);
  password = stile_certificate_request_get_challenge_password (g_ptr_array_index (self->requests, 0));
  g_assert_nonnull (password);
  g_assert_cmpstr (password, ==, stile_exchange_get_binding (test_peer_get_exchange (self->peer, 2)));
}

static void
test_links_with_nothing (Fixture *self, gconstpointer plain)
{
  g_autoptr (StileEnrolment) job = NULL;
  g_autoptr (GError) error = NULL;

  if (!plain)
    use_atls (self, STILE_TLS_1_3);
  self->attributes = CHALLENGE;
  job = new_job (self);
  g_assert_false (run (job, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "TLS 1.2"));
  g_assert_cmpuint (self->requests->len, ==, 0);
  g_assert_cmpuint (count_files (self, ""), ==, 0);
}

/* P-384 with SHA-384, by the RFC's own example but for the password. */
static void
test_makes_what_is_asked_for (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolment) job = new_job (self);
  g_autoptr (GError) error = NULL;
  StileCertificateRequest *request;

  self->attributes = "MB4wEgYHKoZIzj0CATEHBgUrgQQAIgYIKoZIzj0EAwM=";
  g_assert_true (run (job, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (
      stile_certificate_get_key_description (g_ptr_array_index (stile_enrolment_get_chain (job), 0)), ==,
      "ECDSA P-384");
  request = g_ptr_array_index (self->requests, 0);
  g_assert_cmpint (gnutls_x509_crq_get_signature_algorithm (stile_certificate_request_get_x509 (request)), ==,
                   GNUTLS_SIGN_ECDSA_SHA384);
}

/* Roots that are given are the only ones: what the service says of itself is not even asked for. */
static void
test_believes_given_roots (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) roots = test_pki_list (self->stranger, NULL);
  g_autoptr (StileEnrolment) job = stile_enrolment_new (
      self->client,
      &(StileEnrolmentSettings){ .directory = self->directory, .common_name = "Device", .roots = roots });
  g_autoptr (GError) error = NULL;

  g_assert_false (run (job, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 2);
}

static void
test_lists_what_it_can_read (Fixture *self, gconstpointer data)
{
  g_autofree char *garbage = g_build_filename (self->directory, "a.enrolment", NULL);
  g_autofree char *other = g_build_filename (self->directory, "b.enrolment", NULL);
  g_autofree char *nowhere = g_build_filename (self->directory, "nowhere", NULL);
  g_autoptr (GPtrArray) notes = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  g_assert_true (g_file_set_contents (garbage, "\xff", -1, NULL));
  g_assert_true (g_file_set_contents (other, "[enrolment]\nservice=https://a\n", -1, NULL));
  notes = stile_enrolment_note_list (self->directory, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, ==, 1);
  name = stile_enrolment_note_get_name (g_ptr_array_index (notes, 0));
  g_assert_cmpstr (name, ==, "b");
  none = stile_enrolment_note_list (nowhere, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
add (const char *name, gconstpointer data, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/bootstrap/enrolment/", name, NULL);

  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("enrols", NULL, test_enrols);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    add (refusals[i].name, &refusals[i], test_refusal);
  add ("goes-on-with-the-same-request", NULL, test_goes_on_with_the_same_request);
  add ("other-wishes-are-another-request", NULL, test_other_wishes_are_another_request);
  add ("renews", NULL, test_renews);
  add ("links-with-the-session", NULL, test_links_with_the_session);
  add ("links-with-nothing/tls-1.3", GINT_TO_POINTER (FALSE), test_links_with_nothing);
  add ("links-with-nothing/plain", GINT_TO_POINTER (TRUE), test_links_with_nothing);
  add ("makes-what-is-asked-for", NULL, test_makes_what_is_asked_for);
  add ("believes-given-roots", NULL, test_believes_given_roots);
  add ("lists-what-it-can-read", NULL, test_lists_what_it_can_read);

  return g_test_run ();
}
