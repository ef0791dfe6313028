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

static char *
add_credentials (StileHttpProxy *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->description, G_URI_FLAGS_NONE, NULL);

  return g_uri_join_with_user (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), self->user, self->password, NULL,
                               g_uri_get_host (uri), g_uri_get_port (uri), "", NULL, NULL);
}

/**
 * stile_http_proxy_make_resolver:
 *
 * For connections that are no SoupSession's: there, user and password go in the proxy's URL.
 *
 * Returns: (transfer full): leads through this proxy
 */
GProxyResolver *
stile_http_proxy_make_resolver (StileHttpProxy *self)
{
  g_autofree char *url = NULL;

  if (self->desktop)
    return g_object_ref (g_proxy_resolver_get_default ());
  if (self->resolver == NULL)
    return g_simple_proxy_resolver_new ("direct://", NULL);

  url = self->user != NULL ? add_credentials (self) : g_strdup (self->description);
  return g_simple_proxy_resolver_new (url, NULL);
}

/* --- which one it is --- */

static void
hide_credentials (char **urls)
{
  for (gsize i = 0; urls[i] != NULL; i++)
    {
      g_autoptr (GUri) uri = g_uri_parse (urls[i], G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_NON_DNS, NULL);

      if (uri == NULL || g_uri_get_userinfo (uri) == NULL)
        continue;
      g_free (urls[i]);
      urls[i] = g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO);
    }
}

static void
looked_up (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char **urls = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (object), result, &error);

  if (urls == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  hide_credentials (urls);
  g_task_return_pointer (task, urls, (GDestroyNotify)g_strfreev);
}

/**
 * stile_http_proxy_lookup_async:
 * @uri: whom to reach
 *
 * Asks through which proxies the way to @uri leads.
 */
void
stile_http_proxy_lookup_async (StileHttpProxy *self,
                               GUri *uri,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GProxyResolver) resolver = stile_http_proxy_make_resolver (self);
  g_autofree char *text = g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO);

  g_task_set_source_tag (task, stile_http_proxy_lookup_async);
  g_proxy_resolver_lookup_async (resolver, text, cancellable, looked_up, task);
}

/**
 * stile_http_proxy_lookup_finish:
 *
 * Returns: (transfer full): URLs of proxies without credentials, the first to be tried first; "direct://" for none
 */
char **
stile_http_proxy_lookup_finish (StileHttpProxy *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_in_environment (void)
{
  static const char *const names[] = { "http_proxy", "https_proxy", "all_proxy",
                                       "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_getenv (names[i]) != NULL)
      return TRUE;

  return FALSE;
}

/**
 * stile_http_proxy_get_source:
 *
 * Returns: (transfer none): where the choice is from: "given", "none-given", "environment" or "desktop"
 */
const char *
stile_http_proxy_get_source (StileHttpProxy *self)
{
  if (!self->desktop)
    return self->resolver != NULL ? "given" : "none-given";

  return is_in_environment () ? "environment" : "desktop";
}
