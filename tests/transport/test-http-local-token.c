/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "transport/stile-http-local-token.h"

static void
test_makes_others_each_time (void)
{
  g_autofree char *one = stile_http_local_token_make ();
  g_autofree char *other = stile_http_local_token_make ();

  g_assert_cmpuint (strlen (one), ==, STILE_HTTP_LOCAL_TOKEN_MIN_LENGTH);
  g_assert_true (stile_http_local_token_is_valid (one));
  g_assert_cmpstr (one, !=, other);
}

static void
test_is_valid (void)
{
  static const struct
  {
    const char *text;
    gboolean valid;
  } table[] = {
    { "0123456789abcdefghijkl", TRUE },
    { "0123456789abcdefghijk", FALSE },
    { "", FALSE },
    { "AZaz09-_AZaz09-_AZaz09-_", TRUE },
    { "0123456789abcdef/hijkl", FALSE },
    { "0123456789abcdef hijkl", FALSE },
    { "0123456789abcdef%41jkl", FALSE },
    { "0123456789abcdef\303\244hijkl", FALSE },
    { "0123456789abcdef:hijklm", FALSE },
  };
  g_autofree char *longest = g_strnfill (STILE_HTTP_LOCAL_TOKEN_MAX_LENGTH, 'a');
  g_autofree char *longer = g_strnfill (STILE_HTTP_LOCAL_TOKEN_MAX_LENGTH + 1, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (stile_http_local_token_is_valid (table[i].text), ==, table[i].valid);
  g_assert_true (stile_http_local_token_is_valid (longest));
  g_assert_false (stile_http_local_token_is_valid (longer));
}

static void
test_matches (void)
{
  g_assert_true (stile_http_local_token_matches ("secret", "secret and more", 6));
  g_assert_false (stile_http_local_token_matches ("secret", "secret and more", 7));
  g_assert_false (stile_http_local_token_matches ("secret", "secret", 5));
  g_assert_false (stile_http_local_token_matches ("secret", "secreT", 6));
  g_assert_false (stile_http_local_token_matches ("secret", "", 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/http-local-token/makes-others-each-time", test_makes_others_each_time);
  g_test_add_func ("/transport/http-local-token/is-valid", test_is_valid);
  g_test_add_func ("/transport/http-local-token/matches", test_matches);

  return g_test_run ();
}
