/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-prm-signed-data.h"
#include "bootstrap/stile-voucher.h"

G_BEGIN_DECLS

/* Plain JSON over plain HTTP, from any laptop: a certificate and a small signed message, both in base64. */
#define STILE_PRM_PROXIMITY_MAX_SIZE (32 * 1024)

/**
 * StilePrmProximity:
 * @registrar: whom the agent works for, as it says: "agent-provided-proximity-registrar-cert"
 * @signed_data: that it stands before the device: "agent-signed-data"
 *
 * What a device knows in BRSKI-PRM of who is near: what triggered its voucher request, and what it puts into that.
 */
typedef struct
{
  StileCertificate *registrar;
  StilePrmSignedData *signed_data;
} StilePrmProximity;

StilePrmProximity *stile_prm_proximity_parse_trigger (GBytes *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StilePrmProximity *stile_prm_proximity_read (StileVoucher *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_prm_proximity_free (StilePrmProximity *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StilePrmProximity, stile_prm_proximity_free)

G_END_DECLS
