/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-provisioning-meeting.h"

#include "atls/stile-error.h"
#include "inventory/stile-device-details.h"

typedef struct
{
  const StileProvisioningRun *how;
  char *registrar;
} Meeting;

static void
meeting_free (gpointer data)
{
  Meeting *meeting = data;

  g_free (meeting->registrar);
  g_free (meeting);
}

static void
remembered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (stile_device_details_put_registrar_finish (STILE_DEVICE_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Without a network there is still work on site, for a registrar that was met before. */
static gboolean
can_go_on_without (const StileProvisioningRun *how, const GError *error)
{
  return how->phase == STILE_PROVISIONING_ALL && stile_registrar_agent_get_registrar (how->agent) != NULL &&
         (g_error_matches (error, STILE_ERROR, STILE_ERROR_UNREACHABLE) ||
          g_error_matches (error, STILE_ERROR, STILE_ERROR_RETRY));
}

static void
met (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StileRegistrarAgent *agent = STILE_REGISTRAR_AGENT (object);
  Meeting *meeting = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean good = stile_registrar_agent_meet_finish (agent, result, &error);
  StileCertificate *shown = stile_registrar_agent_get_registrar (agent);

  if (!good && !can_go_on_without (meeting->how, error))
    {
      g_task_return_error (task, error);
      return;
    }

  g_clear_error (&error);
  if (good && shown != NULL && meeting->registrar != NULL)
    stile_device_details_put_registrar_async (meeting->how->store, meeting->registrar, shown, remembered,
                                              g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

/* Takes over @task. */
static void
meet (GTask *task)
{
  Meeting *meeting = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (stile_registrar_agent_reaches_registrar (meeting->how->agent) &&
      meeting->how->phase != STILE_PROVISIONING_ON_SITE)
    {
      stile_registrar_agent_meet_async (meeting->how->agent, cancellable, met, task);
      return;
    }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
looked_up (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Meeting *meeting = g_task_get_task_data (task);
  StileRegistrarAgent *agent = meeting->how->agent;
  GError *error = NULL;
  g_autoptr (StileCertificate) known =
      stile_device_details_find_registrar_finish (STILE_DEVICE_STORE (object), result, &error);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  if (known != NULL && stile_registrar_agent_get_registrar (agent) == NULL)
    stile_registrar_agent_set_registrar (agent, known);
  meet (task);
}

/**
 * stile_provisioning_meeting_async:
 * @registrar: (nullable): the registrar's URL, by which it is remembered
 *
 * Meets the registrar where the phase needs it, and writes down what it showed; else looks up what it showed before (BOOTSTRAP
 * A2).
 */
void
stile_provisioning_meeting_async (const StileProvisioningRun *how,
                                  const char *registrar,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Meeting *meeting = g_new0 (Meeting, 1);

  meeting->how = how;
  meeting->registrar = g_strdup (registrar);
  g_task_set_source_tag (task, stile_provisioning_meeting_async);
  g_task_set_task_data (task, meeting, meeting_free);
  if (registrar != NULL)
    stile_device_details_find_registrar_async (how->store, registrar, looked_up, task);
  else
    meet (task);
}

/**
 * stile_provisioning_meeting_finish:
 *
 * Returns: whether there is something to begin with
 */
gboolean
stile_provisioning_meeting_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
