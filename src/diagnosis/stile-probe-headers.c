/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-headers.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-series.h"

/* How long the body is that goes with them. */
#define LENGTH 64

/* Twice, over two connections: a full receipt lists what arrived (DIAGNOSIS signals 13 to 15). */
#define TIMES 2

static StileHttpMessage *
make_request (StileProbeContext *context)
{
  static const char *const fields[][2] = {
    { "X-Requested-With", "Stile" },
    { "Accept", "application/jose, */*" },
    { "Accept-Language", "en" },
    { "Cache-Control", "no-store" },
    { "User-Agent", "Stile/" PACKAGE_VERSION " (diagnosis)" },
  };
  g_autoptr (GBytes) noise = stile_probe_exchange_make_noise (LENGTH);
  StileHttpMessage *request =
      stile_probe_exchange_make_request (context, "POST", NULL, "application/octet-stream", noise);
  g_autofree char *nonce = stile_probe_exchange_get_nonce (request);
  gboolean taken = stile_http_message_add_field (request, "X-Stile-Probe", nonce);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    taken = stile_http_message_add_field (request, fields[i][0], fields[i][1]) && taken;
  g_warn_if_fail (taken);

  return request;
}

static GPtrArray *
make_requests (StileProbeContext *context)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < TIMES; i++)
    g_ptr_array_add (requests, make_request (context));

  return requests;
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GPtrArray) requests = make_requests (context);

  stile_probe_series_run (task, stile_probe_headers.id, NULL, requests,
                          _ ("Header fields arrive as they were sent, in both directions."));
}

const StileProbe stile_probe_headers = {
  .id = "headers",
  .title = N_ ("Header fields, both ways"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
