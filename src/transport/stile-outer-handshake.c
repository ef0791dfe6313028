/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-outer-handshake.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "atls/stile-alert.h"
#include "atls/stile-error.h"
#include "atls/stile-tls-buffer.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-outer-chain.h"

/* What is read at a time. */
#define READ_SIZE 16384

/**
 * StileOuterHandshake:
 *
 * A TLS handshake with whoever answers, and nothing after it: who it is, by his certificates.  By GnuTLS alone, since GIO may
 * never come to an end of certificates that name each other as issuers; nobody is believed.
 */
struct _StileOuterHandshake
{
  GObject parent_instance;

  GIOStream *stream;
  gnutls_session_t tls;
  gnutls_certificate_credentials_t credentials;
  StileTlsBuffer buffer;
  gsize received;
  gint64 began;

  GPtrArray *chain; /* of StileCertificate */
  guint n_sent;
  char *oddity;
  const char *version;
  char *cipher;
  char *protocol;
  char *peer;
  gint64 connect_time;
  gint64 tls_time;
};

G_DEFINE_FINAL_TYPE (StileOuterHandshake, stile_outer_handshake, G_TYPE_OBJECT)

static void
close_tls (StileOuterHandshake *self)
{
  if (self->tls != NULL)
    {
      stile_tls_buffer_clear (&self->buffer);
      gnutls_deinit (self->tls);
      gnutls_certificate_free_credentials (self->credentials);
    }
  self->tls = NULL;
  g_clear_object (&self->stream);
}

static void
stile_outer_handshake_finalize (GObject *object)
{
  StileOuterHandshake *self = STILE_OUTER_HANDSHAKE (object);

  close_tls (self);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_free (self->oddity);
  g_free (self->cipher);
  g_free (self->protocol);
  g_free (self->peer);

  G_OBJECT_CLASS (stile_outer_handshake_parent_class)->finalize (object);
}

static void
stile_outer_handshake_class_init (StileOuterHandshakeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_outer_handshake_finalize;
}

static void
stile_outer_handshake_init (StileOuterHandshake *self)
{
}

typedef struct
{
  char *server_name; /* NULL: an address, which SNI has not (RFC 6066 section 3) */
  char *host;
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->server_name);
  g_free (wanted->host);
  g_free (wanted);
}

/* Takes over @error, keeps its code, which tells the stage, and says what was being done. */
static void
fail (GTask *task, GError *error)
{
  Wanted *wanted = g_task_get_task_data (task);

  g_prefix_error (&error, _ ("Reaching %s: "), wanted->host);
  g_task_return_error (task, error);
}

static void
keep_names (StileOuterHandshake *self)
{
  gnutls_datum_t protocol = { NULL, 0 };

  self->cipher = g_strdup (gnutls_ciphersuite_get (self->tls));
  /* No other was offered. */
  if (gnutls_protocol_get_version (self->tls) == GNUTLS_TLS1_3)
    self->version = "TLS 1.3";
  else
    self->version = "TLS 1.2";
  if (gnutls_alpn_get_selected_protocol (self->tls, &protocol) >= 0)
    self->protocol = g_strndup ((const char *)protocol.data, protocol.size);
}

static void
finish (GTask *task)
{
  StileOuterHandshake *self = g_task_get_source_object (task);
  const gnutls_datum_t *sent = gnutls_certificate_get_peers (self->tls, &self->n_sent);

  self->tls_time = g_get_monotonic_time () - self->began;
  self->chain = stile_outer_chain_read (sent, sent != NULL ? self->n_sent : 0, &self->oddity);
  keep_names (self);
  g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  close_tls (self);
  g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static void step (GTask *task);

static void
bytes_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  StileOuterHandshake *self = g_task_get_source_object (task);

  if (bytes == NULL)
    {
      fail (task, error);
      return;
    }

  self->received += g_bytes_get_size (bytes);
  if (g_bytes_get_size (bytes) == 0)
    fail (task, g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_EOF,
                                     _ ("whoever answers ended the connection in the TLS handshake")));
  else if (self->received > STILE_OUTER_HANDSHAKE_MAX_BYTES)
    fail (task,
          g_error_new (STILE_ERROR, STILE_ERROR_LIMIT,
                       g_dngettext (GETTEXT_PACKAGE,
                                    "whoever answers sends %zu byte in the TLS handshake, the limit is %d",
                                    "whoever answers sends %zu bytes in the TLS handshake, the limit is %d",
                                    self->received),
                       self->received, STILE_OUTER_HANDSHAKE_MAX_BYTES));
  else
    {
      stile_tls_buffer_feed (&self->buffer, bytes);
      step (g_steal_pointer (&task));
    }
}

