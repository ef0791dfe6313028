/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "support/test-await.h"
#include "support/test-pki.h"

/* sysexits.h: EX_CONFIG. */
#define CONFIG 78

static int
run (const char *const *arguments, char **output, char **errors)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_strv_builder_add (argv, g_getenv ("STILED"));
  g_strv_builder_addv (argv, (const char **)arguments);
  all = g_strv_builder_end (argv);
  g_assert_true (
      g_spawn_sync (NULL, all, NULL, G_SPAWN_DEFAULT, NULL, NULL, output, errors, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error) || error->domain == G_SPAWN_EXIT_ERROR);
  return error != NULL ? error->code : 0;
}

static void
test_usage (void)
{
  static const char *const version[] = { "--version", NULL };
  static const char *const unknown[] = { "--frobnicate", NULL };
  static const char *const word[] = { "--check-config", "word", NULL };
  static const char *const bad_number[] = { "--check-config", "--workers", "many", NULL };
  static const char *const nothing[] = { "--check-config", NULL };
  static const char *const missing[] = { "--config", "/nonexistent.conf", NULL };
  static const struct
  {
    const char *const *arguments;
    int status;
  } table[] = {
    { version, 0 },         { unknown, 2 },      { word, 2 },
    { bad_number, CONFIG }, { nothing, CONFIG }, { missing, CONFIG },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *output = NULL;
      g_autofree char *errors = NULL;

      g_assert_cmpint (run (table[i].arguments, &output, &errors), ==, table[i].status);
      if (table[i].status != 0)
        g_assert_true (g_str_has_prefix (errors, "stiled: "));
    }
}

static void
test_check_config (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) server = test_pki_issue (NULL, &(TestPkiOptions){ .name = "S" });
  g_autoptr (TestPki) other = test_pki_issue (NULL, &(TestPkiOptions){ .name = "O" });
  g_autofree char *certificate = test_pki_save_chain (server, directory, "s");
  g_autofree char *key = test_pki_save_key (server, directory, "s");
  g_autofree char *other_key = test_pki_save_key (other, directory, "o");
  g_autofree char *path = g_build_filename (directory, "stiled.conf", NULL);
  g_autofree char *text = g_strdup_printf ("[stiled]\natls-cert=%s\natls-key=%s\n", certificate, key);
  const char *const good[] = { "--config", path, "--check-config", NULL };
  const char *const mismatch[] = { "--config", path, "--atls-key", other_key, "--check-config", NULL };
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autofree char *mismatch_errors = NULL;
  g_autofree char *unknown_errors = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (run (good, &output, &errors), ==, 0);
  g_assert_cmpint (run (mismatch, NULL, &mismatch_errors), ==, CONFIG);
  g_assert_true (g_file_set_contents (path, "[stiled]\nlisten-on=x\n", -1, NULL));
  g_assert_cmpint (run (good, NULL, &unknown_errors), ==, CONFIG);
  g_assert_nonnull (strstr (unknown_errors, "listen-on"));
  test_pki_directory_remove (directory);
}

/* --- serving --- */

static void
read_until (GDataInputStream *stream, const char *words)
{
  gboolean found = FALSE;

  while (!found)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *line = NULL;

      g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, NULL, test_await_cb, &result);
      line = g_data_input_stream_read_line_finish (stream, test_await_result (&result), NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (line);
      found = strstr (line, words) != NULL;
    }
}

static void
test_signals (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) server = test_pki_issue (NULL, &(TestPkiOptions){ .name = "S" });
  g_autofree char *certificate = test_pki_save_chain (server, directory, "s");
  g_autofree char *key = test_pki_save_key (server, directory, "s");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_MERGE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) stream = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG"); /* it warns that it did not reload, and goes on */
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("STILED"), "--listen", "127.0.0.1:0",
                                         "--atls-cert", certificate, "--atls-key", key, NULL);
  g_assert_no_error (error);
  stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  read_until (stream, "Listening on 127.0.0.1:");
  g_subprocess_send_signal (process, SIGHUP);
  read_until (stream, "Reloaded");
  g_assert_true (g_file_set_contents (key, "no key", -1, NULL));
  g_subprocess_send_signal (process, SIGHUP);
  read_until (stream, "Not reloaded");
  g_subprocess_send_signal (process, SIGTERM);
  read_until (stream, "Stopped");
  g_subprocess_wait_async (process, NULL, test_await_cb, &result);
  g_assert_true (g_subprocess_wait_finish (process, test_await_result (&result), &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  test_pki_directory_remove (directory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/stiled/usage", test_usage);
  g_test_add_func ("/cli/stiled/check-config", test_check_config);
  g_test_add_func ("/cli/stiled/signals", test_signals);

  return g_test_run ();
}
