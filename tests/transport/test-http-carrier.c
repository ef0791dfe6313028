/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "transport/loopback.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-media-type.h"

#define PATH "/.well-known/atls"

typedef struct
{
  const char *name;
  gboolean https;
  StileMode mode;
  StileTlsVersion version;
  const char *media_type;
} Way;

static const Way ways[] = {
  { "http-export", FALSE, STILE_MODE_EXPORT, STILE_TLS_ANY, NULL },
  { "http-record", FALSE, STILE_MODE_RECORD, STILE_TLS_ANY, NULL },
  { "https-export", TRUE, STILE_MODE_EXPORT, STILE_TLS_ANY, NULL },
  { "https-record", TRUE, STILE_MODE_RECORD, STILE_TLS_ANY, NULL },
  { "http-export-1.2", FALSE, STILE_MODE_EXPORT, STILE_TLS_1_2, NULL },
  { "http-record-1.2", FALSE, STILE_MODE_RECORD, STILE_TLS_1_2, NULL },
  { "late-media-type", FALSE, STILE_MODE_EXPORT, STILE_TLS_1_3, STILE_MEDIA_TYPE_FLIGHT_LATE },
};

static StileCarrier *
make_carrier (const char *url, const char *proxy)
{
  g_autoptr (GError) error = NULL;
  StileCarrier *carrier = stile_http_carrier_new (url, proxy, &error);

  g_assert_no_error (error);
  return carrier;
}

static const char *
find_header (StileObservation *observation, const char *name)
{
  for (guint i = 0; i < stile_observation_get_n_headers (observation); i++)
    {
      const char *value;

      if (g_ascii_strcasecmp (stile_observation_get_nth_header (observation, i, &value), name) == 0)
        return value;
    }

  return NULL;
}

static void
test_way (gconstpointer data)
{
  const Way *way = data;
  g_autoptr (Loopback) loopback = loopback_new (way->https, PATH);
  g_autoptr (StileCarrier) carrier = make_carrier (loopback->url, "none");
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) id = NULL;
  StileClient *client;

  stile_credentials_set_version (credentials, way->version);
  if (way->media_type != NULL)
    g_assert_true (stile_http_carrier_set_media_type (STILE_HTTP_CARRIER (carrier), way->media_type, &error));
  client = stile_client_new (carrier, credentials, way->mode);
  loopback_shake_hands (client, &error);
  g_assert_no_error (error);

  g_assert_cmpint (stile_client_get_mode (client), ==, way->mode);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (loopback->endpoint), ==, 1);
  id = stile_carrier_get_session_id (carrier);
  g_assert_cmpuint (g_bytes_get_size (id), ==, 16);
  for (guint i = 0; i < 3; i++)
    loopback_check_request (client);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (loopback->endpoint), ==, 1);
  test_await_finalized (client);
  stile_carrier_forget_session (carrier);
  g_assert_null (stile_carrier_get_session_id (carrier));
  test_await_finalized (g_steal_pointer (&carrier));
}

static gboolean
accept_any_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

static GBytes *
make_hello (Loopback *loopback)
{
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSession) session = stile_session_new (credentials, "127.0.0.1", &error);
  GBytes *hello = NULL;

  g_assert_no_error (error);
  g_assert_true (stile_session_step (session, NULL, &hello, &error));
  g_assert_no_error (error);
  return hello;
}

/* The first answer sets the cookie; only https makes it secure. */
static void
test_cookie (void)
{
  for (guint https = 0; https < 2; https++)
    {
      g_autoptr (Loopback) loopback = loopback_new (https, PATH);
      g_autoptr (SoupSession) soup = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
      g_autoptr (SoupMessage) message = soup_message_new ("POST", loopback->url);
      g_autoptr (GBytes) hello = make_hello (loopback);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) answer = NULL;
      const char *cookie;

      soup_message_set_request_body_from_bytes (message, STILE_MEDIA_TYPE_FLIGHT, hello);
      g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
      soup_session_send_and_read_async (soup, message, G_PRIORITY_DEFAULT, NULL, test_await_cb, &result);
      answer = soup_session_send_and_read_finish (soup, test_await_result (&result), &error);
      g_assert_no_error (error);
      cookie = soup_message_headers_get_one (soup_message_get_response_headers (message), "Set-Cookie");
      g_assert_true (g_str_has_prefix (cookie, "atls-session="));
      g_assert_nonnull (strstr (cookie, "; Path=" PATH "; HttpOnly; SameSite=Strict"));
      g_assert_cmpint (g_str_has_suffix (cookie, "; Secure"), ==, https);
      g_assert_null (strstr (cookie, "Max-Age"));
      g_assert_null (strstr (cookie, "Expires"));
    }
}

