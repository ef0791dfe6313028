/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-endpoint-session.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-binary-http.h"

/**
 * stile_endpoint_session_new:
 * @session: (transfer full): a server's session
 * @now: microseconds of the endpoint's clock
 *
 * Returns: (transfer full): a half-open session with an id that nobody can guess
 */
StileEndpointSession *
stile_endpoint_session_new (StileSession *session, gint64 now, GError **error)
{
  StileEndpointSession *self = g_new0 (StileEndpointSession, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  self->session = session;
  self->created = self->used = now;
  if (gnutls_rnd (GNUTLS_RND_RANDOM, self->id, sizeof self->id) >= 0)
    return self;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("The system gives no random numbers"));
  stile_endpoint_session_unref (self);
  return NULL;
}

StileEndpointSession *
stile_endpoint_session_ref (StileEndpointSession *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * stile_endpoint_session_unref:
 * @self: (transfer full): its keys are wiped with the last reference
 */
void
stile_endpoint_session_unref (StileEndpointSession *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_clear_object (&self->session);
  g_clear_pointer (&self->sealer, stile_sealer_free);
  g_clear_pointer (&self->answers, stile_answer_cache_free);
  g_clear_pointer (&self->peer_ders, g_bytes_unref);
  g_clear_object (&self->own);
  g_free (self->binding);
  g_free (self->window);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * stile_endpoint_session_get_name:
 *
 * Returns: (transfer full): the id as cookies and paths carry it
 */
char *
stile_endpoint_session_get_name (StileEndpointSession *self)
{
  return stile_base64url_encode (self->id, sizeof self->id);
}

/**
 * stile_endpoint_session_get_answers:
 *
 * Returns: (transfer none): the answers that are kept, made when first needed
 */
StileAnswerCache *
stile_endpoint_session_get_answers (StileEndpointSession *self)
{
  if (self->answers == NULL)
    self->answers = stile_answer_cache_new ();

  return self->answers;
}

/**
 * stile_endpoint_session_establish:
 *
 * Takes what is wanted of the finished handshake.  Keys are exported whatever the mode will be: a peer that cannot
 * (TLS 1.2 without the extended master secret) is left with record mode.
 */
void
stile_endpoint_session_establish (StileEndpointSession *self)
{
  g_autofree char *protocol = stile_session_get_application_protocol (self->session);
  StileKeys *keys = stile_session_export_keys (self->session, &stile_keys_application, NULL);

  self->phase = STILE_ENDPOINT_ESTABLISHED;
  self->binary_http = g_strcmp0 (protocol, STILE_BINARY_HTTP_ALPN) == 0;
  if (keys != NULL)
    self->sealer = stile_sealer_new (keys, STILE_ROLE_SERVER, self->id);
  self->peer_ders = stile_session_get_peer_ders (self->session);
  self->provisional = stile_session_is_provisional (self->session);
  g_set_object (&self->own, stile_session_get_own_certificate (self->session));
  self->binding = stile_session_get_binding (self->session);
}

/**
 * stile_endpoint_session_choose_record:
 *
 * The client has sent records: exported keys are of no use any more.
 */
void
stile_endpoint_session_choose_record (StileEndpointSession *self)
{
  self->phase = STILE_ENDPOINT_RECORD;
  g_clear_pointer (&self->sealer, stile_sealer_free);
}

/**
 * stile_endpoint_session_choose_export:
 *
 * The client has sent a sealed message: it has the handshake's last answer, and TLS has done its work.
 */
void
stile_endpoint_session_choose_export (StileEndpointSession *self)
{
  if (self->phase == STILE_ENDPOINT_EXPORT)
    return;

  self->phase = STILE_ENDPOINT_EXPORT;
  self->window = g_new0 (StileReplayWindow, 1);
  g_clear_object (&self->session);
  if (self->answers != NULL)
    stile_answer_cache_drop (self->answers, STILE_ANSWER_CACHE_FLIGHT);
}

/**
 * stile_endpoint_session_forget_answers:
 * @before: those that were kept before then, in microseconds
 */
void
stile_endpoint_session_forget_answers (StileEndpointSession *self, gint64 before)
{
  g_mutex_lock (&self->mutex);
  if (self->answers != NULL && stile_answer_cache_expire (self->answers, before))
    g_clear_pointer (&self->answers, stile_answer_cache_free);
  g_mutex_unlock (&self->mutex);
}

guint
stile_endpoint_session_hash (gconstpointer id)
{
  guint hash;

  /* The id is random: any part of it is a hash. */
  memcpy (&hash, id, sizeof hash);
  return hash;
}

gboolean
stile_endpoint_session_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, STILE_SEALER_ID_SIZE) == 0;
}