/* Takes over @task. */
static void
read_more (GTask *task)
{
  StileOuterHandshake *self = g_task_get_source_object (task);

  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->stream), READ_SIZE, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), bytes_read, task);
}

static void
bytes_written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    read_more (g_steal_pointer (&task));
  else
    fail (task, error);
}

static GError *
describe_failure (StileOuterHandshake *self, int code)
{
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
    {
      guint8 alert = (guint8)gnutls_alert_get (self->tls);

      return g_error_new (G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE,
                          _ ("whoever answers refused the TLS handshake: %s"), stile_alert_get_name (alert));
    }

  return g_error_new (G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE, _ ("the TLS handshake failed: %s"),
                      gnutls_strerror (code));
}

/* Takes over @task. */
static void
step (GTask *task)
{
  StileOuterHandshake *self = g_task_get_source_object (task);
  int r = stile_tls_buffer_shake_hands (&self->buffer);
  g_autoptr (GBytes) output = stile_tls_buffer_take_output (&self->buffer);

  if (r == 0 || (r < 0 && !stile_tls_buffer_is_pause (r)))
    {
      if (r == 0)
        finish (task);
      else
        fail (task, describe_failure (self, r));
      g_object_unref (task);
      return;
    }

  /* A part of a message came, and there is nothing to say to it yet. */
  if (output == NULL)
    {
      read_more (task);
      return;
    }

  g_object_set_data_full (G_OBJECT (task), "stile-output", g_bytes_ref (output),
                          (GDestroyNotify)g_bytes_unref);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream),
                                   g_bytes_get_data (output, NULL), g_bytes_get_size (output),
                                   G_PRIORITY_DEFAULT, g_task_get_cancellable (task), bytes_written, task);
}

static int
prepare (StileOuterHandshake *self, const char *server_name)
{
  const gnutls_datum_t protocols[] = { { (unsigned char *)"h2", 2 }, { (unsigned char *)"http/1.1", 8 } };
  int r = gnutls_init (&self->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

  if (r < 0)
    return r;
  gnutls_certificate_allocate_credentials (&self->credentials);
  stile_tls_buffer_attach (&self->buffer, self->tls);
  gnutls_handshake_set_max_packet_length (self->tls, STILE_OUTER_HANDSHAKE_MAX_BYTES);
  r = gnutls_priority_set_direct (self->tls, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL);
  if (r >= 0)
    r = gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, self->credentials);
  if (r >= 0)
    r = gnutls_alpn_set_protocols (self->tls, protocols, G_N_ELEMENTS (protocols), 0);
  if (r >= 0 && server_name != NULL)
    r = gnutls_server_name_set (self->tls, GNUTLS_NAME_DNS, server_name, strlen (server_name));

  return r;
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GSocketConnection *connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  StileOuterHandshake *self = g_task_get_source_object (task);
  Wanted *wanted = g_task_get_task_data (task);
  g_autoptr (GSocketAddress) address = NULL;
  int r;

  if (connection == NULL)
    {
      fail (task, error);
      return;
    }

  self->stream = G_IO_STREAM (connection);
  self->connect_time = g_get_monotonic_time () - self->began;
  self->began = g_get_monotonic_time ();
  address = g_socket_connection_get_remote_address (connection, NULL);
  self->peer = stile_http_observer_describe_address (address);
  r = prepare (self, wanted->server_name);
  if (r < 0)
    fail (task, g_error_new (STILE_ERROR, STILE_ERROR_FAILED, _ ("preparing TLS: %s"), gnutls_strerror (r)));
  else
    step (g_steal_pointer (&task));
}

