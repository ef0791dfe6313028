/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-diagnosis-history.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "atls/stile-error.h"

/* Files of a folder that are looked at: ours are no more than we keep, what else is there is somebody else's. */
#define MAX_FILES 1000

/**
 * StileDiagnosisHistory:
 *
 * The reports of before, a file each in a folder that only its owner reads, the newest first.  A file that cannot be read is
 * passed over, and counted.
 */
struct _StileDiagnosisHistory
{
  GObject parent_instance;

  char *folder;
  GPtrArray *reports; /* of StileReport, the newest first */
  guint n_damaged;
  guint limit;
};

static void model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileDiagnosisHistory,
                               stile_diagnosis_history,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

/* Where a report has its file. */
#define FILE_KEY "stile-history-file"

static void
stile_diagnosis_history_finalize (GObject *object)
{
  StileDiagnosisHistory *self = STILE_DIAGNOSIS_HISTORY (object);

  g_free (self->folder);
  g_ptr_array_unref (self->reports);

  G_OBJECT_CLASS (stile_diagnosis_history_parent_class)->finalize (object);
}

static void
stile_diagnosis_history_class_init (StileDiagnosisHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_diagnosis_history_finalize;
}

static void
stile_diagnosis_history_init (StileDiagnosisHistory *self)
{
  self->reports = g_ptr_array_new_with_free_func (g_object_unref);
  self->limit = STILE_DIAGNOSIS_HISTORY_DEFAULT;
}

static GType
get_item_type (GListModel *model)
{
  return STILE_TYPE_REPORT;
}

static guint
get_n_items (GListModel *model)
{
  return STILE_DIAGNOSIS_HISTORY (model)->reports->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  StileDiagnosisHistory *self = STILE_DIAGNOSIS_HISTORY (model);

  return position < self->reports->len ? g_object_ref (g_ptr_array_index (self->reports, position)) : NULL;
}

static void
model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/**
 * stile_diagnosis_history_new:
 * @folder: of its own; made when the first report comes
 */
StileDiagnosisHistory *
stile_diagnosis_history_new (const char *folder)
{
  StileDiagnosisHistory *self = g_object_new (STILE_TYPE_DIAGNOSIS_HISTORY, NULL);

  self->folder = g_strdup (folder);

  return self;
}

/* --- reading --- */

typedef struct
{
  char *folder;
  GPtrArray *reports; /* of StileReport */
  guint n_damaged;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->folder);
  g_ptr_array_unref (reading->reports);
  g_free (reading);
}

static void
read_file (Reading *reading, const char *name)
{
  g_autofree char *path = g_build_filename (reading->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  StileReport *report;

  if (!g_str_has_suffix (name, ".json"))
    return;
  report = stile_report_load (path, &error);
  if (report == NULL)
    {
      g_debug ("%s", error->message);
      reading->n_damaged++;
      return;
    }

  g_object_set_data_full (G_OBJECT (report), FILE_KEY, g_steal_pointer (&path), g_free);
  g_ptr_array_add (reading->reports, report);
}

static int
compare_dates (gconstpointer a, gconstpointer b)
{
  g_autoptr (GDateTime) one = stile_report_get_created (*(StileReport *const *)a);
  g_autoptr (GDateTime) other = stile_report_get_created (*(StileReport *const *)b);

  return g_date_time_compare (other, one);
}

static void
read_all (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Reading *reading = data;
  g_autoptr (GDir) folder = g_dir_open (reading->folder, 0, NULL);
  const char *name;
  guint files = 0;

  while (folder != NULL && files++ < MAX_FILES && !g_cancellable_is_cancelled (cancellable) &&
         (name = g_dir_read_name (folder)) != NULL)
    read_file (reading, name);
  g_ptr_array_sort (reading->reports, compare_dates);
  g_task_return_boolean (task, TRUE);
}

/**
 * stile_diagnosis_history_load_async:
 *
 * Reads the folder, in a thread.
 */
void
stile_diagnosis_history_load_async (StileDiagnosisHistory *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->folder = g_strdup (self->folder);
  reading->reports = g_ptr_array_new_with_free_func (g_object_unref);
  g_task_set_source_tag (task, stile_diagnosis_history_load_async);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_all);
}

gboolean
stile_diagnosis_history_load_finish (StileDiagnosisHistory *self, GAsyncResult *result, GError **error)
{
  Reading *reading = g_task_get_task_data (G_TASK (result));
  guint before = self->reports->len;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  g_ptr_array_unref (self->reports);
  self->reports = g_ptr_array_ref (reading->reports);
  self->n_damaged = reading->n_damaged;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->reports->len);
  return TRUE;
}

/**
 * stile_diagnosis_history_get_n_damaged:
 *
 * Returns: how many files could not be read
 */
guint
stile_diagnosis_history_get_n_damaged (StileDiagnosisHistory *self)
{
  return self->n_damaged;
}

/* --- writing --- */

