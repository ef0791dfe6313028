/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab/stile-lab-pki.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_SERVICE (stile_lab_service_get_type ())
G_DECLARE_FINAL_TYPE (StileLabService, stile_lab_service, STILE, LAB_SERVICE, GObject)

StileLabService *stile_lab_service_new (StileLabPki *pki, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_service_stop (StileLabService *self);
const char *stile_lab_service_get_url (StileLabService *self);

G_END_DECLS
