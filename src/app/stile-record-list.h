/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-trust-record.h"

G_BEGIN_DECLS

#define STILE_TYPE_RECORD_LIST (stile_record_list_get_type ())
G_DECLARE_FINAL_TYPE (StileRecordList, stile_record_list, STILE, RECORD_LIST, GtkWidget)

/* Property "busy" (gboolean): something is being taken back, and its store in use.
 * Signal "taken-back" (StileTrustEntry): what it says is not installed any more. */
void stile_record_list_show (StileRecordList *self, StileTrustRecord *record, GListModel *stores);
gboolean stile_record_list_is_busy (StileRecordList *self);

G_END_DECLS
