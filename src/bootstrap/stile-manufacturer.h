/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-key-file.h"
#include "bootstrap/stile-masa-address.h"
#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_MANUFACTURER (stile_manufacturer_get_type ())
G_DECLARE_FINAL_TYPE (StileManufacturer, stile_manufacturer, STILE, MANUFACTURER, GObject)

/**
 * StileVerdict:
 * @STILE_VERDICT_ALLOW: yes
 * @STILE_VERDICT_ASK: a person must decide
 * @STILE_VERDICT_REFUSE: no
 */
typedef enum
{
  STILE_VERDICT_ALLOW,
  STILE_VERDICT_ASK,
  STILE_VERDICT_REFUSE,
} StileVerdict;

StileManufacturer *
stile_manufacturer_read (StileKeyFile *file, const char *group, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *stile_manufacturer_get_name (StileManufacturer *self);
GPtrArray *stile_manufacturer_get_anchors (StileManufacturer *self);
GPtrArray *stile_manufacturer_get_masa_anchors (StileManufacturer *self);
StileMasaAddress *stile_manufacturer_find_masa (StileManufacturer *self,
                                                StileCertificate *idevid,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileVerdict stile_manufacturer_get_admit (StileManufacturer *self);
gboolean stile_manufacturer_get_idevid_may_end (StileManufacturer *self);
gboolean stile_manufacturer_get_any_assertion (StileManufacturer *self);
gboolean stile_manufacturer_get_compat (StileManufacturer *self);

gboolean stile_manufacturer_issued (StileManufacturer *self, GPtrArray *chain, gint64 at);
gboolean stile_manufacturer_lists (StileManufacturer *self, StileCertificate *idevid, const char *serial);

G_END_DECLS
