/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-credentials.h"
#include "atls/stile-keys.h"

G_BEGIN_DECLS

#define STILE_TYPE_SESSION (stile_session_get_type ())
G_DECLARE_FINAL_TYPE (StileSession, stile_session, STILE, SESSION, GObject)

/**
 * StileSessionState:
 * @STILE_SESSION_HANDSHAKING: flights go to and fro
 * @STILE_SESSION_CONFIRMING: a client has said all it has to say; its last flight must still go out, and the answer,
 *   which may be empty or refuse the client's certificate, must be given to stile_session_step()
 * @STILE_SESSION_ESTABLISHED: both sides are up
 * @STILE_SESSION_CLOSING: the peer has said all it had to say; we may still answer
 * @STILE_SESSION_CLOSED: we have said goodbye
 * @STILE_SESSION_FAILED: it broke; nothing but freeing it is left
 */
typedef enum
{
  STILE_SESSION_HANDSHAKING,
  STILE_SESSION_CONFIRMING,
  STILE_SESSION_ESTABLISHED,
  STILE_SESSION_CLOSING,
  STILE_SESSION_CLOSED,
  STILE_SESSION_FAILED,
} StileSessionState;

StileSession *stile_session_new (StileCredentials *credentials,
                                 const char *server_name,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_session_resume (StileSession *self, GBytes *ticket, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean stile_session_step (StileSession *self, GBytes *incoming, GBytes **outgoing, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_session_send (StileSession *self, GBytes *data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_session_receive (StileSession *self, GBytes *records, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_session_close (StileSession *self);

StileSessionState stile_session_get_state (StileSession *self);
GBytes *stile_session_export (StileSession *self, const char *label, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
StileKeys *stile_session_export_keys (StileSession *self,
                                      const StileKeysSchedule *schedule,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_session_get_ticket (StileSession *self);

const char *stile_session_get_version (StileSession *self);
const char *stile_session_get_cipher_suite (StileSession *self);
const StileAead *stile_session_get_aead (StileSession *self);
char *stile_session_get_application_protocol (StileSession *self);
const char *stile_session_get_group (StileSession *self);
GPtrArray *stile_session_get_peer_chain (StileSession *self);
GBytes *stile_session_get_peer_ders (StileSession *self);
StileCertificate *stile_session_get_own_certificate (StileSession *self);
char *stile_session_get_binding (StileSession *self);
gboolean stile_session_is_resumed (StileSession *self);
gboolean stile_session_is_provisional (StileSession *self);

G_END_DECLS
