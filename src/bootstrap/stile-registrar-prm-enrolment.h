/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR_PRM_ENROLMENT (stile_registrar_prm_enrolment_get_type ())
G_DECLARE_FINAL_TYPE (
    StileRegistrarPrmEnrolment, stile_registrar_prm_enrolment, STILE, REGISTRAR_PRM_ENROLMENT, GObject)

StileHandler *stile_registrar_prm_enrolment_new (StileRegistrar *registrar, StileHandler *est);

G_END_DECLS
