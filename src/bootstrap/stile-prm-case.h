/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge-case.h"
#include "bootstrap/stile-prm-proximity.h"

G_BEGIN_DECLS

/**
 * StilePrmCase:
 * @base: what BRSKI's own checks go over first
 * @proximity: (nullable): what the device's request says of agent and registrar, once a check has read it
 *
 * One message of BRSKI-PRM before its judge.
 */
typedef struct
{
  StileJudgeCase base;
  StilePrmProximity *proximity;
} StilePrmCase;

/* As StileJudgeCaseCheck: a row of a table. */
typedef gboolean (*StilePrmCaseCheck) (StilePrmCase *self, GError **error);

gboolean stile_prm_case_run (StilePrmCase *self, const StilePrmCaseCheck *checks, GError **error);
void stile_prm_case_clear (StilePrmCase *self);

void stile_prm_case_note_slips (StileChecks *checks, const char *id, const StilePrmSignedData *data);
gboolean
stile_prm_case_read_proximity (StilePrmCase *self, const char *id, StileVoucher *request, GError **error);
gboolean stile_prm_case_leads_to (const StileJudgeCase *judged,
                                  StileCertificate *leaf,
                                  GPtrArray *material,
                                  GPtrArray *anchors,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_prm_case_is_registrar (const StileJudgeCase *judged, StileCertificate *certificate);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StilePrmCase, stile_prm_case_clear)

G_END_DECLS
