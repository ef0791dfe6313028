/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-client.h"

#include <gnutls/abstract.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-answer.h"
#include "bootstrap/stile-est-exchange.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-multipart.h"
#include "support/test-await.h"
#include "support/test-carrier.h"
#include "support/test-peer.h"
#include "support/test-pki.h"

#define CERTS_ONLY "application/pkcs7-mime; smime-type=certs-only"

/* What a test's service does: the same answer each time after some others. */
typedef struct
{
  TestPeer *peer;
  StileCarrier *carrier;
  StileEstClient *client;
  StileCertificateRequest *request;
  TestPki *root;
  TestPki *leaf;
  GPtrArray *list; /* of both */
  StileHttpMessage *first;
  guint firsts; /* how often @first is the answer */
  StileHttpMessage *then;
  guint waits; /* signals */
  gint64 last_wait;
  GCancellable *cancellable;
  gboolean cancel_when_waiting;
} Fixture;

static StileHttpMessage *
answer (TestPeer *peer, guint index, StileHttpMessage *request, gpointer user_data)
{
  Fixture *self = user_data;

  return g_object_ref (index < self->firsts ? self->first : self->then);
}

static void
waiting_cb (StileEstClient *client, gint64 until, gpointer user_data)
{
  Fixture *self = user_data;

  self->waits++;
  self->last_wait = until - g_get_real_time () / G_USEC_PER_SEC;
  if (self->cancel_when_waiting)
    g_cancellable_cancel (self->cancellable);
}

static StileCertificateRequest *
make_request (TestPki *pki)
{
  gnutls_privkey_t key;
  g_autoptr (GError) error = NULL;
  StileCertificateRequest *request;

  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (pki), GNUTLS_PRIVKEY_IMPORT_COPY);
  request = stile_certificate_request_create (&(StileCertificateRequestTemplate){ .common_name = "Leaf" },
                                              key, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  return request;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  self->peer = test_peer_new (answer, self);
  test_carrier_world = (TestCarrierWorld){ .plain = STILE_HANDLER (self->peer) };
  self->carrier = g_object_new (TEST_TYPE_CARRIER, NULL);
  channel = stile_channel_new_plain (self->carrier);
  self->client = stile_est_client_new (channel);
  stile_est_client_set_second (self->client, 0);
  g_signal_connect (self->client, "waiting", G_CALLBACK (waiting_cb), self);
  self->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  self->leaf = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Leaf" });
  self->list = test_pki_list (self->leaf, self->root, NULL);
  self->request = make_request (self->leaf);
  body = stile_certificate_bundle_to_est (self->list, &error);
  g_assert_no_error (error);
  self->then = test_peer_answer (200, CERTS_ONLY, body);
  self->cancellable = g_cancellable_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_await_idle ();
  g_assert_finalize_object (self->client);
  g_assert_finalize_object (self->carrier);
  g_assert_finalize_object (self->peer);
  g_object_unref (self->request);
  g_ptr_array_unref (self->list);
  test_pki_unref (self->root);
  test_pki_unref (self->leaf);
  g_clear_object (&self->first);
  g_clear_object (&self->then);
  g_object_unref (self->cancellable);
}

static void
set_first (Fixture *self, guint count, StileHttpMessage *response)
{
  self->firsts = count;
  self->first = response;
}

static GPtrArray *
enrol (Fixture *self, gboolean renew, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_est_client_enrol_async (self->client, self->request, renew, self->cancellable, test_await_cb,
                                &result);
  return stile_est_client_enrol_finish (self->client, test_await_result (&result), error);
}

static void
assert_content (StileHttpMessage *message, GBytes *expected)
{
  g_assert_true (g_bytes_equal (stile_http_message_get_content (message), expected));
}

/* RFC 7030 section 4.2.1, and what the oldest of servers wants: lines of 64 (BOOTSTRAP 1.2). */
static void
test_sends_the_request (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) body = stile_certificate_request_to_est (self->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = enrol (self, FALSE, &error);
  StileHttpMessage *request = test_peer_get_request (self->peer, 0);

  g_assert_no_error (error);
  g_assert_cmpuint (got->len, ==, 2);
  g_assert_cmpstr (stile_http_message_get_method (request), ==, "POST");
  g_assert_cmpstr (stile_http_message_get_path (request), ==, "/.well-known/est/simpleenroll");
  g_assert_cmpstr (stile_http_message_get_field (request, "content-type"), ==, "application/pkcs10");
  g_assert_null (stile_http_message_get_field (request, "authorization"));
  assert_content (request, body);
}

