/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-observation.h"

#include <string.h>

#include "atls/stile-handler.h"
#include "atls/stile-observation-handler.h"
#include "codec/stile-json.h"
#include "support/test-await.h"
#include "support/test-pki.h"

static StileObservation *
make_observation (GPtrArray *chain)
{
  StileObservation *self = stile_observation_new ();

  stile_observation_set_url (self, "https://service.example/atls");
  stile_observation_set_peer (self, "192.0.2.1:443");
  stile_observation_set_tls (self, "TLS 1.3", "TLS_AES_128_GCM_SHA256", "h2");
  stile_observation_set_chain (self, chain);
  stile_observation_set_errors (self, G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_EXPIRED);
  stile_observation_set_http_version (self, "HTTP/2");
  stile_observation_set_proxy (self, "http://proxy.example:3128");
  stile_observation_add_header (self, "Via", "1.1 squid");
  stile_observation_add_header (self, "X-Forwarded-For", "10.0.0.1");
  stile_observation_set_known_authority (self, TRUE, "Domain CA");

  return self;
}

static GVariant *
parse (const char *text)
{
  g_autoptr (GBytes) document = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  GVariant *variant = stile_json_parse (document, STILE_JSON_MAX_SIZE, &error);

  g_assert_no_error (error);
  return variant;
}

static char *
print (StileObservation *observation)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_observation_to_variant (observation));

  return stile_json_print (variant, FALSE);
}

static void
test_goes_over_and_back (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Inspection CA", TEST_PKI_P256);
  g_autoptr (TestPki) leaf =
      test_pki_issue (root, &(TestPkiOptions){ .name = "forged", .hosts = "service.example" });
  g_autoptr (GPtrArray) chain = test_pki_list (leaf, root, NULL);
  StileObservation *sent = make_observation (chain);
  g_autofree char *text = print (sent);
  g_autoptr (GVariant) variant = parse (text);
  g_autoptr (GError) error = NULL;
  StileObservation *received = stile_observation_new_from_variant (variant, &error);
  const char *value;

  g_assert_no_error (error);
  g_assert_cmpstr (stile_observation_get_url (received), ==, "https://service.example/atls");
  g_assert_cmpstr (stile_observation_get_peer (received), ==, "192.0.2.1:443");
  g_assert_cmpstr (stile_observation_get_tls_version (received), ==, "TLS 1.3");
  g_assert_cmpstr (stile_observation_get_cipher (received), ==, "TLS_AES_128_GCM_SHA256");
  g_assert_cmpstr (stile_observation_get_application_protocol (received), ==, "h2");
  g_assert_cmpstr (stile_observation_get_http_version (received), ==, "HTTP/2");
  g_assert_cmpstr (stile_observation_get_proxy (received), ==, "http://proxy.example:3128");
  g_assert_cmpint (stile_observation_get_errors (received), ==,
                   G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_EXPIRED);
  g_assert_true (stile_observation_get_authority_known (received));
  g_assert_cmpstr (stile_observation_get_authority_label (received), ==, "Domain CA");
  g_assert_cmpuint (stile_observation_get_n_headers (received), ==, 2);
  g_assert_cmpstr (stile_observation_get_nth_header (received, 1, &value), ==, "X-Forwarded-For");
  g_assert_cmpstr (value, ==, "10.0.0.1");
  g_assert_cmpuint (stile_observation_get_chain (received)->len, ==, 2);
  g_assert_true (stile_certificate_equal (g_ptr_array_index (stile_observation_get_chain (received), 0),
                                          test_pki_get_certificate (leaf)));
  g_assert_finalize_object (sent);
  g_assert_finalize_object (received);
}

static void
test_an_empty_one_goes_over_too (void)
{
  g_autoptr (StileObservation) sent = stile_observation_new ();
  g_autofree char *text = print (sent);
  g_autoptr (GVariant) variant = parse (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileObservation) received = stile_observation_new_from_variant (variant, &error);

  g_assert_no_error (error);
  g_assert_null (stile_observation_get_chain (received));
  g_assert_null (stile_observation_get_tls_version (received));
  g_assert_cmpuint (stile_observation_get_n_headers (received), ==, 0);
  g_assert_false (stile_observation_get_authority_known (received));
}

