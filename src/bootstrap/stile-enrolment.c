/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-enrolment-draft.h"
#include "bootstrap/stile-enrolment-request.h"

/**
 * StileEnrolment:
 *
 * One enrolment with EST, from the question what the request must say to files on the disk: the job that the walk,
 * "stilectl est enrol" and "stilectl renew" share.  Where an answer gets lost, key and request stay, and the next
 * enrolment of that name sends the very same request; where the service refuses, nothing stays.
 */
struct _StileEnrolment
{
  GObject parent_instance;

  StileEstClient *client;
  StileEnrolmentSettings settings; /* what it points to is ours */
  StileEnrolmentStep step;
  StileChecks *checks;
  StileEnrolmentNote *note; /* is written at the end */
  gint64 now;               /* 0 for the clock's */

  GPtrArray *roots; /* of StileCertificate */
  StileCsrAttributes *attributes;
  char *binding; /* NULL for none */
  char *where;   /* the request goes */
  StileEnrolmentDraft *draft;
  GPtrArray *chain; /* of StileCertificate, leaf first */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StileEnrolment, stile_enrolment, G_TYPE_OBJECT)

static void
stile_enrolment_finalize (GObject *object)
{
  StileEnrolment *self = STILE_ENROLMENT (object);

  g_clear_object (&self->client);
  stile_enrolment_settings_clear (&self->settings);
  g_clear_object (&self->checks);
  g_clear_object (&self->note);
  g_clear_pointer (&self->roots, g_ptr_array_unref);
  g_clear_object (&self->attributes);
  g_free (self->binding);
  g_free (self->where);
  g_clear_pointer (&self->draft, stile_enrolment_draft_free);
  g_clear_pointer (&self->chain, g_ptr_array_unref);

  G_OBJECT_CLASS (stile_enrolment_parent_class)->finalize (object);
}

