/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STILE_TYPE_APPLICATION (stile_application_get_type ())
G_DECLARE_FINAL_TYPE (StileApplication, stile_application, STILE, APPLICATION, AdwApplication)

StileApplication *stile_application_new (void);

G_END_DECLS