static void
test_passes_over_what_it_does_not_know (void)
{
  static const char *const texts[] = {
    "{\"version\":1}",
    "{\"version\":1,\"chain\":7,\"headers\":{},\"errors\":\"expired\",\"tls\":[],\"authority\":null}",
    "{\"version\":1,\"url\":17,\"peer\":null,\"http\":[],\"proxy\":{}}",
    "{\"version\":1,\"headers\":[1,\"x\",[],[\"a\"],[\"a\",1],[1,\"b\"],[\"a\",\"b\",\"c\"],null,{}]}",
    "{\"version\":1,\"errors\":[1,\"made-up\",[],null]}",
    "{\"version\":1,\"tls\":{\"version\":3,\"cipher\":[],\"alpn\":null}}",
    "{\"version\":1,\"authority\":{\"known\":\"yes\",\"label\":9}}",
    "{\"version\":1,\"news\":{\"a\":[[[[[]]]]]}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) variant = parse (texts[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (StileObservation) received = stile_observation_new_from_variant (variant, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (stile_observation_get_n_headers (received), ==, 0);
      g_assert_cmpint (stile_observation_get_errors (received), ==, 0);
      g_assert_null (stile_observation_get_tls_version (received));
      g_assert_false (stile_observation_get_authority_known (received));
    }
}

static void
test_refuses_what_is_none (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "{\"version\":2}",
    "{\"version\":\"1\"}",
    "{\"version\":1,\"chain\":[\"\"]}",
    "{\"version\":1,\"chain\":[1]}",
    "{\"version\":1,\"chain\":[\"AAAA\"]}",
    "{\"version\":1,\"chain\":[\"not base64!\"]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) variant = parse (texts[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_observation_new_from_variant (variant, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_keeps_its_limits (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("CA", TEST_PKI_P256);
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (StileObservation) sent = stile_observation_new ();
  g_autofree char *text = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (StileObservation) received = NULL;

  for (guint i = 0; i < STILE_OBSERVATION_MAX_CHAIN + 4; i++)
    g_ptr_array_add (chain, g_object_ref (test_pki_get_certificate (root)));
  stile_observation_set_chain (sent, chain);
  for (guint i = 0; i < STILE_OBSERVATION_MAX_HEADERS + 4; i++)
    stile_observation_add_header (sent, "A", "\xff is no UTF-8");
  text = print (sent);
  variant = parse (text);
  received = stile_observation_new_from_variant (variant, NULL);
  g_assert_cmpuint (stile_observation_get_chain (received)->len, ==, STILE_OBSERVATION_MAX_CHAIN);
  g_assert_cmpuint (stile_observation_get_n_headers (received), ==, STILE_OBSERVATION_MAX_HEADERS);
}

static void
test_says_why_a_chain_does_not_hold (void)
{
  g_autoptr (StileObservation) self = stile_observation_new ();
  g_autofree char *text = NULL;

  g_assert_null (stile_observation_describe_errors (self));
  stile_observation_set_errors (self, G_TLS_CERTIFICATE_VALIDATE_ALL);
  text = stile_observation_describe_errors (self);
  g_assert_nonnull (strstr (text, "its issuer is not trusted here; it is for another name"));
}

/* --- the handler --- */

static void
handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileHttpMessage **response = user_data;

  *response = stile_handler_handle_finish (STILE_HANDLER (object), result);
}

static StileHttpMessage *
ask (GPtrArray *authorities, const char *method, const char *text, StileObservation *seen)
{
  StileObservationHandler *handler = stile_observation_handler_new (authorities);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request (method, "https", "a.example", STILE_OBSERVATION_PATH);
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, "id", NULL, seen);
  StileHttpMessage *response = NULL;

  stile_http_message_set_content (request, "application/json", content);
  stile_handler_handle_async (STILE_HANDLER (handler), exchange, NULL, handled, &response);
  test_await_until (response != NULL);
  g_assert_finalize_object (handler);
  return response;
}

