/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-diagnosis-run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

typedef enum
{
  PROBE_WAITING,
  PROBE_RUNNING,
  PROBE_OVER,
} ProbeState;

/**
 * StileDiagnosisRun:
 *
 * Lets the probes of one diagnosis go, each when its turn has come, side by side and with a deadline.  "progressed" is
 * emitted when one is over.
 */
struct _StileDiagnosisRun
{
  GObject parent_instance;

  StileProbeContext *context;
  GListModel *checks; /* of StileCheck, one a probe */
  ProbeState *states; /* one a probe */
  guint n_probes;
  GCancellable *stop; /* of all probes: by whoever asked, or by the deadline */
  GSource *deadline;
  gint64 began;
  gboolean overdue;
};

enum
{
  PROGRESSED,
  N_SIGNALS,
};

static guint run_signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StileDiagnosisRun, stile_diagnosis_run, G_TYPE_OBJECT)

static void
stop_deadline (StileDiagnosisRun *self)
{
  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);
}

static void
stile_diagnosis_run_finalize (GObject *object)
{
  StileDiagnosisRun *self = STILE_DIAGNOSIS_RUN (object);

  stop_deadline (self);
  g_object_unref (self->context);
  g_object_unref (self->checks);
  g_object_unref (self->stop);
  g_free (self->states);

  G_OBJECT_CLASS (stile_diagnosis_run_parent_class)->finalize (object);
}

