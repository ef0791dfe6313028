/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-endpoint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-endpoint-session.h"
#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-content-coding.h"

const StileEndpointLimits stile_endpoint_default_limits = {
  .flight_size = STILE_FLIGHT_MAX_SIZE,
  .message_size = STILE_CONTENT_CODING_MAX_SIZE,
  .half_open = 2000,
  .sessions = 100000,
  .handshake_seconds = 60,
  .idle_seconds = 3600,
  .keep_seconds = 60,
};

/**
 * StileEndpoint:
 *
 * The service's end of ATLS: all its sessions.  A transport delivers each message it receives, from any thread, and
 * gets an answer to send; what comes out of a session goes to a handler.  It does no I/O and has no thread.
 *
 * Locks: the endpoint's own guards the table, its counters and the sessions' times, and is taken last; a session's
 * guards the session, and is held while TLS works on it.
 */
struct _StileEndpoint
{
  GObject parent_instance;

  GMutex mutex;
  GHashTable *sessions; /* id → StileEndpointSession */
  GQueue half_open;     /* of StileEndpointSession, oldest first; the table owns them */
  StileCredentials *credentials;
  StileHandler *handler;
  StileEndpointLimits limits;

  StileEndpointRawFunc raw;
  gpointer raw_data;
  StileEndpointEstablishedFunc established;
  gpointer established_data;
  StileEndpointClock clock;
};

G_DEFINE_FINAL_TYPE (StileEndpoint, stile_endpoint, G_TYPE_OBJECT)

static void
stile_endpoint_finalize (GObject *object)
{
  StileEndpoint *self = STILE_ENDPOINT (object);

  g_queue_clear (&self->half_open);
  g_hash_table_unref (self->sessions);
  g_clear_object (&self->credentials);
  g_clear_object (&self->handler);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (stile_endpoint_parent_class)->finalize (object);
}

static void
stile_endpoint_class_init (StileEndpointClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_endpoint_finalize;
}

static void
stile_endpoint_init (StileEndpoint *self)
{
  g_mutex_init (&self->mutex);
  g_queue_init (&self->half_open);
  self->sessions = g_hash_table_new_full (stile_endpoint_session_hash, stile_endpoint_session_equal, NULL,
                                          (GDestroyNotify)stile_endpoint_session_unref);
  self->limits = stile_endpoint_default_limits;
  self->clock = g_get_monotonic_time;
}

/**
 * stile_endpoint_new:
 * @credentials: of a server
 * @handler: (nullable): answers requests that come out of sessions
 */
StileEndpoint *
stile_endpoint_new (StileCredentials *credentials, StileHandler *handler)
{
  StileEndpoint *self = g_object_new (STILE_TYPE_ENDPOINT, NULL);

  self->credentials = g_object_ref (credentials);
  g_set_object (&self->handler, handler);

  return self;
}

void
stile_endpoint_set_limits (StileEndpoint *self, const StileEndpointLimits *limits)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->limits = *limits;
}

/**
 * stile_endpoint_set_credentials:
 * @credentials: for handshakes that begin from now on; sessions that are up stay up
 */
void
stile_endpoint_set_credentials (StileEndpoint *self, StileCredentials *credentials)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_set_object (&self->credentials, credentials);
}

/**
 * stile_endpoint_set_handler:
 * @handler: (nullable): for requests that arrive from now on
 */
void
stile_endpoint_set_handler (StileEndpoint *self, StileHandler *handler)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_set_object (&self->handler, handler);
}

/**
 * stile_endpoint_set_raw_handler:
 * @function: (nullable): answers data of peers that do not speak Binary HTTP, from any thread; set it up first
 */
void
stile_endpoint_set_raw_handler (StileEndpoint *self, StileEndpointRawFunc function, gpointer user_data)
{
  self->raw = function;
  self->raw_data = user_data;
}

/**
 * stile_endpoint_set_established_handler:
 * @function: (nullable): is told of each session that comes up, from any thread, under that session's lock
 */