/* What is observed is shown and told to others: the session's name is not in it. */
static void
test_observation_keeps_secret (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, PATH);
  g_autoptr (StileCarrier) carrier = make_carrier (loopback->url, "none");
  g_autoptr (GBytes) hello = make_hello (loopback);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = NULL;
  const char *cookie;

  stile_carrier_exchange_async (carrier, STILE_MESSAGE_FLIGHT, hello, NULL, test_await_cb, &result);
  answer = stile_carrier_exchange_finish (carrier, test_await_result (&result), &error);
  g_assert_no_error (error);
  cookie = find_header (stile_carrier_get_observation (carrier), "Set-Cookie");
  g_assert_nonnull (cookie);
  g_assert_null (strstr (cookie, "atls-session="));
}

static void
test_path_in_url (void)
{
  g_autoptr (Loopback) loopback = loopback_new (FALSE, "/some/other/atls");
  g_autoptr (StileClient) client = loopback_connect (loopback, STILE_MODE_ANY);
  g_autofree char *elsewhere = g_strdup_printf ("http://127.0.0.1:%u/", loopback->port);
  g_autoptr (StileCarrier) carrier = make_carrier (elsewhere, "none");
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  g_autoptr (StileClient) lost = stile_client_new (carrier, credentials, STILE_MODE_ANY);
  g_autoptr (GError) error = NULL;

  loopback_check_request (client);
  g_assert_cmpstr (stile_carrier_get_host (stile_client_get_carrier (client)), ==, "127.0.0.1");
  loopback_shake_hands (lost, &error);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
  g_assert_nonnull (strstr (error->message, "404"));
}

static void
test_refuses_addresses (void)
{
  static const char *const urls[] = {
    "",
    "service.example",
    "ftp://service.example",
    "https://",
    "https:///path",
    "https://:443",
    "https://user@service.example",
    "https://user:secret@service.example/",
    "file:///etc/passwd",
    "https://service.example:99999",
  };
  g_autoptr (GError) none_error = NULL;
  g_autoptr (StileCarrier) none = stile_http_carrier_new (NULL, NULL, &none_error);
  g_autoptr (GError) proxy_error = NULL;
  g_autoptr (StileCarrier) no_proxy =
      stile_http_carrier_new ("https://service.example", "nonsense", &proxy_error);

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileCarrier) carrier = stile_http_carrier_new (urls[i], NULL, &error);

      g_assert_null (carrier);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_null (strstr (error->message, "secret"));
    }
  g_assert_error (none_error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_error (proxy_error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

static void
test_refuses_media_type (void)
{
  g_autoptr (StileCarrier) carrier = make_carrier ("https://service.example", "none");
  g_autoptr (GError) error = NULL;
  g_autofree char *service = NULL;
  g_autofree char *proxy = NULL;

  g_assert_false (stile_http_carrier_set_media_type (STILE_HTTP_CARRIER (carrier), "text/html", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_object_get (carrier, "service", &service, "proxy", &proxy, NULL);
  g_assert_cmpstr (service, ==, "https://service.example");
  g_assert_cmpstr (proxy, ==, "none");
}

static void
test_outer_chain (void)
{
  g_autoptr (Loopback) loopback = loopback_new (TRUE, PATH);
  g_autoptr (StileClient) client = loopback_connect (loopback, STILE_MODE_ANY);
  StileObservation *seen = stile_carrier_get_observation (stile_client_get_carrier (client));
  GPtrArray *chain = stile_observation_get_chain (seen);

  g_assert_cmpuint (chain->len, ==, 1);
  g_assert_true (
      stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (loopback->outer)));
  g_assert_cmpint (stile_observation_get_errors (seen) & G_TLS_CERTIFICATE_UNKNOWN_CA, !=, 0);
  g_assert_cmpstr (stile_observation_get_tls_version (seen), ==, "TLS 1.3");
  g_assert_nonnull (stile_observation_get_cipher (seen));
  g_assert_cmpstr (stile_observation_get_url (seen), ==, loopback->url);
  g_assert_cmpstr (stile_observation_get_http_version (seen), ==, "1.1");
}

static void
test_outer_anchors (void)
{
  g_autoptr (Loopback) loopback = loopback_new (TRUE, PATH);
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *right = test_pki_save_chain (loopback->outer_root, directory, "right");
  g_autofree char *wrong = test_pki_save_chain (loopback->root, directory, "wrong");
  g_autofree char *missing = g_build_filename (directory, "missing.pem", NULL);
  const char *const files[] = { right, wrong };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (StileCarrier) carrier = make_carrier (loopback->url, "none");
      g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
      g_autoptr (StileClient) client = stile_client_new (carrier, credentials, STILE_MODE_ANY);
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_http_carrier_set_outer_anchors (STILE_HTTP_CARRIER (carrier), files[i], &error));
      loopback_shake_hands (client, &error);
      if (files[i] == right)
        g_assert_no_error (error);
      else
        g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
      g_assert_cmpuint (stile_endpoint_get_n_sessions (loopback->endpoint), ==, 1);
    }
  {
    g_autoptr (StileCarrier) carrier = make_carrier (loopback->url, "none");
    g_autoptr (GError) error = NULL;

    g_assert_false (stile_http_carrier_set_outer_anchors (STILE_HTTP_CARRIER (carrier), missing, &error));
    g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    g_assert_nonnull (strstr (error->message, "missing.pem"));
  }
  test_pki_directory_remove (directory);
}

static StileObservation *
inspect (StileCarrier *carrier, const char *anchors, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_carrier_inspect_async (carrier, anchors, NULL, test_await_cb, &result);
  return stile_carrier_inspect_finish (carrier, test_await_result (&result), error);
}

static void
test_inspect (void)
{
  g_autoptr (Loopback) loopback = loopback_new (TRUE, PATH);
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *right = test_pki_save_chain (loopback->outer_root, directory, "right");
  g_autofree char *missing = g_build_filename (directory, "missing.pem", NULL);
  g_autoptr (StileCarrier) carrier = make_carrier (loopback->url, "none");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) missing_error = NULL;
  g_autoptr (StileObservation) before = inspect (carrier, NULL, &error);
  g_autoptr (StileObservation) after = NULL;
  g_autoptr (StileObservation) nothing = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (stile_observation_get_errors (before) & G_TLS_CERTIFICATE_UNKNOWN_CA, !=, 0);
  g_assert_cmpuint (stile_observation_get_chain (before)->len, ==, 1);
  g_assert_cmpuint (stile_observation_get_status (before), ==, 405);
  g_assert_null (stile_observation_get_page (before)); /* it is the service's own answer */
  after = inspect (carrier, right, &error);
  g_assert_no_error (error);
  g_assert_cmpint (stile_observation_get_errors (after), ==, 0);
  nothing = inspect (carrier, missing, &missing_error);
  g_assert_null (nothing);
  g_assert_error (missing_error, STILE_ERROR, STILE_ERROR_SETTINGS);
  /* Looking does not begin a session. */
  g_assert_cmpuint (stile_endpoint_get_n_half_open (loopback->endpoint), ==, 0);
  test_pki_directory_remove (directory);
}

