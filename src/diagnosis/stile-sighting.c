/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-sighting.h"

/**
 * StileSighting:
 *
 * One connection of a diagnosis as its two ends saw it.  Each is judged by itself: a middlebox may read one connection and
 * pass the next.
 */
struct _StileSighting
{
  GObject parent_instance;

  StileObservation *client;
  StileObservation *service; /* NULL: it did not say */
  StileAuthentication authentication;
  StileYesNo system_trust;
  StileYesNo public_trust;
  StileCertificate *anchor; /* where the system's store ended, or NULL */
  StileYesNo own_key;       /* the leaf is signed with its own key although it names an issuer */
  char *asked_by;           /* the probe's id */
  guint64 connection;
  StileCertificate *keyed; /* the leaf that @key is of, or NULL */
  char *key;               /* SHA-256 of its SubjectPublicKeyInfo, in hex */
};

G_DEFINE_FINAL_TYPE (StileSighting, stile_sighting, G_TYPE_OBJECT)

static void
stile_sighting_finalize (GObject *object)
{
  StileSighting *self = STILE_SIGHTING (object);

  g_clear_object (&self->client);
  g_clear_object (&self->service);
  g_clear_object (&self->anchor);
  g_free (self->asked_by);
  g_clear_object (&self->keyed);
  g_free (self->key);

  G_OBJECT_CLASS (stile_sighting_parent_class)->finalize (object);
}

static void
stile_sighting_class_init (StileSightingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_sighting_finalize;
}

static void
stile_sighting_init (StileSighting *self)
{
}

/**
 * stile_sighting_new:
 * @client: what this computer saw
 */
StileSighting *
stile_sighting_new (StileObservation *client)
{
  StileSighting *self = g_object_new (STILE_TYPE_SIGHTING, NULL);

  self->client = g_object_ref (client);

  return self;
}

/**
 * stile_sighting_get_client:
 *
 * Returns: (transfer none): what this computer saw
 */
StileObservation *
stile_sighting_get_client (StileSighting *self)
{
  return self->client;
}

/**
 * stile_sighting_set_service:
 * @service: what the service saw of this very connection
 * @by: why it can be believed
 */
void
stile_sighting_set_service (StileSighting *self, StileObservation *service, StileAuthentication by)
{
  g_set_object (&self->service, service);
  self->authentication = by;
}

/**
 * stile_sighting_get_service:
 *
 * Returns: (transfer none) (nullable): what the service saw of it
 */
StileObservation *
stile_sighting_get_service (StileSighting *self)
{
  return self->service;
}

StileAuthentication
stile_sighting_get_authentication (StileSighting *self)
{
  return self->authentication;
}

/**
 * stile_sighting_set_trust:
 * @system: whether the system's store vouches for the chain
 * @open: whether the public authorities do
 * @anchor: (nullable): the authority of the system's store that it led to
 */
void
stile_sighting_set_trust (StileSighting *self, StileYesNo system, StileYesNo open, StileCertificate *anchor)
{
  self->system_trust = system;
  self->public_trust = open;
  g_set_object (&self->anchor, anchor);
}

StileYesNo
stile_sighting_get_system_trust (StileSighting *self)
{
  return self->system_trust;
}

StileYesNo
stile_sighting_get_public_trust (StileSighting *self)
{
  return self->public_trust;
}

/**
 * stile_sighting_get_anchor:
 *
 * Returns: (transfer none) (nullable): the authority of the system's store that the chain led to
 */
StileCertificate *
stile_sighting_get_anchor (StileSighting *self)
{
  return self->anchor;
}

/**
 * stile_sighting_set_own_key:
 * @own_key: whether the leaf's signature holds under the leaf's own key although it names another issuer, as only those do
 *   who make certificates on the spot (DIAGNOSIS signal 8b)
 */
void
stile_sighting_set_own_key (StileSighting *self, StileYesNo own_key)
{
  self->own_key = own_key;
}

StileYesNo
stile_sighting_get_own_key (StileSighting *self)
{
  return self->own_key;
}

/**
 * stile_sighting_set_connection:
 * @asked_by: the id of the probe that made it
 * @id: the same for all that came over one connection
 */
void
stile_sighting_set_connection (StileSighting *self, const char *asked_by, guint64 id)
{
  g_free (self->asked_by);
  self->asked_by = g_strdup (asked_by);
  self->connection = id;
}

const char *
stile_sighting_get_asked_by (StileSighting *self)
{
  return self->asked_by;
}

guint64
stile_sighting_get_connection (StileSighting *self)
{
  return self->connection;
}

/**
 * stile_sighting_get_leaf:
 *
 * Returns: (transfer none) (nullable): the certificate that this computer was shown
 */
StileCertificate *
stile_sighting_get_leaf (StileSighting *self)
{
  GPtrArray *chain = stile_observation_get_chain (self->client);

  return chain != NULL && chain->len > 0 ? g_ptr_array_index (chain, 0) : NULL;
}

/**
 * stile_sighting_get_key:
 *
 * Returns: (transfer none) (nullable): SHA-256 of the public key that this computer was shown, in hex
 */
const char *
stile_sighting_get_key (StileSighting *self)
{
  StileCertificate *leaf = stile_sighting_get_leaf (self);

  if (leaf == NULL)
    return NULL;
  if (g_set_object (&self->keyed, leaf))
    {
      g_free (self->key);
      self->key = stile_front_digest_key (leaf);
    }

  return self->key;
}

/**
 * stile_sighting_compare_bindings:
 *
 * Returns: whether both ends have derived the same from this connection (RFC 9266); %STILE_NO too when the service has no
 *   TLS at all on it; %STILE_NOT_KNOWN where one of them cannot tell
 */
StileYesNo
stile_sighting_compare_bindings (StileSighting *self)
{
  const char *type, *other_type;
  const char *ours = stile_observation_get_binding (self->client, &type);
  const char *theirs =
      self->service != NULL ? stile_observation_get_binding (self->service, &other_type) : NULL;

  if (self->service == NULL || self->authentication == STILE_AUTHENTICATED_NOT)
    return STILE_NOT_KNOWN;
  if (ours != NULL && theirs != NULL)
    return g_strcmp0 (type, other_type) == 0 && g_strcmp0 (ours, theirs) == 0 ? STILE_YES : STILE_NO;
  if (stile_observation_get_tls_version (self->client) != NULL &&
      stile_observation_get_tls_version (self->service) == NULL)
    return STILE_NO;

  return STILE_NOT_KNOWN;
}
