/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/search.h"
#include "bootstrap/stile-est-domain.h"
#include "codec/stile-certificate-path.h"
#include "support/test-await.h"

/* Which servers are the owner's, by the pin of a voucher (BRSKI-Cloud section 3.3, RFC 7030 section 3.6.1; P23). */

typedef struct
{
  Search search;
  TestPki *between; /* signed by the domain */
  StileChecks *checks;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  search_set_up (&self->search, data);
  self->between = test_pki_issue (self->search.court.domain,
                                  &(TestPkiOptions){ .name = "Plant Nord Servers", .authority = TRUE });
  self->checks = stile_checks_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_pki_unref (self->between);
  test_await_finalized (self->checks);
  search_tear_down (&self->search, data);
}

static StileChannel *
visit (Fixture *self, TestPki *pin, const char *host, GError **error)
{
  StileVoucherFields fields = self->search.fields;
  const StileEstDomainSettings settings = { .carrier_type = TEST_TYPE_CARRIER,
                                            .identity = self->search.idevid,
                                            .mode = STILE_MODE_ANY };
  g_autoptr (StileVoucher) voucher = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  fields.est_domain = host;
  fields.pinned_domain_cert = pin != NULL ? test_pki_get_der (pin) : NULL;
  voucher = stile_voucher_new (STILE_VOUCHER_ARTIFACT, &fields);
  stile_est_domain_connect_async (&settings, voucher, self->checks, NULL, test_await_cb, &result);
  return stile_est_domain_connect_finish (test_await_result (&result), error);
}

static void
expect_accepted (Fixture *self, TestPki *server, TestPki *pin, const char *host)
{
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (GError) error = NULL;

  search_add_place (&self->search, host, server);
  channel = visit (self, pin, host, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stile_channel_get_host (channel), ==, host);
  g_assert_null (stile_checks_get_refused (self->checks));
}

static void
expect_refused (Fixture *self, TestPki *server, TestPki *pin, const char *host)
{
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (GError) error = NULL;

  search_add_place (&self->search, host, server);
  channel = visit (self, pin, host, &error);
  g_assert_null (channel);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "P23: "));
  g_assert_cmpstr (stile_checks_get_refused (self->checks), ==, "P23");
}

static TestPki *
issue (TestPki *issuer, const char *hosts, const char *purpose)
{
  return test_pki_issue (issuer, &(TestPkiOptions){ .name = "EST", .hosts = hosts, .purpose = purpose });
}

static void
test_takes_the_right_name (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) server = issue (self->search.court.domain, "est.example", NULL);
  g_autoptr (TestPki) lower = issue (self->between, "est.example", NULL);
  g_autoptr (TestPki) address = issue (self->search.court.domain, "192.0.2.9", NULL);

  expect_accepted (self, server, self->search.court.domain, "est.example");
  expect_accepted (self, lower, self->search.court.domain, "est.example");
  expect_accepted (self, lower, self->between, "est.example");
  expect_accepted (self, address, self->search.court.domain, "192.0.2.9");
}

static void
test_takes_the_very_certificate (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) server = issue (self->search.court.domain, "other.example", NULL);
  g_autoptr (TestPki) alone = issue (NULL, "other.example", NULL);

  expect_accepted (self, server, server, "est.example");
  expect_accepted (self, alone, alone, "est.example");
  expect_accepted (self, alone, alone, "192.0.2.9");
}

static void
test_takes_a_registrar_by_any_name (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) lower = issue (self->between, "other.example", STILE_PURPOSE_CMC_RA);

  expect_accepted (self, self->search.court.registrar, self->search.court.domain, "est.example");
  expect_accepted (self, lower, self->between, "192.0.2.9");
}

/* Every device of the domain has a certificate under its CA. */
static void
test_refuses_another_name (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) device = issue (self->search.court.domain, "device.example", NULL);
  g_autoptr (TestPki) lower = issue (self->between, "other.example", STILE_PURPOSE_CMC_RA);

  expect_refused (self, device, self->search.court.domain, "est.example");
  expect_refused (self, device, self->search.court.domain, "192.0.2.9");
  expect_refused (self, lower, self->between, "est.example");
}

static void
test_refuses_another_ca (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) server = issue (self->search.court.stranger, "est.example", STILE_PURPOSE_CMC_RA);
  g_autoptr (TestPki) above = issue (self->search.court.domain, "est.example", NULL);

  expect_refused (self, server, self->search.court.domain, "est.example");
  /* The pin is the sole anchor, not who signed it. */
  expect_refused (self, above, self->between, "est.example");
}

static void
test_refuses_what_ran_out (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) server = test_pki_issue (
      self->search.court.domain,
      &(TestPkiOptions){ .name = "EST", .hosts = "est.example", .begins = -7200, .ends = -3600 });

  expect_refused (self, server, self->search.court.domain, "est.example");
}

static void
test_needs_a_pin (Fixture *self, gconstpointer data)
{
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (GError) error = NULL;

  search_add_place (&self->search, "est.example", self->search.court.registrar);
  channel = visit (self, NULL, "est.example", &error);
  g_assert_null (channel);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_true (g_str_has_prefix (error->message, "P23: "));
  g_assert_cmpuint (test_carrier_world.exchanges, ==, 0);
}

static void
test_needs_an_address (Fixture *self, gconstpointer data)
{
  static const char *const hosts[] = { "", "est.example:port", "[", "a b" };

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (StileChannel) channel = NULL;
      g_autoptr (GError) error = NULL;

      channel = visit (self, self->search.court.domain, hosts[i], &error);
      g_assert_null (channel);
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "P23-takes-the-right-name", test_takes_the_right_name },
    { "P23-takes-the-very-certificate", test_takes_the_very_certificate },
    { "P23-takes-a-registrar-by-any-name", test_takes_a_registrar_by_any_name },
    { "P23-refuses-another-name", test_refuses_another_name },
    { "P23-refuses-another-ca", test_refuses_another_ca },
    { "P23-refuses-what-ran-out", test_refuses_what_ran_out },
    { "P23-needs-a-pin", test_needs_a_pin },
    { "needs-an-address", test_needs_an_address },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/est-domain/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }

  return g_test_run ();
}
