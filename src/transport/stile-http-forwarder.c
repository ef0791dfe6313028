/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-forwarder.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "atls/stile-error.h"
#include "transport/stile-http-carrier.h"

/**
 * StileHttpForwarder:
 *
 * Carries requests to one service, one after the other in the order in which they came, and makes the session that they
 * need, again and again.  A local proxy holds it.
 *
 * In export mode several are on their way at once: each has its number (PROTOCOL section 2).  In record mode TLS counts, so
 * that one must be answered before the next is sent.
 */
struct _StileHttpForwarder
{
  GObject parent_instance;

  char *service;
  GUri *uri; /* the same */
  char *proxy;
  StileCredentials *credentials;
  StileMode mode;
  gint64 max_age; /* microseconds */

  StileClient *client; /* the session that is up, or NULL */
  gint64 established;  /* monotonic microseconds */
  gboolean connecting;
  GQueue waiting; /* of GTask */
  guint carried;  /* on their way */
  GCancellable *stopping;
};

G_DEFINE_FINAL_TYPE (StileHttpForwarder, stile_http_forwarder, G_TYPE_OBJECT)

/* What a task is about. */
typedef struct
{
  StileHttpMessage *request; /* NULL: a session is all that is wanted */
  StileClient *client;       /* the session that it was given to */
  guint repeats;             /* of its carrier until then */
  gboolean again;            /* it was given to one before */
} Forward;

static void
forward_free (gpointer data)
{
  Forward *forward = data;

  g_clear_object (&forward->request);
  g_clear_object (&forward->client);
  g_free (forward);
}

static void
stile_http_forwarder_dispose (GObject *object)
{
  StileHttpForwarder *self = STILE_HTTP_FORWARDER (object);

  g_clear_object (&self->client);
  g_clear_object (&self->credentials);

  G_OBJECT_CLASS (stile_http_forwarder_parent_class)->dispose (object);
}

static void
stile_http_forwarder_finalize (GObject *object)
{
  StileHttpForwarder *self = STILE_HTTP_FORWARDER (object);

  /* A task holds us: none can be left. */
  g_assert (g_queue_is_empty (&self->waiting));
  g_free (self->service);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->proxy);
  g_object_unref (self->stopping);

  G_OBJECT_CLASS (stile_http_forwarder_parent_class)->finalize (object);
}

static void
stile_http_forwarder_class_init (StileHttpForwarderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_http_forwarder_dispose;
  object_class->finalize = stile_http_forwarder_finalize;
}

static void
stile_http_forwarder_init (StileHttpForwarder *self)
{
  g_queue_init (&self->waiting);
  self->max_age = STILE_CLIENT_MAX_AGE - STILE_HTTP_FORWARDER_MARGIN;
  self->stopping = g_cancellable_new ();
}

/**
 * stile_http_forwarder_new:
 * @service: its URL
 * @proxy: (nullable): a proxy's URL, "none", or %NULL for what the desktop says
 * @credentials: of a client that offers Binary HTTP
 * @mode: how data shall be protected
 *
 * Returns: (transfer full): what forwards to that service; %STILE_ERROR_SETTINGS when an address is none
 */
StileHttpForwarder *
stile_http_forwarder_new (
    const char *service, const char *proxy, StileCredentials *credentials, StileMode mode, GError **error)
{
  g_autoptr (StileCarrier) carrier = stile_http_carrier_new (service, proxy, error);
  StileHttpForwarder *self;

  if (carrier == NULL)
    return NULL;

  self = g_object_new (STILE_TYPE_HTTP_FORWARDER, NULL);
  self->service = g_strdup (service);
  self->uri = g_uri_parse (service, SOUP_HTTP_URI_FLAGS, NULL);
  self->proxy = g_strdup (proxy);
  self->credentials = g_object_ref (credentials);
  self->mode = mode;

  return self;
}

/**
 * stile_http_forwarder_get_uri:
 *
 * Returns: (transfer none): the service's
 */
GUri *
stile_http_forwarder_get_uri (StileHttpForwarder *self)
{
  return self->uri;
}

/**
 * stile_http_forwarder_set_max_age:
 * @microseconds: how long a session is used for new requests
 */
void
stile_http_forwarder_set_max_age (StileHttpForwarder *self, gint64 microseconds)
{
  self->max_age = microseconds;
}

/**
 * stile_http_forwarder_get_client:
 *
 * Returns: (transfer none) (nullable): the session that is up
 */
StileClient *
stile_http_forwarder_get_client (StileHttpForwarder *self)
{
  return self->client;
}

/* --- sessions --- */

static void serve_waiting (StileHttpForwarder *self);

/* All that wait have waited for this session: each would only find out the same again. */
static void
fail_waiting (StileHttpForwarder *self, const GError *error)
{
  GQueue failed = self->waiting;
  GTask *task;

  g_queue_init (&self->waiting);
  while ((task = g_queue_pop_head (&failed)) != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      g_object_unref (task);
    }
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileHttpForwarder) self = user_data;
  StileClient *client = STILE_CLIENT (object);
  g_autoptr (GError) error = NULL;
  gboolean good = stile_client_connect_finish (client, result, &error);

  self->connecting = FALSE;
  if (good && !stile_client_speaks_binary_http (client))
    g_set_error_literal (
        &error, STILE_ERROR, STILE_ERROR_NOT_ATLS,
        _ ("The service speaks no HTTP inside the session, so nothing can be forwarded to it"));
  if (error != NULL)
    {
      stile_error_convert (&error, STILE_ERROR_FAILED);
      fail_waiting (self, error);
      return;
    }

  g_set_object (&self->client, client);
  self->established = g_get_monotonic_time ();
  serve_waiting (self);
}

