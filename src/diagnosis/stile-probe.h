/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe-context.h"

G_BEGIN_DECLS

/**
 * StileProbeTurn:
 * @STILE_PROBE_BEFORE_ALL: what it finds the others need
 * @STILE_PROBE_AT_ONCE: it asks the network, or whoever answers
 * @STILE_PROBE_AFTER_HELLO: it asks whoever answers, over libsoup: not before the certificates were looked at
 * @STILE_PROBE_AFTER_WORD: it asks the service what arrived: when it is known that the service gives its signed word
 * @STILE_PROBE_AT_LAST: it looks at what the others have found
 *
 * When a probe can begin.
 */
typedef enum
{
  STILE_PROBE_BEFORE_ALL,
  STILE_PROBE_AT_ONCE,
  STILE_PROBE_AFTER_HELLO,
  STILE_PROBE_AFTER_WORD,
  STILE_PROBE_AT_LAST,
} StileProbeTurn;

/**
 * StileProbe:
 * @id: a word that never changes; the id of its check
 * @title: for people, to be translated
 * @turn: when it can begin
 * @run: takes over a task whose source is a StileProbeContext, and returns %TRUE, or an error that says why nothing was
 *   found out
 *
 * A probe asks the network one question and leaves what it found in the context's signals.  One file each.
 */
typedef struct
{
  const char *id;
  const char *title;
  StileProbeTurn turn;
  void (*run) (GTask *task);
} StileProbe;

/* All of them, in the order in which they are shown; NULL ends the list. */
const StileProbe *const *stile_probe_list (void);

G_END_DECLS
