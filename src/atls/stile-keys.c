/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-keys.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-secret.h"

/**
 * StileKeys:
 *
 * The keys that a session exported, cut as its schedule says.  Whoever seals holds it; it wipes itself when freed.
 */
struct _StileKeys
{
  const StileKeysSchedule *schedule;
  const StileAead *aead;
  gsize length;
  guint8 block[];
};

const StileKeysSchedule stile_keys_application = {
  .label = "application-layer-tls",
  .parts = { STILE_KEYS_PART_KEY, STILE_KEYS_PART_KEY, STILE_KEYS_PART_IV, STILE_KEYS_PART_IV },
};

static gsize
part_size (const StileAead *aead, StileKeysPart part)
{
  switch (part)
    {
    case STILE_KEYS_PART_KEY:
      return aead->key_size;
    case STILE_KEYS_PART_IV:
      return STILE_AEAD_NONCE_SIZE;
    case STILE_KEYS_PART_NONE:
    default:
      return 0;
    }
}

/**
 * stile_keys_get_block_size:
 *
 * Returns: exactly how many bytes to export: in TLS 1.3 the length is part of what is derived
 */
gsize
stile_keys_get_block_size (const StileKeysSchedule *schedule, const StileAead *aead)
{
  gsize size = 0;

  for (guint i = 0; i < STILE_KEYS_MAX_PARTS; i++)
    size += part_size (aead, schedule->parts[i]);

  return size;
}

/**
 * stile_keys_new:
 * @schedule: how to cut
 * @aead: the cipher that the handshake negotiated
 * @block: what was exported; stays the caller's to drop
 *
 * Returns: (transfer full): the keys, or %NULL when @block has another length than @schedule asks for
 */
StileKeys *
stile_keys_new (const StileKeysSchedule *schedule, const StileAead *aead, GBytes *block, GError **error)
{
  gsize size = stile_keys_get_block_size (schedule, aead);
  StileKeys *self;

  if (g_bytes_get_size (block) != size)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The keys for %s are %zu bytes, these are %zu"), aead->name, size,
                   g_bytes_get_size (block));
      return NULL;
    }

  self = g_malloc (sizeof (StileKeys) + size);
  self->schedule = schedule;
  self->aead = aead;
  self->length = size;
  memcpy (self->block, g_bytes_get_data (block, NULL), size);

  return self;
}

/**
 * stile_keys_free:
 * @self: (transfer full): is wiped
 */
void
stile_keys_free (StileKeys *self)
{
  stile_secret_free (self, sizeof (StileKeys) + self->length);
}

const StileAead *
stile_keys_get_aead (StileKeys *self)
{
  return self->aead;
}

/**
 * stile_keys_get_part:
 * @index: which part of the schedule
 * @length: (out): its bytes
 *
 * Returns: (transfer none) (array length=length): the part, valid as long as @self
 */
const guint8 *
stile_keys_get_part (StileKeys *self, guint index, gsize *length)
{
  const guint8 *part = self->block;

  g_return_val_if_fail (index < STILE_KEYS_MAX_PARTS, NULL);

  for (guint i = 0; i < index; i++)
    part += part_size (self->aead, self->schedule->parts[i]);
  *length = part_size (self->aead, self->schedule->parts[index]);

  return part;
}

/**
 * stile_keys_copy_material:
 * @sender: whose direction
 * @material: (out caller-allocated): write_key and write_iv behind each other; the caller wipes it
 *
 * Returns: bytes written
 */
gsize
stile_keys_copy_material (StileKeys *self, StileRole sender, guint8 material[STILE_KEYS_MAX_MATERIAL_SIZE])
{
  guint direction = sender == STILE_ROLE_CLIENT ? 0 : 1;
  gsize key_length;
  gsize iv_length;
  const guint8 *key = stile_keys_get_part (self, direction, &key_length);
  const guint8 *iv = stile_keys_get_part (self, direction + 2, &iv_length);

  memcpy (material, key, key_length);
  memcpy (material + key_length, iv, iv_length);

  return key_length + iv_length;
}
