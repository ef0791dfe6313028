/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-role.h"
#include "codec/stile-aead.h"

G_BEGIN_DECLS

#define STILE_KEYS_MAX_PARTS 4

/* write_key and write_iv of one direction, the longest. */
#define STILE_KEYS_MAX_MATERIAL_SIZE (STILE_AEAD_MAX_KEY_SIZE + STILE_AEAD_NONCE_SIZE)

/**
 * StileKeysPart:
 * @STILE_KEYS_PART_NONE: no more parts
 * @STILE_KEYS_PART_KEY: as long as the cipher's key
 * @STILE_KEYS_PART_IV: as long as the cipher's nonce
 */
typedef enum
{
  STILE_KEYS_PART_NONE,
  STILE_KEYS_PART_KEY,
  STILE_KEYS_PART_IV,
} StileKeysPart;

/**
 * StileKeysSchedule:
 * @label: the exporter's label
 * @parts: what is cut from the exported block, in this order
 *
 * What to export and how to cut it: another use of the exporter (OSCORE, COSE) is another row of data.
 */
typedef struct
{
  const char *label;
  StileKeysPart parts[STILE_KEYS_MAX_PARTS];
} StileKeysSchedule;

/* The draft, section 7: client_write_key, server_write_key, client_write_iv, server_write_iv. */
extern const StileKeysSchedule stile_keys_application;

typedef struct _StileKeys StileKeys;

gsize stile_keys_get_block_size (const StileKeysSchedule *schedule, const StileAead *aead);
StileKeys *stile_keys_new (const StileKeysSchedule *schedule,
                           const StileAead *aead,
                           GBytes *block,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_keys_free (StileKeys *self);
const StileAead *stile_keys_get_aead (StileKeys *self);
const guint8 *stile_keys_get_part (StileKeys *self, guint index, gsize *length);
gsize
stile_keys_copy_material (StileKeys *self, StileRole sender, guint8 material[STILE_KEYS_MAX_MATERIAL_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileKeys, stile_keys_free)

G_END_DECLS