static char *
choose_name (const char *host, const char *server_name)
{
  if (server_name != NULL)
    return g_strdup (server_name);

  return g_hostname_is_ip_address (host) ? NULL : g_strdup (host);
}

/**
 * stile_outer_handshake_run_async:
 * @host: whom to reach
 * @proxy: through which proxy
 * @server_name: (nullable): whom to ask for by SNI; %NULL for @host
 * @timeout_seconds: for connecting, and for silence
 *
 * Connects, shakes hands, and hangs up.
 */
void
stile_outer_handshake_run_async (const char *host,
                                 guint16 port,
                                 StileHttpProxy *proxy,
                                 const char *server_name,
                                 guint timeout_seconds,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (StileOuterHandshake) self = g_object_new (STILE_TYPE_OUTER_HANDSHAKE, NULL);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GProxyResolver) resolver = stile_http_proxy_make_resolver (proxy);
  g_autoptr (GSocketConnectable) target =
      g_object_new (G_TYPE_NETWORK_ADDRESS, "hostname", host, "port", (guint)port, "scheme", "https", NULL);
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->host = g_strdup (host);
  wanted->server_name = choose_name (host, server_name);
  self->began = g_get_monotonic_time ();
  g_task_set_source_tag (task, stile_outer_handshake_run_async);
  g_task_set_task_data (task, wanted, wanted_free);
  g_socket_client_set_timeout (client, timeout_seconds);
  g_socket_client_set_proxy_resolver (client, resolver);
  g_socket_client_connect_async (client, target, cancellable, connected, task);
}

/**
 * stile_outer_handshake_run_finish:
 *
 * The error keeps the domain and code that tell where it failed: %G_RESOLVER_ERROR, %G_IO_ERROR (%G_IO_ERROR_PROXY_FAILED and
 * its like for a proxy that refuses, %G_IO_ERROR_TIMED_OUT for silence), %G_TLS_ERROR.
 *
 * Returns: (transfer full): what was seen
 */
StileOuterHandshake *
stile_outer_handshake_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what was seen --- */

/**
 * stile_outer_handshake_get_chain:
 *
 * Returns: (transfer none) (element-type StileCertificate): leaf first, at most %STILE_OUTER_CHAIN_MAX_LENGTH
 */
GPtrArray *
stile_outer_handshake_get_chain (StileOuterHandshake *self)
{
  return self->chain;
}

guint
stile_outer_handshake_get_n_sent (StileOuterHandshake *self)
{
  return self->n_sent;
}

/**
 * stile_outer_handshake_get_oddity:
 *
 * Returns: (transfer none) (nullable): what is absurd about the certificates, in a sentence
 */
const char *
stile_outer_handshake_get_oddity (StileOuterHandshake *self)
{
  return self->oddity;
}

const char *
stile_outer_handshake_get_tls_version (StileOuterHandshake *self)
{
  return self->version;
}

const char *
stile_outer_handshake_get_cipher (StileOuterHandshake *self)
{
  return self->cipher;
}

/**
 * stile_outer_handshake_get_application_protocol:
 *
 * Returns: (transfer none) (nullable): what ALPN agreed on, of h2 and http/1.1
 */
const char *
stile_outer_handshake_get_application_protocol (StileOuterHandshake *self)
{
  return self->protocol;
}

/**
 * stile_outer_handshake_get_peer:
 *
 * Returns: (transfer none) (nullable): who was at the other end of the TCP connection: through a proxy, the proxy
 */
const char *
stile_outer_handshake_get_peer (StileOuterHandshake *self)
{
  return self->peer;
}

/**
 * stile_outer_handshake_get_connect_time:
 *
 * Returns: how long it took to be connected, CONNECT included, in microseconds
 */
gint64
stile_outer_handshake_get_connect_time (StileOuterHandshake *self)
{
  return self->connect_time;
}

/**
 * stile_outer_handshake_get_tls_time:
 *
 * Returns: how long the handshake took, in microseconds
 */
gint64
stile_outer_handshake_get_tls_time (StileOuterHandshake *self)
{
  return self->tls_time;
}
