/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Waiting for what comes through the main context, with a guard that ends a test which would wait for ever:
 *
 *   g_autoptr (GAsyncResult) result = NULL;
 *
 *   stile_carrier_inspect_async (carrier, NULL, NULL, test_await_cb, &result);
 *   seen = stile_carrier_inspect_finish (carrier, test_await_result (&result), &error);
 *
 * test_await_until() asks for its condition after each turn of the main context.
 */
#define test_await_until(condition)                                                                          \
  G_STMT_START                                                                                               \
    {                                                                                                        \
      guint test_await_source = test_await_guard (#condition);                                               \
                                                                                                             \
      while (!(condition))                                                                                   \
        g_main_context_iteration (NULL, TRUE);                                                               \
      g_source_remove (test_await_source);                                                                   \
    }                                                                                                        \
  G_STMT_END

guint test_await_guard (const char *condition);
void test_await_cb (GObject *object, GAsyncResult *result, gpointer user_data);
GAsyncResult *test_await_result (GAsyncResult **slot);

/* Until an object whose last reference was just dropped is gone: what it began may hold it for some turns more. */
void test_await_finalized (gpointer object);

/* Everything that is ready now. */
void test_await_idle (void);

G_END_DECLS
