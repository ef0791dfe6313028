/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/search.h"
#include "support/test-await.h"

/* A device that finds its owner, and what it says to everybody on the way. */

#define REQUESTS STILE_VOUCHER_ANSWER_REQUEST_PATH
#define REPORTS STILE_VOUCHER_ANSWER_STATUS_PATH

/* Two flights, the request, and then the report or the goodbye. */
#define LAST_EXCHANGE 4

static const char *
get_session_id (FakeRegistrar *registrar, const char *path, guint index)
{
  StileExchange *exchange = fake_registrar_get_exchange (registrar, path, index);

  g_assert_nonnull (exchange);
  return stile_exchange_get_session (exchange);
}

static void
expect_report (FakeRegistrar *registrar, guint index, gboolean good)
{
  g_autoptr (StileStatusReport) report = search_read_report (registrar, index);

  g_assert_cmpint (stile_status_report_is_good (report), ==, good);
}

static void
test_finds_its_owner (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  const StileJudgement *judgement;

  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (stile_channel_get_host (self->channel), ==, "a.example");
  g_assert_cmpstr (stile_pledge_get_registrar (self->pledge), ==, "https://a.example");
  judgement = stile_pledge_get_judgement (self->pledge);
  g_assert_true (stile_certificate_equal (stile_voucher_get_pin (judgement->voucher),
                                          test_pki_get_certificate (self->court.domain)));
  g_assert_cmpuint (stile_checks_get_n (stile_pledge_get_checks (self->pledge)), >, 0);
  expect_report (registrar, 0, TRUE);
  g_assert_cmpuint (fake_registrar_count (registrar, REPORTS), ==, 1);
}

static void
test_needs_somebody (Search *self, gconstpointer data)
{
  search_expect_failure (self, STILE_ERROR_SETTINGS, "No registrar was named");
}

static void
test_connects_first (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StileProvisional *session;

  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  stile_pledge_connect_async (self->pledge, NULL, test_await_cb, &result);
  g_assert_true (stile_pledge_connect_finish (self->pledge, test_await_result (&result), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fake_registrar_count (registrar, REQUESTS), ==, 0);
  session = stile_pledge_get_session (self->pledge);
  search_expect_success (self);
  g_assert_true (stile_pledge_get_session (self->pledge) == session);
}

/* --- P1, P17: attempts and sessions --- */

static void
test_each_attempt_has_a_nonce_of_its_own (Search *self, gconstpointer data)
{
  FakeRegistrar *first = search_add_registrar (self, "a.example");
  FakeRegistrar *second = search_add_registrar (self, "b.example");
  g_autoptr (StileVoucher) one = NULL;
  g_autoptr (StileVoucher) two = NULL;

  fake_registrar_say (first, 404, NULL, NULL);
  fake_registrar_give_voucher (second, &self->fields, self->court.masa);
  search_expect_success (self);
  one = fake_registrar_read_request (first, 0);
  two = fake_registrar_read_request (second, 0);
  g_assert_cmpstr (stile_voucher_get_fields (one)->nonce, !=, stile_voucher_get_fields (two)->nonce);
}

static void
test_an_attempt_is_one_session (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_say_with (registrar, 202, "retry-after", "60", "Ask Anna");
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpuint (fake_registrar_count (registrar, REQUESTS), ==, 2);
  g_assert_cmpstr (get_session_id (registrar, REQUESTS, 0), ==, get_session_id (registrar, REQUESTS, 1));
  g_assert_cmpstr (get_session_id (registrar, REQUESTS, 0), ==, get_session_id (registrar, REPORTS, 0));
  g_assert_true (stile_channel_get_client (self->channel) ==
                 stile_provisional_get_client (stile_pledge_get_session (self->pledge)));
}

static void
lose_while_waiting_cb (StilePledge *pledge, Search *self)
{
  if (stile_pledge_get_waiting_until (pledge) != 0)
    search_lose_sessions (self, "a.example");
}

/* With the registrar's certificate of the new session, too: P17 is P14 once more. */
static void
test_a_lost_session_is_another_attempt (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  g_autoptr (StileVoucher) one = NULL;
  g_autoptr (StileVoucher) two = NULL;

  fake_registrar_say (registrar, 202, NULL, NULL);
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  g_signal_connect (self->pledge, "changed", G_CALLBACK (lose_while_waiting_cb), self);
  search_expect_success (self);
  one = fake_registrar_read_request (registrar, 0);
  two = fake_registrar_read_request (registrar, 1);
  g_assert_cmpstr (stile_voucher_get_fields (one)->nonce, !=, stile_voucher_get_fields (two)->nonce);
  g_assert_cmpstr (get_session_id (registrar, REQUESTS, 0), !=, get_session_id (registrar, REQUESTS, 1));
}

static void
lose_always_cb (StilePledge *pledge, Search *self)
{
  StileProvisional *session = stile_pledge_get_session (pledge);

  if (session != NULL && stile_provisional_get_state (session) == STILE_PROVISIONAL_OPEN)
    search_lose_sessions (self, "a.example");
}

static void
test_sessions_are_not_lost_for_ever (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  g_signal_connect (self->pledge, "changed", G_CALLBACK (lose_always_cb), self);
  search_expect_failure (self, STILE_ERROR_EXPIRED, "");
  g_assert_cmpuint (fake_registrar_count (registrar, REQUESTS), ==, 0);
}

/* A voucher for the session that is gone is good for nothing. */
static void
test_an_old_voucher_is_refused (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  self->fields.nonce = COURT_NONCE;
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "P10: ");
}

