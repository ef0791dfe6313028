/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-export.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "inventory/stile-acceptance-html.h"
#include "inventory/stile-acceptance-pdf.h"
#include "inventory/stile-device-export-csv.h"
#include "inventory/stile-device-export-json.h"

/* What a provisioning station hands out at the end. */
typedef struct
{
  StileExportSource *source;
  StileDeviceExportFormat format;
  char *path;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  stile_export_source_free (export->source);
  g_free (export->path);
  g_free (export);
}

/**
 * stile_device_export_find_format:
 * @path: a file's name
 * @format: (out): what its end says
 * @error: %STILE_ERROR_SETTINGS
 */
gboolean
stile_device_export_find_format (const char *path, StileDeviceExportFormat *format, GError **error)
{
  static const struct
  {
    const char *suffix;
    StileDeviceExportFormat format;
  } table[] = {
    { ".csv", STILE_DEVICE_EXPORT_CSV },   { ".json", STILE_DEVICE_EXPORT_JSON },
    { ".html", STILE_DEVICE_EXPORT_HTML }, { ".htm", STILE_DEVICE_EXPORT_HTML },
    { ".pdf", STILE_DEVICE_EXPORT_PDF },
  };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_has_suffix (lower, table[i].suffix))
      {
        *format = table[i].format;
        return TRUE;
      }

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("Devices are exported as .csv, .json, .html or .pdf; give the file such a name"));
  return FALSE;
}

static gboolean
write_report (Export *export, StileExportFile *file, GError **error)
{
  g_autoptr (StileAcceptance) report = stile_acceptance_new (export->source, error);
  g_autoptr (GBytes) pdf = NULL;
  gsize length;
  const char *data;

  if (report == NULL)
    return FALSE;
  if (export->format == STILE_DEVICE_EXPORT_HTML)
    {
      stile_acceptance_html_write (report, file);
      return TRUE;
    }

  pdf = stile_acceptance_pdf_make (report, error);
  if (pdf == NULL)
    return FALSE;
  data = g_bytes_get_data (pdf, &length);
  stile_export_file_write (file, data, length);
  return TRUE;
}

static gboolean
write_as (Export *export, StileExportFile *file, GError **error)
{
  switch (export->format)
    {
    case STILE_DEVICE_EXPORT_CSV:
      return stile_device_export_csv_write (export->source, file, error);
    case STILE_DEVICE_EXPORT_JSON:
      return stile_device_export_json_write (export->source, file, error);
    case STILE_DEVICE_EXPORT_HTML:
    case STILE_DEVICE_EXPORT_PDF:
    default:
      return write_report (export, file, error);
    }
}

static void
export_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  GError *error = NULL;
  g_autoptr (StileExportFile) file = stile_export_file_new (export->path, &error);

  if (file != NULL && write_as (export, file, &error) &&
      !g_cancellable_set_error_if_cancelled (cancellable, &error) && stile_export_file_keep (file, &error))
    g_task_return_boolean (task, TRUE);
  else
    {
      g_clear_pointer (&file, stile_export_file_free);
      g_task_return_error (task, error);
    }
}

/**
 * stile_device_export_async:
 * @devices: (element-type StileDevice): of @store, in the order in which they are told of; as they are now
 * @path: the file, which is replaced if it is there; nothing of it is there when this fails or is cancelled
 * @who: (nullable): the technician, as he calls himself
 * @agent: (nullable): the certificate that this station shows, so that it can be named where a device saw it
 *
 * Writes what became of devices, in a thread, for its owner alone to read.
 */
void
stile_device_export_async (StileDeviceStore *store,
                           GPtrArray *devices,
                           StileDeviceExportFormat format,
                           const char *path,
                           const char *who,
                           StileCertificate *agent,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (store, cancellable, callback, user_data);
  Export *export = g_new0 (Export, 1);

  export->source = stile_export_source_new (store, devices, who, agent, cancellable);
  export->format = format;
  export->path = g_strdup (path);
  g_task_set_source_tag (task, stile_device_export_async);
  /* A file that got its name before somebody cancelled is there. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, export_in_thread);
}

/**
 * stile_device_export_finish:
 * @error: %STILE_ERROR_SETTINGS where it cannot be written, or when a device is not in the list any more;
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: whether all of it is on the disk
 */
gboolean
stile_device_export_finish (StileDeviceStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
