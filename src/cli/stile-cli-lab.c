/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-lab.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "cli/stile-cli.h"
#include "lab/stile-lab.h"

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static void
print_lab (StileLab *lab, gboolean json)
{
  g_autoptr (GVariant) document = g_variant_ref_sink (stile_lab_to_variant (lab));

  if (json)
    stile_cli_print_json (document);
  else
    g_print (_ ("The lab is up: %s\n\n"
                "  service      %s\n"
                "  proxy        %s\n"
                "  anchors      %s\n"
                "  certificate  %s\n"
                "  key          %s\n\n"
                "Nothing here leaves this computer. Press Ctrl+C to take it down.\n"),
             stile_lab_scenario_get_title (stile_lab_get_scenario (lab)), stile_lab_get_service_url (lab),
             stile_lab_get_proxy_url (lab), stile_lab_get_anchors_file (lab),
             stile_lab_get_certificate_file (lab), stile_lab_get_key_file (lab));
  fflush (stdout);
}

static int
stay (StileLab *lab, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = stile_cli_watch_interrupt ();

  if (!stile_lab_start (lab, &error))
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
      N_ ("What lies between: intercepted, unknown-authority, block-page, direct"), N_ ("NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one line of JSON when everything listens"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (StileLab) lab = NULL;
  StileLabScenario scenario = STILE_LAB_INTERCEPTED;

  if (!stile_cli_parse (
          "lab", NULL,
          _ ("Start a manufacturer, a domain, a service and an intercepting middlebox on this computer."),
          entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 1)
    return stile_cli_fail_usage ("lab", _ ("it takes no arguments"));
  if (scenario_name != NULL && !stile_lab_scenario_find (scenario_name, &scenario))
    return stile_cli_fail_usage ("lab", _ ("there is no such scenario"));

  lab = stile_lab_new ();
  stile_lab_set_scenario (lab, scenario);
  return stay (lab, json);
}
