/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/search.h"

#include <string.h>

#include "codec/stile-binary-http.h"
#include "support/test-await.h"
#include "support/test-tls.h"

static void
place_free (gpointer data)
{
  TestCarrierPlace *place = data;

  if (place->endpoint != NULL)
    {
      stile_endpoint_close_all (place->endpoint);
      g_object_unref (place->endpoint);
    }
  g_clear_object (&place->plain);
  g_free (place);
}

void
search_set_up (Search *self, gconstpointer data)
{
  court_set_up_pledge (&self->court, data);
  self->fields = self->court.fields;
  self->fields.nonce = NULL;
  self->cloud = test_pki_authority_new ("Cloud Root", TEST_PKI_P256);
  self->cloud_anchors = test_pki_list (self->cloud, NULL);
  self->idevid = test_tls_identity_new (self->court.device);
  self->settings = (StilePledgeSettings){ .carrier_type = TEST_TYPE_CARRIER,
                                          .idevid = self->idevid,
                                          .anchors = self->court.anchors,
                                          .cloud_anchors = self->cloud_anchors,
                                          .mode = STILE_MODE_ANY,
                                          .rounds = 1,
                                          .second = SEARCH_SECOND };
  self->registrars = g_ptr_array_new_with_free_func (g_object_unref);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, place_free);
  self->words = g_string_new (NULL);
  self->untils = g_array_new (FALSE, FALSE, sizeof (gint64));
  test_carrier_world = (TestCarrierWorld){ .places = self->places };
}

void
search_tear_down (Search *self, gconstpointer data)
{
  g_clear_object (&self->channel);
  if (self->pledge != NULL)
    test_await_finalized (self->pledge);
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->registrars);
  g_ptr_array_unref (self->cloud_anchors);
  test_await_finalized (self->idevid);
  test_pki_unref (self->cloud);
  g_string_free (self->words, TRUE);
  g_array_unref (self->untils);
  court_tear_down (&self->court, data);
  test_carrier_world = (TestCarrierWorld){ 0 };
}

static void
changed_cb (StilePledge *pledge, Search *self)
{
  gint64 until = stile_pledge_get_waiting_until (pledge);

  if (until == 0)
    return;

  g_assert_cmpint (until, <=, g_get_real_time () + STILE_PLEDGE_MAX_BACK_OFF * (gint64)self->settings.second);
  g_string_append_printf (self->words, "%s|", stile_pledge_get_waiting_words (pledge));
  g_array_append_val (self->untils, until);
}

StilePledge *
search_get_pledge (Search *self)
{
  if (self->pledge == NULL)
    {
      self->pledge = stile_pledge_new (&self->settings);
      g_signal_connect (self->pledge, "changed", G_CALLBACK (changed_cb), self);
    }

  return self->pledge;
}

TestCarrierPlace *
search_get_place (Search *self, const char *host)
{
  return g_hash_table_lookup (self->places, host);
}

FakeRegistrar *
search_add_place (Search *self, const char *host, TestPki *identity)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  FakeRegistrar *registrar = fake_registrar_new ();
  TestCarrierPlace *place = g_new0 (TestCarrierPlace, 1);
  g_autoptr (StileCredentials) credentials = test_tls_server_new (identity, self->court.manufacturer);

  stile_credentials_set_application_protocols (credentials, protocols);
  place->endpoint = stile_endpoint_new (credentials, STILE_HANDLER (registrar));
  g_hash_table_insert (self->places, g_strdup (host), place);
  g_ptr_array_add (self->registrars, registrar);
  return registrar;
}

FakeRegistrar *
search_add_registrar (Search *self, const char *host)
{
  g_autofree char *url = g_strconcat ("https://", host, NULL);

  stile_pledge_add_registrar (search_get_pledge (self), url);
  return search_add_place (self, host, self->court.registrar);
}

FakeRegistrar *
search_add_cloud_place (Search *self, const char *host)
{
  g_autoptr (TestPki) identity =
      test_pki_issue (self->cloud, &(TestPkiOptions){ .name = "Cloud registrar", .hosts = host });

  return search_add_place (self, host, identity);
}

FakeRegistrar *
search_add_cloud (Search *self, const char *host)
{
  g_autofree char *url = g_strconcat ("https://", host, NULL);

  stile_pledge_add_cloud_registrar (search_get_pledge (self), url);
  return search_add_cloud_place (self, host);
}

void
search_lose_sessions (Search *self, const char *host)
{
  stile_endpoint_close_all (search_get_place (self, host)->endpoint);
}

gboolean
search_run (Search *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_clear_object (&self->channel);
  stile_pledge_bootstrap_async (search_get_pledge (self), cancellable, test_await_cb, &result);
  self->channel = stile_pledge_bootstrap_finish (self->pledge, test_await_result (&result), error);
  g_assert_cmpint (stile_pledge_get_waiting_until (self->pledge), ==, 0);
  return self->channel != NULL;
}

void
search_expect_success (Search *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (search_run (self, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (stile_checks_get_refused (stile_pledge_get_checks (self->pledge)));
}

void
search_expect_failure (Search *self, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (search_run (self, NULL, &error));
  g_assert_error (error, STILE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

StileStatusReport *
search_read_report (FakeRegistrar *registrar, guint index)
{
  StileExchange *exchange = fake_registrar_get_exchange (registrar, STILE_VOUCHER_ANSWER_STATUS_PATH, index);
  g_autoptr (GError) error = NULL;
  StileStatusReport *report;

  g_assert_nonnull (exchange);
  report = stile_status_report_parse (stile_http_message_get_content (stile_exchange_get_request (exchange)),
                                      &error);
  g_assert_no_error (error);
  return report;
}
