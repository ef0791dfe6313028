/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-prm-proximity.h"

G_BEGIN_DECLS

/* What somebody sent to a pledge's "tpvr", as the pledge: P22.  Whoever takes it remembers it in StilePrmPending. */
StilePrmProximity *stile_prm_trigger_judge (const StileJudge *judge,
                                            GBytes *json,
                                            StileChecks *checks,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What an agent sends there, for the device @serial of the domain whose registrar is @registrar (A2). */
GBytes *stile_prm_trigger_make (StileIdentity *agent,
                                StileCertificate *registrar,
                                const char *serial,
                                gint64 now,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What asks a pledge for an enrolment request: "tper". */
GBytes *stile_prm_trigger_make_enrol (void);
gboolean stile_prm_trigger_check_enrol (GBytes *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A word and a name. */
#define STILE_PRM_TRIGGER_MAX_ENROL 1024

G_END_DECLS
