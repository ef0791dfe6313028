/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-content-coding.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-secret.h"

static const char *const codings[] = {
  "aes128gcm", "aes256gcm", "chacha20poly1305", "aes128ccm", "aes256ccm", "aes128ccm8", "aes256ccm8",
};

/* A megabyte is more than any message of these tests. */
#define LIMIT (1024 * 1024)

static const guint8 material[] = "the key and the iv of one direction, 44 B..";

static GBytes *
decode (const char *text)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = stile_base64url_decode (text, -1, &error);

  g_assert_no_error (error);
  return bytes;
}

static GBytes *
count_up (gsize length)
{
  guint8 *bytes = g_malloc (MAX (length, 1));

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)(i % 251);

  return g_bytes_new_take (bytes, length);
}

static GBytes *
seal (const char *coding, guint32 record_size, GBytes *plaintext)
{
  const StileContentCodingHeader header = {
    .salt = "sixteen bytes..",
    .record_size = record_size,
    .key_id = (const guint8 *)"a1",
    .key_id_length = 2,
  };
  g_autoptr (GError) error = NULL;
  GBytes *message = stile_content_coding_seal (stile_aead_lookup_coding (coding), material, sizeof material,
                                               &header, plaintext, &error);

  g_assert_no_error (error);
  return message;
}

static GBytes *
open (const char *coding, GBytes *message, GError **error)
{
  return stile_content_coding_open (stile_aead_lookup_coding (coding), material, sizeof material, message,
                                    LIMIT, error);
}

static void
assert_refused (const char *coding, GBytes *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open (coding, message, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* The same as @message with one byte changed. */
static GBytes *
flip (GBytes *message, gsize position, guint8 bits)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  guint8 *copy = g_memdup2 (bytes, length);

  copy[position] ^= bits;
  return g_bytes_new_take (copy, length);
}

static void
assert_opens_example (const char *key, const char *message, gsize key_id_length, guint32 record_size)
{
  g_autoptr (GBytes) key_bytes = decode (key);
  g_autoptr (GBytes) sealed = decode (message);
  StileContentCodingHeader header;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) plaintext = NULL;

  g_assert_true (stile_content_coding_read_header (sealed, &header, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (header.key_id_length, ==, key_id_length);
  g_assert_cmpuint (header.record_size, ==, record_size);
  plaintext =
      stile_content_coding_open (stile_aead_lookup_coding ("aes128gcm"), g_bytes_get_data (key_bytes, NULL),
                                 g_bytes_get_size (key_bytes), sealed, LIMIT, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (plaintext, NULL), g_bytes_get_size (plaintext), "I am the walrus", 15);
}

#define EXAMPLE_KEY "yqdlZ-tYemfogSmv7Ws5PQ"
#define EXAMPLE "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"

static void
test_opens_example_3_1 (void)
{
  assert_opens_example (EXAMPLE_KEY, EXAMPLE, 0, 4096);
}

static void
test_seals_example_3_1 (void)
{
  g_autoptr (GBytes) key = decode (EXAMPLE_KEY);
  g_autoptr (GBytes) expected = decode (EXAMPLE);
  g_autoptr (GBytes) plaintext = g_bytes_new_static ("I am the walrus", 15);
  StileContentCodingHeader header;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = NULL;

  g_assert_true (stile_content_coding_read_header (expected, &header, NULL));
  sealed = stile_content_coding_seal (stile_aead_lookup_coding ("aes128gcm"), g_bytes_get_data (key, NULL),
                                      g_bytes_get_size (key), &header, plaintext, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (sealed, expected));
}

/* Its records are padded in a way of their own, so it can only be opened (PLATFORM section 14). */
static void
test_opens_example_3_2 (void)
{
  assert_opens_example (
      "BO3ZVPxUlnLORbVGMpbT1Q",
      "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA", 2,
      25);
}

static void
test_round_trip (gconstpointer data)
{
  const gsize overhead = 1 + stile_aead_lookup_coding (data)->tag_size;
  const guint32 record_size = 100;
  const gsize room = record_size - overhead;
  const gsize lengths[] = { 0,
                            1,
                            room - 1,
                            room,
                            room + 1,
                            82,
                            83,
                            100,
                            101,
                            2 * room - 1,
                            2 * room,
                            2 * room + 1,
                            10 * room - 1,
                            10 * room,
                            10 * room + 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GBytes) plaintext = count_up (lengths[i]);
      g_autoptr (GBytes) message = seal (data, record_size, plaintext);
      gsize records = lengths[i] == 0 ? 1 : (lengths[i] + room - 1) / room;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) opened = open (data, message, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (opened, plaintext));
      g_assert_cmpuint (g_bytes_get_size (message), ==,
                        STILE_CONTENT_CODING_PREFIX_SIZE + 2 + lengths[i] + records * overhead);
    }
}

