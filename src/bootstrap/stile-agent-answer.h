/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-checks.h"

G_BEGIN_DECLS

/* What one step brings: 10 KB is much, and a device may send anything. */
#define STILE_AGENT_ANSWER_MAX_ARTEFACT (64 * 1024)

/* Nobody waits longer than this for the next try, whatever a registrar says. */
#define STILE_AGENT_ANSWER_MAX_WAIT 3600

/**
 * StileAgentOutcome:
 * @STILE_AGENT_DONE: @artefact is what the step brought
 * @STILE_AGENT_WAIT: the same again in so many seconds: somebody decides, or somebody does not answer yet
 * @STILE_AGENT_AGAIN: what was collected is of no use any more: begin with the device anew
 */
typedef enum
{
  STILE_AGENT_DONE,
  STILE_AGENT_WAIT,
  STILE_AGENT_AGAIN,
} StileAgentOutcome;

/**
 * StileAgentAnswer:
 * @outcome: how it went on
 * @artefact: (nullable): the very bytes; empty where a yes is all
 * @seconds: to wait
 * @words: (nullable): why, for people, cleaned
 * @checks: what was looked at
 */
typedef struct
{
  StileAgentOutcome outcome;
  GBytes *artefact;
  guint seconds;
  char *words;
  StileChecks *checks;
} StileAgentAnswer;

void stile_agent_answer_free (StileAgentAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileAgentAnswer, stile_agent_answer_free)

G_END_DECLS
