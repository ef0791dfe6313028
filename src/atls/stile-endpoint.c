/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-endpoint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-endpoint-log.h"
#include "atls/stile-endpoint-session.h"
#include "atls/stile-endpoint-table.h"
#include "atls/stile-endpoint-work.h"
#include "atls/stile-error.h"
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
 * Locks: a session's guards the session, and is held while TLS works on it; the table's and the endpoint's own are
 * held for a moment, and nothing is locked under them.
 */
struct _StileEndpoint
{
  GObject parent_instance;

  StileEndpointTable *table;
  GMutex mutex; /* of what can be exchanged while others work */
  StileCredentials *credentials;
  StileHandler *handler;

  StileEndpointRawFunc raw;
  gpointer raw_data;
  StileEndpointEstablishedFunc established;
  gpointer established_data;
};

G_DEFINE_FINAL_TYPE (StileEndpoint, stile_endpoint, G_TYPE_OBJECT)

static void
stile_endpoint_finalize (GObject *object)
{
  StileEndpoint *self = STILE_ENDPOINT (object);

  stile_endpoint_table_free (self->table);
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
  self->table = stile_endpoint_table_new ();
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
  stile_endpoint_table_set_limits (self->table, limits);
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
  stile_endpoint_table_set_clock (self->table, clock);
}

/**
 * stile_endpoint_get_body_limit:
 *
 * Returns: how many bytes of a body to accept, so that a transport can refuse before it reads
 */
gsize
stile_endpoint_get_body_limit (StileEndpoint *self, StileMessageKind kind)
{
  StileEndpointLimits limits;

  stile_endpoint_table_get_limits (self->table, &limits);
  return kind == STILE_MESSAGE_FLIGHT ? limits.flight_size : limits.message_size;
}

static void
end_session (StileEndpoint *self, StileEndpointSession *session)
{
  session->phase = STILE_ENDPOINT_ENDED;
  stile_endpoint_table_remove (self->table, session);
}

/* --- flights --- */

static void
keep_flight (
    StileEndpoint *self, StileEndpointSession *session, const guint8 *digest, GTask *task, GBytes *body)
{
  StileAnswerCache *answers = stile_endpoint_session_get_answers (session);
  g_autoptr (GPtrArray) waiters = NULL;

  stile_answer_cache_begin (answers, STILE_ANSWER_CACHE_FLIGHT, digest, task);
  waiters = stile_answer_cache_complete (answers, STILE_ANSWER_CACHE_FLIGHT, body,
                                         stile_endpoint_table_get_time (self->table));
}

static void
session_established (StileEndpoint *self, StileEndpointSession *session)
{
  g_autofree char *name = stile_endpoint_session_get_name (session);

  stile_endpoint_session_establish (session);
  stile_endpoint_table_establish (self->table, session);
  stile_endpoint_log_established (session);
  if (self->established != NULL)
    self->established (session->session, name, self->established_data);
}

/* A failed handshake is answered all the same, with our alert or with nothing: the peer's TLS must hear of it, also when
 * the first answer got lost.  So a session that the client can name stays in the table, with that answer and without
 * TLS, as long as a handshake may take. */
static void
handshake_failed (StileEndpoint *self,
                  StileEndpointSession *session,
                  GTask *task,
                  GBytes *alert,
                  const guint8 *digest,
                  gboolean first,
                  const GError *error)
{
  g_autoptr (GBytes) body = alert != NULL ? g_bytes_ref (alert) : g_bytes_new (NULL, 0);

  stile_endpoint_log_failed (session, error);
  if (first || alert == NULL)
    end_session (self, session);
  else
    {
      session->phase = STILE_ENDPOINT_ENDED;
      g_clear_object (&session->session);
      keep_flight (self, session, digest, task, body);
    }
  stile_answer_return (task, stile_answer_new (STILE_MESSAGE_FLIGHT, body, NULL));
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
      handshake_failed (self, session, task, outgoing, digest, first, error);
      return;
    }
  if (stile_session_get_state (session->session) != STILE_SESSION_ESTABLISHED && outgoing == NULL)
    {
      end_session (self, session);
      stile_answer_return_problem (task, STILE_ANSWER_MALFORMED, "This is no complete TLS flight");
      return;
    }
  if (stile_session_get_state (session->session) == STILE_SESSION_ESTABLISHED)
    session_established (self, session);
  if (outgoing == NULL)
    outgoing = g_bytes_new (NULL, 0);

  keep_flight (self, session, digest, task, outgoing);
  stile_answer_return (task, stile_answer_new (STILE_MESSAGE_FLIGHT, outgoing, name));
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
  session = tls != NULL
                ? stile_endpoint_session_new (tls, stile_endpoint_table_get_time (self->table), &error)
                : NULL;
  if (session == NULL)
    g_warning ("Opening a session: %s", error->message);
  if (session == NULL || !stile_endpoint_table_add (self->table, session))
    {
      stile_answer_return_problem (task, STILE_ANSWER_FULL, "There is no room for another session now");
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
  stile_answer_return_problem (task, STILE_ANSWER_MALFORMED, error->message);
  return NULL;
}

