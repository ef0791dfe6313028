/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-session.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-tls-buffer.h"
#include "atls/stile-tls-failure.h"
#include "codec/stile-secret.h"

/**
 * StileSession:
 *
 * A TLS endpoint with no socket: bytes go in, bytes come out.  Whoever holds the session decides what carries them.
 */
struct _StileSession
{
  GObject parent_instance;

  gnutls_session_t tls;
  StileCredentials *credentials;
  char *server_name;
  StileSessionState state;

  StileTlsBuffer buffer;
  GByteArray *early; /* application data that came behind the handshake's last messages; NULL as a rule */

  GPtrArray *peer_chain; /* of StileCertificate, leaf first; NULL until somebody asks */
  GError *refusal;       /* why we do not believe the peer */
  guint8 refusal_alert;
};

G_DEFINE_FINAL_TYPE (StileSession, stile_session, G_TYPE_OBJECT)

static void
stile_session_finalize (GObject *object)
{
  StileSession *self = STILE_SESSION (object);

  g_clear_pointer (&self->tls, gnutls_deinit);
  g_clear_object (&self->credentials);
  stile_tls_buffer_clear (&self->buffer);
  g_clear_pointer (&self->early, g_byte_array_unref);
  g_clear_pointer (&self->peer_chain, g_ptr_array_unref);
  g_clear_error (&self->refusal);
  g_free (self->server_name);

  G_OBJECT_CLASS (stile_session_parent_class)->finalize (object);
}

static void
stile_session_class_init (StileSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_session_finalize;
}

static void
stile_session_init (StileSession *self)
{
}

static int
verify (gnutls_session_t tls)
{
  StileSession *self = gnutls_session_get_ptr (tls);

  if (stile_credentials_verify (self->credentials, tls, self->server_name, &self->refusal_alert,
                                &self->refusal))
    return 0;

  /* After a refusal GnuTLS forgets the chain, and people want to see what was refused. */
  self->peer_chain = stile_credentials_read_peer_chain (tls, NULL);
  return GNUTLS_E_CERTIFICATE_ERROR;
}

/**
 * stile_session_new:
 * @credentials: what this side brings; it decides which side this is
 * @server_name: (nullable): for a client, the host of the service's URL
 *
 * Returns: (transfer full): a session that has not begun
 */
StileSession *
stile_session_new (StileCredentials *credentials, const char *server_name, GError **error)
{
  g_autoptr (StileSession) self = g_object_new (STILE_TYPE_SESSION, NULL);

  self->credentials = g_object_ref (credentials);
  self->server_name = g_strdup (server_name);
  self->tls = stile_credentials_open (credentials, server_name, error);
  if (self->tls == NULL)
    return NULL;

  gnutls_session_set_ptr (self->tls, self);
  gnutls_session_set_verify_function (self->tls, verify);
  stile_tls_buffer_attach (&self->buffer, self->tls);

  return g_steal_pointer (&self);
}

/**
 * stile_session_resume:
 * @ticket: what stile_session_get_ticket() gave after an earlier session with the same service and credentials
 *
 * Asks the service to go on where that session was.  It may decline; then a whole handshake follows.
 */
gboolean
stile_session_resume (StileSession *self, GBytes *ticket, GError **error)
{
  int r = gnutls_session_set_data (self->tls, g_bytes_get_data (ticket, NULL), g_bytes_get_size (ticket));

  if (r >= 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Using the ticket of an earlier session: %s"),
               gnutls_strerror (r));
  return FALSE;
}

/* GnuTLS sends no alert by itself, and for some codes not the fitting one. */
static void
send_alert (StileSession *self, int r)
{
  if (r == GNUTLS_E_FATAL_ALERT_RECEIVED)
    return;

  if (self->refusal != NULL)
    gnutls_alert_send (self->tls, GNUTLS_AL_FATAL, self->refusal_alert);
  else if (r == GNUTLS_E_NO_CERTIFICATE_FOUND)
    gnutls_alert_send (self->tls, GNUTLS_AL_FATAL, GNUTLS_A_HANDSHAKE_FAILURE);
  else
    gnutls_alert_send_appropriate (self->tls, r);
}

/* Our own refusal comes first: it is what we know best. */
static gboolean
fail (StileSession *self, GBytes *incoming, int r, GError **error)
{
  StileRole peer = stile_role_other (stile_credentials_get_role (self->credentials));

  if (self->refusal != NULL)
    g_propagate_error (error, g_error_copy (self->refusal));
  else
    stile_tls_failure_set_error (error, r, (guint8)gnutls_alert_get (self->tls), incoming, peer);

  self->state = STILE_SESSION_FAILED;
  return FALSE;
}

