/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-sealer.h"

#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-content-coding.h"

#define LIMIT 4096

static const guint8 id[STILE_SEALER_ID_SIZE] = "session number 1";
static const guint8 other_id[STILE_SEALER_ID_SIZE] = "session number 2";

static StileSealer *
make_sealer (const char *cipher, StileRole role, const guint8 *session)
{
  const StileAead *aead = stile_aead_lookup_coding (cipher);
  gsize size = stile_keys_get_block_size (&stile_keys_application, aead);
  g_autofree guint8 *block = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < size; i++)
    block[i] = (guint8)(3 * i);
  bytes = g_bytes_new (block, size);
  return stile_sealer_new (stile_keys_new (&stile_keys_application, aead, bytes, NULL), role, session);
}

typedef struct
{
  StileSealer *client;
  StileSealer *server;
  GBytes *plaintext;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *cipher = data != NULL ? data : "AES-128-GCM";

  fixture->client = make_sealer (cipher, STILE_ROLE_CLIENT, id);
  fixture->server = make_sealer (cipher, STILE_ROLE_SERVER, id);
  fixture->plaintext = g_bytes_new_static ("GET /", 5);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stile_sealer_free (fixture->client);
  stile_sealer_free (fixture->server);
  g_bytes_unref (fixture->plaintext);
}

static GBytes *
seal (StileSealer *sealer, guint64 sequence, GBytes *plaintext)
{
  g_autoptr (GError) error = NULL;
  GBytes *message = stile_sealer_seal (sealer, sequence, plaintext, &error);

  g_assert_no_error (error);
  return message;
}

static void
assert_refused (StileSealer *sealer, GBytes *message)
{
  guint64 sequence;
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_sealer_open (sealer, message, LIMIT, &sequence, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
}

static void
test_both_directions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) request = seal (fixture->client, 7, fixture->plaintext);
  g_autoptr (GBytes) answer = seal (fixture->server, 7, fixture->plaintext);
  guint64 number = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) received = stile_sealer_open (fixture->server, request, LIMIT, &number, &error);
  g_autoptr (GBytes) answered = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (number, ==, 7);
  g_assert_true (g_bytes_equal (received, fixture->plaintext));
  number = 0;
  answered = stile_sealer_open (fixture->client, answer, LIMIT, &number, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (number, ==, 7);
  g_assert_true (g_bytes_equal (answered, fixture->plaintext));
}

/* PROTOCOL section 2: 8 random bytes, the number, record size, 16, the session's id. */
static void
test_layout (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) first = seal (fixture->client, 0x02030405, fixture->plaintext);
  g_autoptr (GBytes) second = seal (fixture->client, 0x02030405, fixture->plaintext);
  const guint8 *bytes = g_bytes_get_data (second, NULL);
  const guint8 *random = g_bytes_get_data (first, NULL);

  g_assert_cmpmem (bytes + 8, 8, "\0\0\0\0\2\3\4\5", 8);
  g_assert_cmpuint (bytes[20], ==, STILE_SEALER_ID_SIZE);
  g_assert_cmpmem (bytes + 21, 16, id, 16);
  g_assert_cmpint (memcmp (bytes, random, 8), !=, 0);
}

static void
test_reads_addresses_of_anybody (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) message = seal (fixture->client, 42, fixture->plaintext);
  guint8 found[STILE_SEALER_ID_SIZE];
  guint64 sequence;
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_sealer_read_address (message, found, &sequence, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sequence, ==, 42);
  g_assert_cmpmem (found, 16, id, 16);
}

static void
test_refuses_another_session (Fixture *fixture, gconstpointer data)
{
  StileSealer *other = make_sealer ("AES-128-GCM", STILE_ROLE_SERVER, other_id);
  g_autoptr (GBytes) message = seal (fixture->client, 1, fixture->plaintext);
  guint64 sequence;
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_sealer_open (other, message, LIMIT, &sequence, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "another session"));
  stile_sealer_free (other);
}

/* A message sent back to its sender is no answer. */
static void
test_refuses_its_own_direction (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) message = seal (fixture->client, 1, fixture->plaintext);

  assert_refused (fixture->client, message);
}

/* The record size is in no key and no tag (RFC 8188 section 2.1): it can break a message, but not change it. */
static void
assert_refused_or_same (StileSealer *sealer, GBytes *message, GBytes *plaintext)
{
  guint64 sequence;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened = stile_sealer_open (sealer, message, LIMIT, &sequence, &error);

  if (opened != NULL)
    g_assert_true (g_bytes_equal (opened, plaintext));
  else
    g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
}

