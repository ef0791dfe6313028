/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-rules.h"

#include "diagnosis/stile-finding-answers.h"
#include "diagnosis/stile-finding-bodies.h"
#include "diagnosis/stile-finding-connections.h"
#include "diagnosis/stile-finding-cookies.h"
#include "diagnosis/stile-finding-headers.h"
#include "diagnosis/stile-finding-sizes.h"
#include "diagnosis/stile-finding-timing.h"
#include "diagnosis/stile-finding-types.h"

/* A rule looks for one thing, or for a few that belong together, and adds nothing when there is nothing.  They are here in the
 * order in which findings are told; those that explain others come first: what is read off a session that broke
 * (bodies) goes last, when nothing else explains it. */
static void (*const rules[]) (StileFindingCase *self) = {
  stile_finding_connections_look_for_portal,
  stile_finding_connections_look_for_minting,
  stile_finding_answers_look_for_gateways,
  stile_finding_answers_look_for_types,
  stile_finding_answers_look_for_methods,
  stile_finding_types_look,
  stile_finding_bodies_look_at_requests,
  stile_finding_bodies_look_at_responses,
  stile_finding_sizes_look_at_requests,
  stile_finding_sizes_look_at_responses,
  stile_finding_cookies_look,
  stile_finding_timing_look_for_repeats,
  stile_finding_headers_look_at_agent,
  stile_finding_headers_look_at_requests,
  stile_finding_headers_look_at_responses,
  stile_finding_connections_look_at_tls,
  stile_finding_connections_look_at_http,
  stile_finding_timing_look_for_hanging_up,
  stile_finding_timing_look_for_delay,
  stile_finding_bodies_look_at_session,
};

/* The service may tell of its front on some connections only: brief receipts leave it out. */
static StileFront *
find_front (StileSignals *signals)
{
  for (guint i = 0; i < signals->sightings->len; i++)
    {
      StileSighting *sighting = g_ptr_array_index (signals->sightings, i);
      StileObservation *service = stile_sighting_get_service (sighting);

      if (service != NULL && stile_observation_get_front (service) != NULL)
        return stile_observation_get_front (service);
    }

  return NULL;
}

/**
 * stile_finding_rules_apply:
 * @path: the path class: what is the service's own front's doing is no finding
 *
 * Returns: (transfer full) (element-type StileFinding): what the way does to what is sent over it
 */
GPtrArray *
stile_finding_rules_apply (StileSignals *signals, StilePathKind path)
{
  StileFindingCase self = { signals, path, find_front (signals),
                            g_ptr_array_new_with_free_func (g_object_unref) };

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    rules[i](&self);

  return self.findings;
}
