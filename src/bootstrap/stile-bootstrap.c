/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-steps.h"
#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-evidence.h"
#include "bootstrap/stile-installation.h"

/**
 * StileBootstrap:
 *
 * The walk for this computer, as a job with no user interface inside: from the service's address to the connection
 * that failed before and works now.  The app and the tool run the same steps and show the same evidence.
 */
struct _StileBootstrap
{
  GObject parent_instance;

  StileEvidence evidence;
  StileBootstrapState states[STILE_BOOTSTRAP_N_STEPS];
  GError *errors[STILE_BOOTSTRAP_N_STEPS];
  GTask *running; /* what the steps belong to, or NULL; no-ref: it holds us */
};

G_DEFINE_FINAL_TYPE (StileBootstrap, stile_bootstrap, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_bootstrap_finalize (GObject *object)
{
  StileBootstrap *self = STILE_BOOTSTRAP (object);

  for (guint i = 0; i < STILE_BOOTSTRAP_N_STEPS; i++)
    g_clear_error (&self->errors[i]);
  stile_evidence_clear (&self->evidence);

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
  self->evidence.trace = stile_trace_new ();
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
  self->evidence.carrier_type = carrier_type;
  self->evidence.profile = g_object_ref (profile);
  self->evidence.stores = g_object_ref (stores);

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

  while (step < STILE_BOOTSTRAP_N_STEPS && stile_bootstrap_is_passed (self, step))
    step++;

  return step;
}

static void next_step (GTask *task);

/* What was cancelled has not failed: it waits to be begun again. */
static void
stop_at (StileBootstrap *self, StileBootstrapStep step, const GError *error)
{
  self->running = NULL;
  stile_evidence_forget (&self->evidence, step);
  if (stile_error_is_cancelled (error))
    {
      set_state (self, step, STILE_BOOTSTRAP_WAITING);
      return;
    }

  stile_trace_note (self->evidence.trace, STILE_TRACE_PROBLEM, NULL, "%s", error->message);
  self->errors[step] = g_error_copy (error);
  set_state (self, step, STILE_BOOTSTRAP_FAILED);
}

static void
step_run (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileBootstrapState state = stile_bootstrap_steps_run_finish (result, &error);
  StileBootstrap *self = STILE_BOOTSTRAP (object);
  StileBootstrapStep step = current_step (self);

  if (state == STILE_BOOTSTRAP_FAILED)
    {
      stop_at (self, step, error);
      g_task_return_error (task, error);
      return;
    }

  set_state (self, step, state);
  next_step (g_steal_pointer (&task));
}

/* Takes over @owned. */
static void
next_step (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  GCancellable *cancellable = g_task_get_cancellable (task);
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
  stile_trace_note (self->evidence.trace, STILE_TRACE_STEP, NULL, "%s",
                    stile_bootstrap_words_get_title (step));
  stile_bootstrap_steps_run_async (self, &self->evidence, step, cancellable, step_run,
                                   g_steal_pointer (&task));
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
      stile_evidence_forget (&self->evidence, (StileBootstrapStep)(i - 1));
      g_clear_error (&self->errors[i - 1]);
      set_state (self, (StileBootstrapStep)(i - 1), STILE_BOOTSTRAP_WAITING);
    }
}

/**
 * stile_bootstrap_can_skip:
 *
 * Returns: whether a person may pass over the step: only over the certificate for this computer, and not while it is got
 */
gboolean
stile_bootstrap_can_skip (StileBootstrap *self, StileBootstrapStep step)
{
  return step == STILE_BOOTSTRAP_ENROL && self->running == NULL && current_step (self) == step;
}

/**
 * stile_bootstrap_skip:
 *
 * Passes over a step; stile_bootstrap_go_back() makes it wait again.
 */
void
stile_bootstrap_skip (StileBootstrap *self, StileBootstrapStep step)
{
  g_return_if_fail (stile_bootstrap_can_skip (self, step));

  g_clear_error (&self->errors[step]);
  set_state (self, step, STILE_BOOTSTRAP_SKIPPED);
}

/**
 * stile_bootstrap_set_record:
 * @record: (nullable): remembers what was installed where, from which voucher
 */
void
stile_bootstrap_set_record (StileBootstrap *self, StileTrustRecord *record)
{
  g_set_object (&self->evidence.record, record);
}

/**
 * stile_bootstrap_get_record:
 *
 * Returns: (transfer none) (nullable): what remembers what was installed where
 */
StileTrustRecord *
stile_bootstrap_get_record (StileBootstrap *self)
{
  return self->evidence.record;
}

/**
 * stile_bootstrap_set_data_directory:
 * @directory: (nullable): where a new key and its certificate go when the profile names no place; %NULL: the user's data
 */
void
stile_bootstrap_set_data_directory (StileBootstrap *self, const char *directory)
{
  g_free (self->evidence.data_directory);
  self->evidence.data_directory = g_strdup (directory);
}

/* --- taking back --- */

