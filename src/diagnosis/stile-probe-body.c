/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-body.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-series.h"

/* More than one record of TLS and than one buffer of most boxes. */
#define LENGTH 8192

/* What must arrive byte for byte, there and back (DIAGNOSIS signals 16 and 17): what nobody can make shorter, and what a
 * box may want to read, compress or rewrite. */

static GPtrArray *
make_requests (StileProbeContext *context)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func (g_object_unref);

  g_autoptr (GBytes) noise = stile_probe_exchange_make_noise (LENGTH);
  g_autoptr (GBytes) text = stile_probe_exchange_make_text (LENGTH);
  g_autoptr (GBytes) json = stile_probe_exchange_make_json (LENGTH);

  g_ptr_array_add (requests, stile_probe_exchange_make_request (context, "POST", "size=8192&type=octets",
                                                                "application/octet-stream", noise));
  g_ptr_array_add (requests, stile_probe_exchange_make_request (context, "POST", "size=8192&type=text",
                                                                "text/plain", text));
  g_ptr_array_add (requests, stile_probe_exchange_make_request (context, "POST", "size=8192&type=json",
                                                                "application/json", json));

  return requests;
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GPtrArray) requests = make_requests (context);
  g_autoptr (StileHttpLine) line = stile_probe_context_open_line (context);

  stile_probe_series_run (task, stile_probe_body.id, line, requests,
                          _ ("Bodies arrive byte for byte in both directions."));
}

const StileProbe stile_probe_body = {
  .id = "body",
  .title = N_ ("Bodies, both ways"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
