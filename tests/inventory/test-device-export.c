/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/resource.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "inventory/station.h"
#include "inventory/stile-device-import.h"
#include "support/test-await.h"

#define MANY 10000

#define TURNED "\xe2\x80\xae"

/* --- formats --- */

static void
test_format_is_the_name_s (void)
{
  static const struct
  {
    const char *path;
    StileDeviceExportFormat format;
  } cases[] = {
    { "a.csv", STILE_DEVICE_EXPORT_CSV },     { "a.JSON", STILE_DEVICE_EXPORT_JSON },
    { "a.html", STILE_DEVICE_EXPORT_HTML },   { "/b.c/a.htm", STILE_DEVICE_EXPORT_HTML },
    { "a.csv.pdf", STILE_DEVICE_EXPORT_PDF },
  };
  g_autoptr (GError) error = NULL;
  StileDeviceExportFormat format;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (stile_device_export_find_format (cases[i].path, &format, &error));
      g_assert_no_error (error);
      g_assert_cmpint (format, ==, cases[i].format);
    }
  g_assert_false (stile_device_export_find_format ("csv", &format, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

/* --- CSV --- */

static const StileDeviceSpec hostile[] = {
  { "SN-1", "192.0.2.1:8443", "=1+1", "+49 30", "@home" },
  { "-2", NULL, "-", "'=1", "''@x" },
  { "#3", "a.example", "#name", "a,b;c d", "say \"hi\"" },
  { "=4", NULL, "'quoted'", "＝1", "it's" },
  { "5\"", NULL, "\"", "\"\"", "," },
  { "Größe-6", "[2001:db8::1]:80", "صمام", "Клапан", "two  spaces" },
  { "7'", NULL, "'", "''", "' = 1" },
  { "SN  8", NULL, NULL, NULL, NULL },
};

static void
assert_same (StileImportLine *line, const StileDeviceSpec *spec)
{
  const char *const values[] = { stile_import_line_get_serial (line), stile_import_line_get_address (line),
                                 stile_import_line_get_name (line), stile_import_line_get_model (line),
                                 stile_import_line_get_note (line) };
  const char *const expected[] = { spec->serial, spec->address, spec->name, spec->model, spec->note };

  g_assert_cmpstr (stile_import_line_get_problem (line), ==, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpstr (values[i] != NULL ? values[i] : "", ==, expected[i] != NULL ? expected[i] : "");
}

static StileDeviceImport *
import (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  StileDeviceImport *list = stile_device_import_parse (bytes, "devices.csv", &error);

  g_assert_no_error (error);
  return list;
}

/* What is read of what was written is what somebody had said; and that, written again, too. */
static void
test_csv_is_read_again (Station *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (StileDeviceImport) list = NULL;

  /* "two  spaces" become one wherever a note is read. */
  station_add (self, hostile, G_N_ELEMENTS (hostile));
  text = station_export_and_read (self, "devices.csv");
  list = import (text);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, G_N_ELEMENTS (hostile));
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (G_LIST_MODEL (list), i);
      StileDeviceSpec spec = hostile[i];

      spec.note = g_strcmp0 (spec.note, "two  spaces") == 0 ? "two spaces" : spec.note;
      assert_same (line, &spec);
    }
}

/* A note of 256 bytes that becomes longer when it is cleaned is one that can be written and read, too. */
static void
test_csv_of_the_longest (Station *self, gconstpointer data)
{
  g_autoptr (GString) long_name = g_string_new (NULL);
  g_autofree char *first = NULL;
  g_autofree char *text = NULL;
  g_autoptr (StileDeviceImport) list = NULL;
  g_autoptr (StileDeviceImport) again = NULL;
  g_autoptr (StileImportLine) line = NULL;
  g_autoptr (StileImportLine) line_again = NULL;
  StileDeviceSpec spec = { 0 };

  for (guint i = 0; i < STILE_DEVICE_FIELD_MAX_SIZE / 5; i++)
    g_string_append (long_name, "Ж" TURNED);
  first = g_strdup_printf ("serial,name,model,note\nSN-1,\"%s\",\"%s\",\"%s\"\n", long_name->str,
                           long_name->str, long_name->str);
  list = import (first);
  line = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_null (stile_import_line_get_problem (line));
  spec.serial = "SN-1";
  spec.name = stile_import_line_get_name (line);
  spec.model = stile_import_line_get_model (line);
  spec.note = stile_import_line_get_note (line);
  station_add (self, &spec, 1);
  text = station_export_and_read (self, "devices.csv");
  again = import (text);
  line_again = g_list_model_get_item (G_LIST_MODEL (again), 0);
  assert_same (line_again, &spec);
}

static void
test_csv_guards_spreadsheets (Station *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  station_add (self, hostile, 2);
  text = station_export_and_read (self, "devices.csv");
  lines = g_strsplit (text, "\r\n", -1);
  g_assert_cmpstr (lines[0], ==,
                   "serial,address,name,model,note,state,step,message,changed,domain,certificate_sha256,"
                   "certificate_serial,valid_until");
  g_assert_true (
      g_str_has_prefix (lines[1], "SN-1,192.0.2.1:8443,'=1+1,'+49 30,'@home,new,voucher-request,,20"));
  g_assert_true (g_str_has_prefix (lines[2], "'-2,,'-,''=1,'''@x,new,"));
  g_assert_cmpstr (lines[3], ==, "");
  g_assert_null (lines[4]);
}

static void
test_csv_says_what_became_of_it (Station *self, gconstpointer data)
{
  const StileDeviceSpec specs[] = { { .serial = "SN-1" }, { .serial = "SN-2" } };
  g_autoptr (StileCertificate) certificate = NULL;
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;

  station_add (self, specs, 2);
  certificate = station_enrol (self, station_find (self, "SN-1"));
  station_change (self, station_find (self, "SN-2"), STILE_DEVICE_FAILED, STILE_PRM_STEP_VOUCHER,
                  "=HYPERLINK(\"http://x\")\n" TURNED "x");
  text = station_export_and_read (self, "devices.csv");
  expected = g_strdup_printf (",Plant 7 Root CA,%s,%s,", stile_certificate_get_fingerprint (certificate),
                              stile_certificate_get_serial (certificate));
  g_assert_nonnull (strstr (text, expected));
  g_assert_nonnull (strstr (text, "\r\nSN-1,,,,,done,done,,20"));
  g_assert_nonnull (
      strstr (text, "\r\nSN-2,,,,,failed,voucher-status,\"'=HYPERLINK(\"\"http://x\"\") \\E2\\80\\AEx\",20"));
}

/* --- JSON --- */

static void
test_json_has_all (Station *self, gconstpointer data)
{
  const StileDeviceSpec spec = { "SN \"1\"", "a.example", "N\n" TURNED, "M", "O" };
  g_autoptr (StileCertificate) certificate = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) document = NULL;
  g_autoptr (GVariant) devices = NULL;
  g_autoptr (GVariant) boxed = NULL;
  g_autoptr (GVariant) device = NULL;
  g_autoptr (GVariant) of_device = NULL;
  g_autoptr (GVariant) events = NULL;

  station_add (self, &spec, 1);
  certificate = station_enrol (self, station_find (self, spec.serial));
  text = station_export_and_read (self, "devices.json");
  bytes = g_bytes_new (text, strlen (text));
  document = stile_json_parse (bytes, STILE_JSON_MAX_SIZE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stile_json_get_string (document, "schema"), ==, "stile-devices/1");
  g_assert_cmpstr (stile_json_get_string (document, "by"), ==, "Jo Doe <jo@plant.example>");
  devices = stile_json_get_member (document, "devices");
  g_assert_cmpuint (g_variant_n_children (devices), ==, 1);
  boxed = g_variant_get_child_value (devices, 0);
  device = g_variant_get_variant (boxed);
  g_assert_cmpstr (stile_json_get_string (device, "serial"), ==, spec.serial);
  g_assert_cmpstr (stile_json_get_string (device, "name"), ==, spec.name);
  g_assert_cmpstr (stile_json_get_string (device, "state"), ==, "done");
  of_device = stile_json_get_member (device, "certificate");
  g_assert_cmpstr (stile_json_get_string (of_device, "sha256"), ==,
                   stile_certificate_get_fingerprint (certificate));
  events = stile_json_get_member (device, "events");
  g_assert_cmpuint (g_variant_n_children (events), ==, 1);
}

