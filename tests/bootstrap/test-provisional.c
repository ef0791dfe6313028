/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/search.h"
#include "support/test-await.h"
#include "support/test-tls.h"

/* A session with a registrar that nobody vouches for. */

#define HOST "a.example"

static StileProvisional *
make_session (Search *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCarrier) carrier =
      g_initable_new (TEST_TYPE_CARRIER, NULL, &error, "service", "https://" HOST, NULL);

  g_assert_no_error (error);
  return stile_provisional_new (carrier, self->idevid, self->settings.mode);
}

static StileCredentials *
make_credentials (Search *self)
{
  static const char *const protocols[] = { "bhttp", NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, self->idevid);
  stile_credentials_set_version (credentials, self->settings.tls_version);
  stile_credentials_set_application_protocols (credentials, protocols);
  stile_credentials_set_provisional (credentials);
  return credentials;
}

static gboolean
connect_session (Search *self, StileProvisional *session, GError **error)
{
  g_autoptr (StileCredentials) credentials = make_credentials (self);
  g_autoptr (GAsyncResult) result = NULL;

  stile_provisional_connect_async (session, credentials, NULL, test_await_cb, &result);
  return stile_provisional_connect_finish (session, test_await_result (&result), error);
}

static StileProvisional *
open_session (Search *self)
{
  StileProvisional *session = make_session (self);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (stile_provisional_get_state (session), ==, STILE_PROVISIONAL_NEW);
  g_assert_true (connect_session (self, session, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stile_provisional_get_state (session), ==, STILE_PROVISIONAL_OPEN);
  return session;
}

static void
expect_no_session (Search *self, int code, const char *words)
{
  g_autoptr (StileProvisional) session = make_session (self);
  g_autoptr (GError) error = NULL;

  g_assert_false (connect_session (self, session, &error));
  g_assert_error (error, STILE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_cmpint (stile_provisional_get_state (session), ==, STILE_PROVISIONAL_NEW);
  stile_provisional_close (session);
}

static gboolean
ask (StileProvisional *session, StileVoucherAnswer *answer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_provisional_ask_async (session, NULL, test_await_cb, &result);
  return stile_provisional_ask_finish (session, test_await_result (&result), answer, error);
}

/* --- connecting --- */

static void
test_each_session_has_a_nonce_of_its_own (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_place (self, HOST, self->court.registrar);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  fake_registrar_say (registrar, 202, NULL, NULL);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (StileProvisional) session = open_session (self);
      g_autoptr (StileVoucher) request = NULL;
      g_auto (StileVoucherAnswer) answer = { 0 };
      const char *nonce = stile_provisional_get_nonce (session);
      g_autofree guchar *octets = NULL;
      gsize length;

      g_assert_true (ask (session, &answer, NULL));
      request = fake_registrar_read_request (registrar, i);
      g_assert_cmpstr (stile_voucher_get_fields (request)->nonce, ==, nonce);
      octets = g_base64_decode (nonce, &length);
      g_assert_cmpuint (length, >=, 8);
      g_assert_true (g_hash_table_add (seen, g_strdup (nonce)));
    }
}

static void
test_asks_again_with_the_same_bytes (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_place (self, HOST, self->court.registrar);
  g_autoptr (StileProvisional) session = open_session (self);
  g_autoptr (GBytes) first = g_bytes_ref (stile_provisional_get_request (session));

  fake_registrar_say (registrar, 202, NULL, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_auto (StileVoucherAnswer) answer = { 0 };
      StileExchange *exchange;

      g_assert_true (ask (session, &answer, NULL));
      exchange = fake_registrar_get_exchange (registrar, STILE_VOUCHER_ANSWER_REQUEST_PATH, i);
      g_assert_true (
          g_bytes_equal (stile_http_message_get_content (stile_exchange_get_request (exchange)), first));
    }
}

/* BOOTSTRAP 1.6: with another certificate in the outer TLS. */
static void
test_asks_for_the_inner_certificate (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_place (self, HOST, self->court.registrar);
  g_autoptr (StileProvisional) session = NULL;
  g_autoptr (StileVoucher) request = NULL;
  g_auto (StileVoucherAnswer) answer = { 0 };
  const StileVoucherFields *fields;

  test_carrier_world.outer = self->court.strange_registrar;
  session = open_session (self);
  fake_registrar_say (registrar, 202, NULL, NULL);
  g_assert_true (ask (session, &answer, NULL));
  request = fake_registrar_read_request (registrar, 0);
  fields = stile_voucher_get_fields (request);
  g_assert_true (g_bytes_equal (fields->proximity_registrar_cert, test_pki_get_der (self->court.registrar)));
  g_assert_cmpint (fields->assertion, ==, STILE_ASSERTION_PROXIMITY);
  g_assert_cmpstr (fields->serial_number, ==, COURT_SERIAL);
  g_assert_cmpint (fields->created_on, >=, self->court.now);
}

/* What the registrar's judge and the MASA's want of it. */
static void
test_signs_as_the_device (Search *self, gconstpointer data)
{
  g_autoptr (StileProvisional) session = NULL;
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GError) error = NULL;
  const StileJudge judge = { .at = self->court.now,
                             .anchors = self->court.anchors,
                             .peer_chain = self->court.device_chain,
                             .own = test_pki_get_certificate (self->court.registrar) };

  search_add_place (self, HOST, self->court.registrar);
  session = open_session (self);
  g_assert_true (
      stile_judge_as_registrar (&judge, stile_provisional_get_request (session), checks, &judgement, &error));
  g_assert_no_error (error);
}