/* --- P14, P16: refusals --- */

static void
test_a_registrar_of_another_domain_is_refused (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  self->fields.pinned_domain_cert = test_pki_get_der (self->court.stranger);
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "P14: ");
  g_assert_null (self->channel);
  expect_report (registrar, 0, FALSE);
}

/* The registrar hears which check it was, on the session that it is about, and neither times nor settings. */
static void
test_the_registrar_is_told (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  g_autoptr (StileStatusReport) report = NULL;

  self->fields.serial_number = "PID:X1 SN:0666";
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "P8: ");
  report = search_read_report (registrar, 0);
  g_assert_false (stile_status_report_is_good (report));
  g_assert_cmpstr (stile_status_report_get_reason (report), ==,
                   "P8: the voucher is for another serial number");
  g_assert_null (stile_status_report_get_context (report));
  g_assert_cmpuint (fake_registrar_count (registrar, REPORTS), ==, 1);
  g_assert_cmpstr (get_session_id (registrar, REQUESTS, 0), ==, get_session_id (registrar, REPORTS, 0));
}

static void
test_the_clock_is_not_told (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  g_autoptr (StileStatusReport) report = NULL;

  self->fields.created_on = self->court.now + 365 * 24 * 3600;
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "clock");
  report = search_read_report (registrar, 0);
  g_assert_cmpstr (stile_status_report_get_reason (report), ==, "P12: the voucher’s dates do not hold");
}

