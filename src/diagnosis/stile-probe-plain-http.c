/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-plain-http.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-portal.h"
#include "transport/stile-http-line.h"

/* What is read of a page. */
#define MAX_PAGE 16384

/* Whoever answers here may send people on to https, and does; a captive portal sends them elsewhere. */
static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpReply) reply = stile_http_line_send_finish (STILE_HTTP_LINE (object), result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (reply == NULL)
    {
      stile_probe_context_say (context, stile_probe_plain_http.id, STILE_CHECK_STATE_NOTED,
                               _ ("Without TLS nobody answers: %s"), error->message);
      g_task_return_boolean (task, TRUE);
      return;
    }

  signals->plain_status = stile_http_message_get_status (stile_http_reply_get_message (reply));
  stile_portal_look_at (signals, stile_http_reply_get_message (reply), STILE_PORTAL_IN_CLEAR);
  stile_probe_context_say (context, stile_probe_plain_http.id, STILE_CHECK_STATE_PASSED,
                           _ ("Without TLS, port 80 answers %u."), signals->plain_status);
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  const char *host = stile_probe_context_get_signals (context)->host;
  g_autoptr (GUri) uri = g_uri_build (G_URI_FLAGS_NONE, "http", NULL, host, -1, "/", NULL, NULL);
  g_autoptr (StileHttpLine) line =
      stile_http_line_new (uri, stile_probe_context_get_proxy (context), STILE_PROBE_CONTEXT_TIMEOUT_SECONDS);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "http", host, "/");

  stile_http_line_send_async (line, request, MAX_PAGE, g_task_get_cancellable (task), answered, task);
}

const StileProbe stile_probe_plain_http = {
  .id = "plain-http",
  .title = N_ ("Plain HTTP"),
  .turn = STILE_PROBE_AT_ONCE,
  .run = run,
};
