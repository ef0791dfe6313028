/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-endpoint-work.h"

#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"

/**
 * StileEndpointWork:
 *
 * One message that came out of a session, on its way to an answer.  It runs without the session's lock, takes it to
 * protect the answer, and gives that to everybody who has sent the very message.
 */
struct _StileEndpointWork
{
  StileEndpoint *endpoint; /* keeps @table alive */
  StileEndpointTable *table;
  StileEndpointSession *session;
  guint64 number; /* STILE_ANSWER_CACHE_FLIGHT in record mode */
  StileHandler *handler;
  StileEndpointRawFunc raw;
  gpointer raw_data;
};

static void
stile_endpoint_work_free (StileEndpointWork *self)
{
  g_clear_object (&self->handler);
  stile_endpoint_session_unref (self->session);
  g_object_unref (self->endpoint);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileEndpointWork, stile_endpoint_work_free)

/**
 * stile_endpoint_work_new:
 * @endpoint: owns @table
 * @session: the message's
 * @number: the message's, or %STILE_ANSWER_CACHE_FLIGHT
 */
StileEndpointWork *
stile_endpoint_work_new (StileEndpoint *endpoint,
                         StileEndpointTable *table,
                         StileEndpointSession *session,
                         guint64 number)
{
  StileEndpointWork *self = g_new0 (StileEndpointWork, 1);

  self->endpoint = g_object_ref (endpoint);
  self->table = table;
  self->session = stile_endpoint_session_ref (session);
  self->number = number;

  return self;
}

/**
 * stile_endpoint_work_set_handlers:
 * @handler: (nullable): answers HTTP requests
 * @raw: (nullable): answers raw data
 */
void
stile_endpoint_work_set_handlers (StileEndpointWork *self,
                                  StileHandler *handler,
                                  StileEndpointRawFunc raw,
                                  gpointer raw_data)
{
  g_set_object (&self->handler, handler);
  self->raw = raw;
  self->raw_data = raw_data;
}

/* --- the answer --- */

/* In record mode the answer may end in our close_notify: the client has said goodbye, or nobody here understands it. */
static GBytes *
send_records (StileSession *session, GBytes *data, GError **error)
{
  gboolean closing = data == NULL || stile_session_get_state (session) == STILE_SESSION_CLOSING;
  g_autoptr (GBytes) records =
      data != NULL ? stile_session_send (session, data, error) : g_bytes_new (NULL, 0);
  g_autoptr (GBytes) notify = NULL;
  GByteArray *both;

  if (records == NULL || !closing)
    return g_steal_pointer (&records);

  notify = stile_session_close (session);
  both = g_bytes_unref_to_array (g_steal_pointer (&records));
  if (notify != NULL)
    g_byte_array_append (both, g_bytes_get_data (notify, NULL), (guint)g_bytes_get_size (notify));
  return g_byte_array_free_to_bytes (both);
}

static GBytes *
protect (StileEndpointWork *self, GBytes *data, GError **error)
{
  StileEndpointSession *session = self->session;

  switch (session->phase)
    {
    case STILE_ENDPOINT_EXPORT:
      if (data != NULL)
        return stile_sealer_seal (session->sealer, self->number, data, error);
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED, "This service understands no raw data");
      return NULL;
    case STILE_ENDPOINT_RECORD:
      return send_records (session->session, data, error);
    case STILE_ENDPOINT_HALF_OPEN:
    case STILE_ENDPOINT_ESTABLISHED:
    case STILE_ENDPOINT_ENDED:
    default:
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_EXPIRED, "The session has ended");
      return NULL;
    }
}

static void
end_closed_session (StileEndpointWork *self)
{
  StileEndpointSession *session = self->session;

  if (session->session == NULL || stile_session_get_state (session->session) != STILE_SESSION_CLOSED)
    return;

  session->phase = STILE_ENDPOINT_ENDED;
  stile_endpoint_table_remove (self->table, session);
}

