/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "codec/stile-signed-message.h"

G_BEGIN_DECLS

/* A serial number and a date. */
#define STILE_PRM_SIGNED_DATA_MAX_SIZE (4 * 1024)

/* As for vouchers: RFC 5280 lets a serialNumber attribute have 64 characters, the real ones fit. */
#define STILE_PRM_SIGNED_DATA_MAX_SERIAL 256

/**
 * StilePrmSlips:
 * @STILE_PRM_SLIP_WRAPPED: the data stand below a name of their own, as in appendix A of the draft
 * @STILE_PRM_SLIP_URL_SAFE: the key id is in base64url
 *
 * What is taken, and yet not as the draft says (BOOTSTRAP 1.3).
 */
typedef enum
{
  STILE_PRM_SLIP_NONE = 0,
  STILE_PRM_SLIP_WRAPPED = 1 << 0,
  STILE_PRM_SLIP_URL_SAFE = 1 << 1,
} StilePrmSlips;

/**
 * StilePrmSignedData:
 * @message: as it was signed
 * @serial: of the device that the agent stands before
 * @created_on: when, as the agent says, in Unix seconds
 * @key_id: (nullable): the SubjectKeyIdentifier of the agent's certificate
 * @slips: what is odd
 *
 * "agent-signed-data": a Registrar-Agent says that it is about to talk to a device (BRSKI-PRM section 7.1).
 */
typedef struct
{
  StileSignedMessage *message;
  char *serial;
  gint64 created_on;
  GBytes *key_id;
  StilePrmSlips slips;
} StilePrmSignedData;

StilePrmSignedData *stile_prm_signed_data_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_prm_signed_data_free (StilePrmSignedData *self);
gboolean stile_prm_signed_data_verify (const StilePrmSignedData *self,
                                       StileCertificate *agent,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What an agent signs about itself: that it stands before a device now.  %STILE_ERROR_SETTINGS for a certificate that has no
 * SubjectKeyIdentifier. */
GBytes *stile_prm_signed_data_make (StileIdentity *agent, const char *serial, gint64 now, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StilePrmSignedData, stile_prm_signed_data_free)

G_END_DECLS
