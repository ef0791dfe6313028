/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Browsers send 2 KB, with post-quantum keys; a longer one is not looked at. */
#define STILE_CLIENT_HELLO_MAX_SIZE 16384

/**
 * StileClientHello:
 * @digest: SHA-256 of the handshake message, in hex: equal at both ends, nobody has sent another
 * @ja3: what it offers, as JA3 writes it: "771,4865-4866,0-23-…,29-23,0"
 * @ja4: the same as JA4 writes it: "t13d2913h2_…_…"
 *
 * The first message of a TLS client.  GREASE (RFC 8701) is left out of both texts.
 */
typedef struct
{
  char *digest;
  char *ja3;
  char *ja4;
} StileClientHello;

StileClientHello *stile_client_hello_parse (const guint8 *bytes, gsize length, gsize *wanted, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void stile_client_hello_free (StileClientHello *self);
gboolean stile_client_hello_is_alike (const char *ja3, const char *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileClientHello, stile_client_hello_free)

G_END_DECLS
