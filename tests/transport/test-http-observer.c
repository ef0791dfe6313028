/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-pki.h"
#include "transport/stile-http-observer.h"

static void
test_names (void)
{
  g_assert_cmpstr (stile_http_observer_name_tls (G_TLS_PROTOCOL_VERSION_TLS_1_3), ==, "TLS 1.3");
  g_assert_cmpstr (stile_http_observer_name_tls (G_TLS_PROTOCOL_VERSION_TLS_1_2), ==, "TLS 1.2");
  g_assert_cmpstr (stile_http_observer_name_tls (G_TLS_PROTOCOL_VERSION_SSL_3_0), ==, "SSL 3.0");
  g_assert_null (stile_http_observer_name_tls (G_TLS_PROTOCOL_VERSION_UNKNOWN));
  g_assert_cmpstr (stile_http_observer_name_http (SOUP_HTTP_1_0), ==, "1.0");
  g_assert_cmpstr (stile_http_observer_name_http (SOUP_HTTP_1_1), ==, "1.1");
  g_assert_cmpstr (stile_http_observer_name_http (SOUP_HTTP_2_0), ==, "2");
}

static void
test_address (void)
{
  g_autoptr (GSocketAddress) four = g_inet_socket_address_new_from_string ("192.0.2.1", 443);
  g_autoptr (GSocketAddress) six = g_inet_socket_address_new_from_string ("2001:db8::1", 443);
  g_autofree char *four_text = stile_http_observer_describe_address (four);
  g_autofree char *six_text = stile_http_observer_describe_address (six);

  g_assert_cmpstr (four_text, ==, "192.0.2.1:443");
  g_assert_cmpstr (six_text, ==, "[2001:db8::1]:443");
  g_assert_null (stile_http_observer_describe_address (NULL));
}

static void
test_chain (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) middle =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Middle", .authority = TRUE });
  g_autoptr (TestPki) leaf = test_pki_issue (middle, &(TestPkiOptions){ .name = "Leaf" });
  g_autofree char *pem = test_pki_get_chain_pem (leaf);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (GPtrArray) nothing = stile_http_observer_read_chain (NULL);

  g_assert_no_error (error);
  chain = stile_http_observer_read_chain (certificate);
  g_assert_cmpuint (chain->len, ==, 2);
  g_assert_true (stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (leaf)));
  g_assert_true (stile_certificate_equal (g_ptr_array_index (chain, 1), test_pki_get_certificate (middle)));
  g_assert_cmpuint (nothing->len, ==, 0);
}

static void
test_headers (void)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (StileObservation) observation = stile_observation_new ();
  const char *value;

  soup_message_headers_append (headers, "Via", "1.1 box");
  soup_message_headers_append (headers, "X-Box", "\xff\xfe");
  soup_message_headers_append (headers, "Via", "1.0 other");
  stile_http_observer_add_headers (observation, headers);
  g_assert_cmpuint (stile_observation_get_n_headers (observation), ==, 3);
  g_assert_cmpstr (stile_observation_get_nth_header (observation, 0, &value), ==, "Via");
  g_assert_cmpstr (value, ==, "1.1 box");
  g_assert_cmpstr (stile_observation_get_nth_header (observation, 1, &value), ==, "Via");
  g_assert_cmpstr (value, ==, "1.0 other");
  g_assert_cmpstr (stile_observation_get_nth_header (observation, 2, &value), ==, "X-Box");
  g_assert_true (g_utf8_validate (value, -1, NULL));
}

/* A message that never went out has nothing to tell, and telling it does no harm. */
static void
test_observes_nothing (void)
{
  g_autoptr (SoupMessage) message = soup_message_new ("GET", "https://user:secret@service.example/path");
  gint64 started = g_get_monotonic_time ();
  g_autoptr (StileObservation) observation =
      stile_http_observer_observe (message, started, "http://proxy.example:3128");

  g_assert_null (strstr (stile_observation_get_url (observation), "secret"));
  g_assert_cmpstr (stile_observation_get_proxy (observation), ==, "http://proxy.example:3128");
  g_assert_null (stile_observation_get_peer (observation));
  g_assert_null (stile_observation_get_chain (observation));
  g_assert_null (stile_observation_get_tls_version (observation));
  g_assert_cmpint (stile_observation_get_duration (observation), >=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-observer/names", test_names);
  g_test_add_func ("/transport/http-observer/address", test_address);
  g_test_add_func ("/transport/http-observer/chain", test_chain);
  g_test_add_func ("/transport/http-observer/headers", test_headers);
  g_test_add_func ("/transport/http-observer/observes-nothing", test_observes_nothing);

  return g_test_run ();
}
