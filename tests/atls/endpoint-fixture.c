/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/endpoint-fixture.h"

#include "support/test-await.h"
#include "support/test-tls.h"

gint64 endpoint_fixture_now;

static gint64
get_now (void)
{
  return endpoint_fixture_now;
}

void
endpoint_fixture_set_up (EndpointFixture *self, gconstpointer later)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);

  endpoint_fixture_now = G_TIME_SPAN_DAY;
  stile_credentials_set_application_protocols (server, protocols);
  self->client = test_tls_client_new (parties->client, parties->root);
  stile_credentials_set_application_protocols (self->client, protocols);
  self->handler = test_handler_new (later != NULL);
  self->endpoint = stile_endpoint_new (server, STILE_HANDLER (self->handler));
  stile_endpoint_set_clock (self->endpoint, get_now);
}

void
endpoint_fixture_tear_down (EndpointFixture *self, gconstpointer later)
{
  test_handler_release (self->handler);
  test_await_idle ();
  g_assert_finalize_object (self->endpoint);
  g_assert_finalize_object (self->handler);
  g_assert_finalize_object (self->client);
}
