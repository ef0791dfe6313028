/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-masa.h"

G_BEGIN_DECLS

#define STILE_TYPE_MASA_LOG (stile_masa_log_get_type ())
G_DECLARE_FINAL_TYPE (StileMasaLog, stile_masa_log, STILE, MASA_LOG, GObject)

StileHandler *stile_masa_log_new (StileMasa *masa);

G_END_DECLS
