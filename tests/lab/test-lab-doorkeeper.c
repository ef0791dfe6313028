/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-doorkeeper.h"

#include <string.h>

#include "bootstrap/stile-brski-answer.h"
#include "inventory/stile-ledger-database.h"
#include "support/test-await.h"
#include "support/test-handler.h"

#define ISSUER "00"

typedef struct
{
  TestHandler *open;
  TestHandler *asking;
  StileLedger *ledger;
  StileLabDoorkeeper *doorkeeper;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) wait = stile_brski_answer_wait (202, 30, "R5: A person is asked");

  fixture->open = test_handler_new (FALSE);
  fixture->asking = test_handler_new (FALSE);
  test_handler_set_response (fixture->asking, wait);
  fixture->ledger = stile_ledger_database_new (STILE_DATABASE_MEMORY, &error);
  g_assert_no_error (error);
  fixture->doorkeeper = stile_lab_doorkeeper_new (STILE_HANDLER (fixture->open),
                                                  STILE_HANDLER (fixture->asking), fixture->ledger);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_assert_finalize_object (fixture->doorkeeper);
  g_assert_finalize_object (fixture->open);
  g_assert_finalize_object (fixture->asking);
  g_assert_finalize_object (fixture->ledger);
}

static StileHttpMessage *
knock (Fixture *fixture)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "localhost", "/");
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, "session", NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  stile_handler_handle_async (STILE_HANDLER (fixture->doorkeeper), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (fixture->doorkeeper), test_await_result (&result));
}

static void
remember (Fixture *fixture, const char *serial, StileAdmission admission)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_ledger_set_admission (fixture->ledger, ISSUER, serial, admission, NULL, &error));
}

static StileAdmission
recall (Fixture *fixture, const char *serial)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerDevice) device = stile_ledger_find_device (fixture->ledger, ISSUER, serial, &error);

  g_assert_no_error (error);
  return device->admission;
}

static void
test_hands_on (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileHttpMessage) answer = knock (fixture);

  g_assert_cmpuint (stile_http_message_get_status (answer), ==, 200);
  g_assert_cmpuint (test_handler_get_count (fixture->open), ==, 1);
  g_assert_cmpuint (test_handler_get_count (fixture->asking), ==, 0);
}

/* The registrar's own words, and less of a wait. */
static void
test_asks_to_wait_less (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileHttpMessage) answer = NULL;
  gsize length;
  const char *text;

  stile_lab_doorkeeper_set_asking (fixture->doorkeeper, TRUE);
  answer = knock (fixture);
  g_assert_cmpuint (stile_http_message_get_status (answer), ==, 202);
  g_assert_cmpstr (stile_http_message_get_field (answer, "retry-after"), ==,
                   G_STRINGIFY (STILE_LAB_DOORKEEPER_ASK_SECONDS));
  text = g_bytes_get_data (stile_http_message_get_content (answer), &length);
  g_assert_cmpmem (text, length, "R5: A person is asked\n", strlen ("R5: A person is asked\n"));
}

static void
test_lets_in_by_himself (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileHttpMessage) answer = NULL;

  stile_lab_doorkeeper_set_asking (fixture->doorkeeper, TRUE);
  remember (fixture, "1", STILE_ADMISSION_ASKED);
  answer = knock (fixture);
  test_await_until (recall (fixture, "1") == STILE_ADMISSION_ALLOWED);
}

static void
test_lets_in_who_waits (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  remember (fixture, "1", STILE_ADMISSION_ASKED);
  remember (fixture, "2", STILE_ADMISSION_REFUSED);
  g_assert_true (stile_lab_doorkeeper_approve (fixture->doorkeeper, &error));
  g_assert_cmpint (recall (fixture, "1"), ==, STILE_ADMISSION_ALLOWED);
  g_assert_cmpint (recall (fixture, "2"), ==, STILE_ADMISSION_REFUSED);
}

static void
test_asks_about_everybody (Fixture *fixture, gconstpointer user_data)
{
  remember (fixture, "1", STILE_ADMISSION_AUDITED);
  stile_lab_doorkeeper_set_asking (fixture->doorkeeper, TRUE);
  g_assert_cmpint (recall (fixture, "1"), ==, STILE_ADMISSION_ASKED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/lab/doorkeeper/hands-on", test_hands_on);
  ADD ("/lab/doorkeeper/asks-to-wait-less", test_asks_to_wait_less);
  ADD ("/lab/doorkeeper/lets-in-by-himself", test_lets_in_by_himself);
  ADD ("/lab/doorkeeper/lets-in-who-waits", test_lets_in_who_waits);
  ADD ("/lab/doorkeeper/asks-about-everybody", test_asks_about_everybody);

  return g_test_run ();
}
