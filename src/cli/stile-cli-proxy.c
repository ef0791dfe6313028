/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-proxy.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "cli/stile-cli-channel.h"
#include "cli/stile-cli-token-file.h"
#include "cli/stile-cli.h"
#include "transport/stile-http-local-proxy.h"
#include "transport/stile-http-local-token.h"

/**
 * Proxy:
 *
 * One run of "stilectl proxy": what was asked for, and what it made.
 */
typedef struct
{
  char *listen;
  char *ca;
  char *certificate;
  char *key;
  char *proxy;
  char *tls;
  char *mode;
  char *token_file;
  gboolean json;

  StileProfile *profile;
  StileHttpForwarder *forwarder;
  StileHttpLocalProxy *local;
} Proxy;

static void
proxy_clear (Proxy *self)
{
  char *texts[] = { self->listen, self->ca,  self->certificate, self->key,
                    self->proxy,  self->tls, self->mode,        self->token_file };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_object (&self->local);
  g_clear_object (&self->forwarder);
  g_clear_object (&self->profile);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Proxy, proxy_clear)

static const char *
get_listen (Proxy *self)
{
  return self->listen != NULL ? self->listen : STILE_HTTP_LOCAL_PROXY_DEFAULT_ADDRESS;
}

static gboolean
fill_profile (Proxy *self, const char *url, GError **error)
{
  self->profile = stile_profile_new ();
  g_object_set (self->profile, "service", url, "anchors", self->ca, "certificate", self->certificate, "key",
                self->key, "proxy", self->proxy, NULL);

  return stile_cli_set_enum (self->profile, "mode", self->mode, error) &&
         stile_cli_set_enum (self->profile, "tls-version", self->tls, error);
}

static gboolean
make_forwarder (Proxy *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (self->profile, &local);
  g_autoptr (StileIdentity) identity =
      local == NULL ? stile_profile_load_identity (self->profile, &local) : NULL;
  g_autoptr (StileCredentials) credentials =
      local == NULL ? stile_cli_channel_make_credentials (self->profile, anchors, identity, &local) : NULL;

  if (credentials != NULL)
    self->forwarder = stile_http_forwarder_new (stile_profile_get_service (self->profile),
                                                stile_profile_get_proxy (self->profile), credentials,
                                                stile_profile_get_mode (self->profile), &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));

  return self->forwarder != NULL;
}

static char *
make_token (Proxy *self, GError **error)
{
  char *token;

  if (self->token_file != NULL)
    return stile_cli_token_file_read (self->token_file, error);

  token = stile_http_local_token_make ();
  if (token == NULL)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("The system has no random numbers"));
  return token;
}

static gboolean
prepare (Proxy *self, const char *url, GError **error)
{
  g_autofree char *token = NULL;

  if (!stile_http_local_proxy_check_address (get_listen (self), error) || !fill_profile (self, url, error) ||
      !make_forwarder (self, error))
    return FALSE;

  token = make_token (self, error);
  if (token != NULL)
    self->local = stile_http_local_proxy_new (self->forwarder, token);
  return self->local != NULL;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  stile_http_forwarder_stop (user_data);
}

/* Nobody is sent a way that leads nowhere: the first session is made before anybody can ask. */
static gboolean
connect_first (Proxy *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), self->forwarder, 0);
  stile_http_forwarder_connect_async (self->forwarder, cancellable, stile_cli_channel_await_cb, &result);
  return stile_http_forwarder_connect_finish (self->forwarder, stile_cli_channel_await (&result), error);
}

/* --- what it tells --- */

static void
print_json (Proxy *self, const char *proxy_url, const char *base_url)
{
  StileHttpLocalAddress *address = stile_http_local_proxy_get_address (self->local);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) document = NULL;

  g_variant_builder_add (&builder, "{sv}", "service",
                         g_variant_new_string (stile_profile_get_service (self->profile)));
  g_variant_builder_add (&builder, "{sv}", "address",
                         g_variant_new_string (stile_http_local_address_get_own (address)));
  g_variant_builder_add (&builder, "{sv}", "token",
                         g_variant_new_string (stile_http_local_address_get_token (address)));
  g_variant_builder_add (&builder, "{sv}", "proxy", g_variant_new_string (proxy_url));
  g_variant_builder_add (&builder, "{sv}", "base", g_variant_new_string (base_url));
  g_variant_builder_add (
      &builder, "{sv}", "session",
      stile_bootstrap_report_write_session (stile_http_forwarder_get_client (self->forwarder)));
  document = g_variant_ref_sink (g_variant_builder_end (&builder));
  stile_cli_print_json (document);
}

