/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "codec/stile-locale.h"
#include "service/stile-service-devices.h"
#include "service/stile-service-notify.h"
#include "service/stile-service-roles.h"
#include "service/stile-service.h"

/* sysexits.h: EX_CONFIG. */
#define EXIT_CONFIG 78

typedef struct
{
  char *config_path;
  gboolean check;
  gboolean version;
  gboolean devices;
  gboolean json;
  char *allow;
  char *refuse;
  GPtrArray *options; /* of char: key, value, key, value, … */
  GMainLoop *loop;
  StileService *service;
} Program;

static gboolean
keep_option_cb (const char *name, const char *value, gpointer data, GError **error)
{
  Program *program = data;

  g_ptr_array_add (program->options, g_strdup (name + 2));
  g_ptr_array_add (program->options, g_strdup (value != NULL ? value : "true"));
  return TRUE;
}

static StileServiceConfig *
read_config (Program *program, GError **error)
{
  g_autoptr (StileServiceConfig) config = stile_service_config_new ();

  if (program->config_path != NULL && !stile_service_config_load (config, program->config_path, error))
    return NULL;
  for (guint i = 0; i + 1 < program->options->len; i += 2)
    if (!stile_service_config_set (config, g_ptr_array_index (program->options, i),
                                   g_ptr_array_index (program->options, i + 1), error))
      return NULL;

  return g_steal_pointer (&config);
}

static gboolean
reload_cb (gpointer data)
{
  Program *program = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileServiceConfig) config = NULL;

  stile_service_notify_send ("RELOADING=1");
  config = read_config (program, &error);
  if (config != NULL && stile_service_reload (program->service, config, &error))
    g_message ("Reloaded; sessions stay");
  else
    g_warning ("Not reloaded, all is as it was: %s", error->message);
  stile_service_notify_send ("READY=1");

  return G_SOURCE_CONTINUE;
}

static gboolean
stop_cb (gpointer data)
{
  Program *program = data;

  stile_service_notify_send ("STOPPING=1");
  g_main_loop_quit (program->loop);
  return G_SOURCE_CONTINUE;
}

static int
fail (const GError *error)
{
  g_printerr ("stiled: %s\n%s\n", error->message, stile_error_get_next_step (error));
  return g_error_matches (error, STILE_ERROR, STILE_ERROR_SETTINGS) ? EXIT_CONFIG : 1;
}

static int
serve (Program *program, StileServiceConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  program->service = stile_service_new (config);
  if (!stile_service_start (program->service, &error))
    {
      g_clear_object (&program->service);
      return fail (error);
    }

  address = stile_service_get_address (program->service);
  program->loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, stop_cb, program);
  g_unix_signal_add (SIGINT, stop_cb, program);
  g_unix_signal_add (SIGHUP, reload_cb, program);
  g_message ("Listening on %s with %u workers", address, stile_service_get_n_workers (program->service));
  stile_service_notify_send ("READY=1");
  g_main_loop_run (program->loop);

  stile_service_stop (program->service);
  g_message ("Stopped");
  g_clear_object (&program->service);
  g_clear_pointer (&program->loop, g_main_loop_unref);
  return 0;
}

