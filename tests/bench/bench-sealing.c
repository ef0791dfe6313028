/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-sealing.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "atls/stile-sealer.h"
#include "codec/stile-content-coding.h"

#define HEADER_SIZE 37 /* salt, record size, length of the id, id */
#define TAG_SIZE 16

/* So much is sealed between two looks at the clock, and so much in a round. */
#define SLICE_BYTES (256 * 1024)
#define ROUND_BYTES (16 * 1024 * 1024)

static const guint8 id[STILE_SEALER_ID_SIZE] = { 1, 2, 3 };

static StileSealer *
make_sealer (const StileAead *aead, StileRole role)
{
  gsize size = stile_keys_get_block_size (&stile_keys_application, aead);
  g_autofree guint8 *block = g_malloc0 (size);
  g_autoptr (GBytes) bytes = g_bytes_new (block, size);
  StileKeys *keys = stile_keys_new (&stile_keys_application, aead, bytes, NULL);

  g_assert (keys != NULL);
  return stile_sealer_new (keys, role, id);
}

static void
must (int r)
{
  if (r < 0)
    bench_figure_fail ("%s", gnutls_strerror (r));
}

/* RFC 8188 sections 2.2 and 2.3. */
static gnutls_aead_cipher_hd_t
derive (const StileAead *aead, const guint8 *salt, guint8 nonce[STILE_AEAD_NONCE_SIZE])
{
  static guint8 material[STILE_KEYS_MAX_MATERIAL_SIZE];
  static const char key_info[] = "Content-Encoding: aes128gcm";
  static const char nonce_info[] = "Content-Encoding: nonce";
  guint8 secret[64];
  guint8 key[STILE_AEAD_MAX_KEY_SIZE];
  gnutls_datum_t input = { material, aead->key_size + STILE_AEAD_NONCE_SIZE };
  gnutls_datum_t salt_datum = { (guint8 *)salt, 16 };
  gnutls_datum_t secret_datum = { secret, gnutls_hmac_get_len (aead->hash) };
  gnutls_datum_t key_info_datum = { (guint8 *)key_info, sizeof key_info };
  gnutls_datum_t nonce_info_datum = { (guint8 *)nonce_info, sizeof nonce_info };
  gnutls_datum_t key_datum = { key, aead->key_size };
  gnutls_aead_cipher_hd_t handle;

  must (gnutls_hkdf_extract (aead->hash, &input, &salt_datum, secret));
  must (gnutls_hkdf_expand (aead->hash, &secret_datum, &key_info_datum, key, aead->key_size));
  must (gnutls_hkdf_expand (aead->hash, &secret_datum, &nonce_info_datum, nonce, STILE_AEAD_NONCE_SIZE));
  must (gnutls_aead_cipher_init (&handle, aead->cipher, &key_datum));
  return handle;
}

/* Records of the same size, without delimiters: the cipher reads the plaintext where it is. */
static guint8 *
seal_bare (const StileAead *aead, const guint8 *plaintext, gsize length, gsize record_size, gsize *sealed)
{
  gsize room = record_size - 1 - TAG_SIZE;
  gsize records = (length - 1) / room + 1;
  guint8 *out = g_malloc (HEADER_SIZE + length + records * (1 + TAG_SIZE));
  guint8 nonce[STILE_AEAD_NONCE_SIZE];
  gnutls_aead_cipher_hd_t handle;

  must (gnutls_rnd (GNUTLS_RND_NONCE, out, 8));
  memset (out + 8, 0, HEADER_SIZE - 8);
  handle = derive (aead, out, nonce);
  *sealed = HEADER_SIZE;
  while (length > 0)
    {
      gsize part = MIN (length, room);
      gsize size = part + TAG_SIZE;

      must (gnutls_aead_cipher_encrypt (handle, nonce, sizeof nonce, NULL, 0, TAG_SIZE, plaintext, part,
                                        out + *sealed, &size));
      nonce[STILE_AEAD_NONCE_SIZE - 1]++;
      *sealed += size;
      plaintext += part;
      length -= part;
    }
  gnutls_aead_cipher_deinit (handle);
  return out;
}

