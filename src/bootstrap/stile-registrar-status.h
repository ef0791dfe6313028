/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR_STATUS (stile_registrar_status_get_type ())
G_DECLARE_FINAL_TYPE (StileRegistrarStatus, stile_registrar_status, STILE, REGISTRAR_STATUS, GObject)

StileHandler *stile_registrar_status_new (StileRegistrar *registrar);

G_END_DECLS
