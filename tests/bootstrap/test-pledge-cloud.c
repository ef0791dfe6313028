/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/search.h"
#include "support/test-await.h"
#include "support/test-handler.h"

/* A device that asks its manufacturer where its owner is (BRSKI-Cloud; BOOTSTRAP 1.4, P23). */

#define REQUESTS STILE_VOUCHER_ANSWER_REQUEST_PATH
#define REPORTS STILE_VOUCHER_ANSWER_STATUS_PATH

static void
send_on (FakeRegistrar *registrar, const char *host)
{
  g_autofree char *location = g_strconcat ("https://", host, REQUESTS, NULL);

  fake_registrar_say_with (registrar, 307, "location", location, NULL);
}

static const char *
get_nonce (FakeRegistrar *registrar)
{
  g_autoptr (StileVoucher) request = fake_registrar_read_request (registrar, 0);

  return g_intern_string (stile_voucher_get_fields (request)->nonce);
}

static void
expect_report (FakeRegistrar *registrar, gboolean good, const char *reason)
{
  g_autoptr (StileStatusReport) report = search_read_report (registrar, 0);

  g_assert_cmpuint (fake_registrar_count (registrar, REPORTS), ==, 1);
  g_assert_cmpint (stile_status_report_is_good (report), ==, good);
  g_assert_cmpstr (stile_status_report_get_reason (report), ==, reason);
}

/* --- who it is --- */

static void
expect_not_believed (Search *self, const char *host, TestPki *identity)
{
  g_autofree char *url = g_strconcat ("https://", host, NULL);
  FakeRegistrar *registrar = search_add_place (self, host, identity);

  stile_pledge_add_cloud_registrar (search_get_pledge (self), url);
  fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "");
  g_assert_cmpuint (fake_registrar_count (registrar, REQUESTS), ==, 0);
}

static void
test_a_stranger_is_not_believed (Search *self, gconstpointer data)
{
  expect_not_believed (self, "cloud.example", self->court.registrar);
}

static void
test_another_name_is_not_believed (Search *self, gconstpointer data)
{
  g_autoptr (TestPki) other =
      test_pki_issue (self->cloud, &(TestPkiOptions){ .name = "Other", .hosts = "other.example" });

  expect_not_believed (self, "cloud.example", other);
}

static void
test_the_store_of_the_system_decides_without_anchors (Search *self, gconstpointer data)
{
  g_autoptr (TestPki) cloud =
      test_pki_issue (self->cloud, &(TestPkiOptions){ .name = "Cloud", .hosts = "cloud.example" });

  self->settings.cloud_anchors = NULL;
  expect_not_believed (self, "cloud.example", cloud);
}

/* The manufacturer's word for the owner does not count for cloud registrars either. */
static void
test_a_voucher_for_the_cloud_itself_needs_its_domain (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = search_add_cloud (self, "cloud.example");

  fake_registrar_give_voucher (cloud, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "P14: ");
  expect_report (cloud, FALSE, "P14: the registrar does not belong to the domain that the voucher pins");
}

/* --- where it sends us --- */

