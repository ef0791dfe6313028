/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-steps.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-installation.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-chain.h"
#include "codec/stile-json.h"

/* Takes over @task. */
static void
step_complete (GTask *task)
{
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Takes over @task and @error. */
static void
step_failed (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* --- service --- */

static gboolean
open_service (StileEvidence *self, GError **error)
{
  GError *local = NULL;

  if (stile_profile_get_service (self->profile) == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The service’s address is missing"));
      return FALSE;
    }

  self->anchors = stile_profile_load_anchors (self->profile, &local);
  if (local == NULL)
    self->identity = stile_profile_load_identity (self->profile, &local);
  if (local == NULL)
    self->carrier = g_initable_new (self->carrier_type, NULL, &local, "service",
                                    stile_profile_get_service (self->profile), "proxy",
                                    stile_profile_get_proxy (self->profile), NULL);
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, local);
  return FALSE;
}

static void
begin_service (GTask *task)
{
  GError *error = NULL;

  if (open_service (g_task_get_task_data (task), &error))
    step_complete (task);
  else
    step_failed (task, error);
}

/* --- path --- */

/* Redirects and refusals come from somebody in between; other pages may be the service's own, and flights will tell. */
static gboolean
is_blocked (StileObservation *path)
{
  guint status = stile_observation_get_status (path);

  return stile_observation_get_page (path) != NULL &&
         (status / 100 == 3 || status == 403 || status == 407 || status == 451 || status == 511);
}

static void
note_path (StileBootstrap *job, StileEvidence *self)
{
  g_autofree char *sentence = stile_bootstrap_words_describe_path (job);

  stile_trace_note (self->trace, STILE_TRACE_TRANSPORT, stile_observation_to_variant (self->path), "%s",
                    sentence);
}

static void
path_inspected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileObservation *path = stile_carrier_inspect_finish (STILE_CARRIER (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  if (path == NULL)
    {
      step_failed (task, error);
      return;
    }
  if (is_blocked (path))
    {
      g_set_error (&error, STILE_ERROR, STILE_ERROR_NOT_ATLS,
                   _ ("Something answered instead of the service: %u, with a page that says “%s”"),
                   stile_observation_get_status (path), stile_observation_get_page (path));
      g_object_unref (path);
      step_failed (task, error);
      return;
    }

  self->path = path;
  note_path (g_task_get_source_object (task), self);
  step_complete (task);
}

static void
begin_path (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);

  stile_carrier_inspect_async (self->carrier, NULL, g_task_get_cancellable (task), path_inspected, task);
}

/* --- session --- */

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
  g_autoptr (StileHttpMessage) response = stile_client_request_finish (STILE_CLIENT (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  if (response == NULL)
    {
      step_failed (task, error);
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
  step_complete (task);
}

static void
compare_notes (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  StileObservation *ours = stile_carrier_get_observation (self->carrier);
  g_autoptr (GVariant) variant =
      g_variant_ref_sink (stile_observation_to_variant (ours != NULL ? ours : self->path));
  g_autofree char *text = stile_json_print (variant, FALSE);
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (
      "POST", "https", stile_carrier_get_host (self->carrier), STILE_OBSERVATION_PATH);

  stile_http_message_set_content (request, "application/json", content);
  stile_client_request_async (self->client, request, g_task_get_cancellable (task), observation_answered,
                              task);
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileEvidence *self = g_task_get_task_data (task);

  if (!stile_client_connect_finish (STILE_CLIENT (object), result, &error))
    step_failed (task, error);
  else if (stile_client_speaks_binary_http (self->client))
    compare_notes (task);
  else
    {
      error =
          g_error_new_literal (STILE_ERROR, STILE_ERROR_NOT_ATLS,
                               _ ("The service speaks ATLS, but no HTTP inside it, so it cannot be asked for "
                                  "the domain’s CA roots"));
      step_failed (task, error);
    }
}

static void
begin_session (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (StileCredentials) credentials = NULL;

  if (goes_without_atls (self) && stile_observation_get_tls_version (self->path) == NULL)
    {
      step_failed (task,
                   g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                        _ ("Without TLS and without ATLS nobody vouches for what the service "
                                           "says; use an https address, or another policy")));
      return;
    }
  if (goes_without_atls (self))
    {
      stile_trace_note (self->trace, STILE_TRACE_SESSION, NULL, "%s",
                        _ ("The policy goes without ATLS here"));
      step_complete (task);
      return;
    }

  credentials = make_credentials (self);
  self->client = stile_client_new (self->carrier, credentials, stile_profile_get_mode (self->profile));
  stile_client_set_trace (self->client, self->trace);
  stile_client_connect_async (self->client, g_task_get_cancellable (task), connected, task);
}

/* --- roots --- */

/* Takes over @task. */
static void
take_roots (GTask *task, StileHttpMessage *response)
{
  StileEvidence *self = g_task_get_task_data (task);
  GPtrArray *chain = stile_observation_get_chain (self->path);
  GError *error = NULL;

  self->roots = stile_est_client_read_roots (response, &error);
  if (self->roots == NULL)
    {
      step_failed (task, error);
      return;
    }

  if (chain != NULL)
    self->inspecting_root = stile_certificate_chain_find_anchor (chain, self->roots);
  step_complete (task);
}

static void
roots_answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response = stile_client_request_finish (STILE_CLIENT (object), result, &error);

  if (response == NULL)
    step_failed (task, error);
  else
    take_roots (task, response);
}

static void
plain_roots_answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_carrier_request_finish (STILE_CARRIER (object), result, &error);

  if (response == NULL)
    step_failed (task, error);
  else
    take_roots (task, response);
}

