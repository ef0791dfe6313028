/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pause.h"
#include "support/test-await.h"

#define AN_HOUR (3600 * 1000)

static void
test_ends (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  stile_pause_async (1, cancellable, test_await_cb, &result);
  g_assert_null (result);
  g_assert_true (stile_pause_finish (test_await_result (&result), &error));
  g_assert_no_error (error);

  /* Too late. */
  g_cancellable_cancel (cancellable);
  test_await_idle ();
}

static void
test_ends_without_anybody_to_cancel (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_pause_async (0, NULL, test_await_cb, &result);
  g_assert_true (stile_pause_finish (test_await_result (&result), &error));
  g_assert_no_error (error);
}

static void
test_is_cancelled_at_once (void)
{
  for (guint before = 0; before < 2; before++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      if (before)
        g_cancellable_cancel (cancellable);
      stile_pause_async (AN_HOUR, cancellable, test_await_cb, &result);
      g_assert_null (result);
      g_cancellable_cancel (cancellable);
      g_assert_false (stile_pause_finish (test_await_result (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      test_await_idle ();
    }
}

/* Both are ready in the same turn: one result all the same. */
static void
test_is_cancelled_as_it_ends (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  stile_pause_async (0, cancellable, test_await_cb, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (stile_pause_finish (test_await_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_await_idle ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pause/ends", test_ends);
  g_test_add_func ("/pause/ends-without-anybody-to-cancel", test_ends_without_anybody_to_cancel);
  g_test_add_func ("/pause/is-cancelled-at-once", test_is_cancelled_at_once);
  g_test_add_func ("/pause/is-cancelled-as-it-ends", test_is_cancelled_as_it_ends);

  return g_test_run ();
}
