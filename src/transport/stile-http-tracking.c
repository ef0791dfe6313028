/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-tracking.h"

#include <string.h>

#include "atls/stile-sealer.h"
#include "codec/stile-base64url.h"
#include "transport/stile-session-cookie.h"

/**
 * StileHttpTracking:
 *
 * How a client lets the service know which session a flight belongs to (PROTOCOL section 1): by the cookie that the
 * first answer set, whatever its name, or by the path that came with it where somebody stripped the cookie.
 */
struct _StileHttpTracking
{
  GUri *uri;
  SoupCookieJar *cookies;
  char *path; /* from Location, when no cookie arrived; or NULL */
  char *name; /* the id as the service wrote it, or NULL */
};

/**
 * stile_http_tracking_new:
 * @uri: where flights go
 * @soup: will send the cookies
 */
StileHttpTracking *
stile_http_tracking_new (GUri *uri, SoupSession *soup)
{
  StileHttpTracking *self = g_new0 (StileHttpTracking, 1);

  self->uri = g_uri_ref (uri);
  self->cookies = soup_cookie_jar_new ();
  soup_session_add_feature (soup, SOUP_SESSION_FEATURE (self->cookies));

  return self;
}

/**
 * stile_http_tracking_free:
 * @self: (transfer full): what is known of the session
 */
void
stile_http_tracking_free (StileHttpTracking *self)
{
  g_uri_unref (self->uri);
  g_object_unref (self->cookies);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

/**
 * stile_http_tracking_get_target:
 *
 * Returns: (transfer full): where the next flight goes
 */
GUri *
stile_http_tracking_get_target (StileHttpTracking *self)
{
  if (self->path == NULL)
    return g_uri_ref (self->uri);

  return soup_uri_copy (self->uri, SOUP_URI_PATH, self->path, SOUP_URI_NONE);
}

static char *
get_cookies (StileHttpTracking *self)
{
  g_autofree char *header = soup_cookie_jar_get_cookies (self->cookies, self->uri, TRUE);

  return header != NULL && *header != '\0' ? g_steal_pointer (&header) : NULL;
}

/* Only a path below our own is taken: whoever writes headers on the way must not send us elsewhere. */
static void
learn_path (StileHttpTracking *self, const char *location)
{
  g_autoptr (GUri) uri = g_uri_parse_relative (self->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *prefix = g_strconcat (g_uri_get_path (self->uri), "/", NULL);

  if (uri == NULL || !g_str_has_prefix (g_uri_get_path (uri), prefix))
    return;

  g_free (self->path);
  self->path = g_strdup (g_uri_get_path (uri));
}

static char *
find_name (StileHttpTracking *self, const char *cookies)
{
  char *name = stile_session_cookie_read (cookies);

  if (name != NULL || self->path == NULL)
    return name;

  return g_strdup (strrchr (self->path, '/') + 1);
}

/**
 * stile_http_tracking_learn:
 * @headers: of an ATLS answer; cookies have been kept by then
 */
void
stile_http_tracking_learn (StileHttpTracking *self, SoupMessageHeaders *headers)
{
  g_autofree char *cookies = get_cookies (self);
  const char *location = soup_message_headers_get_one (headers, "Location");

  if (cookies == NULL && location != NULL)
    learn_path (self, location);
  if (self->name == NULL)
    self->name = find_name (self, cookies);
}

/**
 * stile_http_tracking_has_session:
 *
 * Returns: whether the service has told how to name a session
 */
gboolean
stile_http_tracking_has_session (StileHttpTracking *self)
{
  g_autofree char *cookies = get_cookies (self);

  return cookies != NULL || self->path != NULL;
}

/**
 * stile_http_tracking_get_id:
 *
 * Returns: (transfer full) (nullable): the session's id, when the service gave one of %STILE_SEALER_ID_SIZE bytes
 */
GBytes *
stile_http_tracking_get_id (StileHttpTracking *self)
{
  g_autoptr (GBytes) id = self->name != NULL ? stile_base64url_decode (self->name, -1, NULL) : NULL;

  return id != NULL && g_bytes_get_size (id) == STILE_SEALER_ID_SIZE ? g_steal_pointer (&id) : NULL;
}

/**
 * stile_http_tracking_forget:
 *
 * Begins anew, as if nothing had been answered yet.
 */
void
stile_http_tracking_forget (StileHttpTracking *self)
{
  GSList *all = soup_cookie_jar_all_cookies (self->cookies);

  for (GSList *link = all; link != NULL; link = link->next)
    soup_cookie_jar_delete_cookie (self->cookies, link->data);
  g_slist_free_full (all, (GDestroyNotify)soup_cookie_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->name, g_free);
}
