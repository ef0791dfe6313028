/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-trace.h"

#include <glib/gi18n.h>

#include "atls/stile-trace-document.h"
#include "cli/stile-cli.h"

static void
print_events (StileTrace *trace)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (trace)); i++)
    {
      g_autoptr (StileTraceEvent) event = g_list_model_get_item (G_LIST_MODEL (trace), i);
      gint64 since = stile_trace_event_get_time (event) - stile_trace_get_start (trace);

      g_print ("%9.1f ms  %s\n", (double)since / 1000.0, stile_trace_event_get_summary (event));
    }
}

static void
print_document (StileTraceDocument *document)
{
  StileTrace *trace = stile_trace_document_get_trace (document);
  guint left_out = stile_trace_document_get_left_out (document);
  g_autoptr (GDateTime) began = g_date_time_new_from_unix_local (stile_trace_get_began (trace));
  g_autofree char *when = g_date_time_format (began, "%F %T");

  g_print (_ ("Session with %s, %s\n"), stile_trace_document_get_service (document), when);
  if (stile_trace_document_get_intercepted (document))
    g_print ("%s\n", _ ("Something in between ended the TLS of the transport."));
  if (left_out > 0)
    g_print (g_dngettext (GETTEXT_PACKAGE, "%u earlier event is not in the file.\n",
                          "%u earlier events are not in the file.\n", left_out),
             left_out);
  print_events (trace);
}

/**
 * stile_cli_trace_run:
 *
 * "stilectl trace FILE": shows what somebody saved with --save-trace, a line for each flight.
 *
 * Returns: the exit status
 */
int
stile_cli_trace_run (int argc, char *argv[])
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (StileTraceDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  if (!stile_cli_parse ("trace", _ ("FILE"), _ ("Show what went over in a session that was saved in a file."),
                        entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 2)
    return stile_cli_fail_usage ("trace", _ ("name one file"));

  document = stile_trace_document_load (argv[1], &error);
  if (document == NULL)
    return stile_cli_fail (error, json);

  if (json)
    {
      g_autoptr (GVariant) variant = g_variant_ref_sink (stile_trace_document_to_variant (document));

      stile_cli_print_json (variant);
    }
  else
    print_document (document);

  return STILE_CLI_EXIT_DONE;
}
