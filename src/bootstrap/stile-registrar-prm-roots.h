/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR_PRM_ROOTS (stile_registrar_prm_roots_get_type ())
G_DECLARE_FINAL_TYPE (StileRegistrarPrmRoots, stile_registrar_prm_roots, STILE, REGISTRAR_PRM_ROOTS, GObject)

StileHandler *stile_registrar_prm_roots_new (StileRegistrar *registrar, StileHandler *est);

G_END_DECLS