static int
drain (StileSession *self, GByteArray **data)
{
  gboolean closed;
  int r = stile_tls_buffer_drain (&self->buffer, data, &closed);

  if (closed)
    self->state = STILE_SESSION_CLOSING;
  return r;
}

static int
finish_handshake (StileSession *self)
{
  gboolean client = stile_credentials_get_role (self->credentials) == STILE_ROLE_CLIENT;

  self->state = client && stile_tls_buffer_has_output (&self->buffer) ? STILE_SESSION_CONFIRMING
                                                                      : STILE_SESSION_ESTABLISHED;
  if (!client && gnutls_protocol_get_version (self->tls) == GNUTLS_TLS1_3)
    gnutls_session_ticket_send (self->tls, 1, 0);

  return drain (self, &self->early);
}

static int
advance (StileSession *self)
{
  int r;

  if (self->state == STILE_SESSION_HANDSHAKING)
    {
      r = stile_tls_buffer_shake_hands (&self->buffer);
      return r == 0 ? finish_handshake (self) : r;
    }

  /* A flight that was cut is not the peer's consent: what is missing may be its alert. */
  r = drain (self, &self->early);
  if (r == 0 && self->state == STILE_SESSION_CONFIRMING && !stile_tls_buffer_is_within_record (&self->buffer))
    self->state = STILE_SESSION_ESTABLISHED;
  return r;
}

/**
 * stile_session_step:
 * @incoming: (nullable): what the peer sent: a flight, or any part of one; %NULL to begin as a client
 * @outgoing: (out) (transfer full) (nullable): what to send: the next flight, or %NULL when there is nothing to say
 *   (more is wanted, or the handshake is over)
 *
 * Takes the handshake one flight further (the draft, section 8).  On failure @outgoing may hold an alert, which the
 * peer should get before anybody else is told.
 *
 * Once the state is %STILE_SESSION_ESTABLISHED the handshake is over for good: another call fails and does no harm.
 */
gboolean
stile_session_step (StileSession *self, GBytes *incoming, GBytes **outgoing, GError **error)
{
  int r;

  g_return_val_if_fail (STILE_IS_SESSION (self), FALSE);

  *outgoing = NULL;
  if (self->state != STILE_SESSION_HANDSHAKING && self->state != STILE_SESSION_CONFIRMING)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("The handshake is over"));
      return FALSE;
    }

  stile_tls_buffer_feed (&self->buffer, incoming);
  r = advance (self);
  if (r < 0 && !stile_tls_buffer_is_pause (r))
    {
      if (!stile_tls_failure_is_of_peer (r, incoming))
        send_alert (self, r);
      fail (self, incoming, r, error);
    }

  stile_tls_buffer_feed (&self->buffer, NULL);
  *outgoing = stile_tls_buffer_take_output (&self->buffer);
  return self->state != STILE_SESSION_FAILED;
}

static gboolean
check_established (StileSession *self, GError **error)
{
  if (self->state == STILE_SESSION_ESTABLISHED)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       self->state == STILE_SESSION_CLOSING || self->state == STILE_SESSION_CLOSED
                           ? _ ("The session has been closed")
                           : _ ("The session is not established"));
  return FALSE;
}

/**
 * stile_session_send:
 * @data: what the peer shall read; may be empty
 *
 * Record mode (the draft, Figure 5).
 *
 * Returns: (transfer full): the records, to be carried as one body
 */
GBytes *
stile_session_send (StileSession *self, GBytes *data, GError **error)
{
  gsize left;
  const guint8 *bytes = g_bytes_get_data (data, &left);
  GBytes *records;

  if (self->state != STILE_SESSION_CLOSING && !check_established (self, error))
    return NULL;

  while (left > 0)
    {
      ssize_t r = gnutls_record_send (self->tls, bytes, left);

      if (r < 0)
        return fail (self, NULL, (int)r, error), NULL;
      bytes += r;
      left -= (gsize)r;
    }

  records = stile_tls_buffer_take_output (&self->buffer);
  return records != NULL ? records : g_bytes_new (NULL, 0);
}

/**
 * stile_session_receive:
 * @records: a body of the peer's
 *
 * Record mode.  A close_notify at the end closes the session; what came before it is still given.
 *
 * Returns: (transfer full): the data
 */
GBytes *
stile_session_receive (StileSession *self, GBytes *records, GError **error)
{
  GByteArray *data = NULL;
  int r;

  if (!check_established (self, error))
    return NULL;

  data = g_steal_pointer (&self->early);
  stile_tls_buffer_feed (&self->buffer, records);
  r = drain (self, &data);
  stile_tls_buffer_feed (&self->buffer, NULL);
  if (r < 0)
    {
      g_clear_pointer (&data, g_byte_array_unref);
      return fail (self, records, r, error), NULL;
    }

  return data != NULL ? g_byte_array_free_to_bytes (data) : g_bytes_new (NULL, 0);
}