void
stile_endpoint_set_established_handler (StileEndpoint *self,
                                        StileEndpointEstablishedFunc function,
                                        gpointer user_data)
{
  self->established = function;
  self->established_data = user_data;
}

/**
 * stile_endpoint_set_clock:
 * @clock: gives microseconds that never go back; g_get_monotonic_time() unless a test has its own
 */
void
stile_endpoint_set_clock (StileEndpoint *self, StileEndpointClock clock)
{
  self->clock = clock;
}

/**
 * stile_endpoint_get_body_limit:
 *
 * Returns: how many bytes of a body to accept, so that a transport can refuse before it reads
 */
gsize
stile_endpoint_get_body_limit (StileEndpoint *self, StileMessageKind kind)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return kind == STILE_MESSAGE_FLIGHT ? self->limits.flight_size : self->limits.message_size;
}

/* --- the table --- */

/* Takes a session out of the table; who holds a reference may finish with it. */
static void
remove_locked (StileEndpoint *self, StileEndpointSession *session)
{
  if (session->half_open != NULL)
    g_queue_delete_link (&self->half_open, g_steal_pointer (&session->half_open));
  g_hash_table_remove (self->sessions, session->id);
}

static void
end_session (StileEndpoint *self, StileEndpointSession *session)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  session->phase = STILE_ENDPOINT_ENDED;
  remove_locked (self, session);
}

static void
leave_half_open (StileEndpoint *self, StileEndpointSession *session)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (session->half_open != NULL)
    g_queue_delete_link (&self->half_open, g_steal_pointer (&session->half_open));
}

static StileEndpointSession *
find_session (StileEndpoint *self, const guint8 *id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  StileEndpointSession *session = g_hash_table_lookup (self->sessions, id);

  if (session == NULL)
    return NULL;

  session->used = self->clock ();
  return stile_endpoint_session_ref (session);
}

static StileEndpointSession *
find_named_session (StileEndpoint *self, const char *name)
{
  g_autoptr (GBytes) id = stile_base64url_decode (name, -1, NULL);

  if (id == NULL || g_bytes_get_size (id) != STILE_SEALER_ID_SIZE)
    return NULL;

  return find_session (self, g_bytes_get_data (id, NULL));
}

/* Half-open sessions go first when the store is full (PROTOCOL section 1). */
static gboolean
make_room_locked (StileEndpoint *self)
{
  if (self->half_open.length >= self->limits.half_open)
    return FALSE;
  if (g_hash_table_size (self->sessions) < self->limits.sessions)
    return TRUE;
  if (self->half_open.head == NULL)
    return FALSE;

  remove_locked (self, self->half_open.head->data);
  return TRUE;
}

static gboolean
add_session (StileEndpoint *self, StileEndpointSession *session)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!make_room_locked (self))
    return FALSE;

  g_queue_push_tail (&self->half_open, session);
  session->half_open = self->half_open.tail;
  g_hash_table_insert (self->sessions, session->id, stile_endpoint_session_ref (session));
  return TRUE;
}

/* --- answers --- */

static void
return_answer (GTask *task, StileAnswer *answer)
{
  g_task_return_pointer (task, answer, (GDestroyNotify)stile_answer_free);
}

static void
return_problem (GTask *task, StileAnswerStatus status, const char *detail)
{
  return_answer (task, stile_answer_new_problem (status, detail));
}

static void
return_gone (GTask *task)
{
  return_problem (task, STILE_ANSWER_GONE, "There is no such session; begin a new one without a cookie");
}

/* To all that wait for it: the same message may have come several times. */
static void
return_to_waiters (GPtrArray *waiters, StileMessageKind kind, GBytes *body, const char *problem)
{
  for (guint i = 0; waiters != NULL && i < waiters->len; i++)
    {
      GTask *task = g_ptr_array_index (waiters, i);

      if (body != NULL)
        return_answer (task, stile_answer_new (kind, body, NULL));
      else
        return_problem (task, STILE_ANSWER_MALFORMED, problem);
    }
}