static void
test_keeps_the_chain (Search *self, gconstpointer data)
{
  g_autoptr (TestPki) between =
      test_pki_issue (self->court.stranger, &(TestPkiOptions){ .name = "Between", .authority = TRUE });
  g_autoptr (TestPki) registrar = test_pki_issue (between, &(TestPkiOptions){ .name = "Somebody" });
  g_autoptr (GPtrArray) shown = test_pki_get_chain (registrar);
  g_autoptr (StileProvisional) session = NULL;
  GPtrArray *chain;

  search_add_place (self, HOST, registrar);
  session = open_session (self);
  chain = stile_provisional_get_chain (session);
  g_assert_cmpuint (chain->len, ==, 2);
  for (guint i = 0; i < chain->len; i++)
    g_assert_true (stile_certificate_equal (g_ptr_array_index (chain, i), g_ptr_array_index (shown, i)));
}

#define SERVER_KEY_EXCHANGE 12
#define RECORD_HEADER 5
#define HANDSHAKE_HEADER 4

/* Of TLS 1.2, where the signature is to be seen.  GnuTLS puts each message into a record of its own. */
static GBytes *
change_signature (guint exchange, GBytes *answer, gpointer user_data)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (answer, &length);
  gboolean *changed = user_data;

  for (gsize at = 0; at + RECORD_HEADER < length;)
    {
      gsize next = at + RECORD_HEADER + (gsize)(bytes[at + 3] << 8 | bytes[at + 4]);

      g_assert_cmpuint (next, <=, length);
      if (bytes[at + RECORD_HEADER] == SERVER_KEY_EXCHANGE && !*changed)
        {
          *changed = TRUE;
          return test_tls_change (answer, next - 1, 1);
        }
      at = next;
    }

  return NULL;
}

/* The chain is not believed yet; that the peer holds its key is another matter, and is. */
static void
test_believes_no_peer_without_its_key (Search *self, gconstpointer data)
{
  gboolean changed = FALSE;

  search_add_place (self, HOST, self->court.registrar);
  self->settings.tls_version = STILE_TLS_1_2;
  test_carrier_world.change = change_signature;
  test_carrier_world.change_data = &changed;
  expect_no_session (self, STILE_ERROR_PROTOCOL, "");
  g_assert_true (changed);
}

static void
test_needs_http_inside (Search *self, gconstpointer data)
{
  g_autoptr (StileCredentials) credentials =
      test_tls_server_new (self->court.registrar, self->court.manufacturer);
  TestCarrierPlace *place;

  search_add_place (self, HOST, self->court.registrar);
  place = search_get_place (self, HOST);
  g_clear_object (&place->endpoint);
  place->endpoint = stile_endpoint_new (credentials, g_ptr_array_index (self->registrars, 0));
  expect_no_session (self, STILE_ERROR_NOT_ATLS, "no HTTP");
}

static void
test_needs_a_serial_number (Search *self, gconstpointer data)
{
  g_autoptr (TestPki) nobody =
      test_pki_issue (self->court.manufacturer, &(TestPkiOptions){ .name = "Nobody" });

  g_object_unref (self->idevid);
  self->idevid = test_tls_identity_new (nobody);
  search_add_place (self, HOST, self->court.registrar);
  expect_no_session (self, STILE_ERROR_SETTINGS, "serial number");
}

