/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "diagnosis/stile-vendors.h"
#include "support/test-pki.h"

/* What the patterns are held against: names of two authorities, one of them as long as is looked at. */
static GPtrArray *
get_chain (void)
{
  static GPtrArray *chain = NULL;

  if (chain == NULL)
    {
      g_autofree char *name = g_strnfill (64, 'a');
      g_autoptr (TestPki) root = test_pki_authority_new ("mitmproxy", TEST_PKI_P256);
      g_autoptr (TestPki) middle = test_pki_issue (
          root, &(TestPkiOptions){ .name = name, .organization = "Zscaler Inc.", .authority = TRUE });
      g_autoptr (TestPki) leaf = test_pki_issue (middle, &(TestPkiOptions){ .name = "Service" });

      chain = test_pki_list (leaf, middle, NULL);
    }

  return chain;
}

static StileObservation *
get_observation (void)
{
  static StileObservation *observation = NULL;

  if (observation == NULL)
    {
      observation = stile_observation_new ();
      stile_observation_add_header (observation, "Via", "1.1 box (squid/5.7)");
      stile_observation_add_header (observation, "X-Cache", "MISS");
    }

  return observation;
}

/* A list is taken whole or not at all, and what is taken can be asked. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) document = g_bytes_new_static (data, size);
  g_autoptr (StileVendors) vendors = stile_vendors_new ();
  g_autoptr (GError) error = NULL;
  gboolean loaded = stile_vendors_load_bytes (vendors, document, &error);
  guint count = stile_vendors_get_n_entries (vendors);
  g_autoptr (StileVendorGuess) guess = NULL;

  g_assert_true (loaded == (error == NULL));
  g_assert_true (loaded || count == 0);
  guess = stile_vendors_guess (vendors, get_chain (), get_observation (), get_observation ());
  g_assert_true (guess == NULL || (loaded && *guess->name != '\0' && *guess->matched != '\0'));
  if (loaded && 2 * count <= STILE_VENDORS_MAX_ENTRIES)
    {
      g_assert_true (stile_vendors_load_bytes (vendors, document, NULL));
      g_assert_cmpuint (stile_vendors_get_n_entries (vendors), ==, 2 * count);
    }

  return 0;
}
