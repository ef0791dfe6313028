/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-lab.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "cli/stile-cli-row.h"
#include "cli/stile-cli.h"
#include "lab/stile-lab.h"

/* --- what the lab's services say --- */

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0)
      return fields[i].value;

  return NULL;
}

/* Registrar and MASA tell their operators whom they let in and whom not; the lab's operator is whoever looks at it. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer quiet)
{
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *time = NULL;

  if (g_strcmp0 (find_field (fields, n_fields, "GLIB_DOMAIN"), "stile-bootstrap") != 0 ||
      (level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_WARNING)) == 0)
    return g_log_writer_default (level, fields, n_fields, NULL);
  if (GPOINTER_TO_INT (quiet))
    return G_LOG_WRITER_HANDLED;

  now = g_date_time_new_now_local ();
  time = g_date_time_format (now, "%T");
  g_print ("%s  %s\n", time, find_field (fields, n_fields, "MESSAGE"));
  fflush (stdout);
  return G_LOG_WRITER_HANDLED;
}

/**
 * stile_cli_lab_keep_quiet:
 *
 * What the lab's services say goes nowhere: there is somebody else who talks.
 */
void
stile_cli_lab_keep_quiet (void)
{
  g_log_set_writer_func (write_log, GINT_TO_POINTER (TRUE), NULL);
}

/**
 * stile_cli_lab_find_scenario:
 * @name: from the command line
 * @error: %STILE_ERROR_SETTINGS with the names that there are
 */
gboolean
stile_cli_lab_find_scenario (const char *name, StileLabScenario *scenario, GError **error)
{
  g_autofree char *known = NULL;

  if (stile_lab_scenario_find (name, scenario))
    return TRUE;

  known = stile_lab_scenario_list_names ();
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("There is no scenario “%s”. There are: %s"), name,
               known);
  return FALSE;
}

/* --- the verb --- */

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_main_loop_quit (user_data);
}

/* To be copied: the folder may be anywhere. */
static char *
make_command (StileLab *lab)
{
  const char *const words[][2] = {
    { "--registrar", stile_lab_get_service_url (lab) }, { "--proxy", stile_lab_get_proxy_url (lab) },
    { "--ca", stile_lab_get_domain_file (lab) },        { "--cert", stile_lab_get_agent_certificate (lab) },
    { "--key", stile_lab_get_agent_key (lab) },         { "", stile_lab_get_device_list (lab) },
  };
  GString *command = g_string_new ("stilectl provision");

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gboolean plain = strpbrk (words[i][1], " \t\"'\\$`&;()<>|*?[]#~!") == NULL;
      g_autofree char *word = plain ? g_strdup (words[i][1]) : g_shell_quote (words[i][1]);

      g_string_append_printf (command, " %s%s%s", words[i][0], *words[i][0] != '\0' ? " " : "", word);
    }

  return g_string_free (command, FALSE);
}

static void
say_bench (StileLab *lab)
{
  g_autofree char *command = make_command (lab);

  const StileCliRow rows[] = { { C_ ("of the lab", "technician"), stile_lab_get_agent_certificate (lab) },
                               { C_ ("of the lab", "with key"), stile_lab_get_agent_key (lab) },
                               { C_ ("of the lab", "devices"), stile_lab_get_device_list (lab) } };

  g_print ("%s\n\n", _ ("On the bench are ten devices, two of them faulty, which wait for a technician:"));
  stile_cli_row_print_all (2, rows, G_N_ELEMENTS (rows));
  g_print ("\n  %s\n\n", command);
}

static void
say_lab (StileLab *lab)
{
  const StileCliRow rows[] = { { C_ ("of the lab", "registrar"), stile_lab_get_service_url (lab) },
                               { C_ ("of the lab", "proxy"), stile_lab_get_proxy_url (lab) },
                               { "MASA", stile_lab_get_masa_url (lab) },
                               { C_ ("of the lab", "anchors"), stile_lab_get_anchors_file (lab) },
                               { C_ ("of the lab", "certificate"), stile_lab_get_certificate_file (lab) },
                               { C_ ("of the lab", "key"), stile_lab_get_key_file (lab) },
                               { C_ ("of the lab", "domain"), stile_lab_get_domain_file (lab) } };

  g_print (_ ("The lab is up: %s"), stile_lab_scenario_get_title (stile_lab_get_scenario (lab)));
  g_print ("\n\n%s\n\n", stile_lab_scenario_get_meaning (stile_lab_get_scenario (lab)));
  stile_cli_row_print_all (2, rows, G_N_ELEMENTS (rows));
  g_print ("\n");
  say_bench (lab);
  g_print ("%s\n\n", _ ("Nothing here leaves this computer. Press Ctrl+C to take it down."));
}

static void
print_lab (StileLab *lab, gboolean json)
{
  g_autoptr (GVariant) document = g_variant_ref_sink (stile_lab_to_variant (lab));

  if (json)
    stile_cli_print_json (document);
  else
    say_lab (lab);
  fflush (stdout);
}

static int
stay (StileLab *lab, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = stile_cli_watch_interrupt ();

  if (!stile_lab_start (lab, &error) || !stile_lab_start_bench (lab, &error))
    return stile_cli_fail (error, json);

  print_lab (lab, json);
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), loop);
  g_main_loop_run (loop);
  stile_lab_stop (lab);
  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_lab_run:
 *
 * "stilectl lab": a whole network on loopback, until somebody stops it.
 *
 * Returns: the exit status
 */
int
stile_cli_lab_run (int argc, char *argv[])
{
  gboolean json = FALSE;
  g_autofree char *scenario_name = NULL;
  const GOptionEntry entries[] = {
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &scenario_name,
      N_ ("What goes wrong; a wrong name lists them all"), N_ ("NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one line of JSON when everything listens"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (StileLab) lab = NULL;
  g_autoptr (GError) error = NULL;
  StileLabScenario scenario = STILE_LAB_INTERCEPTED;

  if (!stile_cli_parse (
          "lab", NULL,
          _ ("Start a manufacturer, a domain with a registrar, an intercepting middlebox and a bench of "
             "devices on this computer."),
          entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 1)
    return stile_cli_fail_usage ("lab", _ ("it takes no arguments"));
  if (scenario_name != NULL && !stile_cli_lab_find_scenario (scenario_name, &scenario, &error))
    return stile_cli_fail_usage ("lab", error->message);

  g_log_set_writer_func (write_log, GINT_TO_POINTER (json), NULL);
  lab = stile_lab_new ();
  stile_lab_set_scenario (lab, scenario);
  return stay (lab, json);
}
