/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-origin.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "transport/stile-http-server-name.h"
#include "transport/stile-http-trust.h"

/* A service that asks others in turn, as a registrar does, may take its time. */
#define TIMEOUT_SECONDS 60

/* Shorter than what servers usually keep, so that few requests meet a connection that has just ended. */
#define IDLE_SECONDS 30

#define MAX_CONNECTIONS 8

/**
 * StileHttpOrigin:
 *
 * A service that is asked without ATLS: whom its connections believe, whom they show, and the connections themselves,
 * which are kept for the next request.  They are used for nothing else, since what was accepted for one purpose must not
 * serve another.  A carrier holds it.
 */
struct _StileHttpOrigin
{
  GObject parent_instance;

  GUri *uri;
  StileHttpProxy *proxy;
  GPtrArray *anchors;     /* of StileCertificate; NULL: the system's store */
  GTlsCertificate *shown; /* or NULL */
  StileCertificate *peer; /* or NULL */
  SoupSession *soup;
};

G_DEFINE_FINAL_TYPE (StileHttpOrigin, stile_http_origin, G_TYPE_OBJECT)

static void
stile_http_origin_dispose (GObject *object)
{
  StileHttpOrigin *self = STILE_HTTP_ORIGIN (object);

  if (self->soup != NULL)
    soup_session_abort (self->soup);
  g_clear_object (&self->soup);
  g_clear_object (&self->proxy);
  g_clear_object (&self->shown);
  g_clear_object (&self->peer);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_pointer (&self->uri, g_uri_unref);

  G_OBJECT_CLASS (stile_http_origin_parent_class)->dispose (object);
}

static void
stile_http_origin_class_init (StileHttpOriginClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_http_origin_dispose;
}

static void
stile_http_origin_init (StileHttpOrigin *self)
{
}

static SoupSession *
make_soup (StileHttpOrigin *self)
{
  SoupSession *soup = soup_session_new_with_options (
      "timeout", TIMEOUT_SECONDS, "idle-timeout", IDLE_SECONDS, "max-conns-per-host", MAX_CONNECTIONS,
      "max-conns", MAX_CONNECTIONS, "user-agent", "Stile/" PACKAGE_VERSION, NULL);

  stile_http_proxy_apply (self->proxy, soup);
  soup_session_set_tls_database (soup, self->anchors == NULL ? stile_http_trust_get_system () : NULL);
  /* Compressed content is nothing that we ask for, and it would pass the limit. */
  soup_session_remove_feature_by_type (soup, SOUP_TYPE_CONTENT_DECODER);
  return soup;
}

/**
 * stile_http_origin_new:
 * @anchors: (nullable) (element-type StileCertificate): the only authorities to believe; %NULL for the system's store
 * @identity: (nullable): whom to show when the service asks for a certificate
 * @error: %STILE_ERROR_SETTINGS when these need TLS and @uri is without it
 */
StileHttpOrigin *
stile_http_origin_new (
    GUri *uri, StileHttpProxy *proxy, GPtrArray *anchors, StileIdentity *identity, GError **error)
{
  g_autoptr (StileHttpOrigin) self = g_object_new (STILE_TYPE_HTTP_ORIGIN, NULL);

  /* Whoever names authorities or shows who it is means TLS, and nothing less. */
  if ((anchors != NULL || identity != NULL) && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("“%s” is not reached with TLS; write its address with https://"), g_uri_get_host (uri));
      return NULL;
    }
  if (identity != NULL && (self->shown = stile_identity_to_tls_certificate (identity, error)) == NULL)
    return NULL;

  self->uri = g_uri_ref (uri);
  self->proxy = g_object_ref (proxy);
  self->anchors = anchors != NULL ? g_ptr_array_ref (anchors) : NULL;
  self->soup = make_soup (self);
  return g_steal_pointer (&self);
}

GUri *
stile_http_origin_get_uri (StileHttpOrigin *self)
{
  return self->uri;
}

/**
 * stile_http_origin_get_anchors:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): the only authorities to believe
 */
GPtrArray *
stile_http_origin_get_anchors (StileHttpOrigin *self)
{
  return self->anchors;
}

/**
 * stile_http_origin_get_soup:
 *
 * Returns: (transfer none): for messages that stile_http_origin_prepare() has seen
 */
SoupSession *
stile_http_origin_get_soup (StileHttpOrigin *self)
{
  return self->soup;
}

/**
 * stile_http_origin_set_peer:
 * @peer: what it showed, and was believed with
 */
void
stile_http_origin_set_peer (StileHttpOrigin *self, StileCertificate *peer)
{
  g_set_object (&self->peer, peer);
}

/**
 * stile_http_origin_get_peer:
 * @self: (nullable): one that may not be there yet
 *
 * Returns: (transfer none) (nullable): what it showed last
 */
StileCertificate *
stile_http_origin_get_peer (StileHttpOrigin *self)
{
  return self != NULL ? self->peer : NULL;
}

/**
 * stile_http_origin_prepare:
 *
 * Tells @message what its connection shows, and to go nowhere else.
 */
void
stile_http_origin_prepare (StileHttpOrigin *self, SoupMessage *message)
{
  /* Idempotent: else libsoup opens a connection for each POST.  It repeats nothing for that on its own. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  if (self->shown != NULL)
    soup_message_set_tls_client_certificate (message, self->shown);
  stile_http_proxy_watch (self->proxy, message);
  stile_http_server_name_watch (message);
}