static void
test_knows_a_lost_session (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_place (self, HOST, self->court.registrar);
  g_autoptr (StileProvisional) session = open_session (self);
  g_auto (StileVoucherAnswer) answer = { 0 };
  g_autoptr (GError) error = NULL;

  fake_registrar_say (registrar, 400, "text/plain", "What?");
  g_assert_false (ask (session, &answer, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_cmpint (stile_provisional_get_state (session), ==, STILE_PROVISIONAL_OPEN);
  g_clear_error (&error);

  search_lose_sessions (self, HOST);
  g_assert_false (ask (session, &answer, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_EXPIRED);
  g_assert_cmpint (stile_provisional_get_state (session), ==, STILE_PROVISIONAL_LOST);
  stile_provisional_close (session);
}

/* --- the judge --- */

static gboolean
judge (Search *self, StileProvisional *session, StileProvisionalScope scope, TestPki *pin, GError **error)
{
  const StileJudge knowledge = { .at = self->court.now, .anchors = self->court.anchors };
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GBytes) voucher = NULL;

  self->court.fields.nonce = stile_provisional_get_nonce (session);
  self->court.fields.pinned_domain_cert = test_pki_get_der (pin);
  voucher = court_sign_fields (&self->court, STILE_VOUCHER_ARTIFACT, self->court.masa);
  return stile_provisional_judge (session, &knowledge, scope, voucher, checks, &judgement, error);
}

static void
test_is_released_only_after_the_judge (Search *self, gconstpointer data)
{
  g_autoptr (StileProvisional) session = NULL;
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (GError) error = NULL;

  search_add_place (self, HOST, self->court.registrar);
  session = make_session (self);
  g_assert_null (stile_provisional_release (session));
  g_assert_true (connect_session (self, session, &error));
  g_assert_null (stile_provisional_release (session));
  g_assert_true (judge (self, session, STILE_PROVISIONAL_HERE, self->court.domain, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stile_provisional_get_state (session), ==, STILE_PROVISIONAL_BELIEVED);
  channel = stile_provisional_release (session);
  g_assert_true (stile_channel_get_client (channel) == stile_provisional_get_client (session));
}

static void
test_is_not_released_after_a_refusal (Search *self, gconstpointer data)
{
  g_autoptr (StileProvisional) session = NULL;
  g_autoptr (GError) error = NULL;

  search_add_place (self, HOST, self->court.registrar);
  session = open_session (self);
  g_assert_false (judge (self, session, STILE_PROVISIONAL_HERE, self->court.stranger, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_true (g_str_has_prefix (error->message, "P14: "));
  g_assert_cmpint (stile_provisional_get_state (session), ==, STILE_PROVISIONAL_REFUSED);
  g_assert_null (stile_provisional_release (session));
}

/* A voucher for somebody else vouches for nobody here. */
static void
test_is_not_released_to_who_is_elsewhere (Search *self, gconstpointer data)
{
  g_autoptr (StileProvisional) session = NULL;
  g_autoptr (GError) error = NULL;

  search_add_place (self, HOST, self->court.registrar);
  session = open_session (self);
  g_assert_true (judge (self, session, STILE_PROVISIONAL_ELSEWHERE, self->court.stranger, &error));
  g_assert_no_error (error);
  g_assert_null (stile_provisional_release (session));
}

static void
test_is_not_released_after_a_goodbye (Search *self, gconstpointer data)
{
  g_autoptr (StileProvisional) session = NULL;

  search_add_place (self, HOST, self->court.registrar);
  session = open_session (self);
  g_assert_true (judge (self, session, STILE_PROVISIONAL_HERE, self->court.domain, NULL));
  stile_provisional_close (session);
  g_assert_null (stile_provisional_release (session));
  test_await_idle ();
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Search *self, gconstpointer data);
  } tests[] = {
    { "P1-each-session-has-a-nonce-of-its-own", test_each_session_has_a_nonce_of_its_own },
    { "P4-asks-again-with-the-same-bytes", test_asks_again_with_the_same_bytes },
    { "asks-for-the-inner-certificate", test_asks_for_the_inner_certificate },
    { "signs-as-the-device", test_signs_as_the_device },
    { "P2-keeps-the-chain", test_keeps_the_chain },
    { "P2-believes-no-peer-without-its-key", test_believes_no_peer_without_its_key },
    { "needs-http-inside", test_needs_http_inside },
    { "needs-a-serial-number", test_needs_a_serial_number },
    { "knows-a-lost-session", test_knows_a_lost_session },
    { "P14-is-released-only-after-the-judge", test_is_released_only_after_the_judge },
    { "P14-is-not-released-after-a-refusal", test_is_not_released_after_a_refusal },
    { "P14-is-not-released-to-who-is-elsewhere", test_is_not_released_to_who_is_elsewhere },
    { "P16-is-not-released-after-a-goodbye", test_is_not_released_after_a_goodbye },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/provisional/", tests[i].name, NULL);

      g_test_add (path, Search, NULL, search_set_up, tests[i].test, search_tear_down);
    }

  return g_test_run ();
}