static void
test_asks_the_labelled_ca (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) got = NULL;

  stile_est_client_set_label (self->client, "iot/7");
  got = enrol (self, TRUE, NULL);
  g_assert_nonnull (got);
  g_assert_cmpstr (stile_http_message_get_path (test_peer_get_request (self->peer, 0)), ==,
                   "/.well-known/est/iot%2F7/simplereenroll");
}

static void
test_takes_every_form (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) der = stile_certificate_bundle_to_pkcs7 (self->list, NULL);
  g_autofree char *line = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_autofree char *bare = g_strdup (line);
  StileHttpMessage *forms[4];

  g_strdelimit (bare, "=", '\0');
  forms[0] = test_peer_answer (200, "application/pkcs7-mime", der);
  forms[1] = test_peer_answer_text (200, "Application/PKCS7-Mime;smime-type=\"certs-only\"", line);
  forms[2] = test_peer_answer_text (200, CERTS_ONLY, bare);
  forms[3] = test_peer_answer_text (200, CERTS_ONLY, line);
  stile_http_message_add_field (forms[3], "content-transfer-encoding", "binary");
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) got = NULL;

      g_object_unref (self->then);
      self->then = forms[i];
      got = enrol (self, FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (got->len, ==, 2);
    }
}

/* RFC 7030 section 4.2.3. */
static void
test_repeats_the_same_bytes (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) body = stile_certificate_request_to_est (self->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = NULL;

  set_first (self, 3, stile_http_message_new_response (202));
  stile_http_message_add_field (self->first, "retry-after", "7");
  got = enrol (self, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (got);
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 4);
  g_assert_cmpuint (self->waits, ==, 3);
  g_assert_cmpint (self->last_wait, >=, 6);
  g_assert_cmpint (self->last_wait, <=, 7);
  for (guint i = 0; i < 4; i++)
    assert_content (test_peer_get_request (self->peer, i), body);
}

typedef struct
{
  const char *name;
  const char *value; /* NULL: none */
  gint64 least;
  gint64 most;
} Wait;

static const Wait waits[] = {
  { "capped", "86400", 59, 60 },
  { "zero", "0", 0, 1 },
  { "past-date", "Sun, 06 Nov 1994 08:49:37 GMT", 0, 1 },
  { "far-date", "Fri, 31 Dec 9999 23:59:59 GMT", 59, 60 },
  { "none", NULL, 9, 10 },
  { "garbage", "soon", 9, 10 },
};

static void
test_wait (Fixture *self, gconstpointer data)
{
  const Wait *wait = data;
  g_autoptr (GPtrArray) got = NULL;

  set_first (self, 1, stile_http_message_new_response (202));
  if (wait->value != NULL)
    stile_http_message_add_field (self->first, "retry-after", wait->value);
  got = enrol (self, FALSE, NULL);
  g_assert_nonnull (got);
  g_assert_cmpuint (self->waits, ==, 1);
  g_assert_cmpint (self->last_wait, >=, wait->least);
  g_assert_cmpint (self->last_wait, <=, wait->most);
}

static void
test_gives_up_after_days (Fixture *self, gconstpointer data)
{
  const guint most = STILE_EST_EXCHANGE_MAX_PATIENCE / STILE_EST_EXCHANGE_MAX_WAIT;
  g_autoptr (GError) error = NULL;

  set_first (self, G_MAXUINT, stile_http_message_new_response (202));
  stile_http_message_add_field (self->first, "retry-after", "60");
  g_assert_null (enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_RETRY);
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, most + 1);
}

static void
test_stops_waiting_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->cancel_when_waiting = TRUE;
  stile_est_client_set_second (self->client, 60 * 60 * 1000);
  set_first (self, G_MAXUINT, stile_http_message_new_response (202));
  g_assert_null (enrol (self, FALSE, &error));
  g_assert_true (stile_error_is_cancelled (error));
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 1);
}

/* --- who asks --- */

static void
set_password (Fixture *self)
{
  g_autoptr (GBytes) password = g_bytes_new_static ("p:w", 3);

  stile_est_client_set_credentials (self->client, "anna", password);
}

typedef struct
{
  const char *name;
  const char *challenge;
  gboolean basic;
} Challenge;

