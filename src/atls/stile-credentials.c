/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-credentials.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-aead.h"
#include "codec/stile-certificate-chain.h"

/* A chain's length, for verifying: deeper ones are an attack on our time. */
#define MAX_VERIFY_DEPTH 16

/* AES first: ChaCha20 is ten times slower in GnuTLS (PLATFORM section 5). */
static const char *const default_ciphers[] = { "AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305", NULL };

/**
 * StileCredentials:
 *
 * What a side brings to its handshakes: who it is, whom it believes, what it speaks.  Set it up, then share it among
 * any number of sessions and threads: it does not change after the first session.
 */
struct _StileCredentials
{
  GObject parent_instance;

  StileRole role;
  StileIdentity *identity;
  StileVerification verification;
  GPtrArray *anchors; /* of StileCertificate */
  StileCertificate *pinned;
  StileTlsVersion version;
  char **protocols;
  char **ciphers;
  gboolean tickets;

  GMutex mutex;                         /* guards preparing: several threads may be the first */
  gnutls_certificate_credentials_t tls; /* NULL until prepared */
  gnutls_priority_t priority;
  gnutls_datum_t ticket_key;
};

G_DEFINE_FINAL_TYPE (StileCredentials, stile_credentials, G_TYPE_OBJECT)

static void
stile_credentials_finalize (GObject *object)
{
  StileCredentials *self = STILE_CREDENTIALS (object);

  g_clear_pointer (&self->tls, gnutls_certificate_free_credentials);
  g_clear_pointer (&self->priority, gnutls_priority_deinit);
  if (self->ticket_key.data != NULL)
    {
      gnutls_memset (self->ticket_key.data, 0, self->ticket_key.size);
      gnutls_free (self->ticket_key.data);
    }
  g_clear_object (&self->identity);
  g_clear_object (&self->pinned);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_strfreev (self->protocols);
  g_strfreev (self->ciphers);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (stile_credentials_parent_class)->finalize (object);
}

static void
stile_credentials_class_init (StileCredentialsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_credentials_finalize;
}

static void
stile_credentials_init (StileCredentials *self)
{
  g_mutex_init (&self->mutex);
  self->ciphers = g_strdupv ((char **)default_ciphers);
}

/**
 * stile_credentials_new:
 * @role: which side these are for
 *
 * A client believes nobody until it is told whom: provisional, anchors, a pinned certificate or the system's store.
 */
StileCredentials *
stile_credentials_new (StileRole role)
{
  StileCredentials *self = g_object_new (STILE_TYPE_CREDENTIALS, NULL);

  self->role = role;
  self->verification = role == STILE_ROLE_CLIENT ? STILE_VERIFICATION_SYSTEM : STILE_VERIFICATION_NONE;

  return self;
}

/**
 * stile_credentials_set_identity:
 * @identity: (nullable): who we are; a server must be somebody
 */
void
stile_credentials_set_identity (StileCredentials *self, StileIdentity *identity)
{
  g_return_if_fail (self->tls == NULL);

  g_set_object (&self->identity, identity);
}

/**
 * stile_credentials_set_anchors:
 * @anchors: (element-type StileCertificate): the peer's chain must lead to one of these
 */
void
stile_credentials_set_anchors (StileCredentials *self, GPtrArray *anchors)
{
  g_return_if_fail (self->tls == NULL);

  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  self->anchors = g_ptr_array_ref (anchors);
  self->verification = STILE_VERIFICATION_ANCHORS;
}

void
stile_credentials_set_system_trust (StileCredentials *self)
{
  g_return_if_fail (self->tls == NULL);

  self->verification = STILE_VERIFICATION_SYSTEM;
}

/**
 * stile_credentials_set_pinned:
 * @certificate: the only one that the peer may show; its name and dates do not matter
 */
void
stile_credentials_set_pinned (StileCredentials *self, StileCertificate *certificate)
{
  g_return_if_fail (self->tls == NULL);

  g_set_object (&self->pinned, certificate);
  self->verification = STILE_VERIFICATION_PINNED;
}

/**
 * stile_credentials_set_provisional:
 *
 * Accepts any peer for now (RFC 8995 section 5.1).  Who uses such a session must judge the peer's chain before
 * it believes a word.  A server asks for a certificate and takes whatever comes, also nothing: all that is known of a
 * client then is that it holds its leaf's key.
 */
void
stile_credentials_set_provisional (StileCredentials *self)
{
  g_return_if_fail (self->tls == NULL);

  self->verification = STILE_VERIFICATION_PROVISIONAL;
}

void
stile_credentials_set_version (StileCredentials *self, StileTlsVersion version)
{
  g_return_if_fail (self->tls == NULL);

  self->version = version;
}

