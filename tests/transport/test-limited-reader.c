/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "transport/stile-limited-reader.h"

static GBytes *
read_all (gsize size, gsize part, gsize limit, gboolean truncate, GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree guint8 *data = g_malloc0 (part);
  g_autoptr (GBytes) bytes = g_bytes_new (data, part);

  for (gsize i = 0; i < size; i += part)
    {
      g_autoptr (GBytes) piece = g_bytes_new_from_bytes (bytes, 0, MIN (part, size - i));

      g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (stream), piece);
    }
  stile_limited_reader_read_async (stream, limit, truncate, NULL, test_await_cb, &result);
  return stile_limited_reader_read_finish (stream, test_await_result (&result), error);
}

static void
test_whole (void)
{
  static const gsize sizes[] = { 0, 1, 65535, 65536, 65537, 300000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint truncate = 0; truncate < 2; truncate++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) exact = read_all (sizes[i], 7001, sizes[i], truncate, &error);
        g_autoptr (GBytes) roomy = read_all (sizes[i], 100000, 1000000, truncate, &error);

        g_assert_no_error (error);
        g_assert_cmpuint (g_bytes_get_size (exact), ==, sizes[i]);
        g_assert_cmpuint (g_bytes_get_size (roomy), ==, sizes[i]);
      }
}

static void
test_too_much (void)
{
  static const gsize limits[] = { 0, 1, 7000, 65536, 299999 };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) refused = read_all (300000, 7001, limits[i], FALSE, &error);
      g_autofree char *number = g_strdup_printf ("%" G_GSIZE_FORMAT, limits[i]);

      g_assert_null (refused);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
      g_assert_nonnull (strstr (error->message, number));
    }
}

static void
test_truncates (void)
{
  static const gsize limits[] = { 0, 1, 7000, 65536, 65537, 299999 };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) cut = read_all (300000, 7001, limits[i], TRUE, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (cut), ==, limits[i]);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("abc", 3, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_cancellable_cancel (cancellable);
  stile_limited_reader_read_async (stream, 10, FALSE, cancellable, test_await_cb, &result);
  bytes = stile_limited_reader_read_finish (stream, test_await_result (&result), &error);
  g_assert_null (bytes);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/limited-reader/whole", test_whole);
  g_test_add_func ("/transport/limited-reader/too-much", test_too_much);
  g_test_add_func ("/transport/limited-reader/truncates", test_truncates);
  g_test_add_func ("/transport/limited-reader/cancelled", test_cancelled);

  return g_test_run ();
}
