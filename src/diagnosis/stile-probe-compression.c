/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-compression.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-series.h"

/* Text of this length becomes much shorter when somebody compresses it. */
#define LENGTH 8192

/* Who compresses or unpacks on the way changes what arrives, and libsoup would hide it (DIAGNOSIS signal 18): here nothing
 * is decoded. */
static void
add_request (StileProbeContext *context, GPtrArray *requests, const char *accepted, GBytes *text)
{
  StileHttpMessage *request =
      stile_probe_exchange_make_request (context, "POST", "size=8192&type=text", "text/plain", text);
  gboolean taken = stile_http_message_add_field (request, "Accept-Encoding", accepted);

  g_warn_if_fail (taken);
  g_ptr_array_add (requests, request);
}

static GPtrArray *
make_requests (StileProbeContext *context)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GBytes) text = stile_probe_exchange_make_text (LENGTH);

  /* Twice: once is an observation, twice is a rule. */
  add_request (context, requests, "gzip, deflate, br", text);
  add_request (context, requests, "gzip, deflate, br", text);
  add_request (context, requests, "identity", text);

  return requests;
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GPtrArray) requests = make_requests (context);
  g_autoptr (StileHttpLine) line = stile_probe_context_open_line (context);

  stile_probe_series_run (task, stile_probe_compression.id, line, requests,
                          _ ("Nobody compresses or unpacks what is sent."));
}

const StileProbe stile_probe_compression = {
  .id = "compression",
  .title = N_ ("Compression"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
