/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bootstrap/stile-installation-result.h"
#include "bootstrap/stile-trust-record.h"

G_BEGIN_DECLS

/**
 * StileCliTrustAct:
 * @STILE_CLI_TRUST_INSTALL: put there
 * @STILE_CLI_TRUST_REMOVE: take back what this process knows to be Stile's
 * @STILE_CLI_TRUST_UNDO: take back what the record says
 *
 * What to do with roots and stores.
 */
typedef enum
{
  STILE_CLI_TRUST_INSTALL,
  STILE_CLI_TRUST_REMOVE,
  STILE_CLI_TRUST_UNDO,
} StileCliTrustAct;

/**
 * StileCliTrustWork:
 * @stores: (element-type StileTrustStore): where
 * @roots: (element-type StileCertificate): what
 * @record: (nullable): where it is written down
 * @dry_run: say what would be done, and do nothing
 * @json: for a program
 */
typedef struct
{
  StileCliTrustAct act;
  GPtrArray *stores;
  GPtrArray *roots;
  StileTrustRecord *record;
  gboolean dry_run;
  gboolean json;
} StileCliTrustWork;

void stile_cli_trust_work_print_programs (StileInstallationResult *result, const char *indent);
int stile_cli_trust_work_run (const StileCliTrustWork *work);

G_END_DECLS
