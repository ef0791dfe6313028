/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-enrolment.h"

G_BEGIN_DECLS

gboolean stile_enrolment_request_check_binding (StileCsrAttributes *attributes,
                                                StileChannel *channel,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileCertificateRequest *stile_enrolment_request_make (const StileEnrolmentSettings *settings,
                                                       StileCsrAttributes *attributes,
                                                       const char *binding,
                                                       StileEnrolmentKey *key,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_enrolment_request_judge (GPtrArray *certificates,
                                          GBytes *public_key,
                                          GPtrArray *roots,
                                          gint64 at,
                                          StileChecks *checks,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