static void
test_refuses_every_flipped_bit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) message = seal (fixture->client, 3, fixture->plaintext);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);

  for (gsize i = 0; i < 8 * length; i++)
    {
      guint8 *copy = g_memdup2 (bytes, length);
      g_autoptr (GBytes) changed = g_bytes_new_take (copy, length);

      copy[i / 8] ^= (guint8)(1 << i % 8);
      if (i / 8 >= STILE_CONTENT_CODING_SALT_SIZE && i / 8 < STILE_CONTENT_CODING_SALT_SIZE + 4)
        assert_refused_or_same (fixture->server, changed, fixture->plaintext);
      else
        assert_refused (fixture->server, changed);
    }
}

static void
test_refuses_every_truncation (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) message = seal (fixture->client, 3, fixture->plaintext);

  for (gsize i = 0; i < g_bytes_get_size (message); i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (message, 0, i);

      assert_refused (fixture->server, cut);
    }
}

static void
test_refuses_ids_of_other_lengths (Fixture *fixture, gconstpointer data)
{
  static const gsize lengths[] = { 0, 1, 15, 17, 255 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 bytes[STILE_CONTENT_CODING_PREFIX_SIZE + 255 + 40] = { 0 };
      g_autoptr (GBytes) message = NULL;
      guint8 found[STILE_SEALER_ID_SIZE];
      guint64 sequence;
      g_autoptr (GError) error = NULL;

      bytes[19] = 200;
      bytes[20] = (guint8)lengths[i];
      message = g_bytes_new (bytes, sizeof bytes);
      g_assert_false (stile_sealer_read_address (message, found, &sequence, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
    }
}

static void
test_ends_after_its_last_number (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) last = seal (fixture->client, STILE_SEALER_MAX_MESSAGES - 1, fixture->plaintext);
  guint64 sequence = 0;
  g_autoptr (GBytes) opened = stile_sealer_open (fixture->server, last, LIMIT, &sequence, NULL);
  static const guint64 over[] = { STILE_SEALER_MAX_MESSAGES, G_MAXUINT64 };

  g_assert_cmpuint (STILE_SEALER_MAX_MESSAGES, ==, G_GUINT64_CONSTANT (4294967296));
  g_assert_nonnull (opened);
  g_assert_cmpuint (sequence, ==, STILE_SEALER_MAX_MESSAGES - 1);
  for (gsize i = 0; i < G_N_ELEMENTS (over); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_sealer_seal (fixture->client, over[i], fixture->plaintext, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_EXPIRED);
    }
}

static void
test_keeps_the_limit (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (LIMIT + 1);
  g_autoptr (GBytes) plaintext = g_bytes_new_static (bytes, LIMIT + 1);
  g_autoptr (GBytes) message = seal (fixture->client, 0, plaintext);
  guint64 sequence;
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_sealer_open (fixture->server, message, LIMIT, &sequence, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

static void
test_carries_nothing_and_much (Fixture *fixture, gconstpointer data)
{
  static const gsize lengths[] = { 0, 1, 16384, 1024 * 1024 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree guint8 *bytes = g_malloc0 (MAX (lengths[i], 1));
      g_autoptr (GBytes) plaintext = g_bytes_new_static (bytes, lengths[i]);
      g_autoptr (GBytes) message = seal (fixture->client, i, plaintext);
      guint64 sequence;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) opened =
          stile_sealer_open (fixture->server, message, 1024 * 1024, &sequence, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (opened, plaintext));
    }
}

static void
add (const char *name, const char *cipher, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/atls/sealer/", name, cipher != NULL ? "/" : NULL, cipher, NULL);

  g_test_add (path, Fixture, cipher, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  static const char *const ciphers[] = {
    "AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305", "AES-128-CCM", "AES-256-CCM-8",
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    {
      add ("both-directions", ciphers[i], test_both_directions);
      add ("refuses-every-flipped-bit", ciphers[i], test_refuses_every_flipped_bit);
    }
  add ("layout", NULL, test_layout);
  add ("reads-addresses-of-anybody", NULL, test_reads_addresses_of_anybody);
  add ("refuses-another-session", NULL, test_refuses_another_session);
  add ("refuses-its-own-direction", NULL, test_refuses_its_own_direction);
  add ("refuses-every-truncation", NULL, test_refuses_every_truncation);
  add ("refuses-ids-of-other-lengths", NULL, test_refuses_ids_of_other_lengths);
  add ("ends-after-its-last-number", NULL, test_ends_after_its_last_number);
  add ("keeps-the-limit", NULL, test_keeps_the_limit);
  add ("carries-nothing-and-much", NULL, test_carries_nothing_and_much);

  return g_test_run ();
}
