/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/loop-meter.h"

#define GOAL 50000 /* microseconds: what a frame may take */

typedef struct
{
  gint64 busy_since; /* 0: not yet */
  gint64 painting_since;
  gint64 painted; /* in this turn */
  gint64 longest;
  gint64 longest_own; /* without layout and drawing */
  guint over;         /* how many took longer than GOAL */
  guint turns;
} Loop;

static Loop loop;

static int
poll_and_measure (GPollFD *fds, guint n_fds, int timeout)
{
  gint64 now = g_get_monotonic_time ();
  int ready;

  if (loop.busy_since != 0)
    {
      loop.longest = MAX (loop.longest, now - loop.busy_since);
      loop.longest_own = MAX (loop.longest_own, now - loop.busy_since - loop.painted);
      loop.over += now - loop.busy_since > GOAL ? 1 : 0;
      loop.turns++;
    }
  ready = g_poll (fds, n_fds, timeout);
  loop.busy_since = g_get_monotonic_time ();
  loop.painted = 0;

  return ready;
}

static void
before_paint (void)
{
  loop.painting_since = g_get_monotonic_time ();
}

static void
after_paint (void)
{
  loop.painted += g_get_monotonic_time () - loop.painting_since;
}

void
loop_meter_begin (void)
{
  g_main_context_set_poll_func (NULL, poll_and_measure);
}

/* A window that is seen already. */
void
loop_meter_watch (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), NULL);
}

void
loop_meter_reset (void)
{
  loop = (Loop){ 0 };
}

void
loop_meter_print (const char *case_name, const char *what)
{
  g_print ("# %s, %s: longest turn of the main loop %.1f ms (%.1f ms without GTK's layout and drawing), "
           "%u of %u over %d ms\n",
           case_name, what, (double)loop.longest / 1000, (double)loop.longest_own / 1000, loop.over,
           loop.turns, GOAL / 1000);
  loop_meter_reset ();
}
