/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-delivery.h"

/**
 * StileDelivery:
 *
 * One message as a service's transport received it: what it is, for which session, and what was seen of its way.
 */
struct _StileDelivery
{
  StileMessageKind kind;
  GBytes *body;
  char *session;
  StileObservation *observation;
  StileDeliveryObserver observer; /* makes @observation when somebody asks, or NULL */
  gpointer observer_data;
};

/**
 * stile_delivery_new:
 * @session: (nullable): the session's id as the transport tracks it (cookie, path), from anybody
 * @observation: (nullable): what the service saw of the exchange
 */
StileDelivery *
stile_delivery_new (StileMessageKind kind, GBytes *body, const char *session, StileObservation *observation)
{
  StileDelivery *self = g_new0 (StileDelivery, 1);

  self->kind = kind;
  self->body = g_bytes_ref (body);
  self->session = g_strdup (session);
  self->observation = observation != NULL ? g_object_ref (observation) : NULL;

  return self;
}

/**
 * stile_delivery_set_observer:
 * @observer: says what the service saw of the exchange, when somebody asks: flights have nobody who does
 */
void
stile_delivery_set_observer (StileDelivery *self, StileDeliveryObserver observer, gpointer user_data)
{
  self->observer = observer;
  self->observer_data = user_data;
}

/**
 * stile_delivery_free:
 * @self: (transfer full): a delivery
 */
void
stile_delivery_free (StileDelivery *self)
{
  g_bytes_unref (self->body);
  g_free (self->session);
  g_clear_object (&self->observation);
  g_free (self);
}

StileMessageKind
stile_delivery_get_kind (StileDelivery *self)
{
  return self->kind;
}

/**
 * stile_delivery_get_body:
 *
 * Returns: (transfer none): the bytes
 */
GBytes *
stile_delivery_get_body (StileDelivery *self)
{
  return self->body;
}

/**
 * stile_delivery_get_session:
 *
 * Returns: (transfer none) (nullable): the id that came with it
 */
const char *
stile_delivery_get_session (StileDelivery *self)
{
  return self->session;
}

/**
 * stile_delivery_get_observation:
 *
 * Returns: (transfer none) (nullable): what was seen of its way
 */
StileObservation *
stile_delivery_get_observation (StileDelivery *self)
{
  if (self->observation == NULL && self->observer != NULL)
    self->observation = self->observer (self->observer_data);

  return self->observation;
}