static void
stile_enrolment_class_init (StileEnrolmentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_enrolment_finalize;

  /**
   * StileEnrolment::changed:
   *
   * It has come to the next step.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
stile_enrolment_init (StileEnrolment *self)
{
  self->checks = stile_checks_new ();
}

/**
 * stile_enrolment_new:
 * @client: asks the service
 * @settings: what for
 *
 * Returns: (transfer full): an enrolment that has not begun
 */
StileEnrolment *
stile_enrolment_new (StileEstClient *client, const StileEnrolmentSettings *settings)
{
  StileEnrolment *self = g_object_new (STILE_TYPE_ENROLMENT, NULL);
  g_autofree char *note = NULL;

  self->client = g_object_ref (client);
  stile_enrolment_settings_copy (&self->settings, settings);
  note = stile_enrolment_settings_build_path (&self->settings, STILE_ENROLMENT_NOTE_SUFFIX);
  self->note = stile_enrolment_note_new (note);
  return self;
}

/**
 * stile_enrolment_set_now:
 * @unix_seconds: at which the new certificate has to be good; 0 for the clock's time
 */
void
stile_enrolment_set_now (StileEnrolment *self, gint64 unix_seconds)
{
  self->now = unix_seconds;
}

StileEnrolmentNote *
stile_enrolment_get_note (StileEnrolment *self)
{
  return self->note;
}

/**
 * stile_enrolment_get_step:
 *
 * Returns: how far it has come; the step that failed, when it failed
 */
StileEnrolmentStep
stile_enrolment_get_step (StileEnrolment *self)
{
  return self->step;
}

/**
 * stile_enrolment_get_checks:
 *
 * Returns: (transfer none): what was looked at
 */
StileChecks *
stile_enrolment_get_checks (StileEnrolment *self)
{
  return self->checks;
}

/**
 * stile_enrolment_get_chain:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): the new certificate first, when it is done
 */
GPtrArray *
stile_enrolment_get_chain (StileEnrolment *self)
{
  return self->chain;
}

/**
 * stile_enrolment_get_key:
 *
 * Returns: (transfer none) (nullable): the new key
 */
StileEnrolmentKey *
stile_enrolment_get_key (StileEnrolment *self)
{
  return self->draft != NULL ? self->draft->key : NULL;
}

static void
enter (StileEnrolment *self, StileEnrolmentStep step)
{
  self->step = step;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- the end --- */

/* Whether the service may have issued a certificate that did not arrive: then the same request must go out again. */
static gboolean
may_be_lost (const GError *error)
{
  return stile_error_is_cancelled (error) || g_error_matches (error, STILE_ERROR, STILE_ERROR_RETRY) ||
         g_error_matches (error, STILE_ERROR, STILE_ERROR_UNREACHABLE) ||
         g_error_matches (error, STILE_ERROR, STILE_ERROR_EXPIRED) ||
         g_error_matches (error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
}

/* Threads are given the job, and hold no reference: what they gave up last would go in the wrong thread, session and
 * all.  The task of the whole run holds one until they are done. */

typedef struct
{
  GTask *task;
  GError *error;
} Failure;

static void
clean_up (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  stile_enrolment_draft_remove (STILE_ENROLMENT (data)->draft);
  g_task_return_boolean (task, TRUE);
}

static void
cleaned_up (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Failure *failure = user_data;

  g_task_return_error (failure->task, failure->error);
  g_object_unref (failure->task);
  g_free (failure);
}

/* A token takes its time to forget a key. */
static void
fail (GTask *task, GError *error)
{
  StileEnrolment *self = g_task_get_source_object (task);
  g_autoptr (GTask) cleaning = NULL;
  Failure *failure;

  if (self->draft == NULL || may_be_lost (error))
    {
      g_task_return_error (task, error);
      return;
    }

  failure = g_new0 (Failure, 1);
  failure->task = g_object_ref (task);
  failure->error = error;
  cleaning = g_task_new (NULL, NULL, cleaned_up, failure);
  g_task_set_task_data (cleaning, self, NULL);
  g_task_run_in_thread (cleaning, clean_up);
}

/* --- storing --- */

static gboolean
store (StileEnrolment *self, GError **error)
{
  return stile_enrolment_draft_store (self->draft, self->chain, self->note, error);
}

static void
store_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (store (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
stored (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_prefix_error (&error, "%s", _ ("Storing the certificate: "));
      g_task_return_error (task, error);
      return;
    }

  enter (g_task_get_source_object (task), STILE_ENROLMENT_STEP_DONE);
  g_task_return_boolean (task, TRUE);
}

/* --- asking --- */

static void
enrolled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) certificates =
      stile_est_client_enrol_finish (STILE_EST_CLIENT (object), result, &error);
  StileEnrolment *self = g_task_get_source_object (task);
  g_autoptr (GTask) storing = NULL;

  if (certificates != NULL)
    self->chain = stile_enrolment_request_judge (
        certificates, stile_enrolment_key_get_public (self->draft->key), self->roots,
        self->now != 0 ? self->now : g_get_real_time () / G_USEC_PER_SEC, self->checks, &error);
  if (self->chain == NULL)
    {
      fail (task, error);
      return;
    }

  enter (self, STILE_ENROLMENT_STEP_STORE);
  storing = g_task_new (NULL, NULL, stored, g_object_ref (task));
  g_task_set_task_data (storing, self, NULL);
  g_task_run_in_thread (storing, store_thread);
}

/* --- key and request --- */

static gboolean
prepare (StileEnrolment *self, GError **error)
{
  self->draft =
      stile_enrolment_draft_prepare (&self->settings, self->where, self->attributes, self->binding, error);
  return self->draft != NULL;
}

static void
prepare_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (prepare (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
prepared (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StileEnrolment *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_prefix_error (&error, "%s", _ ("Making a key and a certificate request: "));
      fail (task, error);
      return;
    }

  enter (self, STILE_ENROLMENT_STEP_REQUEST);
  stile_est_client_enrol_async (self->client, self->draft->request, self->settings.renew,
                                g_task_get_cancellable (task), enrolled, g_object_ref (task));
}

/* --- the beginning --- */

static void
got_attributes (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileCsrAttributes *attributes =
      stile_est_client_get_attributes_finish (STILE_EST_CLIENT (object), result, &error);
  StileEnrolment *self = g_task_get_source_object (task);
  StileChannel *channel = stile_est_client_get_channel (self->client);
  g_autoptr (GTask) preparing = NULL;

  if (attributes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self->attributes = attributes;
  if (!stile_enrolment_request_check_binding (attributes, channel, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->binding = stile_channel_get_binding (channel);
  self->where = g_strdup (stile_channel_get_host (channel));
  enter (self, STILE_ENROLMENT_STEP_KEY);
  preparing = g_task_new (NULL, g_task_get_cancellable (task), prepared, g_object_ref (task));
  g_task_set_task_data (preparing, self, NULL);
  g_task_run_in_thread (preparing, prepare_thread);
}

static void
ask_attributes (GTask *task)
{
  StileEnrolment *self = g_task_get_source_object (task);

  enter (self, STILE_ENROLMENT_STEP_ATTRIBUTES);
  stile_est_client_get_attributes_async (self->client, g_task_get_cancellable (task), got_attributes,
                                         g_object_ref (task));
}

static void
got_roots (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *roots = stile_est_client_get_roots_finish (STILE_EST_CLIENT (object), result, &error);
  StileEnrolment *self = g_task_get_source_object (task);

  if (roots == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self->roots = roots;
  ask_attributes (task);
}

/**
 * stile_enrolment_run_async:
 *
 * Enrols, once.  Cancelled while the request is out, it leaves key and request for the next time.
 */
void
stile_enrolment_run_async (StileEnrolment *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (self->attributes == NULL);

  g_task_set_source_tag (task, stile_enrolment_run_async);
  enter (self, STILE_ENROLMENT_STEP_ROOTS);
  if (self->settings.roots != NULL)
    {
      self->roots = g_ptr_array_ref (self->settings.roots);
      ask_attributes (task);
      return;
    }

  stile_est_client_get_roots_async (self->client, cancellable, got_roots, g_object_ref (task));
}

/**
 * stile_enrolment_run_finish:
 *
 * Returns: whether there is a new certificate with its key; the note says where
 */
gboolean
stile_enrolment_run_finish (StileEnrolment *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
