/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-session.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-json.h"

/* The steps "Secure session" and "Voucher": how this computer comes to a session that somebody vouches for.  Where the
 * service's own certificate does, the first step is all; where a voucher must, the first opens a provisional session, and
 * nothing but the voucher is spoken of before the second is over (BOOTSTRAP section 6, 5). */

/* --- what both sides saw, once somebody vouches for the other one --- */

static StileObservation *
read_service_view (StileHttpMessage *response, GError **error)
{
  g_autoptr (GVariant) document = NULL;

  if (stile_http_message_get_status (response) != 200)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED, _ ("The service answered %u"),
                   stile_http_message_get_status (response));
      return NULL;
    }

  document = stile_json_parse (stile_http_message_get_content (response), STILE_JSON_MAX_SIZE, error);
  return document != NULL ? stile_observation_new_from_variant (document, error) : NULL;
}

/* A service that does not compare notes is still the service: the walk goes on without its view. */
static void
observation_answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_channel_request_finish (STILE_CHANNEL (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  if (response == NULL)
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }

  self->service_view = read_service_view (response, &error);
  if (self->service_view != NULL)
    stile_trace_note (self->trace, STILE_TRACE_TRANSPORT, stile_observation_to_variant (self->service_view),
                      "%s", _ ("The service told what it saw of this connection"));
  else
    stile_trace_note (self->trace, STILE_TRACE_TRANSPORT, NULL,
                      _ ("The service does not say what it saw: %s"), error->message);
  g_clear_error (&error);
  stile_bootstrap_step_complete (task);
}

/* Takes over @task. */
static void
compare_notes (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  StileObservation *ours = stile_carrier_get_observation (stile_client_get_carrier (self->client));
  g_autoptr (GVariant) variant =
      g_variant_ref_sink (stile_observation_to_variant (ours != NULL ? ours : self->path));
  g_autofree char *text = stile_json_print (variant, FALSE);
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (
      "POST", "https", stile_channel_get_host (self->channel), STILE_OBSERVATION_PATH);

  stile_http_message_set_content (request, "application/json", content);
  stile_channel_request_async (self->channel, request, g_task_get_cancellable (task), observation_answered,
                               task);
}

/* --- the service's own certificate vouches --- */

static StileCredentials *
make_credentials (StileEvidence *self)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, self->identity);
  stile_credentials_set_version (credentials, stile_profile_get_tls_version (self->profile));
  stile_credentials_set_application_protocols (credentials, protocols);
  if (self->anchors != NULL)
    stile_credentials_set_anchors (credentials, self->anchors);
  else
    stile_credentials_set_system_trust (credentials);

  return credentials;
}

static gboolean
goes_without_atls (StileEvidence *self)
{
  switch (stile_profile_get_policy (self->profile))
    {
    case STILE_POLICY_NEVER:
      return TRUE;
    case STILE_POLICY_WHEN_INTERCEPTED:
      return stile_observation_get_tls_version (self->path) != NULL &&
             stile_observation_get_errors (self->path) == 0;
    case STILE_POLICY_ALWAYS:
    default:
      return FALSE;
    }
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileEvidence *self = g_task_get_task_data (task);

  if (!stile_client_connect_finish (STILE_CLIENT (object), result, &error))
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }
  if (!stile_client_speaks_binary_http (self->client))
    {
      error =
          g_error_new_literal (STILE_ERROR, STILE_ERROR_NOT_ATLS,
                               _ ("The service speaks ATLS, but no HTTP inside it, so it cannot be asked for "
                                  "the domain’s CA roots"));
      stile_bootstrap_step_fail (task, error);
      return;
    }

  self->channel = stile_channel_new_atls (self->client);
  compare_notes (task);
}

static void
go_plain (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);

  if (stile_observation_get_tls_version (self->path) == NULL)
    {
      stile_bootstrap_step_fail (
          task, g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                     _ ("Without TLS and without ATLS nobody vouches for what the service "
                                        "says; use an https address, or another policy")));
      return;
    }

  stile_trace_note (self->trace, STILE_TRACE_SESSION, NULL, "%s", _ ("The policy goes without ATLS here"));
  self->channel = stile_channel_new_plain (self->carrier);
  stile_bootstrap_step_complete (task);
}

/* --- a voucher must vouch --- */

