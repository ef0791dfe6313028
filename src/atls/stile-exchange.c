/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-exchange.h"

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
  GBytes *peer_der;
  StileCertificate *peer; /* parsed when first asked for */
  StileObservation *observation;
};

G_DEFINE_FINAL_TYPE (StileExchange, stile_exchange, G_TYPE_OBJECT)

static void
stile_exchange_finalize (GObject *object)
{
  StileExchange *self = STILE_EXCHANGE (object);

  g_clear_object (&self->request);
  g_clear_object (&self->peer);
  g_clear_object (&self->observation);
  g_clear_pointer (&self->peer_der, g_bytes_unref);
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
 * @peer_certificate: (nullable): DER of what the client showed and was believed
 * @observation: (nullable): what the service saw of the transport
 */
StileExchange *
stile_exchange_new (StileHttpMessage *request,
                    const char *session,
                    GBytes *peer_certificate,
                    StileObservation *observation)
{
  StileExchange *self = g_object_new (STILE_TYPE_EXCHANGE, NULL);

  self->request = g_object_ref (request);
  self->session = g_strdup (session);
  self->peer_der = peer_certificate != NULL ? g_bytes_ref (peer_certificate) : NULL;
  g_set_object (&self->observation, observation);

  return self;
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
 * stile_exchange_get_peer_certificate:
 *
 * Returns: (transfer none) (nullable): who asks
 */
StileCertificate *
stile_exchange_get_peer_certificate (StileExchange *self)
{
  if (self->peer == NULL && self->peer_der != NULL)
    self->peer = stile_certificate_new_from_der (self->peer_der, NULL);

  return self->peer;
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
