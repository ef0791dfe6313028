/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-context.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "diagnosis/stile-own-key.h"
#include "transport/stile-http-carrier.h"

/**
 * StileProbeContext:
 *
 * What the probes of one diagnosis share: the target, how it is reached, whom to believe, and the signals that they leave.
 * The job holds it; each probe's task has it for a source.
 */
struct _StileProbeContext
{
  GObject parent_instance;

  GUri *uri; /* where flights go */
  StileHttpProxy *proxy;
  char *proxy_text;
  StileTrace *trace;
  StileSignals *signals;
  GPtrArray *anchors; /* of StileCertificate; NULL: this computer's store */
  StileIdentity *identity;
  GListModel *checks; /* of StileCheck */
  GPtrArray *service; /* of StileCertificate: who the service is, verified; NULL before anybody knows */
  StileProbeQueue *queue;
  StileAnchorSet *system_store; /* NULL: it cannot be read */
  StileAnchorSet *public_store; /* NULL: there is none to compare with */
  StileFront *front;            /* what the service told of its own, or NULL */
  GHashTable *judged;           /* fingerprint of a leaf → StileSighting that was judged */
};

G_DEFINE_FINAL_TYPE (StileProbeContext, stile_probe_context, G_TYPE_OBJECT)

static void
stile_probe_context_finalize (GObject *object)
{
  StileProbeContext *self = STILE_PROBE_CONTEXT (object);

  g_uri_unref (self->uri);
  g_object_unref (self->proxy);
  g_free (self->proxy_text);
  g_object_unref (self->trace);
  stile_signals_unref (self->signals);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->identity);
  g_clear_object (&self->checks);
  g_clear_pointer (&self->service, g_ptr_array_unref);
  g_clear_object (&self->queue);
  g_clear_object (&self->system_store);
  g_clear_object (&self->public_store);
  g_clear_object (&self->front);
  g_hash_table_unref (self->judged);

  G_OBJECT_CLASS (stile_probe_context_parent_class)->finalize (object);
}

static void
stile_probe_context_class_init (StileProbeContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_probe_context_finalize;
}

static void
stile_probe_context_init (StileProbeContext *self)
{
  self->queue = stile_probe_queue_new (STILE_PROBE_CONTEXT_MAX_BUSY);
  self->judged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

static guint16
find_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port > 0)
    return (guint16)port;

  return g_strcmp0 (g_uri_get_scheme (uri), "http") == 0 ? 80 : 443;
}

/**
 * stile_probe_context_new:
 * @uri: the target; without a path flights go to the default one
 * @proxy_text: (nullable): as somebody gave it, for carriers
 * @trace: gets what happens
 */
StileProbeContext *
stile_probe_context_new (GUri *uri, StileHttpProxy *proxy, const char *proxy_text, StileTrace *trace)
{
  StileProbeContext *self = g_object_new (STILE_TYPE_PROBE_CONTEXT, NULL);
  g_autofree char *url = g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO);

  self->uri = g_uri_ref (uri);
  self->proxy = g_object_ref (proxy);
  self->proxy_text = g_strdup (proxy_text);
  self->trace = g_object_ref (trace);
  self->signals = stile_signals_new (url, g_uri_get_host (uri), find_port (uri));

  return self;
}

/**
 * stile_probe_context_get_uri:
 *
 * Returns: (transfer none): the target
 */
GUri *
stile_probe_context_get_uri (StileProbeContext *self)
{
  return self->uri;
}

StileHttpProxy *
stile_probe_context_get_proxy (StileProbeContext *self)
{
  return self->proxy;
}

const char *
stile_probe_context_get_proxy_text (StileProbeContext *self)
{
  return self->proxy_text;
}

/**
 * stile_probe_context_get_signals:
 *
 * Returns: (transfer none): what was found so far
 */
StileSignals *
stile_probe_context_get_signals (StileProbeContext *self)
{
  return self->signals;
}

StileTrace *
stile_probe_context_get_trace (StileProbeContext *self)
{
  return self->trace;
}

StileProbeQueue *
stile_probe_context_get_queue (StileProbeContext *self)
{
  return self->queue;
}

/**
 * stile_probe_context_set_anchors:
 * @anchors: (nullable) (element-type StileCertificate): who vouches for the service inside ATLS; %NULL for this computer's
 *   store
 */
void
stile_probe_context_set_anchors (StileProbeContext *self, GPtrArray *anchors)
{
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  self->anchors = anchors != NULL ? g_ptr_array_ref (anchors) : NULL;
}

