/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-connections.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-verdict-words.h"

/* What shows on connections: a portal, certificates made on the spot, and versions that differ between the two legs. */

/**
 * stile_finding_connections_look_for_portal:
 *
 * DIAGNOSIS signal 26.
 */
void
stile_finding_connections_look_for_portal (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  StileSignals *signals = self->signals;
  g_autofree char *url =
      signals->portal_url != NULL ? stile_verdict_words_shorten (signals->portal_url) : NULL;
  StileFinding *finding;

  if (signals->portal != STILE_YES)
    return;

  if (signals->portal_url != NULL)
    g_variant_builder_add (&evidence, "{sv}", "url", g_variant_new_string (signals->portal_url));
  if (signals->portal_source != NULL)
    g_variant_builder_add (&evidence, "{sv}", "source", g_variant_new_string (signals->portal_source));
  finding = stile_finding_case_add (
      self, "captive-portal", "captive-portal", "response", STILE_CONFIDENCE_LIKELY, 1,
      url != NULL ? g_strdup_printf (_ ("A captive portal answers here until somebody signs in, at %s."), url)
                  : g_strdup (_ ("A captive portal answers here until somebody signs in.")),
      g_variant_builder_end (&evidence));
  stile_finding_set_leg (finding, "client-box");
}

/**
 * stile_finding_connections_look_for_minting:
 *
 * DIAGNOSIS signals 8a and 8b.
 */
void
stile_finding_connections_look_for_minting (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gboolean minted = self->signals->canary == STILE_YES;
  StileFinding *finding;
  guint own_keys = 0;

  for (guint i = 0; i < self->signals->sightings->len; i++)
    if (stile_sighting_get_own_key (g_ptr_array_index (self->signals->sightings, i)) == STILE_YES)
      own_keys++;
  if (!minted && own_keys == 0)
    return;

  if (minted && self->signals->canary_name != NULL)
    g_variant_builder_add (&evidence, "{sv}", "name", g_variant_new_string (self->signals->canary_name));
  g_variant_builder_add (&evidence, "{sv}", "own_keys", g_variant_new_uint32 (own_keys));
  finding = stile_finding_case_add (
      self, "minted-on-demand", "minting", "response", STILE_CONFIDENCE_STRONG, own_keys + (minted ? 1 : 0),
      g_strdup (
          minted ? _ ("Certificates are made on the spot: a name that cannot exist was certified when asked "
                      "for.")
                 : _ ("Certificates are made on the spot: this one is signed with its own key although it "
                      "names another issuer.")),
      g_variant_builder_end (&evidence));
  stile_finding_set_leg (finding, "client-box");
}

/* --- versions on both legs --- */

/* "TLS 1.3" is 13, "TLS1.2" is 12, "SSL 3.0" is 3; 0 for what is none of them. */
static guint
rank_tls (const char *version)
{
  const char *digits = version != NULL ? strpbrk (version, "0123456789") : NULL;

  if (digits == NULL || !g_ascii_isdigit (digits[0]))
    return 0;
  if (g_ascii_strncasecmp (version, "SSL", strlen ("SSL")) == 0)
    return (guint)g_ascii_digit_value (digits[0]);

  return 10 * (guint)g_ascii_digit_value (digits[0]) +
         (digits[1] == '.' && g_ascii_isdigit (digits[2]) ? (guint)g_ascii_digit_value (digits[2]) : 0);
}

typedef struct
{
  guint count;
  const char *client; /* of the first, not owned */
  const char *service;
  const char *best;
  gboolean near; /* whether it is this computer's leg that is lower */
} Versions;

static void
compare_tls (Versions *versions, StileSighting *sighting)
{
  StileObservation *service = stile_sighting_get_service (sighting);
  const char *client = stile_observation_get_tls_version (stile_sighting_get_client (sighting));
  const char *leg = service != NULL ? stile_observation_get_tls_version (service) : NULL;
  const char *best = service != NULL ? stile_observation_get_best_tls (service) : NULL;
  guint ours = rank_tls (client), theirs = rank_tls (leg), possible = rank_tls (best);
  gboolean near = ours < theirs || ours < possible;

  if (ours == 0 || (!near && (theirs == 0 || theirs >= ours)))
    return;
  if (versions->count++ > 0)
    return;

  versions->client = client;
  versions->service = leg;
  versions->best = best;
  versions->near = near;
}

static char *
describe_tls (const Versions *versions)
{
  if (versions->near)
    return g_strdup_printf (
        _ ("Whoever intercepts speaks only %s here; the service speaks %s."), versions->client,
        rank_tls (versions->best) >= rank_tls (versions->service) ? versions->best : versions->service);

  return g_strdup_printf (_ ("Whoever intercepts speaks only %s with the service, and %s here."),
                          versions->service, versions->client);
}

/**
 * stile_finding_connections_look_at_tls:
 *
 * DIAGNOSIS signal 10.
 */
void
stile_finding_connections_look_at_tls (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  Versions versions = { 0 };
  StileFinding *finding;

  if (stile_finding_case_nobody_reads (self))
    return;
  for (guint i = 0; i < self->signals->sightings->len; i++)
    compare_tls (&versions, g_ptr_array_index (self->signals->sightings, i));
  if (versions.count == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "client", g_variant_new_string (versions.client));
  if (versions.service != NULL)
    g_variant_builder_add (&evidence, "{sv}", "service", g_variant_new_string (versions.service));
  if (versions.best != NULL)
    g_variant_builder_add (&evidence, "{sv}", "best", g_variant_new_string (versions.best));
  finding =
      stile_finding_case_add (self, "tls-downgraded", "handshake", versions.near ? "response" : "request",
                              stile_finding_case_weigh (versions.count, TRUE), versions.count,
                              describe_tls (&versions), g_variant_builder_end (&evidence));
  if (versions.near)
    stile_finding_set_leg (finding, "client-box");
}

/* "2" and "2.0" are the same. */
static gboolean
is_same_http (const char *ours, const char *theirs)
{
  g_autofree char *a = g_str_has_suffix (ours, ".0") ? g_strndup (ours, strlen (ours) - 2) : g_strdup (ours);
  g_autofree char *b =
      g_str_has_suffix (theirs, ".0") ? g_strndup (theirs, strlen (theirs) - 2) : g_strdup (theirs);

  return strcmp (a, b) == 0;
}

/**
 * stile_finding_connections_look_at_http:
 *
 * DIAGNOSIS signal 11.
 */
void
stile_finding_connections_look_at_http (StileFindingCase *self)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const char *sent = NULL, *came = NULL;
  guint count = 0;

  for (guint i = 0; i < self->signals->sightings->len && !stile_finding_case_nobody_reads (self); i++)
    {
      StileSighting *sighting = g_ptr_array_index (self->signals->sightings, i);
      StileObservation *service = stile_sighting_get_service (sighting);
      const char *ours = stile_observation_get_http_version (stile_sighting_get_client (sighting));
      const char *theirs = service != NULL ? stile_observation_get_http_version (service) : NULL;

      if (ours == NULL || theirs == NULL || is_same_http (ours, theirs))
        continue;
      if (count++ == 0)
        {
          sent = ours;
          came = theirs;
        }
    }
  if (count == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "client", g_variant_new_string (sent));
  g_variant_builder_add (&evidence, "{sv}", "service", g_variant_new_string (came));
  stile_finding_case_add (
      self, "http-version-changed", "http-version", "request", stile_finding_case_weigh (count, TRUE), count,
      g_strdup_printf (_ ("Requests leave here as HTTP/%s and arrive as HTTP/%s."), sent, came),
      g_variant_builder_end (&evidence));
}
