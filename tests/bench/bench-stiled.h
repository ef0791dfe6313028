/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <time.h>

G_BEGIN_DECLS

/**
 * BenchStiled:
 *
 * stiled in a process of its own, with files in a folder of its own.
 */
typedef struct
{
  char *directory;
  GSubprocess *process;
  clockid_t clock;
  guint16 port;
} BenchStiled;

BenchStiled *bench_stiled_new (void);
void bench_stiled_write (BenchStiled *self, const char *name, const char *text);
void bench_stiled_start (BenchStiled *self, const char *program);
double bench_stiled_get_seconds (BenchStiled *self);
void bench_stiled_free (BenchStiled *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchStiled, bench_stiled_free)

G_END_DECLS
