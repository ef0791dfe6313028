/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-station.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-agent-profile.h"
#include "transport/stile-dns-sd-service.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-session-carrier.h"

/**
 * StileStation:
 *
 * A provisioning station behind its place in the window: the devices, who goes between them and their registrar, and the
 * queue.  The agent's files are read when somebody starts the queue, in a thread.
 */
struct _StileStation
{
  GObject parent_instance;

  char *inventory;
  StileProfile *profile; /* of the agent */
  guint jobs;

  StileDeviceStore *store;    /* NULL until it is open */
  StileProvisioning *job;     /* NULL until somebody starts it */
  StileCertificate *agent;    /* as whom it was started last, or NULL */
  StileDnsSdBrowser *browser; /* what is on this network */
  gboolean busy;              /* as it was told last */
};

G_DEFINE_FINAL_TYPE (StileStation, stile_station, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_OVER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_station_dispose (GObject *object)
{
  StileStation *self = STILE_STATION (object);

  stile_station_end (self);
  g_clear_object (&self->store);
  g_clear_object (&self->agent);
  g_clear_object (&self->browser);
  g_clear_object (&self->profile);

  G_OBJECT_CLASS (stile_station_parent_class)->dispose (object);
}

static void
stile_station_finalize (GObject *object)
{
  g_free (STILE_STATION (object)->inventory);

  G_OBJECT_CLASS (stile_station_parent_class)->finalize (object);
}

static void
stile_station_class_init (StileStationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_station_dispose;
  object_class->finalize = stile_station_finalize;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", STILE_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OVER] =
      g_signal_new ("over", STILE_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stile_station_init (StileStation *self)
{
  self->profile = stile_profile_new ();
  self->browser = stile_dns_sd_browser_new (NULL, STILE_DNS_SD_BROWSER_PLEDGES);
}

static const char *
copy_text (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * stile_station_setup_copy:
 * @to: (out): gets copies, for stile_station_setup_clear(); what is empty is not there
 */
void
stile_station_setup_copy (StileStationSetup *to, const StileStationSetup *from)
{
  const StileStationSetup copy = {
    .inventory = copy_text (from->inventory),
    .registrar = copy_text (from->registrar),
    .anchors = copy_text (from->anchors),
    .certificate = copy_text (from->certificate),
    .key = copy_text (from->key),
    .proxy = copy_text (from->proxy),
    .jobs = from->jobs,
  };

  *to = copy;
}

/**
 * stile_station_setup_clear:
 * @setup: one that owns its texts
 */
void
stile_station_setup_clear (StileStationSetup *setup)
{
  const char *const texts[] = { setup->inventory,   setup->registrar, setup->anchors,
                                setup->certificate, setup->key,       setup->proxy };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free ((char *)texts[i]);
  *setup = (StileStationSetup){ 0 };
}

/**
 * stile_station_new:
 *
 * Returns: (transfer full): a station, to be opened
 */
StileStation *
stile_station_new (const StileStationSetup *setup)
{
  StileStation *self = g_object_new (STILE_TYPE_STATION, NULL);

  self->inventory = g_strdup (setup->inventory);
  stile_station_set_agent (self, setup);
  return self;
}

/**
 * stile_station_set_agent:
 * @setup: where the registrar is, and as whom this computer goes there; counts from the next start
 */
void
stile_station_set_agent (StileStation *self, const StileStationSetup *setup)
{
  g_object_set (self->profile, "service", setup->registrar, "anchors", setup->anchors, "certificate",
                setup->certificate, "key", setup->key, "proxy", setup->proxy, NULL);
  self->jobs = setup->jobs;
  /* What is on its way goes on as it began. */
  if (self->job != NULL && !stile_provisioning_is_busy (self->job))
    stile_station_end (self);
}

/**
 * stile_station_has_agent:
 *
 * Returns: whether it is known where to go and as whom
 */
gboolean
stile_station_has_agent (StileStation *self)
{
  return stile_profile_get_service (self->profile) != NULL &&
         stile_profile_get_certificate (self->profile) != NULL;
}

StileDeviceStore *
stile_station_get_store (StileStation *self)
{
  return self->store;
}

/**
 * stile_station_get_job:
 *
 * Returns: (transfer none) (nullable): the queue, once somebody started it
 */
StileProvisioning *
stile_station_get_job (StileStation *self)
{
  return self->job;
}

/**
 * stile_station_get_agent:
 *
 * Returns: (transfer none) (nullable): the certificate as whom it was started last
 */
StileCertificate *
stile_station_get_agent (StileStation *self)
{
  return self->agent;
}

/* --- opening --- */

static void
opened (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StileStation *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->store = stile_device_store_open_finish (result, &error);
  if (self->store != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * stile_station_open_async:
 *
 * Opens the database, which is made when it is not there.
 */
void
stile_station_open_async (StileStation *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *folder = g_path_get_dirname (self->inventory);

  g_task_set_source_tag (task, stile_station_open_async);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The folder “%s” cannot be made"),
                               folder);
      g_object_unref (task);
      return;
    }

  stile_device_store_open_async (self->inventory, cancellable, opened, task);
}

gboolean
stile_station_open_finish (StileStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the queue --- */

static void
job_changed (StileProvisioning *job, StileStation *self)
{
  gboolean busy = stile_provisioning_is_busy (job);
  gboolean over = self->busy && !busy;

  self->busy = busy;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (over)
    g_signal_emit (self, signals[SIGNAL_OVER], 0);
}

static void
queued (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!stile_provisioning_order_finish (STILE_PROVISIONING (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  stile_provisioning_set_paused (STILE_PROVISIONING (object), FALSE);
  stile_provisioning_start (STILE_PROVISIONING (object));
  g_task_return_boolean (task, TRUE);
}

/* Takes over @task. */
static void
queue (StileStation *self, GTask *task)
{
  stile_provisioning_queue_async (self->job, g_task_get_task_data (task), queued, task);
}

static char *
find_device (const char *serial, gpointer user_data)
{
  GListModel *found = user_data;

  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr (StileDnsSdService) service = g_list_model_get_item (found, i);

      if (g_strcmp0 (stile_dns_sd_service_get_name (service), serial) == 0)
        return stile_dns_sd_service_make_authority (service);
    }

  return NULL;
}

static void
make_job (StileStation *self, StileRegistrarAgent *agent)
{
  const StileProvisioningSettings settings = {
    .store = self->store,
    .agent = agent,
    .registrar = stile_profile_get_service (self->profile),
    .jobs = self->jobs,
    .retries = STILE_PROVISIONING_DEFAULT_RETRIES,
    .find = find_device,
    .find_data = self->browser,
  };

  self->job = stile_provisioning_new (&settings);
  g_signal_connect_object (self->job, "changed", G_CALLBACK (job_changed), self, G_CONNECT_DEFAULT);
}

static void
load_agent (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const StileAgentProfile profile = {
    .profile = data,
    .session_type = STILE_TYPE_HTTP_SESSION_CARRIER,
    .plain_type = STILE_TYPE_HTTP_CARRIER,
  };
  GError *error = NULL;
  StileRegistrarAgent *agent = stile_agent_profile_open (&profile, &error);

  if (agent != NULL)
    g_task_return_pointer (task, agent, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
agent_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StileStation *self = STILE_STATION (object);
  GError *error = NULL;
  g_autoptr (StileRegistrarAgent) agent = g_task_propagate_pointer (G_TASK (result), &error);

  if (agent == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  g_set_object (&self->agent, stile_registrar_agent_get_certificate (agent));
  if (self->job == NULL)
    make_job (self, agent);
  queue (self, task);
}

/**
 * stile_station_start_async:
 * @devices: (element-type StileDevice): those that are to be begun with, or tried again
 *
 * Starts the queue, with these and with what is in it already.
 */
void
stile_station_start_async (StileStation *self,
                           GPtrArray *devices,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) loading = NULL;

  g_task_set_source_tag (task, stile_station_start_async);
  g_task_set_task_data (task, g_ptr_array_ref (devices), (GDestroyNotify)g_ptr_array_unref);
  if (self->job != NULL)
    {
      queue (self, task);
      return;
    }

  loading = g_task_new (self, cancellable, agent_loaded, task);
  g_task_set_source_tag (loading, agent_loaded);
  g_task_set_task_data (loading, g_object_ref (self->profile), g_object_unref);
  g_task_run_in_thread (loading, load_agent);
}

gboolean
stile_station_start_finish (StileStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_station_end:
 *
 * Whatever is on its way ends; the queue stays as it is, for the next time.
 */
void
stile_station_end (StileStation *self)
{
  if (self->job == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->job, self);
  stile_provisioning_end (self->job);
  g_clear_object (&self->job);
  self->busy = FALSE;
}

/* --- what is on this network --- */

/**
 * stile_station_get_found:
 *
 * Returns: (transfer none): the StileDnsSdService that announce themselves, once somebody looks
 */
GListModel *
stile_station_get_found (StileStation *self)
{
  return G_LIST_MODEL (self->browser);
}

static void
looking (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (stile_dns_sd_browser_start_finish (STILE_DNS_SD_BROWSER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * stile_station_find_async:
 *
 * Begins to look for devices on this network.
 */
void
stile_station_find_async (StileStation *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_station_find_async);
  stile_dns_sd_browser_start_async (self->browser, cancellable, looking, task);
}

gboolean
stile_station_find_finish (StileStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
