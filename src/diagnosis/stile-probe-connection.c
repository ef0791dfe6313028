/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-connection.h"

#include <glib/gi18n-lib.h>

#include "transport/stile-http-observer.h"

/* To the proxy when there is one: who is behind it, it alone reaches. */
static GSocketConnectable *
find_target (StileSignals *signals)
{
  g_autoptr (GError) error = NULL;
  GSocketConnectable *target = NULL;

  if (signals->proxy != NULL)
    target = g_network_address_parse_uri (signals->proxy, 0, &error);

  return target != NULL ? target : g_network_address_new (signals->host, signals->port);
}

static void
note_failure (StileProbeContext *context, const GError *error)
{
  StileSignals *signals = stile_probe_context_get_signals (context);
  gboolean no_name = error->domain == G_RESOLVER_ERROR;

  if (signals->reach == STILE_REACH_NOT_TRIED)
    {
      signals->reach = signals->proxy != NULL ? STILE_REACH_NO_PROXY
                       : no_name              ? STILE_REACH_NO_NAME
                                              : STILE_REACH_NO_CONNECTION;
      stile_signals_set_text (&signals->reach_detail, error->message);
    }
  stile_probe_context_say (context, stile_probe_connection.id, STILE_CHECK_STATE_BLOCKED,
                           signals->proxy != NULL ? _ ("The proxy is not reached: %s")
                                                  : _ ("No connection comes up: %s"),
                           error->message);
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  gint64 *began = g_task_get_task_data (task);
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *peer = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (connection == NULL)
    {
      note_failure (context, error);
      g_task_return_boolean (task, TRUE);
      return;
    }

  address = g_socket_connection_get_remote_address (connection, NULL);
  peer = stile_http_observer_describe_address (address);
  stile_probe_context_say (context, stile_probe_connection.id, STILE_CHECK_STATE_PASSED, _ ("%s, in %.0f ms"),
                           peer != NULL ? peer : "?", (double)(g_get_monotonic_time () - *began) / 1000.0);
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) target = find_target (stile_probe_context_get_signals (context));
  gint64 *began = g_new (gint64, 1);

  *began = g_get_monotonic_time ();
  g_task_set_task_data (task, began, g_free);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, STILE_PROBE_CONTEXT_TIMEOUT_SECONDS);
  g_socket_client_connect_async (client, target, g_task_get_cancellable (task), connected, task);
}

const StileProbe stile_probe_connection = {
  .id = "connection",
  .title = N_ ("TCP connection"),
  .turn = STILE_PROBE_AT_ONCE,
  .run = run,
};
