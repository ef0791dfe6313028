/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-handshake.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "transport/stile-http-line.h"
#include "transport/stile-outer-handshake.h"

/* What a proxy's answer to CONNECT is read to. */
#define MAX_PAGE 4096

static gboolean
is_of_proxy (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_FAILED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED);
}

static StileReach
name_failure (StileSignals *signals, const GError *error)
{
  if (is_of_proxy (error))
    return STILE_REACH_PROXY_REFUSED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return STILE_REACH_SILENT;
  if (error->domain == G_TLS_ERROR || error->domain == STILE_ERROR)
    return STILE_REACH_NO_TLS;

  return signals->proxy != NULL ? STILE_REACH_NO_PROXY : STILE_REACH_NO_CONNECTION;
}

static void
note_failure (StileProbeContext *context, const GError *error)
{
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (signals->reach == STILE_REACH_NOT_TRIED || is_of_proxy (error))
    {
      signals->reach = name_failure (signals, error);
      stile_signals_set_text (&signals->reach_detail, error->message);
    }
  stile_probe_context_say (context, stile_probe_handshake.id, STILE_CHECK_STATE_BLOCKED, "%s",
                           error->message);
}

/* GIO tells that a proxy refuses, libsoup with which status and whom it wants to know. */
static void
refusal_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StileHttpReply) reply = stile_http_line_send_finish (STILE_HTTP_LINE (object), result, NULL);
  StileSignals *signals = stile_probe_context_get_signals (g_task_get_source_object (task));

  if (g_task_return_error_if_cancelled (task))
    return;
  if (reply != NULL && stile_http_reply_is_from_proxy (reply))
    {
      StileHttpMessage *answer = stile_http_reply_get_message (reply);

      signals->proxy_status = stile_http_message_get_status (answer);
      stile_signals_set_text (&signals->proxy_schemes,
                              stile_http_message_get_field (answer, "Proxy-Authenticate"));
    }
  g_task_return_boolean (task, TRUE);
}

/* Takes over @task. */
static void
ask_proxy (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (StileHttpLine) line = stile_probe_context_open_line (context);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("GET", "https", stile_probe_context_get_signals (context)->host, "/");

  stile_http_line_send_async (line, request, MAX_PAGE, g_task_get_cancellable (task), refusal_read, task);
}

/* GIO cannot be trusted with such a chain (PLATFORM section 1): nothing more is asked of whoever sends one. */
static void
note_oddity (StileProbeContext *context, StileOuterHandshake *handshake)
{
  const char *oddity = stile_outer_handshake_get_oddity (handshake);

  if (oddity != NULL)
    stile_signals_set_text (&stile_probe_context_get_signals (context)->oddity, oddity);
}

static void
keep (StileProbeContext *context, StileOuterHandshake *handshake)
{
  StileSignals *signals = stile_probe_context_get_signals (context);
  g_autoptr (StileObservation) seen = stile_observation_new ();

  stile_observation_set_url (seen, signals->url);
  stile_observation_set_peer (seen, stile_outer_handshake_get_peer (handshake));
  stile_observation_set_proxy (seen, signals->proxy);
  stile_observation_set_tls (seen, stile_outer_handshake_get_tls_version (handshake),
                             stile_outer_handshake_get_cipher (handshake),
                             stile_outer_handshake_get_application_protocol (handshake));
  stile_observation_set_chain (seen, stile_outer_handshake_get_chain (handshake));
  stile_observation_set_duration (seen, stile_outer_handshake_get_tls_time (handshake));
  stile_probe_context_add_sighting (context, stile_probe_handshake.id, 0, seen, NULL,
                                    STILE_AUTHENTICATED_NOT);
}

static void
shaken (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileOuterHandshake) handshake = stile_outer_handshake_run_finish (result, &error);
  StileProbeContext *context = g_task_get_source_object (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (handshake == NULL)
    {
      note_failure (context, error);
      if (is_of_proxy (error))
        ask_proxy (g_steal_pointer (&task));
      else
        g_task_return_boolean (task, TRUE);
      return;
    }

  stile_probe_context_get_signals (context)->reach = STILE_REACH_GOOD;
  note_oddity (context, handshake);
  keep (context, handshake);
  stile_probe_context_say (
      context, stile_probe_handshake.id, STILE_CHECK_STATE_PASSED,
      g_dngettext (GETTEXT_PACKAGE, "%s, %s, %u certificate, in %.0f ms",
                   "%s, %s, %u certificates, in %.0f ms", stile_outer_handshake_get_n_sent (handshake)),
      stile_outer_handshake_get_tls_version (handshake), stile_outer_handshake_get_cipher (handshake),
      stile_outer_handshake_get_n_sent (handshake),
      (double)stile_outer_handshake_get_tls_time (handshake) / 1000.0);
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (g_strcmp0 (g_uri_get_scheme (stile_probe_context_get_uri (context)), "https") != 0)
    {
      stile_probe_context_say (context, stile_probe_handshake.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                               _ ("The address begins with http: there is no TLS outside."));
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  stile_outer_handshake_run_async (signals->host, signals->port, stile_probe_context_get_proxy (context),
                                   NULL, STILE_PROBE_CONTEXT_TIMEOUT_SECONDS, g_task_get_cancellable (task),
                                   shaken, task);
}

const StileProbe stile_probe_handshake = {
  .id = "handshake",
  .title = N_ ("TLS handshake"),
  .turn = STILE_PROBE_AT_ONCE,
  .run = run,
};
