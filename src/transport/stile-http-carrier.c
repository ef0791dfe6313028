/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-carrier.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-flight.h"
#include "codec/stile-content-coding.h"
#include "transport/stile-http-inspection.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-http-problem.h"
#include "transport/stile-http-proxy.h"
#include "transport/stile-http-request.h"
#include "transport/stile-http-server-name.h"
#include "transport/stile-http-tracking.h"
#include "transport/stile-http-trust.h"
#include "transport/stile-limited-reader.h"
#include "transport/stile-media-type.h"

/* The first try, and one over a new connection when the old one broke. */
#define MAX_TRIES 2

/**
 * StileHttpCarrier:
 *
 * Carries ATLS in the bodies of HTTP requests (the draft, section 9).  What the outer TLS shows is kept and believed
 * by nobody: it is accepted for transport only, in a SoupSession that is used for nothing else.
 */
struct _StileHttpCarrier
{
  GObject parent_instance;

  char *service;
  char *proxy_text;
  GPtrArray *anchors;      /* of StileCertificate, for requests without ATLS; NULL: the system's store */
  StileIdentity *identity; /* who asks in these, or NULL */
  GUri *uri;
  StileHttpProxy *proxy;
  const char *media_type;      /* of flights */
  GTlsDatabase *outer_anchors; /* NULL: any outer certificate carries */
  StileHttpOrigin *origin;     /* NULL until somebody asks without ATLS */

  SoupSession *soup;
  StileHttpTracking *tracking;
  StileObservation *observation;
  guint repeats;
};

enum
{
  PROP_SERVICE = 1,
  PROP_PROXY,
  PROP_ANCHORS,
  PROP_IDENTITY,
};

static void carrier_init (StileCarrierInterface *iface);
static void initable_init (GInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileHttpCarrier,
                               stile_http_carrier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                   G_IMPLEMENT_INTERFACE (STILE_TYPE_CARRIER, carrier_init))

static void
stile_http_carrier_dispose (GObject *object)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (object);

  if (self->soup != NULL)
    soup_session_abort (self->soup);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->tracking, stile_http_tracking_free);
  g_clear_object (&self->origin);
  g_clear_object (&self->proxy);
  g_clear_object (&self->outer_anchors);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->identity);
  g_clear_object (&self->observation);

  G_OBJECT_CLASS (stile_http_carrier_parent_class)->dispose (object);
}

static void
stile_http_carrier_finalize (GObject *object)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (object);

  g_free (self->service);
  g_free (self->proxy_text);
  g_clear_pointer (&self->uri, g_uri_unref);

  G_OBJECT_CLASS (stile_http_carrier_parent_class)->finalize (object);
}

