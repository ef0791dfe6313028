/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>

#include "codec/stile-hex.h"

static void
test_writes_lower_case (void)
{
  const guint8 bytes[] = { 0x00, 0x0f, 0xa0, 0xff };
  g_autoptr (GBytes) same = g_bytes_new (bytes, sizeof bytes);
  g_autofree char *text = stile_hex_encode (bytes, sizeof bytes);
  g_autofree char *text_of_bytes = stile_hex_encode_bytes (same);
  g_autofree char *empty = stile_hex_encode (NULL, 0);

  g_assert_cmpstr (text, ==, "000fa0ff");
  g_assert_cmpstr (text_of_bytes, ==, "000fa0ff");
  g_assert_cmpstr (empty, ==, "");
}

static void
test_reads_either_case (void)
{
  const guint8 expected[] = { 0xab, 0xcd, 0xef, 0x09 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = stile_hex_decode ("abCDeF09", &error);
  g_autoptr (GBytes) empty = stile_hex_decode ("", NULL);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, sizeof expected);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
}

static void
test_refuses_the_rest (void)
{
  static const char *const cases[] = { "a", "abc", "0g", "0x00", "a b ", "ab\n", "\xff\xff", "+1" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_hex_decode (cases[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_groups_for_the_eye (void)
{
  static const struct
  {
    const char *hex;
    gsize group;
    const char *expected;
  } cases[] = {
    { "a1b2c3d4e5f6", 4, "A1B2 C3D4 E5F6" },
    { "a1b2c3", 4, "A1B2 C3" },
    { "a1b2", 2, "A1 B2" },
    { "a1b2", 100, "A1B2" },
    { "", 4, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *grouped = stile_hex_group (cases[i].hex, cases[i].group);

      g_assert_cmpstr (grouped, ==, cases[i].expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/hex/writes-lower-case", test_writes_lower_case);
  g_test_add_func ("/codec/hex/reads-either-case", test_reads_either_case);
  g_test_add_func ("/codec/hex/refuses-the-rest", test_refuses_the_rest);
  g_test_add_func ("/codec/hex/groups-for-the-eye", test_groups_for_the_eye);

  return g_test_run ();
}
