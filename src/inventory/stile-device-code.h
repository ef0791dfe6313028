/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-import-line.h"

G_BEGIN_DECLS

/* A QR code of the largest kind holds 4296 letters and digits. */
#define STILE_DEVICE_CODE_MAX_SIZE 4296

StileImportLine *stile_device_code_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
