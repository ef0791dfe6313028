/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab/stile-lab-authority.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_PKI (stile_lab_pki_get_type ())
G_DECLARE_FINAL_TYPE (StileLabPki, stile_lab_pki, STILE, LAB_PKI, GObject)

/* Where the lab's service is, in its certificates and in its URL. */
#define STILE_LAB_PKI_HOST "localhost"

/* The device that a client is, and another one that somebody else has bought. */
#define STILE_LAB_PKI_DEVICE "LAB-0001"
#define STILE_LAB_PKI_OTHER_DEVICE "LAB-0002"

/**
 * StileLabMember:
 * @STILE_LAB_MANUFACTURER: Example Devices Ltd, who made the device
 * @STILE_LAB_DOMAIN: Plant Nord, whose network the device is in
 * @STILE_LAB_INSPECTION: what Plant Nord's middlebox signs with
 * @STILE_LAB_STRANGER: what a middlebox signs with that nobody knows
 * @STILE_LAB_WEB: who vouches for outer certificates
 * @STILE_LAB_OTHER_OWNER: Harbour West, another domain
 * @STILE_LAB_FALSE_MANUFACTURER: somebody who calls himself Example Devices Ltd
 * @STILE_LAB_FALSE_DOMAIN: somebody who calls himself Plant Nord
 * @STILE_LAB_AGENTS: what Plant Nord signs the certificates of its technicians' laptops with
 */
typedef enum
{
  STILE_LAB_MANUFACTURER,
  STILE_LAB_DOMAIN,
  STILE_LAB_INSPECTION,
  STILE_LAB_STRANGER,
  STILE_LAB_WEB,
  STILE_LAB_OTHER_OWNER,
  STILE_LAB_FALSE_MANUFACTURER,
  STILE_LAB_FALSE_DOMAIN,
  STILE_LAB_AGENTS,
} StileLabMember;

#define STILE_LAB_N_MEMBERS 9

/**
 * StileLabPart:
 * @STILE_LAB_PART_REGISTRAR: Plant Nord's registrar, inside ATLS and towards MASAs
 * @STILE_LAB_PART_OUTER: what whoever connects to a service of the lab sees outside
 * @STILE_LAB_PART_MASA_HTTPS: the MASA, as the registrar sees it
 * @STILE_LAB_PART_MASA: signs vouchers
 * @STILE_LAB_PART_ROGUE_MASA: signs vouchers in the manufacturer's name, and is not
 * @STILE_LAB_PART_IMPOSTOR: pretends to be the registrar
 * @STILE_LAB_PART_OTHER_DEVICE: a good IDevID, of a device that the man in the middle has bought
 *
 * Who has a certificate and a key that no client is given.
 */
typedef enum
{
  STILE_LAB_PART_REGISTRAR,
  STILE_LAB_PART_OUTER,
  STILE_LAB_PART_MASA_HTTPS,
  STILE_LAB_PART_MASA,
  STILE_LAB_PART_ROGUE_MASA,
  STILE_LAB_PART_IMPOSTOR,
  STILE_LAB_PART_OTHER_DEVICE,
} StileLabPart;

#define STILE_LAB_N_PARTS 7

StileLabPki *
stile_lab_pki_new (const char *directory, const char *masa_url, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_lab_pki_age_device (StileLabPki *self, gboolean ended, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLabAuthority *stile_lab_pki_get_authority (StileLabPki *self, StileLabMember member);
StileIdentity *stile_lab_pki_get_identity (StileLabPki *self, StileLabPart part);
StileIdentity *stile_lab_pki_make_device (StileLabPki *self,
                                          const char *name,
                                          const char *serial_number,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *stile_lab_pki_get_directory (StileLabPki *self);
const char *stile_lab_pki_get_masa_url (StileLabPki *self);
const char *stile_lab_pki_get_anchors_file (StileLabPki *self);
const char *stile_lab_pki_get_domain_file (StileLabPki *self);
const char *stile_lab_pki_get_inspection_file (StileLabPki *self);
const char *stile_lab_pki_get_certificate_file (StileLabPki *self);
const char *stile_lab_pki_get_key_file (StileLabPki *self);
const char *stile_lab_pki_get_agent_certificate_file (StileLabPki *self);
const char *stile_lab_pki_get_agent_key_file (StileLabPki *self);

G_END_DECLS
