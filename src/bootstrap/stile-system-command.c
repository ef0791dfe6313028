/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-system-command.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"

/* pkexec(1): somebody closed the dialog, or was not allowed to. */
#define PKEXEC_DISMISSED 126
#define PKEXEC_REFUSED 127

/* Where the administrator's commands are, whatever the user's PATH says. */
#define PATH "/usr/sbin:/usr/bin:/sbin:/bin"

/* Before what stilectl says of a failure. */
#define COMPLAINT "stilectl: "

typedef struct
{
  int status;
  char *output; /* both outputs, for people */
} Ended;

static void
ended_clear (Ended *self)
{
  g_clear_pointer (&self->output, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ended, ended_clear)

static char *
find_program (const char *name)
{
  g_auto (GStrv) folders = g_strsplit (PATH, ":", -1);

  if (g_path_is_absolute (name))
    return g_file_test (name, G_FILE_TEST_IS_EXECUTABLE) ? g_strdup (name) : NULL;

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static gboolean
run (char **argv, const char *input, Ended *ended, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *program = find_program (argv[0]);
  g_autoptr (GBytes) given = g_bytes_new_static (input, strlen (input));
  g_autoptr (GBytes) output = NULL;

  if (program != NULL)
    {
      g_free (argv[0]);
      argv[0] = g_steal_pointer (&program);
    }
  g_subprocess_launcher_setenv (launcher, "PATH", PATH, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv, error);
  if (process == NULL || !g_subprocess_communicate (process, given, NULL, &output, NULL, error))
    {
      g_prefix_error (error, "%s: ", argv[0]);
      stile_error_convert (error, STILE_ERROR_FAILED);
      return FALSE;
    }

  ended->status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  ended->output = g_utf8_make_valid (g_bytes_get_data (output, NULL), (gssize)g_bytes_get_size (output));
  return TRUE;
}

static char *
find_last_line (const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  const char *found = "";

  for (gsize i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      found = lines[i];

  return g_strdup (found);
}

/* What stilectl says of a failure comes first, then what to do, and between them what went well; pkexec says one line. */
static char *
find_complaint (const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], COMPLAINT))
      return g_strdup (lines[i] + strlen (COMPLAINT));

  return find_last_line (output);
}

/**
 * stile_system_command_run:
 * @command: a command line, split as a shell does
 * @error: %STILE_ERROR_FAILED with what it said last
 */
gboolean
stile_system_command_run (const char *command, GError **error)
{
  g_auto (GStrv) argv = NULL;
  g_auto (Ended) ended = { 0 };
  g_autofree char *line = NULL;

  if (!g_shell_parse_argv (command, NULL, &argv, error) || !run (argv, "", &ended, error))
    return FALSE;
  if (ended.status == 0)
    return TRUE;

  line = find_last_line (ended.output);
  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("%s ended with status %d: %s"), argv[0],
               ended.status, line);
  return FALSE;
}

static gboolean
explain_refusal (const Ended *ended, GError **error)
{
  g_autofree char *line = find_complaint (ended->output);

  switch (ended->status)
    {
    case 0:
      return TRUE;
    case PKEXEC_DISMISSED:
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_CANCELLED,
                           _ ("The permission of an administrator was not given; nothing has changed"));
      return FALSE;
    case PKEXEC_REFUSED:
      g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
                   _ ("This user may not change whom the computer trusts; nothing has changed (%s)"), line);
      return FALSE;
    default:
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, line);
      return FALSE;
    }
}

/**
 * stile_system_command_elevate:
 * @elevate: a command line that runs stilectl as the administrator
 * @act: "install" or "remove"
 * @roots: (element-type StileCertificate): what, handed over on standard input
 * @error: %STILE_ERROR_CANCELLED when somebody closed the dialog, %STILE_ERROR_REFUSED when nobody was let, else what
 *   stilectl said
 */
gboolean
stile_system_command_elevate (const char *elevate, const char *act, GPtrArray *roots, GError **error)
{
  g_autofree char *command = g_strdup_printf ("%s trust %s --store system -", elevate, act);
  g_autofree char *pem = stile_certificate_bundle_to_pem (roots);
  g_auto (GStrv) argv = NULL;
  g_auto (Ended) ended = { 0 };

  return g_shell_parse_argv (command, NULL, &argv, error) && run (argv, pem, &ended, error) &&
         explain_refusal (&ended, error);
}

/**
 * stile_system_command_exists:
 * @command: (nullable): a command line
 *
 * Returns: whether its program can be run
 */
gboolean
stile_system_command_exists (const char *command)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *program = NULL;

  if (command == NULL || !g_shell_parse_argv (command, NULL, &argv, NULL))
    return FALSE;

  program = find_program (argv[0]);
  return program != NULL;
}

/**
 * stile_system_command_for_people:
 * @command: what makes the bundle
 * @paths: (element-type filename): the files to write
 * @roots: (element-type StileCertificate): what to write into them
 *
 * Returns: (transfer full): what an administrator pastes into a terminal, the certificates in it
 */
char *
stile_system_command_for_people (const char *command, GPtrArray *paths, GPtrArray *roots)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < roots->len; i++)
    {
      g_autofree char *pem = stile_certificate_to_pem (g_ptr_array_index (roots, i));
      g_autofree char *path = g_shell_quote (g_ptr_array_index (paths, i));

      g_string_append_printf (text, "sudo tee %s >/dev/null <<'END'\n%sEND\n", path, pem);
    }
  g_string_append_printf (text, "sudo %s\n", command);

  return g_string_free (text, FALSE);
}
