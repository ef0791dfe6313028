/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-client.h"
#include "atls/stile-error.h"
#include "atls/stile-observation-handler.h"
#include "bootstrap/stile-est-client.h"
#include "codec/stile-binary-http.h"
#include "service/stile-service.h"
#include "support/test-await.h"
#include "support/test-pki.h"
#include "transport/stile-http-carrier.h"

typedef struct
{
  char *directory;
  TestPki *root;
  TestPki *server;
  TestPki *device;
  TestPki *domain;
  TestPki *other_domain;
  StileServiceConfig *config;
} Fixture;

static void
set (StileServiceConfig *config, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_service_config_set (config, key, value, &error));
  g_assert_no_error (error);
}

static void
set_file (Fixture *self, StileServiceConfig *config, const char *key, TestPki *pki, gboolean is_key)
{
  g_autofree char *path = is_key ? test_pki_save_key (pki, self->directory, key)
                                 : test_pki_save_chain (pki, self->directory, key);

  set (config, key, path);
}

static StileServiceConfig *
make_config (Fixture *self)
{
  StileServiceConfig *config = stile_service_config_new ();

  set (config, "listen", "127.0.0.1:0");
  set (config, "workers", "2");
  set (config, "echo", "true");
  set_file (self, config, "atls-cert", self->server, FALSE);
  set_file (self, config, "atls-key", self->server, TRUE);
  set_file (self, config, "client-ca", self->root, FALSE);
  set_file (self, config, "est-cacerts", self->domain, FALSE);
  return config;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  self->server = test_pki_issue (self->root, &(TestPkiOptions){ .name = "S", .hosts = "127.0.0.1" });
  self->device = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Device" });
  self->domain = test_pki_authority_new ("Domain", TEST_PKI_P256);
  self->other_domain = test_pki_authority_new ("Other Domain", TEST_PKI_P256);
  self->config = make_config (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->config);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  test_pki_unref (self->root);
  test_pki_unref (self->server);
  test_pki_unref (self->device);
  test_pki_unref (self->domain);
  test_pki_unref (self->other_domain);
}

static StileService *
start (Fixture *self)
{
  StileService *service = stile_service_new (self->config);
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_service_start (service, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (stile_service_get_n_workers (service), ==, 2);
  return service;
}

static StileClient *
connect_to (Fixture *self, StileService *service, gboolean http_inside)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autofree char *address = stile_service_get_address (service);
  g_autofree char *url = g_strconcat ("http://", address, NULL);
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  g_autoptr (GPtrArray) anchors = test_pki_list (self->root, NULL);
  g_autofree char *certificate = test_pki_save_chain (self->device, self->directory, "device");
  g_autofree char *key = test_pki_save_key (self->device, self->directory, "device");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_identity_load (certificate, key, &error);
  g_autoptr (StileCarrier) carrier = stile_http_carrier_new (url, "none", &error);
  StileClient *client;
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_anchors (credentials, anchors);
  if (http_inside)
    stile_credentials_set_application_protocols (credentials, protocols);
  client = stile_client_new (carrier, credentials, STILE_MODE_ANY);
  stile_client_connect_async (client, NULL, test_await_cb, &result);
  g_assert_true (stile_client_connect_finish (client, test_await_result (&result), &error));
  g_assert_no_error (error);
  return client;
}

static void
check_roots (StileClient *client, TestPki *expected)
{
  g_autoptr (StileHttpMessage) request = stile_est_client_ask_roots ("127.0.0.1");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GPtrArray) roots = NULL;

  stile_client_request_async (client, request, NULL, test_await_cb, &result);
  response = stile_client_request_finish (client, test_await_result (&result), &error);
  g_assert_no_error (error);
  roots = stile_est_client_read_roots (response, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stile_certificate_get_name (g_ptr_array_index (roots, 0)), ==,
                   stile_certificate_get_name (test_pki_get_certificate (expected)));
}

/* The same without ATLS, over the listener itself. */
static void
check_plain_roots (StileClient *client, TestPki *expected)
{
  g_autoptr (StileHttpMessage) request = stile_est_client_ask_roots ("127.0.0.1");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  StileCarrier *carrier = stile_client_get_carrier (client);

  stile_carrier_request_async (carrier, request, NULL, test_await_cb, &result);
  response = stile_carrier_request_finish (carrier, test_await_result (&result), &error);
  g_assert_no_error (error);
  roots = stile_est_client_read_roots (response, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stile_certificate_get_name (g_ptr_array_index (roots, 0)), ==,
                   stile_certificate_get_name (test_pki_get_certificate (expected)));
}

static void
test_serves (Fixture *self, gconstpointer data)
{
  StileService *service = start (self);
  g_autoptr (StileClient) client = connect_to (self, service, TRUE);
  g_autoptr (StileClient) raw = connect_to (self, service, FALSE);
  g_autoptr (GBytes) hello = g_bytes_new_static ("hello", 5);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = NULL;

  check_roots (client, self->domain);
  check_plain_roots (client, self->domain);
  stile_client_send_async (raw, hello, NULL, test_await_cb, &result);
  answer = stile_client_send_finish (raw, test_await_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "HELLO", 5);
  stile_service_stop (service);
  stile_service_stop (service);
  g_assert_cmpuint (stile_service_get_n_workers (service), ==, 0);
  g_assert_finalize_object (service);
}

