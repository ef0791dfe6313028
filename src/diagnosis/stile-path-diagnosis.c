/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-path-diagnosis.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What is known while the path is put together. */
typedef struct
{
  StilePath *path;
  StileSignals *signals;
  StileVerdict *verdict;
  StileObservation *client;  /* or NULL */
  StileObservation *service; /* or NULL */
  GPtrArray *spoken;         /* of char */
} Builder;

static void
say (Builder *self, char *what)
{
  g_ptr_array_add (self->spoken, what);
}

static char *
name_http (StileObservation *seen)
{
  const char *version = seen != NULL ? stile_observation_get_http_version (seen) : NULL;

  return version != NULL ? g_strconcat ("HTTP/", version, NULL) : g_strdup ("HTTP");
}

/* HTTP, TLS and TCP: all end at both hops (the draft, Figure 8). */
static void
add_all_layers (Builder *self, guint leg, StileObservation *seen)
{
  g_autofree char *http = name_http (seen);

  if (seen == NULL)
    {
      stile_path_add_layer (self->path, leg, _ ("not known"));
      return;
    }

  stile_path_add_layer (self->path, leg, http);
  stile_path_add_layer (self->path, leg, stile_observation_get_tls_version (seen));
  stile_path_add_layer (self->path, leg, "TCP");
}

/* To a proxy: only TCP ends there, and the CONNECT that asks for a tunnel; what is inside passes (Figures 10 and 11). */
static void
add_tunnel_layers (Builder *self, guint leg)
{
  stile_path_add_layer (self->path, leg, "CONNECT");
  if (self->signals->proxy != NULL && g_str_has_prefix (self->signals->proxy, "https:"))
    stile_path_add_layer (self->path, leg, "TLS");
  stile_path_add_layer (self->path, leg, "TCP");
}

static StileCertainty
find_certainty (Builder *self)
{
  switch (stile_verdict_get_confidence (self->verdict))
    {
    case STILE_CONFIDENCE_PROVEN:
    case STILE_CONFIDENCE_STRONG:
      return STILE_CERTAINTY_PROVEN;
    case STILE_CONFIDENCE_LIKELY:
    case STILE_CONFIDENCE_OBSERVED:
      return STILE_CERTAINTY_LIKELY;
    case STILE_CONFIDENCE_UNKNOWN:
    default:
      return STILE_CERTAINTY_UNKNOWN;
    }
}

static void
add_computer (Builder *self)
{
  StileHop *hop =
      stile_path_add_hop (self->path, STILE_HOP_COMPUTER, _ ("This computer"), _ ("Where Stile runs"));

  stile_path_add_detail (hop, _ ("Name"), g_get_host_name ());
  say (self, g_strdup (_ ("this computer")));
}

static void
add_proxy (Builder *self)
{
  StileHop *hop =
      stile_path_add_hop (self->path, STILE_HOP_PROXY, _ ("Proxy"), _ ("Passes the connection on"));
  gboolean refuses = stile_verdict_get_path_class (self->verdict) == STILE_PATH_PROXY_REFUSED;

  stile_path_add_detail (hop, _ ("Address"), self->signals->proxy);
  if (refuses)
    stile_path_set_trust (hop, STILE_HOP_BAD, _ ("Refuses"));
  add_tunnel_layers (self, stile_path_get_n_hops (self->path) - 2);
  stile_path_set_certainty (self->path, stile_path_get_n_hops (self->path) - 2, STILE_CERTAINTY_PROVEN);
  say (self, g_strdup (refuses ? _ ("proxy, does not let the connection through")
                               : _ ("proxy, passes the connection on as it is")));
}

