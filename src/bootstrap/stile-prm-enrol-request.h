/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-prm-device.h"
#include "codec/stile-certificate-request.h"

G_BEGIN_DECLS

/* A request for a certificate, in base64, and a name around it. */
#define STILE_PRM_ENROL_REQUEST_MAX_SIZE (32 * 1024)

StileCertificateRequest *stile_prm_enrol_request_parse (GBytes *json,
                                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A pledge's enrolment request that an agent brings, as the registrar that took its voucher request: R13. (transfer full) */
StileCertificateRequest *stile_prm_enrol_request_judge (const StileJudge *judge,
                                                        StilePrmDevice *device,
                                                        GBytes *bytes,
                                                        StileChecks *checks,
                                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a pledge answers to "tper", signed with its IDevID. */
GBytes *stile_prm_enrol_request_make (StileIdentity *idevid,
                                      StileCertificateRequest *request,
                                      gint64 now,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
