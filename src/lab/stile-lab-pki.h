/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab/stile-lab-authority.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_PKI (stile_lab_pki_get_type ())
G_DECLARE_FINAL_TYPE (StileLabPki, stile_lab_pki, STILE, LAB_PKI, GObject)

/* Where the lab's service is, in its certificates and in its URL. */
#define STILE_LAB_PKI_HOST "localhost"

/**
 * StileLabMember:
 * @STILE_LAB_MANUFACTURER: Example Devices Ltd, who made the device and runs the service
 * @STILE_LAB_DOMAIN: Plant Nord, whose network the device is in
 * @STILE_LAB_INSPECTION: what Plant Nord's middlebox signs with
 * @STILE_LAB_STRANGER: what a middlebox signs with that nobody knows
 * @STILE_LAB_WEB: who vouches for the service's outer certificate
 */
typedef enum
{
  STILE_LAB_MANUFACTURER,
  STILE_LAB_DOMAIN,
  STILE_LAB_INSPECTION,
  STILE_LAB_STRANGER,
  STILE_LAB_WEB,
} StileLabMember;

#define STILE_LAB_N_MEMBERS 5

StileLabPki *stile_lab_pki_new (const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLabAuthority *stile_lab_pki_get_authority (StileLabPki *self, StileLabMember member);
StileIdentity *stile_lab_pki_get_service_identity (StileLabPki *self);
GTlsCertificate *stile_lab_pki_get_outer_certificate (StileLabPki *self);

const char *stile_lab_pki_get_anchors_file (StileLabPki *self);
const char *stile_lab_pki_get_domain_file (StileLabPki *self);
const char *stile_lab_pki_get_inspection_file (StileLabPki *self);
const char *stile_lab_pki_get_certificate_file (StileLabPki *self);
const char *stile_lab_pki_get_key_file (StileLabPki *self);

G_END_DECLS
