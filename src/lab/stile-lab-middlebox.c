/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-middlebox.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "lab/stile-lab-target.h"
#include "lab/stile-lab-tunnel.h"

/**
 * StileLabMiddlebox:
 *
 * The lab's HTTP proxy, which does what an intercepting one does and remembers all that it could read.  Only to
 * loopback, so that a lab never gets between a computer and the world.
 */
struct _StileLabMiddlebox
{
  GObject parent_instance;

  StileLabPki *pki;
  StileLabScenario scenario;
  guint16 diverted_from; /* in the scenario of the man in the middle */
  guint16 diverted_to;
  GSocketService *listener; /* NULL while stopped */
  char *url;
  GPtrArray *tunnels; /* of StileLabTunnel */
  GByteArray *seen;
};

G_DEFINE_FINAL_TYPE (StileLabMiddlebox, stile_lab_middlebox, G_TYPE_OBJECT)

static void
stile_lab_middlebox_dispose (GObject *object)
{
  StileLabMiddlebox *self = STILE_LAB_MIDDLEBOX (object);

  stile_lab_middlebox_stop (self);
  g_clear_object (&self->pki);

  G_OBJECT_CLASS (stile_lab_middlebox_parent_class)->dispose (object);
}

static void
stile_lab_middlebox_finalize (GObject *object)
{
  StileLabMiddlebox *self = STILE_LAB_MIDDLEBOX (object);

  g_free (self->url);
  g_ptr_array_unref (self->tunnels);
  g_byte_array_unref (self->seen);

  G_OBJECT_CLASS (stile_lab_middlebox_parent_class)->finalize (object);
}

static void
stile_lab_middlebox_class_init (StileLabMiddleboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_lab_middlebox_dispose;
  object_class->finalize = stile_lab_middlebox_finalize;
}

static void
stile_lab_middlebox_init (StileLabMiddlebox *self)
{
  self->tunnels = g_ptr_array_new_with_free_func (g_object_unref);
  self->seen = g_byte_array_new ();
}

/**
 * stile_lab_middlebox_new:
 * @pki: what it signs with
 */
StileLabMiddlebox *
stile_lab_middlebox_new (StileLabPki *pki)
{
  StileLabMiddlebox *self = g_object_new (STILE_TYPE_LAB_MIDDLEBOX, NULL);

  self->pki = g_object_ref (pki);

  return self;
}

static void
tunnel_ended_cb (StileLabTunnel *tunnel, StileLabMiddlebox *self)
{
  g_ptr_array_remove_fast (self->tunnels, tunnel);
}

static gboolean
incoming_cb (GSocketService *listener,
             GSocketConnection *connection,
             GObject *source,
             StileLabMiddlebox *self)
{
  StileLabMember signer =
      self->scenario == STILE_LAB_UNKNOWN_AUTHORITY ? STILE_LAB_STRANGER : STILE_LAB_INSPECTION;
  StileLabTunnel *tunnel;

  if (self->tunnels->len >= STILE_LAB_MIDDLEBOX_MAX_TUNNELS)
    {
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
      return TRUE;
    }

  stile_lab_target_send_at_once (connection);
  tunnel = stile_lab_tunnel_new (connection, self->scenario, stile_lab_pki_get_authority (self->pki, signer),
                                 self->seen);
  if (self->scenario == STILE_LAB_MAN_IN_THE_MIDDLE)
    stile_lab_tunnel_divert (tunnel, self->diverted_from, self->diverted_to);
  g_signal_connect_object (tunnel, "ended", G_CALLBACK (tunnel_ended_cb), self, 0);
  g_ptr_array_add (self->tunnels, tunnel);
  stile_lab_tunnel_start (tunnel);
  return TRUE;
}

static char *
listen_on_loopback (GSocketListener *listener, GError **error)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;

  if (!g_socket_listener_add_address (listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                      &address, error))
    {
      stile_error_convert (error, STILE_ERROR_FAILED);
      g_prefix_error (error, "%s: ", _ ("Starting the lab’s middlebox"));
      return NULL;
    }

  return g_strdup_printf ("http://127.0.0.1:%u",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

/**
 * stile_lab_middlebox_start:
 *
 * Listens on a free port of 127.0.0.1, on the main context of this thread.
 */
gboolean
stile_lab_middlebox_start (StileLabMiddlebox *self, GError **error)
{
  g_autoptr (GSocketService) listener = NULL;
  char *url;

  g_return_val_if_fail (self->listener == NULL, FALSE);

  listener = g_socket_service_new ();
  url = listen_on_loopback (G_SOCKET_LISTENER (listener), error);
  if (url == NULL)
    return FALSE;

  g_free (self->url);
  self->url = url;
  g_signal_connect_object (listener, "incoming", G_CALLBACK (incoming_cb), self, 0);
  self->listener = g_steal_pointer (&listener);
  return TRUE;
}

static void
stop_tunnels (StileLabMiddlebox *self)
{
  for (guint i = 0; i < self->tunnels->len; i++)
    stile_lab_tunnel_stop (g_ptr_array_index (self->tunnels, i));
}

/**
 * stile_lab_middlebox_stop:
 *
 * Takes no more connections and cuts those that are open; more than once does no harm.
 */
void
stile_lab_middlebox_stop (StileLabMiddlebox *self)
{
  if (self->listener != NULL)
    {
      g_socket_service_stop (self->listener);
      g_socket_listener_close (G_SOCKET_LISTENER (self->listener));
    }
  g_clear_object (&self->listener);
  stop_tunnels (self);
}

/**
 * stile_lab_middlebox_set_scenario:
 *
 * What it does from now on.  Cuts what is open when that changes, as a device does that gets a new policy.
 */
void
stile_lab_middlebox_set_scenario (StileLabMiddlebox *self, StileLabScenario scenario)
{
  if (self->scenario == scenario)
    return;

  self->scenario = scenario;
  stop_tunnels (self);
}

/**
 * stile_lab_middlebox_divert:
 * @from: the service's port
 * @to: the port of whoever pretends to be the service
 *
 * Where connections end that belong to the service, in the scenario of the man in the middle.
 */
void
stile_lab_middlebox_divert (StileLabMiddlebox *self, guint16 from, guint16 to)
{
  self->diverted_from = from;
  self->diverted_to = to;
}

/**
 * stile_lab_middlebox_get_url:
 *
 * Returns: (transfer none) (nullable): as a proxy's address is written, once started
 */
const char *
stile_lab_middlebox_get_url (StileLabMiddlebox *self)
{
  return self->url;
}

/**
 * stile_lab_middlebox_get_n_tunnels:
 *
 * Returns: how many connections are open
 */
guint
stile_lab_middlebox_get_n_tunnels (StileLabMiddlebox *self)
{
  return self->tunnels->len;
}

/**
 * stile_lab_middlebox_get_seen:
 *
 * Returns: (transfer full): what it could read of all that passed, up to %STILE_LAB_RELAY_MAX_SEEN bytes
 */
GBytes *
stile_lab_middlebox_get_seen (StileLabMiddlebox *self)
{
  return g_bytes_new (self->seen->data, self->seen->len);
}
