/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/code-maker.h"
#include "inventory/stile-code-picture.h"
#include "inventory/stile-code-search.h"
#include "support/test-await.h"

/* --- reading --- */

static GBytes *
save (GdkPixbuf *pixbuf, const char *type)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, type, &error, NULL);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

static GPtrArray *
read_picture (GdkPixbuf *pixbuf)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = save (pixbuf, "png");
  GPtrArray *lines = stile_code_picture_parse (bytes, "a.png", &error);

  g_assert_no_error (error);
  return lines;
}

static void
check_serial (GPtrArray *lines, guint i, const char *serial)
{
  StileImportLine *line = g_ptr_array_index (lines, i);

  g_assert_cmpstr (stile_import_line_get_problem (line), ==, NULL);
  g_assert_cmpstr (stile_import_line_get_serial (line), ==, serial);
  g_assert_cmpuint (stile_import_line_get_line (line), ==, i + 1);
}

static void
check_one (GdkPixbuf *pixbuf, const char *serial)
{
  g_autoptr (GPtrArray) lines = read_picture (pixbuf);

  g_assert_cmpuint (lines->len, ==, 1);
  check_serial (lines, 0, serial);
}

static void
check_refused (GBytes *bytes, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *whole = g_strconcat ("Looking for codes in the picture “a”: ", pattern, NULL);

  g_assert_null (stile_code_picture_parse (bytes, "a", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_test_message ("%s", error->message);
  g_assert_true (g_pattern_match_simple (whole, error->message));
}

typedef GdkPixbuf *(*Maker) (const char *text, guint module);

static const Maker makers[] = { code_maker_qr, code_maker_matrix };

static void
test_reads_fields (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      g_autoptr (GdkPixbuf) code = makers[i]("serial=SN 1;address=192.0.2.1:8080;name=Pump", 4);
      g_autoptr (GPtrArray) lines = read_picture (code);
      StileImportLine *line = g_ptr_array_index (lines, 0);

      g_assert_cmpuint (lines->len, ==, 1);
      check_serial (lines, 0, "SN 1");
      g_assert_cmpstr (stile_import_line_get_address (line), ==, "192.0.2.1:8080");
      g_assert_cmpstr (stile_import_line_get_name (line), ==, "Pump");
      g_assert_cmpstr (stile_import_line_get_text (line), ==, "serial=SN 1;address=192.0.2.1:8080;name=Pump");
    }
}

static void
test_reads_gs1 (void)
{
  g_autoptr (GdkPixbuf) code = code_maker_gs1 ("~010401234567890110LOT~21SN1");
  g_autoptr (GPtrArray) lines = read_picture (code);

  check_serial (lines, 0, "SN1");
  g_assert_cmpstr (stile_import_line_get_model (g_ptr_array_index (lines, 0)), ==, "GTIN 04012345678901");
}

static void
test_reads_turned (void)
{
  static const int degrees[] = { 8, 45, 90, 133, 180, 270 };

  for (gsize i = 0; i < G_N_ELEMENTS (makers); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (degrees); j++)
      {
        g_autoptr (GdkPixbuf) code = makers[i]("FDO27361XTF", 5);
        g_autoptr (GdkPixbuf) turned = code_maker_rotate (code, degrees[j]);

        check_one (turned, "FDO27361XTF");
      }
}

static void
test_reads_small (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      g_autoptr (GdkPixbuf) code = makers[i]("FDO27361XTF", 2);
      g_autoptr (GdkPixbuf) sheet = code_maker_sheet (700, 500);

      code_maker_put (sheet, code, 403, 211);
      check_one (sheet, "FDO27361XTF");
    }
}

static void
test_reads_dirty (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      g_autoptr (GdkPixbuf) code = makers[i]("FDO27361XTF", 6);
      g_autoptr (GdkPixbuf) turned = code_maker_rotate (code, 5);

      code_maker_dirty (turned);
      check_one (turned, "FDO27361XTF");
    }
}

static void
test_reads_light_on_dark (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      g_autoptr (GdkPixbuf) code = makers[i]("FDO27361XTF", 5);

      code_maker_negative (code);
      check_one (code, "FDO27361XTF");
    }
}

static void
test_reads_on_no_paper (void)
{
  g_autoptr (GdkPixbuf) code = code_maker_qr ("FDO27361XTF", 5);
  g_autoptr (GdkPixbuf) clear = gdk_pixbuf_add_alpha (code, TRUE, 255, 255, 255);

  /* What is transparent has a color, too, and it is black. */
  for (int y = 0; y < gdk_pixbuf_get_height (clear); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (clear); x++)
      memset (code_maker_get_pixel (clear, x, y), 0, 3);
  check_one (clear, "FDO27361XTF");
}