/**
 * stile_session_close:
 *
 * Ends the session in order.
 *
 * Returns: (transfer full) (nullable): our close_notify, for the peer; %NULL when there is no session to end
 */
GBytes *
stile_session_close (StileSession *self)
{
  if (self->state != STILE_SESSION_ESTABLISHED && self->state != STILE_SESSION_CLOSING)
    return NULL;

  gnutls_bye (self->tls, GNUTLS_SHUT_WR);
  self->state = STILE_SESSION_CLOSED;
  return stile_tls_buffer_take_output (&self->buffer);
}

StileSessionState
stile_session_get_state (StileSession *self)
{
  return self->state;
}

/**
 * stile_session_export:
 * @label: the exporter's label
 * @length: bytes that are wanted; in TLS 1.3 another length gives other bytes
 *
 * RFC 5705 with no context.  Only from an established session: GnuTLS would hand a server the keys before it has
 * seen who the client is.  In TLS 1.2 the session must have the extended master secret (RFC 7627).
 *
 * Returns: (transfer full): bytes that wipe themselves
 */
GBytes *
stile_session_export (StileSession *self, const char *label, gsize length, GError **error)
{
  g_autofree guint8 *block = NULL;
  GBytes *bytes;
  int r;

  if (!check_established (self, error))
    {
      g_prefix_error (error, _ ("Exporting keys: "));
      return NULL;
    }
  if (gnutls_protocol_get_version (self->tls) < GNUTLS_TLS1_3 &&
      !gnutls_session_ext_master_secret_status (self->tls))
    {
      g_set_error_literal (
          error, STILE_ERROR, STILE_ERROR_REFUSED,
          _ ("The peer’s TLS 1.2 lacks the extended master secret, so exported keys would not be "
             "bound to this session; use record mode or TLS 1.3"));
      return NULL;
    }

  block = g_malloc (length);
  r = gnutls_prf_rfc5705 (self->tls, strlen (label), label, 0, NULL, length, (char *)block);
  bytes = r >= 0 ? stile_secret_bytes_new (block, length) : NULL;
  stile_secret_wipe (block, length);
  if (r < 0)
    g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("Exporting keys: %s"), gnutls_strerror (r));

  return bytes;
}

/**
 * stile_session_export_keys:
 * @schedule: which keys
 *
 * Export mode (the draft, Figure 6 and section 7).  The session may be dropped afterwards.
 *
 * Returns: (transfer full): the keys
 */
StileKeys *
stile_session_export_keys (StileSession *self, const StileKeysSchedule *schedule, GError **error)
{
  const StileAead *aead = stile_session_get_aead (self);
  g_autoptr (GBytes) block = NULL;
  StileKeys *keys;

  if (self->state == STILE_SESSION_ESTABLISHED && aead == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
                   _ ("The cipher suite %s has no AEAD to seal messages with; use record mode"),
                   stile_session_get_cipher_suite (self));
      return NULL;
    }

  block = stile_session_export (self, schedule->label,
                                aead != NULL ? stile_keys_get_block_size (schedule, aead) : 0, error);
  if (block == NULL)
    return NULL;

  keys = stile_keys_new (schedule, aead, block, error);
  stile_error_convert (error, STILE_ERROR_FAILED);
  return keys;
}

/**
 * stile_session_get_ticket:
 *
 * Returns: (transfer full) (nullable): what a client needs to come back with less work: a secret; %NULL when the
 *   service gave no ticket
 */
GBytes *
stile_session_get_ticket (StileSession *self)
{
  gnutls_datum_t data = { NULL, 0 };
  GBytes *ticket = NULL;

  /* Without a ticket GnuTLS gives four bytes that mean nothing (PLATFORM section 1, trap 11). */
  if (self->state != STILE_SESSION_ESTABLISHED ||
      !(gnutls_session_get_flags (self->tls) & GNUTLS_SFLAGS_SESSION_TICKET) ||
      gnutls_session_get_data2 (self->tls, &data) < 0)
    return NULL;

  ticket = stile_secret_bytes_new (data.data, data.size);
  stile_secret_wipe (data.data, data.size);
  gnutls_free (data.data);
  return ticket;
}

/* Before the hellos have met, GnuTLS answers with guesses, or crashes (trap 11). */
static gboolean
is_negotiated (StileSession *self)
{
  return self->state == STILE_SESSION_CONFIRMING || self->state == STILE_SESSION_ESTABLISHED ||
         self->state == STILE_SESSION_CLOSING || self->state == STILE_SESSION_CLOSED;
}

/**
 * stile_session_get_version:
 *
 * Returns: (transfer none) (nullable): "TLS 1.3" or "TLS 1.2", once it is known
 */
