/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-cookies.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-series.h"

/* Twice, over two connections; each way is judged by itself (DIAGNOSIS signal 23). */
#define TIMES 2

static StileHttpMessage *
make_request (StileProbeContext *context)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  StileHttpMessage *request = stile_probe_exchange_make_request (context, "POST", "size=0&cookie=1",
                                                                 "application/octet-stream", nothing);
  g_autofree char *nonce = stile_probe_exchange_get_nonce (request);
  g_autofree char *cookie = g_strconcat ("stile-probe=", nonce, NULL);
  gboolean taken = stile_http_message_add_field (request, "Cookie", cookie);

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

  stile_probe_series_run (task, stile_probe_cookies.id, NULL, requests,
                          _ ("Cookies arrive in both directions."));
}

const StileProbe stile_probe_cookies = {
  .id = "cookies",
  .title = N_ ("Cookies, both ways"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