/* --- requests out of a session, in either mode --- */

typedef struct
{
  StileEndpoint *endpoint;
  StileEndpointSession *session;
  guint64 number;       /* or STILE_ANSWER_CACHE_FLIGHT in record mode */
  gboolean close_after; /* the client's close_notify came with the request */
} Work;

static void
work_free (Work *work)
{
  g_object_unref (work->endpoint);
  stile_endpoint_session_unref (work->session);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

static GBytes *
append_close (StileSession *session, GBytes *body)
{
  g_autoptr (GBytes) notify = stile_session_close (session);
  GByteArray *all = g_byte_array_new ();

  if (body != NULL)
    g_byte_array_append (all, g_bytes_get_data (body, NULL), (guint)g_bytes_get_size (body));
  if (notify != NULL)
    g_byte_array_append (all, g_bytes_get_data (notify, NULL), (guint)g_bytes_get_size (notify));

  return g_byte_array_free_to_bytes (all);
}

static GBytes *
protect (Work *work, GBytes *data, GError **error)
{
  StileEndpointSession *session = work->session;

  if (session->phase == STILE_ENDPOINT_EXPORT)
    return stile_sealer_seal (session->sealer, work->number, data, error);
  if (session->session == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_EXPIRED, "The session has ended");
      return NULL;
    }

  return stile_session_send (session->session, data, error);
}

/* Takes over @work; @data may be NULL when there is nothing to say but goodbye. */
static void
finish_work (Work *owned, GBytes *data)
{
  g_autoptr (Work) work = owned;
  StileEndpointSession *session = work->session;
  StileMessageKind kind =
      work->number == STILE_ANSWER_CACHE_FLIGHT ? STILE_MESSAGE_FLIGHT : STILE_MESSAGE_SEALED;
  g_autoptr (GPtrArray) waiters = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  g_mutex_lock (&session->mutex);
  if (data != NULL && !work->close_after)
    body = protect (work, data, &error);
  if (work->close_after)
    {
      g_autoptr (GBytes) close = append_close (session->session, NULL);

      body = g_steal_pointer (&close);
    }
  waiters = stile_answer_cache_complete (stile_endpoint_session_get_answers (session), work->number, body,
                                         work->endpoint->clock ());
  if (work->close_after)
    end_session (work->endpoint, session);
  g_mutex_unlock (&session->mutex);

  return_to_waiters (waiters, kind, body, error != NULL ? error->message : NULL);
}

static void
finish_with_message (Work *work, StileHttpMessage *response)
{
  g_autoptr (GBytes) data = stile_binary_http_encode (response);

  finish_work (work, data);
}

static void
handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileHttpMessage) response = stile_handler_handle_finish (STILE_HANDLER (object), result);

  finish_with_message (user_data, response);
}

static void
handle_request (Work *work, GBytes *data, StileObservation *observation)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) request = stile_binary_http_decode (data, &error);
  g_autoptr (StileHttpMessage) problem = NULL;
  g_autoptr (StileExchange) exchange = NULL;
  g_autofree char *name = stile_endpoint_session_get_name (work->session);

  if (request == NULL || !stile_http_message_is_request (request) || work->endpoint->handler == NULL)
    {
      problem = request != NULL && work->endpoint->handler == NULL
                    ? stile_http_message_new_problem (404, "Not found", "This service answers no requests")
                    : stile_http_message_new_problem (400, "Not a request",
                                                      error != NULL ? error->message : "This is a response");
      finish_with_message (work, problem);
      return;
    }

  exchange = stile_exchange_new (request, name, work->session->peer, observation);
  stile_handler_handle_async (work->endpoint->handler, exchange, NULL, handled, work);
}

