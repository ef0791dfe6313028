/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-key-file.h"

G_BEGIN_DECLS

#define STILE_TYPE_MASA_DEVICES (stile_masa_devices_get_type ())
G_DECLARE_FINAL_TYPE (StileMasaDevices, stile_masa_devices, STILE, MASA_DEVICES, GObject)

/* A file of owners: a line is some 60 characters. */
#define STILE_MASA_DEVICES_MAX_OWNERS_SIZE (64 * 1024 * 1024)

/**
 * StileMasaRules:
 * @first_come: a device that nobody owns belongs to the domain that asks first
 * @transfer: a device that is owned may be asked for by another domain, and is that one's then
 * @nonceless_days: how long a voucher without a nonce is good for
 * @short_lived: vouchers that end at all end after 20 minutes (RFC 8995 section 5.6)
 * @expires_with_nonce: vouchers with a nonce end too; RFC 8366 does not know that, 8366bis does
 */
typedef struct
{
  gboolean first_come;
  gboolean transfer;
  guint nonceless_days;
  gboolean short_lived;
  gboolean expires_with_nonce;
} StileMasaRules;

StileMasaDevices *stile_masa_devices_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const StileMasaRules *stile_masa_devices_get_rules (StileMasaDevices *self);
GPtrArray *stile_masa_devices_get_anchors (StileMasaDevices *self);
GBytes *stile_masa_devices_find_issuer (StileMasaDevices *self, const StileJudgement *judgement);
const char *stile_masa_devices_find_owner (StileMasaDevices *self, const char *serial);

G_END_DECLS