/* A request without ATLS needs a connection that the system's store vouches for. */
static void
test_plain_request (void)
{
  for (guint https = 0; https < 2; https++)
    {
      g_autoptr (Loopback) loopback = loopback_new (https, PATH);
      g_autoptr (StileCarrier) carrier = make_carrier (loopback->url, "none");
      g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("PUT", "https", "h", "/a?b=c");
      g_autoptr (GBytes) content = g_bytes_new_static ("body", 4);
      g_autoptr (StileHandler) handler = g_object_new (LOOPBACK_TYPE_HANDLER, NULL);
      g_autoptr (StileHttpMessage) response = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      stile_http_message_set_content (request, "text/plain", content);
      stile_http_service_set_plain_handler (loopback->service, handler);
      stile_carrier_request_async (carrier, request, NULL, test_await_cb, &result);
      response = stile_carrier_request_finish (carrier, test_await_result (&result), &error);
      if (https)
        {
          g_assert_null (response);
          g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
      g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, "text/plain");
      g_assert_cmpmem (g_bytes_get_data (stile_http_message_get_content (response), NULL),
                       g_bytes_get_size (stile_http_message_get_content (response)), "PUT /a?b=c body",
                       strlen ("PUT /a?b=c body"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *name = g_strconcat ("/transport/http-carrier/way/", ways[i].name, NULL);

      g_test_add_data_func (name, &ways[i], test_way);
    }
  g_test_add_func ("/transport/http-carrier/cookie", test_cookie);
  g_test_add_func ("/transport/http-carrier/observation-keeps-secret", test_observation_keeps_secret);
  g_test_add_func ("/transport/http-carrier/path-in-url", test_path_in_url);
  g_test_add_func ("/transport/http-carrier/refuses-addresses", test_refuses_addresses);
  g_test_add_func ("/transport/http-carrier/refuses-media-type", test_refuses_media_type);
  g_test_add_func ("/transport/http-carrier/outer-chain", test_outer_chain);
  g_test_add_func ("/transport/http-carrier/outer-anchors", test_outer_anchors);
  g_test_add_func ("/transport/http-carrier/inspect", test_inspect);
  g_test_add_func ("/transport/http-carrier/plain-request", test_plain_request);

  return g_test_run ();
}
