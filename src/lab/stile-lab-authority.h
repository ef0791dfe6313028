/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"
#include "lab/stile-lab-leaf.h"

G_BEGIN_DECLS

/**
 * StileLabSubject:
 * @name: the common name
 * @organization: (nullable): who it belongs to
 * @serial_number: (nullable): of the device
 * @hosts: (nullable) (array zero-terminated=1): DNS names and addresses that it answers for
 * @purposes: (nullable) (array zero-terminated=1): the OIDs of what it may be used for; %NULL for anything
 * @masa_url: (nullable): of a device: where its manufacturer gives vouchers (RFC 8995 section 2.3.2)
 * @ended: it has run out already
 *
 * Whom a certificate is for.
 */
typedef struct
{
  const char *name;
  const char *organization;
  const char *serial_number;
  const char *const *hosts;
  const char *const *purposes;
  const char *masa_url;
  gboolean ended;
} StileLabSubject;

#define STILE_TYPE_LAB_AUTHORITY (stile_lab_authority_get_type ())
G_DECLARE_FINAL_TYPE (StileLabAuthority, stile_lab_authority, STILE, LAB_AUTHORITY, GObject)

StileLabAuthority *stile_lab_authority_new (const char *name,
                                            const char *organization,
                                            StileLabAuthority *issuer,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileCertificate *stile_lab_authority_get_certificate (StileLabAuthority *self);
StileLabLeaf *stile_lab_authority_issue (StileLabAuthority *self,
                                         const StileLabSubject *subject,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileIdentity *stile_lab_authority_to_identity (StileLabAuthority *self,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
GTlsCertificate *stile_lab_authority_forge (StileLabAuthority *self,
                                            const char *host,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
