/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-content-coding.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "codec/stile-secret.h"

/* RFC 8188 section 2: the last octet of a record's content says whether more records follow. */
#define DELIMITER_MORE 1
#define DELIMITER_LAST 2

/* The longest info string: "Content-Encoding: chacha20poly1305" and its NUL. */
#define MAX_INFO_SIZE 48

/* Larger records spare work, smaller ones would stream: a whole message is in memory here, so the records are
 * as large as stays in a core's second-level cache. */
#define PREFERRED_RECORD_SIZE (128 * 1024)

typedef struct
{
  const StileAead *aead;
  gnutls_aead_cipher_hd_t handle;
  guint8 nonce[STILE_AEAD_NONCE_SIZE];
} RecordCipher;

static void
record_cipher_clear (RecordCipher *self)
{
  if (self->handle != NULL)
    gnutls_aead_cipher_deinit (self->handle);
  stile_secret_wipe (self->nonce, sizeof self->nonce);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RecordCipher, record_cipher_clear)

/* RFC 8188 sections 2.2 and 2.3: HKDF-Expand of what Extract gave, the purpose naming what comes out. */
static gboolean
expand (const StileAead *aead, const gnutls_datum_t *secret, const char *purpose, guint8 *out, gsize length)
{
  guint8 text[MAX_INFO_SIZE];
  int n = g_snprintf ((char *)text, sizeof text, "Content-Encoding: %s", purpose);
  gnutls_datum_t info = { text, (unsigned int)n + 1 };

  g_assert (n + 1 < (int)sizeof text);
  return gnutls_hkdf_expand (aead->hash, secret, &info, out, length) == 0;
}

static gboolean
derive (RecordCipher *self, const guint8 *secret, const StileAead *aead)
{
  guint8 key[STILE_AEAD_MAX_KEY_SIZE];
  gnutls_datum_t pseudo_random_key = { (guint8 *)secret, gnutls_hmac_get_len (aead->hash) };
  gnutls_datum_t key_datum = { key, aead->key_size };
  gboolean done;

  self->aead = aead;
  done = expand (aead, &pseudo_random_key, aead->coding, key, aead->key_size) &&
         expand (aead, &pseudo_random_key, "nonce", self->nonce, sizeof self->nonce) &&
         gnutls_aead_cipher_init (&self->handle, aead->cipher, &key_datum) == 0;
  stile_secret_wipe (key, sizeof key);

  return done;
}

static gboolean
record_cipher_init (RecordCipher *self,
                    const StileAead *aead,
                    const guint8 *key_material,
                    gsize key_material_length,
                    const guint8 *salt,
                    GError **error)
{
  guint8 secret[64];
  gnutls_datum_t input = { (guint8 *)key_material, (unsigned int)key_material_length };
  gnutls_datum_t salt_datum = { (guint8 *)salt, STILE_CONTENT_CODING_SALT_SIZE };
  gboolean done;

  done = gnutls_hkdf_extract (aead->hash, &input, &salt_datum, secret) == 0 && derive (self, secret, aead);
  stile_secret_wipe (secret, sizeof secret);
  if (!done)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Deriving the key for %s failed"), aead->name);

  return done;
}

/* RFC 8188 section 2.3: the record's number is XORed into the last octets of the nonce. */
static void
record_cipher_get_nonce (RecordCipher *self, guint64 number, guint8 nonce[STILE_AEAD_NONCE_SIZE])
{
  guint64 big_endian = GUINT64_TO_BE (number);
  const guint8 *octets = (const guint8 *)&big_endian;

  memcpy (nonce, self->nonce, STILE_AEAD_NONCE_SIZE);
  for (gsize i = 0; i < sizeof big_endian; i++)
    nonce[STILE_AEAD_NONCE_SIZE - sizeof big_endian + i] ^= octets[i];
}

/**
 * stile_content_coding_choose_record_size:
 * @plaintext_length: bytes that will be sealed
 *
 * Returns: a record size for a message that is held in memory whole
 */
guint32
stile_content_coding_choose_record_size (const StileAead *aead, gsize plaintext_length)
{
  gsize needed = MIN (plaintext_length, PREFERRED_RECORD_SIZE) + 1 + aead->tag_size;

  return (guint32)CLAMP (needed, STILE_CONTENT_CODING_MIN_RECORD_SIZE, PREFERRED_RECORD_SIZE);
}

