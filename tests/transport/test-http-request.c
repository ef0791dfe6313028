/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-channel.h"
#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "support/test-await.h"
#include "support/test-handler.h"
#include "support/test-tls.h"
#include "transport/loopback.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-listening-socket.h"

#define HOUR (60 * 60)

typedef struct
{
  Loopback *loopback;
  TestHandler *handler;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->loopback = loopback_new (TRUE, "/.well-known/atls");
  fixture->handler = test_handler_new (FALSE);
  stile_http_service_set_plain_handler (fixture->loopback->service, STILE_HANDLER (fixture->handler));
  stile_http_service_set_client_certificates (fixture->loopback->service, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  loopback_free (fixture->loopback);
  test_await_idle ();
  g_assert_finalize_object (fixture->handler);
}

static StileCarrier *
make_carrier (const char *url, GPtrArray *anchors, StileIdentity *identity)
{
  g_autoptr (GError) error = NULL;
  StileCarrier *carrier = g_initable_new (STILE_TYPE_HTTP_CARRIER, NULL, &error, "service", url, "proxy",
                                          "none", "anchors", anchors, "identity", identity, NULL);

  g_assert_no_error (error);
  return carrier;
}

static StileHttpMessage *
send_request (StileCarrier *carrier, StileHttpMessage *request, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_carrier_request_async (carrier, request, NULL, test_await_cb, &result);
  return stile_carrier_request_finish (carrier, test_await_result (&result), error);
}

static StileHttpMessage *
get (StileCarrier *carrier, const char *path, GError **error)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "h", path);

  return send_request (carrier, request, error);
}

static void
test_sends_all_of_it (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, anchors, NULL);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("POST", "https", "h", "/.well-known/est/label/simpleenroll?x=%2F&y");
  g_autoptr (GBytes) content = g_bytes_new_static ("body\0with NUL", 13);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  StileHttpMessage *seen;

  stile_http_message_set_content (request, "application/pkcs10", content);
  stile_http_message_add_field (request, "accept", "application/pkcs7-mime");
  stile_http_message_add_field (request, "authorization", "Basic Zm9v");
  stile_http_message_add_field (request, "host", "elsewhere.example");
  response = send_request (carrier, request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, "text/plain");

  seen = stile_exchange_get_request (test_handler_get_exchange (fixture->handler));
  g_assert_cmpstr (stile_http_message_get_method (seen), ==, "POST");
  g_assert_cmpstr (stile_http_message_get_path (seen), ==, "/.well-known/est/label/simpleenroll?x=%2F&y");
  g_assert_cmpstr (stile_http_message_get_field (seen, "content-type"), ==, "application/pkcs10");
  g_assert_cmpstr (stile_http_message_get_field (seen, "accept"), ==, "application/pkcs7-mime");
  g_assert_cmpstr (stile_http_message_get_field (seen, "authorization"), ==, "Basic Zm9v");
  g_assert_null (strstr (stile_http_message_get_field (seen, "host"), "elsewhere"));
  g_assert_null (stile_http_message_get_field (seen, "accept-encoding"));
  g_assert_true (g_bytes_equal (stile_http_message_get_content (seen), content));
  g_assert_null (stile_exchange_get_peer_certificate (test_handler_get_exchange (fixture->handler)));
}

/* What looks like another host is a path: a request goes to the service and nowhere else. */
static void
test_stays_with_its_service (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, anchors, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = get (carrier, "//other.example/x", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (
      stile_http_message_get_path (stile_exchange_get_request (test_handler_get_exchange (fixture->handler))),
      ==, "//other.example/x");
}

/* The identity is shown although nobody has said whom the service knows, with all that stands above it. */
static void
test_shows_who_asks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) other = test_pki_authority_new ("Operator", TEST_PKI_P256);
  g_autoptr (TestPki) middle = test_pki_issue (other, &(TestPkiOptions){ .name = "M", .authority = TRUE });
  g_autoptr (TestPki) registrar = test_pki_issue (middle, &(TestPkiOptions){ .name = "Registrar" });
  g_autoptr (TestPki) alone = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Alone" });
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  TestPki *const who[] = { registrar, alone, NULL, registrar };

  for (gsize i = 0; i < G_N_ELEMENTS (who); i++)
    {
      g_autoptr (StileIdentity) identity = who[i] != NULL ? test_tls_identity_new (who[i]) : NULL;
      g_autoptr (GPtrArray) expected = who[i] != NULL ? test_pki_get_chain (who[i]) : NULL;
      g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, anchors, identity);
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpMessage) response = get (carrier, "/a", &error);
      GPtrArray *chain;

      g_assert_no_error (error);
      chain = stile_exchange_get_peer_chain (test_handler_get_exchange (fixture->handler));
      g_assert_cmpuint (chain != NULL ? chain->len : 0, ==, expected != NULL ? expected->len : 0);
      for (guint j = 0; chain != NULL && j < chain->len; j++)
        g_assert_true (
            stile_certificate_equal (g_ptr_array_index (chain, j), g_ptr_array_index (expected, j)));
    }
}

