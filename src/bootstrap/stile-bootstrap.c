/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-est-client.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-json.h"

/**
 * StileBootstrap:
 *
 * The walk for this computer, as a job with no user interface inside: from the service's address to the connection
 * that failed before and works now.  The app and the tool run the same steps and show the same evidence.
 */
struct _StileBootstrap
{
  GObject parent_instance;

  GType carrier_type;
  StileProfile *profile;
  GListModel *stores; /* of StileTrustStore */
  StileTrace *trace;
  GTask *running; /* the task that steps belong to, or NULL; no-ref: it holds us */

  StileBootstrapState states[STILE_BOOTSTRAP_N_STEPS];
  GError *errors[STILE_BOOTSTRAP_N_STEPS];

  StileIdentity *identity;
  GPtrArray *anchors; /* of StileCertificate; NULL: the system's store */
  StileCarrier *carrier;
  StileObservation *path;
  StileClient *client; /* NULL where the policy goes without ATLS */
  StileObservation *service_view;
  GPtrArray *roots; /* of StileCertificate */
  StileCertificate *inspecting_root;
  StileObservation *verification;
};

G_DEFINE_FINAL_TYPE (StileBootstrap, stile_bootstrap, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct
{
  void (*begin) (GTask *task);
  void (*forget) (StileBootstrap *self);
} Step;

static void begin_service (GTask *task);
static void begin_path (GTask *task);
static void begin_session (GTask *task);
static void begin_roots (GTask *task);
static void begin_install (GTask *task);
static void begin_done (GTask *task);
static void forget_service (StileBootstrap *self);
static void forget_path (StileBootstrap *self);
static void forget_session (StileBootstrap *self);
static void forget_roots (StileBootstrap *self);
static void forget_install (StileBootstrap *self);
static void forget_done (StileBootstrap *self);

static const Step steps[STILE_BOOTSTRAP_N_STEPS] = {
  [STILE_BOOTSTRAP_SERVICE] = { begin_service, forget_service },
  [STILE_BOOTSTRAP_PATH] = { begin_path, forget_path },
  [STILE_BOOTSTRAP_SESSION] = { begin_session, forget_session },
  [STILE_BOOTSTRAP_ROOTS] = { begin_roots, forget_roots },
  [STILE_BOOTSTRAP_INSTALL] = { begin_install, forget_install },
  [STILE_BOOTSTRAP_DONE] = { begin_done, forget_done },
};

static void
stile_bootstrap_finalize (GObject *object)
{
  StileBootstrap *self = STILE_BOOTSTRAP (object);

  for (guint i = 0; i < STILE_BOOTSTRAP_N_STEPS; i++)
    {
      steps[i].forget (self);
      g_clear_error (&self->errors[i]);
    }
  g_clear_object (&self->profile);
  g_clear_object (&self->stores);
  g_clear_object (&self->trace);

  G_OBJECT_CLASS (stile_bootstrap_parent_class)->finalize (object);
}

static void
stile_bootstrap_class_init (StileBootstrapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_bootstrap_finalize;

  /**
   * StileBootstrap::changed:
   * @step: a StileBootstrapStep whose state, evidence or error is another
   */
  signals[CHANGED] = g_signal_new ("changed", STILE_TYPE_BOOTSTRAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
stile_bootstrap_init (StileBootstrap *self)
{
  self->trace = stile_trace_new ();
}

/**
 * stile_bootstrap_new:
 * @carrier_type: a type that implements StileCarrier and GInitable
 * @profile: what to walk to; read when the first step runs
 * @stores: a #GListModel of StileTrustStore: where roots can be installed
 */
StileBootstrap *
stile_bootstrap_new (GType carrier_type, StileProfile *profile, GListModel *stores)
{
  StileBootstrap *self;

  g_return_val_if_fail (g_type_is_a (carrier_type, STILE_TYPE_CARRIER), NULL);

  self = g_object_new (STILE_TYPE_BOOTSTRAP, NULL);
  self->carrier_type = carrier_type;
  self->profile = g_object_ref (profile);
  self->stores = g_object_ref (stores);

  return self;
}

/* --- going from step to step --- */

static void
set_state (StileBootstrap *self, StileBootstrapStep step, StileBootstrapState state)
{
  self->states[step] = state;
  g_signal_emit (self, signals[CHANGED], 0, (guint)step);
}

static StileBootstrapStep
current_step (StileBootstrap *self)
{
  StileBootstrapStep step = STILE_BOOTSTRAP_SERVICE;

  while (step < STILE_BOOTSTRAP_N_STEPS && self->states[step] == STILE_BOOTSTRAP_COMPLETE)
    step++;

  return step;
}

/* Takes over @task. */
static void
next_step (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  StileBootstrap *self = g_task_get_source_object (task);
  StileBootstrapStep step = current_step (self);

  if (step > (StileBootstrapStep)GPOINTER_TO_UINT (g_task_get_task_data (task)))
    {
      self->running = NULL;
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_clear_error (&self->errors[step]);
  set_state (self, step, STILE_BOOTSTRAP_RUNNING);
  stile_trace_note (self->trace, STILE_TRACE_STEP, NULL, "%s", stile_bootstrap_get_title (step));
  steps[step].begin (g_steal_pointer (&task));
}

/* Takes over @task. */
static void
step_complete (GTask *task)
{
  StileBootstrap *self = g_task_get_source_object (task);

  set_state (self, current_step (self), STILE_BOOTSTRAP_COMPLETE);
  next_step (task);
}

/* Takes over @task and @error.  What was cancelled has not failed: it waits to be begun again. */
static void
step_failed (GTask *owned, GError *error)
{
  g_autoptr (GTask) task = owned;
  StileBootstrap *self = g_task_get_source_object (task);
  StileBootstrapStep step = current_step (self);

  self->running = NULL;
  steps[step].forget (self);
  if (stile_error_is_cancelled (error))
    set_state (self, step, STILE_BOOTSTRAP_WAITING);
  else
    {
      stile_trace_note (self->trace, STILE_TRACE_PROBLEM, NULL, "%s", error->message);
      self->errors[step] = g_error_copy (error);
      set_state (self, step, STILE_BOOTSTRAP_FAILED);
    }
  g_task_return_error (task, error);
}

/**
 * stile_bootstrap_run_async:
 * @until: the last step to run
 *
 * Runs the steps that are not complete, from the first such one.  After a failure or a cancellation the same call
 * goes on where it stopped.
 */
void
stile_bootstrap_run_async (StileBootstrap *self,
                           StileBootstrapStep until,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (self->running == NULL);

  g_task_set_source_tag (task, stile_bootstrap_run_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (until), NULL);
  self->running = task;
  next_step (task);
}

/**
 * stile_bootstrap_run_finish:
 *
 * Returns: whether all steps until the one asked for are complete
 */
gboolean
stile_bootstrap_run_finish (StileBootstrap *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_bootstrap_go_back:
 * @step: the first step to forget
 *
 * Forgets what that step and those behind it found.  What was installed stays until it is undone.
 */
void
stile_bootstrap_go_back (StileBootstrap *self, StileBootstrapStep step)
{
  g_return_if_fail (self->running == NULL);

  for (guint i = STILE_BOOTSTRAP_N_STEPS; i > (guint)step; i--)
    {
      steps[i - 1].forget (self);
      g_clear_error (&self->errors[i - 1]);
      set_state (self, (StileBootstrapStep)(i - 1), STILE_BOOTSTRAP_WAITING);
    }
}

/* --- service --- */

static void
forget_service (StileBootstrap *self)
{
  g_clear_object (&self->identity);
  g_clear_object (&self->carrier);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
}

static gboolean
open_service (StileBootstrap *self, GError **error)
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

  if (open_service (g_task_get_source_object (task), &error))
    step_complete (task);
  else
    step_failed (task, error);
}

/* --- path --- */

static void
forget_path (StileBootstrap *self)
{
  g_clear_object (&self->path);
}

/* Redirects and refusals come from somebody in between; other pages may be the service's own, and flights will tell. */
static gboolean
is_blocked (StileObservation *path)
{
  guint status = stile_observation_get_status (path);

  return stile_observation_get_page (path) != NULL &&
         (status / 100 == 3 || status == 403 || status == 407 || status == 451 || status == 511);
}

static void
note_path (StileBootstrap *self)
{
  g_autofree char *sentence = stile_bootstrap_words_describe_path (self);

  stile_trace_note (self->trace, STILE_TRACE_TRANSPORT, stile_observation_to_variant (self->path), "%s",
                    sentence);
}

static void
path_inspected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileObservation *path = stile_carrier_inspect_finish (STILE_CARRIER (object), result, &error);
  StileBootstrap *self = g_task_get_source_object (task);

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
  note_path (self);
  step_complete (task);
}

static void
begin_path (GTask *task)
{
  StileBootstrap *self = g_task_get_source_object (task);

  stile_carrier_inspect_async (self->carrier, NULL, g_task_get_cancellable (task), path_inspected, task);
}

/* --- session --- */

static void
forget_session (StileBootstrap *self)
{
  g_clear_object (&self->client);
  g_clear_object (&self->service_view);
}

static StileCredentials *
make_credentials (StileBootstrap *self)
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
goes_without_atls (StileBootstrap *self)
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
  StileBootstrap *self = g_task_get_source_object (task);

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
  StileBootstrap *self = g_task_get_source_object (task);
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
  StileBootstrap *self = g_task_get_source_object (task);

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
  StileBootstrap *self = g_task_get_source_object (task);
  g_autoptr (StileCredentials) credentials = NULL;

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

static void
forget_roots (StileBootstrap *self)
{
  g_clear_pointer (&self->roots, g_ptr_array_unref);
  g_clear_object (&self->inspecting_root);
}

/* Takes over @task. */
static void
take_roots (GTask *task, StileHttpMessage *response)
{
  StileBootstrap *self = g_task_get_source_object (task);
  GPtrArray *chain = stile_observation_get_chain (self->path);
  GError *error = NULL;

  self->roots = stile_est_client_read_roots (response, &error);
  if (self->roots == NULL)
    {
      step_failed (task, error);
      return;
    }

  if (chain != NULL)
    self->inspecting_root = stile_certificate_bundle_find_anchor (chain, self->roots);
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
  StileBootstrap *self = g_task_get_source_object (task);
  g_autoptr (StileHttpMessage) request = stile_est_client_ask_roots (stile_carrier_get_host (self->carrier));

  if (self->client != NULL)
    stile_client_request_async (self->client, request, g_task_get_cancellable (task), roots_answered, task);
  else
    stile_carrier_request_async (self->carrier, request, g_task_get_cancellable (task), plain_roots_answered,
                                 task);
}

/* --- install --- */

static void
forget_install (StileBootstrap *self)
{
}

typedef gboolean (*StoreFunc) (StileTrustStore *store, GPtrArray *roots, GError **error);

/* What a thread needs, and nothing that the main thread changes meanwhile. */
typedef struct
{
  GPtrArray *stores; /* of StileTrustStore */
  GPtrArray *roots;
  StoreFunc function;
} StoreWork;

static void
store_work_free (gpointer data)
{
  StoreWork *work = data;

  g_ptr_array_unref (work->stores);
  g_ptr_array_unref (work->roots);
  g_free (work);
}

static gboolean
install_and_check (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  if (!stile_trust_store_install (store, roots, error))
    return FALSE;
  if (stile_trust_store_contains (store, roots, error))
    return TRUE;

  if (error != NULL && *error == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("%s: the roots were written and are not there"),
                 stile_trust_store_get_name (store));
  return FALSE;
}

static void
work_on_stores (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  StoreWork *work = task_data;
  GError *error = NULL;

  for (guint i = 0; i < work->stores->len; i++)
    if (!work->function (g_ptr_array_index (work->stores, i), work->roots, &error))
      {
        g_task_return_error (task, error);
        return;
      }

  g_task_return_boolean (task, TRUE);
}

static GPtrArray *
list_stores (StileBootstrap *self, gboolean only_selected)
{
  GPtrArray *stores = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (self->stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (self->stores, i);

      if (!only_selected || stile_trust_store_get_selected (store))
        g_ptr_array_add (stores, g_steal_pointer (&store));
    }

  return stores;
}

static void
run_on_stores (StileBootstrap *self,
               GPtrArray *stores,
               StoreFunc function,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  StoreWork *work = g_new0 (StoreWork, 1);

  work->stores = g_ptr_array_ref (stores);
  work->roots = g_ptr_array_ref (self->roots);
  work->function = function;
  g_task_set_source_tag (task, run_on_stores);
  g_task_set_task_data (task, work, store_work_free);
  g_task_run_in_thread (task, work_on_stores);
}

static void
installed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    step_complete (task);
  else
    step_failed (task, error);
}

static void
begin_install (GTask *task)
{
  StileBootstrap *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) stores = list_stores (self, TRUE);

  if (stores->len == 0)
    {
      step_failed (task, g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                              _ ("No place was chosen where the roots shall be trusted")));
      return;
    }

  run_on_stores (self, stores, install_and_check, g_task_get_cancellable (task), installed, task);
}