/**
 * stile_content_coding_read_header:
 * @message: a sealed message, as it arrived
 * @header: (out caller-allocated): valid as long as @message
 *
 * Reads the header of RFC 8188 section 2.1.  Nothing in it is authenticated before the message is opened.
 */
gboolean
stile_content_coding_read_header (GBytes *message, StileContentCodingHeader *header, GError **error)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  guint32 record_size;

  if (length > STILE_CONTENT_CODING_MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The sealed message has %zu byte, the limit is %d",
                                "The sealed message has %zu bytes, the limit is %d", length),
                   length, STILE_CONTENT_CODING_MAX_SIZE);
      return FALSE;
    }
  if (length < STILE_CONTENT_CODING_PREFIX_SIZE ||
      length - STILE_CONTENT_CODING_PREFIX_SIZE < bytes[STILE_CONTENT_CODING_PREFIX_SIZE - 1])
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   g_dngettext (GETTEXT_PACKAGE, "The sealed message ends within its header, after %zu byte",
                                "The sealed message ends within its header, after %zu bytes", length),
                   length);
      return FALSE;
    }

  memcpy (header->salt, bytes, sizeof header->salt);
  memcpy (&record_size, bytes + sizeof header->salt, sizeof record_size);
  header->record_size = GUINT32_FROM_BE (record_size);
  header->key_id = bytes + STILE_CONTENT_CODING_PREFIX_SIZE;
  header->key_id_length = bytes[STILE_CONTENT_CODING_PREFIX_SIZE - 1];
  header->size = STILE_CONTENT_CODING_PREFIX_SIZE + header->key_id_length;
  if (header->record_size >= STILE_CONTENT_CODING_MIN_RECORD_SIZE)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("The sealed message has records of %u bytes, the least is %d"), header->record_size,
               STILE_CONTENT_CODING_MIN_RECORD_SIZE);
  return FALSE;
}

static guint8 *
write_header (guint8 *out, const StileContentCodingHeader *header)
{
  guint32 record_size = GUINT32_TO_BE (header->record_size);

  memcpy (out, header->salt, sizeof header->salt);
  memcpy (out + sizeof header->salt, &record_size, sizeof record_size);
  out[STILE_CONTENT_CODING_PREFIX_SIZE - 1] = (guint8)header->key_id_length;
  if (header->key_id_length > 0)
    memcpy (out + STILE_CONTENT_CODING_PREFIX_SIZE, header->key_id, header->key_id_length);

  return out + STILE_CONTENT_CODING_PREFIX_SIZE + header->key_id_length;
}

static gboolean
seal_records (
    RecordCipher *cipher, gsize room, const guint8 *plaintext, gsize length, guint8 *out, GError **error)
{
  for (guint64 number = 0; TRUE; number++)
    {
      gsize part = MIN (length, room);
      guint8 delimiter = part == length ? DELIMITER_LAST : DELIMITER_MORE;
      giovec_t parts[2] = { { (void *)plaintext, part }, { &delimiter, 1 } };
      guint8 nonce[STILE_AEAD_NONCE_SIZE];

      record_cipher_get_nonce (cipher, number, nonce);
      if (!stile_aead_seal (cipher->aead, cipher->handle, nonce, sizeof nonce, part > 0 ? parts : parts + 1,
                            part > 0 ? 2 : 1, out, part + 1 + cipher->aead->tag_size, error))
        return FALSE;
      if (part == length)
        return TRUE;

      plaintext += part;
      length -= part;
      out += part + 1 + cipher->aead->tag_size;
    }
}

/**
 * stile_content_coding_seal:
 * @aead: the cipher that the handshake negotiated
 * @key_material: (array length=key_material_length): RFC 8188's input keying material
 * @header: salt, record size and key id to write; a salt must never be used twice with one @key_material
 * @plaintext: what to seal
 *
 * Writes an RFC 8188 body, with @aead in the place of AES-128-GCM (PROTOCOL section 2).
 *
 * Returns: (transfer full): the sealed message
 */