static void
begin_roots (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (StileHttpMessage) request = stile_est_client_ask_roots (stile_carrier_get_host (self->carrier));

  if (self->client != NULL)
    stile_client_request_async (self->client, request, g_task_get_cancellable (task), roots_answered, task);
  else
    stile_carrier_request_async (self->carrier, request, g_task_get_cancellable (task), plain_roots_answered,
                                 task);
}

/* --- install --- */

static void
installed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) results = stile_installation_finish (result, &error);

  if (results != NULL && stile_installation_result_check (results, &error))
    step_complete (task);
  else
    step_failed (task, error);
}

/* Takes over @task. */
static void
fail_without_store (GTask *task)
{
  step_failed (task, g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                          _ ("No place was chosen where the roots shall be trusted")));
}

/* Noted before it is done: what was cancelled half way can be taken back too. */
static void
note_installed (StileEvidence *self)
{
  if (self->installed == NULL)
    self->installed = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->roots->len; i++)
    g_ptr_array_add (self->installed, g_object_ref (g_ptr_array_index (self->roots, i)));
}

static void
begin_install (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) stores = stile_installation_list_stores (self->stores, TRUE);

  if (stores->len == 0)
    {
      fail_without_store (task);
      return;
    }

  note_installed (self);
  stile_installation_install_async (stores, self->roots, NULL, NULL, g_task_get_cancellable (task), installed,
                                    task);
}

/* --- done: the connection that failed before --- */

static void
verified (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileObservation *seen = stile_carrier_inspect_finish (STILE_CARRIER (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);
  g_autofree char *reason = NULL;

  if (seen == NULL)
    {
      step_failed (task, error);
      return;
    }

  reason = stile_observation_describe_errors (seen);
  if (reason != NULL)
    {
      error = g_error_new (STILE_ERROR, STILE_ERROR_UNTRUSTED,
                           _ ("The certificate that this computer is shown still does not hold: %s"), reason);
      g_object_unref (seen);
      step_failed (task, error);
      return;
    }

  self->verification = seen;
  step_complete (task);
}

static void
begin_done (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) stores = stile_installation_list_stores (self->stores, TRUE);

  if (stores->len == 0)
    {
      fail_without_store (task);
      return;
    }

  stile_carrier_inspect_async (self->carrier, stile_trust_store_get_location (g_ptr_array_index (stores, 0)),
                               g_task_get_cancellable (task), verified, task);
}

typedef void (*StepFunc) (GTask *task);

static const StepFunc begin[STILE_BOOTSTRAP_N_STEPS] = {
  [STILE_BOOTSTRAP_SERVICE] = begin_service, [STILE_BOOTSTRAP_PATH] = begin_path,
  [STILE_BOOTSTRAP_SESSION] = begin_session, [STILE_BOOTSTRAP_ROOTS] = begin_roots,
  [STILE_BOOTSTRAP_INSTALL] = begin_install, [STILE_BOOTSTRAP_DONE] = begin_done,
};

/**
 * stile_bootstrap_steps_run_async:
 * @job: owns @evidence
 * @evidence: what the steps before have found; gets what this one finds
 * @step: which one
 *
 * For StileBootstrap: runs one step, which knows nothing of the others.
 */
void
stile_bootstrap_steps_run_async (StileBootstrap *job,
                                 StileEvidence *evidence,
                                 StileBootstrapStep step,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (job, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_bootstrap_steps_run_async);
  g_task_set_task_data (task, evidence, NULL);
  begin[step](task);
}

gboolean
stile_bootstrap_steps_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
