/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* A message of this kind fits into a header field, or is a short document. */
#define STILE_COMPACT_JWS_MAX_SIZE (64 * 1024)

/**
 * StileCompactJws:
 * @header: the protected header, a{sv}
 * @content: what is signed
 *
 * A JWS in the compact serialization (RFC 7515 section 3.1), taken apart.  Nothing is believed by parsing.
 */
typedef struct
{
  GVariant *header;
  GBytes *content;
  GBytes *signed_bytes;
  GBytes *value;
} StileCompactJws;

StileCompactJws *stile_compact_jws_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_compact_jws_free (StileCompactJws *self);
gboolean stile_compact_jws_verify (const StileCompactJws *self,
                                   StileCertificate *certificate,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_compact_jws_read_chain (const StileCompactJws *self, guint limit, GError **error);
GBytes *stile_compact_jws_sign (GBytes *content,
                                GVariant *members,
                                gnutls_privkey_t key,
                                StileCertificate *signer,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileCompactJws, stile_compact_jws_free)

G_END_DECLS
