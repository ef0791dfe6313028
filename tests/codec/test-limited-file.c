/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-limited-file.h"

#include <glib/gstdio.h>
#include <string.h>

#include "support/test-pki.h"

/* As much as is read at once: what comes after it must be seen. */
#define LIMIT (64 * 1024)

/* Up to the limit there is all of it; beyond, more than the limit, so that whoever reads it sees that. */
static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, LIMIT - 1, LIMIT, LIMIT + 1, 500 * 1000 };
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_strnfill (sizes[i], 'x');
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;

      text[sizes[i] / 2] = sizes[i] > 0 ? 'y' : '\0';
      g_assert_true (g_file_set_contents (path, text, (gssize)sizes[i], NULL));
      bytes = stile_limited_file_read (file, LIMIT, NULL, &error);
      g_assert_no_error (error);
      if (sizes[i] <= LIMIT)
        g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, sizes[i]);
      else
        g_assert_cmpuint (g_bytes_get_size (bytes), >, LIMIT);
      g_assert_cmpuint (g_bytes_get_size (bytes), <=, LIMIT + 64 * 1024);
    }
  test_pki_directory_remove (directory);
}

static void
test_endless (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/zero");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = stile_limited_file_read (file, LIMIT, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, LIMIT);
}

static void
test_fails (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (GFile) folder = g_file_new_for_path (directory);
  g_autoptr (GFile) missing = g_file_get_child (folder, "missing");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GFile) zero = g_file_new_for_path ("/dev/zero");
  g_autoptr (GError) first = NULL, second = NULL, third = NULL;

  g_assert_null (stile_limited_file_read (missing, LIMIT, NULL, &first));
  g_assert_error (first, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (stile_limited_file_read (folder, LIMIT, NULL, &second));
  g_assert_error (second, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_cancellable_cancel (cancelled);
  g_assert_null (stile_limited_file_read (zero, LIMIT, cancelled, &third));
  g_assert_error (third, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_pki_directory_remove (directory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/limited-file/sizes", test_sizes);
  g_test_add_func ("/codec/limited-file/endless", test_endless);
  g_test_add_func ("/codec/limited-file/fails", test_fails);

  return g_test_run ();
}
