/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-proof.h"

#include <gio/gio.h>

/* Some hundred devices at once, each with its own chain; 128 bytes each. */
#define MAX_PROOFS 1024

/* One bootstrap looks at the same certificates a dozen times: in each request of a device, as registrar and as MASA.  That
 * a signature holds depends on nothing but the bytes that are named here, so it is verified once.  Only what holds is
 * remembered, by SHA-256 of all bytes it depends on, and dates are none of it: they are looked at each time. */

static GMutex mutex;
static GHashTable *proofs; /* names, of @order's */
static char *order[MAX_PROOFS];
static guint next; /* in @order: the oldest */

static void
add_bytes (GChecksum *checksum, GBytes *bytes)
{
  guint64 size = GUINT64_TO_LE ((guint64)g_bytes_get_size (bytes));

  g_checksum_update (checksum, (const guint8 *)&size, sizeof size);
  g_checksum_update (checksum, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
}

/**
 * stile_certificate_proof_name:
 * @path: the certificates that it is about, in their order
 *
 * Returns: (transfer full): what it is remembered by
 */
char *
stile_certificate_proof_name (StileCertificateProof proof, StileCertificate *const *path, guint count)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 kind = (guint8)proof;

  g_checksum_update (checksum, &kind, 1);
  for (guint i = 0; i < count; i++)
    add_bytes (checksum, stile_certificate_get_der (path[i]));

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * stile_certificate_proof_is_known:
 *
 * Returns: whether it was found before; if not, it may be so all the same
 */
gboolean
stile_certificate_proof_is_known (const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  return proofs != NULL && g_hash_table_contains (proofs, name);
}

/**
 * stile_certificate_proof_remember:
 *
 * For what was just found to hold.  The oldest is forgotten when there are too many.
 */
void
stile_certificate_proof_remember (const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (proofs == NULL)
    proofs = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_hash_table_contains (proofs, name))
    return;

  if (order[next] != NULL)
    g_hash_table_remove (proofs, order[next]);
  g_free (order[next]);
  order[next] = g_strdup (name);
  g_hash_table_add (proofs, order[next]);
  next = (next + 1) % MAX_PROOFS;
}
