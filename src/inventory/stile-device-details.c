/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-details.h"

#include "inventory/stile-device-records.h"

/* What a store knows besides its list: read when somebody asks. */

static void
run (GTask *task, GTaskThreadFunc func, gpointer tag)
{
  g_task_set_source_tag (task, tag);
  g_task_run_in_thread (task, func);
  g_object_unref (task);
}

static StileDatabase *
get_database (gpointer source)
{
  return stile_device_store_get_database (STILE_DEVICE_STORE (source));
}

/* --- of a device --- */

static void
load_dossier (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  StilePrmDossier *dossier = stile_device_records_load_dossier (get_database (source), data, &error);

  if (dossier != NULL)
    g_task_return_pointer (task, dossier, (GDestroyNotify)stile_prm_dossier_free);
  else
    g_task_return_error (task, error);
}

/**
 * stile_device_details_load_dossier_async:
 *
 * Reads all that was collected of a device.
 */
void
stile_device_details_load_dossier_async (StileDeviceStore *self,
                                         StileDevice *device,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, g_object_ref (device), g_object_unref);
  run (task, load_dossier, stile_device_details_load_dossier_async);
}

/**
 * stile_device_details_load_dossier_finish:
 *
 * Returns: (transfer full): it
 */
StilePrmDossier *
stile_device_details_load_dossier_finish (StileDeviceStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
list_events (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GVariant *events = stile_device_records_list_events (get_database (source), data, &error);

  if (events != NULL)
    g_task_return_pointer (task, events, (GDestroyNotify)g_variant_unref);
  else
    g_task_return_error (task, error);
}

/**
 * stile_device_details_list_events_async:
 *
 * Reads what happened to a device.
 */
void
stile_device_details_list_events_async (StileDeviceStore *self,
                                        StileDevice *device,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, g_object_ref (device), g_object_unref);
  run (task, list_events, stile_device_details_list_events_async);
}

/**
 * stile_device_details_list_events_finish:
 *
 * Returns: (transfer full): a(xss) of Unix seconds, word and sentence, the oldest first
 */
GVariant *
stile_device_details_list_events_finish (StileDeviceStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- of registrars --- */

typedef struct
{
  char *url;
  StileCertificate *certificate;
} Meeting;

static void
meeting_free (gpointer data)
{
  Meeting *meeting = data;

  g_free (meeting->url);
  g_object_unref (meeting->certificate);
  g_free (meeting);
}

static void
put_registrar (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Meeting *meeting = data;
  GError *error = NULL;

  if (stile_device_records_put_registrar (get_database (source), meeting->url, meeting->certificate,
                                          g_get_real_time () / G_USEC_PER_SEC, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * stile_device_details_put_registrar_async:
 * @certificate: what the registrar at @url showed, and was believed with
 *
 * For work on site without a network.
 */
void
stile_device_details_put_registrar_async (StileDeviceStore *self,
                                          const char *url,
                                          StileCertificate *certificate,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Meeting *meeting = g_new0 (Meeting, 1);

  meeting->url = g_strdup (url);
  meeting->certificate = g_object_ref (certificate);
  g_task_set_task_data (task, meeting, meeting_free);
  run (task, put_registrar, stile_device_details_put_registrar_async);
}

gboolean
stile_device_details_put_registrar_finish (StileDeviceStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
find_registrar (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  StileCertificate *certificate = stile_device_records_find_registrar (get_database (source), data, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, certificate, g_object_unref);
}

/**
 * stile_device_details_find_registrar_async:
 *
 * Looks for what the registrar at @url showed when it was met.
 */
void
stile_device_details_find_registrar_async (StileDeviceStore *self,
                                           const char *url,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (url), g_free);
  run (task, find_registrar, stile_device_details_find_registrar_async);
}

/**
 * stile_device_details_find_registrar_finish:
 *
 * Returns: (transfer full) (nullable): its certificate; %NULL with no error when it never was
 */
StileCertificate *
stile_device_details_find_registrar_finish (StileDeviceStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
