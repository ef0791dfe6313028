/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-verdict-sighting.h"

#include <string.h>

/* One connection, judged by itself (DIAGNOSIS.md, verdicts, 2 and 3).  The reasons that it gives, as they are in a report:
 *
 * exporter_equal     both ends have derived the same secret (RFC 9266; tls-unique in TLS 1.2)
 * exporter_differs   they have not, or the service has no TLS at all on this connection
 * key_equal          the certificate shown here has the key that the service itself shows on this connection
 * key_differs        the service shows another key on it
 * spki_listed        the key shown here is one that the service lists as its front's
 * spki_unlisted      it is not
 * key_of_service     it is the service's own, on a connection that does not end there
 * same_key           another connection showed this key, and the service spoke about that one
 * same_issuer        another connection showed a certificate of this very authority, and the service spoke about that one
 * trust_public       a public authority vouches for what was shown
 * trust_local_only   only an authority that was installed on this computer does
 * trust_not_compared this computer's store vouches for it, and there was no public store to compare with
 * trust_none         nobody does
 * trust_unknown      no store could be asked
 * minted_name        somebody certified a name that cannot exist, when asked for it
 * own_key            the certificate is signed with its own key although it names an issuer
 * service_silent     nothing that can be believed came from the service about this connection
 * service_vague      it said something, and nothing by which the two ends of this connection can be compared
 * service_untrusted  somebody answered as the service for whom the anchors do not vouch
 * leaf_out_of_date   the certificate's dates do not hold now
 * chain_absurd       the certificates shown are such as no honest server has
 * no_tls_outside     there is no TLS on this connection
 * no_certificate     nobody has shown one */

static void
give (GPtrArray *why, const char *code)
{
  if (!g_ptr_array_find_with_equal_func (why, code, g_str_equal, NULL))
    g_ptr_array_add (why, g_strdup (code));
}

/**
 * stile_verdict_sighting_classify_trust:
 *
 * Returns: who vouches for the certificate of this connection
 */
StileTrustClass
stile_verdict_sighting_classify_trust (StileSighting *sighting)
{
  StileYesNo system = stile_sighting_get_system_trust (sighting);
  StileYesNo open = stile_sighting_get_public_trust (sighting);

  if (open == STILE_YES)
    return STILE_TRUST_PUBLIC;
  if (system == STILE_YES)
    return open == STILE_NO ? STILE_TRUST_LOCAL : STILE_TRUST_MAYBE_LOCAL;

  return system == STILE_NO ? STILE_TRUST_NONE : STILE_TRUST_UNKNOWN;
}

static StileTrustClass
give_trust (StileSighting *sighting, GPtrArray *why)
{
  static const char *const codes[] = {
    [STILE_TRUST_UNKNOWN] = "trust_unknown",  [STILE_TRUST_PUBLIC] = "trust_public",
    [STILE_TRUST_LOCAL] = "trust_local_only", [STILE_TRUST_MAYBE_LOCAL] = "trust_not_compared",
    [STILE_TRUST_NONE] = "trust_none",
  };
  StileTrustClass trust = stile_verdict_sighting_classify_trust (sighting);

  give (why, codes[trust]);
  return trust;
}

static void
give_minting (StileSignals *signals, StileSighting *sighting, GPtrArray *why)
{
  if (signals->canary == STILE_YES)
    give (why, "minted_name");
  if (stile_sighting_get_own_key (sighting) == STILE_YES)
    give (why, "own_key");
}

/* --- the service has spoken about it --- */

static gboolean
is_told (StileSighting *sighting)
{
  return stile_sighting_get_service (sighting) != NULL &&
         stile_sighting_get_authentication (sighting) != STILE_AUTHENTICATED_NOT;
}

static StilePathKind
name_unread (StileSignals *signals, StileSighting *sighting)
{
  return signals->proxy != NULL || stile_observation_get_proxy (stile_sighting_get_client (sighting)) != NULL
             ? STILE_PATH_CONNECT_ONLY
             : STILE_PATH_DIRECT;
}

/* Whether the service itself shows this key on this connection. */
static StileYesNo
compare_key (StileSighting *sighting, const char *key)
{
  GPtrArray *chain = stile_observation_get_chain (stile_sighting_get_service (sighting));
  g_autofree char *shown = NULL;

  if (chain == NULL)
    return STILE_NOT_KNOWN;

  shown = stile_front_digest_key (g_ptr_array_index (chain, 0));
  return strcmp (shown, key) == 0 ? STILE_YES : STILE_NO;
}

static gboolean
is_listed (StileSighting *sighting, const char *key)
{
  StileFront *front = stile_observation_get_front (stile_sighting_get_service (sighting));

  return front != NULL && stile_front_has_key (front, key);
}

static StilePathKind
judge_contradiction (StileSighting *sighting, StileConfidence *confidence, GPtrArray *why)
{
  StileTrustClass trust = give_trust (sighting, why);

  *confidence = trust == STILE_TRUST_MAYBE_LOCAL || trust == STILE_TRUST_UNKNOWN ? STILE_CONFIDENCE_LIKELY
                                                                                 : STILE_CONFIDENCE_STRONG;
  if (trust == STILE_TRUST_PUBLIC)
    return STILE_PATH_UNLISTED_PUBLIC;

  return trust == STILE_TRUST_LOCAL || trust == STILE_TRUST_MAYBE_LOCAL ? STILE_PATH_INTERCEPTED_TRUSTED
                                                                        : STILE_PATH_INTERCEPTED_UNTRUSTED;
}

