/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A figure of something that does not work is worth nothing. */
void
bench_figure_fail (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  fputs ("stile-bench: ", stderr);
  vfprintf (stderr, format, arguments);
  fputc ('\n', stderr);
  va_end (arguments);
  exit (1);
}

static double
read_clock (clockid_t clock)
{
  struct timespec now;

  if (clock_gettime (clock, &now) != 0)
    bench_figure_fail ("There is no clock of CPU time");
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double
bench_figure_get_thread_seconds (void)
{
  return read_clock (CLOCK_THREAD_CPUTIME_ID);
}

double
bench_figure_get_process_seconds (void)
{
  return read_clock (CLOCK_PROCESS_CPUTIME_ID);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a;
  double second = *(const double *)b;

  return first < second ? -1 : first > second;
}

/* Of an array of double, which it sorts. */
double
bench_figure_get_median (GArray *values)
{
  guint middle = values->len / 2;

  g_assert (values->len > 0);

  g_array_sort (values, compare);
  if (values->len % 2 == 1)
    return g_array_index (values, double, middle);
  return (g_array_index (values, double, middle - 1) + g_array_index (values, double, middle)) / 2;
}

BenchPair *
bench_figure_pair_new (void)
{
  BenchPair *self = g_new0 (BenchPair, 1);

  self->stile = g_array_new (FALSE, FALSE, sizeof (double));
  self->bare = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
bench_figure_pair_free (BenchPair *self)
{
  g_array_unref (self->stile);
  g_array_unref (self->bare);
  g_free (self);
}

void
bench_figure_pair_add (BenchPair *self, double stile, double bare)
{
  g_array_append_val (self->stile, stile);
  g_array_append_val (self->bare, bare);
}

/* The ratio is the median of the rounds' own ratios: what else the machine did in a round hit both halves of it. */
void
bench_figure_pair_print (BenchPair *self, const char *name, const char *unit, double goal)
{
  g_autoptr (GArray) ratios = g_array_new (FALSE, FALSE, sizeof (double));
  double ratio;

  for (guint i = 0; i < self->stile->len; i++)
    {
      ratio = g_array_index (self->bare, double, i) / g_array_index (self->stile, double, i);
      g_array_append_val (ratios, ratio);
    }

  ratio = bench_figure_get_median (ratios);
  printf ("{\"name\": \"%s\", \"unit\": \"%s\", \"stile\": %.1f, \"bare\": %.1f, \"ratio\": %.3f, "
          "\"lowest\": %.3f, \"highest\": %.3f, \"rounds\": %u",
          name, unit, 1 / bench_figure_get_median (self->stile), 1 / bench_figure_get_median (self->bare),
          ratio, g_array_index (ratios, double, 0), g_array_index (ratios, double, ratios->len - 1),
          ratios->len);
  if (goal > 0)
    printf (", \"goal\": %.2f, \"reached\": %s", goal, ratio >= goal ? "true" : "false");
  printf ("}\n");
  fflush (stdout);
}

void
bench_figure_print_value (const char *name, const char *unit, double value)
{
  printf ("{\"name\": \"%s\", \"unit\": \"%s\", \"stile\": %.2f}\n", name, unit, value);
  fflush (stdout);
}

/* Beside the same of the first and smallest of several sizes. */
void
bench_figure_print_growth (const char *name, const char *unit, double value, double first)
{
  printf ("{\"name\": \"%s\", \"unit\": \"%s\", \"stile\": %.2f, \"ratio\": %.3f}\n", name, unit, value,
          value / first);
  fflush (stdout);
}

/* Less is better; @limit is not to be reached, and 0 is none. */
void
bench_figure_print_limit (const char *name, const char *unit, double value, double limit)
{
  printf ("{\"name\": \"%s\", \"unit\": \"%s\", \"stile\": %.0f", name, unit, value);
  if (limit > 0)
    printf (", \"goal\": %.0f, \"reached\": %s", limit, value < limit ? "true" : "false");
  printf ("}\n");
  fflush (stdout);
}

void
bench_figure_print_size (const char *name, double bytes, double goal)
{
  bench_figure_print_limit (name, "bytes", bytes, goal);
}
