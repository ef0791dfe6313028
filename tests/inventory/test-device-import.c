/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

#include "atls/stile-error.h"
#include "inventory/stile-csv-reader.h"
#include "inventory/stile-device-address.h"
#include "inventory/stile-device-columns.h"
#include "inventory/stile-device-import.h"
#include "inventory/stile-device-list.h"
#include "inventory/stile-json-list.h"
#include "support/test-pki.h"

/* Every tenth of them is wrong. */
#define MANY 100000

#define S64 "0123456789012345678901234567890123456789012345678901234567890123"
#define S256 S64 S64 S64 S64

static StileDeviceImport *
parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);

  return stile_device_import_parse (bytes, "devices.csv", error);
}

static StileDeviceImport *
parse_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  StileDeviceImport *import = parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (import);
  return import;
}

/* A line for each line: its number, and "serial|address|name|model|note", or "!" and what the problem begins with. */
static char *
describe (StileDeviceImport *import)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (import)); i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (G_LIST_MODEL (import), i);
      const char *values[] = {
        stile_import_line_get_serial (line), stile_import_line_get_address (line),
        stile_import_line_get_name (line),   stile_import_line_get_model (line),
        stile_import_line_get_note (line),
      };

      g_string_append_printf (out, "%u ", stile_import_line_get_line (line));
      if (!stile_import_line_is_good (line))
        {
          g_autofree char *begin = g_utf8_substring (stile_import_line_get_problem (line), 0, 20);

          g_string_append_printf (out, "!%s", begin);
        }
      else
        for (gsize j = 0; j < G_N_ELEMENTS (values); j++)
          g_string_append_printf (out, "%s%s", j > 0 ? "|" : "", values[j] != NULL ? values[j] : "");
      g_string_append_c (out, '\n');
    }

  return g_string_free (out, FALSE);
}

typedef struct
{
  const char *text;
  const char *lines;
} Case;

static void
check_cases (const Case *cases, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (StileDeviceImport) import = parse_good (cases[i].text);
      g_autofree char *lines = describe (import);

      g_assert_cmpstr (lines, ==, cases[i].lines);
    }
}

