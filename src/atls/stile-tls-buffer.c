/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-tls-buffer.h"

#include <errno.h>
#include <string.h>

/* Follows the records that GnuTLS pulls: it does not say whether it holds a part of one. */
static void
follow_records (StileTlsBuffer *self, const guint8 *bytes, gsize length)
{
  while (length > 0)
    {
      gsize part = MIN (length, self->record_left);

      self->record_left -= part;
      bytes += part;
      length -= part;
      if (length == 0)
        return;

      self->header[self->header_length++] = *bytes;
      bytes++;
      length--;
      if (self->header_length == STILE_TLS_BUFFER_HEADER_SIZE)
        {
          self->record_left = (gsize)self->header[3] << 8 | self->header[4];
          self->header_length = 0;
        }
    }
}

static ssize_t
pull (gnutls_transport_ptr_t transport, void *data, size_t length)
{
  StileTlsBuffer *self = transport;
  gsize part = MIN (length, self->input_left);

  if (part == 0)
    {
      self->starved = TRUE;
      gnutls_transport_set_errno (self->tls, EAGAIN);
      return -1;
    }

  memcpy (data, self->input, part);
  follow_records (self, self->input, part);
  self->input += part;
  self->input_left -= part;
  return (ssize_t)part;
}

static int
pull_timeout (gnutls_transport_ptr_t transport, unsigned int milliseconds)
{
  StileTlsBuffer *self = transport;

  return self->input_left > 0 ? 1 : 0;
}

static ssize_t
push (gnutls_transport_ptr_t transport, const giovec_t *vectors, int count)
{
  StileTlsBuffer *self = transport;
  gsize length = 0;

  if (self->output == NULL)
    self->output = g_byte_array_new ();
  for (int i = 0; i < count; i++)
    {
      g_byte_array_append (self->output, vectors[i].iov_base, (guint)vectors[i].iov_len);
      length += vectors[i].iov_len;
    }

  return (ssize_t)length;
}

/**
 * stile_tls_buffer_attach:
 * @tls: reads and writes here from now on; @self must not move
 */
void
stile_tls_buffer_attach (StileTlsBuffer *self, gnutls_session_t tls)
{
  self->tls = tls;
  gnutls_transport_set_ptr (tls, self);
  gnutls_transport_set_pull_function (tls, pull);
  gnutls_transport_set_pull_timeout_function (tls, pull_timeout);
  gnutls_transport_set_vec_push_function (tls, push);
}

void
stile_tls_buffer_clear (StileTlsBuffer *self)
{
  g_clear_pointer (&self->output, g_byte_array_unref);
}

/**
 * stile_tls_buffer_feed:
 * @incoming: (nullable): what GnuTLS may read from now on; it must stay until it is fed something else
 */
void
stile_tls_buffer_feed (StileTlsBuffer *self, GBytes *incoming)
{
  gsize length = 0;

  self->input = incoming != NULL ? g_bytes_get_data (incoming, &length) : NULL;
  self->input_left = length;
}

/**
 * stile_tls_buffer_is_within_record:
 *
 * Returns: whether the bytes that came so far end in the middle of a record
 */
gboolean
stile_tls_buffer_is_within_record (StileTlsBuffer *self)
{
  return self->header_length > 0 || self->record_left > 0;
}

gboolean
stile_tls_buffer_has_output (StileTlsBuffer *self)
{
  return self->output != NULL;
}

/**
 * stile_tls_buffer_take_output:
 *
 * Returns: (transfer full) (nullable): what GnuTLS has written, or %NULL for nothing
 */
GBytes *
stile_tls_buffer_take_output (StileTlsBuffer *self)
{
  return self->output != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&self->output)) : NULL;
}

/**
 * stile_tls_buffer_is_pause:
 * @code: of GnuTLS
 *
 * Returns: whether it only means that there is more to do
 */
gboolean
stile_tls_buffer_is_pause (int code)
{
  return code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED || code == GNUTLS_E_WARNING_ALERT_RECEIVED;
}

/**
 * stile_tls_buffer_shake_hands:
 *
 * Goes on with the handshake until it is over, or starved, or broken.
 *
 * Returns: 0 when it is over, else a GnuTLS code
 */
int
stile_tls_buffer_shake_hands (StileTlsBuffer *self)
{
  int r;

  do
    {
      self->starved = FALSE;
      r = gnutls_handshake (self->tls);
    }
  while (stile_tls_buffer_is_pause (r) && !self->starved);

  return r;
}

/**
 * stile_tls_buffer_drain:
 * @data: (inout) (nullable): gets the application data, made when there is some
 * @closed: (out): whether the peer has said goodbye
 *
 * Reads all that is there: tickets, alerts, close_notify, application data.
 *
 * Returns: 0, or a GnuTLS code that ends the session
 */
int
stile_tls_buffer_drain (StileTlsBuffer *self, GByteArray **data, gboolean *closed)
{
  guint8 content[STILE_TLS_BUFFER_MAX_RECORD];

  *closed = FALSE;
  while (TRUE)
    {
      ssize_t r;

      self->starved = FALSE;
      r = gnutls_record_recv (self->tls, content, sizeof content);
      if (r > 0)
        {
          if (*data == NULL)
            *data = g_byte_array_new ();
          g_byte_array_append (*data, content, (guint)r);
        }
      else if (r == 0)
        {
          *closed = TRUE;
          return 0;
        }
      else if (!stile_tls_buffer_is_pause ((int)r))
        return (int)r;
      else if (self->starved)
        return 0;
    }
}
