/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-store-survey.h"

typedef struct
{
  GPtrArray *stores; /* of StileTrustStore */
  GPtrArray *roots;  /* of StileCertificate */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_ptr_array_unref (work->stores);
  g_ptr_array_unref (work->roots);
  g_free (work);
}

static void
survey_free (gpointer data)
{
  StileStoreSurvey *self = data;

  g_free (self->obstacle);
  g_free (self->change);
  g_free (self->command);
  g_free (self);
}

static StileStoreSurvey *
ask (StileTrustStore *store, GPtrArray *roots)
{
  StileStoreSurvey *self = g_new0 (StileStoreSurvey, 1);
  g_autoptr (GError) error = NULL;

  if (!stile_trust_store_can_install (store, &error))
    {
      self->obstacle = g_strdup (error->message);
      self->command = stile_trust_store_get_command (store, roots);
    }
  self->change = stile_trust_store_get_change (store, roots);

  return self;
}

static void
ask_all (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  g_autoptr (GPtrArray) surveys = g_ptr_array_new_with_free_func (survey_free);

  for (guint i = 0; i < work->stores->len && !g_cancellable_is_cancelled (cancellable); i++)
    g_ptr_array_add (surveys, ask (g_ptr_array_index (work->stores, i), work->roots));

  g_task_return_pointer (task, g_steal_pointer (&surveys), (GDestroyNotify)g_ptr_array_unref);
}

/**
 * stile_store_survey_run_async:
 * @stores: (element-type StileTrustStore): whom to ask; nobody else uses them meanwhile
 * @roots: (element-type StileCertificate): what would be installed
 *
 * Asks in a thread of its own: stores look at disks and at programs before they answer.
 */
void
stile_store_survey_run_async (GPtrArray *stores,
                              GPtrArray *roots,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->stores = g_ptr_array_ref (stores);
  work->roots = g_ptr_array_ref (roots);
  g_task_set_source_tag (task, stile_store_survey_run_async);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, ask_all);
}

/**
 * stile_store_survey_run_finish:
 *
 * Returns: (transfer full) (element-type StileStoreSurvey): one for each store, in their order
 */
GPtrArray *
stile_store_survey_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