/**
 * stile_credentials_set_application_protocols:
 * @protocols: (nullable) (array zero-terminated=1): ALPN identifiers, best first
 */
void
stile_credentials_set_application_protocols (StileCredentials *self, const char *const *protocols)
{
  g_return_if_fail (self->tls == NULL);

  g_strfreev (self->protocols);
  self->protocols = g_strdupv ((char **)protocols);
}

/**
 * stile_credentials_set_tickets:
 * @tickets: whether a server hands out tickets, so that clients come back with less work
 */
void
stile_credentials_set_tickets (StileCredentials *self, gboolean tickets)
{
  g_return_if_fail (self->tls == NULL);

  self->tickets = tickets;
}

/**
 * stile_credentials_set_ciphers:
 * @names: (array zero-terminated=1): GnuTLS' names, best first
 *
 * %STILE_ERROR_SETTINGS for a cipher that is no AEAD: exported keys would have nothing to seal with (the draft,
 * section 7.2).
 */
gboolean
stile_credentials_set_ciphers (StileCredentials *self, const char *const *names, GError **error)
{
  g_return_val_if_fail (self->tls == NULL, FALSE);

  for (gsize i = 0; names[i] != NULL; i++)
    if (stile_aead_lookup (gnutls_cipher_get_id (names[i])) == NULL)
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                     _ ("“%s” is not one of the ciphers that seal whole messages (AEAD); use AES-128-GCM, "
                        "AES-256-GCM, CHACHA20-POLY1305 or a CCM cipher"),
                     names[i]);
        return FALSE;
      }

  g_strfreev (self->ciphers);
  self->ciphers = g_strdupv ((char **)names);
  return TRUE;
}

static char *
priority_string (StileCredentials *self)
{
  GString *text = g_string_new ("NORMAL:-VERS-ALL");

  if (self->version != STILE_TLS_1_2)
    g_string_append (text, ":+VERS-TLS1.3");
  if (self->version != STILE_TLS_1_3)
    g_string_append (text, ":+VERS-TLS1.2");
  g_string_append (text, ":-CIPHER-ALL:-MAC-ALL:+AEAD:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA");
  for (gsize i = 0; self->ciphers[i] != NULL; i++)
    g_string_append_printf (text, ":+%s", self->ciphers[i]);
  g_string_append (text, ":-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1");
  /* Compatibility mode hides TLS 1.3 from middleboxes that read TLS; in an HTTP body none does. */
  g_string_append (text, ":%DISABLE_TLS13_COMPAT_MODE");
  /* Else a hello that lists its groups in another order costs a third round trip (PLATFORM section 14). */
  if (self->role == STILE_ROLE_SERVER)
    g_string_append (text, ":%SERVER_PRECEDENCE");

  return g_string_free (text, FALSE);
}

static gboolean
check (int r, const char *what, GError **error)
{
  if (r >= 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, "%s: %s", what, gnutls_strerror (r));
  return FALSE;
}

static int
trust_anchors (StileCredentials *self)
{
  int r = 0;

  for (guint i = 0; i < self->anchors->len && r >= 0; i++)
    {
      gnutls_x509_crt_t crt = stile_certificate_get_x509 (g_ptr_array_index (self->anchors, i));

      r = gnutls_certificate_set_x509_trust (self->tls, &crt, 1);
    }

  return r;
}

static gboolean
prepare_trust (StileCredentials *self, GError **error)
{
  gnutls_certificate_set_verify_limits (self->tls, 16384, MAX_VERIFY_DEPTH);
  if (self->verification == STILE_VERIFICATION_ANCHORS)
    return check (trust_anchors (self), _ ("Using the trust anchors"), error);
  if (self->verification == STILE_VERIFICATION_SYSTEM)
    return check (gnutls_certificate_set_x509_system_trust (self->tls),
                  _ ("Reading the system’s trust store"), error);

  return TRUE;
}

/**
 * stile_credentials_prepare:
 *
 * Parses and loads what was set, once.  Sessions do it by themselves; do it first to hear of mistakes early.
 */
gboolean
stile_credentials_prepare (StileCredentials *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *text = NULL;

  if (self->priority != NULL)
    return TRUE;
  if (self->role == STILE_ROLE_SERVER && self->identity == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("A service needs a certificate and its private key"));
      return FALSE;
    }

  text = priority_string (self);
  g_clear_pointer (&self->tls, gnutls_certificate_free_credentials);
  if (!check (gnutls_certificate_allocate_credentials (&self->tls), _ ("Preparing TLS"), error) ||
      !prepare_trust (self, error) ||
      (self->identity != NULL && !stile_identity_apply (self->identity, self->tls, error)))
    return FALSE;
  if (self->tickets && self->ticket_key.data == NULL &&
      !check (gnutls_session_ticket_key_generate (&self->ticket_key), _ ("Making a ticket key"), error))
    return FALSE;

  return check (gnutls_priority_init (&self->priority, text, NULL), _ ("Choosing ciphers"), error);
}

