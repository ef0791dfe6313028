/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-await.h"

/* No test waits for time to pass: this is for those that hang, on a machine that is busy, under a sanitizer. */
#define GUARD_SECONDS 100

static gboolean
guard_cb (gpointer condition)
{
  g_error ("test-await: not within %d seconds: %s", GUARD_SECONDS, (const char *)condition);
  return G_SOURCE_REMOVE;
}

/**
 * test_await_guard:
 * @condition: (transfer none): says what is waited for, as long as the guard lives
 *
 * Returns: a source to remove when it has come
 */
guint
test_await_guard (const char *condition)
{
  return g_timeout_add_seconds (GUARD_SECONDS, guard_cb, (gpointer)condition);
}

void
test_await_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **slot = user_data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

/**
 * test_await_result:
 * @slot: what test_await_cb() was given
 *
 * Returns: (transfer none): the result
 */
GAsyncResult *
test_await_result (GAsyncResult **slot)
{
  test_await_until (*slot != NULL);
  return *slot;
}

/* It may be a thread of a pool that lets go last but us. */
static void
alone_cb (gpointer data, GObject *object, gboolean last)
{
  g_atomic_int_set ((gint *)data, last);
  g_main_context_wakeup (NULL);
}

/**
 * test_await_finalized:
 * @object: (transfer full): gives up this reference
 *
 * It goes in this thread, so that all that it held is let go of when this returns.
 */
void
test_await_finalized (gpointer object)
{
  gint alone = FALSE;
  gpointer left = object;

  g_object_add_toggle_ref (object, alone_cb, &alone);
  g_object_unref (object);
  test_await_until (g_atomic_int_get (&alone));
  g_object_add_weak_pointer (object, &left);
  g_object_remove_toggle_ref (object, alone_cb, &alone);
  g_assert_null (left);
}

void
test_await_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
