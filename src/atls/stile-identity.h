/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_IDENTITY (stile_identity_get_type ())
G_DECLARE_FINAL_TYPE (StileIdentity, stile_identity, STILE, IDENTITY, GObject)

/* A private key in PEM; RSA 16384 is 12 KB. */
#define STILE_IDENTITY_MAX_KEY_SIZE (64 * 1024)

StileIdentity *
stile_identity_load (const char *certificate, const char *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileIdentity *
stile_identity_new (GPtrArray *chain, GBytes *key_pem, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_identity_get_chain (StileIdentity *self);
StileCertificate *stile_identity_get_certificate (StileIdentity *self);
gnutls_privkey_t stile_identity_open_key (StileIdentity *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_identity_apply (StileIdentity *self,
                               gnutls_certificate_credentials_t credentials,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
GTlsCertificate *stile_identity_to_tls_certificate (StileIdentity *self,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
