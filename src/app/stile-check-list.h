/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-checks.h"

G_BEGIN_DECLS

#define STILE_TYPE_CHECK_LIST (stile_check_list_get_type ())
G_DECLARE_FINAL_TYPE (StileCheckList, stile_check_list, STILE, CHECK_LIST, GtkWidget)

void stile_check_list_show (StileCheckList *self, StileChecks *checks);

G_END_DECLS
