/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-method.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-series.h"

/* How long the body is that goes with each. */
#define LENGTH 64

/* Which methods pass: some boxes know only what a browser sends (DIAGNOSIS signal 21). */
static const char *const methods[] = { "POST", "PUT", "GET" };

static GPtrArray *
make_requests (StileProbeContext *context)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (GBytes) noise = stile_probe_exchange_make_noise (LENGTH);

      g_ptr_array_add (requests,
                       stile_probe_exchange_make_request (context, methods[i], NULL,
                                                          "application/octet-stream", i < 2 ? noise : NULL));
    }

  return requests;
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GPtrArray) requests = make_requests (context);

  stile_probe_series_run (task, stile_probe_method.id, NULL, requests, _ ("POST, PUT and GET arrive."));
}

const StileProbe stile_probe_method = {
  .id = "method",
  .title = N_ ("Methods"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