static char *
choose_file (StileDiagnosisHistory *self, StileReport *report)
{
  g_autoptr (GDateTime) created = stile_report_get_created (report);
  g_autofree char *date = g_date_time_format (created, "%Y%m%dT%H%M%SZ");
  g_autofree char *uuid = g_uuid_string_random ();

  return g_strdup_printf ("%s/%s-%.8s.json", self->folder, date, uuid);
}

static gboolean
drop (StileDiagnosisHistory *self, guint position)
{
  const char *path = g_object_get_data (g_ptr_array_index (self->reports, position), FILE_KEY);
  gboolean gone = path == NULL || g_unlink (path) == 0 || !g_file_test (path, G_FILE_TEST_EXISTS);

  if (!gone)
    return FALSE;

  g_ptr_array_remove_index (self->reports, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return TRUE;
}

typedef struct
{
  StileReport *report;
  char *folder;
  char *file;
} Adding;

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_object_unref (adding->report);
  g_free (adding->folder);
  g_free (adding->file);
  g_free (adding);
}

/* Some hundred kilobytes, and a disk that may be slow. */
static void
write_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Adding *adding = data;
  GError *error = NULL;

  if (g_mkdir_with_parents (adding->folder, 0700) != 0)
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_SETTINGS,
                             _ ("The folder “%s” cannot be made: %s"), adding->folder, g_strerror (errno));
  else if (!stile_report_save (adding->report, adding->file, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * stile_diagnosis_history_add_async:
 * @report: must not be in it yet
 *
 * Keeps @report at its place by date; the oldest go when there are too many.
 */
void
stile_diagnosis_history_add_async (StileDiagnosisHistory *self,
                                   StileReport *report,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Adding *adding = g_new0 (Adding, 1);

  adding->report = g_object_ref (report);
  adding->folder = g_strdup (self->folder);
  adding->file = choose_file (self, report);
  g_task_set_source_tag (task, stile_diagnosis_history_add_async);
  g_task_set_task_data (task, adding, adding_free);
  g_task_run_in_thread (task, write_file);
}

static guint
find_place (StileDiagnosisHistory *self, StileReport *report)
{
  guint place = 0;

  while (place < self->reports->len && compare_dates (&g_ptr_array_index (self->reports, place), &report) < 0)
    place++;

  return place;
}

static void
drop_oldest (StileDiagnosisHistory *self)
{
  while (self->reports->len > self->limit && drop (self, self->reports->len - 1))
    ;
}

gboolean
stile_diagnosis_history_add_finish (StileDiagnosisHistory *self, GAsyncResult *result, GError **error)
{
  Adding *adding = g_task_get_task_data (G_TASK (result));
  guint place;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  place = find_place (self, adding->report);
  g_object_set_data_full (G_OBJECT (adding->report), FILE_KEY, g_steal_pointer (&adding->file), g_free);
  g_ptr_array_insert (self->reports, (int)place, g_object_ref (adding->report));
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
  drop_oldest (self);
  return TRUE;
}

/**
 * stile_diagnosis_history_set_limit:
 * @limit: from 1 to %STILE_DIAGNOSIS_HISTORY_MAX
 *
 * How many reports are kept; what there is more goes with the next one that is added.
 */
void
stile_diagnosis_history_set_limit (StileDiagnosisHistory *self, guint limit)
{
  self->limit = CLAMP (limit, 1, STILE_DIAGNOSIS_HISTORY_MAX);
}

/* --- finding --- */

/**
 * stile_diagnosis_history_get_file:
 *
 * Returns: (transfer none) (nullable): where @report is kept, which tells it from all others
 */
const char *
stile_diagnosis_history_get_file (StileDiagnosisHistory *self, StileReport *report)
{
  return g_object_get_data (G_OBJECT (report), FILE_KEY);
}

/**
 * stile_diagnosis_history_find_file:
 *
 * Returns: (transfer none) (nullable): the report that is kept in @file
 */
StileReport *
stile_diagnosis_history_find_file (StileDiagnosisHistory *self, const char *file)
{
  for (guint i = 0; i < self->reports->len; i++)
    if (g_strcmp0 (stile_diagnosis_history_get_file (self, g_ptr_array_index (self->reports, i)), file) == 0)
      return g_ptr_array_index (self->reports, i);

  return NULL;
}

/**
 * stile_diagnosis_history_find_earlier:
 *
 * Returns: (transfer none) (nullable): the last report on the same address before @report
 */
StileReport *
stile_diagnosis_history_find_earlier (StileDiagnosisHistory *self, StileReport *report)
{
  for (guint i = find_place (self, report); i < self->reports->len; i++)
    {
      StileReport *earlier = g_ptr_array_index (self->reports, i);

      if (earlier != report && g_strcmp0 (stile_report_get_url (earlier), stile_report_get_url (report)) == 0)
        return earlier;
    }

  return NULL;
}

/**
 * stile_diagnosis_history_remove:
 *
 * Forgets @report, and removes its file.
 */
gboolean
stile_diagnosis_history_remove (StileDiagnosisHistory *self, StileReport *report, GError **error)
{
  guint position;

  if (!g_ptr_array_find (self->reports, report, &position) || drop (self, position))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The report cannot be removed: %s"),
               g_strerror (errno));
  return FALSE;
}
