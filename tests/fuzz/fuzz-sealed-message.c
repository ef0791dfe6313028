/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-sealer.h"

#define LIMIT (64 * 1024)

/* The keys and the id of the corpus: make-corpus counts the same bytes. */
static StileSealer *
get_sealer (void)
{
  static StileSealer *sealer;
  guint8 block[88];
  g_autoptr (GBytes) bytes = NULL;
  const StileAead *aead = stile_aead_lookup_coding ("AES-128-GCM");

  if (sealer != NULL)
    return sealer;

  for (gsize i = 0; i < sizeof block; i++)
    block[i] = (guint8)i;
  bytes = g_bytes_new (block, stile_keys_get_block_size (&stile_keys_application, aead));
  sealer = stile_sealer_new (stile_keys_new (&stile_keys_application, aead, bytes, NULL), STILE_ROLE_SERVER,
                             (const guint8 *)"sixteen bytes id");
  return sealer;
}

/* What opens has an address, and is no longer than it was sealed; what does not says why. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) message = g_bytes_new_static (data, size);
  guint8 id[STILE_SEALER_ID_SIZE];
  guint64 address = 0;
  guint64 sequence = 0;
  g_autoptr (GError) error = NULL;
  gboolean addressed = stile_sealer_read_address (message, id, &address, NULL);
  g_autoptr (GBytes) plaintext = stile_sealer_open (get_sealer (), message, LIMIT, &sequence, &error);

  if (plaintext == NULL)
    {
      g_assert_true (error->domain == STILE_ERROR);
      return 0;
    }

  g_assert_true (addressed);
  g_assert_cmpuint (address, ==, sequence);
  g_assert_cmpmem (id, sizeof id, "sixteen bytes id", 16);
  g_assert_cmpuint (g_bytes_get_size (plaintext), <, size);

  return 0;
}
