/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-listener.h"

#include <glib/gi18n-lib.h>
#include <sys/socket.h>

#include "atls/stile-error.h"
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "transport/stile-http-hello.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-http-trust.h"

/* How often idle connections are looked for. */
#define SWEEP_SECONDS 5

typedef struct
{
  StileHttpListener *listener; /* no-ref: owns us */
  char *name;                  /* the peer's address and port */
  GSocketConnection *tcp;
  GIOStream *tls;          /* NULL over plain HTTP */
  gint64 deadline;         /* monotonic microseconds */
  GSource *waiting;        /* for the ClientHello; or NULL */
  gsize awaited;           /* bytes of it */
  StileClientHello *hello; /* or NULL */
} Connection;

/**
 * StileHttpListener:
 *
 * Accepts connections for one worker's HTTP server: SoupServer itself knows no TLS listener whose connection one
 * can ask, no limit and no idle time-out.  Several may share one listening socket, each in its own thread.
 */
struct _StileHttpListener
{
  GObject parent_instance;

  GSocket *socket;
  StileHttpListenerFunc accepted;
  gpointer user_data;
  GTlsCertificate *certificate; /* NULL: plain HTTP */
  gboolean ask;                 /* for the client's certificate */
  guint max_connections;
  GHashTable *connections; /* the peer's address → Connection */
  GCancellable *stopping;
  GSource *accepting;
  GSource *sweeping;
  GSocket *silent; /* the other end of what SoupServer listens on, or NULL */
};

G_DEFINE_FINAL_TYPE (StileHttpListener, stile_http_listener, G_TYPE_OBJECT)

static void
stop_waiting (Connection *connection)
{
  if (connection->waiting != NULL)
    g_source_destroy (connection->waiting);
  g_clear_pointer (&connection->waiting, g_source_unref);
}

static void
connection_free (gpointer data)
{
  Connection *connection = data;

  stop_waiting (connection);
  g_clear_pointer (&connection->hello, stile_client_hello_free);
  g_socket_shutdown (g_socket_connection_get_socket (connection->tcp), TRUE, TRUE, NULL);
  g_clear_object (&connection->tls);
  g_object_unref (connection->tcp);
  g_free (connection->name);
  g_free (connection);
}

static void
stile_http_listener_dispose (GObject *object)
{
  StileHttpListener *self = STILE_HTTP_LISTENER (object);

  stile_http_listener_stop (self);
  g_clear_object (&self->socket);
  g_clear_object (&self->silent);
  g_clear_object (&self->certificate);

  G_OBJECT_CLASS (stile_http_listener_parent_class)->dispose (object);
}

static void
stile_http_listener_finalize (GObject *object)
{
  StileHttpListener *self = STILE_HTTP_LISTENER (object);

  g_hash_table_unref (self->connections);
  g_object_unref (self->stopping);

  G_OBJECT_CLASS (stile_http_listener_parent_class)->finalize (object);
}

static void
stile_http_listener_class_init (StileHttpListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_http_listener_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_http_listener_finalize;
  stile_http_trust_install ();
}

static void
stile_http_listener_init (StileHttpListener *self)
{
  self->max_connections = STILE_HTTP_LISTENER_MAX_CONNECTIONS;
  self->stopping = g_cancellable_new ();
  self->connections = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, connection_free);
}

/**
 * stile_http_listener_new:
 * @socket: listens already, and does not block
 * @accepted: gets each connection, behind TLS if there is TLS
 */
StileHttpListener *
stile_http_listener_new (GSocket *socket, StileHttpListenerFunc accepted, gpointer user_data)
{
  StileHttpListener *self = g_object_new (STILE_TYPE_HTTP_LISTENER, NULL);

  self->socket = g_object_ref (socket);
  self->accepted = accepted;
  self->user_data = user_data;

  return self;
}

/**
 * stile_http_listener_set_certificate:
 * @certificate: (nullable): for connections from now on; %NULL for plain HTTP
 */
void
stile_http_listener_set_certificate (StileHttpListener *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

/**
 * stile_http_listener_set_client_certificates:
 * @ask: whether clients of connections from now on are asked who they are
 */
void
stile_http_listener_set_client_certificates (StileHttpListener *self, gboolean ask)
{
  self->ask = ask;
}

/**
 * stile_http_listener_set_max_connections:
 * @count: how many may be open; what comes then is closed at once
 */
void
stile_http_listener_set_max_connections (StileHttpListener *self, guint count)
{
  self->max_connections = count;
}

static Connection *
find (StileHttpListener *self, GSocketAddress *remote)
{
  g_autofree char *name = stile_http_observer_describe_address (remote);

  return name != NULL ? g_hash_table_lookup (self->connections, name) : NULL;
}

static void
set_deadline (Connection *connection, guint seconds)
{
  connection->deadline = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
}

static void
hand_over (Connection *connection, GIOStream *stream)
{
  StileHttpListener *self = connection->listener;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection->tcp, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection->tcp, NULL);

  if (local == NULL || remote == NULL)
    g_hash_table_remove (self->connections, connection->name);
  else
    self->accepted (stream, local, remote, self->user_data);
}

