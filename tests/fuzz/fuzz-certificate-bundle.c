/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-chain.h"

static void
check (GPtrArray *bundle)
{
  g_autofree char *pem = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) back = NULL;
  g_autoptr (StileCertificate) anchor = NULL;
  g_autoptr (GError) error = NULL;

  if (bundle == NULL)
    return;

  pem = stile_certificate_bundle_to_pem (bundle);
  bytes = g_bytes_new_static (pem, strlen (pem));
  back = stile_certificate_bundle_parse_pem (bytes, NULL);
  g_assert_nonnull (back);
  g_assert_cmpuint (back->len, ==, bundle->len);
  anchor = stile_certificate_chain_find_anchor (bundle, back);
  g_assert_nonnull (anchor);
  g_assert_true (stile_certificate_bundle_verify (bundle, back, "a.example", &error) || error != NULL);
}

/* The same bytes as PEM, as DER, as PKCS #7 and as the body of an EST answer. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GPtrArray) pem = stile_certificate_bundle_parse_pem (bytes, NULL);
  g_autoptr (GPtrArray) der = stile_certificate_bundle_parse_der (bytes, NULL);
  g_autoptr (GPtrArray) pkcs7 = stile_certificate_bundle_parse_pkcs7 (bytes, NULL);
  g_autoptr (GPtrArray) est = stile_certificate_bundle_parse_est (bytes, NULL);

  check (pem);
  check (der);
  check (pkcs7);
  check (est);

  return 0;
}
