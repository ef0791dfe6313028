/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/prm-plant.h"
#include "bootstrap/stile-prm-status.h"

G_BEGIN_DECLS

/* What agents bring to the registrar of a PrmPlant, and what it answers. */

#define PRM_AGENT_N_PATHS 5

typedef struct
{
  const char *name;
  const char *method;
  const char *type;
} PrmAgentPath;

extern const PrmAgentPath prm_agent_paths[PRM_AGENT_N_PATHS];

/* @peer: who brings it, or NULL for nobody; (transfer full). */
StileHttpMessage *prm_agent_ask_as (PrmPlant *self,
                                    const char *method,
                                    const char *name,
                                    const char *type,
                                    const char *accept,
                                    GBytes *content,
                                    TestPki *peer);
void prm_agent_expect_as (
    PrmPlant *self, const char *name, GBytes *content, TestPki *peer, guint status, const char *begin);
/* The plant's agent brings it. */
void prm_agent_expect (PrmPlant *self, const char *name, GBytes *content, guint status, const char *begin);

/* As a device sends it, signed by @signer; (transfer full). */
GBytes *prm_agent_make_status (StilePrmStatusKind kind, gboolean good, TestPki *signer);
/* Nothing that was refused is remembered. */
void prm_agent_expect_no_status (PrmPlant *self);

G_END_DECLS