static GBytes *
load_corpus (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", "code-picture", name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static void
test_reads_formats (void)
{
  static const struct
  {
    const char *name;
    const char *serial;
  } cases[] = {
    { "qr.png", "SN-Q" }, { "matrix.jpg", "SN-M" }, { "one.gif", "SN-GIF" }, { "one.webp", "SN-WEBP" }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = load_corpus (cases[i].name);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) lines = stile_code_picture_parse (bytes, cases[i].name, &error);

      g_assert_no_error (error);
      check_serial (lines, 0, cases[i].serial);
      g_assert_true (stile_code_picture_is (g_bytes_get_data (bytes, NULL), STILE_CODE_PICTURE_HEAD_SIZE));
    }
}

/* From top to bottom; a code that is there twice is one device. */
static void
test_reads_several (void)
{
  g_autoptr (GdkPixbuf) sheet = code_maker_sheet (900, 900);
  g_autoptr (GdkPixbuf) matrix = code_maker_matrix ("SN-2", 6);
  g_autoptr (GPtrArray) lines = NULL;

  code_maker_put_qr (sheet, "SN-1", 4, 500, 20);
  code_maker_put (sheet, matrix, 60, 300);
  code_maker_put_qr (sheet, "SN-3", 5, 300, 600);
  code_maker_put_qr (sheet, "SN-1", 4, 20, 700);
  lines = read_picture (sheet);

  g_assert_cmpuint (lines->len, ==, 3);
  check_serial (lines, 0, "SN-1");
  check_serial (lines, 1, "SN-2");
  check_serial (lines, 2, "SN-3");
}

static void
test_says_what_is_no_device (void)
{
  g_autoptr (GdkPixbuf) sheet = code_maker_sheet (500, 900);
  g_autoptr (GdkPixbuf) matrix = code_maker_matrix ("DPP:K:secret;;", 6);
  g_autoptr (GPtrArray) lines = NULL;

  code_maker_put_qr (sheet, "WIFI:S:Plant;T:WPA;P:secret;;", 4, 20, 20);
  code_maker_put_qr (sheet, "SN-1", 4, 20, 320);
  code_maker_put (sheet, matrix, 20, 600);
  lines = read_picture (sheet);

  g_assert_cmpuint (lines->len, ==, 3);
  check_serial (lines, 1, "SN-1");
  for (guint i = 0; i < 3; i += 2)
    {
      StileImportLine *line = g_ptr_array_index (lines, i);

      g_assert_cmpuint (stile_import_line_get_line (line), ==, i + 1);
      g_assert_cmpstr (stile_import_line_get_serial (line), ==, NULL);
      g_assert_true (g_pattern_match_simple (i == 0 ? "“WIFI:…” was read: *" : "“DPP:…” was read: *",
                                             stile_import_line_get_problem (line)));
      g_assert_null (strstr (stile_import_line_get_problem (line), "secret"));
      g_assert_cmpstr (stile_import_line_get_text (line), ==, i == 0 ? "QR code" : "Data matrix code");
    }
}

static void
test_refuses_none (void)
{
  g_autoptr (GdkPixbuf) sheet = code_maker_sheet (300, 300);
  g_autoptr (GdkPixbuf) dot = code_maker_sheet (1, 1);
  g_autoptr (GBytes) empty = save (sheet, "png");
  g_autoptr (GBytes) tiny = save (dot, "png");

  check_refused (empty, "No QR code and no data matrix code*type the serial number.");
  check_refused (tiny, "No QR code and no data matrix code*");
}

static GBytes *
make_grid (guint count)
{
  g_autoptr (GdkPixbuf) sheet = code_maker_sheet (9 * 100, 9 * 100);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = g_strdup_printf ("SN-%u", i);

      code_maker_put_qr (sheet, text, 3, (int)(i % 9) * 100, (int)(i / 9) * 100);
    }

  return save (sheet, "png");
}