static void
stile_diagnosis_run_class_init (StileDiagnosisRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_diagnosis_run_finalize;
  run_signals[PROGRESSED] = g_signal_new ("progressed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
stile_diagnosis_run_init (StileDiagnosisRun *self)
{
  self->stop = g_cancellable_new ();
}

/**
 * stile_diagnosis_run_make_checks:
 *
 * Returns: (transfer full): a StileCheck for each probe, in their order
 */
GListModel *
stile_diagnosis_run_make_checks (void)
{
  GListStore *checks = g_list_store_new (STILE_TYPE_CHECK);
  const StileProbe *const *probes = stile_probe_list ();

  for (guint i = 0; probes[i] != NULL; i++)
    {
      g_autoptr (StileCheck) check = stile_check_new (probes[i]->id, _ (probes[i]->title));

      g_list_store_append (checks, check);
    }

  return G_LIST_MODEL (checks);
}

/**
 * stile_diagnosis_run_new:
 * @checks: of stile_diagnosis_run_make_checks()
 */
StileDiagnosisRun *
stile_diagnosis_run_new (StileProbeContext *context, GListModel *checks)
{
  StileDiagnosisRun *self = g_object_new (STILE_TYPE_DIAGNOSIS_RUN, NULL);

  self->context = g_object_ref (context);
  self->checks = g_object_ref (checks);
  self->n_probes = g_list_model_get_n_items (checks);
  self->states = g_new0 (ProbeState, self->n_probes);
  stile_probe_context_set_checks (context, checks);

  return self;
}

/* All whose turn is no later than @turn. */
static gboolean
all_over (StileDiagnosisRun *self, StileProbeTurn turn)
{
  for (guint i = 0; i < self->n_probes; i++)
    if (stile_probe_list ()[i]->turn <= turn && self->states[i] != PROBE_OVER)
      return FALSE;

  return TRUE;
}

static gboolean
is_over (StileDiagnosisRun *self, const char *id)
{
  for (guint i = 0; i < self->n_probes; i++)
    if (strcmp (stile_probe_list ()[i]->id, id) == 0)
      return self->states[i] == PROBE_OVER;

  return FALSE;
}

/* --- whose turn it is --- */

/* Why whoever waits for a turn need not wait any longer; NULL when he shall go on. */
static const char *
find_hindrance (StileDiagnosisRun *self, StileProbeTurn turn)
{
  StileSignals *signals = stile_probe_context_get_signals (self->context);

  if (turn == STILE_PROBE_AT_LAST)
    return NULL;
  if (self->overdue)
    return _ ("The time for this diagnosis was over before; the way is slow.");
  if (signals->oddity != NULL && turn >= STILE_PROBE_AFTER_HELLO)
    return _ ("The certificates that were shown are absurd, so nothing more was asked.");
  if (turn >= STILE_PROBE_AFTER_HELLO && is_over (self, "handshake") && signals->reach != STILE_REACH_GOOD &&
      signals->reach != STILE_REACH_NOT_TRIED)
    return _ ("Nobody was reached who could be asked.");
  if (turn == STILE_PROBE_AFTER_WORD && is_over (self, "receipt") &&
      !stile_probe_context_has_word (self->context))
    return _ ("Nobody at the other end says what arrived, so there is nothing to compare.");

  return NULL;
}

static gboolean
is_due (StileDiagnosisRun *self, StileProbeTurn turn)
{
  switch (turn)
    {
    case STILE_PROBE_AFTER_HELLO:
      return all_over (self, STILE_PROBE_BEFORE_ALL) && is_over (self, "handshake");
    case STILE_PROBE_AFTER_WORD:
      return is_over (self, "receipt");
    case STILE_PROBE_AT_LAST:
      return all_over (self, STILE_PROBE_AFTER_WORD);
    case STILE_PROBE_AT_ONCE:
      return all_over (self, STILE_PROBE_BEFORE_ALL);
    case STILE_PROBE_BEFORE_ALL:
    default:
      return TRUE;
    }
}

static void let_go (GTask *task);

typedef struct
{
  GTask *task;
  guint index;
} Place;

static void
set_check (StileDiagnosisRun *self, guint index, StileCheckState state)
{
  g_autoptr (StileCheck) check = g_list_model_get_item (self->checks, index);

  stile_check_set (check, state, NULL);
}

/* The first answer tells how slow the way is: then all else may take its time, too. */
static void
extend_deadline (StileDiagnosisRun *self)
{
  gint64 took = g_get_monotonic_time () - self->began;
  gint64 allowed =
      MIN (STILE_DIAGNOSIS_RUN_SECONDS * G_TIME_SPAN_SECOND + STILE_DIAGNOSIS_RUN_PATIENCE * took,
           STILE_DIAGNOSIS_RUN_MAX_SECONDS * G_TIME_SPAN_SECOND);

  if (self->deadline != NULL && took > G_TIME_SPAN_SECOND)
    g_source_set_ready_time (self->deadline, self->began + allowed);
}

static void
probe_over (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Place *place = user_data;
  GTask *task = place->task;
  guint index = place->index;
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);
  StileDiagnosisRun *self = g_task_get_source_object (task);
  const StileProbe *probe = stile_probe_list ()[index];

  g_free (place);
  self->states[index] = PROBE_OVER;
  if (!done && self->overdue)
    stile_probe_context_say (self->context, probe->id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             find_hindrance (self, STILE_PROBE_AT_ONCE));
  else if (!done)
    stile_probe_context_say (self->context, probe->id, STILE_CHECK_STATE_NOT_RUN, "%s", error->message);
  if (strcmp (probe->id, "receipt") == 0)
    extend_deadline (self);
  g_signal_emit (self, run_signals[PROGRESSED], 0);
  let_go (task);
  g_object_unref (task);
}

static void
start (GTask *task, guint index)
{
  StileDiagnosisRun *self = g_task_get_source_object (task);
  const StileProbe *probe = stile_probe_list ()[index];
  Place *place = g_new0 (Place, 1);
  GTask *inner;

  place->task = g_object_ref (task);
  place->index = index;
  self->states[index] = PROBE_RUNNING;
  set_check (self, index, STILE_CHECK_STATE_RUNNING);
  inner =
      g_task_new (self->context, probe->turn == STILE_PROBE_AT_LAST ? NULL : self->stop, probe_over, place);
  g_task_set_source_tag (inner, start);
  probe->run (inner);
}

static void
go_without (StileDiagnosisRun *self, guint index, const char *why)
{
  self->states[index] = PROBE_OVER;
  stile_probe_context_say (self->context, stile_probe_list ()[index]->id, STILE_CHECK_STATE_NOT_RUN, "%s",
                           why);
}

/* One that is over may make others due: round and round until nothing changes. */
static void
let_go (GTask *task)
{
  StileDiagnosisRun *self = g_task_get_source_object (task);
  gboolean changed = TRUE;

  while (changed && !g_task_get_completed (task))
    {
      changed = FALSE;
      for (guint i = 0; i < self->n_probes; i++)
        {
          StileProbeTurn turn = stile_probe_list ()[i]->turn;
          const char *hindrance = self->states[i] == PROBE_WAITING ? find_hindrance (self, turn) : NULL;

          if (self->states[i] != PROBE_WAITING || (hindrance == NULL && !is_due (self, turn)))
            continue;
          changed = TRUE;
          if (hindrance != NULL)
            go_without (self, i, hindrance);
          else
            start (task, i);
        }
    }
  if (!all_over (self, STILE_PROBE_AT_LAST) || g_task_get_completed (task))
    return;

  stop_deadline (self);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

static gboolean
deadline_cb (gpointer user_data)
{
  StileDiagnosisRun *self = user_data;

  self->overdue = TRUE;
  g_cancellable_cancel (self->stop);
  return G_SOURCE_REMOVE;
}

static void
start_deadline (StileDiagnosisRun *self)
{
  self->began = g_get_monotonic_time ();
  self->deadline = g_timeout_source_new_seconds (STILE_DIAGNOSIS_RUN_SECONDS);
  g_source_set_static_name (self->deadline, "[stile] deadline of a diagnosis");
  g_source_set_callback (self->deadline, deadline_cb, self, NULL);
  g_source_attach (self->deadline, g_main_context_get_thread_default ());
}

static void
stop_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/**
 * stile_diagnosis_run_start_async:
 *
 * Runs all probes, once.
 */
void
stile_diagnosis_run_start_async (StileDiagnosisRun *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_diagnosis_run_start_async);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (stop_cb), self->stop, G_CONNECT_DEFAULT);
  if (g_task_return_error_if_cancelled (task))
    return;

  start_deadline (self);
  let_go (task);
}

/**
 * stile_diagnosis_run_start_finish:
 *
 * Returns: whether all probes came to their end; an error only when somebody cancelled
 */
gboolean
stile_diagnosis_run_start_finish (StileDiagnosisRun *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_diagnosis_run_get_progress:
 *
 * Returns: from 0 to 1
 */
double
stile_diagnosis_run_get_progress (StileDiagnosisRun *self)
{
  guint over = 0;

  for (guint i = 0; i < self->n_probes; i++)
    if (self->states[i] == PROBE_OVER)
      over++;

  return (double)over / self->n_probes;
}

/**
 * stile_diagnosis_run_knows_enough:
 *
 * Returns: whether a verdict on the path can be given: who answers is known, and whether the service says anything
 */
gboolean
stile_diagnosis_run_knows_enough (StileDiagnosisRun *self)
{
  return is_over (self, "handshake") && is_over (self, "minting") && is_over (self, "session") &&
         is_over (self, "receipt");
}

G_STATIC_ASSERT (STILE_DIAGNOSIS_RUN_SECONDS <= STILE_DIAGNOSIS_RUN_MAX_SECONDS);