/* Takes over @work. */
static void
do_work (Work *work, GBytes *data, StileObservation *observation)
{
  g_autoptr (GBytes) answer = NULL;

  if (g_bytes_get_size (data) == 0 && work->close_after)
    {
      finish_work (work, NULL);
      return;
    }
  if (work->session->binary_http)
    {
      handle_request (work, data, observation);
      return;
    }

  answer = work->endpoint->raw != NULL ? work->endpoint->raw (data, work->endpoint->raw_data) : NULL;
  /* A plain ATLS peer, and nobody here who would understand it: say goodbye in its own protocol. */
  if (answer == NULL && work->session->phase == STILE_ENDPOINT_RECORD)
    work->close_after = TRUE;
  finish_work (work, answer);
}

static Work *
work_new (StileEndpoint *self, StileEndpointSession *session, guint64 number)
{
  Work *work = g_new0 (Work, 1);

  work->endpoint = g_object_ref (self);
  work->session = stile_endpoint_session_ref (session);
  work->number = number;

  return work;
}

/* --- flights --- */

static void
keep_flight (
    StileEndpoint *self, StileEndpointSession *session, const guint8 *digest, GTask *task, GBytes *body)
{
  StileAnswerCache *answers = stile_endpoint_session_get_answers (session);
  g_autoptr (GPtrArray) waiters = NULL;

  stile_answer_cache_begin (answers, STILE_ANSWER_CACHE_FLIGHT, digest, task);
  waiters = stile_answer_cache_complete (answers, STILE_ANSWER_CACHE_FLIGHT, body, self->clock ());
}

static void
session_established (StileEndpoint *self, StileEndpointSession *session)
{
  g_autofree char *name = stile_endpoint_session_get_name (session);
  GPtrArray *chain = stile_session_get_peer_chain (session->session);

  stile_endpoint_session_establish (session);
  leave_half_open (self, session);
  g_info ("Session %.6s…: established, %s, %s, client %s", name, stile_session_get_version (session->session),
          stile_session_get_cipher_suite (session->session),
          chain != NULL ? stile_certificate_get_subject (g_ptr_array_index (chain, 0))
                        : "without certificate");
  if (self->established != NULL)
    self->established (session->session, name, self->established_data);
}

/* A failed handshake is answered all the same, with our alert or with nothing: the peer's TLS must hear of it. */
static void
handshake_failed (
    StileEndpoint *self, StileEndpointSession *session, GTask *task, GBytes *alert, const GError *error)
{
  g_autofree char *name = stile_endpoint_session_get_name (session);
  g_autoptr (GBytes) body = alert != NULL ? g_bytes_ref (alert) : g_bytes_new (NULL, 0);

  g_info ("Session %.6s…: handshake failed: %s", name, error->message);
  end_session (self, session);
  return_answer (task, stile_answer_new (STILE_MESSAGE_FLIGHT, body, NULL));
}

static void
step_handshake (StileEndpoint *self,
                StileEndpointSession *session,
                GTask *task,
                GBytes *flight,
                const guint8 *digest,
                gboolean first)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) outgoing = NULL;
  g_autofree char *name = first ? stile_endpoint_session_get_name (session) : NULL;

  if (!stile_session_step (session->session, flight, &outgoing, &error))
    {
      handshake_failed (self, session, task, outgoing, error);
      return;
    }
  if (stile_session_get_state (session->session) != STILE_SESSION_ESTABLISHED && outgoing == NULL)
    {
      end_session (self, session);
      return_problem (task, STILE_ANSWER_MALFORMED, "This is no complete TLS flight");
      return;
    }
  if (stile_session_get_state (session->session) == STILE_SESSION_ESTABLISHED)
    session_established (self, session);
  if (outgoing == NULL)
    outgoing = g_bytes_new (NULL, 0);

  keep_flight (self, session, digest, task, outgoing);
  return_answer (task, stile_answer_new (STILE_MESSAGE_FLIGHT, outgoing, name));
}