/* Somebody who holds the service's own key is hardly a stranger, and yet the service does not know of him: no accusation. */
static StilePathKind
judge_shared_key (StileSighting *sighting, StileConfidence *confidence, GPtrArray *why)
{
  give (why, "key_of_service");
  if (give_trust (sighting, why) == STILE_TRUST_PUBLIC)
    {
      *confidence = STILE_CONFIDENCE_STRONG;
      return STILE_PATH_UNLISTED_PUBLIC;
    }

  *confidence = STILE_CONFIDENCE_UNKNOWN;
  return STILE_PATH_UNDETERMINED;
}

/* By keys only.  %STILE_PATH_UNDETERMINED with %STILE_CONFIDENCE_UNKNOWN where what the service said does not decide it. */
static StilePathKind
judge_keys (StileSignals *signals, StileSighting *sighting, StileConfidence *confidence, GPtrArray *why)
{
  StileYesNo equal = stile_sighting_compare_bindings (sighting);
  const char *key = stile_sighting_get_key (sighting);
  StileYesNo own = key != NULL ? compare_key (sighting, key) : STILE_NOT_KNOWN;

  *confidence = STILE_CONFIDENCE_PROVEN;
  if (equal != STILE_NOT_KNOWN)
    give (why, equal == STILE_YES ? "exporter_equal" : "exporter_differs");
  if (equal == STILE_YES)
    return name_unread (signals, sighting);
  if (equal == STILE_NOT_KNOWN && own == STILE_YES &&
      stile_observation_get_tls_version (stile_sighting_get_service (sighting)) != NULL)
    {
      give (why, "key_equal");
      return name_unread (signals, sighting);
    }
  if (key != NULL && is_listed (sighting, key))
    {
      give (why, "spki_listed");
      return STILE_PATH_SERVICE_TERMINATOR;
    }

  *confidence = STILE_CONFIDENCE_UNKNOWN;
  if (key == NULL || (equal == STILE_NOT_KNOWN && own != STILE_NO))
    return STILE_PATH_UNDETERMINED;
  if (own == STILE_NO)
    give (why, "key_differs");
  give (why, "spki_unlisted");

  return own == STILE_YES ? judge_shared_key (sighting, confidence, why)
                          : judge_contradiction (sighting, confidence, why);
}

/* --- the service was silent about it, and spoke about another one --- */

static gboolean
is_issued_alike (StileSighting *sighting, StileSighting *other)
{
  StileCertificate *leaf = stile_sighting_get_leaf (sighting);
  GPtrArray *chain = stile_observation_get_chain (stile_sighting_get_client (other));
  StileCertificate *anchor = stile_sighting_get_anchor (other);

  for (guint i = 1; i < chain->len && i < STILE_OBSERVATION_MAX_CHAIN; i++)
    if (stile_certificate_is_issued_by (g_ptr_array_index (chain, 0), g_ptr_array_index (chain, i)) &&
        stile_certificate_is_issued_by (leaf, g_ptr_array_index (chain, i)))
      return TRUE;

  return anchor != NULL && stile_certificate_is_issued_by (g_ptr_array_index (chain, 0), anchor) &&
         stile_certificate_is_issued_by (leaf, anchor);
}

typedef gboolean (*Likeness) (StileSighting *sighting, StileSighting *other);

static gboolean
has_same_key (StileSighting *sighting, StileSighting *other)
{
  return strcmp (stile_sighting_get_key (sighting), stile_sighting_get_key (other)) == 0;
}

/* Who holds the same key is the same; whom the same authority certified for this name, likely so. */
static StilePathKind
judge_by_kin (StileSignals *signals,
              StileSighting *sighting,
              Likeness is_alike,
              StileConfidence *confidence,
              GPtrArray *why)
{
  for (guint i = 0; i < signals->sightings->len; i++)
    {
      StileSighting *other = g_ptr_array_index (signals->sightings, i);
      g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func (g_free);
      StilePathKind kind = STILE_PATH_UNDETERMINED;

      if (is_told (other) && stile_sighting_get_leaf (other) != NULL && is_alike (sighting, other))
        kind = judge_keys (signals, other, confidence, reasons);
      if (kind == STILE_PATH_UNDETERMINED)
        continue;

      for (guint j = 0; j < reasons->len; j++)
        give (why, g_ptr_array_index (reasons, j));
      return kind;
    }

  *confidence = STILE_CONFIDENCE_UNKNOWN;
  return STILE_PATH_UNDETERMINED;
}