static void
pledge_changed (StilePledge *pledge, StileBootstrap *job)
{
  g_signal_emit_by_name (job, "changed", (guint)STILE_BOOTSTRAP_VOUCHER);
}

static StilePledge *
make_pledge (GTask *task, GPtrArray *cloud_anchors)
{
  StileEvidence *self = g_task_get_task_data (task);
  const StilePledgeSettings settings = { .carrier_type = self->carrier_type,
                                         .proxy = stile_profile_get_proxy (self->profile),
                                         .idevid = self->identity,
                                         .anchors = self->anchors,
                                         .cloud_anchors = cloud_anchors,
                                         .policy = stile_profile_get_judge_policy (self->profile),
                                         .mode = stile_profile_get_mode (self->profile),
                                         .tls_version = stile_profile_get_tls_version (self->profile),
                                         .rounds = 1,
                                         .trace = self->trace };
  StilePledge *pledge = stile_pledge_new (&settings);
  g_auto (GStrv) registrars = stile_profile_list_registrars (self->profile);

  for (gsize i = 0; registrars[i] != NULL; i++)
    if (i == 0 && self->trust == STILE_TRUST_CLOUD)
      stile_pledge_add_cloud_registrar (pledge, registrars[i]);
    else
      stile_pledge_add_registrar (pledge, registrars[i]);
  g_signal_connect_object (pledge, "changed", G_CALLBACK (pledge_changed), g_task_get_source_object (task),
                           G_CONNECT_DEFAULT);

  return pledge;
}

static void
pledge_connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  gboolean open = stile_pledge_connect_finish (STILE_PLEDGE (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  if (!open)
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }

  g_set_object (&self->client,
                stile_provisional_get_client (stile_pledge_get_session (STILE_PLEDGE (object))));
  stile_bootstrap_step_complete (task);
}

static void
begin_provisional (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) cloud_anchors = stile_profile_load_cloud_anchors (self->profile, &error);

  if (error == NULL && stile_profile_get_policy (self->profile) == STILE_POLICY_NEVER)
    error = g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                 _ ("A voucher is asked for inside an ATLS session, and the policy never "
                                    "opens one; use another policy"));
  if (error != NULL)
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }

  self->pledge = make_pledge (task, cloud_anchors);
  stile_pledge_connect_async (self->pledge, g_task_get_cancellable (task), pledge_connected, task);
}

/**
 * stile_bootstrap_session_begin:
 * @task: (transfer full): the step "Secure session"
 */
void
stile_bootstrap_session_begin (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (StileCredentials) credentials = NULL;

  if (self->trust != STILE_TRUST_SERVICE)
    {
      begin_provisional (task);
      return;
    }
  if (goes_without_atls (self))
    {
      go_plain (task);
      return;
    }

  credentials = make_credentials (self);
  self->client = stile_client_new (self->carrier, credentials, stile_profile_get_mode (self->profile));
  stile_client_set_trace (self->client, self->trace);
  stile_client_connect_async (self->client, g_task_get_cancellable (task), connected, task);
}

/* --- the voucher --- */

static void
note_checks (StileEvidence *self)
{
  StileChecks *checks = stile_pledge_get_checks (self->pledge);

  for (guint i = 0; i < stile_checks_get_n (checks); i++)
    stile_trace_note (self->trace, STILE_TRACE_MESSAGE, NULL, "%s %s: %s", stile_checks_get_id (checks, i),
                      stile_checks_get_result_name (stile_checks_get_result (checks, i)),
                      stile_checks_get_sentence (checks, i));
}

static void
vouched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileChannel *channel = stile_pledge_bootstrap_finish (STILE_PLEDGE (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  note_checks (self);
  if (channel == NULL)
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }

  /* It may be another registrar than the one that the session began with. */
  self->channel = channel;
  g_set_object (&self->client, stile_channel_get_client (channel));
  if (self->client != NULL)
    compare_notes (task);
  else
    stile_bootstrap_step_complete (task);
}

/**
 * stile_bootstrap_session_begin_voucher:
 * @task: (transfer full): the step "Voucher"
 */
void
stile_bootstrap_session_begin_voucher (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);

  if (self->pledge == NULL)
    stile_bootstrap_step_skip (task);
  else
    stile_pledge_bootstrap_async (self->pledge, g_task_get_cancellable (task), vouched, task);
}
