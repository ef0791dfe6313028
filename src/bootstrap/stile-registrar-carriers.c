/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-carriers.h"

/* Each manufacturer has one MASA as a rule, but devices may name any: what is kept must end somewhere. */
#define MAX_CARRIERS 32

/* Carriers to MASAs, kept for the next device of the same manufacturer: a new TLS connection, with certificates on both
 * sides, takes more than all else that is done for a voucher.  A carrier belongs to one thread, so each has its own. */

typedef struct
{
  guint64 registrar; /* whose they are: with other settings nothing of them may be used */
  GHashTable *carriers;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_hash_table_unref (kept->carriers);
  g_free (kept);
}

static GPrivate kept_of_thread = G_PRIVATE_INIT (kept_free);

static Kept *
get_kept (guint64 registrar)
{
  Kept *kept = g_private_get (&kept_of_thread);

  if (kept == NULL)
    {
      kept = g_new0 (Kept, 1);
      kept->carriers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
      g_private_set (&kept_of_thread, kept);
    }
  if (kept->registrar != registrar || g_hash_table_size (kept->carriers) >= MAX_CARRIERS)
    g_hash_table_remove_all (kept->carriers);
  kept->registrar = registrar;

  return kept;
}

/**
 * stile_registrar_carriers_get:
 * @masa: where that device's MASA is
 *
 * As stile_registrar_open_carrier(), with whose connections this thread has asked before.
 *
 * Returns: (transfer full): what takes requests to the MASA
 */
StileCarrier *
stile_registrar_carriers_get (StileRegistrar *registrar,
                              const StileRegistrarDevice *device,
                              const StileMasaAddress *masa,
                              GError **error)
{
  Kept *kept = get_kept (stile_registrar_get_number (registrar));
  /* Who vouches for a MASA is the manufacturer's matter, also where two have the same. */
  g_autofree char *key = g_strdup_printf ("%p %s", (gpointer)device->manufacturer, masa->origin);
  StileCarrier *carrier = g_hash_table_lookup (kept->carriers, key);

  if (carrier != NULL)
    return g_object_ref (carrier);

  carrier = stile_registrar_open_carrier (registrar, device, masa, error);
  if (carrier != NULL)
    g_hash_table_insert (kept->carriers, g_steal_pointer (&key), g_object_ref (carrier));
  return carrier;
}