static void
stile_http_carrier_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (object);

  switch (id)
    {
    case PROP_SERVICE:
      g_value_set_string (value, self->service);
      break;
    case PROP_PROXY:
      g_value_set_string (value, self->proxy_text);
      break;
    case PROP_ANCHORS:
      g_value_set_boxed (value, self->anchors);
      break;
    case PROP_IDENTITY:
      g_value_set_object (value, self->identity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
stile_http_carrier_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (object);

  switch (id)
    {
    case PROP_SERVICE:
      self->service = g_value_dup_string (value);
      break;
    case PROP_PROXY:
      self->proxy_text = g_value_dup_string (value);
      break;
    case PROP_ANCHORS:
      self->anchors = g_value_dup_boxed (value);
      break;
    case PROP_IDENTITY:
      self->identity = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
stile_http_carrier_class_init (StileHttpCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  stile_http_trust_install ();
  object_class->dispose = stile_http_carrier_dispose;
  object_class->finalize = stile_http_carrier_finalize;
  object_class->get_property = stile_http_carrier_get_property;
  object_class->set_property = stile_http_carrier_set_property;
  g_object_class_override_property (object_class, PROP_SERVICE, "service");
  g_object_class_override_property (object_class, PROP_PROXY, "proxy");
  g_object_class_override_property (object_class, PROP_ANCHORS, "anchors");
  g_object_class_override_property (object_class, PROP_IDENTITY, "identity");
}

static void
stile_http_carrier_init (StileHttpCarrier *self)
{
  self->media_type = STILE_MEDIA_TYPE_FLIGHT;
}

/* --- the service's address --- */

static gboolean
parse_service (StileHttpCarrier *self, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (self->service != NULL ? self->service : "", SOUP_HTTP_URI_FLAGS, NULL);
  const char *path;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (g_strcmp0 (g_uri_get_scheme (uri), "https") != 0 && g_strcmp0 (g_uri_get_scheme (uri), "http") != 0))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("“%s” is no address of a service; write it as https://host or https://host:port/path"),
                   self->service != NULL ? self->service : "");
      return FALSE;
    }
  if (g_uri_get_userinfo (uri) != NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("A service’s address holds no user name or password"));
      return FALSE;
    }

  path = g_uri_get_path (uri);
  if (*path == '\0' || strcmp (path, "/") == 0)
    path = STILE_HTTP_CARRIER_DEFAULT_PATH;
  self->uri =
      soup_uri_copy (uri, SOUP_URI_PATH, path, SOUP_URI_QUERY, NULL, SOUP_URI_FRAGMENT, NULL, SOUP_URI_NONE);
  return TRUE;
}

static gboolean
initable_start (GInitable *initable, GCancellable *cancellable, GError **error)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (initable);

  if (!parse_service (self, error))
    return FALSE;
  self->proxy = stile_http_proxy_new (self->proxy_text, error);
  if (self->proxy == NULL)
    return FALSE;

  self->soup = soup_session_new_with_options ("timeout", STILE_HTTP_CARRIER_TIMEOUT_SECONDS, "idle-timeout",
                                              60, "user-agent", "Stile/" PACKAGE_VERSION,
                                              "max-conns-per-host", STILE_HTTP_CARRIER_MAX_CONNECTIONS, NULL);
  self->tracking = stile_http_tracking_new (self->uri, self->soup);
  stile_http_proxy_apply (self->proxy, self->soup);
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = initable_start;
}

/**
 * stile_http_carrier_new:
 * @service: the service's URL; its path is where flights go, if it has one
 * @proxy: (nullable): a proxy's URL, "none", or %NULL for what the desktop says
 *
 * Returns: (transfer full): a carrier; %STILE_ERROR_SETTINGS when an address is none
 */
StileCarrier *
stile_http_carrier_new (const char *service, const char *proxy, GError **error)
{
  return g_initable_new (STILE_TYPE_HTTP_CARRIER, NULL, error, "service", service, "proxy", proxy, NULL);
}

/**
 * stile_http_carrier_set_media_type:
 * @media_type: for flights: the draft's, or that of its last revision
 */
gboolean
stile_http_carrier_set_media_type (StileHttpCarrier *self, const char *media_type, GError **error)
{
  static const char *const known[] = { STILE_MEDIA_TYPE_FLIGHT, STILE_MEDIA_TYPE_FLIGHT_LATE };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (media_type, known[i]) == 0)
      {
        self->media_type = known[i];
        return TRUE;
      }

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no media type of ATLS; use %s or %s"),
               media_type, known[0], known[1]);
  return FALSE;
}

/**
 * stile_http_carrier_set_outer_anchors:
 * @path: a PEM file of the only CAs that the outer TLS may lead to
 *
 * For those who know what lies between and want nothing else.  Without it, any outer certificate carries.
 */
gboolean
stile_http_carrier_set_outer_anchors (StileHttpCarrier *self, const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  self->outer_anchors = g_tls_file_database_new (absolute, error);
  if (self->outer_anchors == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("Reading the outer anchors “%s”: "), path);
      return FALSE;
    }

  soup_session_set_tls_database (self->soup, self->outer_anchors);
  return TRUE;
}

