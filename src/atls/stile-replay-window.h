/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* PROTOCOL section 2: numbers of a session that are remembered. */
#define STILE_REPLAY_WINDOW_SIZE 1024

/**
 * StileReplayVerdict:
 * @STILE_REPLAY_NEW: never seen
 * @STILE_REPLAY_SEEN: carried out before
 * @STILE_REPLAY_TOO_OLD: so far back that nobody remembers: treat it as seen
 */
typedef enum
{
  STILE_REPLAY_NEW,
  STILE_REPLAY_SEEN,
  STILE_REPLAY_TOO_OLD,
} StileReplayVerdict;

/**
 * StileReplayWindow:
 *
 * Which numbers of a session were seen.  Zero-initialised means none; the fields are private.
 */
typedef struct
{
  guint64 end; /* one more than the highest number seen */
  guint64 bits[STILE_REPLAY_WINDOW_SIZE / 64];
} StileReplayWindow;

StileReplayVerdict stile_replay_window_check (const StileReplayWindow *self, guint64 number);
void stile_replay_window_mark (StileReplayWindow *self, guint64 number);

G_END_DECLS
