/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-exchange.h"

#include "codec/stile-certificate-bundle.h"

/**
 * StileExchange:
 *
 * A request that came out of a session, with who sent it and how it came: what a handler needs to answer.
 */
struct _StileExchange
{
  GObject parent_instance;

  StileHttpMessage *request;
  char *session;
  GBytes *peer_ders;     /* the chain's, one behind the other; NULL when there is none */
  GPtrArray *peer_chain; /* of StileCertificate; parsed when first asked for */
  gboolean provisional;
  StileCertificate *own;
  char *binding;
  StileObservation *observation;
};

G_DEFINE_FINAL_TYPE (StileExchange, stile_exchange, G_TYPE_OBJECT)

static void
stile_exchange_finalize (GObject *object)
{
  StileExchange *self = STILE_EXCHANGE (object);

  g_clear_object (&self->request);
  g_clear_object (&self->own);
  g_clear_object (&self->observation);
  g_clear_pointer (&self->peer_ders, g_bytes_unref);
  g_clear_pointer (&self->peer_chain, g_ptr_array_unref);
  g_free (self->binding);
  g_free (self->session);

  G_OBJECT_CLASS (stile_exchange_parent_class)->finalize (object);
}

static void
stile_exchange_class_init (StileExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_exchange_finalize;
}

static void
stile_exchange_init (StileExchange *self)
{
}

/**
 * stile_exchange_new:
 * @session: (nullable): the id of the session it came out of; %NULL when it came without ATLS
 * @peer_chain: (nullable): DER of all certificates that the client showed, leaf first, one behind the other
 * @observation: (nullable): what the service saw of the transport
 */
StileExchange *
stile_exchange_new (StileHttpMessage *request,
                    const char *session,
                    GBytes *peer_chain,
                    StileObservation *observation)
{
  StileExchange *self = g_object_new (STILE_TYPE_EXCHANGE, NULL);

  self->request = g_object_ref (request);
  self->session = g_strdup (session);
  self->peer_ders = peer_chain != NULL ? g_bytes_ref (peer_chain) : NULL;
  g_set_object (&self->observation, observation);

  return self;
}

/**
 * stile_exchange_set_provisional:
 * @provisional: whether nobody has judged the client's chain
 */
void
stile_exchange_set_provisional (StileExchange *self, gboolean provisional)
{
  self->provisional = provisional;
}

/**
 * stile_exchange_set_own_certificate:
 * @certificate: (nullable): the leaf that the service showed in the TLS that the request came in: the inner one with
 *   ATLS, else the outer one
 */
void
stile_exchange_set_own_certificate (StileExchange *self, StileCertificate *certificate)
{
  g_set_object (&self->own, certificate);
}

/**
 * stile_exchange_set_binding:
 * @binding: (nullable): base64 of tls-unique of the TLS that the request came in (RFC 5929 section 3.1)
 */
void
stile_exchange_set_binding (StileExchange *self, const char *binding)
{
  g_free (self->binding);
  self->binding = g_strdup (binding);
}

/**
 * stile_exchange_get_request:
 *
 * Returns: (transfer none): what was asked
 */
StileHttpMessage *
stile_exchange_get_request (StileExchange *self)
{
  return self->request;
}

/**
 * stile_exchange_get_session:
 *
 * Returns: (transfer none) (nullable): the session's id; %NULL when the request came without ATLS
 */
const char *
stile_exchange_get_session (StileExchange *self)
{
  return self->session;
}

/**
 * stile_exchange_get_peer_chain:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): what the client showed, leaf first, at least one;
 *   %NULL when it showed nothing that can be read
 */
GPtrArray *
stile_exchange_get_peer_chain (StileExchange *self)
{
  if (self->peer_chain == NULL && self->peer_ders != NULL)
    self->peer_chain = stile_certificate_bundle_parse_der (self->peer_ders, NULL);

  return self->peer_chain;
}

/**
 * stile_exchange_get_peer_certificate:
 *
 * Returns: (transfer none) (nullable): who asks, or says so: the leaf of the client's chain
 */
StileCertificate *
stile_exchange_get_peer_certificate (StileExchange *self)
{
  GPtrArray *chain = stile_exchange_get_peer_chain (self);

  return chain != NULL ? g_ptr_array_index (chain, 0) : NULL;
}

/**
 * stile_exchange_is_provisional:
 *
 * Returns: whether nobody has judged the client's chain: then all that is known is that it holds the leaf's key, and the
 *   names in it are what it likes to be called (RFC 8995 section 5.1)
 */
gboolean
stile_exchange_is_provisional (StileExchange *self)
{
  return self->provisional;
}

/**
 * stile_exchange_get_own_certificate:
 *
 * Returns: (transfer none) (nullable): what the client must have seen of us, to compare with what it says that it saw
 *   (RFC 8995 section 5.5, R4); %NULL where there was no TLS
 */
StileCertificate *
stile_exchange_get_own_certificate (StileExchange *self)
{
  return self->own;
}

/**
 * stile_exchange_get_binding:
 *
 * Returns: (transfer none) (nullable): what a proof of possession may be linked with (RFC 7030 section 3.5); %NULL in
 *   TLS 1.3, which has no such thing
 */
const char *
stile_exchange_get_binding (StileExchange *self)
{
  return self->binding;
}

/**
 * stile_exchange_get_observation:
 *
 * Returns: (transfer none) (nullable): what the service saw of the transport
 */
StileObservation *
stile_exchange_get_observation (StileExchange *self)
{
  return self->observation;
}