static void
test_round_trip_of_a_megabyte (gconstpointer data)
{
  g_autoptr (GBytes) plaintext = count_up (LIMIT);
  g_autoptr (GBytes) message = seal (
      data, stile_content_coding_choose_record_size (stile_aead_lookup_coding (data), LIMIT), plaintext);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened = open (data, message, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, plaintext));
}

/* RFC 8188 section 2.1: a record holds a delimiter and the tag, and one byte of content to be of use. */
static void
test_round_trip_of_smallest_records (void)
{
  g_autoptr (GBytes) plaintext = count_up (300);
  g_autoptr (GBytes) message = seal ("aes128gcm", STILE_CONTENT_CODING_MIN_RECORD_SIZE, plaintext);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened = open ("aes128gcm", message, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, plaintext));
}

static void
test_refuses_every_truncation (gconstpointer data)
{
  g_autoptr (GBytes) plaintext = count_up (150);
  g_autoptr (GBytes) message = seal (data, 64, plaintext);

  for (gsize length = 0; length < g_bytes_get_size (message); length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (message, 0, length);

      assert_refused (data, cut);
    }
}

static void
test_refuses_every_flipped_bit (gconstpointer data)
{
  g_autoptr (GBytes) plaintext = count_up (40);
  g_autoptr (GBytes) message = seal (data, 32, plaintext);
  const gsize key_id = STILE_CONTENT_CODING_PREFIX_SIZE;

  for (gsize i = 0; i < g_bytes_get_size (message); i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autoptr (GBytes) changed = flip (message, i, (guint8)(1 << bit));

        /* The key id only says which keys to take; whoever looks them up answers for it. */
        if (i < key_id || i >= key_id + 2)
          assert_refused (data, changed);
      }
}

/* Only the delimiter tells that there is more: that is what it is for. */
static void
test_refuses_a_cut_at_a_record (void)
{
  g_autoptr (GBytes) plaintext = count_up (200);
  g_autoptr (GBytes) message = seal ("aes128gcm", 64, plaintext);
  const gsize header = STILE_CONTENT_CODING_PREFIX_SIZE + 2;

  for (gsize records = 1; header + records * 64 < g_bytes_get_size (message); records++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (message, 0, header + records * 64);
      g_autoptr (GError) error = NULL;

      g_assert_null (open ("aes128gcm", cut, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, "cut off"));
    }
}

static void
test_refuses_swapped_records (void)
{
  g_autoptr (GBytes) plaintext = count_up (200);
  g_autoptr (GBytes) message = seal ("aes128gcm", 64, plaintext);
  const gsize header = STILE_CONTENT_CODING_PREFIX_SIZE + 2;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  guint8 *copy = g_memdup2 (bytes, length);
  g_autoptr (GBytes) swapped = g_bytes_new_take (copy, length);

  memcpy (copy + header, bytes + header + 64, 64);
  memcpy (copy + header + 64, bytes + header, 64);
  assert_refused ("aes128gcm", swapped);
}

static void
test_refuses_a_record_too_many (void)
{
  g_autoptr (GBytes) plaintext = count_up (47);
  g_autoptr (GBytes) message = seal ("aes128gcm", 64, plaintext);
  gsize length = g_bytes_get_size (message);
  guint8 *copy = g_malloc (length + 64);
  g_autoptr (GBytes) longer = g_bytes_new_take (copy, length + 64);

  memcpy (copy, g_bytes_get_data (message, NULL), length);
  memcpy (copy + length, copy + length - 64, 64);
  assert_refused ("aes128gcm", longer);
}

