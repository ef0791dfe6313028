/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-verdict-authority.h"

/* Who signs what this computer is shown, when it is not the service's: which certificate that is, by what it is remembered,
 * and who vouches for it.
 *
 * An authority is remembered by the SHA-256 of its certificate.  Where that never came (mitmproxy sends its leaf alone) but
 * the leaf is signed with its own key, the leaf's key is the authority's, and whoever shook hands with it holds it: then by
 * the SHA-256 of that key.  A name and a key identifier are not enough: anybody can copy these, and would be taken for known. */

/* Up the chain as long as somebody in it has signed; bounded by the chain's own length, for those that sign each other. */
static StileCertificate *
climb (GPtrArray *chain)
{
  StileCertificate *top = g_ptr_array_index (chain, 0);
  StileCertificate *found = NULL;
  guint length = MIN (chain->len, STILE_OBSERVATION_MAX_CHAIN);

  for (guint i = 1; i < length; i++)
    {
      StileCertificate *next = g_ptr_array_index (chain, i);

      if (!stile_certificate_is_authority (next) || !stile_certificate_is_issued_by (top, next))
        break;
      top = found = next;
    }

  return found;
}

/**
 * stile_verdict_authority_find:
 *
 * Returns: (transfer none) (nullable): the authority that this computer's store ended at, else the highest that came and has
 *   really signed; %NULL when only its name came
 */
StileCertificate *
stile_verdict_authority_find (StileSighting *sighting)
{
  GPtrArray *chain = stile_observation_get_chain (stile_sighting_get_client (sighting));

  if (stile_sighting_get_anchor (sighting) != NULL)
    return stile_sighting_get_anchor (sighting);

  return chain != NULL ? climb (chain) : NULL;
}

/**
 * stile_verdict_authority_name:
 * @authority: (nullable): what stile_verdict_authority_find() found
 *
 * Returns: (transfer none) (nullable): what people call it
 */
const char *
stile_verdict_authority_name (StileSighting *sighting, StileCertificate *authority)
{
  StileCertificate *leaf = stile_sighting_get_leaf (sighting);

  if (authority != NULL)
    return stile_certificate_get_name (authority);

  return leaf != NULL ? stile_certificate_get_issuer_name (leaf) : NULL;
}

/* Returns: (transfer full) (nullable): SHA-256 of the authority's key, in hex. */
static char *
digest_key (StileSighting *sighting, StileCertificate *authority)
{
  if (authority != NULL)
    return stile_front_digest_key (authority);
  if (stile_sighting_get_own_key (sighting) == STILE_YES)
    return g_strdup (stile_sighting_get_key (sighting));

  return NULL;
}

/**
 * stile_verdict_authority_identify:
 *
 * Returns: (transfer full) (nullable): by what to remember it, 64 hexadecimal digits; %NULL when nothing came that nobody else
 *   could show
 */
char *
stile_verdict_authority_identify (StileSighting *sighting, StileCertificate *authority)
{
  if (authority != NULL)
    return g_strdup (stile_certificate_get_fingerprint (authority));

  return digest_key (sighting, NULL);
}

/**
 * stile_verdict_authority_is_known:
 * @known: (nullable): what somebody has said is intended
 *
 * Returns: whether this authority is among them, by its certificate or by its key
 */
gboolean
stile_verdict_authority_is_known (StileSighting *sighting,
                                  StileCertificate *authority,
                                  StileKnownAuthorities *known)
{
  g_autofree char *key = known != NULL ? digest_key (sighting, authority) : NULL;

  if (key == NULL)
    return FALSE;

  return stile_known_authorities_has (known, key) ||
         (authority != NULL &&
          stile_known_authorities_has (known, stile_certificate_get_fingerprint (authority)));
}

/* The service answers about the chain that this computer has reported; another connection may have brought that. */
static gboolean
is_of_domain (StileSignals *signals, StileSighting *sighting)
{
  StileCertificate *authority = stile_verdict_authority_find (sighting);
  const char *name = stile_verdict_authority_name (sighting, authority);

  for (guint i = 0; i < signals->sightings->len; i++)
    {
      StileSighting *other = g_ptr_array_index (signals->sightings, i);
      StileObservation *service = stile_sighting_get_service (other);
      StileCertificate *same;

      if (service == NULL || stile_sighting_get_authentication (other) == STILE_AUTHENTICATED_NOT ||
          !stile_observation_get_authority_known (service))
        continue;
      if (other == sighting)
        return TRUE;
      same = stile_verdict_authority_find (other);
      if (authority != NULL && same != NULL
              ? stile_certificate_equal (authority, same)
              : g_strcmp0 (name, stile_verdict_authority_name (other, same)) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * stile_verdict_authority_find_standing:
 *
 * Returns: who vouches for the authority of an intercepted connection
 */
StileStanding
stile_verdict_authority_find_standing (StileSignals *signals, StileSighting *sighting)
{
  if (is_of_domain (signals, sighting))
    return STILE_STANDING_DOMAIN;

  return stile_sighting_get_system_trust (sighting) == STILE_YES ? STILE_STANDING_SYSTEM
                                                                 : STILE_STANDING_NOBODY;
}