/* --- services that are not believed --- */

typedef struct
{
  const char *name;
  TestPkiOptions options;
  gboolean stranger;
  const char *says;
} BadService;

static const BadService bad_services[] = {
  { "unknown-authority", { .name = "S", .hosts = "127.0.0.1" }, TRUE, "not a trusted authority" },
  { "expired", { .name = "S", .hosts = "127.0.0.1", .begins = -2 * HOUR, .ends = -HOUR }, FALSE, "expired" },
  { "not-yet-valid",
    { .name = "S", .hosts = "127.0.0.1", .begins = HOUR, .ends = 2 * HOUR },
    FALSE,
    "before" },
  { "wrong-name",
    { .name = "127.0.0.1", .hosts = "other.example" },
    FALSE,
    "other.example, not for 127.0.0.1" },
  { "for-clients-only",
    { .name = "S", .hosts = "127.0.0.1", .purpose = GNUTLS_KP_TLS_WWW_CLIENT },
    FALSE,
    "no certificate for a server" },
};

static void
show (Fixture *fixture, TestPki *pki)
{
  g_autofree char *chain = test_pki_get_chain_pem (pki);
  g_autofree char *key = test_pki_get_key_pem (pki);
  g_autofree char *pem = g_strconcat (chain, key, NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);

  stile_http_service_set_certificate (fixture->loopback->service, certificate);
}

static void
assert_refused (Fixture *fixture, GPtrArray *anchors, const char *says)
{
  g_autoptr (StileIdentity) identity = test_tls_identity_new (fixture->loopback->client);
  g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, anchors, identity);
  guint before = test_handler_get_count (fixture->handler);
  g_autoptr (GError) error = NULL;

  g_assert_null (get (carrier, "/a", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
  g_assert_true (g_str_has_prefix (error->message, "Reaching 127.0.0.1: "));
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, before);
}

static void
test_says_why_not (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bad_services); i++)
    {
      const BadService *bad = &bad_services[i];
      g_autoptr (TestPki) pki =
          test_pki_issue (bad->stranger ? stranger : fixture->loopback->outer_root, &bad->options);

      g_test_message ("%s", bad->name);
      show (fixture, pki);
      assert_refused (fixture, anchors, bad->says);
    }
}

/* Anchors are the sole ones: what the system or another carrier believes is nothing to this one, also after a
 * connection that was good, which TLS could resume. */
static void
test_believes_its_anchors_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) right = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (GPtrArray) wrong = test_pki_list (fixture->loopback->root, NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (StileIdentity) identity = test_tls_identity_new (fixture->loopback->client);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, right, identity);
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpMessage) response = get (carrier, "/a", &error);

      g_assert_no_error (error);
      assert_refused (fixture, wrong, "not a trusted authority");
      assert_refused (fixture, none, "not a trusted authority");
      assert_refused (fixture, NULL, "not a trusted authority");
    }
}

/* Carrying ATLS over the same address believes anybody, and changes nothing for a request. */
static void
test_believes_nobody_for_having_carried (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StileClient) client = loopback_connect (fixture->loopback, STILE_MODE_ANY);
  g_autoptr (GPtrArray) wrong = test_pki_list (fixture->loopback->root, NULL);

  loopback_check_request (client);
  assert_refused (fixture, wrong, "not a trusted authority");
  loopback_check_request (client);
}

static void
test_anchors_do_not_touch_atls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) wrong = test_pki_list (fixture->loopback->root, NULL);
  g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, wrong, NULL);
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (fixture->loopback);
  g_autoptr (StileClient) client = stile_client_new (carrier, credentials, STILE_MODE_ANY);
  g_autoptr (GError) error = NULL;

  loopback_shake_hands (client, &error);
  g_assert_no_error (error);
  loopback_check_request (client);
}

