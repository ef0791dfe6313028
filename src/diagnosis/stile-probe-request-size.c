/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-request-size.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-bisection.h"

static StileHttpMessage *
make_request (StileProbeContext *context, gsize size)
{
  g_autoptr (GBytes) noise = stile_probe_exchange_make_noise (size);

  return stile_probe_exchange_make_request (context, "POST", "size=16", "application/octet-stream", noise);
}

static void
run (GTask *task)
{
  stile_probe_bisection_run (task, stile_probe_request_size.id, make_request,
                             _ ("Requests of 1 MiB arrive."));
}

const StileProbe stile_probe_request_size = {
  .id = "request-size",
  .title = N_ ("Size of requests"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
