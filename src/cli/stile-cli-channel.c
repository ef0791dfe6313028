/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-channel.h"

#include <glib/gi18n.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-secret.h"
#include "transport/stile-http-carrier.h"

/* Passwords are a line; what is longer is the wrong file. */
#define MAX_SECRET 1024

/**
 * stile_cli_channel_await_cb:
 * @user_data: (type GAsyncResult): a slot for stile_cli_channel_await()
 */
void
stile_cli_channel_await_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **slot = user_data;

  *slot = g_object_ref (result);
}

/**
 * stile_cli_channel_await:
 * @slot: what stile_cli_channel_await_cb() was given
 *
 * Returns: (transfer none): the result, when it is there
 */
GAsyncResult *
stile_cli_channel_await (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *slot;
}

/**
 * stile_cli_channel_make_credentials:
 * @profile: which versions of TLS
 * @anchors: (nullable) (element-type StileCertificate): whom to believe; %NULL: the system's store
 * @identity: (nullable): who asks
 *
 * Returns: (transfer full): of a client that speaks HTTP inside its session
 */
StileCredentials *
stile_cli_channel_make_credentials (StileProfile *profile,
                                    GPtrArray *anchors,
                                    StileIdentity *identity,
                                    GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_version (credentials, stile_profile_get_tls_version (profile));
  stile_credentials_set_application_protocols (credentials, protocols);
  if (anchors != NULL)
    stile_credentials_set_anchors (credentials, anchors);

  return stile_credentials_prepare (credentials, error) ? g_steal_pointer (&credentials) : NULL;
}

static StileChannel *
connect_atls (StileProfile *profile,
              StileCarrier *carrier,
              StileCredentials *credentials,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (StileClient) client = stile_client_new (carrier, credentials, stile_profile_get_mode (profile));
  g_autoptr (GAsyncResult) result = NULL;

  stile_client_connect_async (client, cancellable, stile_cli_channel_await_cb, &result);
  if (!stile_client_connect_finish (client, stile_cli_channel_await (&result), error))
    return NULL;

  return stile_channel_new_atls (client);
}

/**
 * stile_cli_channel_open:
 * @profile: where to, whom to believe, and who asks
 * @plain: whether to go without ATLS
 *
 * Returns: (transfer full): a channel that is up
 */
StileChannel *
stile_cli_channel_open (StileProfile *profile, gboolean plain, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (profile, &local);
  g_autoptr (StileIdentity) identity = local == NULL ? stile_profile_load_identity (profile, &local) : NULL;
  g_autoptr (StileCredentials) credentials = NULL;
  g_autoptr (StileCarrier) carrier = NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  carrier = g_initable_new (STILE_TYPE_HTTP_CARRIER, NULL, error, "service",
                            stile_profile_get_service (profile), "proxy", stile_profile_get_proxy (profile),
                            "anchors", plain ? anchors : NULL, "identity", plain ? identity : NULL, NULL);
  if (carrier == NULL)
    return NULL;
  if (plain)
    return stile_channel_new_plain (carrier);

  credentials = stile_cli_channel_make_credentials (profile, anchors, identity, error);
  return credentials != NULL ? connect_atls (profile, carrier, credentials, cancellable, error) : NULL;
}

/**
 * stile_cli_channel_close:
 * @channel: what was to be done is done: a goodbye that gets lost changes nothing
 */
void
stile_cli_channel_close (StileChannel *channel)
{
  StileClient *client = stile_channel_get_client (channel);
  g_autoptr (GAsyncResult) result = NULL;

  if (client == NULL)
    return;

  stile_client_close_async (client, NULL, stile_cli_channel_await_cb, &result);
  if (!stile_client_close_finish (client, stile_cli_channel_await (&result), NULL))
    g_debug ("The close_notify did not arrive");
}

/**
 * stile_cli_channel_load_secret:
 * @path: a file whose first line is a password
 *
 * Returns: (transfer full): the line, a secret
 */
GBytes *
stile_cli_channel_load_secret (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  gsize line;
  GBytes *secret;

  if (!g_file_get_contents (path, &text, &length, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return NULL;
    }

  line = strcspn (text, "\r\n");
  secret = line > 0 && line <= MAX_SECRET ? stile_secret_bytes_new ((const guint8 *)text, line) : NULL;
  stile_secret_wipe (text, length);
  if (secret == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The first line of “%s” is no password"), path);
  return secret;
}