static gboolean
is_known (TestPki *presented, TestPki *shown, GPtrArray *authorities)
{
  g_autoptr (GPtrArray) chain = test_pki_list (presented, shown, NULL);
  g_autoptr (StileObservation) theirs = make_observation (chain);
  g_autoptr (StileObservation) ours = stile_observation_new ();
  g_autofree char *text = print (theirs);
  g_autoptr (StileHttpMessage) response = ask (authorities, "POST", text, ours);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (StileObservation) answer = NULL;

  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  variant = stile_json_parse (stile_http_message_get_content (response), STILE_JSON_MAX_SIZE, NULL);
  answer = stile_observation_new_from_variant (variant, NULL);
  return stile_observation_get_authority_known (answer);
}

static void
test_handler_knows_the_domains_authorities (void)
{
  g_autoptr (TestPki) domain = test_pki_authority_new ("Domain CA", TEST_PKI_P256);
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Domain CA", TEST_PKI_P256);
  g_autoptr (TestPki) forged =
      test_pki_issue (domain, &(TestPkiOptions){ .name = "f", .hosts = "a.example" });
  g_autoptr (TestPki) strange =
      test_pki_issue (stranger, &(TestPkiOptions){ .name = "f", .hosts = "a.example" });
  g_autoptr (GPtrArray) authorities = test_pki_list (domain, NULL);

  g_assert_true (is_known (forged, NULL, authorities));
  g_assert_true (is_known (forged, domain, authorities));
  g_assert_false (is_known (strange, NULL, authorities));
  /* The same name, and even a copy of the domain's own certificate, prove nothing. */
  g_assert_false (is_known (strange, domain, authorities));
}

static void
test_handler_answers_bad_requests (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (StileObservation) ours = stile_observation_new ();
  g_autoptr (StileHttpMessage) not_post = ask (none, "GET", "{\"version\":1}", ours);
  g_autoptr (StileHttpMessage) not_json = ask (none, "POST", "{", ours);
  g_autoptr (StileHttpMessage) not_one = ask (none, "POST", "{}", ours);
  g_autoptr (StileHttpMessage) not_seen = ask (none, "POST", "{\"version\":1}", NULL);

  g_assert_cmpuint (stile_http_message_get_status (not_post), ==, 405);
  g_assert_cmpuint (stile_http_message_get_status (not_json), ==, 400);
  g_assert_cmpuint (stile_http_message_get_status (not_one), ==, 400);
  g_assert_cmpuint (stile_http_message_get_status (not_seen), ==, 501);
}

/* Whoever saw it, and whoever says that he did. */
static void
test_secret_fields (void)
{
  static const char *const names[] = { "Cookie", "set-cookie", "AUTHORIZATION", "Proxy-Authorization" };
  g_autoptr (StileObservation) self = stile_observation_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value;

      stile_observation_add_header (self, names[i], "geheim");
      g_assert_cmpstr (stile_observation_get_nth_header (self, (guint)i, &value), ==, names[i]);
      g_assert_cmpstr (value, ==, "…");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/observation/goes-over-and-back", test_goes_over_and_back);
  g_test_add_func ("/atls/observation/secret-fields", test_secret_fields);
  g_test_add_func ("/atls/observation/an-empty-one-goes-over-too", test_an_empty_one_goes_over_too);
  g_test_add_func ("/atls/observation/passes-over-what-it-does-not-know",
                   test_passes_over_what_it_does_not_know);
  g_test_add_func ("/atls/observation/refuses-what-is-none", test_refuses_what_is_none);
  g_test_add_func ("/atls/observation/keeps-its-limits", test_keeps_its_limits);
  g_test_add_func ("/atls/observation/says-why-a-chain-does-not-hold", test_says_why_a_chain_does_not_hold);
  g_test_add_func ("/atls/observation/handler-knows-the-domains-authorities",
                   test_handler_knows_the_domains_authorities);
  g_test_add_func ("/atls/observation/handler-answers-bad-requests", test_handler_answers_bad_requests);

  return g_test_run ();
}
