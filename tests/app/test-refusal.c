/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>

#include "app/stile-application.h"
#include "app/stile-window.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

/* The program where the administrator's policy cannot be understood: it says so, and ends, and does nothing else. */

typedef struct
{
  GApplication *application;
  gboolean told;
} Run;

/* What there is to see at all; the loop goes on until somebody has closed it. */
static gboolean
look (gpointer user_data)
{
  Run *self = user_data;
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self->application));
  GtkWidget *dialog = windows != NULL ? windows->data : NULL;

  if (dialog == NULL || !gtk_widget_get_mapped (dialog))
    return G_SOURCE_CONTINUE;

  g_assert_null (windows->next);
  g_assert_true (ADW_IS_MESSAGE_DIALOG (dialog));
  g_assert_true (widget_tree_has_text (dialog, "Stile cannot work on this computer"));
  g_assert_true (widget_tree_has_text (dialog, "“" SYSCONFDIR "/stile/policy.conf”"));
  g_assert_true (widget_tree_has_text (dialog, "“polcy”"));
  self->told = TRUE;
  g_signal_emit_by_name (widget_tree_find_button (dialog, "_Close"), "clicked");
  return G_SOURCE_REMOVE;
}

static void
run (int argc, const char *const *argv)
{
  g_autoptr (StileApplication) application = stile_application_new ();
  Run self = { .application = G_APPLICATION (application) };
  guint guard = test_await_guard ("the program ends");

  g_application_set_flags (self.application,
                           g_application_get_flags (self.application) | G_APPLICATION_NON_UNIQUE);
  g_timeout_add (20, look, &self);
  g_assert_cmpint (g_application_run (self.application, argc, (char **)argv), ==, 0);
  g_assert_true (self.told);
  g_source_remove (guard);
}

/* Each in a process of its own, since an application is one a process. */
static void
test_refuses (gconstpointer argument)
{
  const char *const argv[] = { "stile", argument, NULL };

  if (g_test_subprocess ())
    {
      run (argument != NULL ? 2 : 1, argv);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  g_test_add_data_func ("/refusal/started", NULL, test_refuses);
  g_test_add_data_func ("/refusal/with-a-link", "stile:invitation?service=https://a.example", test_refuses);
  g_test_add_data_func ("/refusal/at-a-place", "--place=devices", test_refuses);
  g_test_add_data_func ("/refusal/diagnose", "--diagnose=https://a.example", test_refuses);

  return g_test_run ();
}
