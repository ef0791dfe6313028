/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-connect.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-trace-document.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "cli/stile-cli-row.h"
#include "cli/stile-cli-settings.h"
#include "cli/stile-cli.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-hex.h"
#include "transport/stile-http-carrier.h"

/**
 * Connect:
 *
 * One run of "stilectl connect": what was asked for, and what came of it.
 */
typedef struct
{
  char *data;
  char *get;
  char *mode;
  char *tls;
  char *content_type;
  char *path;
  char *ca;
  char *certificate;
  char *key;
  char *proxy;
  char *outer_ca;
  char *export;
  char *save_trace;
  gboolean json;

  StileProfile *profile;
  StileClient *client;
  StileTrace *trace;
  GCancellable *cancellable;
  GMainLoop *loop;
  GBytes *answer;
  GBytes *exported;
  GError *error;
} Connect;

static void
connect_clear (Connect *self)
{
  char *texts[] = {
    self->data,        self->get, self->mode,  self->tls,      self->content_type, self->path,       self->ca,
    self->certificate, self->key, self->proxy, self->outer_ca, self->export,       self->save_trace,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_object (&self->profile);
  g_clear_object (&self->client);
  g_clear_object (&self->trace);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->answer, g_bytes_unref);
  g_clear_pointer (&self->exported, g_bytes_unref);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Connect, connect_clear)

static gboolean
fill_profile (Connect *self, const char *url, GError **error)
{
  const char *const said[] = { "mode", self->mode, "tls-version", self->tls, NULL };

  self->profile = stile_profile_new ();
  g_object_set (self->profile, "service", url, "anchors", self->ca, "certificate", self->certificate, "key",
                self->key, "proxy", self->proxy, NULL);

  return stile_cli_set_enum (self->profile, "mode", self->mode, error) &&
         stile_cli_set_enum (self->profile, "tls-version", self->tls, error) &&
         stile_cli_settings_settle (self->profile, said, error);
}

static StileCredentials *
make_credentials (Connect *self, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (self->profile, &local);
  g_autoptr (StileIdentity) identity =
      local == NULL ? stile_profile_load_identity (self->profile, &local) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_version (credentials, stile_profile_get_tls_version (self->profile));
  if (anchors != NULL)
    stile_credentials_set_anchors (credentials, anchors);
  /* Raw data is what a plain ATLS peer understands: then HTTP is not offered. */
  if (self->data == NULL)
    stile_credentials_set_application_protocols (credentials, protocols);

  return stile_credentials_prepare (credentials, error) ? g_steal_pointer (&credentials) : NULL;
}

static StileCarrier *
make_carrier (Connect *self, GError **error)
{
  const char *service = stile_profile_get_service (self->profile);
  g_autofree char *url = self->path != NULL
                             ? g_uri_resolve_relative (service, self->path, G_URI_FLAGS_NONE, NULL)
                             : g_strdup (service);
  g_autoptr (StileCarrier) carrier =
      stile_http_carrier_new (url != NULL ? url : service, stile_profile_get_proxy (self->profile), error);

  if (carrier == NULL)
    return NULL;
  if (self->content_type != NULL &&
      !stile_http_carrier_set_media_type (STILE_HTTP_CARRIER (carrier), self->content_type, error))
    return NULL;
  if (self->outer_ca != NULL && strcmp (self->outer_ca, "insecure") != 0 &&
      !stile_http_carrier_set_outer_anchors (STILE_HTTP_CARRIER (carrier), self->outer_ca, error))
    return NULL;

  return g_steal_pointer (&carrier);
}

static gboolean
prepare (Connect *self, const char *url, GError **error)
{
  g_autoptr (StileCredentials) credentials = NULL;
  g_autoptr (StileCarrier) carrier = NULL;

  if (!fill_profile (self, url, error))
    return FALSE;
  credentials = make_credentials (self, error);
  carrier = credentials != NULL ? make_carrier (self, error) : NULL;
  if (carrier == NULL)
    return FALSE;

  self->trace = stile_trace_new ();
  self->client = stile_client_new (carrier, credentials, stile_profile_get_mode (self->profile));
  stile_client_set_trace (self->client, self->trace);
  return TRUE;
}

/* --- one thing after the other --- */

static void
closed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Connect *self = user_data;

  /* What was asked for is there: a goodbye that gets lost changes nothing. */
  if (!stile_client_close_finish (STILE_CLIENT (object), result, NULL))
    g_debug ("The close_notify did not arrive");
  g_main_loop_quit (self->loop);
}

static void
sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Connect *self = user_data;

  self->answer = stile_client_send_finish (STILE_CLIENT (object), result, &self->error);
  g_main_loop_quit (self->loop);
}

static void
got (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Connect *self = user_data;
  g_autoptr (StileHttpMessage) response =
      stile_client_request_finish (STILE_CLIENT (object), result, &self->error);

  if (response != NULL)
    {
      guint status = stile_http_message_get_status (response);

      self->answer = g_bytes_ref (stile_http_message_get_content (response));
      if (status >= 400)
        g_set_error (&self->error, STILE_ERROR, status >= 500 ? STILE_ERROR_RETRY : STILE_ERROR_REFUSED,
                     _ ("The service answered %u to GET %s"), status, self->get);
    }
  g_main_loop_quit (self->loop);
}

