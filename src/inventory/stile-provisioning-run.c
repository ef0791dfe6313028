/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-provisioning-run.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "inventory/stile-device-details.h"

/* Nobody is asked less often than this. */
#define MAX_RETRY_SECONDS 300

/* A device whose papers are of no use begins again, and not for ever. */
#define MAX_RESTARTS 1

/* Each step of one device: asked, written down, and only then the next (BOOTSTRAP A6, A8). */
typedef struct
{
  const StileProvisioningRun *how;
  StileDevice *device;
  StilePrmDossier *dossier;
  guint attempts; /* in a row that nobody answered */
  guint restarts;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_object_unref (run->device);
  g_clear_pointer (&run->dossier, stile_prm_dossier_free);
  g_free (run);
}

/**
 * stile_provisioning_run_includes:
 *
 * Returns: whether @step is done in @phase
 */
gboolean
stile_provisioning_run_includes (StileProvisioningPhase phase, StilePrmStep step)
{
  switch (phase)
    {
    case STILE_PROVISIONING_ON_SITE:
      return stile_prm_step_is_on_site (step);
    case STILE_PROVISIONING_AT_REGISTRAR:
      return !stile_prm_step_is_on_site (step);
    case STILE_PROVISIONING_ALL:
    default:
      return TRUE;
    }
}

/* --- writing down how it ends --- */