typedef struct
{
  StileHttpListener *listener;
  char *name;
} Handshake;

static void
handshaken (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Handshake *handshake = user_data;
  g_autoptr (StileHttpListener) self = handshake->listener;
  g_autofree char *name = handshake->name;
  g_autoptr (GError) error = NULL;
  gboolean done = g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error);
  Connection *connection = g_hash_table_lookup (self->connections, name);

  g_free (handshake);
  /* It may have run into its deadline, and another come from the same address since. */
  if (connection == NULL || connection->tls != G_IO_STREAM (object))
    return;

  if (done)
    {
      hand_over (connection, connection->tls);
      return;
    }
  g_debug ("TLS handshake with %s: %s", name, error->message);
  g_hash_table_remove (self->connections, name);
}

static gboolean
accept_any_cb (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

/* Who it is, is judged with the request.  That the client holds the key is the handshake's business, and without a
 * store no names of authorities are sent, which would keep an IDevID away (PLATFORM section 1, trap 12). */
static void
ask_client (GTlsConnection *tls)
{
  g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
  g_tls_connection_set_database (tls, NULL);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
}

static void
start_tls (StileHttpListener *self, Connection *connection)
{
  g_autoptr (GError) error = NULL;
  Handshake *handshake;

  connection->tls = g_tls_server_connection_new (G_IO_STREAM (connection->tcp), self->certificate, &error);
  if (connection->tls == NULL)
    {
      g_warning ("Preparing TLS for %s: %s", connection->name, error->message);
      g_hash_table_remove (self->connections, connection->name);
      return;
    }

  handshake = g_new0 (Handshake, 1);
  handshake->listener = g_object_ref (self);
  handshake->name = g_strdup (connection->name);
  /* HTTP clients close without close_notify all the time. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (connection->tls), FALSE);
  if (self->ask)
    ask_client (G_TLS_CONNECTION (connection->tls));
  g_tls_connection_handshake_async (G_TLS_CONNECTION (connection->tls), G_PRIORITY_DEFAULT, self->stopping,
                                    handshaken, handshake);
}

static gboolean
hello_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Connection *connection = user_data;

  if ((condition & G_IO_IN) != 0 &&
      stile_http_hello_peek (socket, &connection->awaited, &connection->hello) == STILE_HTTP_HELLO_PARTIAL)
    return G_SOURCE_CONTINUE;

  stop_waiting (connection);
  start_tls (connection->listener, connection);
  return G_SOURCE_REMOVE;
}

/* What the client offers is looked at before TLS reads it: afterwards nobody tells. */
static void
await_hello (Connection *connection)
{
  connection->waiting =
      g_socket_create_source (g_socket_connection_get_socket (connection->tcp), G_IO_IN, NULL);
  g_source_set_callback (connection->waiting, G_SOURCE_FUNC (hello_cb), connection, NULL);
  g_source_attach (connection->waiting, g_main_context_get_thread_default ());
}

static void
add_connection (StileHttpListener *self, GSocket *accepted)
{
  g_autoptr (GSocketConnection) tcp = g_socket_connection_factory_create_connection (accepted);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (tcp, NULL);
  Connection *connection;

  if (remote == NULL || g_hash_table_size (self->connections) >= self->max_connections)
    {
      g_socket_close (accepted, NULL);
      return;
    }

  /* Head and body of an answer are two writes: the second must not wait 40 ms for the peer's delayed ACK. */
  if (!g_socket_set_option (accepted, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL))
    g_debug ("The connection has no TCP_NODELAY");
  connection = g_new0 (Connection, 1);
  connection->listener = self;
  connection->name = stile_http_observer_describe_address (remote);
  connection->tcp = g_steal_pointer (&tcp);
  set_deadline (connection, STILE_HTTP_LISTENER_IDLE_SECONDS);
  g_hash_table_replace (self->connections, connection->name, connection);
  if (self->certificate != NULL)
    await_hello (connection);
  else
    hand_over (connection, G_IO_STREAM (connection->tcp));
}

static gboolean
accept_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  StileHttpListener *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) accepted = g_socket_accept (socket, NULL, &error);

  if (accepted != NULL)
    add_connection (self, accepted);
  /* Another worker may have been faster: then there is nothing to accept, and that is no error. */
  if (accepted != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;

  /* Out of file descriptors, as a rule: the socket stays readable, and asking at once again would only burn a core. */
  g_warning ("Accepting a connection: %s; trying again in %d seconds", error->message, SWEEP_SECONDS);
  g_clear_pointer (&self->accepting, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
start_accepting (StileHttpListener *self)
{
  self->accepting = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->accepting, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->accepting, g_main_context_get_thread_default ());
}

static gboolean
is_closed (Connection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection->tcp);

  return g_socket_is_closed (socket) ||
         (g_socket_condition_check (socket, G_IO_HUP | G_IO_ERR) & (G_IO_HUP | G_IO_ERR));
}

static gboolean
sweep_cb (gpointer user_data)
{
  StileHttpListener *self = user_data;
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Connection *connection = value;

      if (is_closed (connection) || (connection->deadline < now))
        g_hash_table_iter_remove (&iter);
    }
  if (self->accepting == NULL)
    start_accepting (self);

  return G_SOURCE_CONTINUE;
}

