/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-path-walk.h"

#include <glib/gi18n-lib.h>

/* The path of the bootstrap walk: this computer, one in between, the service. */

static StileCertificate *
get_leaf (StileObservation *observation)
{
  GPtrArray *chain = observation != NULL ? stile_observation_get_chain (observation) : NULL;

  return chain != NULL && chain->len > 0 ? g_ptr_array_index (chain, 0) : NULL;
}

/* The layers that the observation knows of; from the inside to the outside. */
static void
add_layers (StilePath *self, guint leg, StileObservation *seen)
{
  const char *version;
  g_autofree char *http = NULL;

  if (seen == NULL)
    {
      stile_path_add_layer (self, leg, _ ("not known"));
      return;
    }

  version = stile_observation_get_http_version (seen);
  http = version != NULL
             ? g_strdup_printf ("HTTP/%s", g_str_has_prefix (version, "HTTP/") ? version + 5 : version)
             : g_strdup ("HTTP");
  stile_path_add_layer (self, leg, http);
  stile_path_add_layer (self, leg, stile_observation_get_tls_version (seen));
  stile_path_add_layer (self, leg, "TCP");
}

static char *
add_computer (StilePath *self)
{
  StileHop *hop = stile_path_add_hop (self, STILE_HOP_COMPUTER, _ ("This computer"), _ ("Where Stile runs"));

  stile_path_add_detail (hop, _ ("Name"), g_get_host_name ());
  return g_strdup (_ ("this computer"));
}

static void
add_middlebox_details (StileHop *hop, StileObservation *seen)
{
  StileCertificate *leaf = get_leaf (seen);
  g_autofree char *errors = stile_observation_describe_errors (seen);

  stile_path_add_detail (hop, _ ("Signs as"), leaf != NULL ? stile_certificate_get_issuer (leaf) : NULL);
  stile_path_add_detail (hop, _ ("Says it is"), leaf != NULL ? stile_certificate_get_subject (leaf) : NULL);
  stile_path_add_detail (hop, _ ("Why its certificate does not hold"), errors);
  stile_path_add_detail (hop, _ ("Proxy"), stile_observation_get_proxy (seen));
  stile_path_add_detail (hop, _ ("Address"), stile_observation_get_peer (seen));
  stile_path_add_detail (hop, _ ("Cipher"), stile_observation_get_cipher (seen));
}

/* Until the service has told which certificate it shows, somebody in between is a guess: dashed, and said so. */
static char *
add_middlebox (StilePath *self, StileObservation *seen, gboolean proven)
{
  StileCertificate *leaf = get_leaf (seen);
  const char *issuer = leaf != NULL ? stile_certificate_get_issuer_name (leaf) : _ ("somebody unknown");
  gboolean trusted = stile_observation_get_errors (seen) == 0;
  g_autofree char *what = g_strdup_printf (_ ("Signs as “%s”"), issuer);
  StileHop *hop = stile_path_add_hop (self, STILE_HOP_MIDDLEBOX,
                                      proven ? _ ("Middlebox") : _ ("Perhaps a middlebox"), what);

  stile_path_set_trust (hop, trusted ? STILE_HOP_GOOD : STILE_HOP_BAD,
                        trusted ? _ ("Trusted") : _ ("Untrusted"));
  add_middlebox_details (hop, seen);
  if (!proven)
    hop->certainty = STILE_CERTAINTY_LIKELY;
  if (!proven)
    return g_strdup_printf (_ ("perhaps a middlebox, untrusted, signs as %s"), issuer);

  return g_strdup_printf (
      trusted ? _ ("middlebox, trusted, signs as %s") : _ ("middlebox, untrusted, signs as %s"), issuer);
}

static char *
add_proxy (StilePath *self, StileObservation *seen)
{
  StileHop *hop = stile_path_add_hop (self, STILE_HOP_PROXY, _ ("Proxy"), _ ("Passes the connection on"));

  stile_path_add_detail (hop, _ ("Proxy"), stile_observation_get_proxy (seen));
  return g_strdup (_ ("proxy, passes the connection on as it is"));
}

static char *
add_service (
    StilePath *self, const char *host, StileObservation *seen, StileObservation *told, gboolean verified)
{
  StileHop *hop = stile_path_add_hop (self, STILE_HOP_SERVICE, host, _ ("Service"));
  StileCertificate *own = get_leaf (told);

  stile_path_set_trust (hop, verified ? STILE_HOP_GOOD : STILE_HOP_OPEN,
                        verified ? _ ("Verified") : _ ("Not verified yet"));
  stile_path_add_detail (hop, _ ("Address"), seen != NULL ? stile_observation_get_url (seen) : NULL);
  stile_path_add_detail (hop, _ ("Sees a connection from"),
                         told != NULL ? stile_observation_get_peer (told) : NULL);
  stile_path_add_detail (hop, _ ("Its own certificate is from"),
                         own != NULL ? stile_certificate_get_issuer_name (own) : NULL);

  return g_strdup_printf (verified ? _ ("%s, service, verified") : _ ("%s, service, not verified yet"), host);
}

/**
 * stile_path_walk_new:
 * @host: the service's name
 * @seen: (nullable): what this computer saw; %NULL while it looks
 * @told: (nullable): what the service saw
 * @intercepted: whether somebody in between speaks in the service's name
 * @session: the session from end to end
 *
 * Returns: (transfer full): the path as the walk knows it
 */
StilePath *
stile_path_walk_new (const char *host,
                     StileObservation *seen,
                     StileObservation *told,
                     gboolean intercepted,
                     StilePathSession session)
{
  StilePath *self = stile_path_new ();
  char *spoken[4] = { NULL };
  gboolean between = seen != NULL && (intercepted || stile_observation_get_proxy (seen) != NULL);
  gboolean vouched = seen != NULL && !intercepted && stile_observation_get_tls_version (seen) != NULL &&
                     stile_observation_get_errors (seen) == 0;

  spoken[0] = add_computer (self);
  if (between)
    spoken[1] = intercepted ? add_middlebox (self, seen, told != NULL) : add_proxy (self, seen);
  spoken[between ? 2 : 1] =
      add_service (self, host, seen, told, session == STILE_PATH_SESSION_ESTABLISHED || vouched);

  add_layers (self, 0, seen);
  stile_path_set_certainty (self, 0, seen != NULL ? STILE_CERTAINTY_PROVEN : STILE_CERTAINTY_UNKNOWN);
  if (between)
    {
      add_layers (self, 1, intercepted ? told : seen);
      stile_path_set_certainty (
          self, 1, intercepted && told == NULL ? STILE_CERTAINTY_UNKNOWN : STILE_CERTAINTY_PROVEN);
    }
  stile_path_set_session (self, session);
  stile_path_speak (self, (const char *const *)spoken);

  for (gsize i = 0; i < G_N_ELEMENTS (spoken); i++)
    g_free (spoken[i]);
  return self;
}
