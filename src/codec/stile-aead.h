/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/* Every AEAD that TLS negotiates here has a 96-bit nonce (RFC 5116 section 3.2). */
#define STILE_AEAD_NONCE_SIZE 12
#define STILE_AEAD_MAX_KEY_SIZE 32

/**
 * StileAead:
 * @name: the name of the cipher as people know it, "AES-128-GCM"
 * @coding: the content coding that names it in a sealed message, "aes128gcm"
 * @cipher: GnuTLS' number for it
 * @hash: the hash of its HKDF
 * @key_size: bytes of a key
 * @tag_size: bytes that sealing adds
 *
 * One row of PROTOCOL section 2's table.  Rows are static; compare them by address.
 */
typedef struct
{
  const char *name;
  const char *coding;
  gnutls_cipher_algorithm_t cipher;
  gnutls_mac_algorithm_t hash;
  gsize key_size;
  gsize tag_size;
} StileAead;

const StileAead *stile_aead_lookup (gnutls_cipher_algorithm_t cipher);
const StileAead *stile_aead_lookup_coding (const char *coding);

gboolean stile_aead_seal (const StileAead *aead,
                          gnutls_aead_cipher_hd_t handle,
                          const guint8 *nonce,
                          gsize nonce_length,
                          const giovec_t *parts,
                          int n_parts,
                          guint8 *out,
                          gsize out_size,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_aead_open (const StileAead *aead,
                          gnutls_aead_cipher_hd_t handle,
                          const guint8 *nonce,
                          gsize nonce_length,
                          const guint8 *sealed,
                          gsize sealed_length,
                          guint8 *out,
                          gsize out_size,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
