/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BenchOptions:
 * @rounds: how often each pair of measurements is taken
 * @stiled: the service to start
 * @alone: do not measure what is bare: somebody else looks at the process
 * @folder: of parts that another part starts in a process of their own: where its files are
 * @url: likewise: the service
 * @count: likewise: devices
 * @listed: likewise: devices in the list
 */
typedef struct
{
  int rounds;
  char *stiled;
  gboolean alone;
  char *folder;
  char *url;
  guint count;
  guint listed;
} BenchOptions;

/**
 * BenchPair:
 *
 * Two ways of doing the same, measured in turn: what each round took, in CPU seconds for one operation.
 */
typedef struct
{
  GArray *stile; /* of double */
  GArray *bare;  /* of double */
} BenchPair;

void bench_figure_fail (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;
double bench_figure_get_thread_seconds (void);
double bench_figure_get_process_seconds (void);
double bench_figure_get_median (GArray *values);

BenchPair *bench_figure_pair_new (void);
void bench_figure_pair_add (BenchPair *self, double stile, double bare);
void bench_figure_pair_print (BenchPair *self, const char *name, const char *unit, double goal);
void bench_figure_pair_free (BenchPair *self);
void bench_figure_print_value (const char *name, const char *unit, double value);
void bench_figure_print_growth (const char *name, const char *unit, double value, double first);
void bench_figure_print_limit (const char *name, const char *unit, double value, double limit);
void bench_figure_print_size (const char *name, double bytes, double goal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchPair, bench_figure_pair_free)

G_END_DECLS