static void
undone (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileBootstrap *self = STILE_BOOTSTRAP (object);

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  stile_trace_note (self->trace, STILE_TRACE_STEP, NULL, "%s", _ ("What was installed has been taken back"));
  stile_bootstrap_go_back (self, STILE_BOOTSTRAP_INSTALL);
  g_task_return_boolean (task, TRUE);
}

/**
 * stile_bootstrap_undo_async:
 *
 * Takes back what the walk installed, everywhere; the step "Install" then waits again.
 */
void
stile_bootstrap_undo_async (StileBootstrap *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GPtrArray) stores = list_stores (self, FALSE);

  g_return_if_fail (self->running == NULL);

  g_task_set_source_tag (task, stile_bootstrap_undo_async);
  if (self->roots == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  run_on_stores (self, stores, stile_trust_store_remove, cancellable, undone, task);
}

gboolean
stile_bootstrap_undo_finish (StileBootstrap *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- done: the connection that failed before --- */

static void
forget_done (StileBootstrap *self)
{
  g_clear_object (&self->verification);
}

static void
verified (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileObservation *seen = stile_carrier_inspect_finish (STILE_CARRIER (object), result, &error);
  StileBootstrap *self = g_task_get_source_object (task);
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
  StileBootstrap *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) stores = list_stores (self, TRUE);
  StileTrustStore *store = g_ptr_array_index (stores, 0);

  stile_carrier_inspect_async (self->carrier, stile_trust_store_get_location (store),
                               g_task_get_cancellable (task), verified, task);
}

