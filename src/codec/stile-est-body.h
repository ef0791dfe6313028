/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *stile_est_body_decode (GBytes *body, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_est_body_encode (GBytes *der);

G_END_DECLS
