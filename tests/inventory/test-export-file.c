/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/station.h"
#include "inventory/stile-device-export-csv.h"
#include "support/test-await.h"

static const StileDeviceSpec specs[] = { { "SN-1", "192.0.2.1:8443", "Pump 1", "P", NULL },
                                         { .serial = "SN-2" } };

/* Neither the file nor what was to become it. */
static void
assert_only (Station *self, const char *name)
{
  g_autoptr (GDir) entries = g_dir_open (self->directory, 0, NULL);

  g_assert_cmpstr (g_dir_read_name (entries), ==, name);
  if (name != NULL)
    g_assert_null (g_dir_read_name (entries));
}

static void
test_is_its_owner_s_alone (Station *self, gconstpointer data)
{
  g_autofree char *path = station_make_path (self, "devices.csv");
  g_autofree char *text = NULL;
  GStatBuf status;

  g_assert_true (g_file_set_contents_full (path, "old", -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  station_add (self, specs, 1);
  text = station_export_and_read (self, "devices.csv");
  g_assert_true (g_str_has_prefix (text, "serial,"));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  assert_only (self, "devices.csv");
}

static void
test_cancelled_before_it_begins (Station *self, gconstpointer data)
{
  static const char *const names[] = { "a.csv", "a.json", "a.html", "a.pdf" };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) devices = NULL;

  station_add (self, specs, 2);
  devices = station_list (self);
  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = station_make_path (self, names[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (station_export (self, devices, path, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  assert_only (self, NULL);
}

/* So much that some of it is on the disk. */
static void
test_cancelled_in_the_middle (Station *self, gconstpointer data)
{
  g_autofree char *path = station_make_path (self, "devices.csv");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileExportFile) file = stile_export_file_new (path, &error);
  StileExportSource *source;

  g_assert_no_error (error);
  station_add (self, specs, 2);
  devices = station_list (self);
  source = stile_export_source_new (self->store, devices, NULL, NULL, cancellable);
  for (guint i = 0; i < 1000; i++)
    g_assert_true (stile_device_export_csv_write (source, file, &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (stile_device_export_csv_write (source, file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_pointer (&file, stile_export_file_free);
  stile_export_source_free (source);
  assert_only (self, NULL);
}

static void
test_device_that_is_gone (Station *self, gconstpointer data)
{
  g_autofree char *path = station_make_path (self, "devices.csv");
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  station_add (self, specs, 2);
  devices = station_list (self);
  stile_device_store_remove_async (self->store, devices, NULL, test_await_cb, &result);
  g_assert_true (stile_device_store_remove_finish (self->store, test_await_result (&result), &error));
  g_assert_false (station_export (self, devices, path, NULL, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  assert_only (self, "devices.csv");
}

static void
test_folder_that_is_none (Station *self, gconstpointer data)
{
  g_autofree char *folder = station_make_path (self, "folder");
  g_autofree char *path = g_build_filename (folder, "devices.pdf", NULL);
  g_autoptr (GPtrArray) devices = station_list (self);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (folder, "a file", -1, NULL));
  g_assert_false (station_export (self, devices, path, NULL, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, path));
  assert_only (self, "folder");
}

/* Root may write everywhere. */
static void
test_folder_that_is_not_writable (Station *self, gconstpointer data)
{
  g_autofree char *path = station_make_path (self, "devices.csv");
  g_autoptr (GPtrArray) devices = station_list (self);
  g_autoptr (GError) error = NULL;
  gboolean root = geteuid () == 0;

  g_assert_cmpint (g_chmod (self->directory, 0500), ==, 0);
  g_assert_true (station_export (self, devices, path, NULL, &error) == root);
  g_assert_true (root || g_error_matches (error, STILE_ERROR, STILE_ERROR_SETTINGS));
  g_assert_cmpint (g_chmod (self->directory, 0700), ==, 0);
  assert_only (self, root ? "devices.csv" : NULL);
}

/* The name is a folder's: what was written cannot get it. */
static void
test_name_that_is_taken (Station *self, gconstpointer data)
{
  g_autofree char *path = station_make_path (self, "devices.csv");
  g_autoptr (GPtrArray) devices = station_list (self);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_false (station_export (self, devices, path, NULL, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  assert_only (self, "devices.csv");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                                      \
  g_test_add ("/inventory/export-file/" path, Station, NULL, station_set_up, func, station_tear_down)
  ADD ("is-its-owner's-alone", test_is_its_owner_s_alone);
  ADD ("cancelled-before-it-begins", test_cancelled_before_it_begins);
  ADD ("cancelled-in-the-middle", test_cancelled_in_the_middle);
  ADD ("device-that-is-gone", test_device_that_is_gone);
  ADD ("folder-that-is-none", test_folder_that_is_none);
  ADD ("folder-that-is-not-writable", test_folder_that_is_not_writable);
  ADD ("name-that-is-taken", test_name_that_is_taken);
#undef ADD

  return g_test_run ();
}