/* --- what the faces show --- */

/**
 * stile_bootstrap_get_title:
 *
 * Returns: (transfer none): the step's title, translated
 */
const char *
stile_bootstrap_get_title (StileBootstrapStep step)
{
  return stile_bootstrap_words_get_title (step);
}

/**
 * stile_bootstrap_get_name:
 *
 * Returns: (transfer none): the step's name in JSON
 */
const char *
stile_bootstrap_get_name (StileBootstrapStep step)
{
  return stile_bootstrap_words_get_name (step);
}

/**
 * stile_bootstrap_get_sentence:
 *
 * Returns: (transfer full): what the step does, or has found, in a translated sentence
 */
char *
stile_bootstrap_get_sentence (StileBootstrap *self, StileBootstrapStep step)
{
  return stile_bootstrap_words_describe (self, step);
}

/**
 * stile_bootstrap_get_warning:
 *
 * Returns: (transfer full) (nullable): what somebody must know before going on, in translated sentences
 */
char *
stile_bootstrap_get_warning (StileBootstrap *self, StileBootstrapStep step)
{
  return stile_bootstrap_words_warn (self, step);
}

StileBootstrapState
stile_bootstrap_get_state (StileBootstrap *self, StileBootstrapStep step)
{
  return self->states[step];
}

