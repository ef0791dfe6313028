/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "atls/stile-receipt-signature.h"
#include "codec/stile-compact-jws.h"
#include "codec/stile-json.h"
#include "support/test-pki.h"

static TestPki *
get_signer (void)
{
  static TestPki *signer = NULL;

  if (signer == NULL)
    signer = test_pki_authority_new ("Service", TEST_PKI_ED25519);

  return signer;
}

/* As a stranger sends it: he has no key, so nothing is believed. */
static void
open_foreign (GBytes *bytes)
{
  g_autoptr (GPtrArray) known = test_pki_list (get_signer (), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReceipt) receipt = stile_receipt_signature_open (bytes, "n", known, &error);

  g_assert_true ((receipt != NULL) == (error == NULL));
}

/* As a service signs it: what one end took, the other takes too, and it says the same. */
static void
open_signed (StileReceipt *receipt)
{
  g_autoptr (GPtrArray) known = test_pki_list (get_signer (), NULL);
  g_autofree char *key = test_pki_get_key_pem (get_signer ());
  g_autoptr (GBytes) pem = g_bytes_new_static (key, strlen (key));
  g_autoptr (StileIdentity) identity = stile_identity_new (known, pem, NULL);
  g_autoptr (GBytes) word = stile_receipt_signature_make (receipt, identity, STILE_RECEIPT_FULL, NULL);
  g_autoptr (StileReceipt) again = NULL;
  g_autoptr (GVariant) first = g_variant_ref_sink (stile_receipt_to_variant (receipt));
  g_autoptr (GVariant) second = NULL;

  g_assert_nonnull (word);
  if (g_bytes_get_size (word) > STILE_COMPACT_JWS_MAX_SIZE)
    return;
  again = stile_receipt_signature_open (word, stile_receipt_get_nonce (receipt), NULL, NULL);
  g_assert_nonnull (again);
  second = g_variant_ref_sink (stile_receipt_to_variant (again));
  g_assert_true (g_variant_equal (first, second));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GVariant) document = NULL;
  g_autoptr (StileReceipt) receipt = NULL;

  open_foreign (bytes);
  document = stile_json_parse (bytes, STILE_JSON_MAX_SIZE, NULL);
  receipt = document != NULL ? stile_receipt_new_from_variant (document, NULL) : NULL;
  if (receipt != NULL)
    open_signed (receipt);

  return 0;
}