/* Takes over @owned.  @data is NULL when there is nothing to say but goodbye. */
static void
finish (StileEndpointWork *owned, GBytes *data)
{
  g_autoptr (StileEndpointWork) self = owned;
  StileMessageKind kind =
      self->number == STILE_ANSWER_CACHE_FLIGHT ? STILE_MESSAGE_FLIGHT : STILE_MESSAGE_SEALED;
  g_autoptr (GPtrArray) waiters = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  g_mutex_lock (&self->session->mutex);
  body = protect (self, data, &error);
  waiters = stile_answer_cache_complete (stile_endpoint_session_get_answers (self->session), self->number,
                                         body, stile_endpoint_table_get_time (self->table));
  end_closed_session (self);
  g_mutex_unlock (&self->session->mutex);

  for (guint i = 0; waiters != NULL && i < waiters->len; i++)
    if (body != NULL)
      stile_answer_return (g_ptr_array_index (waiters, i), stile_answer_new (kind, body, NULL));
    else
      stile_answer_return_problem (g_ptr_array_index (waiters, i), STILE_ANSWER_MALFORMED, error->message);
}

/* --- the work --- */

static void
finish_with_message (StileEndpointWork *self, StileHttpMessage *response)
{
  g_autoptr (GBytes) data = stile_binary_http_encode (response);

  finish (self, data);
}

static void
handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileHttpMessage) response = stile_handler_handle_finish (STILE_HANDLER (object), result);

  finish_with_message (user_data, response);
}

static StileHttpMessage *
find_problem (StileEndpointWork *self, StileHttpMessage *request, const GError *error)
{
  if (request == NULL)
    return stile_http_message_new_problem (400, "Not a request", error->message);
  if (!stile_http_message_is_request (request))
    return stile_http_message_new_problem (400, "Not a request", "This is a response");
  if (self->handler == NULL)
    return stile_http_message_new_problem (404, "Not found", "This service answers no requests");

  return NULL;
}

static void
handle_request (StileEndpointWork *self, GBytes *data, StileObservation *observation)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) request = stile_binary_http_decode (data, &error);
  g_autoptr (StileHttpMessage) problem = find_problem (self, request, error);
  g_autofree char *name = stile_endpoint_session_get_name (self->session);
  g_autoptr (StileExchange) exchange = NULL;

  if (problem != NULL)
    {
      finish_with_message (self, problem);
      return;
    }

  exchange = stile_exchange_new (request, name, self->session->peer_ders, observation);
  stile_exchange_set_provisional (exchange, self->session->provisional);
  stile_exchange_set_own_certificate (exchange, self->session->own);
  stile_exchange_set_binding (exchange, self->session->binding);
  stile_handler_handle_async (self->handler, exchange, NULL, handled, self);
}

/* Records without application data: a goodbye is answered with ours, a KeyUpdate with what TLS has to say to it.  (A
 * sealed message with nothing in it is a message all the same.) */
static void
finish_without_data (StileEndpointWork *self, GBytes *nothing)
{
  gboolean closing;

  g_mutex_lock (&self->session->mutex);
  closing = self->session->session != NULL &&
            stile_session_get_state (self->session->session) == STILE_SESSION_CLOSING;
  g_mutex_unlock (&self->session->mutex);
  finish (self, closing ? NULL : nothing);
}

/**
 * stile_endpoint_work_run:
 * @self: (transfer full): frees itself once it has answered
 * @data: what came out of the session; empty when the records held no application data
 * @observation: (nullable): what the service saw of the message's way
 */
void
stile_endpoint_work_run (StileEndpointWork *self, GBytes *data, StileObservation *observation)
{
  g_autoptr (GBytes) answer = NULL;

  if (g_bytes_get_size (data) == 0 && self->number == STILE_ANSWER_CACHE_FLIGHT)
    {
      finish_without_data (self, data);
      return;
    }
  if (self->session->binary_http)
    {
      handle_request (self, data, observation);
      return;
    }

  /* A plain ATLS peer.  Where nobody understands its data it gets a goodbye in its own protocol. */
  if (self->raw != NULL)
    answer = self->raw (data, self->raw_data);
  finish (self, answer);
}