/* A service of its own at an address of IPv6. */
static char *
listen_ipv6 (Fixture *fixture, StileHttpService *service)
{
  g_autoptr (TestPki) pki =
      test_pki_issue (fixture->loopback->outer_root, &(TestPkiOptions){ .name = "S", .hosts = "::1" });
  g_autofree char *chain = test_pki_get_chain_pem (pki);
  g_autofree char *key = test_pki_get_key_pem (pki);
  g_autofree char *pem = g_strconcat (chain, key, NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = stile_listening_socket_open ("[::1]:0", &error);
  g_autofree char *name = NULL;

  g_assert_no_error (error);
  name = stile_listening_socket_describe (socket);
  stile_http_service_set_certificate (service, certificate);
  stile_http_service_set_plain_handler (service, STILE_HANDLER (fixture->handler));
  g_assert_true (stile_http_service_listen (service, socket, NULL));
  return g_strconcat ("https://", name, "/.well-known/atls", NULL);
}

static StileObservation *
inspect (StileCarrier *carrier)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StileObservation *seen;

  stile_carrier_inspect_async (carrier, NULL, NULL, test_await_cb, &result);
  seen = stile_carrier_inspect_finish (carrier, test_await_result (&result), &error);
  g_assert_no_error (error);
  return seen;
}

/* An address is nothing to say in SNI, and GnuTLS hangs up on who does; in the certificate it is looked for. */
static void
test_reaches_an_ipv6_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StileHttpService) service =
      stile_http_service_new (fixture->loopback->endpoint, "/.well-known/atls");
  g_autofree char *url = listen_ipv6 (fixture, service);
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (StileCarrier) carrier = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileObservation) seen = NULL;
  g_autoptr (GBytes) flight = g_bytes_new_static ("no flight of TLS at all", 23);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) alert = NULL;

  carrier = make_carrier (url, anchors, NULL);
  response = get (carrier, "/a", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  seen = inspect (carrier);
  g_assert_cmpint (stile_observation_get_errors (seen), ==, G_TLS_CERTIFICATE_UNKNOWN_CA);
  stile_carrier_exchange_async (carrier, STILE_MESSAGE_FLIGHT, flight, NULL, test_await_cb, &result);
  alert = stile_carrier_exchange_finish (carrier, test_await_result (&result), &error);
  g_assert_no_error (error);
  stile_http_service_stop (service);
}

