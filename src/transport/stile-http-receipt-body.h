/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *stile_http_receipt_body_find_type (const char *name);
GBytes *stile_http_receipt_body_make (const char *name, const char *nonce, gsize length);

G_END_DECLS
