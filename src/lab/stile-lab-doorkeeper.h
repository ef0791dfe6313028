/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-ledger.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_DOORKEEPER (stile_lab_doorkeeper_get_type ())
G_DECLARE_FINAL_TYPE (StileLabDoorkeeper, stile_lab_doorkeeper, STILE, LAB_DOORKEEPER, GObject)

/* While a person is asked: long enough to be seen, and short enough to wait for. */
#define STILE_LAB_DOORKEEPER_ASK_SECONDS 5

StileLabDoorkeeper *stile_lab_doorkeeper_new (StileHandler *open, StileHandler *asking, StileLedger *ledger);
void stile_lab_doorkeeper_set_asking (StileLabDoorkeeper *self, gboolean asks);
gboolean stile_lab_doorkeeper_approve (StileLabDoorkeeper *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_doorkeeper_stop (StileLabDoorkeeper *self);

G_END_DECLS
