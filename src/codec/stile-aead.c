/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-aead.h"

#include <glib/gi18n-lib.h>

/* PROTOCOL section 2.  The first row is RFC 8188 itself. */
static const StileAead table[] = {
  { "AES-128-GCM", "aes128gcm", GNUTLS_CIPHER_AES_128_GCM, GNUTLS_MAC_SHA256, 16, 16 },
  { "AES-256-GCM", "aes256gcm", GNUTLS_CIPHER_AES_256_GCM, GNUTLS_MAC_SHA384, 32, 16 },
  { "CHACHA20-POLY1305", "chacha20poly1305", GNUTLS_CIPHER_CHACHA20_POLY1305, GNUTLS_MAC_SHA256, 32, 16 },
  { "AES-128-CCM", "aes128ccm", GNUTLS_CIPHER_AES_128_CCM, GNUTLS_MAC_SHA256, 16, 16 },
  { "AES-256-CCM", "aes256ccm", GNUTLS_CIPHER_AES_256_CCM, GNUTLS_MAC_SHA256, 32, 16 },
  { "AES-128-CCM-8", "aes128ccm8", GNUTLS_CIPHER_AES_128_CCM_8, GNUTLS_MAC_SHA256, 16, 8 },
  { "AES-256-CCM-8", "aes256ccm8", GNUTLS_CIPHER_AES_256_CCM_8, GNUTLS_MAC_SHA256, 32, 8 },
};

/**
 * stile_aead_lookup:
 * @cipher: what a handshake negotiated
 *
 * Returns: (transfer none) (nullable): the cipher's row, or %NULL when it is no AEAD that Stile seals with
 */
const StileAead *
stile_aead_lookup (gnutls_cipher_algorithm_t cipher)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].cipher == cipher)
      return &table[i];

  return NULL;
}

/**
 * stile_aead_lookup_coding:
 * @coding: a content coding, "aes128gcm", or a cipher's name, "AES-128-GCM"
 *
 * Returns: (transfer none) (nullable): the cipher's row
 */
const StileAead *
stile_aead_lookup_coding (const char *coding)
{
  g_return_val_if_fail (coding != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_ascii_strcasecmp (table[i].coding, coding) == 0 || g_ascii_strcasecmp (table[i].name, coding) == 0)
      return &table[i];

  return NULL;
}

/* GnuTLS encrypts under an earlier nonce (GCM), reads past the end (ChaCha20) or aborts the process (CCM) when the
 * nonce has another length, and reports success.  So no length but ours ever reaches it. */
static gboolean
check_nonce (gsize nonce_length, GError **error)
{
  if (nonce_length == STILE_AEAD_NONCE_SIZE)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("A nonce has %d bytes, this one has %zu"),
               STILE_AEAD_NONCE_SIZE, nonce_length);
  return FALSE;
}

/**
 * stile_aead_seal:
 * @aead: the cipher
 * @handle: keyed with the content-encryption key
 * @nonce: (array length=nonce_length): exactly %STILE_AEAD_NONCE_SIZE bytes, never used before with this key
 * @parts: (array length=n_parts): the plaintext, in pieces that need not be joined first
 * @out: room for the plaintext and the tag, apart from @parts
 * @out_size: bytes of room, exactly that sum
 *
 * Seals one record.  Fails with %G_IO_ERROR_INVALID_ARGUMENT for a wrong length, before anything is written.
 */
gboolean
stile_aead_seal (const StileAead *aead,
                 gnutls_aead_cipher_hd_t handle,
                 const guint8 *nonce,
                 gsize nonce_length,
                 const giovec_t *parts,
                 int n_parts,
                 guint8 *out,
                 gsize out_size,
                 GError **error)
{
  gsize sealed_length = out_size;
  gsize needed = aead->tag_size;
  gboolean fits = TRUE;
  int r;

  if (!check_nonce (nonce_length, error))
    return FALSE;
  for (int i = 0; i < n_parts; i++)
    fits = fits && g_size_checked_add (&needed, needed, parts[i].iov_len);
  if (!fits || out_size != needed)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("Sealing takes %zu bytes of room, tag included; there are %zu"), needed, out_size);
      return FALSE;
    }

  r = gnutls_aead_cipher_encryptv (handle, nonce, nonce_length, NULL, 0, aead->tag_size, parts, n_parts, out,
                                   &sealed_length);
  if (r < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Sealing with %s: %s"), aead->name,
                   gnutls_strerror (r));
      return FALSE;
    }

  return TRUE;
}

/**
 * stile_aead_open:
 * @aead: the cipher
 * @handle: keyed with the content-encryption key
 * @nonce: (array length=nonce_length): exactly %STILE_AEAD_NONCE_SIZE bytes
 * @sealed: (array length=sealed_length): may be the same memory as @out
 * @out: room for @sealed_length less the tag
 * @out_size: bytes of room, at least that
 *
 * Opens one record.  Fails with %G_IO_ERROR_INVALID_DATA when a bit of it was changed or the key is another.
 */
gboolean
stile_aead_open (const StileAead *aead,
                 gnutls_aead_cipher_hd_t handle,
                 const guint8 *nonce,
                 gsize nonce_length,
                 const guint8 *sealed,
                 gsize sealed_length,
                 guint8 *out,
                 gsize out_size,
                 GError **error)
{
  gsize opened_length = out_size;

  if (!check_nonce (nonce_length, error))
    return FALSE;
  if (sealed_length < aead->tag_size || out_size < sealed_length - aead->tag_size)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   g_dngettext (GETTEXT_PACKAGE, "A sealed record of %zu byte is shorter than its tag",
                                "A sealed record of %zu bytes is shorter than its tag", sealed_length),
                   sealed_length);
      return FALSE;
    }

  if (gnutls_aead_cipher_decrypt (handle, nonce, nonce_length, NULL, 0, aead->tag_size, sealed, sealed_length,
                                  out, &opened_length) < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("The message was changed on its way, or was sealed with other keys"));
      return FALSE;
    }

  return TRUE;
}
