/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

StileCarrier *stile_registrar_carriers_get (StileRegistrar *registrar,
                                            const StileRegistrarDevice *device,
                                            const StileMasaAddress *masa,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