static void
test_reload (Fixture *self, gconstpointer data)
{
  g_autoptr (StileService) service = start (self);
  g_autoptr (StileClient) client = connect_to (self, service, TRUE);
  g_autoptr (StileServiceConfig) config = make_config (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileClient) fresh = NULL;

  set_file (self, config, "est-cacerts", self->other_domain, FALSE);
  check_roots (client, self->domain);
  g_assert_true (stile_service_reload (service, config, &error));
  g_assert_no_error (error);
  check_roots (client, self->other_domain); /* the session is the old one */
  fresh = connect_to (self, service, TRUE);
  check_roots (fresh, self->other_domain);
  check_plain_roots (fresh, self->other_domain);
}

/* 405, since it is not asked for with GET, for whoever gets so far. */
static guint
ask_observation (StileClient *client)
{
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("GET", "https", "127.0.0.1", STILE_OBSERVATION_PATH);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  stile_client_request_async (client, request, NULL, test_await_cb, &result);
  response = stile_client_request_finish (client, test_await_result (&result), &error);
  g_assert_no_error (error);
  return stile_http_message_get_status (response);
}

/* Whom nobody has judged came in because there were roles; the session outlives them, and opens nothing. */
static void
test_reload_without_roles (Fixture *self, gconstpointer data)
{
  g_autoptr (StileServiceConfig) config = make_config (self);
  g_autoptr (TestPki) stranger = test_pki_issue (self->other_domain, &(TestPkiOptions){ .name = "Stranger" });
  g_autoptr (StileService) service = NULL;
  g_autoptr (StileClient) client = NULL;
  g_autoptr (StileClient) known = NULL;
  g_autoptr (GError) error = NULL;

  set (self->config, "est", "ca");
  set (self->config, "database", ":memory:");
  set_file (self, self->config, "est-ca-cert", self->domain, FALSE);
  set_file (self, self->config, "est-ca-key", self->domain, TRUE);
  service = start (self);
  known = connect_to (self, service, TRUE);
  test_pki_unref (self->device);
  self->device = test_pki_ref (stranger);
  client = connect_to (self, service, TRUE);
  g_assert_cmpuint (ask_observation (known), ==, 405);
  g_assert_cmpuint (ask_observation (client), ==, 403);

  g_assert_true (stile_service_reload (service, config, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (ask_observation (known), ==, 405);
  g_assert_cmpuint (ask_observation (client), ==, 403);
}

static void
test_bad_reload (Fixture *self, gconstpointer data)
{
  g_autoptr (StileService) service = start (self);
  g_autoptr (StileClient) client = connect_to (self, service, TRUE);
  g_autoptr (StileServiceConfig) config = make_config (self);
  g_autoptr (GError) error = NULL;

  set (config, "atls-key", "/nonexistent.key");
  g_assert_false (stile_service_reload (service, config, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  check_roots (client, self->domain);
}

static void
test_bad_files (Fixture *self, gconstpointer data)
{
  static const char *const files[] = { "atls-cert",   "atls-key",   "client-ca",
                                       "est-cacerts", "domain-cas", "tls-cert" };
  g_autofree char *garbage = g_build_filename (self->directory, "garbage", NULL);
  g_autoptr (GError) good_error = NULL;

  g_assert_true (g_file_set_contents (garbage, "garbage\n", -1, NULL));
  g_assert_true (stile_service_check (self->config, &good_error));
  g_assert_no_error (good_error);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (files); i++)
    {
      g_autoptr (StileServiceConfig) config = make_config (self);
      g_autoptr (StileService) service = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) check_error = NULL;

      set_file (self, config, "tls-key", self->server, TRUE);
      set_file (self, config, "tls-cert", self->server, FALSE);
      set (config, files[i / 2], i % 2 == 0 ? garbage : "/nonexistent.pem");
      g_test_message ("%s", files[i / 2]);
      g_assert_false (stile_service_check (config, &check_error));
      g_assert_error (check_error, STILE_ERROR, STILE_ERROR_SETTINGS);
      service = stile_service_new (config);
      g_assert_false (stile_service_start (service, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, i % 2 == 0 ? "garbage" : "/nonexistent.pem"));
    }
}

/* A key that belongs to another certificate, an upstream that is none, an address that is taken. */
static void
test_bad_settings (Fixture *self, gconstpointer data)
{
  g_autoptr (StileService) first = start (self);
  g_autofree char *address = stile_service_get_address (first);
  const struct
  {
    const char *key;
    const char *value;
  } table[] = {
    { "atls-key", NULL },
    { "upstream", "nonsense" },
    { "listen", address },
    { "listen", "nonsense" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileServiceConfig) config = make_config (self);
      g_autoptr (StileService) service = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *other_key = test_pki_save_key (self->device, self->directory, "other");

      set (config, table[i].key, table[i].value != NULL ? table[i].value : other_key);
      service = stile_service_new (config);
      g_assert_false (stile_service_start (service, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_cmpuint (stile_service_get_n_workers (service), ==, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/service/service/serves", Fixture, NULL, set_up, test_serves, tear_down);
  g_test_add ("/service/service/reload", Fixture, NULL, set_up, test_reload, tear_down);
  g_test_add ("/service/service/reload-without-roles", Fixture, NULL, set_up, test_reload_without_roles,
              tear_down);
  g_test_add ("/service/service/bad-reload", Fixture, NULL, set_up, test_bad_reload, tear_down);
  g_test_add ("/service/service/bad-files", Fixture, NULL, set_up, test_bad_files, tear_down);
  g_test_add ("/service/service/bad-settings", Fixture, NULL, set_up, test_bad_settings, tear_down);

  return g_test_run ();
}
