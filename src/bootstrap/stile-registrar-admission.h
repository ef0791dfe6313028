/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

/* Whether a device may have a voucher (R5, RFC 8995 section 5.3): what people have decided, else what the policy says. */
StileHttpMessage *stile_registrar_admission_decide (StileRegistrar *registrar,
                                                    const StileRegistrarDevice *device);
/* How far a device is let: what is written down for it. */
gboolean stile_registrar_admission_change (StileRegistrar *registrar,
                                           const StileRegistrarDevice *device,
                                           StileAdmission from,
                                           StileAdmission to,
                                           const char *reason,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_registrar_admission_get (StileRegistrar *registrar,
                                        const StileRegistrarDevice *device,
                                        StileAdmission *admission,
                                        char **reason,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