GPtrArray *
stile_probe_context_get_anchors (StileProbeContext *self)
{
  return self->anchors;
}

void
stile_probe_context_set_identity (StileProbeContext *self, StileIdentity *identity)
{
  g_set_object (&self->identity, identity);
}

StileIdentity *
stile_probe_context_get_identity (StileProbeContext *self)
{
  return self->identity;
}

/**
 * stile_probe_context_set_service:
 * @chain: (element-type StileCertificate): who the service is, after somebody has verified it
 */
void
stile_probe_context_set_service (StileProbeContext *self, GPtrArray *chain)
{
  if (self->service != NULL)
    return;

  self->service = g_ptr_array_ref (chain);
  self->signals->service_chain = g_ptr_array_ref (chain);
}

/**
 * stile_probe_context_get_service:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): who the service is, verified
 */
GPtrArray *
stile_probe_context_get_service (StileProbeContext *self)
{
  return self->service;
}

/**
 * stile_probe_context_has_word:
 *
 * Returns: whether the service has given its signed word of what it saw, at least once
 */
gboolean
stile_probe_context_has_word (StileProbeContext *self)
{
  for (guint i = 0; i < self->signals->trials->len; i++)
    if (stile_trial_get_receipt (g_ptr_array_index (self->signals->trials, i)) != NULL)
      return TRUE;

  return FALSE;
}

/**
 * stile_probe_context_set_stores:
 * @system: (nullable): what this computer believes
 * @open: (nullable): what everybody believes
 */
void
stile_probe_context_set_stores (StileProbeContext *self, StileAnchorSet *system, StileAnchorSet *open)
{
  g_set_object (&self->system_store, system);
  g_set_object (&self->public_store, open);
}

StileAnchorSet *
stile_probe_context_get_system_store (StileProbeContext *self)
{
  return self->system_store;
}

StileAnchorSet *
stile_probe_context_get_public_store (StileProbeContext *self)
{
  return self->public_store;
}

/**
 * stile_probe_context_vouches:
 * @chain: (element-type StileCertificate): of whoever signed something as the service
 *
 * Returns: whether that is the service: by the anchors that were given, else by this computer's store
 */
gboolean
stile_probe_context_vouches (StileProbeContext *self, GPtrArray *chain, GError **error)
{
  if (self->anchors != NULL)
    return stile_certificate_bundle_verify (chain, self->anchors, self->signals->host, error);
  if (self->system_store != NULL &&
      stile_anchor_set_verify (self->system_store, chain, self->signals->host, NULL) == STILE_YES)
    return TRUE;

  g_set_error_literal (
      error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
      _ ("Nobody vouches for whoever signed it as the service; name its authority with the anchors of "
         "its ATLS identity"));
  return FALSE;
}

/* --- what the rows say --- */

void
stile_probe_context_set_checks (StileProbeContext *self, GListModel *checks)
{
  g_set_object (&self->checks, checks);
}

/**
 * stile_probe_context_say:
 * @probe: whose row it is
 * @state: how it stands
 * @format: a sentence of what was found
 */
void
stile_probe_context_say (
    StileProbeContext *self, const char *probe, StileCheckState state, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (state == STILE_CHECK_STATE_NOT_RUN)
    stile_signals_add_silence (self->signals, probe, sentence);
  stile_trace_note (self->trace,
                    state == STILE_CHECK_STATE_NOT_RUN ? STILE_TRACE_PROBLEM : STILE_TRACE_TRANSPORT, NULL,
                    "%s: %s", probe, sentence);

  for (guint i = 0; self->checks != NULL && i < g_list_model_get_n_items (self->checks); i++)
    {
      g_autoptr (StileCheck) check = g_list_model_get_item (self->checks, i);

      if (strcmp (stile_check_get_id (check), probe) == 0)
        stile_check_set (check, state, sentence);
    }
}

/* --- connections --- */

static StileSighting *
find_sighting (StileSignals *signals, guint64 connection)
{
  for (guint i = 0; connection != 0 && i < signals->sightings->len; i++)
    if (stile_sighting_get_connection (g_ptr_array_index (signals->sightings, i)) == connection)
      return g_ptr_array_index (signals->sightings, i);

  return NULL;
}