/* A device in responder mode has no sessions, and no path for them. */
static void
test_reaches_who_has_no_endpoint (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StileHttpService) service = stile_http_service_new (NULL, NULL);
  g_autoptr (GSocket) socket = stile_listening_socket_open ("127.0.0.1:0", NULL);
  g_autofree char *name = stile_listening_socket_describe (socket);
  g_autofree char *url = g_strconcat ("http://", name, NULL);
  g_autoptr (StileCarrier) carrier = make_carrier (url, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  stile_http_service_set_plain_handler (service, STILE_HANDLER (fixture->handler));
  g_assert_true (stile_http_service_listen (service, socket, NULL));
  response = get (carrier, "/a", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  stile_http_service_stop (service);
}

/* --- what else goes wrong --- */

static void
test_wants_tls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Loopback) plain = loopback_new (FALSE, "/.well-known/atls");
  g_autoptr (GPtrArray) anchors = test_pki_list (plain->outer_root, NULL);
  g_autoptr (StileIdentity) identity = test_tls_identity_new (plain->client);
  g_autoptr (StileCarrier) with_anchors = make_carrier (plain->url, anchors, NULL);
  g_autoptr (StileCarrier) with_identity = make_carrier (plain->url, NULL, identity);
  StileCarrier *const carriers[] = { with_anchors, with_identity };

  stile_http_service_set_plain_handler (plain->service, STILE_HANDLER (fixture->handler));
  for (gsize i = 0; i < G_N_ELEMENTS (carriers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (get (carriers[i], "/a", &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    }
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 0);
}

static void
test_limits_the_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, anchors, NULL);
  g_autoptr (StileHttpMessage) given = stile_http_message_new_response (200);
  g_autoptr (GBytes) content =
      g_bytes_new_take (g_malloc0 (STILE_BINARY_HTTP_MAX_SIZE + 1), STILE_BINARY_HTTP_MAX_SIZE + 1);
  g_autoptr (GError) error = NULL;

  stile_http_message_set_content (given, "application/octet-stream", content);
  test_handler_set_response (fixture->handler, given);
  g_assert_null (get (carrier, "/a", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

static void
test_can_be_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (StileCarrier) carrier = make_carrier (fixture->loopback->url, anchors, NULL);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "h", "/a");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_carrier_request_async (carrier, request, cancellable, test_await_cb, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (stile_carrier_request_finish (carrier, test_await_result (&result), &error));
  g_assert_true (stile_error_is_cancelled (error));
}

static void
test_properties (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (StileIdentity) identity = test_tls_identity_new (fixture->loopback->client);
  StileCarrier *carrier = make_carrier (fixture->loopback->url, anchors, identity);
  g_autoptr (GPtrArray) anchors_back = NULL;
  g_autoptr (StileIdentity) identity_back = NULL;

  g_object_get (carrier, "anchors", &anchors_back, "identity", &identity_back, NULL);
  g_assert_true (anchors_back == anchors);
  g_assert_true (identity_back == identity);
  g_assert_finalize_object (carrier);
}

/* --- answers that say to wait, or to go elsewhere (RFC 8995 section 5.6, RFC 7030 section 4.2.3) --- */

static StileChannel *
open_channel (Fixture *fixture, guint way)
{
  static const StileMode modes[] = { STILE_MODE_EXPORT, STILE_MODE_RECORD };
  g_autoptr (GPtrArray) anchors = test_pki_list (fixture->loopback->outer_root, NULL);
  g_autoptr (StileCarrier) carrier = NULL;
  g_autoptr (StileClient) client = NULL;

  if (way < G_N_ELEMENTS (modes))
    {
      client = loopback_connect (fixture->loopback, modes[way]);
      return stile_channel_new_atls (client);
    }

  carrier = make_carrier (fixture->loopback->url, anchors, NULL);
  return stile_channel_new_plain (carrier);
}

static void
test_answers_arrive_as_they_are (Fixture *fixture, gconstpointer data)
{
  static const guint statuses[] = { 202, 301, 307, 401, 503 };

  stile_endpoint_set_handler (fixture->loopback->endpoint, STILE_HANDLER (fixture->handler));
  for (guint way = 0; way < 3; way++)
    {
      g_autoptr (StileChannel) channel = open_channel (fixture, way);

      for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
        {
          g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "h", "/a");
          g_autoptr (StileHttpMessage) given = stile_http_message_new_response (statuses[i]);
          g_autoptr (GAsyncResult) result = NULL;
          g_autoptr (StileHttpMessage) response = NULL;
          g_autoptr (GError) error = NULL;

          stile_http_message_add_field (given, "retry-after", "120");
          stile_http_message_add_field (given, "location", "https://127.0.0.1:1/est");
          stile_http_message_add_field (given, "www-authenticate", "Basic realm=\"est\"");
          test_handler_set_response (fixture->handler, given);
          stile_http_message_add_field (request, "x-turn", "1");
          stile_channel_request_async (channel, request, NULL, test_await_cb, &result);
          response = stile_channel_request_finish (channel, test_await_result (&result), &error);
          g_assert_no_error (error);
          g_assert_cmpuint (stile_http_message_get_status (response), ==, statuses[i]);
          g_assert_cmpstr (stile_http_message_get_field (response, "retry-after"), ==, "120");
          g_assert_cmpstr (stile_http_message_get_field (response, "location"), ==,
                           "https://127.0.0.1:1/est");
          g_assert_cmpstr (stile_http_message_get_field (response, "www-authenticate"), ==,
                           "Basic realm=\"est\"");
          g_assert_cmpstr (
              stile_http_message_get_field (
                  stile_exchange_get_request (test_handler_get_exchange (fixture->handler)), "x-turn"),
              ==, "1");
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add ("/transport/http-request/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("sends-all-of-it", test_sends_all_of_it);
  ADD ("stays-with-its-service", test_stays_with_its_service);
  ADD ("shows-who-asks", test_shows_who_asks);
  ADD ("says-why-not", test_says_why_not);
  ADD ("believes-its-anchors-alone", test_believes_its_anchors_alone);
  ADD ("believes-nobody-for-having-carried", test_believes_nobody_for_having_carried);
  ADD ("anchors-do-not-touch-atls", test_anchors_do_not_touch_atls);
  ADD ("reaches-an-ipv6-address", test_reaches_an_ipv6_address);
  ADD ("reaches-who-has-no-endpoint", test_reaches_who_has_no_endpoint);
  ADD ("wants-tls", test_wants_tls);
  ADD ("limits-the-answer", test_limits_the_answer);
  ADD ("can-be-cancelled", test_can_be_cancelled);
  ADD ("properties", test_properties);
  ADD ("answers-arrive-as-they-are", test_answers_arrive_as_they_are);
#undef ADD

  return g_test_run ();
}
