/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-checks.h"
#include "bootstrap/stile-prm-dossier.h"

G_BEGIN_DECLS

/* What a Registrar-Agent looks at in what devices and registrars give it (BOOTSTRAP A4 to A7 and A10).  It proves little, and
 * it need not: the ends judge themselves.  It finds what was mixed up among fifty devices before anybody carries it on. */
gboolean stile_agent_judge_artefact (const StilePrmDossier *dossier,
                                     StilePrmStep step,
                                     GBytes *artefact,
                                     GPtrArray *manufacturers,
                                     StileChecks *checks,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
