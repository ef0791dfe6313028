/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "codec/stile-aead.h"

static const char *const codings[] = {
  "aes128gcm", "aes256gcm", "chacha20poly1305", "aes128ccm", "aes256ccm", "aes128ccm8", "aes256ccm8",
};

static gnutls_aead_cipher_hd_t
keyed (const StileAead *aead)
{
  static guint8 key[STILE_AEAD_MAX_KEY_SIZE] = { 7 };
  gnutls_datum_t datum = { key, aead->key_size };
  gnutls_aead_cipher_hd_t handle;

  g_assert_cmpint (gnutls_aead_cipher_init (&handle, aead->cipher, &datum), ==, 0);
  return handle;
}

static gboolean
seal_hello (const StileAead *aead,
            gnutls_aead_cipher_hd_t handle,
            const guint8 *nonce,
            gsize nonce_length,
            guint8 *out,
            gsize out_size,
            GError **error)
{
  const giovec_t parts[] = { { (void *)"hel", 3 }, { (void *)"lo", 2 } };

  return stile_aead_seal (aead, handle, nonce, nonce_length, parts, G_N_ELEMENTS (parts), out, out_size,
                          error);
}

static void
test_round_trip (gconstpointer data)
{
  const StileAead *aead = stile_aead_lookup_coding (data);
  gnutls_aead_cipher_hd_t handle = keyed (aead);
  const guint8 nonce[STILE_AEAD_NONCE_SIZE] = { 1, 2, 3 };
  guint8 sealed[32];
  guint8 opened[32];
  g_autoptr (GError) error = NULL;

  g_assert_true (seal_hello (aead, handle, nonce, sizeof nonce, sealed, 5 + aead->tag_size, &error));
  g_assert_no_error (error);
  g_assert_true (stile_aead_open (aead, handle, nonce, sizeof nonce, sealed, 5 + aead->tag_size, opened,
                                  sizeof opened, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (opened, 5, "hello", 5);

  sealed[2] ^= 1;
  g_assert_false (stile_aead_open (aead, handle, nonce, sizeof nonce, sealed, 5 + aead->tag_size, opened,
                                   sizeof opened, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  gnutls_aead_cipher_deinit (handle);
}

/* GnuTLS itself seals under an earlier nonce, or aborts, when the nonce has another length (PLATFORM, traps 2, 3). */
static void
test_refuses_other_nonces (gconstpointer data)
{
  static const gsize lengths[] = { 0, 1, 6, 7, 8, 11, 13, 14, 15, 16 };
  const StileAead *aead = stile_aead_lookup_coding (data);
  gnutls_aead_cipher_hd_t handle = keyed (aead);
  const guint8 nonce[16] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 out[21] = { 0 };
      const guint8 untouched[21] = { 0 };
      g_autoptr (GError) seal_error = NULL;
      g_autoptr (GError) open_error = NULL;

      g_assert_false (seal_hello (aead, handle, nonce, lengths[i], out, 5 + aead->tag_size, &seal_error));
      g_assert_error (seal_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_cmpmem (out, sizeof out, untouched, sizeof untouched);
      g_assert_false (stile_aead_open (aead, handle, nonce, lengths[i], untouched, 21, out, 21, &open_error));
      g_assert_error (open_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  gnutls_aead_cipher_deinit (handle);
}

static void
test_refuses_short_room (void)
{
  const StileAead *aead = stile_aead_lookup (GNUTLS_CIPHER_AES_128_GCM);
  gnutls_aead_cipher_hd_t handle = keyed (aead);
  const guint8 nonce[STILE_AEAD_NONCE_SIZE] = { 0 };
  guint8 out[32];
  g_autoptr (GError) seal_error = NULL;
  g_autoptr (GError) open_error = NULL;

  g_assert_false (seal_hello (aead, handle, nonce, 12, out, 5 + 8, &seal_error));
  g_assert_error (seal_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_false (stile_aead_open (aead, handle, nonce, 12, out, 15, out, 32, &open_error));
  g_assert_error (open_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  gnutls_aead_cipher_deinit (handle);
}

static void
test_lookup (void)
{
  g_assert_null (stile_aead_lookup (GNUTLS_CIPHER_AES_128_CBC));
  g_assert_null (stile_aead_lookup_coding ("gzip"));
  g_assert_true (stile_aead_lookup_coding ("AES-256-GCM") == stile_aead_lookup (GNUTLS_CIPHER_AES_256_GCM));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++)
    {
      g_autofree char *round_trip = g_strconcat ("/codec/aead/round-trip/", codings[i], NULL);
      g_autofree char *nonces = g_strconcat ("/codec/aead/refuses-other-nonces/", codings[i], NULL);

      g_test_add_data_func (round_trip, codings[i], test_round_trip);
      g_test_add_data_func (nonces, codings[i], test_refuses_other_nonces);
    }
  g_test_add_func ("/codec/aead/refuses-short-room", test_refuses_short_room);
  g_test_add_func ("/codec/aead/lookup", test_lookup);

  return g_test_run ();
}
