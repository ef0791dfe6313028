/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-portal.h"

#include <string.h>

/* RFC 6585 section 6. */
#define STATUS_NETWORK_AUTHENTICATION_REQUIRED 511

/* A captive portal answers in everybody's name until somebody signs in.  What it says is read as a page and never
 * followed. */

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* From http to https of the same host, or of its neighbour "www.", is what honest services do. */
static gboolean
leads_elsewhere (StileSignals *signals, const char *location)
{
  g_autoptr (GUri) uri = g_uri_parse (location, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autofree char *parent = g_strconcat (".", signals->host, NULL);

  if (host == NULL || g_ascii_strcasecmp (host, signals->host) == 0)
    return FALSE;

  return !g_str_has_suffix (host, parent) && !g_str_has_suffix (signals->host, host);
}

static gboolean
is_page (StileHttpMessage *answer)
{
  const char *type = stile_http_message_get_field (answer, "Content-Type");

  return type != NULL && g_ascii_strncasecmp (type, "text/html", strlen ("text/html")) == 0;
}

/**
 * stile_portal_note:
 * @source: "network", "api", "redirect" or "content"
 * @url: (nullable): where one signs in
 *
 * A portal it is.  The first who knows where to sign in is believed.
 */
void
stile_portal_note (StileSignals *signals, const char *source, const char *url)
{
  signals->portal = STILE_YES;
  if (signals->portal_url == NULL && url != NULL)
    stile_signals_set_text (&signals->portal_url, url);
  if (signals->portal_source == NULL)
    stile_signals_set_text (&signals->portal_source, source);
}

/**
 * stile_portal_look_at:
 * @answer: of whoever answered in the service's name
 *
 * Over plain HTTP a redirect to another host is enough; in TLS too, where nobody vouches for whoever answers.  A page alone
 * says something only there: any website has one.
 */
void
stile_portal_look_at (StileSignals *signals, StileHttpMessage *answer, StilePortalWay way)
{
  guint status = stile_http_message_get_status (answer);
  const char *location = stile_http_message_get_field (answer, "Location");

  if (status == STATUS_NETWORK_AUTHENTICATION_REQUIRED)
    stile_portal_note (signals, "content", NULL);
  else if (is_redirect (status) && location != NULL && leads_elsewhere (signals, location))
    stile_portal_note (signals, "redirect", location);
  else if (way == STILE_PORTAL_IN_TLS && status == 200 && is_page (answer))
    stile_portal_note (signals, "content", NULL);
}

/* Whoever makes certificates on the spot is vouched for by whoever installed his authority, and is not the service for that. */
static gboolean
is_vouched_for (StileSignals *signals)
{
  StileSighting *sighting = stile_signals_get_best_sighting (signals);

  if (signals->canary == STILE_YES ||
      (sighting != NULL && stile_sighting_get_own_key (sighting) == STILE_YES))
    return FALSE;

  return sighting != NULL && (stile_sighting_get_system_trust (sighting) == STILE_YES ||
                              stile_sighting_get_public_trust (sighting) == STILE_YES);
}

/* All that came back is somebody's page, again and again: requests of other methods and types too. */
static guint
count_same (StileSignals *signals)
{
  guint count = 0;

  for (guint i = 0; i < signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (signals->trials, i);

      if (stile_trial_get_receipt (trial) != NULL)
        return 0;
      if (stile_trial_get_reply (trial) != NULL && !stile_trial_is_gateway_error (trial))
        count++;
    }

  return count;
}

/**
 * stile_portal_conclude:
 *
 * Looks at what the other probes were answered with.  Where the service's word came through, or somebody vouches for whoever
 * answers, there is no portal in between.
 */
void
stile_portal_conclude (StileSignals *signals)
{
  if (signals->portal == STILE_NOT_KNOWN)
    signals->portal = STILE_NO;
  if (signals->atls == STILE_ATLS_ESTABLISHED || is_vouched_for (signals) || count_same (signals) < 2)
    return;

  for (guint i = 0; i < signals->trials->len; i++)
    {
      StileHttpReply *reply = stile_trial_get_reply (g_ptr_array_index (signals->trials, i));

      if (reply != NULL)
        stile_portal_look_at (signals, stile_http_reply_get_message (reply), STILE_PORTAL_IN_TLS);
    }
}