static void
add_middlebox_details (Builder *self, StileHop *hop)
{
  StileSighting *sighting = stile_verdict_get_sighting (self->verdict);
  StileCertificate *leaf = sighting != NULL ? stile_sighting_get_leaf (sighting) : NULL;
  StileCertificate *authority = stile_verdict_get_authority (self->verdict);
  const StileVendorGuess *vendor = stile_verdict_get_vendor (self->verdict);

  stile_path_add_detail (hop, _ ("Signs as"), leaf != NULL ? stile_certificate_get_issuer (leaf) : NULL);
  stile_path_add_detail (hop, _ ("SHA-256 of its authority"),
                         authority != NULL ? stile_certificate_get_fingerprint (authority) : NULL);
  stile_path_add_detail (hop, _ ("Perhaps made by"), vendor != NULL ? vendor->name : NULL);
  if (self->client != NULL)
    {
      stile_path_add_detail (hop, _ ("Address"), stile_observation_get_peer (self->client));
      stile_path_add_detail (hop, _ ("Cipher"), stile_observation_get_cipher (self->client));
    }
}

static void
add_middlebox (Builder *self)
{
  const char *name = stile_verdict_get_authority_name (self->verdict);
  const char *issuer = name != NULL ? name : _ ("somebody unknown");
  StileStanding standing = stile_verdict_get_standing (self->verdict);
  gboolean trusted = standing != STILE_STANDING_NOBODY;
  gboolean sure = find_certainty (self) == STILE_CERTAINTY_PROVEN;
  g_autofree char *what = g_strdup_printf (_ ("Signs as “%s”"), issuer);
  StileHop *hop = stile_path_add_hop (self->path, STILE_HOP_MIDDLEBOX,
                                      sure ? _ ("Middlebox") : _ ("Perhaps a middlebox"), what);
  guint leg = stile_path_get_n_hops (self->path) - 2;

  stile_path_set_trust (hop, trusted ? STILE_HOP_GOOD : STILE_HOP_BAD,
                        standing == STILE_STANDING_DOMAIN ? _ ("The domain’s own")
                        : trusted                         ? _ ("Trusted")
                                                          : _ ("Untrusted"));
  hop->certainty = find_certainty (self);
  add_middlebox_details (self, hop);
  add_all_layers (self, leg, self->client);
  stile_path_set_certainty (self->path, leg, STILE_CERTAINTY_PROVEN);
  if (!sure)
    say (self, g_strdup_printf (trusted ? _ ("perhaps a middlebox, trusted, signs as %s")
                                        : _ ("perhaps a middlebox, untrusted, signs as %s"),
                                issuer));
  else
    say (self, g_strdup_printf (trusted ? _ ("middlebox, trusted, signs as %s")
                                        : _ ("middlebox, untrusted, signs as %s"),
                                issuer));
}

static void
add_front (Builder *self)
{
  StileHop *hop = stile_path_add_hop (self->path, STILE_HOP_FRONT, _ ("The service’s front"),
                                      _ ("Ends TLS for the service"));
  guint leg = stile_path_get_n_hops (self->path) - 2;

  stile_path_set_trust (hop, STILE_HOP_GOOD, _ ("The service’s own"));
  add_all_layers (self, leg, self->client);
  stile_path_set_certainty (self->path, leg, STILE_CERTAINTY_PROVEN);
  say (self, g_strdup (_ ("the service’s own front, ends TLS for it")));
}

static void
add_service (Builder *self)
{
  gboolean verified = self->signals->service_chain != NULL;
  StileHop *hop = stile_path_add_hop (self->path, STILE_HOP_SERVICE, self->signals->host, _ ("Service"));
  guint leg = stile_path_get_n_hops (self->path) - 2;
  gboolean behind = stile_path_get_hop (self->path, leg)->kind == STILE_HOP_MIDDLEBOX ||
                    stile_path_get_hop (self->path, leg)->kind == STILE_HOP_FRONT;
  StileObservation *seen = behind ? self->service : self->client;

  stile_path_set_trust (hop, verified ? STILE_HOP_GOOD : STILE_HOP_OPEN,
                        verified ? _ ("Verified") : _ ("Not asked"));
  stile_path_add_detail (hop, _ ("Address"), self->signals->url);
  stile_path_add_detail (hop, _ ("Sees a connection from"),
                         self->service != NULL ? stile_observation_get_peer (self->service) : NULL);
  if (verified)
    stile_path_add_detail (
        hop, _ ("Its certificate"),
        stile_certificate_get_subject (g_ptr_array_index (self->signals->service_chain, 0)));
  add_all_layers (self, leg, seen);
  stile_path_set_certainty (self->path, leg,
                            seen == NULL ? STILE_CERTAINTY_UNKNOWN
                            : behind     ? STILE_CERTAINTY_PROVEN
                                         : find_certainty (self));
  say (self, g_strdup_printf (verified ? _ ("%s, service, verified") : _ ("%s, service, not asked"),
                              self->signals->host));
}

