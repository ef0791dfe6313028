/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

/* DIAGNOSIS.md, verdicts, 1: less breaks no certificate. */
#define STILE_VERDICT_PATH_MAX_CLOCK_OFFSET (24 * 60 * 60)

/**
 * StileVerdictPath:
 * @path: what lies between
 * @confidence: how sure it is
 * @why: (element-type utf8): reasons, as codes
 * @sighting: (nullable): the connection that shows it best
 * @n_judged: connections of which anything can be said
 * @n_intercepted: those of them that somebody reads
 *
 * The path class of a whole diagnosis.
 */
typedef struct
{
  StilePathKind path;
  StileConfidence confidence;
  GPtrArray *why;
  StileSighting *sighting;
  guint n_judged;
  guint n_intercepted;
} StileVerdictPath;

void stile_verdict_path_judge (StileSignals *signals, StileVerdictPath *path);
void stile_verdict_path_clear (StileVerdictPath *path);
gboolean stile_verdict_path_is_intercepted (StilePathKind path);
gboolean stile_verdict_path_has_reason (const StileVerdictPath *path, const char *code);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StileVerdictPath, stile_verdict_path_clear)

G_END_DECLS