static const Challenge challenges[] = {
  { "basic", "Basic realm=\"estrealm\"", TRUE },
  { "bare", "basic", TRUE },
  { "after-another", "Digest realm=\"a, b\", nonce=\"\\\"x\", Basic realm=\"c\"", TRUE },
  { "only-digest", "Digest realm=\"Basic , Basic x\"", FALSE },
  { "longer", "Basically realm=x", FALSE },
};

static void
test_challenge (Fixture *self, gconstpointer data)
{
  const Challenge *challenge = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = NULL;

  set_password (self);
  set_first (self, 1, stile_http_message_new_response (401));
  stile_http_message_add_field (self->first, "www-authenticate", challenge->challenge);
  got = enrol (self, FALSE, &error);
  g_assert_cmpint (got != NULL, ==, challenge->basic);
  g_assert_null (stile_http_message_get_field (test_peer_get_request (self->peer, 0), "authorization"));
  if (challenge->basic)
    g_assert_cmpstr (stile_http_message_get_field (test_peer_get_request (self->peer, 1), "authorization"),
                     ==, "Basic YW5uYTpwOnc=");
  else
    g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
}

static void
test_asks_once_with_a_password (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_password (self);
  set_first (self, G_MAXUINT, test_peer_answer_text (401, "text/plain", "wrong"));
  stile_http_message_add_field (self->first, "www-authenticate", "Basic");
  g_assert_null (enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "do not fit"));
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 2);
}

static void
test_says_that_a_password_is_needed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_first (self, G_MAXUINT, stile_http_message_new_response (401));
  stile_http_message_add_field (self->first, "www-authenticate", "Basic");
  g_assert_null (enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "A user name and a password are needed"));
}

/* --- somewhere else --- */

typedef struct
{
  const char *name;
  guint status;
  const char *location; /* NULL: none */
  const char *path;     /* NULL: refused */
  StileErrorCode code;
} Redirect;

static const Redirect redirects[] = {
  { "path", 307, "/est2/simpleenroll?x=1", "/est2/simpleenroll?x=1", 0 },
  { "relative", 302, "other", "/.well-known/est/other", 0 },
  { "absolute", 308, "https://SERVICE.example/a", "/a", 0 },
  { "no-path", 301, "https://service.example", "/", 0 },
  { "other-host", 307, "https://other.example/a", NULL, STILE_ERROR_REFUSED },
  { "other-scheme", 307, "http://service.example/a", NULL, STILE_ERROR_REFUSED },
  { "other-host-without-scheme", 307, "//other.example/a", NULL, STILE_ERROR_REFUSED },
  { "no-location", 307, NULL, NULL, STILE_ERROR_PROTOCOL },
  { "garbage", 307, "https://[", NULL, STILE_ERROR_PROTOCOL },
  { "to-a-get", 303, "/a", NULL, STILE_ERROR_REFUSED },
};

