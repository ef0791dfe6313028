/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-session.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-client.h"
#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-json.h"
#include "diagnosis/stile-probe-exchange.h"
#include "transport/stile-http-carrier.h"

/**
 * Attempt:
 *
 * A session through whatever lies between, and in it the comparison of what both ends saw (PROTOCOL section 4).  What fails for
 * a gateway's sake is tried again, from the beginning.
 */
typedef struct
{
  StileCarrier *carrier;
  StileClient *client;
  guint tries;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *self = data;

  g_clear_object (&self->client);
  g_clear_object (&self->carrier);
  g_free (self);
}

static void begin (GTask *task);

static StileAtlsOutcome
name_failure (const GError *error)
{
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_NOT_ATLS) ||
      g_error_matches (error, STILE_ERROR, STILE_ERROR_UNREACHABLE))
    return STILE_ATLS_NOT_SPOKEN;
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_UNTRUSTED))
    return STILE_ATLS_UNTRUSTED;

  return STILE_ATLS_FAILED;
}

static gboolean
is_worth_another_try (Attempt *self, const GError *error)
{
  StileObservation *seen = stile_carrier_get_observation (self->carrier);
  guint status = seen != NULL ? stile_observation_get_status (seen) : 0;

  return ++self->tries < STILE_PROBE_EXCHANGE_MAX_TRIES &&
         (g_error_matches (error, STILE_ERROR, STILE_ERROR_RETRY) || status == 502 || status == 504);
}

/* What this computer saw of the connection is worth keeping whether the session came up or not. */
static void
keep_connection (StileProbeContext *context, Attempt *self, StileObservation *service)
{
  StileObservation *seen = stile_carrier_get_observation (self->carrier);

  if (seen != NULL)
    stile_probe_context_add_sighting (context, stile_probe_session.id, 0, seen, service,
                                      service != NULL ? STILE_AUTHENTICATED_BY_ATLS
                                                      : STILE_AUTHENTICATED_NOT);
}

/* Takes over @task. */
static void
fail (GTask *task, StileAtlsOutcome outcome, const GError *error)
{
  StileProbeContext *context = g_task_get_source_object (task);
  Attempt *self = g_task_get_task_data (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (stile_error_is_cancelled (error))
    g_task_return_error (task, g_error_copy (error));
  else if (is_worth_another_try (self, error))
    {
      begin (task);
      return;
    }
  else
    {
      signals->atls = outcome;
      signals->atls_flight = self->client != NULL ? stile_client_get_round_trips (self->client) : 0;
      stile_signals_set_text (&signals->atls_detail, error->message);
      keep_connection (context, self, NULL);
      stile_probe_context_say (context, stile_probe_session.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                               error->message);
      g_task_return_boolean (task, TRUE);
    }
  g_object_unref (task);
}

static StileObservation *
read_observation (StileHttpMessage *answer, GError **error)
{
  g_autoptr (GVariant) document = NULL;

  if (stile_http_message_get_status (answer) != 200)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
                   _ ("The service does not say what it saw: it answered %u"),
                   stile_http_message_get_status (answer));
      return NULL;
    }

  document = stile_json_parse (stile_http_message_get_content (answer), STILE_JSON_MAX_SIZE, error);
  return document != NULL ? stile_observation_new_from_variant (document, error) : NULL;
}

static void
closed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  if (!stile_client_close_finish (STILE_CLIENT (object), result, NULL))
    g_debug ("The goodbye got lost");
}

static void
observed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  StileClient *client = STILE_CLIENT (object);
  g_autoptr (StileHttpMessage) answer = stile_client_request_finish (client, result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (StileObservation) service = NULL;

  if (answer == NULL)
    {
      fail (task, STILE_ATLS_BROKEN, error);
      return;
    }

  service = read_observation (answer, &error);
  keep_connection (context, g_task_get_task_data (task), service);
  stile_probe_context_say (context, stile_probe_session.id,
                           service != NULL ? STILE_CHECK_STATE_PASSED : STILE_CHECK_STATE_NOTED, "%s",
                           service != NULL
                               ? _ ("A session goes from end to end, and the service said in it what it saw.")
                               : error->message);
  stile_client_close_async (client, NULL, closed, NULL);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Of the connection that brings it; the answer is about the same one. */
static GBytes *
write_observation (StileCarrier *carrier)
{
  StileObservation *seen = stile_carrier_get_observation (carrier);
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_observation_to_variant (seen));
  char *text = stile_json_print (variant, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean up = stile_client_connect_finish (STILE_CLIENT (object), result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  Attempt *self = g_task_get_task_data (task);
  StileSignals *signals = stile_probe_context_get_signals (context);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (StileHttpMessage) request = NULL;

  if (!up)
    {
      fail (task, name_failure (error), error);
      return;
    }

  signals->atls = STILE_ATLS_ESTABLISHED;
  stile_probe_context_set_service (context,
                                   stile_session_get_peer_chain (stile_client_get_session (self->client)));
  if (!stile_client_speaks_binary_http (self->client))
    {
      keep_connection (context, self, NULL);
      stile_probe_context_say (context, stile_probe_session.id, STILE_CHECK_STATE_NOTED, "%s",
                               _ ("A session goes from end to end; the service cannot say what it saw."));
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  content = write_observation (self->carrier);
  request = stile_http_message_new_request ("POST", "https", stile_carrier_get_host (self->carrier),
                                            STILE_OBSERVATION_PATH);
  stile_http_message_set_content (request, "application/json", content);
  stile_client_request_async (self->client, request, g_task_get_cancellable (task), observed, task);
}

static StileCredentials *
make_credentials (StileProbeContext *context, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, stile_probe_context_get_identity (context));
  stile_credentials_set_application_protocols (credentials, protocols);
  if (stile_probe_context_get_anchors (context) != NULL)
    stile_credentials_set_anchors (credentials, stile_probe_context_get_anchors (context));
  else
    stile_credentials_set_system_trust (credentials);

  return stile_credentials_prepare (credentials, error) ? g_steal_pointer (&credentials) : NULL;
}

/* Takes over @task. */
static void
begin (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  Attempt *self = g_task_get_task_data (task);
  g_autofree char *url = g_uri_to_string (stile_probe_context_get_uri (context));
  GError *error = NULL;
  g_autoptr (StileCredentials) credentials = make_credentials (context, &error);

  g_clear_object (&self->client);
  g_clear_object (&self->carrier);
  if (credentials != NULL)
    self->carrier = stile_http_carrier_new (url, stile_probe_context_get_proxy_text (context), &error);
  if (self->carrier == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  self->client = stile_client_new (self->carrier, credentials, STILE_MODE_ANY);
  stile_client_set_trace (self->client, stile_probe_context_get_trace (context));
  stile_client_connect_async (self->client, g_task_get_cancellable (task), connected, task);
}

static void
run (GTask *task)
{
  g_task_set_task_data (task, g_new0 (Attempt, 1), attempt_free);
  begin (task);
}

const StileProbe stile_probe_session = {
  .id = "session",
  .title = N_ ("Secure session (ATLS)"),
  .turn = STILE_PROBE_AFTER_HELLO,
  .run = run,
};
