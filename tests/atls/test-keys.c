/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-keys.h"

static GBytes *
count_up (gsize length)
{
  guint8 *bytes = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)i;

  return g_bytes_new_take (bytes, length);
}

static void
test_block_size (void)
{
  static const struct
  {
    const char *cipher;
    gsize size;
  } table[] = {
    { "AES-128-GCM", 56 }, { "AES-256-GCM", 88 },   { "CHACHA20-POLY1305", 88 }, { "AES-128-CCM", 56 },
    { "AES-256-CCM", 88 }, { "AES-128-CCM-8", 56 }, { "AES-256-CCM-8", 88 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpuint (
        stile_keys_get_block_size (&stile_keys_application, stile_aead_lookup_coding (table[i].cipher)), ==,
        table[i].size);
}

static void
assert_part (StileKeys *keys, guint index, guint8 first, gsize length)
{
  gsize part_length;
  const guint8 *part = stile_keys_get_part (keys, index, &part_length);

  g_assert_cmpuint (part_length, ==, length);
  for (gsize i = 0; i < length; i++)
    g_assert_cmpuint (part[i], ==, first + i);
}

/* The draft, section 7.3: both keys, then both IVs, the client's first. */
static void
test_cuts_in_the_drafts_order (void)
{
  g_autoptr (GBytes) block = count_up (56);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileKeys) keys =
      stile_keys_new (&stile_keys_application, stile_aead_lookup_coding ("AES-128-GCM"), block, &error);

  g_assert_no_error (error);
  g_assert_true (stile_keys_get_aead (keys) == stile_aead_lookup_coding ("AES-128-GCM"));
  assert_part (keys, 0, 0, 16);
  assert_part (keys, 1, 16, 16);
  assert_part (keys, 2, 32, 12);
  assert_part (keys, 3, 44, 12);
}

static void
test_material_is_key_and_iv_of_one_direction (void)
{
  g_autoptr (GBytes) block = count_up (88);
  g_autoptr (StileKeys) keys =
      stile_keys_new (&stile_keys_application, stile_aead_lookup_coding ("AES-256-GCM"), block, NULL);
  guint8 material[STILE_KEYS_MAX_MATERIAL_SIZE];

  g_assert_cmpuint (stile_keys_copy_material (keys, STILE_ROLE_CLIENT, material), ==, 44);
  g_assert_cmpuint (material[0], ==, 0);
  g_assert_cmpuint (material[31], ==, 31);
  g_assert_cmpuint (material[32], ==, 64);
  g_assert_cmpuint (stile_keys_copy_material (keys, STILE_ROLE_SERVER, material), ==, 44);
  g_assert_cmpuint (material[0], ==, 32);
  g_assert_cmpuint (material[32], ==, 76);
}

static void
test_refuses_another_length (void)
{
  static const gsize lengths[] = { 1, 55, 57, 88, 44 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GBytes) block = count_up (lengths[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (
          stile_keys_new (&stile_keys_application, stile_aead_lookup_coding ("AES-128-GCM"), block, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

/* Another use of the exporter is another row of data. */
static void
test_other_schedules (void)
{
  static const StileKeysSchedule schedule = {
    .label = "EXPORTER-oscore",
    .parts = { STILE_KEYS_PART_IV, STILE_KEYS_PART_KEY },
  };
  const StileAead *aead = stile_aead_lookup_coding ("AES-128-CCM-8");
  g_autoptr (GBytes) block = count_up (28);
  g_autoptr (StileKeys) keys = stile_keys_new (&schedule, aead, block, NULL);
  gsize length;

  g_assert_cmpuint (stile_keys_get_block_size (&schedule, aead), ==, 28);
  assert_part (keys, 0, 0, 12);
  assert_part (keys, 1, 12, 16);
  stile_keys_get_part (keys, 2, &length);
  g_assert_cmpuint (length, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/keys/block-size", test_block_size);
  g_test_add_func ("/atls/keys/cuts-in-the-drafts-order", test_cuts_in_the_drafts_order);
  g_test_add_func ("/atls/keys/material-is-key-and-iv-of-one-direction",
                   test_material_is_key_and_iv_of_one_direction);
  g_test_add_func ("/atls/keys/refuses-another-length", test_refuses_another_length);
  g_test_add_func ("/atls/keys/other-schedules", test_other_schedules);

  return g_test_run ();
}
