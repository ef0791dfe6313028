/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar-agent.h"

G_BEGIN_DECLS

/* What an agent asks in each step, and how it reads the answer (BOOTSTRAP 1.3). */
StileHttpMessage *stile_agent_request_make (StilePrmStep step, const char *host, GBytes *content);
gboolean stile_agent_request_read (StilePrmStep step,
                                   StileHttpMessage *response,
                                   StileAgentAnswer *answer,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