static void
start_connecting (StileHttpForwarder *self)
{
  g_autoptr (GError) error = NULL;
  /* A new session over a new connection: what broke the old one may be the connection's fault. */
  g_autoptr (StileCarrier) carrier = stile_http_carrier_new (self->service, self->proxy, &error);
  g_autoptr (StileClient) client = NULL;

  if (carrier == NULL)
    {
      fail_waiting (self, error);
      return;
    }

  self->connecting = TRUE;
  client = stile_client_new (carrier, self->credentials, self->mode);
  stile_client_connect_async (client, self->stopping, connected, g_object_ref (self));
}

/* Those that are on their way in it still hold it. */
static void
forget_session (StileHttpForwarder *self, StileClient *client)
{
  if (self->client == client)
    g_clear_object (&self->client);
}

/* --- requests --- */

static guint
count_repeats (StileClient *client)
{
  return stile_http_carrier_get_n_repeats (STILE_HTTP_CARRIER (stile_client_get_carrier (client)));
}

/* RFC 9110 section 9.2.2. */
static gboolean
is_idempotent (StileHttpMessage *request)
{
  static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", NULL };

  return g_strv_contains (methods, stile_http_message_get_method (request));
}

/* A service that does not know the session has carried out nothing, unless it did so before it forgot: then the connection
 * broke, and the carrier sent the message again. */
static gboolean
may_send_again (Forward *forward, const GError *error)
{
  if (forward->again || error->domain != STILE_ERROR)
    return FALSE;
  if (error->code == STILE_ERROR_EXPIRED && count_repeats (forward->client) == forward->repeats)
    return TRUE;

  return is_idempotent (forward->request) &&
         (error->code == STILE_ERROR_EXPIRED || error->code == STILE_ERROR_RETRY ||
          error->code == STILE_ERROR_PROTOCOL);
}

/* Takes over @task. */
static void
fail_or_send_again (StileHttpForwarder *self, GTask *task, GError *error)
{
  Forward *forward = g_task_get_task_data (task);

  stile_error_convert (&error, STILE_ERROR_FAILED);
  forget_session (self, forward->client);
  if (!may_send_again (forward, error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  g_error_free (error);
  forward->again = TRUE;
  g_queue_push_head (&self->waiting, task);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileHttpMessage *response = stile_client_request_finish (STILE_CLIENT (object), result, &error);
  g_autoptr (StileHttpForwarder) self = g_object_ref (g_task_get_source_object (task));

  self->carried--;
  if (response == NULL)
    fail_or_send_again (self, task, error);
  else
    {
      g_task_return_pointer (task, response, g_object_unref);
      g_object_unref (task);
    }
  serve_waiting (self);
}

/* Takes over @task. */
static void
carry (StileHttpForwarder *self, GTask *task)
{
  Forward *forward = g_task_get_task_data (task);

  if (forward->request == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  self->carried++;
  g_set_object (&forward->client, self->client);
  forward->repeats = count_repeats (self->client);
  stile_client_request_async (self->client, forward->request, self->stopping, answered, task);
}

static guint
get_limit (StileHttpForwarder *self)
{
  return stile_client_get_mode (self->client) == STILE_MODE_EXPORT ? STILE_HTTP_CARRIER_MAX_CONNECTIONS : 1;
}

static void
serve_waiting (StileHttpForwarder *self)
{
  while (!self->connecting && !g_queue_is_empty (&self->waiting))
    {
      if (self->client == NULL)
        start_connecting (self);
      else if (self->carried < get_limit (self))
        carry (self, g_queue_pop_head (&self->waiting));
      else
        return;
    }
}

/* Takes over @task. */
static void
enqueue (StileHttpForwarder *self, GTask *task, StileHttpMessage *request)
{
  Forward *forward = g_new0 (Forward, 1);

  g_task_set_task_data (task, forward, forward_free);
  g_set_object (&forward->request, request);
  if (g_cancellable_is_cancelled (self->stopping))
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_CANCELLED, _ ("The proxy is ending"));
      g_object_unref (task);
      return;
    }

  if (self->client != NULL && g_get_monotonic_time () - self->established > self->max_age)
    forget_session (self, self->client);
  g_queue_push_tail (&self->waiting, task);
  serve_waiting (self);
}

/**
 * stile_http_forwarder_connect_async:
 *
 * Makes a session, unless there is one.
 */
void
stile_http_forwarder_connect_async (StileHttpForwarder *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_http_forwarder_connect_async);
  enqueue (self, task, NULL);
}

/**
 * stile_http_forwarder_connect_finish:
 *
 * Returns: whether there is a session; the errors are those of stile_client_connect_finish()
 */
gboolean
stile_http_forwarder_connect_finish (StileHttpForwarder *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_http_forwarder_forward_async:
 * @request: for the service; how many may wait is the caller's business
 *
 * Carries a request in the session, or in a new one.  Where a session is lost, it is carried once more if the service has
 * not carried it out, or if it does no harm to do so twice (RFC 9110 section 9.2.2).
 */
void
stile_http_forwarder_forward_async (StileHttpForwarder *self,
                                    StileHttpMessage *request,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_http_forwarder_forward_async);
  enqueue (self, task, request);
}

/**
 * stile_http_forwarder_forward_finish:
 *
 * Returns: (transfer full): the service's answer, whatever its status
 */
StileHttpMessage *
stile_http_forwarder_forward_finish (StileHttpForwarder *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * stile_http_forwarder_stop:
 *
 * Forwards no more: what waits and what is on its way ends as cancelled.  The session stays, to be closed.
 */
void
stile_http_forwarder_stop (StileHttpForwarder *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (STILE_ERROR, STILE_ERROR_CANCELLED, _ ("The proxy is ending"));

  g_cancellable_cancel (self->stopping);
  fail_waiting (self, error);
}
