/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* Roots of one entry: a bundle's limit (STILE_CERTIFICATE_BUNDLE_MAX_COUNT) is far above what one domain has. */
#define STILE_TRUST_ENTRY_MAX_ROOTS 1024

/**
 * StileTrustOrigin:
 * @service: (nullable): the service that the roots came from, its URL
 * @serial: (nullable): the serial number in the voucher
 * @signer: (nullable): who signed the voucher
 * @domain: (nullable): the domain that the voucher names
 *
 * From where roots came, as far as somebody knows; texts for people and programs, of no form that anybody relies on.
 */
typedef struct
{
  const char *service;
  const char *serial;
  const char *signer;
  const char *domain;
} StileTrustOrigin;

#define STILE_TYPE_TRUST_ENTRY (stile_trust_entry_get_type ())
G_DECLARE_FINAL_TYPE (StileTrustEntry, stile_trust_entry, STILE, TRUST_ENTRY, GObject)

StileTrustEntry *
stile_trust_entry_new (const char *store, const char *store_name, const StileTrustOrigin *origin);
void stile_trust_entry_add_root (StileTrustEntry *self, StileCertificate *root, const char *undo);
gboolean stile_trust_entry_remove_root (StileTrustEntry *self, StileCertificate *root);
void stile_trust_entry_set_done (StileTrustEntry *self);

const char *stile_trust_entry_get_id (StileTrustEntry *self);
const char *stile_trust_entry_get_store (StileTrustEntry *self);
const char *stile_trust_entry_get_store_name (StileTrustEntry *self);
const StileTrustOrigin *stile_trust_entry_get_origin (StileTrustEntry *self);
GDateTime *stile_trust_entry_get_time (StileTrustEntry *self);
gboolean stile_trust_entry_is_done (StileTrustEntry *self);
GPtrArray *stile_trust_entry_get_roots (StileTrustEntry *self);
const char *stile_trust_entry_get_undo (StileTrustEntry *self, StileCertificate *root);

GVariant *stile_trust_entry_to_variant (StileTrustEntry *self);
StileTrustEntry *stile_trust_entry_new_from_variant (GVariant *variant,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