/**
 * stile_http_carrier_get_n_repeats:
 *
 * Returns: how often a message was sent once more since a connection broke: where this has changed, a service that has lost
 *   the session may have carried it out before
 */
guint
stile_http_carrier_get_n_repeats (StileHttpCarrier *self)
{
  return self->repeats;
}

typedef struct
{
  StileMessageKind kind;
  GBytes *body;
  SoupMessage *message;
  guint tries;
  gint64 started;
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_bytes_unref (exchange->body);
  g_clear_object (&exchange->message);
  g_free (exchange);
}

static void post (GTask *task);

static gboolean
accept_certificate_cb (SoupMessage *message,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       gpointer user_data)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (user_data);

  return self->outer_anchors == NULL;
}

/* libsoup does so by itself when a kept connection ends under it. */
static void
restarted_cb (SoupMessage *message, gpointer user_data)
{
  STILE_HTTP_CARRIER (user_data)->repeats++;
}

static SoupMessage *
make_message (StileHttpCarrier *self, Exchange *exchange)
{
  g_autoptr (GUri) target = stile_http_tracking_get_target (self->tracking);
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_POST, target);

  /* Idempotent: else libsoup opens a connection for each POST.  It is true, too: the service knows repeats. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  if (exchange->tries > 0)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  soup_message_set_request_body_from_bytes (
      message, exchange->kind == STILE_MESSAGE_FLIGHT ? self->media_type : STILE_MEDIA_TYPE_SEALED,
      exchange->body);
  g_signal_connect_object (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), self, 0);
  g_signal_connect_object (message, "restarted", G_CALLBACK (restarted_cb), self, 0);
  stile_http_proxy_watch (self->proxy, message);
  stile_http_server_name_watch (message);
  stile_http_observer_watch (message);

  return message;
}

static gboolean
is_broken_connection (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED) ||
         g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
}

/* Takes over @error. */
static void
fail_or_retry (GTask *task, GError *error)
{
  StileHttpCarrier *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  if (is_broken_connection (error) && exchange->tries < MAX_TRIES)
    {
      g_error_free (error);
      self->repeats++;
      post (g_object_ref (task));
      return;
    }

  /* What cannot even be read as HTTP is an answer of a kind, too. */
  stile_error_convert (&error,
                       error->domain == SOUP_SESSION_ERROR ? STILE_ERROR_NOT_ATLS : STILE_ERROR_UNREACHABLE);
  g_prefix_error (&error, _ ("Reaching %s: "), g_uri_get_host (self->uri));
  g_task_return_error (task, error);
}

static gboolean
is_atls_answer (Exchange *exchange, const char *media_type)
{
  StileMessageKind kind;

  return soup_message_get_status (exchange->message) == SOUP_STATUS_OK &&
         stile_media_type_get_kind (media_type, &kind) && kind == exchange->kind;
}

static void
body_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *body = stile_limited_reader_read_finish (G_INPUT_STREAM (object), result, &error);
  StileHttpCarrier *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers;
  const char *media_type;

  if (body == NULL)
    {
      fail_or_retry (task, error);
      return;
    }

  headers = soup_message_get_response_headers (exchange->message);
  media_type = soup_message_headers_get_one (headers, "Content-Type");
  if (is_atls_answer (exchange, media_type))
    {
      stile_http_tracking_learn (self->tracking, headers);
      g_task_return_pointer (task, body, (GDestroyNotify)g_bytes_unref);
      return;
    }

  stile_http_problem_set_error (&error, soup_message_get_status (exchange->message),
                                soup_message_get_reason_phrase (exchange->message), media_type, body);
  g_bytes_unref (body);
  g_task_return_error (task, error);
}

/* The path that a session was given names it, as the cookie does: it stays out of what is shown. */
static void
hide_session (StileHttpCarrier *self)
{
  g_autofree char *url = g_uri_to_string (self->uri);

  stile_observation_set_url (self->observation, url);
}

