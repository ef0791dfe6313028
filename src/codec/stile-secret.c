/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-secret.h"

#include <gnutls/gnutls.h>
#include <string.h>

/**
 * stile_secret_wipe:
 * @memory: holds a secret
 * @length: bytes of it
 *
 * Overwrites @memory in a way that no compiler leaves out.
 */
void
stile_secret_wipe (gpointer memory, gsize length)
{
  if (length > 0)
    gnutls_memset (memory, 0, length);
}

/**
 * stile_secret_free:
 * @memory: (transfer full) (nullable): what g_malloc() gave
 * @length: bytes of it
 */
void
stile_secret_free (gpointer memory, gsize length)
{
  if (memory == NULL)
    return;

  stile_secret_wipe (memory, length);
  g_free (memory);
}

typedef struct
{
  gsize length;
  guint8 memory[];
} Secret;

static void
secret_free (gpointer data)
{
  Secret *secret = data;

  stile_secret_wipe (secret->memory, secret->length);
  g_free (secret);
}

/**
 * stile_secret_bytes_new:
 * @memory: (array length=length): is copied; the caller wipes its own
 *
 * Returns: (transfer full): bytes that are wiped when the last reference goes
 */
GBytes *
stile_secret_bytes_new (const guint8 *memory, gsize length)
{
  Secret *secret = g_malloc (sizeof (Secret) + length);

  secret->length = length;
  memcpy (secret->memory, memory, length);

  return g_bytes_new_with_free_func (secret->memory, length, secret_free, secret);
}