static void
test_sends_to_the_owner (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = search_add_cloud (self, "cloud.example");
  FakeRegistrar *owner = search_add_place (self, "owner.example", self->court.registrar);

  send_on (cloud, "owner.example");
  fake_registrar_give_voucher (owner, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (stile_channel_get_host (self->channel), ==, "owner.example");
  g_assert_cmpstr (get_nonce (cloud), !=, get_nonce (owner));
  g_assert_cmpuint (fake_registrar_count (cloud, REPORTS), ==, 0);
  expect_report (owner, TRUE, NULL);
}

/* It is provisional, as any owner's. */
static void
test_the_owner_needs_its_voucher (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = search_add_cloud (self, "cloud.example");
  FakeRegistrar *owner = search_add_place (self, "owner.example", self->court.strange_registrar);

  send_on (cloud, "owner.example");
  fake_registrar_give_voucher (owner, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "P14: ");
}

static void
test_the_owner_sends_nobody_on (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = search_add_cloud (self, "cloud.example");
  FakeRegistrar *owner = search_add_place (self, "owner.example", self->court.registrar);

  search_add_place (self, "c.example", self->court.registrar);
  send_on (cloud, "owner.example");
  send_on (owner, "c.example");
  search_expect_failure (self, STILE_ERROR_REFUSED, "P4: ");
  g_assert_cmpuint (search_get_place (self, "c.example")->exchanges, ==, 0);
}

static void
test_clouds_send_on_and_on (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = search_add_cloud (self, "cloud.example");
  FakeRegistrar *second = search_add_cloud_place (self, "second.example");
  FakeRegistrar *third = search_add_cloud_place (self, "third.example");
  FakeRegistrar *owner = search_add_place (self, "owner.example", self->court.registrar);

  send_on (cloud, "second.example");
  send_on (second, "third.example");
  send_on (third, "owner.example");
  fake_registrar_give_voucher (owner, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (get_nonce (cloud), !=, get_nonce (second));
  g_assert_cmpstr (get_nonce (second), !=, get_nonce (third));
}

static void
test_clouds_do_not_send_in_circles (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = search_add_cloud (self, "cloud.example");
  FakeRegistrar *second = search_add_cloud_place (self, "second.example");

  send_on (cloud, "second.example");
  send_on (second, "cloud.example");
  search_expect_failure (self, STILE_ERROR_REFUSED, "P23: ");
  g_assert_cmpuint (fake_registrar_count (cloud, REQUESTS), ==, 1);
}

/* --- the EST server that a voucher names --- */

static FakeRegistrar *
add_cloud_with_est (Search *self, const char *host)
{
  FakeRegistrar *cloud = search_add_cloud (self, "cloud.example");

  self->fields.est_domain = host;
  fake_registrar_give_voucher (cloud, &self->fields, self->court.masa);
  return cloud;
}

static void
test_names_an_est_server (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = add_cloud_with_est (self, "est.example");
  FakeRegistrar *est = search_add_place (self, "est.example", self->court.registrar);

  search_expect_success (self);
  g_assert_cmpstr (stile_channel_get_host (self->channel), ==, "est.example");
  g_assert_nonnull (stile_channel_get_client (self->channel));
  expect_report (cloud, TRUE, NULL);
  g_assert_cmpuint (fake_registrar_count (est, REPORTS), ==, 0);
  g_assert_cmpuint (fake_registrar_count (est, REQUESTS), ==, 0);
}

static void
test_another_ca_is_refused (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = add_cloud_with_est (self, "est.example");

  search_add_place (self, "est.example", self->court.strange_registrar);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "P23: ");
  g_assert_cmpstr (stile_checks_get_refused (stile_pledge_get_checks (self->pledge)), ==, "P23");
  expect_report (
      cloud, FALSE,
      "P23: the server that the voucher names does not belong to the domain that the voucher pins");
}

/* In record mode a goodbye is a message. */
static void
test_says_goodbye (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud;

  self->settings.mode = STILE_MODE_RECORD;
  cloud = add_cloud_with_est (self, "est.example");
  search_add_place (self, "est.example", self->court.registrar);
  search_expect_success (self);
  g_assert_cmpuint (fake_registrar_count (cloud, REPORTS), ==, 1);
  test_await_until (stile_endpoint_get_n_sessions (search_get_place (self, "cloud.example")->endpoint) == 0);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (search_get_place (self, "est.example")->endpoint), ==, 1);
}

static void
test_an_est_server_must_be_there (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = add_cloud_with_est (self, "est.example");

  search_expect_failure (self, STILE_ERROR_UNREACHABLE, "");
  expect_report (cloud, FALSE, "the voucher is accepted, but what it names cannot be used");
}

