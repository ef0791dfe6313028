/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-keep-alive.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-series.h"

/* How many requests one connection should carry (DIAGNOSIS signal 29). */
#define TIMES 4

static GPtrArray *
make_requests (StileProbeContext *context)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < TIMES; i++)
    {
      g_autoptr (GBytes) noise = stile_probe_exchange_make_noise (64);

      g_ptr_array_add (requests, stile_probe_exchange_make_request (context, "POST", "size=64",
                                                                    "application/octet-stream", noise));
    }

  return requests;
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GPtrArray) requests = make_requests (context);
  g_autoptr (StileHttpLine) line = stile_probe_context_open_line (context);

  stile_probe_series_run (task, stile_probe_keep_alive.id, line, requests,
                          _ ("One connection carries request after request."));
}

const StileProbe stile_probe_keep_alive = {
  .id = "keep-alive",
  .title = N_ ("Connections kept alive"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
