/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-own-hello.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

/**
 * Learning:
 *
 * A TLS connection of GIO, as libsoup makes them, with nobody at its other end: what it says first stays in this program.
 */
typedef struct
{
  GIOStream *near;
  GSocket *far;
  GTlsClientConnection *tls;
  GCancellable *handshake;
  GByteArray *bytes;
} Learning;

static void
learning_free (gpointer data)
{
  Learning *self = data;

  g_cancellable_cancel (self->handshake);
  g_clear_object (&self->handshake);
  g_clear_object (&self->tls);
  g_clear_object (&self->near);
  g_clear_object (&self->far);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static gboolean
open_pair (Learning *self, GError **error)
{
  g_autoptr (GSocket) near = NULL;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }

  near = g_socket_new_from_fd (ends[0], error);
  self->far = near != NULL ? g_socket_new_from_fd (ends[1], error) : NULL;
  if (near == NULL)
    close (ends[0]);
  if (self->far == NULL)
    {
      close (ends[1]);
      return FALSE;
    }

  g_socket_set_blocking (self->far, FALSE);
  self->near = G_IO_STREAM (g_socket_connection_factory_create_connection (near));
  return TRUE;
}

/* It ends when what it waits for is given up. */
static void
handshake_ended (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error))
    g_debug ("A handshake with nobody ends: %s", error->message);
}

/* Returns: whether there is something to return */
static gboolean
read_more (Learning *self, StileClientHello **hello, GError **error)
{
  char buffer[4096];
  gsize wanted = 0;
  gssize length = g_socket_receive (self->far, buffer, sizeof buffer, NULL, error);

  if (length > 0)
    {
      g_byte_array_append (self->bytes, (const guint8 *)buffer, (guint)length);
      *hello = stile_client_hello_parse (self->bytes->data, self->bytes->len, &wanted, NULL);
      if (*hello != NULL || (wanted > self->bytes->len && wanted <= STILE_CLIENT_HELLO_MAX_SIZE))
        return *hello != NULL;
    }
  if (length >= 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("No ClientHello came out of our own TLS"));
  return TRUE;
}

static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  GTask *task = user_data;
  StileClientHello *hello = NULL;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (!read_more (g_task_get_task_data (task), &hello, &error))
    return G_SOURCE_CONTINUE;

  if (hello != NULL)
    g_task_return_pointer (task, hello, (GDestroyNotify)stile_client_hello_free);
  else
    g_task_return_error (task, error);
  return G_SOURCE_REMOVE;
}

static gboolean
begin (Learning *self, const char *host, GError **error)
{
  static const char *const protocols[] = { "h2", "http/1.1", NULL };
  g_autoptr (GSocketConnectable) identity = NULL;

  if (!open_pair (self, error))
    return FALSE;

  /* An address is no server name (RFC 6066 section 3): see stile_http_server_name_watch(). */
  identity = g_hostname_is_ip_address (host) ? NULL : g_network_address_new (host, 443);
  self->tls = G_TLS_CLIENT_CONNECTION (g_tls_client_connection_new (self->near, identity, error));
  if (self->tls == NULL)
    return FALSE;

  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->tls), protocols);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->tls), G_PRIORITY_DEFAULT, self->handshake,
                                    handshake_ended, NULL);
  return TRUE;
}

/**
 * stile_own_hello_learn_async:
 * @host: as in the URL
 *
 * Finds out how the TLS of this program begins a connection to @host (DIAGNOSIS signal 9), without a network: a value that is
 * written down would be wrong with the next GnuTLS.
 */
void
stile_own_hello_learn_async (const char *host,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSource) source = NULL;
  Learning *self = g_new0 (Learning, 1);
  GError *error = NULL;

  self->handshake = g_cancellable_new ();
  self->bytes = g_byte_array_new ();
  g_task_set_task_data (task, self, learning_free);
  if (!begin (self, host, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  g_socket_set_timeout (self->far, STILE_OWN_HELLO_TIMEOUT_SECONDS);
  source = g_socket_create_source (self->far, G_IO_IN, cancellable);
  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), g_object_ref (task), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

/**
 * stile_own_hello_learn_finish:
 *
 * Returns: (transfer full): what was said; its digest is another each time
 */
StileClientHello *
stile_own_hello_learn_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