static void
test_refuses_many (void)
{
  g_autoptr (GBytes) most = make_grid (STILE_CODE_SEARCH_MAX_CODES);
  g_autoptr (GBytes) more = make_grid (STILE_CODE_SEARCH_MAX_CODES + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = stile_code_picture_parse (most, "a", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, STILE_CODE_SEARCH_MAX_CODES);
  check_refused (more, "There are more than 64 codes*");
}

/* Files of some bytes that would be 256 million pixels, and more. */
static void
test_refuses_bombs (void)
{
  static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x3e\x80\0\0\x3e\x80\x08\0\0\0\0\x64\x15\x80"
                            "\x02\0\0\0\x0aIDAT\x78\xda";
  static const char gif[] =
      "GIF89a\x80\x3e\x80\x3e\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x80\x3e\x80\x3e\0\2\2\x4c\1\0;";
  static const char webp[] = "RIFF\x18\0\0\0WEBPVP8L\x0c\0\0\0\x2f\xff\xff\xff\x0f\0\0\0\0\0\0\0";
  static const struct
  {
    const char *data;
    gsize size;
    const char *pattern;
  } cases[] = {
    { png, sizeof png - 1, "It has 16000 × 16000 pixels; no more than 50000000 in all, and 16383 in a row*" },
    { gif, sizeof gif - 1, "It has 16000 × 16000 pixels; no more than 50000000*" },
    { webp, sizeof webp - 1, "It has 16384 × 16384 pixels; no more than 50000000*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].data, cases[i].size);

      check_refused (bytes, cases[i].pattern);
    }
}

static void
test_refuses_other_files (void)
{
  static const struct
  {
    const char *start;
    const char *pattern;
    gboolean picture;
  } cases[] = {
    { "serial,address\nSN-1,192.0.2.1\n", "It is no picture in a format that is known*", FALSE },
    { "<svg xmlns='http://www.w3.org/2000/svg'/>", "It is no picture*", FALSE },
    { "/* XPM */ static char *a[] = {", "It is no picture*", FALSE },
    { "ABCDftypheic0000", "HEIC files are not read*PNG, JPEG, GIF and WebP*", TRUE },
    { "II*.............", "TIFF files are not read*", TRUE },
    { "%PDF-1.7........", "PDF files are not read*", TRUE },
    { "GIF89a", "It is a damaged GIF picture.", TRUE },
    { "\xff\xd8\xff\xe0", "It is a damaged JPEG picture.", TRUE },
    { "", "It is no picture*", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].start, strlen (cases[i].start));

      check_refused (bytes, cases[i].pattern);
      g_assert_cmpint (stile_code_picture_is ((const guint8 *)cases[i].start, strlen (cases[i].start)), ==,
                       cases[i].picture);
    }
}

static void
test_refuses_cut (void)
{
  g_autoptr (GdkPixbuf) code = code_maker_qr ("FDO27361XTF", 5);
  g_autoptr (GBytes) whole = save (code, "png");

  for (gsize size = 8; size + 12 < g_bytes_get_size (whole); size += 16)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, size);

      check_refused (cut, "It is a damaged PNG picture.");
    }
}

/* --- files --- */

static GPtrArray *
read_path (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  stile_code_picture_read_async (file, NULL, test_await_cb, &result);
  return stile_code_picture_read_finish (test_await_result (&result), error);
}

static void
test_reads_a_file (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", "code-picture", "qr.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = read_path (path, &error);

  g_assert_no_error (error);
  check_serial (lines, 0, "SN-Q");
}

static void
test_refuses_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("stile-test-XXXXXX", NULL);
  g_autofree char *large = g_build_filename (folder, "large.png", NULL);
  const struct
  {
    const char *path;
    const char *pattern;
  } cases[] = {
    { large, "Looking for codes in the picture “large.png”: *more than the 32 MiB*" },
    { "/dev/zero", "*more than the 32 MiB*" },
    { "/nowhere/a.png", "Looking for codes in the picture “a.png”: *" },
    { folder, "Looking for codes*" },
  };

  g_assert_true (g_file_set_contents (large, "\x89PNG\r\n\x1a\n", 8, NULL));
  g_assert_cmpint (truncate (large, STILE_CODE_PICTURE_MAX_SIZE + 1), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_path (cases[i].path, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_true (g_pattern_match_simple (cases[i].pattern, error->message));
    }

  g_unlink (large);
  g_rmdir (folder);
}

/* A large picture without codes would take seconds. */
static void
test_can_be_cancelled (void)
{
  g_autofree char *folder = g_dir_make_tmp ("stile-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GdkPixbuf) sheet = code_maker_sheet (3000, 3000);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (gdk_pixbuf_save (sheet, path, "png", NULL, NULL));
  stile_code_picture_read_async (file, cancellable, test_await_cb, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (stile_code_picture_read_finish (test_await_result (&result), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_CANCELLED);

  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inventory/code-picture/reads-fields", test_reads_fields);
  g_test_add_func ("/inventory/code-picture/reads-gs1", test_reads_gs1);
  g_test_add_func ("/inventory/code-picture/reads-turned", test_reads_turned);
  g_test_add_func ("/inventory/code-picture/reads-small", test_reads_small);
  g_test_add_func ("/inventory/code-picture/reads-dirty", test_reads_dirty);
  g_test_add_func ("/inventory/code-picture/reads-light-on-dark", test_reads_light_on_dark);
  g_test_add_func ("/inventory/code-picture/reads-on-no-paper", test_reads_on_no_paper);
  g_test_add_func ("/inventory/code-picture/reads-formats", test_reads_formats);
  g_test_add_func ("/inventory/code-picture/reads-several", test_reads_several);
  g_test_add_func ("/inventory/code-picture/says-what-is-no-device", test_says_what_is_no_device);
  g_test_add_func ("/inventory/code-picture/refuses-none", test_refuses_none);
  g_test_add_func ("/inventory/code-picture/refuses-many", test_refuses_many);
  g_test_add_func ("/inventory/code-picture/refuses-bombs", test_refuses_bombs);
  g_test_add_func ("/inventory/code-picture/refuses-other-files", test_refuses_other_files);
  g_test_add_func ("/inventory/code-picture/refuses-cut", test_refuses_cut);
  g_test_add_func ("/inventory/code-picture/reads-a-file", test_reads_a_file);
  g_test_add_func ("/inventory/code-picture/refuses-files", test_refuses_files);
  g_test_add_func ("/inventory/code-picture/can-be-cancelled", test_can_be_cancelled);

  return g_test_run ();
}