/* The endpoint's lock makes sure that a reload changes handlers between messages only. */
static StileEndpointWork *
begin_work (
    StileEndpoint *self, StileEndpointSession *session, guint64 number, const guint8 *digest, GTask *task)
{
  StileEndpointWork *work = stile_endpoint_work_new (self, self->table, session, number);

  stile_answer_cache_begin (stile_endpoint_session_get_answers (session), number, digest, task);
  g_mutex_lock (&self->mutex);
  stile_endpoint_work_set_handlers (work, self->handler, self->raw, self->raw_data);
  g_mutex_unlock (&self->mutex);

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
    stile_answer_return (task, stile_answer_new (STILE_MESSAGE_FLIGHT, answer, NULL));
  else if (hit == STILE_ANSWER_CACHE_PENDING)
    stile_answer_cache_wait (answers, STILE_ANSWER_CACHE_FLIGHT, task);
  else if (stile_answer_cache_has_pending (answers, STILE_ANSWER_CACHE_FLIGHT))
    stile_answer_return_problem (task, STILE_ANSWER_FULL,
                                 "The message before this one is still being answered");
  else
    return FALSE;

  return TRUE;
}

/* Under the session's lock.  Gives work to do without it, or NULL when the task has been answered. */
static StileEndpointWork *
take_flight (StileEndpoint *self, StileEndpointSession *session, GTask *task, GBytes *flight, GBytes **data)
{
  guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE];

  stile_answer_cache_digest (flight, digest);
  if (answer_repeated_flight (session, task, digest))
    return NULL;

  switch (session->phase)
    {
    case STILE_ENDPOINT_HALF_OPEN:
      if (stile_answer_refuse_size (task, flight, stile_endpoint_get_body_limit (self, STILE_MESSAGE_FLIGHT)))
        return NULL;
      step_handshake (self, session, task, flight, digest, FALSE);
      return NULL;
    case STILE_ENDPOINT_ESTABLISHED:
    case STILE_ENDPOINT_RECORD:
      *data = receive_records (self, session, task, flight);
      return *data != NULL ? begin_work (self, session, STILE_ANSWER_CACHE_FLIGHT, digest, task) : NULL;
    case STILE_ENDPOINT_EXPORT:
      stile_answer_return_problem (task, STILE_ANSWER_MALFORMED,
                                   "This session carries sealed messages, not TLS records");
      return NULL;
    case STILE_ENDPOINT_ENDED:
    default:
      stile_answer_return_gone (task);
      return NULL;
    }
}

static void
deliver_flight (StileEndpoint *self, GTask *task, StileDelivery *delivery)
{
  GBytes *flight = stile_delivery_get_body (delivery);
  g_autoptr (StileEndpointSession) session = NULL;
  g_autoptr (GBytes) data = NULL;
  StileEndpointWork *work;

  if (g_bytes_get_size (flight) == 0)
    {
      stile_answer_return_problem (task, STILE_ANSWER_MALFORMED, "An empty body is no TLS flight");
      return;
    }
  if (stile_delivery_get_session (delivery) == NULL)
    {
      open_session (self, task, flight);
      return;
    }

  session = stile_endpoint_table_find_named (self->table, stile_delivery_get_session (delivery));
  if (session == NULL)
    {
      stile_answer_return_gone (task);
      return;
    }

  g_mutex_lock (&session->mutex);
  work = take_flight (self, session, task, flight, &data);
  g_mutex_unlock (&session->mutex);
  if (work != NULL)
    stile_endpoint_work_run (work, data, stile_delivery_get_observation (delivery));
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
      stile_answer_return (task, stile_answer_new (STILE_MESSAGE_SEALED, answer, NULL));
      break;
    case STILE_ANSWER_CACHE_PENDING:
      stile_answer_cache_wait (answers, number, task);
      break;
    case STILE_ANSWER_CACHE_NONE:
    case STILE_ANSWER_CACHE_OTHER:
    default:
      stile_answer_return_problem (task, STILE_ANSWER_REPLAYED,
                                   "A message with this number was carried out before");
    }

  return TRUE;
}

