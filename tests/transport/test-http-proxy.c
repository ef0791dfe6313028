/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"
#include "transport/stile-http-proxy.h"

static GProxyResolver *
resolver_of (const char *proxy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpProxy) self = stile_http_proxy_new (proxy, &error);
  g_autoptr (SoupSession) session = soup_session_new ();
  GProxyResolver *resolver;

  g_assert_no_error (error);
  stile_http_proxy_apply (self, session);
  resolver = soup_session_get_proxy_resolver (session);
  return resolver != NULL ? g_object_ref (resolver) : NULL;
}

static void
test_description (void)
{
  static const struct
  {
    const char *proxy;
    const char *description;
  } table[] = {
    { "http://proxy.example:3128", "http://proxy.example:3128" },
    { "http://proxy.example", "http://proxy.example" },
    { "https://proxy.example:3128/", "https://proxy.example:3128" },
    { "socks5://[2001:db8::1]:1080", "socks5://[2001:db8::1]:1080" },
    { "http://user:secret@proxy.example:3128", "http://proxy.example:3128" },
    { "http://user@proxy.example:3128/path?query#fragment", "http://proxy.example:3128" },
    { "none", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpProxy) self = stile_http_proxy_new (table[i].proxy, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (stile_http_proxy_get_description (self), ==, table[i].description);
    }
}

static void
test_refuses (void)
{
  static const char *const urls[] = {
    "proxy.example:3128",
    "http://",
    "http://:3128",
    "ftp://proxy.example",
    "http:proxy.example",
    "//proxy.example",
    "http://a:99999",
    "http://a:port",
    "None",
    "http://[::1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpProxy) self = stile_http_proxy_new (urls[i], &error);

      g_assert_null (self);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, urls[i]));
    }
}

/* What is wrong with the address is told without the password in it. */
static void
test_refusal_keeps_secret (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpProxy) self = stile_http_proxy_new ("ftp://user:secret@proxy.example", &error);

  g_assert_null (self);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_null (strstr (error->message, "secret"));
}

static void
test_resolver (void)
{
  g_autoptr (SoupSession) untouched = soup_session_new ();
  g_autoptr (GProxyResolver) desktop = resolver_of (NULL);
  g_autoptr (GProxyResolver) given = resolver_of ("http://user:secret@proxy.example:3128");
  g_auto (GStrv) proxies = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (desktop == soup_session_get_proxy_resolver (untouched));
  g_assert_null (resolver_of ("none"));
  proxies = g_proxy_resolver_lookup (given, "https://service.example/", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (proxies), ==, 1);
  g_assert_cmpstr (proxies[0], ==, "http://proxy.example:3128");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-proxy/description", test_description);
  g_test_add_func ("/transport/http-proxy/refuses", test_refuses);
  g_test_add_func ("/transport/http-proxy/refusal-keeps-secret", test_refusal_keeps_secret);
  g_test_add_func ("/transport/http-proxy/resolver", test_resolver);

  return g_test_run ();
}
