/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_VOUCHER_PAGE (stile_voucher_page_get_type ())
G_DECLARE_FINAL_TYPE (StileVoucherPage, stile_voucher_page, STILE, VOUCHER_PAGE, GtkWidget)

G_END_DECLS
