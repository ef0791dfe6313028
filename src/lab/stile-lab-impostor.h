/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "lab/stile-lab-pki.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_IMPOSTOR (stile_lab_impostor_get_type ())
G_DECLARE_FINAL_TYPE (StileLabImpostor, stile_lab_impostor, STILE, LAB_IMPOSTOR, GObject)

StileHandler *stile_lab_impostor_new (StileLabPki *pki, const char *service);

G_END_DECLS
