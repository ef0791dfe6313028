/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-replay-window.h"

static guint64 *
word_of (StileReplayWindow *self, guint64 number)
{
  return &self->bits[number % STILE_REPLAY_WINDOW_SIZE / 64];
}

static guint64
mask_of (guint64 number)
{
  return G_GUINT64_CONSTANT (1) << (number % 64);
}

/**
 * stile_replay_window_check:
 * @number: of a message that may not be authentic yet
 *
 * Returns: whether it may be carried out.  Nothing is remembered: mark it once the message has been opened.
 */
StileReplayVerdict
stile_replay_window_check (const StileReplayWindow *self, guint64 number)
{
  if (number >= self->end)
    return STILE_REPLAY_NEW;
  if (self->end - number > STILE_REPLAY_WINDOW_SIZE)
    return STILE_REPLAY_TOO_OLD;

  return (*word_of ((StileReplayWindow *)self, number) & mask_of (number)) != 0 ? STILE_REPLAY_SEEN
                                                                                : STILE_REPLAY_NEW;
}

/**
 * stile_replay_window_mark:
 * @number: of a message that was opened
 */
void
stile_replay_window_mark (StileReplayWindow *self, guint64 number)
{
  g_return_if_fail (number < G_MAXUINT64);

  /* Slots that the window slides over hold numbers of a turn ago; at most one whole turn needs clearing. */
  if (number >= self->end)
    {
      guint64 first =
          MAX (self->end, number >= STILE_REPLAY_WINDOW_SIZE ? number - STILE_REPLAY_WINDOW_SIZE + 1 : 0);

      for (guint64 i = first; i <= number; i++)
        *word_of (self, i) &= ~mask_of (i);
      self->end = number + 1;
    }

  *word_of (self, number) |= mask_of (number);
}
