/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <locale.h>

#include "ui/accessible-app.h"

/* The real program with files in its hand, as a file manager starts it. */

#define TRACE                                                                                                \
  "{\"schema\": \"stile-trace/1\", \"created\": \"2026-11-25T22:26:32Z\", \"service\": "                     \
  "\"https://traced.example\", \"events\": [{\"event\": \"flight\", \"ms\": 1, \"flight\": {\"sender\": "    \
  "\"client\", \"number\": 1, \"base64\": \"FQMDAAICMA==\"}}]}"

static char *
write_file (const char *directory, const char *name, const char *text)
{
  char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* A second process hands what it was given to the first, and ends. */
static void
hand_over (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) second =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, g_getenv ("STILE_PROGRAM"), path, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (second, NULL, &error));
  g_assert_no_error (error);
}

/* With what the program keeps there. */
static void
remove_folder (const char *path)
{
  g_autoptr (GSubprocess) remover =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-r", "--one-file-system", path, NULL);

  g_assert_true (g_subprocess_wait_check (remover, NULL, NULL));
}

static void
test_files (void)
{
  g_autofree char *home = g_dir_make_tmp ("stile-opening-XXXXXX", NULL);
  g_autofree char *report =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "data", "reports", "limited.json", NULL);
  g_autofree char *trace = write_file (home, "a.txt", TRACE);
  g_autofree char *poem = write_file (home, "poem.stile-report", "Roses are red");
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), report, trace, NULL };
  g_autoptr (AccessibleApp) app = NULL;

  g_assert_nonnull (arguments[0]);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  app = accessible_app_start (arguments);
  accessible_app_wait_for_beginning (app, "https://localhost:44305, looked at on ");
  accessible_app_wait_for (app, "https://traced.example");
  accessible_app_wait_for (app, "Flight 1, from this computer to the service, 7 bytes: Alert");
  accessible_app_shoot (app, "trace");

  hand_over (poem);
  accessible_app_wait_for_part (app, "“poem.stile-report” is no report of a diagnosis, no trace");

  g_clear_pointer (&app, accessible_app_end);
  remove_folder (home);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a cache that GTK 4.8 does not have. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);

  g_test_add_func ("/ui/opening/files", test_files);

  return g_test_run ();
}
