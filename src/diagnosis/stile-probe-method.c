/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-method.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-series.h"

/* How long the body is that goes with each. */
#define LENGTH 64

/* Which methods pass: some boxes know only what a browser sends (DIAGNOSIS signal 21). */
static const char *const methods[] = { "POST", "PUT", "GET" };

/* JSON passes nearly everywhere, and the service's word comes beside no body at all: nothing but the method is asked about. */
static GPtrArray *
make_requests (StileProbeContext *context)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      gboolean has_body = g_strcmp0 (methods[i], "GET") != 0;
      g_autoptr (GBytes) body = has_body ? stile_probe_exchange_make_json (LENGTH) : NULL;

      g_ptr_array_add (requests,
                       stile_probe_exchange_make_request (context, methods[i], "size=0",
                                                          has_body ? "application/json" : NULL, body));
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
