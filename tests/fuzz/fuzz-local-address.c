/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <libsoup/soup.h>

#include "transport/stile-http-local-address.h"

#define TOKEN "0123456789abcdefghijkl"

static StileHttpLocalAddress *
make_address (void)
{
  g_autoptr (GUri) service = g_uri_parse ("https://service.example:8443", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketAddress) own = g_inet_socket_address_new_from_string ("127.0.0.1", 4321);

  return stile_http_local_address_new (service, own, TOKEN);
}

/* What is written anew leads to the proxy or to the service, in one of its forms, and nowhere else. */
static void
check_location (StileHttpLocalAddress *address, StileHttpLocalForm form, const char *location)
{
  g_autofree char *local = stile_http_local_address_localize (address, form, location);
  g_autoptr (GUri) uri = NULL;

  if (g_strcmp0 (local, location) == 0)
    return;

  uri = g_uri_parse (local, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL)
    return; /* a path that was none before, either */
  g_assert_cmpint (stile_http_local_address_get_form (address, uri), ==, form);
  g_assert_true (form == STILE_HTTP_LOCAL_FORM_BASE || stile_http_local_address_is_service (address, uri));
}

static void
check_asked (StileHttpLocalAddress *address, const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *target = NULL;

  if (uri == NULL)
    {
      g_assert_false (stile_http_local_address_may_ask (address, text));
      return;
    }

  target = stile_http_local_address_get_target (address, uri);
  g_assert_cmpint (target[0], ==, '/');
  if (stile_http_local_address_is_service (address, uri))
    g_assert_cmpint (stile_http_local_address_get_form (address, uri), ==, STILE_HTTP_LOCAL_FORM_PROXY);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *)data, size) : g_strdup ("");
  g_autoptr (StileHttpLocalAddress) address = make_address ();

  check_location (address, STILE_HTTP_LOCAL_FORM_PROXY, text);
  check_location (address, STILE_HTTP_LOCAL_FORM_BASE, text);
  check_asked (address, text);

  return 0;
}
