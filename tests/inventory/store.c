/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/store.h"

#include <sqlite3.h>
#include <string.h>

#include "atls/stile-error.h"
#include "inventory/stile-device-details.h"
#include "support/test-await.h"

/* Microseconds until somebody is said to hold it for ever. */
#define PATIENCE (60 * G_USEC_PER_SEC)

StileDeviceStore *
store_open (const char *path)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StileDeviceStore *store;

  stile_device_store_open_async (path, NULL, test_await_cb, &result);
  store = stile_device_store_open_finish (test_await_result (&result), &error);
  g_assert_no_error (error);
  return store;
}

void
store_expect_refused (const char *path, const char *words)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDeviceStore) store = NULL;

  stile_device_store_open_async (path, NULL, test_await_cb, &result);
  store = stile_device_store_open_finish (test_await_result (&result), &error);
  g_assert_null (store);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, path));
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
}

/* A thread of the pool may let go of it last, and of what it locks: then it would be gone a moment later than one thinks. */
static void
unref_last (gpointer object)
{
  gint64 until = g_get_monotonic_time () + PATIENCE;

  while (g_atomic_int_get ((gint *)&G_OBJECT (object)->ref_count) > 1)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
  g_assert_finalize_object (object);
}

void
store_close (StileDeviceStore **store)
{
  StileDatabase *database = g_object_ref (stile_device_store_get_database (*store));

  unref_last (g_steal_pointer (store));
  unref_last (database);
}

guint
store_add (StileDeviceStore *self, const StileDeviceSpec *specs, gsize n_specs)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint added = 0;
  gboolean good;

  stile_device_store_add_async (self, specs, n_specs, NULL, test_await_cb, &result);
  good = stile_device_store_add_finish (self, test_await_result (&result), &added, &error);
  g_assert_no_error (error);
  g_assert_true (good);
  return added;
}

void
store_fill (StileDeviceStore *self, guint count)
{
  g_autofree StileDeviceSpec *specs = g_new0 (StileDeviceSpec, count);
  g_autoptr (GPtrArray) serials = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < count; i++)
    {
      g_ptr_array_add (serials, g_strdup_printf ("D%u", i));
      specs[i].serial = g_ptr_array_index (serials, i);
    }
  g_assert_cmpuint (store_add (self, specs, count), ==, count);
}

void
store_move (StileDeviceStore *self, StileDevice *device, guint place)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good;

  stile_device_store_move_async (self, device, place, NULL, test_await_cb, &result);
  good = stile_device_store_move_finish (self, test_await_result (&result), &error);
  g_assert_no_error (error);
  g_assert_true (good);
}

void
store_remove (StileDeviceStore *self, GPtrArray *devices)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good;

  stile_device_store_remove_async (self, devices, NULL, test_await_cb, &result);
  good = stile_device_store_remove_finish (self, test_await_result (&result), &error);
  g_assert_no_error (error);
  g_assert_true (good);
}

gboolean
store_change (StileDeviceStore *self, StileDeviceChange *change, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_device_store_change_async (self, change, test_await_cb, &result);
  return stile_device_store_change_finish (self, test_await_result (&result), error);
}

StilePrmDossier *
store_load_dossier (StileDeviceStore *self, StileDevice *device)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StilePrmDossier *dossier;

  stile_device_details_load_dossier_async (self, device, NULL, test_await_cb, &result);
  dossier = stile_device_details_load_dossier_finish (self, test_await_result (&result), &error);
  g_assert_no_error (error);
  return dossier;
}

GVariant *
store_list_events (StileDeviceStore *self, StileDevice *device)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *events;

  stile_device_details_list_events_async (self, device, NULL, test_await_cb, &result);
  events = stile_device_details_list_events_finish (self, test_await_result (&result), &error);
  g_assert_no_error (error);
  return events;
}

StileDevice *
store_get (StileDeviceStore *self, guint place)
{
  g_autoptr (StileDevice) device = g_list_model_get_item (G_LIST_MODEL (self), place);

  g_assert_nonnull (device);
  return device;
}

char *
store_describe (StileDeviceStore *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", stile_device_get_serial (store_get (self, i)));
  return g_string_free (text, FALSE);
}

static sqlite3 *
open_raw (const char *path)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  return handle;
}

void
store_run_sql (const char *path, const char *sql)
{
  sqlite3 *handle = open_raw (path);

  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

gint64
store_ask_number (const char *path, const char *sql)
{
  sqlite3 *handle = open_raw (path);
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return number;
}