static void
ended (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (stile_device_store_change_finish (STILE_DEVICE_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Takes over @task and @change. */
static void
end_with (GTask *task, StileDeviceChange *change)
{
  Run *run = g_task_get_task_data (task);

  stile_device_store_change_async (run->how->store, change, ended, task);
}

static StileDeviceChange *
change_new (Run *run, StileDeviceState state)
{
  return stile_device_change_new (run->device, state,
                                  run->dossier != NULL ? stile_prm_dossier_get_step (run->dossier)
                                                       : stile_device_get_step (run->device));
}

static void
end_waiting (GTask *task, guint seconds, const char *words)
{
  Run *run = g_task_get_task_data (task);
  StileDeviceChange *change = change_new (run, STILE_DEVICE_WAITING);

  change->until = g_get_real_time () / G_USEC_PER_SEC + seconds;
  change->message = g_strdup (words != NULL ? words : _ ("Somebody must decide first"));
  if (g_strcmp0 (stile_device_get_message (run->device), change->message) != 0)
    {
      change->what = g_strdup ("waiting");
      change->text = g_strdup (change->message);
    }
  end_with (task, change);
}

static void
end_failed (GTask *task, const char *message)
{
  Run *run = g_task_get_task_data (task);
  StileDeviceChange *change = change_new (run, STILE_DEVICE_FAILED);

  change->message = g_strdup (message);
  change->what = g_strdup ("failed");
  change->text = g_strdup (message);
  end_with (task, change);
}

static void
end_done (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  g_autofree char *reason = NULL;
  gboolean refused = stile_prm_dossier_is_refused (run->dossier, &reason);
  StileDeviceChange *change = change_new (run, refused ? STILE_DEVICE_REFUSED : STILE_DEVICE_DONE);

  change->message = g_strdup (reason);
  change->what = g_strdup (refused ? "refused" : "done");
  change->text = g_strdup (refused ? reason : _ ("The device is in its domain"));
  end_with (task, change);
}

/* Whatever may be better later is tried a few times. */
static void
end_with_error (GTask *task, GError *error)
{
  g_autoptr (GError) owned = error;
  Run *run = g_task_get_task_data (task);
  guint seconds = MIN (run->how->retry_seconds << MIN (run->attempts, 8), MAX_RETRY_SECONDS);

  if (stile_error_is_cancelled (owned))
    {
      g_task_return_error (task, g_steal_pointer (&owned));
      g_object_unref (task);
      return;
    }

  if ((g_error_matches (owned, STILE_ERROR, STILE_ERROR_RETRY) ||
       g_error_matches (owned, STILE_ERROR, STILE_ERROR_UNREACHABLE)) &&
      run->attempts++ < run->how->retries)
    end_waiting (task, seconds, owned->message);
  else
    end_failed (task, owned->message);
}

/* --- one step after the other --- */

static void go_on (GTask *task);

static void
step_written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (stile_device_store_change_finish (STILE_DEVICE_STORE (object), result, &error))
    go_on (task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

/* What somebody should know besides: checks that passed with a note. */
static char *
describe_step (StilePrmStep step, StileChecks *checks)
{
  g_autoptr (GString) text = g_string_new (stile_prm_step_get_doing (step));

  for (guint i = 0; i < stile_checks_get_n (checks); i++)
    if (stile_checks_get_result (checks, i) == STILE_CHECK_NOTED)
      g_string_append_printf (text, "\n%s: %s", stile_checks_get_id (checks, i),
                              stile_checks_get_sentence (checks, i));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
take (GTask *task, StilePrmStep step, const StileAgentAnswer *answer)
{
  Run *run = g_task_get_task_data (task);
  StileDeviceChange *change;

  stile_prm_dossier_take (run->dossier, step, answer->artefact);
  if (step == STILE_PRM_STEP_VOUCHER_TRIGGER)
    run->dossier->agent = g_strdup (stile_registrar_agent_get_id (run->how->agent));
  run->attempts = 0;

  change = change_new (run, STILE_DEVICE_RUNNING);
  change->artefact = g_bytes_ref (answer->artefact);
  change->artefact_step = step;
  change->agent = g_strdup (run->dossier->agent);
  change->what = g_strdup (stile_prm_step_get_name (step));
  change->text = describe_step (step, answer->checks);
  stile_device_store_change_async (run->how->store, change, step_written, task);
}

static void
begin_again (GTask *task, const char *words)
{
  Run *run = g_task_get_task_data (task);
  StileDeviceChange *change;

  if (run->restarts++ >= MAX_RESTARTS)
    {
      end_failed (task, words);
      return;
    }

  stile_prm_dossier_reset (run->dossier);
  change = change_new (run, STILE_DEVICE_RUNNING);
  change->forgets = TRUE;
  change->what = g_strdup ("again");
  change->text = g_strdup (words);
  stile_device_store_change_async (run->how->store, change, step_written, task);
}

static void
stepped (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (StileAgentAnswer) answer =
      stile_registrar_agent_step_finish (STILE_REGISTRAR_AGENT (object), result, &error);
  Run *run = g_task_get_task_data (task);

  if (answer == NULL)
    {
      end_with_error (task, error);
      return;
    }

  switch (answer->outcome)
    {
    case STILE_AGENT_DONE:
      take (task, stile_prm_dossier_get_step (run->dossier), answer);
      break;
    case STILE_AGENT_WAIT:
      end_waiting (task, answer->seconds, answer->words);
      break;
    case STILE_AGENT_AGAIN:
    default:
      begin_again (task, answer->words);
      break;
    }
}

static char *
find_url (Run *run)
{
  const char *known = stile_device_get_address (run->device);
  g_autofree char *found = known == NULL && run->how->find != NULL
                               ? run->how->find (stile_device_get_serial (run->device), run->how->find_data)
                               : NULL;
  const char *address = known != NULL ? known : found;

  return address != NULL ? g_strconcat ("http://", address, NULL) : NULL;
}

/* The turn of this device ends where the other side begins: in its turn there it goes on. */
static void
end_phase (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  StileDeviceChange *change = change_new (run, STILE_DEVICE_QUEUED);

  change->what = g_strdup ("carried");
  change->text =
      g_strdup (stile_prm_step_is_on_site (change->step) ? _ ("All is done at the registrar for now")
                                                         : _ ("All is done at the device for now"));
  end_with (task, change);
}

/* Takes over @task. */
static void
go_on (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  StilePrmStep step = stile_prm_dossier_get_step (run->dossier);
  g_autofree char *url = NULL;

  if (step == STILE_PRM_STEP_DONE)
    {
      end_done (task);
      return;
    }
  if (!stile_provisioning_run_includes (run->how->phase, step))
    {
      end_phase (task);
      return;
    }
  if (stile_prm_step_is_on_site (step))
    {
      url = find_url (run);
      if (url == NULL)
        {
          end_with_error (task,
                          g_error_new (STILE_ERROR, STILE_ERROR_UNREACHABLE,
                                       _ ("The device has no address, and is not found on this network: "
                                          "switch it on, or say where it is")));
          return;
        }
    }

  stile_device_update (run->device, STILE_DEVICE_RUNNING, step, NULL, 0,
                       stile_device_get_changed (run->device));
  stile_registrar_agent_step_async (run->how->agent, run->dossier, url, g_task_get_cancellable (task),
                                    stepped, task);
}

static void
loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StilePrmDossier *dossier =
      stile_device_details_load_dossier_finish (STILE_DEVICE_STORE (object), result, &error);
  Run *run = g_task_get_task_data (task);

  run->dossier = dossier;
  if (dossier != NULL)
    {
      go_on (task);
      return;
    }

  g_task_return_error (task, error);
  g_object_unref (task);
}

/**
 * stile_provisioning_run_async:
 * @device: of the store of @how
 * @attempts: how often in a row nobody answered for it
 * @cancellable: (nullable): ends it, with nothing written that was not done
 *
 * Brings a device on until it is done, fails, must wait, or the phase is over for it.
 */
void
stile_provisioning_run_async (const StileProvisioningRun *how,
                              StileDevice *device,
                              guint attempts,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);

  run->how = how;
  run->device = g_object_ref (device);
  run->attempts = attempts;
  g_task_set_source_tag (task, stile_provisioning_run_async);
  g_task_set_task_data (task, run, run_free);
  /* What is written is written: a cancelled task has nothing to say of that. */
  g_task_set_check_cancellable (task, FALSE);
  stile_device_update (device, STILE_DEVICE_RUNNING, stile_device_get_step (device), NULL, 0,
                       stile_device_get_changed (device));
  stile_device_details_load_dossier_async (how->store, device, cancellable, loaded, task);
}

/**
 * stile_provisioning_run_finish:
 * @attempts: (out): how often in a row nobody answered for it
 * @error: what cannot be written down, and %STILE_ERROR_CANCELLED; what failed with the device is its state
 */
gboolean
stile_provisioning_run_finish (GAsyncResult *result, guint *attempts, GError **error)
{
  Run *run = g_task_get_task_data (G_TASK (result));

  *attempts = run->attempts;
  return g_task_propagate_boolean (G_TASK (result), error);
}
