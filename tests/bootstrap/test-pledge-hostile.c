/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/search.h"
#include "support/test-await.h"

/* Registrars that answer anything else than a good voucher at once, and people who have had enough. */

#define REQUESTS STILE_VOUCHER_ANSWER_REQUEST_PATH
#define REPORTS STILE_VOUCHER_ANSWER_STATUS_PATH

/* --- P3, P4: what comes in place of a voucher --- */

/* Whatever it is: nobody is told anything about a voucher, and the next one is asked. */
static void
expect_next_one (Search *self, FakeRegistrar *first, int code, const char *words)
{
  FakeRegistrar *second;

  search_expect_failure (self, code, words);
  g_assert_cmpuint (fake_registrar_count (first, REPORTS), ==, 0);

  second = search_add_registrar (self, "second.example");
  fake_registrar_give_voucher (second, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (stile_pledge_get_registrar (self->pledge), ==, "https://second.example");
}

static void
test_an_answer_has_a_size (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (70 * 1024), 70 * 1024);

  fake_registrar_give (registrar, STILE_VOUCHER_CMS_MEDIA_TYPE, large);
  expect_next_one (self, registrar, STILE_ERROR_LIMIT, "P3: ");
}

static void
test_html_is_not_shown (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  g_autoptr (GError) error = NULL;

  fake_registrar_say (registrar, 403, "text/html", "<html>Click here</html>");
  g_assert_false (search_run (self, NULL, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_null (strstr (error->message, "Click"));
  expect_next_one (self, registrar, STILE_ERROR_REFUSED, "403");
}

static void
test_words_are_cleaned (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_say (registrar, 202, "text/plain", "Ask\n\x1b[31mAnna");
  fake_registrar_say (registrar, 403, "text/plain", "No\r\n\xe2\x80\xaeway");
  search_expect_failure (self, STILE_ERROR_REFUSED, "“No   way”");
  g_assert_cmpstr (self->words->str, ==, "Ask  [31mAnna|");
}

static void
test_a_voucher_has_its_type (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_say (registrar, 200, "application/json", "{}");
  expect_next_one (self, registrar, STILE_ERROR_PROTOCOL, "P4: ");
}

/* Even after a wait: what was said inside the session does not mean that the session is lost. */
static void
test_a_wrong_type_is_no_lost_session (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_say (registrar, 202, NULL, NULL);
  fake_registrar_say (registrar, 200, "application/json", "{}");
  search_expect_failure (self, STILE_ERROR_PROTOCOL, "P4: ");
  g_assert_cmpuint (fake_registrar_count (registrar, REQUESTS), ==, 2);
}

static void
test_garbage_is_no_voucher (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  fake_registrar_say (registrar, 200, STILE_VOUCHER_CMS_MEDIA_TYPE, "garbage");
  search_expect_failure (self, STILE_ERROR_PROTOCOL, "P5: ");
  g_assert_cmpuint (fake_registrar_count (registrar, REPORTS), ==, 1);
}

/* --- P4: waiting --- */

static void
test_a_wait_repeats_the_same_bytes (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  GBytes *first, *last;

  fake_registrar_say_with (registrar, 202, "retry-after", "7", "Ask Anna");
  fake_registrar_say_with (registrar, 202, "retry-after", "3600", "Ask Bert");
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (self->words->str, ==, "Ask Anna|Ask Bert|");
  g_assert_cmpuint (fake_registrar_count (registrar, REQUESTS), ==, 3);
  first = stile_http_message_get_content (
      stile_exchange_get_request (fake_registrar_get_exchange (registrar, REQUESTS, 0)));
  last = stile_http_message_get_content (
      stile_exchange_get_request (fake_registrar_get_exchange (registrar, REQUESTS, 2)));
  g_assert_true (g_bytes_equal (first, last));
}

static void
begun_cb (StilePledge *pledge, gint64 *limit)
{
  if (stile_pledge_get_waiting_until (pledge) != 0)
    g_assert_cmpint (stile_pledge_get_waiting_until (pledge), <=, g_get_real_time () + *limit);
}

static void
test_a_wait_is_a_minute_at_most (Search *self, gconstpointer data)
{
  static const char *const values[] = { "3600", "Fri, 31 Dec 2199 23:59:59 GMT" };
  gint64 limit = STILE_VOUCHER_ANSWER_MAX_WAIT * (gint64)SEARCH_SECOND;
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");

  g_signal_connect (self->pledge, "changed", G_CALLBACK (begun_cb), &limit);
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    fake_registrar_say_with (registrar, 202, "retry-after", values[i], NULL);
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpuint (self->untils->len, ==, G_N_ELEMENTS (values));
}

static void
test_nobody_waits_for_ever (Search *self, gconstpointer data)
{
  FakeRegistrar *first = search_add_registrar (self, "a.example");
  FakeRegistrar *second = search_add_registrar (self, "b.example");

  fake_registrar_say_with (first, 202, "retry-after", "60", NULL);
  fake_registrar_say_with (second, 202, "retry-after", "60", NULL);
  fake_registrar_give_voucher (second, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpuint (fake_registrar_count (first, REQUESTS), ==,
                    STILE_PLEDGE_MAX_WAIT / STILE_VOUCHER_ANSWER_MAX_WAIT + 1);
  g_assert_cmpuint (fake_registrar_count (second, REQUESTS), ==, 2);
}

/* --- P4: redirects --- */

static void
test_one_place_is_followed (Search *self, gconstpointer data)
{
  FakeRegistrar *first = search_add_registrar (self, "a.example");
  FakeRegistrar *second = search_add_place (self, "b.example", self->court.registrar);
  g_autoptr (StileVoucher) one = NULL;
  g_autoptr (StileVoucher) two = NULL;

  fake_registrar_say_with (first, 307, "location", "https://b.example" REQUESTS, NULL);
  fake_registrar_give_voucher (second, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (stile_pledge_get_registrar (self->pledge), ==, "https://b.example");
  one = fake_registrar_read_request (first, 0);
  two = fake_registrar_read_request (second, 0);
  g_assert_cmpstr (stile_voucher_get_fields (one)->nonce, !=, stile_voucher_get_fields (two)->nonce);
  g_assert_cmpuint (fake_registrar_count (first, REPORTS), ==, 0);
}

static void
test_a_second_place_is_not_followed (Search *self, gconstpointer data)
{
  FakeRegistrar *first = search_add_registrar (self, "a.example");
  FakeRegistrar *second = search_add_place (self, "b.example", self->court.registrar);
  FakeRegistrar *third = search_add_place (self, "c.example", self->court.registrar);

  fake_registrar_say_with (first, 307, "location", "https://b.example", NULL);
  fake_registrar_say_with (second, 307, "location", "https://c.example", NULL);
  fake_registrar_give_voucher (third, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_REFUSED, "P4: ");
  g_assert_cmpuint (search_get_place (self, "c.example")->exchanges, ==, 0);
}

static void
test_bad_places_are_not_followed (Search *self, gconstpointer data)
{
  static const char *const locations[] = { "http://b.example/", "https://a.example/", "/here",
                                           "javascript:1" };
  FakeRegistrar *first = search_add_registrar (self, "a.example");

  search_add_place (self, "b.example", self->court.registrar);
  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      fake_registrar_say_with (first, 302, "location", locations[i], NULL);
      search_expect_failure (self, STILE_ERROR_REFUSED, "P4: ");
      g_assert_cmpuint (fake_registrar_count (first, REQUESTS), ==, i + 1);
    }
  g_assert_cmpuint (search_get_place (self, "b.example")->exchanges, ==, 0);
}

/* --- cancelling --- */

typedef enum
{
  STAGE_BEFORE,
  STAGE_CONNECT,
  STAGE_ASK,
  STAGE_WAIT,
  STAGE_TELL_GOOD,
  STAGE_TELL_BAD,
  STAGE_BACK_OFF,
} Stage;

static void
prepare (Search *self, FakeRegistrar *registrar, Stage stage)
{
  StileVoucherFields fields = self->fields;

  if (stage == STAGE_CONNECT)
    test_carrier_world.block = TEST_CARRIER_BLOCK_EXCHANGE;
  if (stage == STAGE_ASK || stage == STAGE_TELL_GOOD || stage == STAGE_TELL_BAD)
    test_carrier_world.block = TEST_CARRIER_BLOCK_SEALED;
  test_carrier_world.sealed_until_block = stage == STAGE_ASK ? 0 : 1;

  if (stage == STAGE_TELL_BAD)
    fields.pinned_domain_cert = test_pki_get_der (self->court.stranger);
  if (stage == STAGE_WAIT)
    fake_registrar_say (registrar, 202, NULL, NULL);
  else if (stage == STAGE_BACK_OFF)
    fake_registrar_say (registrar, 403, NULL, NULL);
  else
    fake_registrar_give_voucher (registrar, &fields, self->court.masa);
}

static void
test_is_cancelled_at_once (Search *self, gconstpointer data)
{
  Stage stage = GPOINTER_TO_UINT (data);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint exchanges;

  self->settings.second = 1000 * 1000;
  self->settings.rounds = stage == STAGE_BACK_OFF ? 2 : 1;
  prepare (self, search_add_registrar (self, "a.example"), stage);
  if (stage != STAGE_BACK_OFF)
    search_add_registrar (self, "b.example");

  if (stage == STAGE_BEFORE)
    g_cancellable_cancel (cancellable);
  stile_pledge_bootstrap_async (self->pledge, cancellable, test_await_cb, &result);
  if (stage != STAGE_BEFORE)
    test_await_until (test_carrier_world.blocked || stile_pledge_get_waiting_until (self->pledge) != 0);
  exchanges = test_carrier_world.exchanges;
  g_cancellable_cancel (cancellable);
  test_await_result (&result);
  g_assert_null (stile_pledge_bootstrap_finish (self->pledge, result, &error));
  g_assert_true (stile_error_is_cancelled (error));
  test_await_idle ();
  g_assert_cmpuint (test_carrier_world.exchanges, ==, exchanges);
  g_assert_cmpint (stile_pledge_get_waiting_until (self->pledge), ==, 0);
}

static void
test_asks_nothing_when_cancelled (Search *self, gconstpointer data)
{
  FakeRegistrar *registrar = search_add_registrar (self, "a.example");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_pledge_connect_async (self->pledge, cancellable, test_await_cb, &result);
  g_assert_true (stile_pledge_connect_finish (self->pledge, test_await_result (&result), &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (search_run (self, cancellable, &error));
  g_assert_true (stile_error_is_cancelled (error));
  test_await_idle ();
  g_assert_cmpuint (fake_registrar_count (registrar, REQUESTS), ==, 0);
}

static void
add_cancels (void)
{
  static const char *const names[] = {
    [STAGE_BEFORE] = "before",       [STAGE_CONNECT] = "connecting", [STAGE_ASK] = "asking",
    [STAGE_WAIT] = "waiting",        [STAGE_TELL_GOOD] = "telling",  [STAGE_TELL_BAD] = "refusing",
    [STAGE_BACK_OFF] = "backing-off"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/pledge-hostile/is-cancelled-at-once/", names[i], NULL);

      g_test_add (path, Search, GUINT_TO_POINTER (i), search_set_up, test_is_cancelled_at_once,
                  search_tear_down);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Search *self, gconstpointer data);
  } tests[] = {
    { "P3-an-answer-has-a-size", test_an_answer_has_a_size },
    { "P3-html-is-not-shown", test_html_is_not_shown },
    { "P3-words-are-cleaned", test_words_are_cleaned },
    { "P4-a-voucher-has-its-type", test_a_voucher_has_its_type },
    { "P4-a-wrong-type-is-no-lost-session", test_a_wrong_type_is_no_lost_session },
    { "garbage-is-no-voucher", test_garbage_is_no_voucher },
    { "P4-a-wait-repeats-the-same-bytes", test_a_wait_repeats_the_same_bytes },
    { "P4-a-wait-is-a-minute-at-most", test_a_wait_is_a_minute_at_most },
    { "P4-nobody-waits-for-ever", test_nobody_waits_for_ever },
    { "P4-one-place-is-followed", test_one_place_is_followed },
    { "P4-a-second-place-is-not-followed", test_a_second_place_is_not_followed },
    { "P4-bad-places-are-not-followed", test_bad_places_are_not_followed },
    { "asks-nothing-when-cancelled", test_asks_nothing_when_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/pledge-hostile/", tests[i].name, NULL);

      g_test_add (path, Search, NULL, search_set_up, tests[i].test, search_tear_down);
    }
  add_cancels ();

  return g_test_run ();
}
