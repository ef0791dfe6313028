/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/* The longest plaintext of a record (RFC 8446 section 5.1). */
#define STILE_TLS_BUFFER_MAX_RECORD 16384

/* type (1), legacy version (2), length (2): RFC 8446 section 5.1. */
#define STILE_TLS_BUFFER_HEADER_SIZE 5

/**
 * StileTlsBuffer:
 *
 * What stands in for the network under a GnuTLS session: incoming bytes during one call, outgoing bytes until they
 * are taken.  Zero-initialised it is empty; its fields are private.
 *
 * GnuTLS asks to be called again in two cases: it needs bytes that are not there, or it has merely finished a part of
 * a message while bytes are left.  Only the pull function can tell them apart, so it says so in @starved, and every
 * call to GnuTLS is repeated until then (PLATFORM section 1, trap 1; section 14, trap 3).
 */
typedef struct
{
  gnutls_session_t tls;
  const guint8 *input; /* what is left of the incoming bytes, during one call only */
  gsize input_left;
  gboolean starved;
  guint8 header[STILE_TLS_BUFFER_HEADER_SIZE]; /* of the record that is being pulled */
  gsize header_length;                         /* bytes of it that have come */
  gsize record_left;                           /* bytes of its payload that have not */
  GByteArray *output;                          /* NULL while empty */
} StileTlsBuffer;

void stile_tls_buffer_attach (StileTlsBuffer *self, gnutls_session_t tls);
void stile_tls_buffer_clear (StileTlsBuffer *self);
void stile_tls_buffer_feed (StileTlsBuffer *self, GBytes *incoming);
gboolean stile_tls_buffer_is_within_record (StileTlsBuffer *self);
gboolean stile_tls_buffer_has_output (StileTlsBuffer *self);
gboolean stile_tls_buffer_is_within_record (StileTlsBuffer *self);
GBytes *stile_tls_buffer_take_output (StileTlsBuffer *self);
int stile_tls_buffer_shake_hands (StileTlsBuffer *self);
int stile_tls_buffer_drain (StileTlsBuffer *self, GByteArray **data, gboolean *closed);
gboolean stile_tls_buffer_is_pause (int code);

G_END_DECLS