static void
test_the_next_one_is_tried (Search *self, gconstpointer data)
{
  FakeRegistrar *first = search_add_registrar (self, "a.example");
  FakeRegistrar *second = search_add_registrar (self, "b.example");
  StileVoucherFields wrong = self->fields;

  wrong.pinned_domain_cert = test_pki_get_der (self->court.stranger);
  fake_registrar_give_voucher (first, &wrong, self->court.masa);
  fake_registrar_give_voucher (second, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (stile_pledge_get_registrar (self->pledge), ==, "https://b.example");
  expect_report (first, 0, FALSE);
  expect_report (second, 0, TRUE);
  test_await_idle ();
  g_assert_cmpuint (stile_endpoint_get_n_sessions (search_get_place (self, "b.example")->endpoint), ==, 1);
}

/* In record mode a goodbye is a message, and the registrar can forget the session. */
static void
test_a_session_is_closed (Search *self, gconstpointer data)
{
  FakeRegistrar *first, *second;

  self->settings.mode = STILE_MODE_RECORD;
  first = search_add_registrar (self, "a.example");
  second = search_add_registrar (self, "b.example");
  fake_registrar_say_with (first, 307, "location", "https://c.example", NULL);
  fake_registrar_say (search_add_place (self, "c.example", self->court.registrar), 404, NULL, NULL);
  fake_registrar_give_voucher (second, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpuint (search_get_place (self, "a.example")->exchanges, ==, LAST_EXCHANGE);
  g_assert_cmpuint (search_get_place (self, "c.example")->exchanges, ==, LAST_EXCHANGE);
  test_await_until (stile_endpoint_get_n_sessions (search_get_place (self, "a.example")->endpoint) == 0);
  test_await_until (stile_endpoint_get_n_sessions (search_get_place (self, "c.example")->endpoint) == 0);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (search_get_place (self, "b.example")->endpoint), ==, 1);
}

static void
test_what_a_report_is_answered_is_ignored (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  fake_registrar_answer_reports (registrar, 500);
  search_expect_success (self);
  g_assert_cmpuint (fake_registrar_count (registrar, REPORTS), ==, 1);
}

static GBytes *
damage_one (guint exchange, GBytes *answer, gpointer user_data)
{
  return exchange == GPOINTER_TO_UINT (user_data) ? g_bytes_new_static ("?", 1) : NULL;
}

static void
test_an_unheard_report_changes_nothing (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  test_carrier_world.change = damage_one;
  test_carrier_world.change_data = GUINT_TO_POINTER (LAST_EXCHANGE);
  search_expect_success (self);
  g_assert_cmpuint (test_carrier_world.exchanges, ==, LAST_EXCHANGE);
}

/* --- P16: rounds --- */

static void
test_rounds_are_further_and_further_apart (Search *self, gconstpointer data)
{
  FakeRegistrar *first, *second;
  gint64 begun = g_get_real_time ();
  gint64 *untils;

  self->settings.rounds = 3;
  self->settings.second = 5000;
  first = search_add_registrar (self, "a.example");
  second = search_add_registrar (self, "b.example");
  fake_registrar_say (first, 403, "text/plain", "No");
  fake_registrar_say (second, 503, "text/plain", "Busy");
  search_expect_failure (self, STILE_ERROR_RETRY, "None of 2 registrars will do; the last one: ");
  g_assert_cmpuint (fake_registrar_count (first, REQUESTS), ==, 3);
  g_assert_cmpuint (fake_registrar_count (second, REQUESTS), ==, 3);
  g_assert_cmpuint (self->untils->len, ==, 2);
  g_assert_nonnull (strstr (self->words->str, "Busy"));

  untils = (gint64 *)self->untils->data;
  g_assert_cmpint (untils[0], >=, begun + STILE_PLEDGE_FIRST_BACK_OFF * (gint64)self->settings.second);
  g_assert_cmpint (untils[1] - untils[0], >=,
                   2 * STILE_PLEDGE_FIRST_BACK_OFF * (gint64)self->settings.second - 1000);
}

/* search.c looks that no wait is longer than an hour. */
static void
test_rounds_are_an_hour_apart_at_most (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar;

  self->settings.rounds = 14;
  registrar = search_add_registrar (self, "a.example");
  fake_registrar_say (registrar, 403, NULL, NULL);
  search_expect_failure (self, STILE_ERROR_REFUSED, "");
  g_assert_cmpuint (self->untils->len, ==, 13);
}

static void
test_the_last_reason_stands_for_all (Search *self, gconstpointer data)
{
  FakeRegistrar *first = search_add_registrar (self, "a.example");

  stile_pledge_add_registrar (self->pledge, "https://nowhere.example");
  stile_pledge_add_registrar (self->pledge, "nonsense");
  fake_registrar_say (first, 404, "text/plain", "Who are you?");
  search_expect_failure (self, STILE_ERROR_SETTINGS,
                         "None of 3 registrars will do; the last one: no address");

  /* And again, with nothing left of the first time. */
  search_expect_failure (self, STILE_ERROR_SETTINGS,
                         "None of 3 registrars will do; the last one: no address");
  g_assert_cmpuint (fake_registrar_count (first, REQUESTS), ==, 2);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Search *self, gconstpointer data);
  } tests[] = {
    { "finds-its-owner", test_finds_its_owner },
    { "needs-somebody", test_needs_somebody },
    { "connects-first", test_connects_first },
    { "P1-each-attempt-has-a-nonce-of-its-own", test_each_attempt_has_a_nonce_of_its_own },
    { "P17-an-attempt-is-one-session", test_an_attempt_is_one_session },
    { "P17-a-lost-session-is-another-attempt", test_a_lost_session_is_another_attempt },
    { "P17-sessions-are-not-lost-for-ever", test_sessions_are_not_lost_for_ever },
    { "P17-an-old-voucher-is-refused", test_an_old_voucher_is_refused },
    { "P14-a-registrar-of-another-domain-is-refused", test_a_registrar_of_another_domain_is_refused },
    { "P16-the-registrar-is-told", test_the_registrar_is_told },
    { "P16-the-clock-is-not-told", test_the_clock_is_not_told },
    { "P16-the-next-one-is-tried", test_the_next_one_is_tried },
    { "P16-a-session-is-closed", test_a_session_is_closed },
    { "what-a-report-is-answered-is-ignored", test_what_a_report_is_answered_is_ignored },
    { "an-unheard-report-changes-nothing", test_an_unheard_report_changes_nothing },
    { "P16-rounds-are-further-and-further-apart", test_rounds_are_further_and_further_apart },
    { "P16-rounds-are-an-hour-apart-at-most", test_rounds_are_an_hour_apart_at_most },
    { "the-last-reason-stands-for-all", test_the_last_reason_stands_for_all },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/pledge/", tests[i].name, NULL);

      g_test_add (path, Search, NULL, search_set_up, tests[i].test, search_tear_down);
    }

  return g_test_run ();
}
