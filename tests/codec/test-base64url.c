/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-base64url.h"

/* RFC 4648 section 10, and the two characters that the alphabets disagree about. */
static const struct
{
  const char *bytes;
  const char *url;
  const char *standard;
} pairs[] = {
  { "", "", "" },
  { "f", "Zg", "Zg==" },
  { "fo", "Zm8", "Zm8=" },
  { "foo", "Zm9v", "Zm9v" },
  { "foob", "Zm9vYg", "Zm9vYg==" },
  { "fooba", "Zm9vYmE", "Zm9vYmE=" },
  { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
  { "\xfb\xff\xbf", "-_-_", "+/+/" },
};

static void
assert_holds (GBytes *bytes, const char *expected)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, strlen (expected));
}

static void
test_knows_the_rfc_vectors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *text =
          stile_base64url_encode ((const guint8 *)pairs[i].bytes, strlen (pairs[i].bytes));
      g_autoptr (GBytes) url = stile_base64url_decode (pairs[i].url, -1, NULL);
      g_autoptr (GBytes) standard = stile_base64url_decode_standard (pairs[i].standard, -1, NULL);

      g_assert_cmpstr (text, ==, pairs[i].url);
      assert_holds (url, pairs[i].bytes);
      assert_holds (standard, pairs[i].bytes);
    }
}

static void
test_brings_every_byte_back (void)
{
  guint8 bytes[256];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)(255 - i);
  for (gsize length = 0; length <= sizeof bytes; length++)
    {
      g_autofree char *text = stile_base64url_encode (bytes, length);
      g_autoptr (GBytes) back = stile_base64url_decode (text, -1, NULL);

      g_assert_nonnull (back);
      g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), bytes, length);
    }
}

static void
test_stops_at_the_length (void)
{
  g_autoptr (GBytes) url = stile_base64url_decode ("Zm9v!!!", 4, NULL);
  g_autoptr (GBytes) standard = stile_base64url_decode_standard ("Zm9v!!!", 4, NULL);
  g_autoptr (GBytes) nothing = stile_base64url_decode_standard (NULL, 0, NULL);

  assert_holds (url, "foo");
  assert_holds (standard, "foo");
  assert_holds (nothing, "");
}

static void
test_url_refuses_the_rest (void)
{
  static const char *const cases[] = {
    "Zg==", "Zm8=", "Z", "Zm9vY", "+/+/", "Zm9v\n", " Zm9v", "Zh", "Zm9", "Zm\xc3\xa4", "=",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_base64url_decode (cases[i], -1, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_refuses_a_nul (void)
{
  g_autoptr (GError) url_error = NULL;
  g_autoptr (GError) standard_error = NULL;

  g_assert_null (stile_base64url_decode ("Zm9v\0Zg", 7, &url_error));
  g_assert_error (url_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_null (stile_base64url_decode_standard ("Zm9v\0Zg==", 9, &standard_error));
  g_assert_error (standard_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_standard_passes_over_white_space (void)
{
  static const char *const cases[] = {
    "Zm9vYg==\r\n",
    "Zm9v\r\nYg==\r\n",
    "\n\n Z m\t9vYg = =\n",
    "Zm9vYg=\r\n=",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = stile_base64url_decode_standard (cases[i], -1, &error);

      g_assert_no_error (error);
      assert_holds (bytes, "foob");
    }
}

static void
test_standard_refuses_the_rest (void)
{
  static const char *const cases[] = {
    "Zg",   "Zg=",  "Zg===", "Zm8",      "Zm8==", "Zm9v=",  "Zm9vY===",
    "-_-_", "Zh==", "Zm9=",  "Zg==Zg==", "=",     "Zm9v\v",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_base64url_decode_standard (cases[i], -1, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/base64url/knows-the-rfc-vectors", test_knows_the_rfc_vectors);
  g_test_add_func ("/codec/base64url/brings-every-byte-back", test_brings_every_byte_back);
  g_test_add_func ("/codec/base64url/stops-at-the-length", test_stops_at_the_length);
  g_test_add_func ("/codec/base64url/url-refuses-the-rest", test_url_refuses_the_rest);
  g_test_add_func ("/codec/base64url/refuses-a-nul", test_refuses_a_nul);
  g_test_add_func ("/codec/base64url/standard-passes-over-white-space",
                   test_standard_passes_over_white_space);
  g_test_add_func ("/codec/base64url/standard-refuses-the-rest", test_standard_refuses_the_rest);

  return g_test_run ();
}
