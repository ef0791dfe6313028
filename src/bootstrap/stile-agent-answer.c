/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-agent-answer.h"

/**
 * stile_agent_answer_free:
 * @self: (transfer full): what to let go of
 */
void
stile_agent_answer_free (StileAgentAnswer *self)
{
  g_clear_pointer (&self->artefact, g_bytes_unref);
  g_free (self->words);
  g_clear_object (&self->checks);
  g_free (self);
}
