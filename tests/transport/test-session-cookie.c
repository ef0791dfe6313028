/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "transport/stile-session-cookie.h"

static void
test_read (void)
{
  static const struct
  {
    const char *header;
    const char *id;
  } table[] = {
    { "atls-session=abc", "abc" },
    { "atls-session=\"abc\"", "abc" },
    { "$Version=\"1\"; atls-session=\"abc\"; $Path=\"/.well-known/atls\"", "abc" },
    { "$Version=\"1\", atls-session=\"abc\", $Path=\"/\"", "abc" },
    { "a=b; atls-session=abc; c=d", "abc" },
    { "a=b;atls-session=abc;c=d", "abc" },
    { "  atls-session=abc \t", "abc" },
    { "atls-session=first; atls-session=second", "first" },
    { "x-atls-session=no; atls-session=yes", "yes" },
    { "atls-session-2=no; atls-session=yes", "yes" },
    { "other=atls-session=no", NULL },
    { "atls-session", NULL },
    { "atls-session=", "" },
    { "atls-session=\"", "\"" },
    { "atls-session=\"\"", "" },
    { "atls-session=a=b", "a=b" },
    { "ATLS-SESSION=abc", NULL }, /* names of cookies have their case */
    { ";;;,,, ;", NULL },
    { "=", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *id = stile_session_cookie_read (table[i].header);

      g_assert_cmpstr (id, ==, table[i].id);
    }
}

static char *
fill (const char *start, char character, gsize length)
{
  char *text = g_malloc (length + 1);

  memset (text, character, length);
  memcpy (text, start, MIN (strlen (start), length));
  text[length] = '\0';
  return text;
}

static void
test_hostile_length (void)
{
  g_autofree char *fits = fill ("atls-session=", 'a', STILE_SESSION_COOKIE_MAX_HEADER);
  g_autofree char *long_value = fill ("atls-session=", 'a', STILE_SESSION_COOKIE_MAX_HEADER + 1);
  g_autofree char *semicolons = fill ("", ';', STILE_SESSION_COOKIE_MAX_HEADER);
  g_autofree char *quotes = fill ("atls-session=", '"', STILE_SESSION_COOKIE_MAX_HEADER);
  g_autofree char *spaces = fill ("atls-session=a", ' ', STILE_SESSION_COOKIE_MAX_HEADER);
  g_autofree char *huge = fill ("atls-session=", 'a', 10 * 1000 * 1000);
  g_autofree char *id = stile_session_cookie_read (fits);
  g_autofree char *quoted = stile_session_cookie_read (quotes);
  g_autofree char *spaced = stile_session_cookie_read (spaces);

  g_assert_cmpuint (strlen (id), ==, STILE_SESSION_COOKIE_MAX_HEADER - strlen ("atls-session="));
  g_assert_null (stile_session_cookie_read (long_value));
  g_assert_null (stile_session_cookie_read (huge));
  g_assert_null (stile_session_cookie_read (semicolons));
  g_assert_nonnull (quoted);
  g_assert_cmpstr (spaced, ==, "a");
}

static void
test_write (void)
{
  g_autofree char *plain = stile_session_cookie_write ("abc", "/.well-known/atls", FALSE);
  g_autofree char *secure = stile_session_cookie_write ("abc", "/atls", TRUE);

  g_assert_cmpstr (plain, ==, "atls-session=abc; Path=/.well-known/atls; HttpOnly; SameSite=Strict");
  g_assert_cmpstr (secure, ==, "atls-session=abc; Path=/atls; HttpOnly; SameSite=Strict; Secure");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/session-cookie/read", test_read);
  g_test_add_func ("/transport/session-cookie/hostile-length", test_hostile_length);
  g_test_add_func ("/transport/session-cookie/write", test_write);

  return g_test_run ();
}
