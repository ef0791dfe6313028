/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/accessible-app.h"

G_BEGIN_DECLS

/* The walk, page by page, as far as each name says; begins where the one before it ends, the first on page 1. */
void walk_pages_to_session (AccessibleApp *app);
void walk_pages_past_voucher (AccessibleApp *app);
void walk_pages_to_install (AccessibleApp *app);
void walk_pages_install (AccessibleApp *app);

G_END_DECLS