/* The leg before whoever reads, or the first one where nobody is known to. */
static guint
find_near_leg (Builder *self)
{
  for (guint i = 1; i < stile_path_get_n_hops (self->path); i++)
    if (stile_path_get_hop (self->path, i)->kind == STILE_HOP_MIDDLEBOX)
      return i - 1;

  return 0;
}

/* Somebody in between changed it: on the leg behind him requests are what they were not, on the one before him answers. */
static void
add_changes (Builder *self)
{
  GPtrArray *findings = stile_verdict_get_findings (self->verdict);
  guint n_legs = stile_path_get_n_hops (self->path) - 1;

  for (guint i = 0; i < findings->len; i++)
    {
      StileFinding *finding = g_ptr_array_index (findings, i);
      gboolean request = g_strcmp0 (stile_finding_get_direction (finding), "request") == 0;

      if (stile_finding_get_direction (finding) != NULL)
        stile_path_add_change (self->path, request ? n_legs - 1 : find_near_leg (self),
                               stile_finding_get_id (finding));
    }
}

static StilePathSession
name_session (StileSignals *signals)
{
  switch (signals->atls)
    {
    case STILE_ATLS_ESTABLISHED:
      return STILE_PATH_SESSION_ESTABLISHED;
    case STILE_ATLS_FAILED:
    case STILE_ATLS_BROKEN:
    case STILE_ATLS_UNTRUSTED:
      return STILE_PATH_SESSION_FAILED;
    case STILE_ATLS_NOT_TRIED:
    case STILE_ATLS_NOT_SPOKEN:
    default:
      return STILE_PATH_SESSION_NONE;
    }
}

static gboolean
has_middlebox (StileVerdict *verdict)
{
  StilePathKind path = stile_verdict_get_path_class (verdict);

  return stile_verdict_is_intercepted (verdict) || path == STILE_PATH_SELECTIVE_INTERCEPTION ||
         path == STILE_PATH_UNLISTED_PUBLIC;
}

/**
 * stile_path_diagnosis_new:
 *
 * Returns: (transfer full): the path as far as the diagnosis knows it
 */
StilePath *
stile_path_diagnosis_new (StileSignals *signals, StileVerdict *verdict)
{
  StileSighting *sighting = stile_verdict_get_sighting (verdict);
  Builder self = { .path = stile_path_new (),
                   .signals = signals,
                   .verdict = verdict,
                   .client = sighting != NULL ? stile_sighting_get_client (sighting) : NULL,
                   .service = sighting != NULL ? stile_sighting_get_service (sighting) : NULL,
                   .spoken = g_ptr_array_new_with_free_func (g_free) };

  add_computer (&self);
  if (signals->proxy != NULL)
    add_proxy (&self);
  if (has_middlebox (verdict))
    add_middlebox (&self);
  else if (stile_verdict_get_path_class (verdict) == STILE_PATH_SERVICE_TERMINATOR)
    add_front (&self);
  add_service (&self);
  add_changes (&self);
  stile_path_set_session (self.path, name_session (signals));

  g_ptr_array_add (self.spoken, NULL);
  stile_path_speak (self.path, (const char *const *)self.spoken->pdata);
  g_ptr_array_unref (self.spoken);
  return self.path;
}
