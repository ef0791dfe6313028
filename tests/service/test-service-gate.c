/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-gate.h"
#include "support/test-await.h"
#include "support/test-handler.h"
#include "support/test-pki.h"

static guint
ask_as (TestPki *guard, TestPki *client, gboolean provisional, TestHandler *behind)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (guard, NULL);
  g_autoptr (StileHandler) gate = stile_service_gate_new (anchors, STILE_HANDLER (behind));
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "h", "/");
  g_autoptr (StileExchange) exchange =
      stile_exchange_new (request, "s", client != NULL ? test_pki_get_der (client) : NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  stile_exchange_set_provisional (exchange, provisional);
  stile_handler_handle_async (gate, exchange, NULL, test_await_cb, &result);
  response = stile_handler_handle_finish (gate, test_await_result (&result));
  return stile_http_message_get_status (response);
}

static guint
ask (TestPki *guard, TestPki *client, TestHandler *behind)
{
  return ask_as (guard, client, TRUE, behind);
}

/* Whoever passes has been judged, and what is behind may believe the name. */
static void
test_known (void)
{
  g_autoptr (TestPki) guard = test_pki_authority_new ("Guard", TEST_PKI_P256);
  g_autoptr (TestPki) client = test_pki_issue (guard, &(TestPkiOptions){ .name = "Client" });
  g_autoptr (TestHandler) behind = test_handler_new (FALSE);

  g_assert_cmpuint (ask (guard, client, behind), ==, 200);
  g_assert_false (stile_exchange_is_provisional (test_handler_get_exchange (behind)));
}

static void
test_others (void)
{
  g_autoptr (TestPki) guard = test_pki_authority_new ("Guard", TEST_PKI_P256);
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  g_autoptr (TestPki) client = test_pki_issue (stranger, &(TestPkiOptions){ .name = "Client" });
  g_autoptr (TestPki) late =
      test_pki_issue (guard, &(TestPkiOptions){ .name = "Late", .begins = -7200, .ends = -60 });
  g_autoptr (TestHandler) behind = test_handler_new (FALSE);

  g_assert_cmpuint (ask (guard, client, behind), ==, 403);
  g_assert_cmpuint (ask (guard, late, behind), ==, 403);
  g_assert_cmpuint (ask (guard, NULL, behind), ==, 403);
  g_assert_cmpuint (test_handler_get_count (behind), ==, 0);
}

/* Sessions stay over a reload with other authorities; who showed nothing was never judged. */
static void
test_judged_by_tls (void)
{
  g_autoptr (TestPki) guard = test_pki_authority_new ("Guard", TEST_PKI_P256);
  g_autoptr (TestPki) client = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Client" });
  g_autoptr (TestHandler) behind = test_handler_new (FALSE);

  g_assert_cmpuint (ask_as (guard, client, FALSE, behind), ==, 200);
  g_assert_cmpuint (ask_as (guard, NULL, FALSE, behind), ==, 403);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/service-gate/known", test_known);
  g_test_add_func ("/service-gate/others", test_others);
  g_test_add_func ("/service-gate/judged-by-tls", test_judged_by_tls);

  return g_test_run ();
}