StileRole
stile_credentials_get_role (StileCredentials *self)
{
  return self->role;
}

/**
 * stile_credentials_get_identity:
 *
 * Returns: (transfer none) (nullable): who we are
 */
StileIdentity *
stile_credentials_get_identity (StileCredentials *self)
{
  return self->identity;
}

StileVerification
stile_credentials_get_verification (StileCredentials *self)
{
  return self->verification;
}

/**
 * stile_credentials_get_application_protocols:
 *
 * Returns: (transfer none) (nullable): the ALPN identifiers
 */
const char *const *
stile_credentials_get_application_protocols (StileCredentials *self)
{
  return (const char *const *)self->protocols;
}

static int
set_protocols (StileCredentials *self, gnutls_session_t tls)
{
  gnutls_datum_t names[8];
  guint count = self->protocols != NULL ? MIN (g_strv_length (self->protocols), G_N_ELEMENTS (names)) : 0;

  for (guint i = 0; i < count; i++)
    {
      names[i].data = (guint8 *)self->protocols[i];
      names[i].size = (unsigned int)strlen (self->protocols[i]);
    }

  return count > 0 ? gnutls_alpn_set_protocols (tls, names, count, 0) : 0;
}

static int
set_up_client (gnutls_session_t tls, const char *server_name)
{
  /* RFC 6066 section 3: no addresses in SNI. */
  if (server_name == NULL || g_hostname_is_ip_address (server_name))
    return 0;

  return gnutls_server_name_set (tls, GNUTLS_NAME_DNS, server_name, strlen (server_name));
}

static gnutls_certificate_request_t
choose_request (StileCredentials *self)
{
  switch (self->verification)
    {
    case STILE_VERIFICATION_NONE:
      return GNUTLS_CERT_IGNORE;
    case STILE_VERIFICATION_PROVISIONAL:
      return GNUTLS_CERT_REQUEST;
    case STILE_VERIFICATION_ANCHORS:
    case STILE_VERIFICATION_SYSTEM:
    case STILE_VERIFICATION_PINNED:
    default:
      return GNUTLS_CERT_REQUIRE;
    }
}

static int
set_up_server (StileCredentials *self, gnutls_session_t tls)
{
  gnutls_certificate_server_set_request (tls, choose_request (self));
  /* Names of CAs in the request make clients with an IDevID send nothing at all (PLATFORM section 14). */
  gnutls_certificate_send_x509_rdn_sequence (tls, 1);

  return self->tickets ? gnutls_session_ticket_enable_server (tls, &self->ticket_key) : 0;
}

/**
 * stile_credentials_open:
 * @server_name: (nullable): for clients, the host of the service's URL
 *
 * For StileSession.
 *
 * Returns: (transfer full): a TLS session with nothing to carry its bytes yet
 */
gnutls_session_t
stile_credentials_open (StileCredentials *self, const char *server_name, GError **error)
{
  static const unsigned int flags[] = {
    [STILE_ROLE_CLIENT] = GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_FORCE_CLIENT_CERT | GNUTLS_KEY_SHARE_TOP2,
    [STILE_ROLE_SERVER] = GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_AUTO_SEND_TICKET,
  };
  gnutls_session_t tls;
  int r;

  if (!stile_credentials_prepare (self, error) ||
      !check (gnutls_init (&tls, flags[self->role]), _ ("Opening a TLS session"), error))
    return NULL;

  if ((r = gnutls_priority_set (tls, self->priority)) < 0 ||
      (r = gnutls_credentials_set (tls, GNUTLS_CRD_CERTIFICATE, self->tls)) < 0 ||
      (r = set_protocols (self, tls)) < 0 ||
      (r = self->role == STILE_ROLE_CLIENT ? set_up_client (tls, server_name) : set_up_server (self, tls)) <
          0)
    {
      gnutls_deinit (tls);
      return check (r, _ ("Opening a TLS session"), error), NULL;
    }

  return tls;
}

static guint8
alert_for (unsigned int status)
{
  if (status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED))
    return GNUTLS_A_CERTIFICATE_EXPIRED;
  if (status & GNUTLS_CERT_REVOKED)
    return GNUTLS_A_CERTIFICATE_REVOKED;
  if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
    return GNUTLS_A_UNKNOWN_CA;
  if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
    return GNUTLS_A_CERTIFICATE_UNKNOWN;

  return GNUTLS_A_BAD_CERTIFICATE;
}