static void
judge_leaf (StileProbeContext *self, StileSighting *sighting)
{
  GPtrArray *chain = stile_observation_get_chain (stile_sighting_get_client (sighting));
  g_autoptr (StileCertificate) anchor = NULL;
  StileYesNo system = STILE_NOT_KNOWN, open = STILE_NOT_KNOWN;

  if (self->system_store != NULL)
    system = stile_anchor_set_verify (self->system_store, chain, self->signals->host, &anchor);
  if (self->public_store != NULL)
    open = stile_anchor_set_verify (self->public_store, chain, self->signals->host, NULL);
  stile_sighting_set_trust (sighting, system, open, anchor);
  stile_sighting_set_own_key (sighting, stile_own_key_check (stile_sighting_get_leaf (sighting)));
}

/* Most connections of a diagnosis show the same certificate: it is judged once. */
static void
judge (StileProbeContext *self, StileSighting *sighting)
{
  StileCertificate *leaf = stile_sighting_get_leaf (sighting);
  StileSighting *earlier =
      leaf != NULL ? g_hash_table_lookup (self->judged, stile_certificate_get_fingerprint (leaf)) : NULL;

  if (leaf == NULL)
    return;
  if (earlier == NULL)
    {
      judge_leaf (self, sighting);
      g_hash_table_insert (self->judged, g_strdup (stile_certificate_get_fingerprint (leaf)),
                           g_object_ref (sighting));
      return;
    }

  stile_sighting_set_trust (sighting, stile_sighting_get_system_trust (earlier),
                            stile_sighting_get_public_trust (earlier), stile_sighting_get_anchor (earlier));
  stile_sighting_set_own_key (sighting, stile_sighting_get_own_key (earlier));
}

/* Our clock against the service's, at the moment when its word arrives. */
static void
compare_clocks (StileSignals *signals, StileObservation *service)
{
  gint64 theirs = stile_observation_get_time (service);

  if (theirs == 0 || g_strcmp0 (signals->clock_source, "service") == 0)
    return;

  signals->clock_offset = g_get_real_time () / G_USEC_PER_SEC - theirs;
  stile_signals_set_text (&signals->clock_source, "service");
}

/* Brief receipts leave it out; it is the same on all connections. */
static void
share_front (StileProbeContext *self, StileObservation *service)
{
  if (self->front != NULL && stile_observation_get_front (service) == NULL)
    stile_observation_set_front (service, self->front);
  if (self->front != NULL || stile_observation_get_front (service) == NULL)
    return;

  self->front = g_object_ref (stile_observation_get_front (service));
  for (guint i = 0; i < self->signals->sightings->len; i++)
    {
      StileObservation *earlier =
          stile_sighting_get_service (g_ptr_array_index (self->signals->sightings, i));

      if (earlier != NULL && stile_observation_get_front (earlier) == NULL)
        stile_observation_set_front (earlier, self->front);
    }
}

/**
 * stile_probe_context_add_sighting:
 * @connection: the same for all that came over one connection; 0 when nobody knows
 * @client: what this computer saw of it
 * @service: (nullable): what the service saw of it
 * @by: why that can be believed
 *
 * A connection that was seen before only learns what the service says.
 */
void
stile_probe_context_add_sighting (StileProbeContext *self,
                                  const char *probe,
                                  guint64 connection,
                                  StileObservation *client,
                                  StileObservation *service,
                                  StileAuthentication by)
{
  StileSighting *sighting = find_sighting (self->signals, connection);

  if (sighting == NULL)
    {
      sighting = stile_sighting_new (client);
      stile_sighting_set_connection (sighting, probe, connection);
      judge (self, sighting);
      g_ptr_array_add (self->signals->sightings, sighting);
    }
  if (service == NULL)
    return;

  compare_clocks (self->signals, service);
  share_front (self, service);
  /* A full receipt says more than a brief one that came later over the same connection. */
  if (stile_sighting_get_service (sighting) == NULL ||
      stile_observation_get_n_headers (service) >
          stile_observation_get_n_headers (stile_sighting_get_service (sighting)))
    stile_sighting_set_service (sighting, service, by);
}

/**
 * stile_probe_context_open_line:
 *
 * Returns: (transfer full): a connection of its own to whoever answers at the target, made with its first request
 */
StileHttpLine *
stile_probe_context_open_line (StileProbeContext *self)
{
  return stile_http_line_new (self->uri, self->proxy, STILE_PROBE_CONTEXT_TIMEOUT_SECONDS);
}

/**
 * stile_probe_context_get_path:
 *
 * Returns: (transfer full): where flights go
 */
char *
stile_probe_context_get_path (StileProbeContext *self)
{
  const char *path = g_uri_get_path (self->uri);

  return g_strdup (*path == '\0' || strcmp (path, "/") == 0 ? STILE_HTTP_CARRIER_DEFAULT_PATH : path);
}
