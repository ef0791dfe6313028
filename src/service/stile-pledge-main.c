/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pledge-responder.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-locale.h"
#include "service/stile-service-notify.h"
#include "transport/stile-dns-sd-announcer.h"
#include "transport/stile-dns-sd-browser.h"
#include "transport/stile-http-service.h"
#include "transport/stile-listening-socket.h"

/* sysexits.h: EX_CONFIG. */
#define EXIT_CONFIG 78

typedef struct
{
  char *listen;
  char *state;
  char *idevid;
  char *key;
  char *anchor;
  gboolean announce;
  gboolean no_clock;
  gboolean status;
  gboolean version;

  StilePledgeResponder *responder;
  StileHttpService *service;
  StileDnsSdAnnouncer *announcer;
  GMainLoop *loop;
} Program;

static void
program_clear (Program *self)
{
  char *texts[] = { self->listen, self->state, self->idevid, self->key, self->anchor };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_object (&self->announcer);
  g_clear_object (&self->service);
  g_clear_object (&self->responder);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Program, program_clear)

static int
fail (const GError *error)
{
  g_printerr ("stile-pledge: %s\n%s\n", error->message, stile_error_get_next_step (error));
  return g_error_matches (error, STILE_ERROR, STILE_ERROR_SETTINGS) ? EXIT_CONFIG : 1;
}

static gboolean
check_given (Program *self, GError **error)
{
  const struct
  {
    const char *name;
    const char *value;
  } needed[] = {
    { "--state", self->state },
    { "--idevid", self->idevid },
    { "--key", self->key },
    { "--anchor", self->anchor },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if (needed[i].value == NULL)
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s is missing"), needed[i].name);
        return FALSE;
      }

  return TRUE;
}

/* --- the device --- */

static void
answered_cb (StilePledgeResponder *responder, const char *name, guint status, StileChecks *checks)
{
  StilePledgeState *state = stile_pledge_responder_get_state (responder);
  guint last = stile_checks_get_n (checks);

  g_message ("%s: %u; the device is in “%s”", name, status,
             stile_pledge_state_name_stage (stile_pledge_state_get_stage (state)));
  if (stile_checks_get_refused (checks) != NULL)
    g_message ("%s: %s: %s", name, stile_checks_get_refused (checks),
               stile_checks_get_sentence (checks, last - 1));
}

static gboolean
open_device (Program *self, GError **error)
{
  g_autoptr (StileIdentity) idevid = stile_identity_load (self->idevid, self->key, error);
  g_autoptr (GPtrArray) anchors =
      idevid != NULL ? stile_certificate_bundle_load_pem (self->anchor, error) : NULL;
  g_autoptr (StilePledgeState) state = anchors != NULL ? stile_pledge_state_open (self->state, error) : NULL;
  const StilePledgeResponderSettings settings = {
    .idevid = idevid,
    .anchors = anchors,
    .policy = self->no_clock ? STILE_JUDGE_NO_CLOCK : STILE_JUDGE_DEFAULT,
    .state = state,
  };

  if (state == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return FALSE;
    }

  self->responder = stile_pledge_responder_new (&settings, error);
  if (self->responder == NULL)
    return FALSE;

  g_signal_connect (self->responder, "answered", G_CALLBACK (answered_cb), NULL);
  return TRUE;
}

/* --- where it answers --- */

static void
announced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (stile_dns_sd_announcer_announce_finish (STILE_DNS_SD_ANNOUNCER (object), result, &error))
    g_message ("Announced on this network");
  else
    g_warning ("Not announced on this network; it answers all the same: %s", error->message);
}

static void
announce (Program *self, GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);
  guint16 port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));

  self->announcer = stile_dns_sd_announcer_new (NULL, stile_pledge_responder_get_serial (self->responder),
                                                STILE_DNS_SD_BROWSER_PLEDGES, port);
  stile_dns_sd_announcer_announce_async (self->announcer, NULL, announced_cb, NULL);
}

static gboolean
listen_there (Program *self, GError **error)
{
  g_autoptr (GSocket) socket =
      stile_listening_socket_open (self->listen != NULL ? self->listen : "127.0.0.1:0", error);
  g_autofree char *address = socket != NULL ? stile_listening_socket_describe (socket) : NULL;

  if (socket == NULL)
    return FALSE;

  self->service = stile_http_service_new (NULL, NULL);
  stile_http_service_set_plain_handler (self->service, STILE_HANDLER (self->responder));
  if (!stile_http_service_listen (self->service, socket, error))
    return FALSE;

  g_message ("Listening on %s as the device “%s”", address,
             stile_pledge_responder_get_serial (self->responder));
  if (self->announce)
    announce (self, socket);
  return TRUE;
}

static gboolean
stop_cb (gpointer data)
{
  g_main_loop_quit (((Program *)data)->loop);
  return G_SOURCE_CONTINUE;
}

static int
serve (Program *self)
{
  g_autoptr (GError) error = NULL;

  if (!listen_there (self, &error))
    return fail (error);

  self->loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, stop_cb, self);
  g_unix_signal_add (SIGINT, stop_cb, self);
  stile_service_notify_send ("READY=1");
  g_main_loop_run (self->loop);
  stile_http_service_stop (self->service);
  return 0;
}

/* --- the command line --- */

static int
print_status (Program *self)
{
  StilePledgeState *state = stile_pledge_responder_get_state (self->responder);
  StileCertificate *certificate = stile_pledge_state_get_certificate (state);

  g_print ("%s\n", stile_pledge_state_name_stage (stile_pledge_state_get_stage (state)));
  if (certificate != NULL)
    g_print ("%s\n", stile_certificate_get_name (certificate));
  return 0;
}

static GOptionContext *
make_options (Program *self)
{
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &self->listen, N_ ("Answer there; port 0 takes a free one"),
      N_ ("ADDR:PORT") },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &self->state, N_ ("Remember here what the device was given"),
      N_ ("DIR") },
    { "idevid", 0, 0, G_OPTION_ARG_FILENAME, &self->idevid,
      N_ ("The device’s certificate of its manufacturer"), N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self->key, N_ ("Its private key"), N_ ("FILE") },
    { "anchor", 0, 0, G_OPTION_ARG_FILENAME, &self->anchor,
      N_ ("The CA that signs the manufacturer’s vouchers"), N_ ("FILE") },
    { "announce", 0, 0, G_OPTION_ARG_NONE, &self->announce, N_ ("Be found on this network, by DNS-SD"),
      NULL },
    { "no-clock", 0, 0, G_OPTION_ARG_NONE, &self->no_clock, N_ ("Do not trust this device’s clock"), NULL },
    { "status", 0, 0, G_OPTION_ARG_NONE, &self->status, N_ ("Say how far the device is, then stop"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (
      context, _ ("A device that is brought into a domain by an agent (BRSKI-PRM). See stile-pledge(1)."));
  return context;
}

static int
run (Program *self, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = make_options (self);
  g_autoptr (GError) error = NULL;

  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1)
    {
      g_printerr ("stile-pledge: %s\n", error != NULL ? error->message : _ ("There are arguments too many"));
      return EXIT_CONFIG;
    }
  if (self->version)
    {
      g_print ("stile-pledge %s\n", PACKAGE_VERSION);
      return 0;
    }
  if (!check_given (self, &error) || !open_device (self, &error))
    return fail (error);

  return self->status ? print_status (self) : serve (self);
}

int
main (int argc, char *argv[])
{
  g_auto (Program) program = { 0 };

  stile_locale_init ();
  return run (&program, argc, argv);
}
