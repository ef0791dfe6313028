/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-reply.h"

#include <libsoup/soup.h>

/**
 * StileHttpReply:
 *
 * What came back to one request of a diagnosis, from whoever it was: the answer as it stood on the wire, and what was seen
 * of the connection that brought it.
 */
struct _StileHttpReply
{
  GObject parent_instance;

  StileHttpMessage *message;
  StileObservation *observation;
  guint64 connection;
  gboolean reused;
  gint64 promised; /* bytes by Content-Length, or STILE_HTTP_REPLY_NO_LENGTH */
  gboolean cut;
  gboolean from_proxy;
  StileHttpTiming timing;
};

G_DEFINE_FINAL_TYPE (StileHttpReply, stile_http_reply, G_TYPE_OBJECT)

static void
stile_http_reply_dispose (GObject *object)
{
  StileHttpReply *self = STILE_HTTP_REPLY (object);

  g_clear_object (&self->message);
  g_clear_object (&self->observation);

  G_OBJECT_CLASS (stile_http_reply_parent_class)->dispose (object);
}

static void
stile_http_reply_class_init (StileHttpReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_http_reply_dispose;
}

static void
stile_http_reply_init (StileHttpReply *self)
{
  self->promised = STILE_HTTP_REPLY_NO_LENGTH;
}

/**
 * stile_http_reply_new:
 * @message: status, fields and body as received: nothing is decoded
 * @observation: of the connection that brought it
 */
StileHttpReply *
stile_http_reply_new (StileHttpMessage *message, StileObservation *observation)
{
  StileHttpReply *self = g_object_new (STILE_TYPE_HTTP_REPLY, NULL);

  self->message = g_object_ref (message);
  self->observation = g_object_ref (observation);

  return self;
}

/**
 * stile_http_reply_get_message:
 *
 * Returns: (transfer none): status, fields and body as received
 */
StileHttpMessage *
stile_http_reply_get_message (StileHttpReply *self)
{
  return self->message;
}

/**
 * stile_http_reply_get_observation:
 *
 * Returns: (transfer none): what this computer saw of the connection
 */
StileObservation *
stile_http_reply_get_observation (StileHttpReply *self)
{
  return self->observation;
}

/**
 * stile_http_reply_set_connection:
 * @id: the same for all that came over one connection
 * @reused: whether the connection had carried another request before
 */
void
stile_http_reply_set_connection (StileHttpReply *self, guint64 id, gboolean reused)
{
  self->connection = id;
  self->reused = reused;
}

guint64
stile_http_reply_get_connection (StileHttpReply *self)
{
  return self->connection;
}

gboolean
stile_http_reply_is_reused (StileHttpReply *self)
{
  return self->reused;
}

/**
 * stile_http_reply_set_from_proxy:
 * @from_proxy: it is a proxy's answer to CONNECT, and nobody behind it was asked
 */
void
stile_http_reply_set_from_proxy (StileHttpReply *self, gboolean from_proxy)
{
  self->from_proxy = from_proxy;
}

gboolean
stile_http_reply_is_from_proxy (StileHttpReply *self)
{
  return self->from_proxy;
}

/**
 * stile_http_reply_set_length:
 * @promised: bytes that Content-Length announced, or %STILE_HTTP_REPLY_NO_LENGTH
 * @cut: whether there was more than was read
 */
void
stile_http_reply_set_length (StileHttpReply *self, gint64 promised, gboolean cut)
{
  self->promised = promised;
  self->cut = cut;
}

gint64
stile_http_reply_get_promised_length (StileHttpReply *self)
{
  return self->promised;
}

gboolean
stile_http_reply_is_cut (StileHttpReply *self)
{
  return self->cut;
}

void
stile_http_reply_set_timing (StileHttpReply *self, const StileHttpTiming *timing)
{
  self->timing = *timing;
}

/**
 * stile_http_reply_get_timing:
 *
 * Returns: (transfer none): how long it took, in microseconds
 */
const StileHttpTiming *
stile_http_reply_get_timing (StileHttpReply *self)
{
  return &self->timing;
}

/**
 * stile_http_reply_get_date:
 *
 * Returns: what the answer's Date says, in Unix seconds; 0 when it says nothing that is a date
 */
gint64
stile_http_reply_get_date (StileHttpReply *self)
{
  const char *field = stile_http_message_get_field (self->message, "Date");
  g_autoptr (GDateTime) date = field != NULL ? soup_date_time_new_from_http_string (field) : NULL;

  return date != NULL ? g_date_time_to_unix (date) : 0;
}