static void
posted (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  StileHttpCarrier *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  gboolean good;
  gsize limit;

  if (stream == NULL)
    {
      fail_or_retry (task, error);
      return;
    }

  g_clear_object (&self->observation);
  self->observation = stile_http_observer_observe (exchange->message, exchange->started,
                                                   stile_http_proxy_get_description (self->proxy));
  stile_observation_set_answer (self->observation, soup_message_get_status (exchange->message), NULL);
  hide_session (self);
  good = is_atls_answer (
      exchange,
      soup_message_headers_get_one (soup_message_get_response_headers (exchange->message), "Content-Type"));
  /* Once there is a session, records may carry as much as a sealed message does. */
  limit = exchange->kind == STILE_MESSAGE_FLIGHT && !stile_http_tracking_has_session (self->tracking)
              ? STILE_FLIGHT_MAX_SIZE
              : STILE_CONTENT_CODING_MAX_SIZE;
  stile_limited_reader_read_async (stream, good ? limit : STILE_HTTP_PROBLEM_MAX_PAGE, !good, cancellable,
                                   body_read, g_steal_pointer (&task));
}

/* Takes over @task. */
static void
post (GTask *task)
{
  StileHttpCarrier *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  g_clear_object (&exchange->message);
  exchange->message = make_message (self, exchange);
  exchange->tries++;
  exchange->started = g_get_monotonic_time ();
  soup_session_send_async (self->soup, exchange->message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                           posted, task);
}

static void
exchange_async (StileCarrier *carrier,
                StileMessageKind kind,
                GBytes *body,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  GTask *task = g_task_new (carrier, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->kind = kind;
  exchange->body = g_bytes_ref (body);
  g_task_set_source_tag (task, exchange_async);
  g_task_set_task_data (task, exchange, exchange_free);
  post (task);
}

static GBytes *
exchange_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- looking at the way, and asking without ATLS --- */

static void
inspect_async (StileCarrier *carrier,
               const char *anchors,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (carrier);

  stile_http_inspection_inspect_async (carrier, self->uri, self->proxy, anchors, cancellable, callback,
                                       user_data);
}

static StileObservation *
inspect_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
request_async (StileCarrier *carrier,
               StileHttpMessage *request,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  StileHttpCarrier *self = STILE_HTTP_CARRIER (carrier);
  GError *error = NULL;

  if (self->origin == NULL)
    self->origin = stile_http_origin_new (self->uri, self->proxy, self->anchors, self->identity, &error);
  if (self->origin != NULL)
    stile_http_request_async (carrier, self->origin, request, cancellable, callback, user_data);
  else
    g_task_report_error (carrier, callback, user_data, request_async, error);
}

static StileHttpMessage *
request_finish (StileCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
get_host (StileCarrier *carrier)
{
  return g_uri_get_host (STILE_HTTP_CARRIER (carrier)->uri);
}

static GBytes *
get_session_id (StileCarrier *carrier)
{
  return stile_http_tracking_get_id (STILE_HTTP_CARRIER (carrier)->tracking);
}

static StileObservation *
get_observation (StileCarrier *carrier)
{
  return STILE_HTTP_CARRIER (carrier)->observation;
}

static void
forget_session (StileCarrier *carrier)
{
  stile_http_tracking_forget (STILE_HTTP_CARRIER (carrier)->tracking);
}

static StileCertificate *
get_peer_certificate (StileCarrier *carrier)
{
  return stile_http_origin_get_peer (STILE_HTTP_CARRIER (carrier)->origin);
}

static void
carrier_init (StileCarrierInterface *iface)
{
  iface->exchange_async = exchange_async;
  iface->exchange_finish = exchange_finish;
  iface->inspect_async = inspect_async;
  iface->inspect_finish = inspect_finish;
  iface->request_async = request_async;
  iface->request_finish = request_finish;
  iface->get_host = get_host;
  iface->get_session_id = get_session_id;
  iface->get_observation = get_observation;
  iface->forget_session = forget_session;
  iface->get_peer_certificate = get_peer_certificate;
}
