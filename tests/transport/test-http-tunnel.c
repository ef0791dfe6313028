/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-raw-http.h"
#include "transport/loopback.h"
#include "transport/stile-http-carrier.h"

/* "user:se cret" */
#define CREDENTIALS "Proxy-Authorization: Basic dXNlcjpzZSBjcmV0\r\n"

/* A proxy that wants a password, and tunnels to the service under test whatever the name is. */
static void
proxy_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  const char *head = test_raw_http_request_get_head (request);

  g_assert_true (g_str_has_prefix (head, "CONNECT 127.0.0.1:"));
  if (strstr (head, CREDENTIALS) != NULL)
    test_raw_http_tunnel (request, ((Loopback *)user_data)->port);
  else
    test_raw_http_answer (request,
                          "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n"
                          "Content-Length: 0\r\n\r\n",
                          NULL);
}

static void
connect_through (const char *user, gboolean good)
{
  g_autoptr (Loopback) loopback = loopback_new (TRUE, "/.well-known/atls");
  g_autoptr (TestRawHttp) proxy = test_raw_http_new (proxy_cb, loopback);
  g_autofree char *url = test_raw_http_get_url (proxy, "");
  g_autofree char *proxy_url = g_strdup_printf ("http://%s%s", user, url + strlen ("http://"));
  g_autoptr (GError) error = NULL;
  StileCarrier *carrier = stile_http_carrier_new (loopback->url, proxy_url, &error);
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  StileClient *client = stile_client_new (carrier, credentials, STILE_MODE_ANY);

  loopback_shake_hands (client, &error);
  if (good)
    {
      g_assert_no_error (error);
      loopback_check_request (client);
      g_assert_cmpstr (stile_observation_get_proxy (stile_carrier_get_observation (carrier)), ==, url);
    }
  else
    {
      g_assert_cmpuint (error->domain, ==, STILE_ERROR);
      g_assert_null (strstr (error->message, "cret"));
      g_assert_cmpuint (stile_endpoint_get_n_half_open (loopback->endpoint), ==, 0);
    }
  /* A password that was refused is not tried for ever. */
  g_assert_cmpuint (test_raw_http_get_n_requests (proxy), <=, 4);
  test_await_finalized (client);
  test_await_finalized (carrier);
}

static void
test_password (void)
{
  connect_through ("user:se%20cret@", TRUE);
}

static void
test_wrong_password (void)
{
  connect_through ("user:other%20cret@", FALSE);
}

static void
test_no_password (void)
{
  connect_through ("", FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-tunnel/password", test_password);
  g_test_add_func ("/transport/http-tunnel/wrong-password", test_wrong_password);
  g_test_add_func ("/transport/http-tunnel/no-password", test_no_password);

  return g_test_run ();
}
