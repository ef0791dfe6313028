/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/**
 * StileTokenKey:
 * @url: of the private key, without a PIN
 * @login_url: the same, with the PIN, a secret
 * @label: of the object
 * @id: of the key and whatever belongs to it
 *
 * A key on a PKCS #11 token, for StileEnrolmentKey.
 */
typedef struct
{
  char *url;
  GBytes *login_url;
  char *label;
  GBytes *id;
} StileTokenKey;

char *stile_token_key_forget_id (const char *url);
StileTokenKey *stile_token_key_new (const char *url, GBytes *pin, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_token_key_free (StileTokenKey *self);
gboolean stile_token_key_generate (StileTokenKey *self,
                                   gnutls_pk_algorithm_t algorithm,
                                   guint bits,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_token_key_import (StileTokenKey *self, gnutls_privkey_t key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_token_key_store_certificate (StileTokenKey *self,
                                            StileCertificate *certificate,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_token_key_remove (StileTokenKey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileTokenKey, stile_token_key_free)

G_END_DECLS
