/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-pause.h"

/**
 * StileHttpPause:
 *
 * A request that is answered later.  Meanwhile its connection may end: libsoup must not be told to go on with one that is
 * gone.
 */
struct _StileHttpPause
{
  SoupServerMessage *message;
  gboolean gone;
};

static void
disconnected_cb (SoupServerMessage *message, gpointer user_data)
{
  StileHttpPause *self = user_data;

  self->gone = TRUE;
}

/**
 * stile_http_pause_new:
 * @message: is not answered until the pause is over
 */
StileHttpPause *
stile_http_pause_new (SoupServerMessage *message)
{
  StileHttpPause *self = g_new0 (StileHttpPause, 1);

  self->message = g_object_ref (message);
  g_signal_connect (message, "disconnected", G_CALLBACK (disconnected_cb), self);
  g_signal_connect (message, "finished", G_CALLBACK (disconnected_cb), self);
  soup_server_message_pause (message);

  return self;
}

/**
 * stile_http_pause_free:
 *
 * The answer is there: it is sent, if there is somebody to send it to.
 */
void
stile_http_pause_free (StileHttpPause *self)
{
  g_signal_handlers_disconnect_by_data (self->message, self);
  if (!self->gone)
    soup_server_message_unpause (self->message);
  g_object_unref (self->message);
  g_free (self);
}