/**
 * stile_bootstrap_get_error:
 *
 * Returns: (transfer none) (nullable): why the step failed
 */
const GError *
stile_bootstrap_get_error (StileBootstrap *self, StileBootstrapStep step)
{
  return self->errors[step];
}

gboolean
stile_bootstrap_is_running (StileBootstrap *self)
{
  return self->running != NULL;
}

StileProfile *
stile_bootstrap_get_profile (StileBootstrap *self)
{
  return self->profile;
}

/**
 * stile_bootstrap_get_trace:
 *
 * Returns: (transfer none): all that happened, while it happens
 */
StileTrace *
stile_bootstrap_get_trace (StileBootstrap *self)
{
  return self->trace;
}

/**
 * stile_bootstrap_get_identity:
 *
 * Returns: (transfer none) (nullable): who this computer is
 */
StileIdentity *
stile_bootstrap_get_identity (StileBootstrap *self)
{
  return self->identity;
}

/**
 * stile_bootstrap_get_anchors:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): whom the walk believes; %NULL: the system's store
 */
GPtrArray *
stile_bootstrap_get_anchors (StileBootstrap *self)
{
  return self->anchors;
}

/**
 * stile_bootstrap_get_path:
 *
 * Returns: (transfer none) (nullable): what this computer saw, with nothing installed yet
 */
