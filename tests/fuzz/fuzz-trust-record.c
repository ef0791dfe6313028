/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "bootstrap/stile-trust-record.h"
#include "codec/stile-json.h"

static StileTrustEntry *
read_back (StileTrustEntry *entry)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_trust_entry_to_variant (entry));
  g_autofree char *text = stile_json_print (variant, TRUE);
  g_autoptr (GBytes) document = g_bytes_new_static (text, strlen (text));
  g_autoptr (GVariant) parsed = stile_json_parse (document, 8 * STILE_TRUST_RECORD_MAX_SIZE, NULL);
  g_autoptr (GError) error = NULL;
  StileTrustEntry *again = stile_trust_entry_new_from_variant (parsed, &error);

  g_assert_no_error (error);
  return again;
}

/* What was read can be written, and read again with all that taking back needs. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) document = g_bytes_new_static (data, size);
  g_autoptr (GPtrArray) entries = stile_trust_record_parse (document, NULL);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      StileTrustEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (StileTrustEntry) again = read_back (entry);
      GPtrArray *roots = stile_trust_entry_get_roots (entry);

      g_assert_cmpuint (roots->len, >, 0);
      g_assert_cmpuint (roots->len, <=, STILE_TRUST_ENTRY_MAX_ROOTS);
      g_assert_cmpstr (stile_trust_entry_get_store (entry), ==, stile_trust_entry_get_store (again));
      g_assert_cmpint (stile_trust_entry_is_done (entry), ==, stile_trust_entry_is_done (again));
      for (guint j = 0; j < roots->len; j++)
        g_assert_cmpstr (stile_trust_entry_get_undo (entry, g_ptr_array_index (roots, j)), ==,
                         stile_trust_entry_get_undo (again, g_ptr_array_index (roots, j)));
    }

  return 0;
}
