/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-diagnose-exit.h"

#include "cli/stile-cli.h"

/* stilectl(1) tells these to scripts and to monitoring: they never change their meaning. */
static const struct
{
  const char *path;
  int status;
} statuses[] = {
  { "direct", STILE_CLI_EXIT_DONE },
  { "connect-only", STILE_CLI_EXIT_DONE },
  { "service-terminator", STILE_CLI_EXIT_DONE },
  { "intercepted-trusted", STILE_CLI_EXIT_INTERCEPTED },
  { "intercepted-untrusted", STILE_CLI_EXIT_INTERCEPTED },
  { "selective-interception", STILE_CLI_EXIT_INTERCEPTED },
  { "unlisted-public", STILE_CLI_EXIT_INTERCEPTED },
  { "unreachable", STILE_CLI_EXIT_UNREACHABLE },
  { "proxy-refused", STILE_CLI_EXIT_REFUSED },
  { "wrong-clock", STILE_CLI_EXIT_WRONG_CLOCK },
  { "undetermined", STILE_CLI_EXIT_UNDETERMINED },
};

/* What is worth more of a monitor's attention comes first. */
static const int order[] = { STILE_CLI_EXIT_CANCELLED,   STILE_CLI_EXIT_SETTINGS,
                             STILE_CLI_EXIT_FAILED,      STILE_CLI_EXIT_UNREACHABLE,
                             STILE_CLI_EXIT_REFUSED,     STILE_CLI_EXIT_INTERCEPTED,
                             STILE_CLI_EXIT_CHANGED,     STILE_CLI_EXIT_WRONG_CLOCK,
                             STILE_CLI_EXIT_UNDETERMINED };

/**
 * stile_cli_diagnose_exit_choose:
 *
 * Returns: the exit status for one target: a path that nobody intercepts, but that changes something, has its own
 */
int
stile_cli_diagnose_exit_choose (StileReport *report)
{
  int status = STILE_CLI_EXIT_UNDETERMINED;

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_strcmp0 (statuses[i].path, stile_report_get_path_class (report)) == 0)
      status = statuses[i].status;
  if (status == STILE_CLI_EXIT_DONE &&
      stile_report_count (stile_report_get_document (report), "findings") > 0)
    return STILE_CLI_EXIT_CHANGED;

  return status;
}

/**
 * stile_cli_diagnose_exit_join:
 *
 * Returns: the exit status for two targets: the worse of both
 */
int
stile_cli_diagnose_exit_join (int one, int other)
{
  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    if (one == order[i] || other == order[i])
      return order[i];

  return MAX (one, other);
}
