/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-proxy.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

/**
 * StileHttpProxy:
 *
 * Through which proxy to go: the desktop's choice, none, or a given one, with its user's name and password.  A
 * carrier holds it.
 */
struct _StileHttpProxy
{
  GObject parent_instance;

  GProxyResolver *resolver; /* NULL: no proxy */
  gboolean desktop;         /* whatever the desktop says */
  char *description;        /* without credentials, or NULL */
  char *user;
  char *password;
};

G_DEFINE_FINAL_TYPE (StileHttpProxy, stile_http_proxy, G_TYPE_OBJECT)

static void
stile_http_proxy_finalize (GObject *object)
{
  StileHttpProxy *self = STILE_HTTP_PROXY (object);

  g_clear_object (&self->resolver);
  g_free (self->description);
  g_free (self->user);
  g_free (self->password);

  G_OBJECT_CLASS (stile_http_proxy_parent_class)->finalize (object);
}

static void
stile_http_proxy_class_init (StileHttpProxyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_http_proxy_finalize;
}

static void
stile_http_proxy_init (StileHttpProxy *self)
{
}

static gboolean
use_url (StileHttpProxy *self, const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_NON_DNS, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0 &&
       g_strcmp0 (scheme, "socks5") != 0))
    {
      /* Whatever stands before the last @ may be a password. */
      const char *at = strrchr (url, '@');

      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("“%s” is no proxy; write it as http://host:port, or “none”"),
                   at != NULL ? at + 1 : url);
      return FALSE;
    }

  /* Credentials in the URL break plain requests in libsoup 3.2 (PLATFORM section 6): they go by a signal instead. */
  self->user = g_strdup (g_uri_get_user (uri));
  self->password = g_strdup (g_uri_get_password (uri));
  self->description =
      g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, g_uri_get_host (uri), g_uri_get_port (uri), "", NULL, NULL);
  self->resolver = g_simple_proxy_resolver_new (self->description, NULL);
  return TRUE;
}

/**
 * stile_http_proxy_new:
 * @proxy: (nullable): a URL, "none", or %NULL for what the desktop says
 */
StileHttpProxy *
stile_http_proxy_new (const char *proxy, GError **error)
{
  g_autoptr (StileHttpProxy) self = g_object_new (STILE_TYPE_HTTP_PROXY, NULL);

  if (proxy == NULL || *proxy == '\0')
    self->desktop = TRUE;
  else if (g_strcmp0 (proxy, "none") != 0 && !use_url (self, proxy, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * stile_http_proxy_apply:
 * @session: will go through this proxy
 */
void
stile_http_proxy_apply (StileHttpProxy *self, SoupSession *session)
{
  if (!self->desktop)
    soup_session_set_proxy_resolver (session, self->resolver);
}

static gboolean
authenticate_cb (SoupMessage *message, SoupAuth *auth, gboolean retrying, gpointer user_data)
{
  StileHttpProxy *self = user_data;

  if (!soup_auth_is_for_proxy (auth) || retrying || self->user == NULL)
    return FALSE;

  soup_auth_authenticate (auth, self->user, self->password != NULL ? self->password : "");
  return TRUE;
}

/**
 * stile_http_proxy_watch:
 * @message: may be asked for the proxy's user and password
 */
void
stile_http_proxy_watch (StileHttpProxy *self, SoupMessage *message)
{
  g_signal_connect_object (message, "authenticate", G_CALLBACK (authenticate_cb), self, 0);
}

/**
 * stile_http_proxy_get_description:
 *
 * Returns: (transfer none) (nullable): the proxy's URL without credentials, when one was given
 */
const char *
stile_http_proxy_get_description (StileHttpProxy *self)
{
  return self->description;
}