static gboolean
export_material (Connect *self, GError **error)
{
  const char *colon = strrchr (self->export, ':');
  g_autofree char *label = g_strndup (self->export, (gsize)(colon - self->export));

  self->exported = stile_session_export (stile_client_get_session (self->client), label,
                                         (gsize)g_ascii_strtoull (colon + 1, NULL, 10), error);
  return self->exported != NULL;
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Connect *self = user_data;

  if (!stile_client_connect_finish (STILE_CLIENT (object), result, &self->error) ||
      (self->export != NULL && !export_material (self, &self->error)))
    {
      g_main_loop_quit (self->loop);
      return;
    }

  if (self->data != NULL)
    {
      g_autoptr (GBytes) data = g_bytes_new (self->data, strlen (self->data));

      stile_client_send_async (self->client, data, self->cancellable, sent, self);
    }
  else if (self->get != NULL)
    {
      const char *host = stile_carrier_get_host (stile_client_get_carrier (self->client));
      g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", host, self->get);

      stile_client_request_async (self->client, request, self->cancellable, got, self);
    }
  else
    g_main_loop_quit (self->loop);
}

/* --- what came of it --- */

static GVariant *
write_flights (Connect *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->trace)); i++)
    {
      g_autoptr (StileTraceEvent) event = g_list_model_get_item (G_LIST_MODEL (self->trace), i);

      if (stile_trace_event_get_flight (event) != NULL)
        g_variant_builder_add (&builder, "v",
                               stile_flight_to_variant (stile_trace_event_get_flight (event), FALSE));
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
write_result (Connect *self, GVariant *session)
{
  StileObservation *observation = stile_carrier_get_observation (stile_client_get_carrier (self->client));
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "service",
                         g_variant_new_string (stile_profile_get_service (self->profile)));
  g_variant_builder_add (&builder, "{sv}", "session", session);
  g_variant_builder_add (&builder, "{sv}", "flights", write_flights (self));
  if (observation != NULL)
    g_variant_builder_add (&builder, "{sv}", "transport", stile_observation_to_variant (observation));
  if (self->exported != NULL)
    {
      g_autofree char *hex = stile_hex_encode_bytes (self->exported);

      g_variant_builder_add (&builder, "{sv}", "exported", g_variant_new_string (hex));
    }
  if (self->answer != NULL)
    {
      g_autofree char *text =
          g_utf8_make_valid (g_bytes_get_data (self->answer, NULL), (gssize)g_bytes_get_size (self->answer));

      g_variant_builder_add (&builder, "{sv}", "answer", g_variant_new_string (text));
    }

  return g_variant_builder_end (&builder);
}

static void
print_peer (Connect *self, guint width)
{
  GPtrArray *chain = stile_session_get_peer_chain (stile_client_get_session (self->client));

  for (guint i = 0; chain != NULL && i < chain->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (chain, i);
      g_autofree char *until = g_date_time_format (stile_certificate_get_not_after (certificate), "%F");

      g_autofree char *words =
          g_strdup_printf (_ ("%s, issued by %s, until %s"), stile_certificate_get_subject (certificate),
                           stile_certificate_get_issuer_name (certificate), until);

      stile_cli_row_print (0, i == 0 ? C_ ("of a TLS session", "Peer") : C_ ("of certificates", "Chain"),
                           width, words);
      g_print ("%*sSHA-256 %s\n", (int)width, "", stile_certificate_get_fingerprint (certificate));
    }
}

static void
print_session (Connect *self)
{
  StileSession *session = stile_client_get_session (self->client);
  const StileCliRow labels[] = { { "TLS", NULL },
                                 { C_ ("of a TLS session", "Peer"), NULL },
                                 { C_ ("of certificates", "Chain"), NULL },
                                 { _ ("Trips"), NULL } };
  guint width = stile_cli_row_measure_labels (labels, G_N_ELEMENTS (labels));
  g_autofree char *trips = g_strdup_printf ("%u", stile_client_get_round_trips (self->client));
  g_autofree char *tls = g_strdup_printf (
      "%s, %s, %s, %s", stile_session_get_version (session), stile_session_get_cipher_suite (session),
      stile_session_get_group (session),
      stile_client_get_mode (self->client) == STILE_MODE_EXPORT ? _ ("messages sealed with exported keys")
                                                                : _ ("data through the TLS session"));

  stile_cli_row_print (0, "TLS", width, tls);
  print_peer (self, width);
  stile_cli_row_print (0, _ ("Trips"), width, trips);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->trace)); i++)
    {
      g_autoptr (StileTraceEvent) event = g_list_model_get_item (G_LIST_MODEL (self->trace), i);

      if (stile_trace_event_get_flight (event) != NULL)
        g_print ("%*s%s\n", (int)width, "", stile_trace_event_get_summary (event));
    }
}

