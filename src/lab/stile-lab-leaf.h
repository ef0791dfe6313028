/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-identity.h"

G_BEGIN_DECLS

/**
 * StileLabLeaf:
 * @certificate: in PEM, with the authorities above it except the root
 * @key: in PEM (PKCS #8)
 */
typedef struct
{
  char *certificate;
  char *key;
} StileLabLeaf;

void stile_lab_leaf_free (StileLabLeaf *leaf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileLabLeaf, stile_lab_leaf_free)
StileIdentity *stile_lab_leaf_to_identity (StileLabLeaf *leaf, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GTlsCertificate *stile_lab_leaf_to_tls (StileLabLeaf *leaf, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