/**
 * stile_http_listener_keep_alive:
 * @server: gets our connections
 *
 * SoupServer closes each connection after one request unless it has a listener of its own, and we are none that it
 * knows.  So it gets one that never hears anything: the end of a pair whose other end we keep.
 */
gboolean
stile_http_listener_keep_alive (StileHttpListener *self, SoupServer *server, GError **error)
{
  g_autoptr (GSocket) end = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("There are no sockets left"));
      return FALSE;
    }

  end = g_socket_new_from_fd (pair[0], NULL);
  self->silent = g_socket_new_from_fd (pair[1], NULL);
  return soup_server_listen_socket (server, end, 0, error);
}

/**
 * stile_http_listener_start:
 *
 * Accepts from now on, in the thread-default context of the caller.
 */
void
stile_http_listener_start (StileHttpListener *self)
{
  GMainContext *context = g_main_context_get_thread_default ();

  start_accepting (self);
  self->sweeping = g_timeout_source_new_seconds (SWEEP_SECONDS);
  g_source_set_callback (self->sweeping, sweep_cb, self, NULL);
  g_source_attach (self->sweeping, context);
}

static void
destroy_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/**
 * stile_http_listener_stop:
 *
 * Accepts no more and closes what is open.
 */
void
stile_http_listener_stop (StileHttpListener *self)
{
  destroy_source (&self->accepting);
  destroy_source (&self->sweeping);
  g_cancellable_cancel (self->stopping);
  g_hash_table_remove_all (self->connections);
}

/**
 * stile_http_listener_touch:
 * @busy: whether a request of this connection is being answered; idle time counts from the answer
 */
void
stile_http_listener_touch (StileHttpListener *self, GSocketAddress *remote, gboolean busy)
{
  Connection *connection = find (self, remote);

  if (connection == NULL)
    return;
  set_deadline (connection, busy ? STILE_HTTP_LISTENER_BUSY_SECONDS : STILE_HTTP_LISTENER_IDLE_SECONDS);
}

/**
 * stile_http_listener_close:
 *
 * Cuts a connection off: somebody sends more than is allowed.
 */
void
stile_http_listener_close (StileHttpListener *self, GSocketAddress *remote)
{
  Connection *connection = find (self, remote);

  if (connection != NULL)
    g_socket_shutdown (g_socket_connection_get_socket (connection->tcp), TRUE, FALSE, NULL);
}

/**
 * stile_http_listener_get_tls:
 *
 * Returns: (transfer none) (nullable): the TLS connection with that peer
 */
GTlsConnection *
stile_http_listener_get_tls (StileHttpListener *self, GSocketAddress *remote)
{
  Connection *connection = find (self, remote);

  return connection != NULL && connection->tls != NULL ? G_TLS_CONNECTION (connection->tls) : NULL;
}

/**
 * stile_http_listener_get_hello:
 *
 * Returns: (transfer none) (nullable): what that peer offered when its TLS began
 */
const StileClientHello *
stile_http_listener_get_hello (StileHttpListener *self, GSocketAddress *remote)
{
  Connection *connection = find (self, remote);

  return connection != NULL ? connection->hello : NULL;
}

guint
stile_http_listener_get_n_connections (StileHttpListener *self)
{
  return g_hash_table_size (self->connections);
}
