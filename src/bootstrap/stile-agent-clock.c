/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-agent-clock.h"

#include <glib/gi18n-lib.h>
#include <sys/timex.h>

/* A way to the registrar and back takes longer than this. */
#define SHORT_SECONDS 3600

/* What the kernel says of it: whoever sets the clock from the network tells it.  Its date is what a registrar compares with
 * what the device signs (R13). */
static gboolean
check_synchronised (StileChecks *checks)
{
  struct timex clock = { .modes = 0 };
  int state = adjtimex (&clock);

  if (state < 0)
    return stile_checks_skip (checks, "A3", _ ("The system does not say whether its clock is right"));
  if (state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0)
    return stile_checks_pass (checks, "A3", _ ("This computer’s clock is set from the network"));

  return stile_checks_note (
      checks, "A3",
      _ ("This computer’s clock is not set from the network: if it is wrong, the registrar "
         "refuses what is collected now"));
}

static gboolean
check_validity (StileCertificate *agent, gint64 now, StileChecks *checks, GError **error)
{
  gint64 end = g_date_time_to_unix (stile_certificate_get_not_after (agent));

  if (now > end)
    return stile_checks_refuse (
        checks, "A9", error, STILE_ERROR_SETTINGS,
        _ ("The agent’s certificate “%s” has run out: get a new one before collecting"),
        stile_certificate_get_name (agent));
  if (now + SHORT_SECONDS > end)
    return stile_checks_note (
        checks, "A9",
        _ ("The agent’s certificate “%s” runs out within the hour: what is collected now may "
           "be of no use by then"),
        stile_certificate_get_name (agent));

  return stile_checks_pass (checks, "A9", _ ("The agent’s certificate is good for the way"));
}

/**
 * stile_agent_clock_check:
 * @agent: the agent's own certificate
 * @now: Unix seconds
 * @checks: gets A3 and A9
 * @error: %STILE_ERROR_SETTINGS when nothing that is collected now could be used
 */
gboolean
stile_agent_clock_check (StileCertificate *agent, gint64 now, StileChecks *checks, GError **error)
{
  return check_synchronised (checks) && check_validity (agent, now, checks, error);
}