static GOptionContext *
make_options (Program *program)
{
#define KEPT(name, flags, help, argument)                                                                    \
  {                                                                                                          \
    name, 0, flags, G_OPTION_ARG_CALLBACK, keep_option_cb, help, argument                                    \
  }
  const GOptionEntry own[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &program->config_path, N_ ("Read this configuration"),
      N_ ("FILE") },
    { "check-config", 0, 0, G_OPTION_ARG_NONE, &program->check,
      N_ ("Check it and everything it names, then stop"), NULL },
    { "devices", 0, 0, G_OPTION_ARG_NONE, &program->devices,
      N_ ("List the devices that asked the registrar, then stop"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &program->json, N_ ("List them as JSON"), NULL },
    { "allow", 0, 0, G_OPTION_ARG_STRING, &program->allow, N_ ("Let this device join, then stop"),
      N_ ("[ISSUER/]SERIAL") },
    { "refuse", 0, 0, G_OPTION_ARG_STRING, &program->refuse, N_ ("Let this device not join, then stop"),
      N_ ("[ISSUER/]SERIAL") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &program->version, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry kept[] = {
    KEPT ("listen", 0, N_ ("Listen there"), N_ ("ADDR:PORT")),
    KEPT ("path", 0, N_ ("Serve ATLS at this path"), N_ ("PATH")),
    KEPT ("tls-cert", 0, N_ ("Certificate chain for https"), N_ ("FILE")),
    KEPT ("tls-key", 0, N_ ("Its private key"), N_ ("FILE")),
    KEPT ("atls-cert", 0, N_ ("Certificate chain of the service inside ATLS"), N_ ("FILE")),
    KEPT ("atls-key", 0, N_ ("Its private key"), N_ ("FILE")),
    KEPT ("client-ca", 0, N_ ("Ask clients for a certificate of one of these CAs"), N_ ("FILE")),
    KEPT ("est-cacerts", 0, N_ ("The domain’s CA roots, handed out by EST"), N_ ("FILE")),
    KEPT ("domain-cas", 0, N_ ("More CAs of the domain, to recognise middleboxes by"), N_ ("FILE")),
    KEPT ("upstream", 0, N_ ("Hand other requests to this HTTP service"), N_ ("URL")),
    KEPT ("front-cert", 0, N_ ("Certificates of the service’s own TLS terminators"), N_ ("FILE")),
    KEPT ("tls-version", 0, N_ ("Version inside ATLS: any, 1.2 or 1.3"), N_ ("VERSION")),
    KEPT ("database", 0, N_ ("What registrar, MASA and EST server remember"), N_ ("FILE")),
    KEPT ("workers", 0, N_ ("Threads; 0 for one a core"), N_ ("N")),
    KEPT ("echo", G_OPTION_FLAG_NO_ARG, N_ ("Answer raw data with the same in upper case"), NULL),
    KEPT ("log-export", 0, N_ ("For tests only: print exported keying material of each session"),
          N_ ("LABEL:LEN")),
    G_OPTION_ENTRY_NULL,
  };
#undef KEPT
  GOptionContext *context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("service", _ ("Settings, as in the configuration"),
                                            _ ("Show the settings"), program, NULL);

  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_group_add_entries (group, own);
  g_option_group_add_entries (group, kept);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context,
                                _ ("The service at the other end of Application-Layer TLS. See stiled(8)."));
  return context;
}

/* Sessions come and go at the level "info": the journal is where they are wanted. */
static void
show_info (void)
{
  if (g_getenv ("G_MESSAGES_DEBUG") == NULL)
    g_setenv ("G_MESSAGES_DEBUG", "stile-atls", TRUE);
}

static char *
manage (Program *program, StileServiceConfig *config, GError **error)
{
  g_autoptr (StileLedger) ledger = NULL;

  if (stile_service_config_get_text (config, "database") == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("Say which database: --database FILE, or --config FILE with it"));
      return NULL;
    }

  ledger = stile_service_roles_open_ledger (config, error);
  if (ledger == NULL)
    return NULL;
  if (program->allow != NULL)
    return stile_service_devices_allow (ledger, program->allow, error);
  if (program->refuse != NULL)
    return stile_service_devices_refuse (ledger, program->refuse, error);

  return stile_service_devices_list (ledger, program->json, error);
}

static int
run (Program *program)
{
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileServiceConfig) config = read_config (program, &error);

  if (config == NULL)
    return fail (error);
  if (program->devices || program->allow != NULL || program->refuse != NULL)
    {
      said = manage (program, config, &error);
      return said != NULL ? (g_print ("%s\n", said), 0) : fail (error);
    }
  if (!program->check)
    return serve (program, config);
  if (!stile_service_check (config, &error))
    return fail (error);

  g_print ("%s\n", _ ("The configuration is good."));
  return 0;
}

int
main (int argc, char *argv[])
{
  Program program = { .options = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  int status = 2;

  stile_locale_init ();
  show_info ();

  context = make_options (&program);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_printerr ("stiled: %s\n", error->message);
  else if (argc > 1)
    g_printerr (_ ("stiled: “%s” is one word too many; try stiled --help\n"), argv[1]);
  else if (program.version)
    status = (g_print ("stiled %s\n", PACKAGE_VERSION), 0);
  else
    status = run (&program);

  g_ptr_array_unref (program.options);
  g_free (program.config_path);
  g_free (program.allow);
  g_free (program.refuse);
  return status;
}
