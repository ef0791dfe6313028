/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bootstrap/stile-debug-info.h"
#include "cli/stile-cli-bootstrap.h"
#include "cli/stile-cli-connect.h"
#include "cli/stile-cli-diagnose.h"
#include "cli/stile-cli-est.h"
#include "cli/stile-cli-lab.h"
#include "cli/stile-cli-open.h"
#include "cli/stile-cli-profile.h"
#include "cli/stile-cli-provision.h"
#include "cli/stile-cli-proxy.h"
#include "cli/stile-cli-renew.h"
#include "cli/stile-cli-seal.h"
#include "cli/stile-cli-trace.h"
#include "cli/stile-cli-trust.h"
#include "cli/stile-cli-voucher.h"
#include "cli/stile-cli.h"
#include "codec/stile-locale.h"
#include "transport/stile-http-version.h"

typedef struct
{
  const char *name;
  int (*run) (int argc, char *argv[]);
  const char *summary;
} Verb;

static const Verb verbs[] = {
  { "bootstrap", stile_cli_bootstrap_run, N_ ("fetch and install the domain’s CA roots") },
  { "connect", stile_cli_connect_run, N_ ("shake hands with a service and tell who is there") },
  { "diagnose", stile_cli_diagnose_run, N_ ("find out who intercepts, how, and what to do") },
  { "profile", stile_cli_profile_run, N_ ("keep the services that you go to, and hand them out") },
  { "provision", stile_cli_provision_run, N_ ("bring devices into a domain") },
  { "proxy", stile_cli_proxy_run, N_ ("let any program reach a service through ATLS") },
  { "est", stile_cli_est_run, N_ ("ask an EST service for roots and certificates") },
  { "renew", stile_cli_renew_run, N_ ("renew certificates before they run out") },
  { "trace", stile_cli_trace_run, N_ ("show what went over in a session, from a file") },
  { "lab", stile_cli_lab_run, N_ ("start a whole network on this computer") },
  { "trust", stile_cli_trust_run, N_ ("install CA roots into trust stores, and take them back") },
  { "seal", stile_cli_seal_run, N_ ("seal a message with given keys") },
  { "open", stile_cli_open_run, N_ ("open a message with given keys") },
  { "voucher", stile_cli_voucher_run, N_ ("show or judge a voucher or a voucher request") },
};

static void
print_help (void)
{
  g_print (_ ("Usage: stilectl VERB [OPTION…]\n\nCarry a TLS session over what intercepts TLS.\n\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_print ("  %-10s  %s\n", verbs[i].name, _ (verbs[i].summary));
  g_print (_ ("\nEach verb has --help. To begin: stilectl bootstrap --lab. See also stilectl(1).\n"));
}

static void
print_debug_info (void)
{
  g_autofree char *http = stile_http_version_describe ();
  const char *const more[] = { http, NULL };
  g_autofree char *text = stile_debug_info_write ("stilectl", more);

  g_print ("%s", text);
}

static const Verb *
find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, name) == 0)
      return &verbs[i];

  return NULL;
}

int
main (int argc, char *argv[])
{
  const Verb *verb;

  stile_locale_init ();

  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 ||
      strcmp (argv[1], "help") == 0)
    {
      print_help ();
      return argc < 2 ? STILE_CLI_EXIT_USAGE : STILE_CLI_EXIT_DONE;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("stilectl %s\n", PACKAGE_VERSION);
      return STILE_CLI_EXIT_DONE;
    }

  if (strcmp (argv[1], "--debug-info") == 0)
    {
      print_debug_info ();
      return STILE_CLI_EXIT_DONE;
    }

  verb = find (argv[1]);
  if (verb != NULL)
    return verb->run (argc - 1, argv + 1);

  g_printerr (_ ("stilectl: there is no verb “%s”; try stilectl --help\n"), argv[1]);
  return STILE_CLI_EXIT_USAGE;
}
