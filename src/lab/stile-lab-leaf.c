/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-leaf.h"

#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-secret.h"

void
stile_lab_leaf_free (StileLabLeaf *leaf)
{
  if (leaf->key != NULL)
    stile_secret_free (leaf->key, strlen (leaf->key));
  g_free (leaf->certificate);
  g_free (leaf);
}

/**
 * stile_lab_leaf_to_identity:
 *
 * Returns: (transfer full): for a TLS endpoint of ours
 */
StileIdentity *
stile_lab_leaf_to_identity (StileLabLeaf *leaf, GError **error)
{
  g_autoptr (GBytes) certificate = g_bytes_new_static (leaf->certificate, strlen (leaf->certificate));
  g_autoptr (GBytes) key = stile_secret_bytes_new ((const guint8 *)leaf->key, strlen (leaf->key));
  g_autoptr (GPtrArray) chain = stile_certificate_bundle_parse_pem (certificate, error);

  return chain != NULL ? stile_identity_new (chain, key, error) : NULL;
}

/**
 * stile_lab_leaf_to_tls:
 *
 * Returns: (transfer full): for a TLS connection of GIO's
 */
GTlsCertificate *
stile_lab_leaf_to_tls (StileLabLeaf *leaf, GError **error)
{
  char *pem = g_strconcat (leaf->certificate, leaf->key, NULL);
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (pem, -1, error);

  stile_secret_free (pem, strlen (pem));
  stile_error_convert (error, STILE_ERROR_FAILED);
  return certificate;
}
