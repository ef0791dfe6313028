/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-response-size.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-bisection.h"

static StileHttpMessage *
make_request (StileProbeContext *context, gsize size)
{
  g_autofree char *parameters = g_strdup_printf ("size=%zu", size);

  return stile_probe_exchange_make_request (context, "GET", parameters, NULL, NULL);
}

static void
run (GTask *task)
{
  stile_probe_bisection_run (task, stile_probe_response_size.id, make_request,
                             _ ("Answers of 1 MiB arrive."));
}

const StileProbe stile_probe_response_size = {
  .id = "response-size",
  .title = N_ ("Size of answers"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