static void
test_refuses_small_records (void)
{
  for (guint8 size = 0; size < STILE_CONTENT_CODING_MIN_RECORD_SIZE; size++)
    {
      guint8 bytes[64] = { 0 };
      g_autoptr (GBytes) message = NULL;
      StileContentCodingHeader header;
      g_autoptr (GError) error = NULL;

      bytes[19] = size;
      message = g_bytes_new (bytes, sizeof bytes);
      g_assert_false (stile_content_coding_read_header (message, &header, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      assert_refused ("aes128gcm", message);
    }
}

static void
test_refuses_other_keys_and_ciphers (void)
{
  g_autoptr (GBytes) plaintext = count_up (40);
  g_autoptr (GBytes) message = seal ("aes128gcm", 4096, plaintext);
  const guint8 other[sizeof material] = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_content_coding_open (stile_aead_lookup_coding ("aes128gcm"), other, sizeof other,
                                            message, LIMIT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  for (gsize i = 1; i < G_N_ELEMENTS (codings); i++)
    assert_refused (codings[i], message);
}

/* A limit is about the plaintext, and says both numbers before any work is done. */
static void
test_keeps_the_limit (void)
{
  const StileAead *aead = stile_aead_lookup_coding ("aes128gcm");
  g_autoptr (GBytes) plaintext = count_up (1000);
  g_autoptr (GBytes) message = seal ("aes128gcm", 128, plaintext);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened =
      stile_content_coding_open (aead, material, sizeof material, message, 1000, &error);

  g_assert_no_error (error);
  g_assert_nonnull (opened);
  g_assert_null (stile_content_coding_open (aead, material, sizeof material, message, 999, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "999"));
}

static void
test_refuses_what_is_over_the_size (void)
{
  g_autofree guint8 *bytes = g_malloc0 (STILE_CONTENT_CODING_MAX_SIZE + 1);
  g_autoptr (GBytes) message = g_bytes_new_static (bytes, STILE_CONTENT_CODING_MAX_SIZE + 1);
  StileContentCodingHeader header;
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_content_coding_read_header (message, &header, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_chooses_one_record_for_small_messages (void)
{
  const StileAead *aead = stile_aead_lookup_coding ("aes128gcm");
  static const gsize lengths[] = { 0, 1, 100, 4096, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint32 size = stile_content_coding_choose_record_size (aead, lengths[i]);

      g_assert_cmpuint (size, >=, STILE_CONTENT_CODING_MIN_RECORD_SIZE);
      g_assert_cmpuint (size, >=, lengths[i] + 1 + aead->tag_size);
    }
}

static void
test_secret_bytes_are_a_copy (void)
{
  guint8 secret[] = { 1, 2, 3 };
  g_autoptr (GBytes) bytes = stile_secret_bytes_new (secret, sizeof secret);

  stile_secret_wipe (secret, sizeof secret);
  g_assert_cmpmem (secret, 3, "\0\0\0", 3);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "\1\2\3", 3);
  stile_secret_wipe (NULL, 0);
  stile_secret_free (NULL, 0);
}

static void
add (const char *what, const char *coding, GTestDataFunc function)
{
  g_autofree char *path = g_strdup_printf ("/codec/content-coding/%s/%s", what, coding);

  g_test_add_data_func (path, coding, function);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/content-coding/opens-rfc8188-3.1", test_opens_example_3_1);
  g_test_add_func ("/codec/content-coding/seals-rfc8188-3.1", test_seals_example_3_1);
  g_test_add_func ("/codec/content-coding/opens-rfc8188-3.2", test_opens_example_3_2);
  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++)
    {
      add ("round-trip", codings[i], test_round_trip);
      add ("round-trip-of-a-megabyte", codings[i], test_round_trip_of_a_megabyte);
      add ("refuses-every-truncation", codings[i], test_refuses_every_truncation);
      add ("refuses-every-flipped-bit", codings[i], test_refuses_every_flipped_bit);
    }
  g_test_add_func ("/codec/content-coding/round-trip-of-smallest-records",
                   test_round_trip_of_smallest_records);
  g_test_add_func ("/codec/content-coding/refuses-a-cut-at-a-record", test_refuses_a_cut_at_a_record);
  g_test_add_func ("/codec/content-coding/refuses-swapped-records", test_refuses_swapped_records);
  g_test_add_func ("/codec/content-coding/refuses-a-record-too-many", test_refuses_a_record_too_many);
  g_test_add_func ("/codec/content-coding/refuses-small-records", test_refuses_small_records);
  g_test_add_func ("/codec/content-coding/refuses-other-keys-and-ciphers",
                   test_refuses_other_keys_and_ciphers);
  g_test_add_func ("/codec/content-coding/keeps-the-limit", test_keeps_the_limit);
  g_test_add_func ("/codec/content-coding/refuses-what-is-over-the-size", test_refuses_what_is_over_the_size);
  g_test_add_func ("/codec/content-coding/chooses-one-record-for-small-messages",
                   test_chooses_one_record_for_small_messages);
  g_test_add_func ("/codec/secret/bytes-are-a-copy", test_secret_bytes_are_a_copy);

  return g_test_run ();
}
