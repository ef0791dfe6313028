/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-client.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/est-fixture.h"
#include "bootstrap/stile-est-answer.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-multipart.h"
#include "support/test-await.h"

/* RFC 7030 section 4.2.1, and what the oldest of servers wants: lines of 64 (BOOTSTRAP 1.2). */
static void
test_sends_the_request (EstFixture *self, gconstpointer data)
{
  g_autoptr (GBytes) body = stile_certificate_request_to_est (self->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = est_fixture_enrol (self, FALSE, &error);
  StileHttpMessage *request = test_peer_get_request (self->peer, 0);

  g_assert_no_error (error);
  g_assert_cmpuint (got->len, ==, 2);
  g_assert_cmpstr (stile_http_message_get_method (request), ==, "POST");
  g_assert_cmpstr (stile_http_message_get_path (request), ==, "/.well-known/est/simpleenroll");
  g_assert_cmpstr (stile_http_message_get_field (request, "content-type"), ==, "application/pkcs10");
  g_assert_null (stile_http_message_get_field (request, "authorization"));
  est_fixture_assert_content (request, body);
}

static void
test_asks_the_labelled_ca (EstFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) got = NULL;

  stile_est_client_set_label (self->client, "iot/7");
  got = est_fixture_enrol (self, TRUE, NULL);
  g_assert_nonnull (got);
  g_assert_cmpstr (stile_http_message_get_path (test_peer_get_request (self->peer, 0)), ==,
                   "/.well-known/est/iot%2F7/simplereenroll");
}

static void
test_takes_every_form (EstFixture *self, gconstpointer data)
{
  g_autoptr (GBytes) der = stile_certificate_bundle_to_pkcs7 (self->list, NULL);
  g_autofree char *line = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_autofree char *bare = g_strdup (line);
  StileHttpMessage *forms[4];

  g_strdelimit (bare, "=", '\0');
  forms[0] = test_peer_answer (200, "application/pkcs7-mime", der);
  forms[1] = test_peer_answer_text (200, "Application/PKCS7-Mime;smime-type=\"certs-only\"", line);
  forms[2] = test_peer_answer_text (200, EST_FIXTURE_CERTS_ONLY, bare);
  forms[3] = test_peer_answer_text (200, EST_FIXTURE_CERTS_ONLY, line);
  stile_http_message_add_field (forms[3], "content-transfer-encoding", "binary");
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) got = NULL;

      g_object_unref (self->then);
      self->then = forms[i];
      got = est_fixture_enrol (self, FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (got->len, ==, 2);
    }
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
  { "no-type", 200, NULL, "MAA=", STILE_ERROR_PROTOCOL, "does not say of what type it is" },
  { "other-pkcs7", 200, "application/pkcs7-mime; smime-type=CMC-response", "MAA=", STILE_ERROR_PROTOCOL,
    "not of certificates" },
  { "garbage", 200, EST_FIXTURE_CERTS_ONLY, "????", STILE_ERROR_PROTOCOL, "Asking for a certificate: " },
  { "no-certificates", 200, EST_FIXTURE_CERTS_ONLY, "MAA=", STILE_ERROR_PROTOCOL,
    "Asking for a certificate: " },
  { "nothing", 204, NULL, "", STILE_ERROR_REFUSED, "204" },
};

static void
test_refusal (EstFixture *self, gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (GError) error = NULL;

  g_object_unref (self->then);
  self->then = test_peer_answer_text (refusal->status, refusal->type, refusal->body);
  g_assert_null (est_fixture_enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, (int)refusal->code);
  g_assert_true (g_str_has_prefix (error->message, "Asking for a certificate: "));
  if (strstr (error->message, refusal->says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, refusal->says);
  g_assert_null (strstr (error->message, "<b>"));
}

static void
test_cuts_long_texts (EstFixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;

  g_object_unref (self->then);
  self->then = test_peer_answer_text (400, "text/plain", text);
  g_assert_null (est_fixture_enrol (self, FALSE, &error));
  g_assert_cmpuint (strlen (error->message), <, STILE_EST_ANSWER_MAX_TEXT + 200);
  g_assert_nonnull (strstr (error->message, "x…”"));
}

/* --- what else there is --- */

static StileCsrAttributes *
get_attributes (EstFixture *self, StileHttpMessage *response, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_object_unref (self->then);
  self->then = response;
  stile_est_client_get_attributes_async (self->client, NULL, test_await_cb, &result);
  return stile_est_client_get_attributes_finish (self->client, test_await_result (&result), error);
}

/* RFC 7030 section 4.5.2. */
static void
test_no_list_asks_for_nothing (EstFixture *self, gconstpointer data)
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
test_reads_the_list (EstFixture *self, gconstpointer data)
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
test_gets_roots (EstFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) roots_only = test_pki_list (self->root, NULL);
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (roots_only, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = NULL;

  est_fixture_set_first (self, 1, test_peer_answer (200, "application/pkcs7-mime", body));
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
make_generated (EstFixture *self, const char *key_type, const char *certificates_type, const char *third_type)
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
  { "both", "application/pkcs8", EST_FIXTURE_CERTS_ONLY, NULL, TRUE },
  { "no-smime-type", "application/pkcs8", "application/pkcs7-mime", NULL, TRUE },
  { "no-key", NULL, EST_FIXTURE_CERTS_ONLY, NULL, FALSE },
  { "no-certificates", "application/pkcs8", NULL, NULL, FALSE },
  { "encrypted", "application/pkcs7-mime; smime-type=server-generated-key", EST_FIXTURE_CERTS_ONLY, NULL,
    FALSE },
  { "two-keys", "application/pkcs8", EST_FIXTURE_CERTS_ONLY, "application/pkcs8", FALSE },
  { "more", "application/pkcs8", EST_FIXTURE_CERTS_ONLY, "text/plain", FALSE },
};

static void
test_generated (EstFixture *self, gconstpointer data)
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  est_fixture_add ("/bootstrap/est-client/sends-the-request", NULL, test_sends_the_request);
  est_fixture_add ("/bootstrap/est-client/asks-the-labelled-ca", NULL, test_asks_the_labelled_ca);
  est_fixture_add ("/bootstrap/est-client/takes-every-form", NULL, test_takes_every_form);
  EST_FIXTURE_ADD_TABLE ("/bootstrap/est-client/refusal", refusals, test_refusal);
  est_fixture_add ("/bootstrap/est-client/cuts-long-texts", NULL, test_cuts_long_texts);
  est_fixture_add ("/bootstrap/est-client/no-list-asks-for-nothing", NULL, test_no_list_asks_for_nothing);
  est_fixture_add ("/bootstrap/est-client/reads-the-list", NULL, test_reads_the_list);
  est_fixture_add ("/bootstrap/est-client/gets-roots", NULL, test_gets_roots);
  EST_FIXTURE_ADD_TABLE ("/bootstrap/est-client/generated", generated, test_generated);

  return g_test_run ();
}
