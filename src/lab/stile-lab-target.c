/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-target.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* Where to, and over what. */
typedef struct
{
  char *host;
  guint16 port;
  gboolean secure;
} Target;

static void
target_free (gpointer data)
{
  Target *target = data;

  g_free (target->host);
  g_free (target);
}

static void
shook_hands (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error))
    g_task_return_pointer (task, g_object_ref (object), g_object_unref);
  else
    g_task_return_error (task, error);
}

static gboolean
accept_any_cb (GTlsConnection *connection,
               GTlsCertificate *certificate,
               GTlsCertificateFlags errors,
               gpointer user_data)
{
  return TRUE; /* a middlebox that looks into everything and believes anything: the lab shows the worst one */
}

/* Takes over @task. */
static void
start_tls (GTask *task, GIOStream *plain)
{
  Target *target = g_task_get_task_data (task);
  g_autoptr (GSocketConnectable) identity = g_network_address_new (target->host, target->port);
  GError *error = NULL;
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (plain, identity, &error);

  if (tls == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  g_tls_connection_set_database (G_TLS_CONNECTION (tls), NULL);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                    shook_hands, task);
}

/**
 * stile_lab_target_send_at_once:
 * @connection: of either side of the middlebox
 *
 * What passes in small pieces must not wait 40 ms for the other side's delayed ACK.
 */
void
stile_lab_target_send_at_once (GSocketConnection *connection)
{
  if (!g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, TRUE,
                            NULL))
    g_debug ("The connection has no TCP_NODELAY");
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  Target *target = g_task_get_task_data (task);

  if (connection == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  stile_lab_target_send_at_once (connection);
  if (target->secure)
    start_tls (g_steal_pointer (&task), G_IO_STREAM (connection));
  else
    g_task_return_pointer (task, g_steal_pointer (&connection), g_object_unref);
}

/**
 * stile_lab_target_connect_async:
 * @host: "localhost" or an address
 * @secure: whether to speak TLS there
 *
 * Connects to what a client of the middlebox wants to reach.
 */
void
stile_lab_target_connect_async (const char *host,
                                guint16 port,
                                gboolean secure,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  const char *ip = g_hostname_is_ip_address (host) ? host : "127.0.0.1";
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (ip, port);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Target *target = g_new0 (Target, 1);

  target->host = g_strdup (host);
  target->port = port;
  target->secure = secure;
  g_task_set_source_tag (task, stile_lab_target_connect_async);
  g_task_set_task_data (task, target, target_free);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, STILE_LAB_TARGET_IDLE_SECONDS);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cancellable, connected, task);
}

/**
 * stile_lab_target_connect_finish:
 *
 * Returns: (transfer full): the connection, as one reads and writes it
 */
GIOStream *
stile_lab_target_connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
