/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What libFuzzer calls, and fuzz-replay.c in its place: reads @size bytes at @data and ends the process when something
 * does not hold.  Returns 0. */
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

G_END_DECLS
