/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-checks.h"
#include "bootstrap/stile-judgement.h"
#include "bootstrap/stile-prm-device.h"
#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

/* What BRSKI-PRM signs besides vouchers. */
#define STILE_REGISTRAR_PRM_MEDIA_TYPE "application/jose+json"

/* A registrar in BRSKI-PRM: an agent brings what a device has signed, and takes the answers back. */
gboolean stile_registrar_prm_check_agent (StileRegistrar *registrar,
                                          StileExchange *exchange,
                                          StileChecks *checks,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileRegistrarDevice *stile_registrar_prm_judge (StileRegistrar *registrar,
                                                 StileExchange *exchange,
                                                 StileChecks *checks,
                                                 StileJudgement *judgement,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_registrar_prm_remember (StileRegistrar *registrar,
                                       const StileRegistrarDevice *device,
                                       const StileJudgement *judgement,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_registrar_prm_countersign (StileRegistrar *registrar,
                                         GBytes *voucher,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
StilePrmDevice *stile_registrar_prm_find (StileRegistrar *registrar,
                                          StileCertificate *signer,
                                          char **issuer,
                                          char **serial,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
