/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "inventory/station.h"

#define TURNED "\xe2\x80\xae"

static void
test_html_is_one_page_that_nothing_gets_out_of (Station *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  station_add_sample (self);
  text = station_export_and_read (self, "devices.html");
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strstr (text, "<script"));
  g_assert_null (strstr (text, "<b>"));
  g_assert_null (strstr (text, "http:"));
  g_assert_null (strstr (text, "url("));
  g_assert_null (strstr (text, TURNED));
  g_assert_nonnull (strstr (text, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  g_assert_nonnull (strstr (text, "evil \\E2\\80\\AEfdp.exe"));
  g_assert_nonnull (strstr (text, "Jo Doe &lt;jo@plant.example&gt;"));
  g_assert_nonnull (strstr (text, "Plant 7 Root CA"));
  g_assert_nonnull (strstr (text, "registrar.plant.example"));
  g_assert_nonnull (strstr (text, "Laptop 3"));
  g_assert_nonnull (strstr (text, "A4: The device that answers"));
  g_assert_nonnull (strstr (text, "<strong>7</strong>"));
}

static char *
read_pdf (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "pdftotext", "-layout", path, "-", NULL);
  char *text = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return text;
}

/* How many there are the fonts decide. */
static void
assert_pages (const char *text)
{
  g_auto (GStrv) pieces = g_strsplit (text, "Page ", -1);
  guint count = g_strv_length (pieces) - 1;

  g_assert_cmpuint (count, >=, 2);
  for (guint page = 1; page <= count; page++)
    {
      g_autofree char *number = g_strdup_printf ("%u of %u\n", page, count);

      g_assert_true (g_str_has_prefix (pieces[page], number));
    }
}

static void
test_pdf_says_the_same (Station *self, gconstpointer data)
{
  g_autofree char *path = station_make_path (self, "devices.pdf");
  g_autofree char *text = NULL;
  g_autofree char *group =
      g_strndup (stile_certificate_get_fingerprint (test_pki_get_certificate (self->root)), 4);
  g_autofree char *domain = g_strdup_printf ("%s ", group);

  station_add_sample (self);
  station_export_all (self, path);
  text = read_pdf (path);
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, "Acceptance report"));
  g_assert_nonnull (strstr (text, "Jo Doe <jo@plant.example>"));
  g_assert_nonnull (strstr (text, "Plant 7 Root CA"));
  g_assert_nonnull (strstr (text, domain));
  g_assert_nonnull (strstr (text, "PX-2024-000117"));
  g_assert_nonnull (strstr (text, "A4: The device that answers"));
  g_assert_nonnull (strstr (text, "Signature"));
  assert_pages (text);
  g_assert_null (strstr (text, TURNED));
}

/* The certificate that a device did not take is in the files for programs, and on paper it is not the device's. */
static void
test_report_names_no_certificate_that_was_refused (Station *self, gconstpointer data)
{
  const StileDeviceSpec spec = { .serial = "SN-1" };
  g_autoptr (StileCertificate) certificate = NULL;
  g_autofree char *group = NULL;
  g_autofree char *html = NULL;
  g_autofree char *csv = NULL;
  StileDevice *device;

  station_add (self, &spec, 1);
  device = station_find (self, "SN-1");
  certificate = station_enrol (self, device);
  station_change (self, device, STILE_DEVICE_REFUSED, STILE_PRM_STEP_DONE, NULL);
  group = g_strdup_printf ("%.4s %.4s", stile_certificate_get_fingerprint (certificate),
                           stile_certificate_get_fingerprint (certificate) + 4);
  html = station_export_and_read (self, "devices.html");
  csv = station_export_and_read (self, "devices.csv");
  g_assert_null (strstr (html, group));
  g_assert_nonnull (strstr (csv, stile_certificate_get_fingerprint (certificate)));
}

static void
test_what_cannot_be_read_is_left_out (Station *self, gconstpointer data)
{
  static const char *const names[] = { "a.csv", "a.json", "a.html", "a.pdf" };
  const StileDeviceSpec spec = { .serial = "SN-1" };
  g_autoptr (GBytes) junk = g_bytes_new_static ("{\"payload\":\"\xff", 13);

  station_add (self, &spec, 1);
  for (guint step = 0; step < STILE_PRM_N_STEPS; step++)
    station_bring (self, station_find (self, "SN-1"), (StilePrmStep)step, junk);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = station_make_path (self, names[i]);

      station_export_all (self, path);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                                      \
  g_test_add ("/inventory/acceptance/" path, Station, NULL, station_set_up, func, station_tear_down)
  ADD ("html-is-one-page-that-nothing-gets-out-of", test_html_is_one_page_that_nothing_gets_out_of);
  ADD ("pdf-says-the-same", test_pdf_says_the_same);
  ADD ("report-names-no-certificate-that-was-refused", test_report_names_no_certificate_that_was_refused);
  ADD ("what-cannot-be-read-is-left-out", test_what_cannot_be_read_is_left_out);
#undef ADD

  return g_test_run ();
}
