/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-result.h"
#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_TRUST_STORE (stile_trust_store_get_type ())
G_DECLARE_INTERFACE (StileTrustStore, stile_trust_store, STILE, TRUST_STORE, GObject)

/**
 * StileTrustStoreInterface:
 *
 * The first seven are every store's own; the others have an answer for a store where they mean nothing special.
 */
struct _StileTrustStoreInterface
{
  GTypeInterface parent_iface;

  const char *(*get_id) (StileTrustStore *self);
  const char *(*get_name) (StileTrustStore *self);
  const char *(*get_meaning) (StileTrustStore *self);
  const char *(*get_location) (StileTrustStore *self);
  gboolean (*install) (StileTrustStore *self, GPtrArray *roots, GError **error);
  gboolean (*remove) (StileTrustStore *self, GPtrArray *roots, GError **error);
  gboolean (*contains) (StileTrustStore *self, GPtrArray *roots, GError **error);

  gboolean (*can_install) (StileTrustStore *self, GError **error);
  char *(*get_change) (StileTrustStore *self, GPtrArray *roots);
  char *(*get_command) (StileTrustStore *self, GPtrArray *roots);
  const char *(*get_bundle) (StileTrustStore *self);
  GPtrArray *(*verify) (StileTrustStore *self, GPtrArray *roots);
  GPtrArray *(*prepare) (StileTrustStore *self, GPtrArray *roots, GError **error);
  void (*restore) (StileTrustStore *self, StileCertificate *root, const char *undo);
};

/* Every store has the property "selected" (gboolean): whether the walk installs into it. */
const char *stile_trust_store_get_id (StileTrustStore *self);
const char *stile_trust_store_get_name (StileTrustStore *self);
const char *stile_trust_store_get_meaning (StileTrustStore *self);
const char *stile_trust_store_get_location (StileTrustStore *self);
gboolean stile_trust_store_get_selected (StileTrustStore *self);
void stile_trust_store_set_selected (StileTrustStore *self, gboolean selected);

/* Before. */
gboolean stile_trust_store_can_install (StileTrustStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_trust_store_get_change (StileTrustStore *self, GPtrArray *roots);
char *stile_trust_store_get_command (StileTrustStore *self, GPtrArray *roots);
const char *stile_trust_store_get_bundle (StileTrustStore *self);

/* The change itself, and taking it back. */
gboolean
stile_trust_store_install (StileTrustStore *self, GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_trust_store_remove (StileTrustStore *self, GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* After. */
gboolean stile_trust_store_contains (StileTrustStore *self,
                                     GPtrArray *roots,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_trust_store_verify (StileTrustStore *self, GPtrArray *roots);

/* For the record that outlives this process. */
GPtrArray *
stile_trust_store_prepare (StileTrustStore *self, GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_trust_store_restore (StileTrustStore *self, StileCertificate *root, const char *undo);

G_END_DECLS