static void
test_redirect (Fixture *self, gconstpointer data)
{
  const Redirect *redirect = data;
  g_autoptr (GBytes) body = stile_certificate_request_to_est (self->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = NULL;

  set_first (self, 1, stile_http_message_new_response (redirect->status));
  if (redirect->location != NULL)
    stile_http_message_add_field (self->first, "location", redirect->location);
  got = enrol (self, FALSE, &error);
  if (redirect->path == NULL)
    {
      g_assert_null (got);
      g_assert_error (error, STILE_ERROR, (int)redirect->code);
      g_assert_cmpuint (test_peer_get_count (self->peer), ==, 1);
      if (redirect->status == 307 && redirect->code == STILE_ERROR_REFUSED)
        g_assert_nonnull (strstr (error->message, redirect->location));
      return;
    }

  g_assert_no_error (error);
  g_assert_cmpstr (stile_http_message_get_path (test_peer_get_request (self->peer, 1)), ==, redirect->path);
  g_assert_cmpstr (stile_http_message_get_method (test_peer_get_request (self->peer, 1)), ==, "POST");
  assert_content (test_peer_get_request (self->peer, 1), body);
}

static void
test_does_not_go_round (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_first (self, G_MAXUINT, stile_http_message_new_response (307));
  stile_http_message_add_field (self->first, "location", "/a");
  g_assert_null (enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 1 + STILE_EST_EXCHANGE_MAX_REDIRECTS);
}

/* --- answers that are none --- */

typedef struct
{
  const char *name;
  guint status;
  const char *type;
  const char *body;
  StileErrorCode code;
  const char *says;
} Refusal;

static const Refusal refusals[] = {
  { "text", 400, "text/plain; charset=utf-8", "  Unknown\r\n device\t7\n", STILE_ERROR_REFUSED,
    "(400): “Unknown device 7”" },
  { "escaped", 403, "text/plain", "no\xe2\x80\xae\x1b[1m", STILE_ERROR_REFUSED, "“no\\E2\\80\\AE\\1B[1m”" },
  { "not-utf8", 403, "text/plain", "\xff", STILE_ERROR_REFUSED, "(403): “\xef\xbf\xbd”" },
  { "problem", 403, "application/problem+json", "{\"detail\":\"Ask Bob\"}", STILE_ERROR_REFUSED,
    "(403): “Ask Bob”" },
  { "page", 403, "text/html", "<b>Blocked</b>", STILE_ERROR_REFUSED, "(403)" },
  { "missing", 404, NULL, "", STILE_ERROR_REFUSED, "(404)" },
  { "busy", 503, "text/plain", "later", STILE_ERROR_RETRY, "503: “later”" },
  { "many", 429, NULL, "", STILE_ERROR_RETRY, "429" },
  { "wrong-type", 200, "text/html", "<b>", STILE_ERROR_PROTOCOL, "text/html" },
  { "no-type", 200, NULL, "MAA=", STILE_ERROR_PROTOCOL, "of no type" },
  { "other-pkcs7", 200, "application/pkcs7-mime; smime-type=CMC-response", "MAA=", STILE_ERROR_PROTOCOL,
    "not of certificates" },
  { "garbage", 200, CERTS_ONLY, "????", STILE_ERROR_PROTOCOL, "Asking for a certificate: " },
  { "no-certificates", 200, CERTS_ONLY, "MAA=", STILE_ERROR_PROTOCOL, "Asking for a certificate: " },
  { "nothing", 204, NULL, "", STILE_ERROR_REFUSED, "204" },
};

static void
test_refusal (Fixture *self, gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (GError) error = NULL;

  g_object_unref (self->then);
  self->then = test_peer_answer_text (refusal->status, refusal->type, refusal->body);
  g_assert_null (enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, (int)refusal->code);
  g_assert_true (g_str_has_prefix (error->message, "Asking for a certificate: "));
  if (strstr (error->message, refusal->says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, refusal->says);
  g_assert_null (strstr (error->message, "<b>"));
}

static void
test_cuts_long_texts (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;

  g_object_unref (self->then);
  self->then = test_peer_answer_text (400, "text/plain", text);
  g_assert_null (enrol (self, FALSE, &error));
  g_assert_cmpuint (strlen (error->message), <, STILE_EST_ANSWER_MAX_TEXT + 200);
  g_assert_nonnull (strstr (error->message, "x…”"));
}

/* --- what else there is --- */

static StileCsrAttributes *
get_attributes (Fixture *self, StileHttpMessage *response, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_object_unref (self->then);
  self->then = response;
  stile_est_client_get_attributes_async (self->client, NULL, test_await_cb, &result);
  return stile_est_client_get_attributes_finish (self->client, test_await_result (&result), error);
}

/* RFC 7030 section 4.5.2. */
static void
test_no_list_asks_for_nothing (Fixture *self, gconstpointer data)
{
  static const guint statuses[] = { 204, 404 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileCsrAttributes) attributes =
          get_attributes (self, test_peer_answer_text (statuses[i], "text/html", "<b>"), &error);

      g_assert_no_error (error);
      g_assert_true (stile_csr_attributes_is_empty (attributes));
    }
}

static void
test_reads_the_list (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCsrAttributes) attributes = get_attributes (
      self, test_peer_answer_text (200, "application/csrattrs", "MAsGCSqGSIb3DQEJBw==\r\n"), &error);

  g_assert_no_error (error);
  g_assert_true (stile_csr_attributes_wants_challenge_password (attributes));
  g_assert_cmpstr (stile_http_message_get_path (test_peer_get_request (self->peer, 0)), ==,
                   "/.well-known/est/csrattrs");
  g_assert_null (get_attributes (self, test_peer_answer_text (200, "text/plain", "MAA="), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_null (get_attributes (self, test_peer_answer_text (500, NULL, ""), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_RETRY);
}

static void
test_gets_roots (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) roots_only = test_pki_list (self->root, NULL);
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (roots_only, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = NULL;

  set_first (self, 1, test_peer_answer (200, "application/pkcs7-mime", body));
  stile_est_client_get_roots_async (self->client, NULL, test_await_cb, &result);
  roots = stile_est_client_get_roots_finish (self->client, test_await_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (roots->len, ==, 1);

  /* The other answer has a leaf among them. */
  stile_est_client_get_roots_async (self->client, NULL, test_await_cb, &second);
  g_assert_null (stile_est_client_get_roots_finish (self->client, test_await_result (&second), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
}

static StileHttpMessage *
make_generated (Fixture *self, const char *key_type, const char *certificates_type, const char *third_type)
{
  g_autoptr (GPtrArray) parts = stile_multipart_new ();
  g_autoptr (GBytes) key = g_bytes_new_static ("MAMCAQA=\n", 9);
  g_autoptr (GBytes) certificates = stile_certificate_bundle_to_est (self->list, NULL);
  g_autofree char *type = NULL;
  g_autoptr (GBytes) body = NULL;

  if (key_type != NULL)
    stile_multipart_add (parts, key_type, key);
  if (certificates_type != NULL)
    stile_multipart_add (parts, certificates_type, certificates);
  if (third_type != NULL)
    stile_multipart_add (parts, third_type, key);
  body = stile_multipart_write (parts, &type);
  return test_peer_answer (200, type, body);
}

typedef struct
{
  const char *name;
  const char *key;
  const char *certificates;
  const char *third;
  gboolean good;
} Parts;

static const Parts generated[] = {
  { "both", "application/pkcs8", CERTS_ONLY, NULL, TRUE },
  { "no-smime-type", "application/pkcs8", "application/pkcs7-mime", NULL, TRUE },
  { "no-key", NULL, CERTS_ONLY, NULL, FALSE },
  { "no-certificates", "application/pkcs8", NULL, NULL, FALSE },
  { "encrypted", "application/pkcs7-mime; smime-type=server-generated-key", CERTS_ONLY, NULL, FALSE },
  { "two-keys", "application/pkcs8", CERTS_ONLY, "application/pkcs8", FALSE },
  { "more", "application/pkcs8", CERTS_ONLY, "text/plain", FALSE },
};

static void
test_generated (Fixture *self, gconstpointer data)
{
  const Parts *parts = data;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = NULL;
  g_autoptr (GPtrArray) certificates = NULL;

  g_object_unref (self->then);
  self->then = make_generated (self, parts->key, parts->certificates, parts->third);
  stile_est_client_generate_key_async (self->client, self->request, NULL, test_await_cb, &result);
  certificates =
      stile_est_client_generate_key_finish (self->client, test_await_result (&result), &key, &error);
  g_assert_cmpstr (stile_http_message_get_path (test_peer_get_request (self->peer, 0)), ==,
                   "/.well-known/est/serverkeygen");
  if (!parts->good)
    {
      g_assert_null (certificates);
      g_assert_null (key);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
      return;
    }

  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, ==, 2);
  g_assert_cmpuint (g_bytes_get_size (key), ==, 5);
}

static void
add (const char *name, gconstpointer data, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/bootstrap/est-client/", name, NULL);

  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

#define ADD_TABLE(prefix, table, test)                                                                       \
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)                                                           \
    {                                                                                                        \
      g_autofree char *name = g_strconcat (prefix "/", table[i].name, NULL);                                 \
                                                                                                             \
      add (name, &table[i], test);                                                                           \
    }

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("sends-the-request", NULL, test_sends_the_request);
  add ("asks-the-labelled-ca", NULL, test_asks_the_labelled_ca);
  add ("takes-every-form", NULL, test_takes_every_form);
  add ("repeats-the-same-bytes", NULL, test_repeats_the_same_bytes);
  ADD_TABLE ("waits", waits, test_wait);
  add ("gives-up-after-days", NULL, test_gives_up_after_days);
  add ("stops-waiting-at-once", NULL, test_stops_waiting_at_once);
  ADD_TABLE ("challenge", challenges, test_challenge);
  add ("asks-once-with-a-password", NULL, test_asks_once_with_a_password);
  add ("says-that-a-password-is-needed", NULL, test_says_that_a_password_is_needed);
  ADD_TABLE ("redirect", redirects, test_redirect);
  add ("does-not-go-round", NULL, test_does_not_go_round);
  ADD_TABLE ("refusal", refusals, test_refusal);
  add ("cuts-long-texts", NULL, test_cuts_long_texts);
  add ("no-list-asks-for-nothing", NULL, test_no_list_asks_for_nothing);
  add ("reads-the-list", NULL, test_reads_the_list);
  add ("gets-roots", NULL, test_gets_roots);
  ADD_TABLE ("generated", generated, test_generated);

  return g_test_run ();
}