const char *
stile_session_get_version (StileSession *self)
{
  if (!is_negotiated (self))
    return NULL;

  return gnutls_protocol_get_version (self->tls) == GNUTLS_TLS1_3 ? "TLS 1.3" : "TLS 1.2";
}

/**
 * stile_session_get_cipher_suite:
 *
 * Returns: (transfer none) (nullable): its IANA name, once it is known
 */
const char *
stile_session_get_cipher_suite (StileSession *self)
{
  return is_negotiated (self) ? gnutls_ciphersuite_get (self->tls) : NULL;
}

/**
 * stile_session_get_aead:
 *
 * Returns: (transfer none) (nullable): the negotiated cipher, once it is known
 */
const StileAead *
stile_session_get_aead (StileSession *self)
{
  return is_negotiated (self) ? stile_aead_lookup (gnutls_cipher_get (self->tls)) : NULL;
}

/**
 * stile_session_get_group:
 *
 * Returns: (transfer none) (nullable): the group of the key exchange, once it is known
 */
const char *
stile_session_get_group (StileSession *self)
{
  return is_negotiated (self) ? gnutls_group_get_name (gnutls_group_get (self->tls)) : NULL;
}

/**
 * stile_session_get_application_protocol:
 *
 * Returns: (transfer full) (nullable): what ALPN agreed on
 */
char *
stile_session_get_application_protocol (StileSession *self)
{
  gnutls_datum_t protocol;

  if (!is_negotiated (self) || gnutls_alpn_get_selected_protocol (self->tls, &protocol) < 0)
    return NULL;

  return g_strndup ((char *)protocol.data, protocol.size);
}

/**
 * stile_session_get_peer_chain:
 *
 * Parsing a certificate takes as long as a tenth of a handshake, so it is done when somebody asks.
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): what the peer showed, leaf first, also when it
 *   was refused; of a resumed session, what it showed before
 */
GPtrArray *
stile_session_get_peer_chain (StileSession *self)
{
  if (self->peer_chain == NULL && is_negotiated (self))
    self->peer_chain = stile_credentials_read_peer_chain (self->tls, NULL);

  return self->peer_chain != NULL && self->peer_chain->len > 0 ? self->peer_chain : NULL;
}

/**
 * stile_session_get_peer_ders:
 *
 * Returns: (transfer full) (nullable): the same chain in DER as it stands in the handshake, one certificate behind the
 *   other: what one keeps where there are many sessions
 */
GBytes *
stile_session_get_peer_ders (StileSession *self)
{
  unsigned int count = 0;
  const gnutls_datum_t *list = is_negotiated (self) ? gnutls_certificate_get_peers (self->tls, &count) : NULL;
  gsize length = 0;
  guint8 *ders;
  guint8 *end;

  if (list == NULL || count == 0)
    return NULL;

  for (unsigned int i = 0; i < count; i++)
    length += list[i].size;
  end = ders = g_malloc (length); /* not a byte more: a GByteArray would keep room to grow */
  for (unsigned int i = 0; i < count; i++)
    end = (guint8 *)memcpy (end, list[i].data, list[i].size) + list[i].size;
  return g_bytes_new_take (ders, length);
}

/**
 * stile_session_get_own_certificate:
 *
 * Returns: (transfer none) (nullable): our own leaf, which the peer sees when it asks; %NULL when we have none
 */
StileCertificate *
stile_session_get_own_certificate (StileSession *self)
{
  StileIdentity *identity = stile_credentials_get_identity (self->credentials);

  return identity != NULL ? stile_identity_get_certificate (identity) : NULL;
}

/**
 * stile_session_get_binding:
 *
 * What links a proof of possession with this session (RFC 7030 section 3.5).
 *
 * Returns: (transfer full) (nullable): base64 of tls-unique (RFC 5929 section 3.1); %NULL in TLS 1.3, which has none
 */
char *
stile_session_get_binding (StileSession *self)
{
  gnutls_datum_t unique = { NULL, 0 };
  char *binding;

  if (!is_negotiated (self) || gnutls_protocol_get_version (self->tls) != GNUTLS_TLS1_2 ||
      gnutls_session_channel_binding (self->tls, GNUTLS_CB_TLS_UNIQUE, &unique) < 0)
    return NULL;

  binding = g_base64_encode (unique.data, unique.size);
  gnutls_free (unique.data);
  return binding;
}

gboolean
stile_session_is_resumed (StileSession *self)
{
  return is_negotiated (self) && gnutls_session_is_resumed (self->tls);
}

/**
 * stile_session_is_provisional:
 *
 * Returns: whether nobody has judged the peer's chain
 */
gboolean
stile_session_is_provisional (StileSession *self)
{
  return stile_credentials_get_verification (self->credentials) == STILE_VERIFICATION_PROVISIONAL;
}
