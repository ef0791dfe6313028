/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-aead.h"

G_BEGIN_DECLS

#define STILE_CONTENT_CODING_SALT_SIZE 16

/* salt (16), record size (4), length of the key id (1): RFC 8188 section 2.1. */
#define STILE_CONTENT_CODING_PREFIX_SIZE (STILE_CONTENT_CODING_SALT_SIZE + 4 + 1)

/* A record holds at least one octet of padding delimiter and the tag (RFC 8188 section 2.1). */
#define STILE_CONTENT_CODING_MIN_RECORD_SIZE 18

/* One sealed message, which is opened into memory whole. */
#define STILE_CONTENT_CODING_MAX_SIZE (17 * 1024 * 1024)

/**
 * StileContentCodingHeader:
 * @salt: feeds the key derivation
 * @record_size: bytes of every record but the last, tag included
 * @key_id: which keys, in the message's own bytes (not owned)
 * @key_id_length: bytes of @key_id
 * @size: bytes of the whole header, where the records begin
 */
typedef struct
{
  guint8 salt[STILE_CONTENT_CODING_SALT_SIZE];
  guint32 record_size;
  const guint8 *key_id;
  gsize key_id_length;
  gsize size;
} StileContentCodingHeader;

gboolean stile_content_coding_read_header (GBytes *message,
                                           StileContentCodingHeader *header,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_content_coding_seal (const StileAead *aead,
                                   const guint8 *key_material,
                                   gsize key_material_length,
                                   const StileContentCodingHeader *header,
                                   GBytes *plaintext,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_content_coding_open (const StileAead *aead,
                                   const guint8 *key_material,
                                   gsize key_material_length,
                                   GBytes *message,
                                   gsize limit,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint32 stile_content_coding_choose_record_size (const StileAead *aead, gsize plaintext_length);

G_END_DECLS