static void
print_text (Proxy *self, const char *proxy_url, const char *base_url)
{
  StileHttpLocalAddress *address = stile_http_local_proxy_get_address (self->local);
  StileSession *session = stile_client_get_session (stile_http_forwarder_get_client (self->forwarder));
  GPtrArray *chain = stile_session_get_peer_chain (session);

  g_print (_ ("Connected: “%s” of “%s” answers at %s.\n"
              "Listening on %s, for programs of this computer that know the token. Two ways to use it:\n\n"),
           stile_certificate_get_name (g_ptr_array_index (chain, 0)),
           stile_certificate_get_issuer_name (g_ptr_array_index (chain, 0)),
           stile_profile_get_service (self->profile), stile_http_local_address_get_own (address));
  g_print (_ ("  as a proxy, with http:// in addresses (http://%s/…):\n"
              "      export http_proxy=%s\n"
              "  as an address, for programs that know no proxies:\n"
              "      %s\n\n"
              "Who knows the token is this computer for the service. Press Ctrl+C to end it.\n"),
           stile_http_local_address_get_service (address), proxy_url, base_url);
}

static void
print_way (Proxy *self)
{
  StileHttpLocalAddress *address = stile_http_local_proxy_get_address (self->local);
  g_autofree char *proxy_url = stile_http_local_address_make_proxy_url (address);
  g_autofree char *base_url = stile_http_local_address_make_base_url (address);

  if (self->json)
    print_json (self, proxy_url, base_url);
  else
    print_text (self, proxy_url, base_url);
  fflush (stdout);
}

/* --- the run --- */

static void
close_session (Proxy *self)
{
  StileClient *client = stile_http_forwarder_get_client (self->forwarder);
  g_autoptr (StileChannel) channel = client != NULL ? stile_channel_new_atls (client) : NULL;

  if (channel != NULL)
    stile_cli_channel_close (channel);
}

static int
run (Proxy *self, const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = NULL;

  if (!prepare (self, url, &error))
    return stile_cli_fail (error, self->json);

  cancellable = stile_cli_watch_interrupt ();
  if (!connect_first (self, cancellable, &error) ||
      !stile_http_local_proxy_listen (self->local, get_listen (self), &error))
    return stile_cli_fail (error, self->json);

  print_way (self);
  while (!g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (NULL, TRUE);
  stile_http_local_proxy_stop (self->local);
  close_session (self);

  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_proxy_run:
 *
 * "stilectl proxy URL": any program of this user reaches the service, until somebody stops it.
 *
 * Returns: the exit status
 */
int
stile_cli_proxy_run (int argc, char *argv[])
{
  g_auto (Proxy) self = { 0 };
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &self.listen,
      N_ ("Listen there, on 127.0.0.1 or [::1] (else on a free port of 127.0.0.1)"), N_ ("ADDRESS:PORT") },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &self.token_file,
      N_ ("The token is in this file, which is made if it is not there (else a new token each time)"),
      N_ ("FILE") },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &self.ca,
      N_ ("Believe only services of these CAs (else the system’s)"), N_ ("FILE") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &self.certificate, N_ ("Our certificate chain, or a pkcs11: URL"),
      N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self.key, N_ ("Its private key, or a pkcs11: URL"), N_ ("FILE") },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &self.proxy, N_ ("A proxy, or “none” (else the desktop’s)"),
      N_ ("URL") },
    { "tls", 0, 0, G_OPTION_ARG_STRING, &self.tls, N_ ("Only this version: 1.2 or 1.3"), N_ ("VERSION") },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &self.mode, N_ ("How data is protected: record or export"),
      N_ ("MODE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print one line of JSON when it listens"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse ("proxy", _ ("URL"),
                        _ ("Listen as an HTTP proxy for programs of this computer, and carry what they ask "
                           "to a service, protected by "
                           "ATLS."),
                        entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 2)
    return stile_cli_fail_usage ("proxy", _ ("name one service, as https://host"));

  return run (&self, argv[1]);
}
