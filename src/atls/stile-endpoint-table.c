/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-endpoint-table.h"

#include "codec/stile-base64url.h"

/**
 * StileEndpointTable:
 *
 * An endpoint's sessions by id, with the half-open ones in the order in which they began.  Any thread may ask; the
 * lock is held for a look-up and never while TLS works.
 */
struct _StileEndpointTable
{
  GMutex mutex;
  GHashTable *sessions; /* id → StileEndpointSession */
  GQueue half_open;     /* of StileEndpointSession, oldest first; @sessions owns them */
  StileEndpointLimits limits;
  StileEndpointClock clock;
};

StileEndpointTable *
stile_endpoint_table_new (void)
{
  StileEndpointTable *self = g_new0 (StileEndpointTable, 1);

  g_mutex_init (&self->mutex);
  g_queue_init (&self->half_open);
  self->sessions = g_hash_table_new_full (stile_endpoint_session_hash, stile_endpoint_session_equal, NULL,
                                          (GDestroyNotify)stile_endpoint_session_unref);
  self->limits = stile_endpoint_default_limits;
  self->clock = g_get_monotonic_time;

  return self;
}

/**
 * stile_endpoint_table_free:
 * @self: (transfer full): nobody may ask any more
 */
void
stile_endpoint_table_free (StileEndpointTable *self)
{
  stile_endpoint_table_remove_all (self);
  g_hash_table_unref (self->sessions);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
stile_endpoint_table_set_clock (StileEndpointTable *self, StileEndpointClock clock)
{
  self->clock = clock;
}

/**
 * stile_endpoint_table_get_time:
 *
 * Returns: microseconds that never go back
 */
gint64
stile_endpoint_table_get_time (StileEndpointTable *self)
{
  return self->clock ();
}

void
stile_endpoint_table_set_limits (StileEndpointTable *self, const StileEndpointLimits *limits)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->limits = *limits;
}

/**
 * stile_endpoint_table_get_limits:
 * @limits: (out caller-allocated): what holds now
 */
void
stile_endpoint_table_get_limits (StileEndpointTable *self, StileEndpointLimits *limits)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  *limits = self->limits;
}

static void
leave_half_open (StileEndpointTable *self, StileEndpointSession *session)
{
  if (session->half_open != NULL)
    g_queue_delete_link (&self->half_open, g_steal_pointer (&session->half_open));
}

static void
remove_locked (StileEndpointTable *self, StileEndpointSession *session)
{
  leave_half_open (self, session);
  g_hash_table_remove (self->sessions, session->id);
}

/* Half-open sessions go first when the store is full (PROTOCOL section 1). */
static gboolean
make_room (StileEndpointTable *self)
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

/**
 * stile_endpoint_table_add:
 * @session: begins now
 *
 * Returns: whether there was room for it
 */
gboolean
stile_endpoint_table_add (StileEndpointTable *self, StileEndpointSession *session)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!make_room (self))
    return FALSE;

  g_queue_push_tail (&self->half_open, session);
  session->half_open = self->half_open.tail;
  g_hash_table_insert (self->sessions, session->id, stile_endpoint_session_ref (session));
  return TRUE;
}

/**
 * stile_endpoint_table_find:
 * @id: %STILE_SEALER_ID_SIZE bytes
 *
 * Returns: (transfer full) (nullable): the session, which counts as used now
 */
StileEndpointSession *
stile_endpoint_table_find (StileEndpointTable *self, const guint8 *id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  StileEndpointSession *session = g_hash_table_lookup (self->sessions, id);

  if (session == NULL)
    return NULL;

  session->used = self->clock ();
  return stile_endpoint_session_ref (session);
}

/**
 * stile_endpoint_table_find_named:
 * @name: an id as cookies and paths carry it, from anybody
 *
 * Returns: (transfer full) (nullable): the session
 */
StileEndpointSession *
stile_endpoint_table_find_named (StileEndpointTable *self, const char *name)
{
  g_autoptr (GBytes) id = stile_base64url_decode (name, -1, NULL);

  if (id == NULL || g_bytes_get_size (id) != STILE_SEALER_ID_SIZE)
    return NULL;

  return stile_endpoint_table_find (self, g_bytes_get_data (id, NULL));
}

/**
 * stile_endpoint_table_establish:
 * @session: is half-open no longer
 */
void
stile_endpoint_table_establish (StileEndpointTable *self, StileEndpointSession *session)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  leave_half_open (self, session);
}

/**
 * stile_endpoint_table_remove:
 * @session: cannot be found any more; who holds a reference may finish with it
 */
void
stile_endpoint_table_remove (StileEndpointTable *self, StileEndpointSession *session)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  remove_locked (self, session);
}

void
stile_endpoint_table_remove_all (StileEndpointTable *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (!g_queue_is_empty (&self->half_open))
    ((StileEndpointSession *)g_queue_pop_head (&self->half_open))->half_open = NULL;
  g_hash_table_remove_all (self->sessions);
}

static gboolean
is_over (StileEndpointTable *self, StileEndpointSession *session, gint64 now)
{
  if (session->half_open != NULL)
    return now - session->created > self->limits.handshake_seconds * G_TIME_SPAN_SECOND;

  return now - session->used > self->limits.idle_seconds * G_TIME_SPAN_SECOND ||
         now - session->created > STILE_ENDPOINT_MAX_AGE;
}

/**
 * stile_endpoint_table_sort_out:
 *
 * Takes out what has been half-open or idle too long.
 *
 * Returns: (transfer full) (element-type StileEndpointSession): the sessions that stay
 */
GPtrArray *
stile_endpoint_table_sort_out (StileEndpointTable *self)
{
  gint64 now = self->clock ();
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GPtrArray *left = g_ptr_array_new_with_free_func ((GDestroyNotify)stile_endpoint_session_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!is_over (self, value, now))
      g_ptr_array_add (left, stile_endpoint_session_ref (value));
    else
      {
        leave_half_open (self, value);
        g_hash_table_iter_remove (&iter);
      }

  return left;
}

guint
stile_endpoint_table_get_n_sessions (StileEndpointTable *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_hash_table_size (self->sessions);
}

guint
stile_endpoint_table_get_n_half_open (StileEndpointTable *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->half_open.length;
}
