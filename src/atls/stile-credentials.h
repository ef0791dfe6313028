/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "atls/stile-role.h"

G_BEGIN_DECLS

#define STILE_TYPE_CREDENTIALS (stile_credentials_get_type ())
G_DECLARE_FINAL_TYPE (StileCredentials, stile_credentials, STILE, CREDENTIALS, GObject)

/**
 * StileVerification:
 * @STILE_VERIFICATION_NONE: the peer is not asked for a certificate (servers only)
 * @STILE_VERIFICATION_ANCHORS: its chain must lead to one of the given certificates
 * @STILE_VERIFICATION_SYSTEM: its chain must lead to the system's trust store
 * @STILE_VERIFICATION_PINNED: it must show exactly this certificate
 * @STILE_VERIFICATION_PROVISIONAL: whatever it shows is kept and believed later or never (RFC 8995 section 5.1)
 */
typedef enum
{
  STILE_VERIFICATION_NONE,
  STILE_VERIFICATION_ANCHORS,
  STILE_VERIFICATION_SYSTEM,
  STILE_VERIFICATION_PINNED,
  STILE_VERIFICATION_PROVISIONAL,
} StileVerification;

/**
 * StileTlsVersion:
 * @STILE_TLS_ANY: 1.3, or 1.2 with a peer that has no better
 * @STILE_TLS_1_2: only 1.2
 * @STILE_TLS_1_3: only 1.3
 */
typedef enum
{
  STILE_TLS_ANY,
  STILE_TLS_1_2,
  STILE_TLS_1_3,
} StileTlsVersion;

StileCredentials *stile_credentials_new (StileRole role);
void stile_credentials_set_identity (StileCredentials *self, StileIdentity *identity);
void stile_credentials_set_anchors (StileCredentials *self, GPtrArray *anchors);
void stile_credentials_set_system_trust (StileCredentials *self);
void stile_credentials_set_pinned (StileCredentials *self, StileCertificate *certificate);
void stile_credentials_set_provisional (StileCredentials *self);
void stile_credentials_set_version (StileCredentials *self, StileTlsVersion version);
void stile_credentials_set_application_protocols (StileCredentials *self, const char *const *protocols);
void stile_credentials_set_tickets (StileCredentials *self, gboolean tickets);
gboolean stile_credentials_set_ciphers (StileCredentials *self,
                                        const char *const *names,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_credentials_prepare (StileCredentials *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileRole stile_credentials_get_role (StileCredentials *self);
StileIdentity *stile_credentials_get_identity (StileCredentials *self);
StileVerification stile_credentials_get_verification (StileCredentials *self);
const char *const *stile_credentials_get_application_protocols (StileCredentials *self);

gnutls_session_t stile_credentials_open (StileCredentials *self,
                                         const char *server_name,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_credentials_verify (StileCredentials *self,
                                   gnutls_session_t tls,
                                   const char *server_name,
                                   guint8 *alert,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *stile_credentials_read_peer_chain (gnutls_session_t tls, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