static void
undone (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) results = stile_installation_finish (result, &error);
  StileBootstrap *self = g_task_get_source_object (task);

  self->running = NULL;
  if (results == NULL || !stile_installation_result_check (results, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  stile_trace_note (self->evidence.trace, STILE_TRACE_STEP, NULL, "%s",
                    _ ("What was installed has been taken back"));
  g_clear_pointer (&self->evidence.installed, g_ptr_array_unref);
  g_clear_pointer (&self->evidence.installation, g_ptr_array_unref);
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
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GPtrArray) stores = stile_installation_list_stores (self->evidence.stores, FALSE);

  g_return_if_fail (self->running == NULL);

  g_task_set_source_tag (task, stile_bootstrap_undo_async);
  if (self->evidence.installed == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->running = task;
  stile_installation_remove_async (stores, self->evidence.installed, self->evidence.record, cancellable,
                                   undone, g_steal_pointer (&task));
}

gboolean
stile_bootstrap_undo_finish (StileBootstrap *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what the faces show --- */

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
 * stile_bootstrap_is_passed:
 *
 * Returns: whether the walk is past the step: it is complete, or was skipped
 */
gboolean
stile_bootstrap_is_passed (StileBootstrap *self, StileBootstrapStep step)
{
  return self->states[step] == STILE_BOOTSTRAP_COMPLETE || self->states[step] == STILE_BOOTSTRAP_SKIPPED;
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

/**
 * stile_bootstrap_can_undo:
 *
 * Returns: whether something was installed that can be taken back, now or when nothing runs any more
 */
gboolean
stile_bootstrap_can_undo (StileBootstrap *self)
{
  return self->evidence.installed != NULL;
}

StileProfile *
stile_bootstrap_get_profile (StileBootstrap *self)
{
  return self->evidence.profile;
}

/**
 * stile_bootstrap_get_trace:
 *
 * Returns: (transfer none): all that happened, while it happens
 */
StileTrace *
stile_bootstrap_get_trace (StileBootstrap *self)
{
  return self->evidence.trace;
}

/**
 * stile_bootstrap_get_identity:
 *
 * Returns: (transfer none) (nullable): who this computer is
 */
StileIdentity *
stile_bootstrap_get_identity (StileBootstrap *self)
{
  return self->evidence.identity;
}

/**
 * stile_bootstrap_get_anchors:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): whom the walk believes; %NULL: the system's store
 */
GPtrArray *
stile_bootstrap_get_anchors (StileBootstrap *self)
{
  return self->evidence.anchors;
}

/**
 * stile_bootstrap_get_path:
 *
 * Returns: (transfer none) (nullable): what this computer saw, with nothing installed yet
 */
StileObservation *
stile_bootstrap_get_path (StileBootstrap *self)
{
  return self->evidence.path;
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
  return stile_evidence_is_intercepted (&self->evidence);
}

/**
 * stile_bootstrap_get_client:
 *
 * Returns: (transfer none) (nullable): the ATLS session; %NULL before it, or when the policy goes without
 */
StileClient *
stile_bootstrap_get_client (StileBootstrap *self)
{
  return self->evidence.client;
}

/**
 * stile_bootstrap_get_service_view:
 *
 * Returns: (transfer none) (nullable): what the service saw, as it told inside the session
 */
StileObservation *
stile_bootstrap_get_service_view (StileBootstrap *self)
{
  return self->evidence.service_view;
}

/**
 * stile_bootstrap_get_trust:
 *
 * Returns: what the roots rest on, decided by the step "Service"; %STILE_TRUST_AUTO before
 */
StileTrustSource
stile_bootstrap_get_trust (StileBootstrap *self)
{
  return self->evidence.trust;
}

/**
 * stile_bootstrap_get_pledge:
 *
 * Returns: (transfer none) (nullable): who asks for the voucher, with all that was looked at; %NULL when none is asked for
 */
StilePledge *
stile_bootstrap_get_pledge (StileBootstrap *self)
{
  return self->evidence.pledge;
}

/**
 * stile_bootstrap_get_roots:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): the domain's CA roots
 */
GPtrArray *
stile_bootstrap_get_roots (StileBootstrap *self)
{
  return self->evidence.roots;
}

/**
 * stile_bootstrap_get_inspecting_root:
 *
 * Returns: (transfer none) (nullable): the root that the certificate this computer was shown leads to, by signature
 */
StileCertificate *
stile_bootstrap_get_inspecting_root (StileBootstrap *self)
{
  return self->evidence.inspecting_root;
}

/**
 * stile_bootstrap_get_stores:
 *
 * Returns: (transfer none): where roots can be installed
 */
GListModel *
stile_bootstrap_get_stores (StileBootstrap *self)
{
  return self->evidence.stores;
}

/**
 * stile_bootstrap_get_installation:
 *
 * Returns: (transfer none) (nullable) (element-type StileInstallationResult): how it went in each store
 */
GPtrArray *
stile_bootstrap_get_installation (StileBootstrap *self)
{
  return self->evidence.installation;
}

/**
 * stile_bootstrap_get_enrolment:
 *
 * Returns: (transfer none) (nullable): this computer's new identity, and how it came to it
 */
StileEnrolment *
stile_bootstrap_get_enrolment (StileBootstrap *self)
{
  return self->evidence.enrolment;
}

/**
 * stile_bootstrap_get_verification:
 *
 * Returns: (transfer none) (nullable): the connection that failed before, made with the roots; it holds
 */
StileObservation *
stile_bootstrap_get_verification (StileBootstrap *self)
{
  return self->evidence.verification;
}