GBytes *
stile_content_coding_seal (const StileAead *aead,
                           const guint8 *key_material,
                           gsize key_material_length,
                           const StileContentCodingHeader *header,
                           GBytes *plaintext,
                           GError **error)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (plaintext, &length);
  gsize overhead = 1 + aead->tag_size;
  gsize room;
  gsize records;
  gsize size;
  g_auto (RecordCipher) cipher = { 0 };
  g_autofree guint8 *out = NULL;

  g_return_val_if_fail (header->record_size > overhead, NULL);
  g_return_val_if_fail (header->key_id_length <= G_MAXUINT8, NULL);

  room = header->record_size - overhead;
  records = length == 0 ? 1 : (length - 1) / room + 1;
  size = STILE_CONTENT_CODING_PREFIX_SIZE + header->key_id_length + length + records * overhead;
  if (!record_cipher_init (&cipher, aead, key_material, key_material_length, header->salt, error))
    return NULL;

  out = g_malloc (size);
  if (!seal_records (&cipher, room, bytes, length, write_header (out, header), error))
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&out), size);
}

/* RFC 8188 section 2: zeros after the delimiter are padding.  Gives the length of the content, or -1. */
static gssize
find_delimiter (const guint8 *record, gsize length, gboolean last)
{
  while (length > 0 && record[length - 1] == 0)
    length--;
  if (length == 0 || record[length - 1] != (last ? DELIMITER_LAST : DELIMITER_MORE))
    return -1;

  return (gssize)length - 1;
}

static gssize
open_record (RecordCipher *cipher,
             guint64 number,
             const guint8 *sealed,
             gsize length,
             gboolean last,
             guint8 *out,
             GError **error)
{
  guint8 nonce[STILE_AEAD_NONCE_SIZE];
  gssize content;

  record_cipher_get_nonce (cipher, number, nonce);
  if (!stile_aead_open (cipher->aead, cipher->handle, nonce, sizeof nonce, sealed, length, out,
                        length > cipher->aead->tag_size ? length - cipher->aead->tag_size : 0, error))
    return -1;

  content = find_delimiter (out, length - cipher->aead->tag_size, last);
  if (content < 0)
    g_set_error (
        error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        last ? _ ("The sealed message was cut off, or its last record does not say that it is the last")
             : _ ("Record %" PRIu64 " of the sealed message has no delimiter"),
        number + 1);
  return content;
}

static gboolean
open_records (RecordCipher *cipher,
              gsize record_size,
              const guint8 *sealed,
              gsize length,
              guint8 *out,
              gsize *opened,
              GError **error)
{
  *opened = 0;

  for (guint64 number = 0; TRUE; number++)
    {
      gsize part = MIN (length, record_size);
      gssize content = open_record (cipher, number, sealed, part, part == length, out + *opened, error);

      if (content < 0)
        return FALSE;
      *opened += (gsize)content;
      if (part == length)
        return TRUE;

      sealed += part;
      length -= part;
    }
}

/**
 * stile_content_coding_open:
 * @aead: the cipher that the handshake negotiated
 * @key_material: (array length=key_material_length): the sender's
 * @message: a sealed message, as it arrived
 * @limit: the longest plaintext that is wanted
 *
 * Opens what stile_content_coding_seal() or any RFC 8188 library wrote.  Nothing comes out unless every record
 * holds and the last one says that it is the last.  Fails with %G_IO_ERROR_INVALID_DATA, or with
 * %G_IO_ERROR_MESSAGE_TOO_LARGE before any work is done.
 *
 * Returns: (transfer full): the plaintext
 */
GBytes *
stile_content_coding_open (const StileAead *aead,
                           const guint8 *key_material,
                           gsize key_material_length,
                           GBytes *message,
                           gsize limit,
                           GError **error)
{
  StileContentCodingHeader header;
  gsize length = g_bytes_get_size (message);
  const guint8 *sealed = g_bytes_get_data (message, NULL);
  gsize overhead;
  gsize opened;
  g_auto (RecordCipher) cipher = { 0 };
  g_autofree guint8 *out = NULL;

  if (!stile_content_coding_read_header (message, &header, error))
    return NULL;
  length -= header.size;
  overhead = (length / header.record_size + (length % header.record_size != 0)) * (1 + aead->tag_size);
  if (length > limit && length - limit > overhead)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The sealed message has %zu byte, the limit is %zu",
                                "The sealed message has %zu bytes, the limit is %zu", length),
                   length, limit);
      return NULL;
    }
  if (!record_cipher_init (&cipher, aead, key_material, key_material_length, header.salt, error))
    return NULL;

  out = g_malloc (MAX (length, 1));
  if (!open_records (&cipher, header.record_size, sealed + header.size, length, out, &opened, error))
    {
      stile_secret_wipe (out, length);
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&out), opened);
}
