/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-front.h"

#include <string.h>

#include "atls/stile-error.h"

static StileHttpFront *
make_front (const char *addresses)
{
  g_autoptr (StileFront) told = stile_front_new ();
  StileHttpFront *front = stile_http_front_new (told);
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_http_front_get_told (front) == told);
  g_assert_true (stile_http_front_add_addresses (front, addresses, &error));
  g_assert_no_error (error);
  return front;
}

static gboolean
has (StileHttpFront *front, const char *text)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (text, 4711);

  return stile_http_front_has_address (front, address);
}

static void
test_knows_its_addresses (void)
{
  g_autoptr (StileHttpFront) front = make_front (" 192.0.2.1,10.0.0.0/8; fd00::/8 ");

  g_assert_true (has (front, "192.0.2.1"));
  g_assert_true (has (front, "10.255.0.1"));
  g_assert_true (has (front, "fd12::1"));
  g_assert_false (has (front, "192.0.2.2"));
  g_assert_false (has (front, "11.0.0.1"));
  g_assert_false (has (front, "fe80::1"));
  g_assert_false (has (front, "::1"));
}

/* Nobody is believed by default, and whoever has no address is not. */
static void
test_believes_nobody (void)
{
  g_autoptr (StileHttpFront) front = make_front ("");

  g_assert_false (has (front, "127.0.0.1"));
  g_assert_false (stile_http_front_has_address (front, NULL));
}

static void
test_refuses_what_is_no_address (void)
{
  static const char *const words[] = { "localhost", "10.0.0.0/33", "10.0.0.1/8", "10.0.0" };
  g_autoptr (StileHttpFront) front = make_front ("192.0.2.1");

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (stile_http_front_add_addresses (front, words[i], &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, words[i]));
    }
  g_assert_true (has (front, "192.0.2.1"));
}

static void
test_names_the_ja3_field (void)
{
  g_autoptr (StileHttpFront) front = make_front ("");

  g_assert_cmpstr (stile_http_front_get_ja3_header (front), ==, "X-SSL-JA3");
  stile_http_front_set_ja3_header (front, "X-JA3");
  g_assert_cmpstr (stile_http_front_get_ja3_header (front), ==, "X-JA3");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-front/knows-its-addresses", test_knows_its_addresses);
  g_test_add_func ("/transport/http-front/believes-nobody", test_believes_nobody);
  g_test_add_func ("/transport/http-front/refuses-what-is-no-address", test_refuses_what_is_no_address);
  g_test_add_func ("/transport/http-front/names-the-ja3-field", test_names_the_ja3_field);

  return g_test_run ();
}
