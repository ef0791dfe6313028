/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Long enough for a loaded machine; reached only when something never ends. */
#define WAITING_SECONDS 30

static inline gboolean
waiting_expired (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Turns the main context until @condition holds. */
#define wait_until(condition)                                                                                \
  G_STMT_START                                                                                               \
    {                                                                                                        \
      gboolean waiting_too_long = FALSE;                                                                     \
      guint waiting_source = g_timeout_add_seconds (WAITING_SECONDS, waiting_expired, &waiting_too_long);    \
      while (!(condition) && !waiting_too_long)                                                              \
        g_main_context_iteration (NULL, TRUE);                                                               \
      g_source_remove (waiting_source);                                                                      \
      g_assert_false (waiting_too_long);                                                                     \
    }                                                                                                        \
  G_STMT_END

/* A GAsyncReadyCallback that keeps the result in a GAsyncResult **. */
static inline void
waiting_keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}
