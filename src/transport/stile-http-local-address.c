/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-local-address.h"

#include <libsoup/soup.h>
#include <string.h>

#include "transport/stile-http-observer.h"

/* The user name in the proxy's URL: any will do, but programs want one. */
#define USER "stile"

#define HTTP_PORT 80
#define HTTPS_PORT 443

/**
 * StileHttpLocalAddress:
 *
 * The two ends of a local proxy, and how an address at one is written at the other.  The proxy and its gate hold it.
 */
struct _StileHttpLocalAddress
{
  char *token;
  char *host; /* the service's */
  int port;
  char *service; /* host and port, as HTTP's authority */
  char *own_host;
  guint16 own_port;
  char *own; /* address and port */
};

static int
get_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port > 0)
    return port;

  return g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? HTTPS_PORT : HTTP_PORT;
}

static char *
write_authority (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  gboolean numeric = strchr (host, ':') != NULL;
  g_autofree char *written = numeric ? g_strdup_printf ("[%s]", host) : g_strdup (host);

  /* Inside the session it is https, whatever carries it. */
  if (g_uri_get_port (uri) <= 0 || g_uri_get_port (uri) == HTTPS_PORT)
    return g_steal_pointer (&written);

  return g_strdup_printf ("%s:%d", written, g_uri_get_port (uri));
}

/**
 * stile_http_local_address_new:
 * @service: its URL
 * @own: an address of the loopback interface, with the port that is listened on
 * @token: who knows it may ask
 */
StileHttpLocalAddress *
stile_http_local_address_new (GUri *service, GSocketAddress *own, const char *token)
{
  StileHttpLocalAddress *self = g_new0 (StileHttpLocalAddress, 1);

  self->token = g_strdup (token);
  self->host = g_strdup (g_uri_get_host (service));
  self->port = get_port (service);
  self->service = write_authority (service);
  self->own_host = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (own)));
  self->own_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (own));
  self->own = stile_http_observer_describe_address (own);

  return self;
}

void
stile_http_local_address_free (StileHttpLocalAddress *self)
{
  g_free (self->token);
  g_free (self->host);
  g_free (self->service);
  g_free (self->own_host);
  g_free (self->own);
  g_free (self);
}

/**
 * stile_http_local_address_get_token:
 *
 * Returns: (transfer none): a secret
 */
const char *
stile_http_local_address_get_token (StileHttpLocalAddress *self)
{
  return self->token;
}

/**
 * stile_http_local_address_get_service:
 *
 * Returns: (transfer none): the service's host, and its port where that is not https's
 */
const char *
stile_http_local_address_get_service (StileHttpLocalAddress *self)
{
  return self->service;
}

/**
 * stile_http_local_address_get_own:
 *
 * Returns: (transfer none): where it listens, "127.0.0.1:4321"
 */
const char *
stile_http_local_address_get_own (StileHttpLocalAddress *self)
{
  return self->own;
}

/**
 * stile_http_local_address_make_proxy_url:
 *
 * Returns: (transfer full): for programs that know proxies; holds the token
 */
char *
stile_http_local_address_make_proxy_url (StileHttpLocalAddress *self)
{
  return g_strdup_printf ("http://" USER ":%s@%s", self->token, self->own);
}

/**
 * stile_http_local_address_make_base_url:
 *
 * Returns: (transfer full): for programs that know none: what the service's "/" is called here; holds the token
 */
char *
stile_http_local_address_make_base_url (StileHttpLocalAddress *self)
{
  return g_strdup_printf ("http://%s/%s/", self->own, self->token);
}

/* A page of somebody else's whose name was made to lead here still says that name (DNS rebinding). */
static gboolean
is_own (StileHttpLocalAddress *self, GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  return get_port (uri) == self->own_port && host != NULL &&
         (strcmp (host, self->own_host) == 0 || g_ascii_strcasecmp (host, "localhost") == 0);
}

/**
 * stile_http_local_address_get_form:
 * @asked: a request's target, with the host of its Host field where the target has none
 */
StileHttpLocalForm
stile_http_local_address_get_form (StileHttpLocalAddress *self, GUri *asked)
{
  return is_own (self, asked) ? STILE_HTTP_LOCAL_FORM_BASE : STILE_HTTP_LOCAL_FORM_PROXY;
}

/**
 * stile_http_local_address_is_service:
 * @asked: an http or https URL
 *
 * Returns: whether it is the service's, with its own port or with one that is the scheme's
 */
gboolean
stile_http_local_address_is_service (StileHttpLocalAddress *self, GUri *asked)
{
  const char *host = g_uri_get_host (asked);
  int port = get_port (asked);

  return host != NULL && g_ascii_strcasecmp (host, self->host) == 0 && !is_own (self, asked) &&
         (port == self->port || port == HTTP_PORT || port == HTTPS_PORT);
}

/**
 * stile_http_local_address_may_ask:
 * @origin: what a browser's Origin field says
 *
 * Returns: whether the page came from the service, by either form; any other must not use what this computer may do
 */
gboolean
stile_http_local_address_may_ask (StileHttpLocalAddress *self, const char *origin)
{
  g_autoptr (GUri) uri = g_uri_parse (origin, SOUP_HTTP_URI_FLAGS, NULL);

  return uri != NULL && (is_own (self, uri) || stile_http_local_address_is_service (self, uri));
}

/**
 * stile_http_local_address_get_target:
 * @asked: a request's target that the gate let pass
 *
 * Returns: (transfer full): path and query at the service
 */
char *
stile_http_local_address_get_target (StileHttpLocalAddress *self, GUri *asked)
{
  const char *path = g_uri_get_path (asked);
  const char *query = g_uri_get_query (asked);

  if (is_own (self, asked))
    path += MIN (strlen (path), strlen (self->token) + 1);
  if (*path != '/')
    path = "/";

  return query != NULL ? g_strconcat (path, "?", query, NULL) : g_strdup (path);
}

/* "/path" and what follows it; (nullable) where @location leads elsewhere, or from here already. */
static char *
find_way (StileHttpLocalAddress *self, const char *location)
{
  g_autoptr (GUri) uri = NULL;
  const char *path;
  const char *query;
  const char *fragment;

  if (location[0] == '/' && location[1] != '/')
    return g_strdup (location);

  uri = g_uri_parse (location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || !stile_http_local_address_is_service (self, uri))
    return NULL;

  path = g_uri_get_path (uri);
  query = g_uri_get_query (uri);
  fragment = g_uri_get_fragment (uri);
  return g_strconcat (*path == '/' ? "" : "/", path, query != NULL ? "?" : "", query != NULL ? query : "",
                      fragment != NULL ? "#" : "", fragment, NULL);
}

/**
 * stile_http_local_address_localize:
 * @form: how the program asked
 * @location: where the service sends it to
 *
 * Returns: (transfer full): the same, so that the program comes to it by this proxy: https would lead around it
 */
char *
stile_http_local_address_localize (StileHttpLocalAddress *self, StileHttpLocalForm form, const char *location)
{
  g_autofree char *way = find_way (self, location);

  if (way == NULL)
    return g_strdup (location);
  if (form == STILE_HTTP_LOCAL_FORM_BASE)
    return g_strdup_printf ("http://%s/%s%s", self->own, self->token, way);

  return *location == '/' ? g_strdup (location) : g_strdup_printf ("http://%s%s", self->service, way);
}