/* --- many --- */

static long
get_memory (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void
add_many (Station *self)
{
  g_autoptr (GPtrArray) serials = g_ptr_array_new_with_free_func (g_free);
  g_autofree StileDeviceSpec *specs = g_new0 (StileDeviceSpec, MANY);

  for (guint i = 0; i < MANY; i++)
    {
      g_ptr_array_add (serials, g_strdup_printf ("SN-%05u", i));
      specs[i].serial = g_ptr_array_index (serials, i);
      specs[i].name = "Pump";
    }
  station_add (self, specs, MANY);
}

typedef struct
{
  StileDeviceStore *store;
  guint left;
} Countdown;

static void
count_down_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Countdown *countdown = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_device_store_change_finish (countdown->store, result, &error));
  g_assert_no_error (error);
  countdown->left--;
}

static void
bring_many (Station *self, GPtrArray *devices)
{
  Countdown countdown = { self->store, devices->len };

  for (guint i = 0; i < devices->len; i++)
    {
      StileDeviceChange *change =
          stile_device_change_new (g_ptr_array_index (devices, i), STILE_DEVICE_DONE, STILE_PRM_STEP_DONE);

      change->artefact = g_bytes_ref (self->roots);
      change->artefact_step = STILE_PRM_STEP_ROOTS_REQUEST;
      stile_device_store_change_async (self->store, change, count_down_cb, &countdown);
    }
  test_await_until (countdown.left == 0);
}

static void
test_many (Station *self, gconstpointer data)
{
  static const char *const names[] = { "a.csv", "a.json", "a.html", "a.pdf" };
  g_autoptr (GPtrArray) devices = NULL;
  g_autofree char *csv = NULL;
  g_autoptr (StileDeviceImport) list = NULL;

  add_many (self);
  devices = station_list (self);
  bring_many (self, devices);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = station_make_path (self, names[i]);
      long before = get_memory ();
      gint64 begin = g_get_monotonic_time ();

      station_export_all (self, path);
      g_test_message ("%s of %d: %" G_GINT64_FORMAT " ms, %ld KiB more", names[i], MANY,
                      (g_get_monotonic_time () - begin) / 1000, get_memory () - before);
    }
  csv = station_export_and_read (self, "a.csv");
  list = import (csv);
  g_assert_cmpuint (stile_device_import_get_n_good (list), ==, MANY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                                      \
  g_test_add ("/inventory/device-export/" path, Station, NULL, station_set_up, func, station_tear_down)
  g_test_add_func ("/inventory/device-export/format-is-the-name's", test_format_is_the_name_s);
  ADD ("csv-is-read-again", test_csv_is_read_again);
  ADD ("csv-of-the-longest", test_csv_of_the_longest);
  ADD ("csv-guards-spreadsheets", test_csv_guards_spreadsheets);
  ADD ("csv-says-what-became-of-it", test_csv_says_what_became_of_it);
  ADD ("json-has-all", test_json_has_all);
  ADD ("many", test_many);
#undef ADD

  return g_test_run ();
}