static void
open_session (StileEndpoint *self, GTask *task, GBytes *flight)
{
  guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE];
  g_autoptr (StileCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEndpointSession) session = NULL;
  StileSession *tls;

  g_mutex_lock (&self->mutex);
  credentials = g_object_ref (self->credentials);
  g_mutex_unlock (&self->mutex);

  tls = stile_session_new (credentials, NULL, &error);
  session = tls != NULL ? stile_endpoint_session_new (tls, self->clock (), &error) : NULL;
  if (session == NULL)
    g_warning ("Opening a session: %s", error->message);
  if (session == NULL || !add_session (self, session))
    {
      return_problem (task, STILE_ANSWER_FULL, "There is no room for another session now");
      return;
    }

  stile_answer_cache_digest (flight, digest);
  g_mutex_lock (&session->mutex);
  step_handshake (self, session, task, flight, digest, TRUE);
  g_mutex_unlock (&session->mutex);
}

/* Record mode: gives the data to work on, or NULL after it has answered. */
static GBytes *
receive_records (StileEndpoint *self, StileEndpointSession *session, GTask *task, GBytes *records)
{
  g_autoptr (GError) error = NULL;
  GBytes *data;

  stile_endpoint_session_choose_record (session);
  data = stile_session_receive (session->session, records, &error);
  if (data != NULL)
    return data;

  end_session (self, session);
  return_problem (task, STILE_ANSWER_MALFORMED, error->message);
  return NULL;
}

static Work *
begin_record_work (StileEndpoint *self, StileEndpointSession *session, GTask *task, const guint8 *digest)
{
  Work *work = work_new (self, session, STILE_ANSWER_CACHE_FLIGHT);

  work->close_after = stile_session_get_state (session->session) == STILE_SESSION_CLOSED;
  stile_answer_cache_begin (stile_endpoint_session_get_answers (session), STILE_ANSWER_CACHE_FLIGHT, digest,
                            task);
  return work;
}

/* Whether the very same flight came before; then it has been answered, or will be. */
static gboolean
answer_repeated_flight (StileEndpointSession *session, GTask *task, const guint8 *digest)
{
  StileAnswerCache *answers = stile_endpoint_session_get_answers (session);
  g_autoptr (GBytes) answer = NULL;
  StileAnswerCacheHit hit = stile_answer_cache_find (answers, STILE_ANSWER_CACHE_FLIGHT, digest, &answer);

  if (hit == STILE_ANSWER_CACHE_KEPT)
    return_answer (task, stile_answer_new (STILE_MESSAGE_FLIGHT, answer, NULL));
  else if (hit == STILE_ANSWER_CACHE_PENDING)
    stile_answer_cache_wait (answers, STILE_ANSWER_CACHE_FLIGHT, task);
  else if (stile_answer_cache_has_pending (answers, STILE_ANSWER_CACHE_FLIGHT))
    return_problem (task, STILE_ANSWER_FULL, "The message before this one is still being answered");
  else
    return FALSE;

  return TRUE;
}

/* Under the session's lock.  Gives work to do without it, or NULL when the task has been answered. */
static Work *
take_flight (StileEndpoint *self, StileEndpointSession *session, GTask *task, GBytes *flight, GBytes **data)
{
  guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE];

  stile_answer_cache_digest (flight, digest);
  if (answer_repeated_flight (session, task, digest))
    return NULL;

  switch (session->phase)
    {
    case STILE_ENDPOINT_HALF_OPEN:
      step_handshake (self, session, task, flight, digest, FALSE);
      return NULL;
    case STILE_ENDPOINT_ESTABLISHED:
    case STILE_ENDPOINT_RECORD:
      *data = receive_records (self, session, task, flight);
      return *data != NULL ? begin_record_work (self, session, task, digest) : NULL;
    case STILE_ENDPOINT_EXPORT:
      return_problem (task, STILE_ANSWER_MALFORMED, "This session carries sealed messages, not TLS records");
      return NULL;
    case STILE_ENDPOINT_ENDED:
    default:
      return_gone (task);
      return NULL;
    }
}

