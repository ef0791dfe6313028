/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BenchDelay BenchDelay;

BenchDelay *bench_delay_start (guint16 port, guint milliseconds);
guint16 bench_delay_get_port (BenchDelay *self);
void bench_delay_stop (BenchDelay *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchDelay, bench_delay_stop)

G_END_DECLS