static void
test_csv (void)
{
  static const Case cases[] = {
    /* Without names of columns. */
    { "SN1", "1 SN1||||\n" },
    { "SN1\nSN2\r\nSN3", "1 SN1||||\n2 SN2||||\n3 SN3||||\n" },
    { "SN1,192.0.2.1:8443,Pump 1\n", "1 SN1|192.0.2.1:8443|Pump 1||\n" },
    { "SN1,192.0.2.1,host\n", "1 SN1|192.0.2.1|host||\n" },
    { "SN1,,\n", "1 SN1||||\n" },
    { "PID:X1 SN:0007,a.example", "1 PID:X1 SN:0007|a.example|||\n" },
    /* With names, in any order. */
    { "Serial-Number;IP;Port;Name;Model;Note\nSN1;192.0.2.1;443;N;M;O\n", "2 SN1|192.0.2.1:443|N|M|O\n" },
    { "note\thost\tSERIAL NUMBER\nO\tA.Example\tSN1\n", "2 SN1|a.example|||O\n" },
    { "serial,port,address\nSN1,,::1\nSN2,80,2001:DB8::1\n", "2 SN1|[::1]|||\n3 SN2|[2001:db8::1]:80|||\n" },
    { "serial,address,,\nSN1,a.example,,\nSN2,b.example\n,,,\n", "2 SN1|a.example|||\n3 SN2|b.example|||\n" },
    { "ip,host,serial\n192.0.2.1,a.example,SN1\n", "2 SN1|192.0.2.1|||\n" },
    /* What is passed over, and what begins a text. */
    { "\xef\xbb\xbfserial\r\n\r\n# a note\r\n  \r\nSN1\r\n", "5 SN1||||\n" },
    { "# serial,name,model,note\nserial;name\nSN1;N", "3 SN1||N||\n" },
    /* Quotation marks. */
    { "\"serial\", \"name\"\n\"SN,1\" , \"a \"\"b\"\" c\"\n", "2 SN,1||a \"b\" c||\n" },
    { "serial,note\nSN1,\"two\nlines\"\nSN2,\n", "2 SN1||||two lines\n4 SN2||||\n" },
    { "serial,note\nSN1,12\" rack\n", "2 SN1||||12\" rack\n" },
    { "\"#1\"", "1 #1||||\n" },
    { "Gr\xc3\xbc\xc3\x9f"
      "e-1",
      "1 Gr\xc3\xbc\xc3\x9f"
      "e-1||||\n" },
    { S64, "1 " S64 "||||\n" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_csv_problems (void)
{
  static const Case cases[] = {
    { ",192.0.2.1", "1 !There is no serial n\n" },
    { S64 "4", "1 !The serial number ha\n" },
    { "SN\x01", "1 !There is an invisibl\n" },
    { "SN\xe2\x80\x8b"
      "1",
      "1 !There is an invisibl\n" },
    { "4.01235E+12", "1 !A spreadsheet has ro\n" },
    { "serial;name\n4,01235E+12;a", "2 !A spreadsheet has ro\n" },
    { "4.5E", "1 4.5E||||\n" },
    { "SN1\n SN1 \nsn1", "1 SN1||||\n2 !Line 1 has the same \n3 sn1||||\n" },
    { "SN1,1.2.3\nSN1,1.2.3.4\n", "1 !“1.2.3” is no addres\n2 SN1|1.2.3.4|||\n" },
    { "SN1,a:0", "1 !“0” is no port. Writ\n" },
    { "serial,port\nSN1,80", "2 !There is a port, and\n" },
    { "serial,address,port\nSN1,a:80,81\nSN2,a:80,080\n", "2 !There is another por\n3 SN2|a:80|||\n" },
    { "SN1,a,b,c", "1 !The number of fields\n" },
    { "serial,address\nSN1\nSN2,a,b\nSN3;a\n",
      "2 !The number of fields\n3 !The number of fields\n4 !The number of fields\n" },
    { "serial,note\nSN1," S256 "\nSN2," S256 "6\n", "2 SN1||||" S256 "\n3 !The field “note” has\n" },
    { "\"SN1\nSN2\n", "1 !A quotation mark is \n2 SN2||||\n" },
    { "\"SN1\nSN2\" x\nSN3", "1 !Something follows a \n2 SN2\" x||||\n3 SN3||||\n" },
    { "SN\xc3\xbc\nSN\xfc\n\"SN\xfc",
      "1 SN\xc3\xbc||||\n2 !This line is not in \n3 !This line is not in \n" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_json (void)
{
  static const Case cases[] = {
    { "[\"SN1\", \"SN2\"]", "1 SN1||||\n2 SN2||||\n" },
    { " \r\n{\"version\": [1, {\"devices\": []}], \"devices\" : [{\"serial\":\"SN1\"}], \"x\": 1}",
      "1 SN1||||\n" },
    { "[{\"serial-number\": 17, \"address\": \"::1\", \"port\": 80, \"name\": \"N\", \"model\": null, "
      "\"note\": \"a\\nb\"}]",
      "1 17|[::1]:80|N||a b\n" },
    { "[{\"serial\":\"]},\\\"{\",\"x\":[\"]\"]}]", "1 ]},\"{||||\n" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_json_problems (void)
{
  g_autofree char *spaces = g_strnfill (STILE_JSON_LIST_MAX_ENTRY_SIZE, ' ');
  g_autofree char *deep = g_strnfill (1000, '[');
  g_autofree char *shallow = g_strnfill (1000, ']');
  g_autofree char *text = g_strdup_printf (
      "[\"SN1\",, 7, {\"serial\":1.5}, {\"name\":\"N\"}, {\"serial\":\"A\",\"serial\":\"B\"}, \"SN1\",\n"
      "{\"serial\":%s\"SN2\"}, %s%s, {\"serial\": \"\\u0000\"}, \"SN3\"]",
      spaces, deep, shallow);
  g_autoptr (StileDeviceImport) import = parse_good (text);
  g_autofree char *lines = describe (import);

  g_assert_cmpstr (lines, ==,
                   "1 SN1||||\n2 !This entry is no val\n3 !This entry is no dev\n"
                   "4 !A member that is kno\n5 !There is no serial n\n6 !This entry is no val\n"
                   "7 !Entry 1 has the same\n8 !This entry has 4112 \n9 !This entry is no val\n"
                   "10 !This entry is no val\n11 SN3||||\n");
  g_assert_cmpuint (stile_device_import_get_n_good (import), ==, 2);
}

static void
test_refuses_files (void)
{
  static const struct
  {
    const char *text;
    gsize length;
    const char *message;
  } cases[] = {
    { "", 0, "*It is empty*" },
    { "\xef\xbb\xbf", 3, "*It is empty*" },
    { "# nothing\n\n,,\n", 14, "*There is no device*" },
    { "serial,name\n", 12, "*There is no device*" },
    { "[ ]", 3, "*There is no device*" },
    { "name,address\nA,b\n", 17, "*No column is called*" },
    { "\xff\xfeS\0N\0", 6, "*UTF-16*" },
    { "S\0N\0"
      "1\0\n\0",
      8, "*UTF-16*" },
    { "SN1,SN2\0\n", 9, "*no text*" },
    { "Gr\xfc\xdf"
      "e\n",
      6, "*Latin-1*" },
    { "PK\x03\x04xx", 6, "*spreadsheet*" },
    { "<html>", 6, "*web page*" },
    { "[\"SN1\"", 6, "*no end*" },
    { "[\"SN1\"}", 7, "*no end*" },
    { "[\"SN1\"] x", 9, "*before or after*" },
    { "{\"a\":1,\"a\":2,\"devices\":[\"SN1\"]}", 31, "*before or after*" },
    { "{\"serial\":\"SN1\"}", 16, "*“devices”*" },
    { "{\"devices\":7}", 13, "*“devices”*" },
    { "{", 1, "*“devices”*" },
    { "[\"\\", 3, "*no end*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].text, cases[i].length, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, "Reading the list “devices.csv”: "));
      g_assert_true (g_pattern_match_simple (cases[i].message, error->message));
    }
}

static void
test_names_ignored_once (void)
{
  g_autoptr (StileDeviceImport) csv =
      parse_good ("serial,Colour,host,ip,Colour,\xe2\x80\xae\nSN1,a,b,,c,d\n");
  g_autoptr (StileDeviceImport) json =
      parse_good ("[{\"serial\":\"A\",\"x\":1},{\"x\":[],\"serial\":\"B\",\"sn\":\"C\"}]");
  static const char *const from_csv[] = { "Colour", "ip", "\\E2\\80\\AE", NULL };
  static const char *const from_json[] = { "x", "sn", NULL };

  g_assert_cmpstrv (stile_device_import_get_ignored (csv), from_csv);
  g_assert_cmpstrv (stile_device_import_get_ignored (json), from_json);
  g_assert_cmpuint (stile_device_import_get_n_good (json), ==, 2);
}

static void
test_ignores_not_without_end (void)
{
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (StileDeviceImport) import = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "%s{\"serial\":\"%u\",\"x%u\":0}", i > 0 ? "," : "", i, i);
  g_string_append_c (text, ']');
  import = parse_good (text->str);

  g_assert_cmpuint (g_strv_length ((char **)stile_device_import_get_ignored (import)), ==,
                    STILE_DEVICE_COLUMNS_MAX_IGNORED);
}

static void
test_shows_what_stood_there (void)
{
  g_autofree char *long_text = g_strnfill (STILE_CSV_MAX_RECORD_SIZE + 1, 'x');
  g_autofree char *text = g_strdup_printf ("SN1\t\xe2\x80\xae\t\"a\nb\"\n%s\n", long_text);
  g_autoptr (StileDeviceImport) import = parse_good (text);
  g_autoptr (StileImportLine) first = g_list_model_get_item (G_LIST_MODEL (import), 0);
  g_autoptr (StileImportLine) second = g_list_model_get_item (G_LIST_MODEL (import), 1);
  g_autofree char *shown = NULL;
  gboolean good = TRUE;

  g_assert_cmpstr (stile_import_line_get_text (first), ==, "SN1 \\E2\\80\\AE \"a b\"");
  g_assert_cmpuint (stile_import_line_get_line (second), ==, 3);
  g_assert_cmpint (g_utf8_strlen (stile_import_line_get_text (second), -1), ==, 120);
  g_assert_true (g_str_has_suffix (stile_import_line_get_text (second), "x…"));
  g_assert_true (g_str_has_prefix (stile_import_line_get_problem (second), "This line has 4097 bytes"));

  g_object_get (second, "text", &shown, "good", &good, NULL);
  g_assert_cmpstr (shown, ==, stile_import_line_get_text (second));
  g_assert_false (good);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (import), 2));
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *address;
    const char *port;
    const char *made;
  } cases[] = {
    { "192.0.2.1", NULL, "192.0.2.1" },
    { "192.0.2.1", "443", "192.0.2.1:443" },
    { "Device-1.local:65535", NULL, "device-1.local:65535" },
    { "dev_1", NULL, "dev_1" },
    { "b\xc3\xbc"
      "cher.example",
      NULL, "xn--bcher-kva.example" },
    { "2001:DB8:0::1", NULL, "[2001:db8::1]" },
    { "[::1]:80", "0080", "[::1]:80" },
    { "fe80::1%eth0", NULL, "[fe80::1%25eth0]" },
    { "[fe80::1%25eth0]:80", NULL, "[fe80::1%25eth0]:80" },
    { "2001:db8::1%eth0", NULL, NULL },
    { "fe80::1%", NULL, NULL },
    { "fe80::1%a b", NULL, NULL },
    { "[192.0.2.1]", NULL, NULL },
    { "[::1", NULL, NULL },
    { "[::1]80", NULL, NULL },
    { "[]", NULL, NULL },
    { ":80", NULL, NULL },
    { "a:", NULL, NULL },
    { "a:65536", NULL, NULL },
    { "a:-1", NULL, NULL },
    { "a", "0", NULL },
    { "a:1", "2", NULL },
    { "10.0.0", NULL, NULL },
    { "10.0.0.256", NULL, NULL },
    { "a b", NULL, NULL },
    { "-a", NULL, NULL },
    { "a..b", NULL, NULL },
    { "a/b", NULL, NULL },
    { "user@a", NULL, NULL },
    { "https://a.example", NULL, NULL },
    { S64, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *made = stile_device_address_make (cases[i].address, cases[i].port, &error);

      g_assert_cmpstr (made, ==, cases[i].made);
      if (made == NULL)
        g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    }
}

static void
load_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static StileDeviceImport *
load (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  stile_device_import_load_async (file, cancellable, load_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return stile_device_import_load_finish (result, error);
}

static char *
make_many (guint count)
{
  GString *text = g_string_new ("serial,address,name,colour\n");

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, "FDO%08u,%s%u.%u:8443,\"Pump %u, hall 7\",green\n", i,
                            i % 10 == 0 ? "192.0.2." : "192.0.", i / 256 % 256, i % 256, i);

  return g_string_free (text, FALSE);
}

/* In thousands of bytes, of the whole process so far. */
static long
get_memory (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void
test_loads_many (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "devices.csv", NULL);
  g_autofree char *text = make_many (MANY);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDeviceImport) import = NULL;
  long before;
  gint64 begin;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  before = get_memory ();
  begin = g_get_monotonic_time ();
  import = load (path, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%d lines: %" G_GINT64_FORMAT " ms, %ld KiB more", MANY,
                  (g_get_monotonic_time () - begin) / 1000, get_memory () - before);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (import)), ==, MANY);
  g_assert_cmpuint (stile_device_import_get_n_good (import), ==, MANY - MANY / 10);
  g_assert_finalize_object (g_steal_pointer (&import));
  test_pki_directory_remove (directory);
}

static void
test_loads_no_more_than_the_limits (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "devices.csv", NULL);
  g_autofree char *lines = make_many (STILE_DEVICE_LIST_MAX_LINES + 1);
  g_autofree char *bytes = g_strnfill (STILE_DEVICE_LIST_MAX_SIZE + 1, '\n');
  g_autoptr (GError) too_many = NULL;
  g_autoptr (GError) too_large = NULL;
  g_autoptr (GError) endless = NULL;
  g_autoptr (GError) missing = NULL;

  g_assert_null (load (path, NULL, &missing));
  g_assert_error (missing, STILE_ERROR, STILE_ERROR_SETTINGS);

  g_file_set_contents (path, bytes, -1, NULL);
  g_assert_null (load (path, NULL, &too_large));
  g_assert_error (too_large, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (too_large->message, "32 MiB"));

  g_assert_null (load ("/dev/zero", NULL, &endless));
  g_assert_error (endless, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (endless->message, "32 MiB"));

  g_file_set_contents (path, lines, -1, NULL);
  g_assert_null (load (path, NULL, &too_many));
  g_assert_error (too_many, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (too_many->message, "200000"));

  test_pki_directory_remove (directory);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (load ("/dev/zero", cancellable, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inventory/device-import/csv", test_csv);
  g_test_add_func ("/inventory/device-import/csv-problems", test_csv_problems);
  g_test_add_func ("/inventory/device-import/json", test_json);
  g_test_add_func ("/inventory/device-import/json-problems", test_json_problems);
  g_test_add_func ("/inventory/device-import/refuses-files", test_refuses_files);
  g_test_add_func ("/inventory/device-import/names-ignored-once", test_names_ignored_once);
  g_test_add_func ("/inventory/device-import/ignores-not-without-end", test_ignores_not_without_end);
  g_test_add_func ("/inventory/device-import/shows-what-stood-there", test_shows_what_stood_there);
  g_test_add_func ("/inventory/device-import/addresses", test_addresses);
  g_test_add_func ("/inventory/device-import/loads-many", test_loads_many);
  g_test_add_func ("/inventory/device-import/loads-no-more-than-the-limits",
                   test_loads_no_more_than_the_limits);
  g_test_add_func ("/inventory/device-import/cancelled", test_cancelled);

  return g_test_run ();
}