static void
deliver_flight (StileEndpoint *self, GTask *task, StileDelivery *delivery)
{
  GBytes *flight = stile_delivery_get_body (delivery);
  g_autoptr (StileEndpointSession) session = NULL;
  g_autoptr (GBytes) data = NULL;
  Work *work;

  if (g_bytes_get_size (flight) == 0)
    {
      return_problem (task, STILE_ANSWER_MALFORMED, "An empty body is no TLS flight");
      return;
    }
  if (stile_delivery_get_session (delivery) == NULL)
    {
      open_session (self, task, flight);
      return;
    }

  session = find_named_session (self, stile_delivery_get_session (delivery));
  if (session == NULL)
    {
      return_gone (task);
      return;
    }

  g_mutex_lock (&session->mutex);
  work = take_flight (self, session, task, flight, &data);
  g_mutex_unlock (&session->mutex);
  if (work != NULL)
    do_work (work, data, stile_delivery_get_observation (delivery));
}

/* --- sealed messages --- */

/* Whether the number was seen before; then the task has been answered, or will be. */
static gboolean
answer_replay (StileEndpointSession *session, GTask *task, guint64 number, const guint8 *digest)
{
  StileAnswerCache *answers;
  g_autoptr (GBytes) answer = NULL;

  if (session->window == NULL || stile_replay_window_check (session->window, number) == STILE_REPLAY_NEW)
    return FALSE;

  answers = stile_endpoint_session_get_answers (session);
  switch (stile_answer_cache_find (answers, number, digest, &answer))
    {
    case STILE_ANSWER_CACHE_KEPT:
      return_answer (task, stile_answer_new (STILE_MESSAGE_SEALED, answer, NULL));
      break;
    case STILE_ANSWER_CACHE_PENDING:
      stile_answer_cache_wait (answers, number, task);
      break;
    case STILE_ANSWER_CACHE_NONE:
    case STILE_ANSWER_CACHE_OTHER:
    default:
      return_problem (task, STILE_ANSWER_REPLAYED, "A message with this number was carried out before");
    }

  return TRUE;
}

/* Under the session's lock.  Gives work to do without it, or NULL when the task has been answered. */
static Work *
take_sealed (StileEndpoint *self, StileEndpointSession *session, GTask *task, GBytes *message, GBytes **data)
{
  guint8 id[STILE_SEALER_ID_SIZE];
  guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE];
  g_autoptr (GError) error = NULL;
  guint64 number;

  if (session->sealer == NULL)
    {
      return_gone (task);
      return NULL;
    }
  if (!stile_sealer_read_address (message, id, &number, &error))
    {
      return_problem (task, STILE_ANSWER_MALFORMED, error->message);
      return NULL;
    }
  stile_answer_cache_digest (message, digest);
  if (answer_replay (session, task, number, digest))
    return NULL;

  /* What does not open changes nothing: anybody on the way can make such a message. */
  *data = number < STILE_SEALER_MAX_MESSAGES
              ? stile_sealer_open (session->sealer, message, self->limits.message_size, &number, &error)
              : NULL;
  if (*data == NULL)
    {
      return_problem (task, STILE_ANSWER_MALFORMED, error != NULL ? error->message : "The keys are used up");
      return NULL;
    }

  stile_endpoint_session_choose_export (session);
  stile_replay_window_mark (session->window, number);
  stile_answer_cache_begin (stile_endpoint_session_get_answers (session), number, digest, task);
  return work_new (self, session, number);
}

static void
deliver_sealed (StileEndpoint *self, GTask *task, StileDelivery *delivery)
{
  GBytes *message = stile_delivery_get_body (delivery);
  guint8 id[STILE_SEALER_ID_SIZE];
  guint64 number;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEndpointSession) session = NULL;
  g_autoptr (GBytes) data = NULL;
  Work *work;

  /* The message itself says whose it is, and proves it; a cookie would add nothing. */
  if (!stile_sealer_read_address (message, id, &number, &error))
    {
      return_problem (task, STILE_ANSWER_MALFORMED, error->message);
      return;
    }
  session = find_session (self, id);
  if (session == NULL)
    {
      return_gone (task);
      return;
    }

  g_mutex_lock (&session->mutex);
  work = take_sealed (self, session, task, message, &data);
  g_mutex_unlock (&session->mutex);
  if (work != NULL)
    do_work (work, data, stile_delivery_get_observation (delivery));
}

