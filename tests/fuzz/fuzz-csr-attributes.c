/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-csr-attributes.h"

/* Whatever is taken comes back from what is written of it, with the same meaning. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) body = g_bytes_new_static (data, size);
  g_autoptr (StileCsrAttributes) attributes = stile_csr_attributes_parse_est (body, NULL);
  g_autoptr (StileCsrAttributes) again = NULL;
  g_autoptr (GBytes) est = NULL;
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;
  g_auto (GStrv) open = NULL;
  gnutls_pk_algorithm_t algorithm;
  guint bits;

  if (attributes == NULL)
    return 0;

  stile_csr_attributes_get_key (attributes, &algorithm, &bits);
  stile_csr_attributes_get_hash (attributes);
  open = stile_csr_attributes_list_open_extensions (attributes);
  before = stile_csr_attributes_list (attributes);
  est = stile_csr_attributes_to_est (attributes);
  again = stile_csr_attributes_parse_est (est, NULL);
  g_assert_nonnull (again);
  after = stile_csr_attributes_list (again);
  g_assert_cmpuint (g_strv_length (before), ==, g_strv_length (after));
  g_assert_cmpuint (g_hash_table_size (stile_csr_attributes_get_extensions (attributes)), ==,
                    g_hash_table_size (stile_csr_attributes_get_extensions (again)));

  return 0;
}