/* The export alone, or the answer alone, is what a script reads. */
static void
print_result (Connect *self)
{
  if (self->export == NULL && self->answer == NULL)
    print_session (self);
  if (self->exported != NULL)
    {
      g_autofree char *hex = stile_hex_encode_bytes (self->exported);

      g_print ("%s\n", hex);
    }
  if (self->answer != NULL)
    {
      gsize length;
      const char *bytes = g_bytes_get_data (self->answer, &length);

      fwrite (bytes, 1, length, stdout);
      if (length > 0 && bytes[length - 1] != '\n')
        g_print ("\n");
    }
}

/* Also of a session that did not come up: that one is looked at most. */
static gboolean
save_trace (Connect *self, GError **error)
{
  g_autoptr (StileTraceDocument) document = NULL;

  if (self->save_trace == NULL)
    return TRUE;

  document = stile_trace_document_new (self->trace, stile_profile_get_service (self->profile));
  return stile_trace_document_save (document, self->save_trace, error);
}

static gboolean
check_export (const char *text)
{
  const char *colon = text != NULL ? strrchr (text, ':') : NULL;

  return text == NULL ||
         (colon != NULL && colon != text && g_ascii_string_to_unsigned (colon + 1, 10, 1, 255, NULL, NULL));
}

static int
run (Connect *self, const char *url)
{
  g_autoptr (GVariant) document = NULL;
  g_autoptr (GVariant) session = NULL;

  if (!prepare (self, url, &self->error))
    return stile_cli_fail (self->error, self->json);

  self->cancellable = stile_cli_watch_interrupt ();
  self->loop = g_main_loop_new (NULL, FALSE);
  stile_client_connect_async (self->client, self->cancellable, connected, self);
  g_main_loop_run (self->loop);
  if (!save_trace (self, self->error == NULL ? &self->error : NULL))
    g_debug ("The trace is not saved");
  if (self->error != NULL)
    return stile_cli_fail (self->error, self->json);

  session = g_variant_ref_sink (stile_bootstrap_report_write_session (self->client));
  document = g_variant_ref_sink (write_result (self, session));
  if (self->json)
    stile_cli_print_json (document);
  else
    print_result (self);
  stile_client_close_async (self->client, self->cancellable, closed, self);
  g_main_loop_run (self->loop);

  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_connect_run:
 *
 * "stilectl connect URL": shakes hands and tells who is there.
 *
 * Returns: the exit status
 */
int
stile_cli_connect_run (int argc, char *argv[])
{
  g_auto (Connect) self = { 0 };
  const GOptionEntry entries[] = {
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &self.ca,
      N_ ("Believe only services of these CAs (else the system’s)"), N_ ("FILE") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &self.certificate, N_ ("Our certificate chain, or a pkcs11: URL"),
      N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self.key, N_ ("Its private key, or a pkcs11: URL"), N_ ("FILE") },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &self.proxy, N_ ("A proxy, or “none” (else the desktop’s)"),
      N_ ("URL") },
    { "outer-ca", 0, 0, G_OPTION_ARG_FILENAME, &self.outer_ca,
      N_ ("The outer TLS must lead to these CAs, or “insecure” (the default)"), N_ ("FILE") },
    { "path", 0, 0, G_OPTION_ARG_STRING, &self.path, N_ ("Post flights to this path"), N_ ("PATH") },
    { "content-type", 0, 0, G_OPTION_ARG_STRING, &self.content_type, N_ ("Media type of flights"),
      N_ ("TYPE") },
    { "tls", 0, 0, G_OPTION_ARG_STRING, &self.tls, N_ ("Only this version: 1.2 or 1.3"), N_ ("VERSION") },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &self.mode, N_ ("How data is protected: record or export"),
      N_ ("MODE") },
    { "data", 0, 0, G_OPTION_ARG_STRING, &self.data, N_ ("Send this and print the answer"), N_ ("TEXT") },
    { "get", 0, 0, G_OPTION_ARG_STRING, &self.get, N_ ("Ask for this path by HTTP inside the session"),
      N_ ("PATH") },
    { "export", 0, 0, G_OPTION_ARG_STRING, &self.export, N_ ("Print exported keying material in hex"),
      N_ ("LABEL:LEN") },
    { "save-trace", 0, 0, G_OPTION_ARG_FILENAME, &self.save_trace,
      N_ ("Save what went over in this file, for “stilectl trace”"), N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse (
          "connect", _ ("URL"),
          _ ("Shake hands with a service through whatever lies between, and tell who is there."), entries,
          &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 2)
    return stile_cli_fail_usage ("connect", _ ("name one service, as https://host"));
  if (!check_export (self.export))
    return stile_cli_fail_usage ("connect", _ ("--export takes LABEL:LENGTH, with 1 to 255 bytes"));
  if (self.path != NULL && (self.path[0] != '/' || self.path[1] == '/'))
    return stile_cli_fail_usage ("connect", _ ("--path begins with one slash"));
  if (self.data != NULL && *self.data == '\0')
    return stile_cli_fail_usage ("connect", _ ("--data needs at least one character"));
  if (self.data != NULL && self.get != NULL)
    return stile_cli_fail_usage ("connect", _ ("--data and --get exclude each other"));

  return run (&self, argv[1]);
}