/**
 * stile_credentials_read_peer_chain:
 * @tls: a handshake in which the peer may have shown certificates
 *
 * Returns: (transfer full) (element-type StileCertificate): what it showed, leaf first; empty when that was nothing,
 *   %NULL when a certificate does not parse
 */
GPtrArray *
stile_credentials_read_peer_chain (gnutls_session_t tls, GError **error)
{
  unsigned int count = 0;
  const gnutls_datum_t *list = gnutls_certificate_get_peers (tls, &count);
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);

  for (unsigned int i = 0; list != NULL && i < count; i++)
    {
      g_autoptr (GBytes) der = g_bytes_new (list[i].data, list[i].size);
      StileCertificate *certificate = stile_certificate_new_from_der (der, error);

      if (certificate == NULL)
        {
          stile_error_convert (error, STILE_ERROR_UNTRUSTED);
          return NULL;
        }
      g_ptr_array_add (chain, certificate);
    }

  return g_steal_pointer (&chain);
}

/* In words; a certificate that does not even parse is its own reason. */
static void
set_refusal (StileCredentials *self,
             gnutls_session_t tls,
             const char *server_name,
             unsigned int status,
             GError **error)
{
  g_autoptr (GPtrArray) chain = stile_credentials_read_peer_chain (tls, error);
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autofree char *reason = NULL;

  if (chain == NULL)
    return;
  if (chain->len == 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_UNTRUSTED, _ ("The peer showed no certificate"));
      return;
    }

  /* The system's store is inside GnuTLS: then the words do without it. */
  reason = stile_certificate_chain_explain (chain, self->anchors != NULL ? self->anchors : nobody,
                                            server_name, status);
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_UNTRUSTED, reason);
}

static gboolean
verify_chain (
    StileCredentials *self, gnutls_session_t tls, const char *server_name, guint8 *alert, GError **error)
{
  const char *purpose = self->role == STILE_ROLE_CLIENT ? GNUTLS_KP_TLS_WWW_SERVER : GNUTLS_KP_TLS_WWW_CLIENT;
  gnutls_typed_vdata_st data[2] = {
    { GNUTLS_DT_KEY_PURPOSE_OID, (guint8 *)purpose, 0 },
    { GNUTLS_DT_DNS_HOSTNAME, (guint8 *)server_name, 0 },
  };
  unsigned int status = GNUTLS_CERT_INVALID;
  int r = gnutls_certificate_verify_peers (tls, data, server_name != NULL ? 2 : 1, &status);

  if (r >= 0 && status == 0)
    return TRUE;

  *alert = alert_for (status);
  set_refusal (self, tls, server_name, status, error);
  return FALSE;
}

static gboolean
verify_pin (StileCredentials *self, gnutls_session_t tls, guint8 *alert, GError **error)
{
  g_autoptr (GPtrArray) chain = stile_credentials_read_peer_chain (tls, error);
  StileCertificate *leaf = chain != NULL && chain->len > 0 ? g_ptr_array_index (chain, 0) : NULL;

  if (leaf != NULL && stile_certificate_equal (leaf, self->pinned))
    return TRUE;

  *alert = GNUTLS_A_CERTIFICATE_UNKNOWN;
  if (chain != NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
                 _ ("The certificate is not the pinned one: it has SHA-256 %s, the pinned one %s"),
                 leaf != NULL ? stile_certificate_get_fingerprint (leaf) : "-",
                 stile_certificate_get_fingerprint (self->pinned));
  return FALSE;
}

/* Believed later, but it must be something that can be judged. */
static gboolean
verify_form (gnutls_session_t tls, guint8 *alert, GError **error)
{
  g_autoptr (GPtrArray) chain = stile_credentials_read_peer_chain (tls, error);

  *alert = GNUTLS_A_BAD_CERTIFICATE;
  return chain != NULL;
}

/**
 * stile_credentials_verify:
 * @tls: the handshake, in which the peer has shown its certificates
 * @server_name: (nullable): the name that its leaf must hold
 * @alert: (out): on failure, what to tell the peer
 *
 * For StileSession.  %STILE_ERROR_UNTRUSTED with the reason in words.
 */
gboolean
stile_credentials_verify (
    StileCredentials *self, gnutls_session_t tls, const char *server_name, guint8 *alert, GError **error)
{
  switch (self->verification)
    {
    case STILE_VERIFICATION_NONE:
      return TRUE;
    case STILE_VERIFICATION_PROVISIONAL:
      return verify_form (tls, alert, error);
    case STILE_VERIFICATION_PINNED:
      return verify_pin (self, tls, alert, error);
    case STILE_VERIFICATION_ANCHORS:
    case STILE_VERIFICATION_SYSTEM:
    default:
      return verify_chain (self, tls, server_name, alert, error);
    }
}