/* Under the session's lock.  Gives work to do without it, or NULL when the task has been answered. */
static StileEndpointWork *
take_sealed (StileEndpoint *self, StileEndpointSession *session, GTask *task, GBytes *message, GBytes **data)
{
  guint8 id[STILE_SEALER_ID_SIZE];
  guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE];
  g_autoptr (GError) error = NULL;
  guint64 number;

  if (session->sealer == NULL)
    {
      stile_answer_return_gone (task);
      return NULL;
    }
  if (!stile_sealer_read_address (message, id, &number, &error))
    {
      stile_answer_return_problem (task, STILE_ANSWER_MALFORMED, error->message);
      return NULL;
    }
  stile_answer_cache_digest (message, digest);
  if (answer_replay (session, task, number, digest))
    return NULL;

  /* What does not open changes nothing: anybody on the way can make such a message. */
  *data =
      number < STILE_SEALER_MAX_MESSAGES
          ? stile_sealer_open (session->sealer, message,
                               stile_endpoint_get_body_limit (self, STILE_MESSAGE_SEALED), &number, &error)
          : NULL;
  if (*data == NULL)
    {
      stile_answer_return_problem (task, STILE_ANSWER_MALFORMED,
                                   error != NULL ? error->message : "The keys are used up");
      return NULL;
    }

  stile_endpoint_session_choose_export (session);
  stile_replay_window_mark (session->window, number);
  return begin_work (self, session, number, digest, task);
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
  StileEndpointWork *work;

  /* The message itself says whose it is, and proves it; a cookie would add nothing. */
  if (!stile_sealer_read_address (message, id, &number, &error))
    {
      stile_answer_return_problem (task, STILE_ANSWER_MALFORMED, error->message);
      return;
    }
  session = stile_endpoint_table_find (self->table, id);
  if (session == NULL)
    {
      stile_answer_return_gone (task);
      return;
    }

  g_mutex_lock (&session->mutex);
  work = take_sealed (self, session, task, message, &data);
  g_mutex_unlock (&session->mutex);
  if (work != NULL)
    stile_endpoint_work_run (work, data, stile_delivery_get_observation (delivery));
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
  gboolean begins = kind == STILE_MESSAGE_FLIGHT && stile_delivery_get_session (delivery) == NULL;

  g_task_set_source_tag (task, stile_endpoint_deliver_async);
  /* A handshake's flight is small; what goes through an established session may be as large as a sealed message. */
  if (stile_answer_refuse_size (
          task, stile_delivery_get_body (delivery),
          stile_endpoint_get_body_limit (self, begins ? STILE_MESSAGE_FLIGHT : STILE_MESSAGE_SEALED)))
    return;

  if (kind == STILE_MESSAGE_FLIGHT)
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

/**
 * stile_endpoint_expire:
 *
 * Ends what has been half-open or idle too long and forgets old answers.  Call it every few seconds.
 */
void
stile_endpoint_expire (StileEndpoint *self)
{
  g_autoptr (GPtrArray) sessions = stile_endpoint_table_sort_out (self->table);
  StileEndpointLimits limits;
  gint64 before;

  stile_endpoint_table_get_limits (self->table, &limits);
  before = stile_endpoint_table_get_time (self->table) - limits.keep_seconds * G_TIME_SPAN_SECOND;
  for (guint i = 0; i < sessions->len; i++)
    stile_endpoint_session_forget_answers (g_ptr_array_index (sessions, i), before);
}

/**
 * stile_endpoint_close_all:
 *
 * Ends every session; their keys are wiped.
 */
void
stile_endpoint_close_all (StileEndpoint *self)
{
  stile_endpoint_table_remove_all (self->table);
}

guint
stile_endpoint_get_n_sessions (StileEndpoint *self)
{
  return stile_endpoint_table_get_n_sessions (self->table);
}

guint
stile_endpoint_get_n_half_open (StileEndpoint *self)
{
  return stile_endpoint_table_get_n_half_open (self->table);
}
