/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_TRUST_STORE (stile_trust_store_get_type ())
G_DECLARE_INTERFACE (StileTrustStore, stile_trust_store, STILE, TRUST_STORE, GObject)

struct _StileTrustStoreInterface
{
  GTypeInterface parent_iface;

  const char *(*get_name) (StileTrustStore *self);
  const char *(*get_meaning) (StileTrustStore *self);
  const char *(*get_location) (StileTrustStore *self);
  gboolean (*install) (StileTrustStore *self, GPtrArray *roots, GError **error);
  gboolean (*remove) (StileTrustStore *self, GPtrArray *roots, GError **error);
  gboolean (*contains) (StileTrustStore *self, GPtrArray *roots, GError **error);
};

/* Every store has the property "selected" (gboolean): whether the walk installs into it. */
const char *stile_trust_store_get_name (StileTrustStore *self);
const char *stile_trust_store_get_meaning (StileTrustStore *self);
const char *stile_trust_store_get_location (StileTrustStore *self);
gboolean stile_trust_store_get_selected (StileTrustStore *self);
void stile_trust_store_set_selected (StileTrustStore *self, gboolean selected);
gboolean
stile_trust_store_install (StileTrustStore *self, GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_trust_store_remove (StileTrustStore *self, GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_trust_store_contains (StileTrustStore *self,
                                     GPtrArray *roots,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