static guint8 *
open_bare (const StileAead *aead, const guint8 *sealed, gsize length, gsize record_size)
{
  guint8 *out = g_malloc (length);
  guint8 *end = out;
  guint8 nonce[STILE_AEAD_NONCE_SIZE];
  gnutls_aead_cipher_hd_t handle = derive (aead, sealed, nonce);

  sealed += HEADER_SIZE;
  length -= HEADER_SIZE;
  while (length > 0)
    {
      gsize part = MIN (length, record_size - 1);
      gsize size = part - TAG_SIZE;

      must (gnutls_aead_cipher_decrypt (handle, nonce, sizeof nonce, NULL, 0, TAG_SIZE, sealed, part, end,
                                        &size));
      nonce[STILE_AEAD_NONCE_SIZE - 1]++;
      end += size;
      sealed += part;
      length -= part;
    }
  gnutls_aead_cipher_deinit (handle);
  return out;
}

/**
 * Work:
 *
 * One message of one size, sealed and as it was.
 */
typedef struct
{
  const StileAead *aead;
  StileSealer *client;
  StileSealer *server;
  GBytes *plaintext;
  GBytes *message;
  guint8 *bare;
  gsize bare_length;
  gsize record_size;
} Work;

static void
work_init (Work *work, gsize size)
{
  g_autofree guint8 *bytes = g_malloc0 (size);

  work->aead = stile_aead_lookup (GNUTLS_CIPHER_AES_128_GCM);
  work->client = make_sealer (work->aead, STILE_ROLE_CLIENT);
  work->server = make_sealer (work->aead, STILE_ROLE_SERVER);
  work->plaintext = g_bytes_new (bytes, size);
  work->message = stile_sealer_seal (work->client, 1, work->plaintext, NULL);
  work->record_size = stile_content_coding_choose_record_size (work->aead, size);
  work->bare = seal_bare (work->aead, g_bytes_get_data (work->plaintext, NULL), size, work->record_size,
                          &work->bare_length);
  g_assert (work->message != NULL);
}

static void
work_clear (Work *work)
{
  stile_sealer_free (work->client);
  stile_sealer_free (work->server);
  g_bytes_unref (work->plaintext);
  g_bytes_unref (work->message);
  g_free (work->bare);
}

static double
run_stile (Work *work, gboolean opening, int count)
{
  double start = bench_figure_get_thread_seconds ();

  for (int i = 0; i < count; i++)
    {
      guint64 number;
      GBytes *result = opening ? stile_sealer_open (work->server, work->message, G_MAXUINT32, &number, NULL)
                               : stile_sealer_seal (work->client, (guint64)i, work->plaintext, NULL);

      g_bytes_unref (result);
    }
  return bench_figure_get_thread_seconds () - start;
}

static double
run_bare (Work *work, gboolean opening, int count)
{
  double start = bench_figure_get_thread_seconds ();
  gsize length;
  const guint8 *plaintext = g_bytes_get_data (work->plaintext, &length);

  for (int i = 0; i < count; i++)
    {
      gsize sealed;
      guint8 *result = opening ? open_bare (work->aead, work->bare, work->bare_length, work->record_size)
                               : seal_bare (work->aead, plaintext, length, work->record_size, &sealed);

      g_free (result);
    }
  return bench_figure_get_thread_seconds () - start;
}

static void
measure (const BenchOptions *options, gsize size, gboolean opening, const char *name, double goal)
{
  g_autoptr (BenchPair) pair = bench_figure_pair_new ();
  int slice = MAX (1, (int)(SLICE_BYTES / size));
  int slices = ROUND_BYTES / (int)(size * (gsize)slice);
  Work work;

  work_init (&work, size);
  for (int round = -1; round < options->rounds; round++)
    {
      double stile = 0;
      double bare = 0;

      for (int i = 0; i < slices; i++)
        {
          stile += run_stile (&work, opening, slice);
          bare += run_bare (&work, opening, slice);
        }
      /* The first round fills caches, and lets malloc() learn the sizes. */
      if (round >= 0)
        bench_figure_pair_add (pair, stile / (slice * slices), bare / (slice * slices));
    }

  bench_figure_pair_print (pair, name, "messages/s", goal);
  work_clear (&work);
}

/* Sealed messages, AES-128-GCM, key schedule and allocation of the result included. */
void
bench_sealing_run (const BenchOptions *options)
{
  measure (options, 1024, FALSE, "seal 1 KB", 0);
  measure (options, 1024, TRUE, "open 1 KB", 0);
  measure (options, 16 * 1024, FALSE, "seal 16 KB", 0);
  measure (options, 16 * 1024, TRUE, "open 16 KB", 0);
  measure (options, 1024 * 1024, FALSE, "seal 1 MB", 0.95);
  measure (options, 1024 * 1024, TRUE, "open 1 MB", 0.95);
}
