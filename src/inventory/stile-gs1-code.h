/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device-fields.h"

G_BEGIN_DECLS

gboolean stile_gs1_code_is (const char *text);
void stile_gs1_code_read (const char *text, StileDeviceFields *fields);
void stile_gs1_code_read_link (const char *path, StileDeviceFields *fields);

G_END_DECLS
