/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BenchHttp:
 *
 * One connection to a service, kept alive: just enough HTTP/1.1 to post flights, so that the service is what is
 * measured.
 */
typedef struct _BenchHttp BenchHttp;

BenchHttp *bench_http_new (guint16 port);
void bench_http_free (BenchHttp *self);
void bench_http_forget_session (BenchHttp *self);
GBytes *bench_http_post (BenchHttp *self, GBytes *flight);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchHttp, bench_http_free)

G_END_DECLS
