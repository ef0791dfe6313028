/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-tunnel.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "lab/stile-lab-head.h"
#include "lab/stile-lab-page.h"
#include "lab/stile-lab-relay.h"
#include "lab/stile-lab-target.h"

/* From the first byte until both sides are connected; all of it is on loopback. */
#define SETUP_SECONDS 15

/* For the client to read an answer and to close. */
#define LINGER_SECONDS 5

#define ESTABLISHED "HTTP/1.1 200 Connection established\r\n\r\n"

/**
 * StileLabTunnel:
 *
 * One connection through the lab's middlebox, from the CONNECT request to the end, whatever the scenario makes of it.
 * The middlebox holds it until its signal ended.
 */
struct _StileLabTunnel
{
  GObject parent_instance;

  StileLabScenario scenario;
  StileLabAuthority *authority; /* signs what is forged */
  GByteArray *seen;             /* the middlebox's */
  GIOStream *client;            /* TLS once it is intercepted */
  GIOStream *target;            /* as seen from here; NULL until connected */
  char *host;
  guint16 port;
  guint16 diverted_from; /* and 0 for none, as below */
  guint16 diverted_to;
  GCancellable *cancellable;
  GSource *deadline; /* or NULL */
};

enum
{
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StileLabTunnel, stile_lab_tunnel, G_TYPE_OBJECT)

static void
clear_deadline (StileLabTunnel *self)
{
  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);
}

static void
stile_lab_tunnel_dispose (GObject *object)
{
  StileLabTunnel *self = STILE_LAB_TUNNEL (object);

  clear_deadline (self);
  g_clear_object (&self->client);
  g_clear_object (&self->target);
  g_clear_object (&self->authority);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (stile_lab_tunnel_parent_class)->dispose (object);
}

static void
stile_lab_tunnel_finalize (GObject *object)
{
  StileLabTunnel *self = STILE_LAB_TUNNEL (object);

  g_byte_array_unref (self->seen);
  g_free (self->host);

  G_OBJECT_CLASS (stile_lab_tunnel_parent_class)->finalize (object);
}

static void
stile_lab_tunnel_class_init (StileLabTunnelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_lab_tunnel_dispose;
  object_class->finalize = stile_lab_tunnel_finalize;

  /**
   * StileLabTunnel::ended:
   *
   * Both sides are closed, or are about to be.
   */
  signals[ENDED] =
      g_signal_new ("ended", STILE_TYPE_LAB_TUNNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stile_lab_tunnel_init (StileLabTunnel *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * stile_lab_tunnel_new:
 * @client: who has connected to the proxy
 * @authority: what to sign with
 * @seen: gets what passes, as far as it can be read here
 */
StileLabTunnel *
stile_lab_tunnel_new (GSocketConnection *client,
                      StileLabScenario scenario,
                      StileLabAuthority *authority,
                      GByteArray *seen)
{
  StileLabTunnel *self = g_object_new (STILE_TYPE_LAB_TUNNEL, NULL);

  g_socket_set_timeout (g_socket_connection_get_socket (client), STILE_LAB_TARGET_IDLE_SECONDS);
  self->client = G_IO_STREAM (g_object_ref (client));
  self->scenario = scenario;
  self->authority = g_object_ref (authority);
  self->seen = g_byte_array_ref (seen);

  return self;
}

/* --- the end --- */

static gboolean
deadline_reached (gpointer user_data)
{
  StileLabTunnel *self = user_data;

  g_clear_pointer (&self->deadline, g_source_unref);
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (StileLabTunnel *self, guint seconds)
{
  clear_deadline (self);
  self->deadline = g_timeout_source_new_seconds (seconds);
  g_source_set_static_name (self->deadline, "[stile] lab tunnel deadline");
  g_source_set_callback (self->deadline, deadline_reached, self, NULL);
  g_source_attach (self->deadline, g_main_context_get_thread_default ());
}

static void
end (StileLabTunnel *self, const GError *error)
{
  if (error != NULL)
    g_debug ("Tunnel to %s: %s", self->host != NULL ? self->host : "nowhere", error->message);

  clear_deadline (self);
  if (self->target != NULL)
    g_io_stream_close_async (self->target, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_io_stream_close_async (self->client, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
page_sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileLabTunnel) self = user_data;
  g_autoptr (GError) error = NULL;

  end (self, stile_lab_page_send_finish (G_IO_STREAM (object), result, &error) ? NULL : error);
}

static void
answer (StileLabTunnel *self, StileLabPage page)
{
  set_deadline (self, LINGER_SECONDS);
  stile_lab_page_send_async (self->client, page, self->cancellable, page_sent, g_object_ref (self));
}

/* --- passing on --- */

static void
relayed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileLabTunnel) self = user_data;
  g_autoptr (GError) error = NULL;

  end (self, stile_lab_relay_run_finish (G_IO_STREAM (object), result, &error) ? NULL : error);
}

static void
relay (StileLabTunnel *self)
{
  clear_deadline (self);
  stile_lab_relay_run_async (self->client, self->target, self->seen, self->cancellable, relayed,
                             g_object_ref (self));
}

static void
blocked_head_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileLabTunnel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *head = stile_lab_head_read_finish (G_INPUT_STREAM (object), result, &error);

  if (head == NULL)
    {
      end (self, error);
      return;
    }

  stile_lab_relay_remember (self->seen, head, strlen (head));
  answer (self, STILE_LAB_PAGE_DENIED);
}

static void
client_shook_hands (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileLabTunnel) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error))
    end (self, error);
  else if (self->scenario == STILE_LAB_BLOCK_PAGE)
    stile_lab_head_read_async (g_io_stream_get_input_stream (self->client), self->cancellable,
                               blocked_head_read, g_object_ref (self));
  else
    relay (self);
}