StileObservation *
stile_bootstrap_get_path (StileBootstrap *self)
{
  return self->path;
}

static StileCertificate *
leaf_of (StileObservation *observation)
{
  GPtrArray *chain = observation != NULL ? stile_observation_get_chain (observation) : NULL;

  return chain != NULL ? g_ptr_array_index (chain, 0) : NULL;
}

/**
 * stile_bootstrap_is_intercepted:
 *
 * Returns: whether the outer TLS seems to end before the service.  When the service has told, inside the session,
 *   which certificate it shows, this is a comparison; before that, a certificate that does not hold is the hint.
 */
gboolean
stile_bootstrap_is_intercepted (StileBootstrap *self)
{
  StileCertificate *seen = leaf_of (self->path);
  StileCertificate *shown = leaf_of (self->service_view);

  if (seen == NULL)
    return FALSE;
  if (shown != NULL)
    return !stile_certificate_equal (seen, shown);

  return (stile_observation_get_errors (self->path) & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0;
}

/**
 * stile_bootstrap_get_client:
 *
 * Returns: (transfer none) (nullable): the ATLS session; %NULL before it, or when the policy goes without
 */
StileClient *
stile_bootstrap_get_client (StileBootstrap *self)
{
  return self->client;
}

/**
 * stile_bootstrap_get_service_view:
 *
 * Returns: (transfer none) (nullable): what the service saw, as it told inside the session
 */
StileObservation *
stile_bootstrap_get_service_view (StileBootstrap *self)
{
  return self->service_view;
}

/**
 * stile_bootstrap_get_roots:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): the domain's CA roots
 */
GPtrArray *
stile_bootstrap_get_roots (StileBootstrap *self)
{
  return self->roots;
}

/**
 * stile_bootstrap_get_inspecting_root:
 *
 * Returns: (transfer none) (nullable): the root that the certificate this computer was shown leads to, by signature
 */
StileCertificate *
stile_bootstrap_get_inspecting_root (StileBootstrap *self)
{
  return self->inspecting_root;
}

/**
 * stile_bootstrap_get_stores:
 *
 * Returns: (transfer none): where roots can be installed
 */
GListModel *
stile_bootstrap_get_stores (StileBootstrap *self)
{
  return self->stores;
}

/**
 * stile_bootstrap_get_verification:
 *
 * Returns: (transfer none) (nullable): the connection that failed before, made with the roots; it holds
 */
StileObservation *
stile_bootstrap_get_verification (StileBootstrap *self)
{
  return self->verification;
}

/**
 * stile_bootstrap_to_variant:
 *
 * Returns: (transfer floating): the walk as a report, for JSON
 */
GVariant *
stile_bootstrap_to_variant (StileBootstrap *self)
{
  return stile_bootstrap_report_write (self);
}