static StilePathKind
judge_kin (StileSignals *signals, StileSighting *sighting, StileConfidence *confidence, GPtrArray *why)
{
  StilePathKind kind = judge_by_kin (signals, sighting, has_same_key, confidence, why);

  if (kind != STILE_PATH_UNDETERMINED)
    {
      give (why, "same_key");
      return kind;
    }

  kind = judge_by_kin (signals, sighting, is_issued_alike, confidence, why);
  if (kind != STILE_PATH_UNDETERMINED)
    {
      give (why, "same_issuer");
      *confidence = MIN (*confidence, STILE_CONFIDENCE_LIKELY);
    }
  return kind;
}

/* --- nobody has spoken --- */

static gboolean
is_out_of_date (StileCertificate *leaf)
{
  return !stile_certificate_is_valid_at (leaf, g_get_real_time () / G_USEC_PER_SEC);
}

/* A leaf signed with its own key shows it for this connection; a canary, only for the way: a box may pass some names. */
static gboolean
judge_minting (StileSignals *signals,
               StileSighting *sighting,
               StileTrustClass trust,
               StilePathKind *kind,
               StileConfidence *confidence)
{
  gboolean own_key = stile_sighting_get_own_key (sighting) == STILE_YES;

  if (!own_key && (signals->canary != STILE_YES || trust == STILE_TRUST_PUBLIC))
    return FALSE;

  *kind = trust == STILE_TRUST_NONE || trust == STILE_TRUST_UNKNOWN ? STILE_PATH_INTERCEPTED_UNTRUSTED
                                                                    : STILE_PATH_INTERCEPTED_TRUSTED;
  *confidence = trust == STILE_TRUST_UNKNOWN || (trust == STILE_TRUST_MAYBE_LOCAL && !own_key)
                    ? STILE_CONFIDENCE_LIKELY
                    : STILE_CONFIDENCE_STRONG;
  return TRUE;
}

static StilePathKind
judge_trust (StileSighting *sighting, StileTrustClass trust, StileConfidence *confidence, GPtrArray *why)
{
  *confidence = STILE_CONFIDENCE_LIKELY;
  if (trust == STILE_TRUST_LOCAL || trust == STILE_TRUST_MAYBE_LOCAL)
    return STILE_PATH_INTERCEPTED_TRUSTED;
  if (trust == STILE_TRUST_NONE && !is_out_of_date (stile_sighting_get_leaf (sighting)))
    return STILE_PATH_INTERCEPTED_UNTRUSTED;

  /* Nobody vouches for what has run out: forgotten far more often than forged. */
  if (trust == STILE_TRUST_NONE)
    give (why, "leaf_out_of_date");
  *confidence = STILE_CONFIDENCE_UNKNOWN;
  return STILE_PATH_UNDETERMINED;
}

static const char *
name_silence (StileSignals *signals, StileSighting *sighting)
{
  if (is_told (sighting))
    return "service_vague";

  return signals->atls == STILE_ATLS_UNTRUSTED ? "service_untrusted" : "service_silent";
}

static StilePathKind
judge_silence (StileSignals *signals, StileSighting *sighting, StileConfidence *confidence, GPtrArray *why)
{
  StileTrustClass trust;
  StilePathKind kind = STILE_PATH_UNDETERMINED;

  give (why, name_silence (signals, sighting));
  *confidence = STILE_CONFIDENCE_UNKNOWN;
  if (stile_sighting_get_leaf (sighting) == NULL)
    {
      give (why, stile_observation_get_tls_version (stile_sighting_get_client (sighting)) == NULL
                     ? "no_tls_outside"
                     : "no_certificate");
      return kind;
    }

  if (signals->oddity != NULL)
    give (why, "chain_absurd");
  trust = give_trust (sighting, why);
  if (judge_minting (signals, sighting, trust, &kind, confidence))
    return kind;

  return judge_trust (sighting, trust, confidence, why);
}

static StilePathKind
judge (StileSignals *signals, StileSighting *sighting, StileConfidence *confidence, GPtrArray *why)
{
  StilePathKind kind = STILE_PATH_UNDETERMINED;

  if (is_told (sighting))
    kind = judge_keys (signals, sighting, confidence, why);
  if (kind != STILE_PATH_UNDETERMINED ||
      g_ptr_array_find_with_equal_func (why, "key_of_service", g_str_equal, NULL))
    return kind;
  if (stile_sighting_get_leaf (sighting) != NULL)
    kind = judge_kin (signals, sighting, confidence, why);

  return kind != STILE_PATH_UNDETERMINED ? kind : judge_silence (signals, sighting, confidence, why);
}

/**
 * stile_verdict_sighting_judge:
 * @confidence: (out): how sure it is
 * @why: (nullable) (element-type utf8): the reasons are added to it
 *
 * Judges one connection by itself.  Where the service was silent about it but has spoken about another one that showed the
 * same key, that is what this one is, too.
 *
 * Returns: what lies between on this connection
 */
StilePathKind
stile_verdict_sighting_judge (StileSignals *signals,
                              StileSighting *sighting,
                              StileConfidence *confidence,
                              GPtrArray *why)
{
  g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func (g_free);
  StilePathKind kind = judge (signals, sighting, confidence, reasons);

  give_minting (signals, sighting, reasons);
  for (guint i = 0; why != NULL && i < reasons->len; i++)
    give (why, g_ptr_array_index (reasons, i));

  return kind;
}
