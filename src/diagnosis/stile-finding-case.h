/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-signals.h"
#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

/* Names of one finding, and characters of each: what a box does a hundred times is told by its first. */
#define STILE_FINDING_CASE_MAX_NAMES 24

/**
 * StileFindingCase:
 * @signals: what was found out
 * @path: the path class, of the whole
 * @front: (nullable): what the service says of its own front
 * @findings: (element-type StileFinding): what the rules have found so far
 *
 * What a rule looks at, and where it puts what it finds.
 */
typedef struct
{
  StileSignals *signals;
  StilePathKind path;
  StileFront *front;
  GPtrArray *findings;
} StileFindingCase;

gboolean stile_finding_case_has (StileFindingCase *self, const char *id);
gboolean stile_finding_case_nobody_reads (StileFindingCase *self);
gboolean stile_finding_case_is_of_service (StileTrial *trial);
gboolean stile_finding_case_passed (StileTrial *trial);
gboolean stile_finding_case_failed (StileTrial *trial);
StileConfidence stile_finding_case_weigh (guint repeated, gboolean told);
StileFinding *stile_finding_case_add (StileFindingCase *self,
                                      const char *id,
                                      const char *check,
                                      const char *direction,
                                      StileConfidence confidence,
                                      guint repeated,
                                      char *sentence,
                                      GVariant *evidence);
void stile_finding_case_add_name (GPtrArray *names, const char *name);
char *stile_finding_case_join (GPtrArray *names);
GVariant *stile_finding_case_list (GPtrArray *names);
const char *stile_finding_case_find_header (StileObservation *observation, const char *name);
gboolean stile_finding_case_is_same_value (const char *sent, const char *came);

G_END_DECLS