static void
test_an_est_server_may_be_plain (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = add_cloud_with_est (self, "est.example");
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("GET", "https", "est.example", "/.well-known/est/cacerts");
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  TestCarrierPlace *place;

  search_add_place (self, "est.example", self->court.registrar);
  place = search_get_place (self, "est.example");
  g_clear_object (&place->endpoint);
  place->plain = STILE_HANDLER (test_handler_new (FALSE));
  search_expect_success (self);
  expect_report (cloud, TRUE, NULL);
  g_assert_null (stile_channel_get_client (self->channel));
  g_assert_cmpuint (place->requests, ==, 0);

  /* The pin is the sole anchor of its carrier, and the device's certificate is shown. */
  stile_channel_request_async (self->channel, request, NULL, test_await_cb, &result);
  response = stile_channel_request_finish (self->channel, test_await_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (test_carrier_world.anchors->len, ==, 1);
  g_assert_true (stile_certificate_equal (g_ptr_array_index (test_carrier_world.anchors, 0),
                                          test_pki_get_certificate (self->court.domain)));
  g_assert_true (test_carrier_world.identity == self->idevid);
}

/* Whoever was not verified itself names no other place. */
static void
test_an_owner_names_no_est_server (Search *self, gconstpointer data)
{
  FakeRegistrar *owner = search_add_registrar (self, "owner.example");

  search_add_place (self, "est.example", self->court.registrar);
  self->fields.est_domain = "est.example";
  fake_registrar_give_voucher (owner, &self->fields, self->court.masa);
  search_expect_success (self);
  g_assert_cmpstr (stile_channel_get_host (self->channel), ==, "owner.example");
  g_assert_cmpuint (search_get_place (self, "est.example")->exchanges, ==, 0);
}

/* And cannot escape P14 with it. */
static void
test_an_owner_is_judged_all_the_same (Search *self, gconstpointer data)
{
  FakeRegistrar *owner = search_add_registrar (self, "owner.example");

  search_add_place (self, "est.example", self->court.strange_registrar);
  self->fields.est_domain = "est.example";
  self->fields.pinned_domain_cert = test_pki_get_der (self->court.stranger);
  fake_registrar_give_voucher (owner, &self->fields, self->court.masa);
  search_expect_failure (self, STILE_ERROR_UNTRUSTED, "P14: ");
  g_assert_cmpuint (search_get_place (self, "est.example")->exchanges, ==, 0);
}

static void
test_is_cancelled_on_the_way_to_the_est_server (Search *self, gconstpointer data)
{
  FakeRegistrar *cloud = add_cloud_with_est (self, "est.example");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint exchanges;

  search_add_place (self, "est.example", self->court.registrar);
  search_get_place (self, "est.example")->block = TRUE;
  stile_pledge_bootstrap_async (self->pledge, cancellable, test_await_cb, &result);
  test_await_until (test_carrier_world.blocked);
  exchanges = test_carrier_world.exchanges;
  g_cancellable_cancel (cancellable);
  g_assert_null (stile_pledge_bootstrap_finish (self->pledge, test_await_result (&result), &error));
  g_assert_true (stile_error_is_cancelled (error));
  test_await_idle ();
  g_assert_cmpuint (test_carrier_world.exchanges, ==, exchanges);
  g_assert_cmpuint (fake_registrar_count (cloud, REPORTS), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Search *self, gconstpointer data);
  } tests[] = {
    { "P23-a-stranger-is-not-believed", test_a_stranger_is_not_believed },
    { "P23-another-name-is-not-believed", test_another_name_is_not_believed },
    { "P23-the-store-of-the-system-decides-without-anchors",
      test_the_store_of_the_system_decides_without_anchors },
    { "P14-a-voucher-for-the-cloud-itself-needs-its-domain",
      test_a_voucher_for_the_cloud_itself_needs_its_domain },
    { "P23-sends-to-the-owner", test_sends_to_the_owner },
    { "P23-the-owner-needs-its-voucher", test_the_owner_needs_its_voucher },
    { "P23-the-owner-sends-nobody-on", test_the_owner_sends_nobody_on },
    { "P23-clouds-send-on-and-on", test_clouds_send_on_and_on },
    { "P23-clouds-do-not-send-in-circles", test_clouds_do_not_send_in_circles },
    { "P23-names-an-est-server", test_names_an_est_server },
    { "P23-another-ca-is-refused", test_another_ca_is_refused },
    { "P16-says-goodbye", test_says_goodbye },
    { "an-est-server-must-be-there", test_an_est_server_must_be_there },
    { "P23-an-est-server-may-be-plain", test_an_est_server_may_be_plain },
    { "P23-an-owner-names-no-est-server", test_an_owner_names_no_est_server },
    { "P23-an-owner-is-judged-all-the-same", test_an_owner_is_judged_all_the_same },
    { "is-cancelled-on-the-way-to-the-est-server", test_is_cancelled_on_the_way_to_the_est_server },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/pledge-cloud/", tests[i].name, NULL);

      g_test_add (path, Search, NULL, search_set_up, tests[i].test, search_tear_down);
    }

  return g_test_run ();
}
