/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void stile_secret_wipe (gpointer memory, gsize length);
void stile_secret_free (gpointer memory, gsize length);
GBytes *stile_secret_bytes_new (const guint8 *memory, gsize length);

G_END_DECLS