/**
 * stile_endpoint_deliver_async:
 * @delivery: a message as it came in
 *
 * May be called from any thread; @callback runs in the caller's thread-default context.  TLS work is done before
 * this returns (0.3 ms as a rule), a request's answer may take longer.
 */
void
stile_endpoint_deliver_async (StileEndpoint *self,
                              StileDelivery *delivery,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  StileMessageKind kind = stile_delivery_get_kind (delivery);
  gsize length = g_bytes_get_size (stile_delivery_get_body (delivery));
  gsize limit = stile_endpoint_get_body_limit (self, kind);

  g_task_set_source_tag (task, stile_endpoint_deliver_async);
  if (length > limit)
    {
      g_autofree char *detail = g_strdup_printf (
          "The body has %" G_GSIZE_FORMAT " bytes, the limit is %" G_GSIZE_FORMAT, length, limit);

      return_problem (task, STILE_ANSWER_TOO_LARGE, detail);
    }
  else if (kind == STILE_MESSAGE_FLIGHT)
    deliver_flight (self, task, delivery);
  else
    deliver_sealed (self, task, delivery);
}

/**
 * stile_endpoint_deliver_finish:
 *
 * Returns: (transfer full) (nullable): what to answer; %NULL only when it was cancelled
 */
StileAnswer *
stile_endpoint_deliver_finish (StileEndpoint *self, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* --- time --- */

static gboolean
is_over (StileEndpoint *self, StileEndpointSession *session, gint64 now)
{
  if (session->half_open != NULL)
    return now - session->created > self->limits.handshake_seconds * G_TIME_SPAN_SECOND;

  return now - session->used > self->limits.idle_seconds * G_TIME_SPAN_SECOND ||
         now - session->created > STILE_ENDPOINT_MAX_AGE;
}

/* Takes what is over out of the table, and gives the others. */
static GPtrArray *
sort_out (StileEndpoint *self, gint64 now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GPtrArray *left = g_ptr_array_new_with_free_func ((GDestroyNotify)stile_endpoint_session_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      StileEndpointSession *session = value;

      if (!is_over (self, session, now))
        {
          g_ptr_array_add (left, stile_endpoint_session_ref (session));
          continue;
        }
      if (session->half_open != NULL)
        g_queue_delete_link (&self->half_open, g_steal_pointer (&session->half_open));
      g_hash_table_iter_remove (&iter);
    }

  return left;
}

/**
 * stile_endpoint_expire:
 *
 * Ends what has been half-open or idle too long and forgets old answers.  Call it every few seconds.
 */
void
stile_endpoint_expire (StileEndpoint *self)
{
  gint64 now = self->clock ();
  g_autoptr (GPtrArray) sessions = sort_out (self, now);
  gint64 before = now - self->limits.keep_seconds * G_TIME_SPAN_SECOND;

  for (guint i = 0; i < sessions->len; i++)
    {
      StileEndpointSession *session = g_ptr_array_index (sessions, i);

      g_mutex_lock (&session->mutex);
      if (session->answers != NULL && stile_answer_cache_expire (session->answers, before))
        g_clear_pointer (&session->answers, stile_answer_cache_free);
      g_mutex_unlock (&session->mutex);
    }
}

/**
 * stile_endpoint_close_all:
 *
 * Ends every session; their keys are wiped.
 */
void
stile_endpoint_close_all (StileEndpoint *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (!g_queue_is_empty (&self->half_open))
    ((StileEndpointSession *)g_queue_pop_head (&self->half_open))->half_open = NULL;
  g_hash_table_remove_all (self->sessions);
}

guint
stile_endpoint_get_n_sessions (StileEndpoint *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_hash_table_size (self->sessions);
}

guint
stile_endpoint_get_n_half_open (StileEndpoint *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->half_open.length;
}