static void
intercept (StileLabTunnel *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) forged = stile_lab_authority_forge (self->authority, self->host, &error);
  GIOStream *tls = forged != NULL ? g_tls_server_connection_new (self->client, forged, &error) : NULL;

  if (tls == NULL)
    {
      end (self, error);
      return;
    }

  g_object_unref (self->client);
  self->client = tls;
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, self->cancellable,
                                    client_shook_hands, g_object_ref (self));
}

static void
established (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileLabTunnel) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    end (self, error);
  else if (self->scenario == STILE_LAB_DIRECT)
    relay (self);
  else
    intercept (self);
}

static void
open_tunnel (StileLabTunnel *self)
{
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->client), ESTABLISHED,
                                   strlen (ESTABLISHED), G_PRIORITY_DEFAULT, self->cancellable, established,
                                   g_object_ref (self));
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileLabTunnel) self = user_data;
  g_autoptr (GError) error = NULL;

  self->target = stile_lab_target_connect_finish (result, &error);
  if (self->target != NULL)
    open_tunnel (self);
  else
    answer (self, STILE_LAB_PAGE_NOBODY_THERE);
}

/* --- the request --- */

static void
refuse (StileLabTunnel *self, guint status)
{
  if (status == 403)
    answer (self, STILE_LAB_PAGE_NOT_HERE);
  else if (status == 501)
    answer (self, STILE_LAB_PAGE_NOT_A_TUNNEL);
  else
    answer (self, STILE_LAB_PAGE_NOT_UNDERSTOOD);
}

static guint16
find_port (StileLabTunnel *self)
{
  return self->diverted_to != 0 && self->port == self->diverted_from ? self->diverted_to : self->port;
}

static void
head_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileLabTunnel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *head = stile_lab_head_read_finish (G_INPUT_STREAM (object), result, &error);
  guint status;

  if (head == NULL)
    {
      end (self, error);
      return;
    }

  status = stile_lab_head_parse (head, &self->host, &self->port);
  if (status != 200)
    refuse (self, status);
  else if (self->scenario == STILE_LAB_BLOCK_PAGE)
    open_tunnel (self);
  else
    stile_lab_target_connect_async (self->host, find_port (self), self->scenario != STILE_LAB_DIRECT,
                                    self->cancellable, connected, g_object_ref (self));
}

/**
 * stile_lab_tunnel_divert:
 * @from: a port that the client may ask for
 * @to: where it comes out instead, without a word to the client
 */
void
stile_lab_tunnel_divert (StileLabTunnel *self, guint16 from, guint16 to)
{
  self->diverted_from = from;
  self->diverted_to = to;
}

/**
 * stile_lab_tunnel_start:
 *
 * Takes the client's request and goes on from there; the signal ended comes at the end, whatever happens.
 */
void
stile_lab_tunnel_start (StileLabTunnel *self)
{
  set_deadline (self, SETUP_SECONDS);
  stile_lab_head_read_async (g_io_stream_get_input_stream (self->client), self->cancellable, head_read,
                             g_object_ref (self));
}

/**
 * stile_lab_tunnel_stop:
 *
 * Cuts it; the signal ended follows as soon as the main context turns.
 */
void
stile_lab_tunnel_stop (StileLabTunnel *self)
{
  g_cancellable_cancel (self->cancellable);
}
