/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/est-fixture.h"

#include <gnutls/abstract.h>

#include "codec/stile-certificate-bundle.h"
#include "support/test-await.h"

static StileHttpMessage *
answer (TestPeer *peer, guint index, StileHttpMessage *request, gpointer user_data)
{
  EstFixture *self = user_data;

  return g_object_ref (index < self->firsts ? self->first : self->then);
}

static void
waiting_cb (StileEstClient *client, gint64 until, gpointer user_data)
{
  EstFixture *self = user_data;

  self->waits++;
  self->last_wait = until - g_get_real_time () / G_USEC_PER_SEC;
  if (self->cancel_when_waiting)
    g_cancellable_cancel (self->cancellable);
}

static StileCertificateRequest *
make_request (TestPki *pki)
{
  gnutls_privkey_t key;
  g_autoptr (GError) error = NULL;
  StileCertificateRequest *request;

  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (pki), GNUTLS_PRIVKEY_IMPORT_COPY);
  request = stile_certificate_request_create (&(StileCertificateRequestTemplate){ .common_name = "Leaf" },
                                              key, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  return request;
}

void
est_fixture_set_up (EstFixture *self, gconstpointer data)
{
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  self->peer = test_peer_new (answer, self);
  test_carrier_world = (TestCarrierWorld){ .plain = STILE_HANDLER (self->peer) };
  self->carrier = g_initable_new (TEST_TYPE_CARRIER, NULL, NULL, "service", "https://service.example", NULL);
  channel = stile_channel_new_plain (self->carrier);
  self->client = stile_est_client_new (channel);
  stile_est_client_set_second (self->client, 0);
  g_signal_connect (self->client, "waiting", G_CALLBACK (waiting_cb), self);
  self->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  self->leaf = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Leaf" });
  self->list = test_pki_list (self->leaf, self->root, NULL);
  self->request = make_request (self->leaf);
  body = stile_certificate_bundle_to_est (self->list, &error);
  g_assert_no_error (error);
  self->then = test_peer_answer (200, EST_FIXTURE_CERTS_ONLY, body);
  self->cancellable = g_cancellable_new ();
}

void
est_fixture_tear_down (EstFixture *self, gconstpointer data)
{
  test_await_idle ();
  g_assert_finalize_object (self->client);
  g_assert_finalize_object (self->carrier);
  g_assert_finalize_object (self->peer);
  g_object_unref (self->request);
  g_ptr_array_unref (self->list);
  test_pki_unref (self->root);
  test_pki_unref (self->leaf);
  g_clear_object (&self->first);
  g_clear_object (&self->then);
  g_object_unref (self->cancellable);
}

void
est_fixture_set_first (EstFixture *self, guint count, StileHttpMessage *response)
{
  self->firsts = count;
  self->first = response;
}

GPtrArray *
est_fixture_enrol (EstFixture *self, gboolean renew, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_est_client_enrol_async (self->client, self->request, renew, self->cancellable, test_await_cb,
                                &result);
  return stile_est_client_enrol_finish (self->client, test_await_result (&result), error);
}

void
est_fixture_assert_content (StileHttpMessage *message, GBytes *expected)
{
  g_assert_true (g_bytes_equal (stile_http_message_get_content (message), expected));
}

void
est_fixture_add (const char *path, gconstpointer data, void (*test) (EstFixture *, gconstpointer))
{
  g_test_add (path, EstFixture, data, est_fixture_set_up, test, est_fixture_tear_down);
}
