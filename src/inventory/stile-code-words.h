/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean stile_code_words_are_whole (const guint8 *words, gsize n_data, gsize n_error, gsize n_blocks);

G_END_DECLS
