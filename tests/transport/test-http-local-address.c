/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libsoup/soup.h>

#include "transport/stile-http-local-address.h"

#define TOKEN "0123456789abcdefghijkl"

static GUri *
parse (const char *url)
{
  g_autoptr (GError) error = NULL;
  GUri *uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, &error);

  g_assert_no_error (error);
  return uri;
}

static StileHttpLocalAddress *
make (const char *service, const char *own)
{
  g_autoptr (GUri) uri = parse (service);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (own, 4321);

  return stile_http_local_address_new (uri, address, TOKEN);
}

static void
test_urls (void)
{
  static const struct
  {
    const char *service;
    const char *own;
    const char *authority;
    const char *proxy;
    const char *base;
  } table[] = {
    { "https://service.example", "127.0.0.1", "service.example", "http://stile:" TOKEN "@127.0.0.1:4321",
      "http://127.0.0.1:4321/" TOKEN "/" },
    { "https://service.example:443/path", "127.0.0.1", "service.example",
      "http://stile:" TOKEN "@127.0.0.1:4321", "http://127.0.0.1:4321/" TOKEN "/" },
    { "http://service.example:8443", "::1", "service.example:8443", "http://stile:" TOKEN "@[::1]:4321",
      "http://[::1]:4321/" TOKEN "/" },
    { "https://[2001:db8::1]:8443", "127.0.0.1", "[2001:db8::1]:8443",
      "http://stile:" TOKEN "@127.0.0.1:4321", "http://127.0.0.1:4321/" TOKEN "/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileHttpLocalAddress) address = make (table[i].service, table[i].own);
      g_autofree char *proxy = stile_http_local_address_make_proxy_url (address);
      g_autofree char *base = stile_http_local_address_make_base_url (address);

      g_assert_cmpstr (stile_http_local_address_get_service (address), ==, table[i].authority);
      g_assert_cmpstr (proxy, ==, table[i].proxy);
      g_assert_cmpstr (base, ==, table[i].base);
    }
}

/* Whatever names us at our port is for us; all else is asked of a proxy, where the token is in a field that no web page can
 * set. */
static void
test_form_and_service (void)
{
  static const struct
  {
    const char *asked;
    StileHttpLocalForm form;
    gboolean service;
  } table[] = {
    { "http://127.0.0.1:4321/x", STILE_HTTP_LOCAL_FORM_BASE, FALSE },
    { "http://localhost:4321/x", STILE_HTTP_LOCAL_FORM_BASE, FALSE },
    { "http://LOCALHOST:4321/x", STILE_HTTP_LOCAL_FORM_BASE, FALSE },
    { "http://127.0.0.1/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
    { "http://127.0.0.1:4322/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
    { "http://evil.example:4321/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
    { "http://localhost.evil.example:4321/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
    { "http://service.example/x", STILE_HTTP_LOCAL_FORM_PROXY, TRUE },
    { "http://Service.Example:80/x", STILE_HTTP_LOCAL_FORM_PROXY, TRUE },
    { "http://service.example:8443/x", STILE_HTTP_LOCAL_FORM_PROXY, TRUE },
    { "https://service.example/x", STILE_HTTP_LOCAL_FORM_PROXY, TRUE },
    { "http://service.example:4321/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
    { "http://service.example:22/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
    { "http://other.example/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
    { "http://service.example.evil.example/x", STILE_HTTP_LOCAL_FORM_PROXY, FALSE },
  };
  g_autoptr (StileHttpLocalAddress) address = make ("https://service.example:8443", "127.0.0.1");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GUri) asked = parse (table[i].asked);

      g_test_message ("%s", table[i].asked);
      g_assert_cmpint (stile_http_local_address_get_form (address, asked), ==, table[i].form);
      g_assert_cmpint (stile_http_local_address_is_service (address, asked), ==, table[i].service);
    }
}

/* A service on this computer is told from the proxy by its port. */
static void
test_service_on_this_computer (void)
{
  g_autoptr (StileHttpLocalAddress) address = make ("http://localhost:8443", "127.0.0.1");
  g_autoptr (GUri) service = parse ("http://localhost:8443/x");
  g_autoptr (GUri) own = parse ("http://localhost:4321/x");

  g_assert_cmpint (stile_http_local_address_get_form (address, service), ==, STILE_HTTP_LOCAL_FORM_PROXY);
  g_assert_true (stile_http_local_address_is_service (address, service));
  g_assert_cmpint (stile_http_local_address_get_form (address, own), ==, STILE_HTTP_LOCAL_FORM_BASE);
  g_assert_false (stile_http_local_address_is_service (address, own));
}

static void
test_target (void)
{
  static const struct
  {
    const char *asked;
    const char *target;
  } table[] = {
    { "http://service.example/a/b?c=d&e=%20f", "/a/b?c=d&e=%20f" },
    { "http://service.example", "/" },
    { "http://service.example//a/b%2Fc", "//a/b%2Fc" },
    { "http://service.example/a/../b", "/b" },
    { "http://127.0.0.1:4321/" TOKEN "/a?b", "/a?b" },
    { "http://127.0.0.1:4321/" TOKEN "/", "/" },
    { "http://127.0.0.1:4321/" TOKEN, "/" },
    { "http://127.0.0.1:4321/" TOKEN "?q", "/?q" },
    { "http://127.0.0.1:4321/" TOKEN "//elsewhere.example/", "//elsewhere.example/" },
  };
  g_autoptr (StileHttpLocalAddress) address = make ("https://service.example", "127.0.0.1");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GUri) asked = parse (table[i].asked);
      g_autofree char *target = stile_http_local_address_get_target (address, asked);

      g_assert_cmpstr (target, ==, table[i].target);
    }
}

static void
test_may_ask (void)
{
  static const struct
  {
    const char *origin;
    gboolean may;
  } table[] = {
    { "http://127.0.0.1:4321", TRUE },
    { "http://localhost:4321", TRUE },
    { "https://service.example", TRUE },
    { "http://service.example", TRUE },
    { "null", FALSE },
    { "", FALSE },
    { "http://127.0.0.1:8080", FALSE },
    { "https://evil.example", FALSE },
    { "https://service.example.evil.example", FALSE },
    { "https://service.example@evil.example", FALSE },
  };
  g_autoptr (StileHttpLocalAddress) address = make ("https://service.example", "127.0.0.1");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (stile_http_local_address_may_ask (address, table[i].origin), ==, table[i].may);
}

#define BASE "http://127.0.0.1:4321/" TOKEN

static void
test_localize (void)
{
  static const struct
  {
    const char *location;
    const char *as_proxy;
    const char *as_base;
  } table[] = {
    { "/a?b#c", "/a?b#c", BASE "/a?b#c" },
    { "a", "a", "a" },
    { "https://service.example/a?b#c", "http://service.example/a?b#c", BASE "/a?b#c" },
    { "http://service.example:80", "http://service.example/", BASE "/" },
    { "https://service.example//a#", "http://service.example//a#", BASE "//a#" },
    { "https://other.example/a", "https://other.example/a", "https://other.example/a" },
    { "//other.example/a", "//other.example/a", "//other.example/a" },
    { "mailto:somebody@service.example", "mailto:somebody@service.example",
      "mailto:somebody@service.example" },
    { "", "", "" },
  };
  g_autoptr (StileHttpLocalAddress) address = make ("https://service.example", "127.0.0.1");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *as_proxy =
          stile_http_local_address_localize (address, STILE_HTTP_LOCAL_FORM_PROXY, table[i].location);
      g_autofree char *as_base =
          stile_http_local_address_localize (address, STILE_HTTP_LOCAL_FORM_BASE, table[i].location);

      g_assert_cmpstr (as_proxy, ==, table[i].as_proxy);
      g_assert_cmpstr (as_base, ==, table[i].as_base);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-local-address/urls", test_urls);
  g_test_add_func ("/transport/http-local-address/form-and-service", test_form_and_service);
  g_test_add_func ("/transport/http-local-address/service-on-this-computer", test_service_on_this_computer);
  g_test_add_func ("/transport/http-local-address/target", test_target);
  g_test_add_func ("/transport/http-local-address/may-ask", test_may_ask);
  g_test_add_func ("/transport/http-local-address/localize", test_localize);

  return g_test_run ();
}
