/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-answer-cache.h"

#include <string.h>

typedef struct
{
  guint64 number;
  guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE];
  GBytes *answer;     /* NULL while it is worked on, or when it was too large to keep */
  GPtrArray *waiters; /* of GTask; NULL once answered */
  gint64 kept;        /* when it was answered */
} Entry;

/**
 * StileAnswerCache:
 *
 * The last answers of one session: connections break and middleboxes repeat requests, and what comes again must get
 * what it got before, and never be carried out twice (PROTOCOL sections 1 and 2).  The session's lock guards it.
 */
struct _StileAnswerCache
{
  GPtrArray *entries; /* of Entry, oldest first */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->answer, g_bytes_unref);
  g_clear_pointer (&entry->waiters, g_ptr_array_unref);
  g_free (entry);
}

StileAnswerCache *
stile_answer_cache_new (void)
{
  StileAnswerCache *self = g_new0 (StileAnswerCache, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);

  return self;
}

/**
 * stile_answer_cache_free:
 * @self: (transfer full): nobody may be waiting in it any more
 */
void
stile_answer_cache_free (StileAnswerCache *self)
{
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/**
 * stile_answer_cache_digest:
 * @digest: (out caller-allocated): the message's SHA-256
 */
void
stile_answer_cache_digest (GBytes *message, guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = STILE_ANSWER_CACHE_DIGEST_SIZE;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (message, &size);

  g_checksum_update (checksum, bytes, (gssize)size);
  g_checksum_get_digest (checksum, digest, &length);
}

static Entry *
find (StileAnswerCache *self, guint64 number)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->number == number)
        return entry;
    }

  return NULL;
}

/**
 * stile_answer_cache_find:
 * @number: the message's number, or %STILE_ANSWER_CACHE_FLIGHT
 * @answer: (out) (transfer full) (nullable): what was answered
 */
StileAnswerCacheHit
stile_answer_cache_find (StileAnswerCache *self,
                         guint64 number,
                         const guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE],
                         GBytes **answer)
{
  Entry *entry = find (self, number);

  *answer = NULL;
  if (entry == NULL)
    return STILE_ANSWER_CACHE_NONE;
  if (memcmp (entry->digest, digest, STILE_ANSWER_CACHE_DIGEST_SIZE) != 0)
    return STILE_ANSWER_CACHE_OTHER;
  if (entry->waiters != NULL)
    return STILE_ANSWER_CACHE_PENDING;
  if (entry->answer == NULL)
    return STILE_ANSWER_CACHE_OTHER;

  *answer = g_bytes_ref (entry->answer);
  return STILE_ANSWER_CACHE_KEPT;
}

/* Only what has been answered can go; there may be more pending than the limit says. */
static void
make_room (StileAnswerCache *self)
{
  gsize total = 0;
  guint kept = 0;

  for (guint i = self->entries->len; i > 0; i--)
    {
      Entry *entry = g_ptr_array_index (self->entries, i - 1);
      gsize size = entry->answer != NULL ? g_bytes_get_size (entry->answer) : 0;

      if (entry->waiters != NULL)
        continue;
      if (kept == STILE_ANSWER_CACHE_MAX_COUNT || size > STILE_ANSWER_CACHE_MAX_SIZE - total)
        g_ptr_array_remove_index (self->entries, i - 1);
      else
        {
          kept++;
          total += size;
        }
    }
}

/**
 * stile_answer_cache_begin:
 * @waiter: gets the answer
 *
 * Says that a message is being worked on.
 */
void
stile_answer_cache_begin (StileAnswerCache *self,
                          guint64 number,
                          const guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE],
                          GTask *waiter)
{
  Entry *entry = g_new0 (Entry, 1);

  stile_answer_cache_drop (self, number);
  entry->number = number;
  memcpy (entry->digest, digest, STILE_ANSWER_CACHE_DIGEST_SIZE);
  entry->waiters = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (entry->waiters, g_object_ref (waiter));
  g_ptr_array_add (self->entries, entry);
}

/**
 * stile_answer_cache_wait:
 * @waiter: gets the answer too
 *
 * Returns: whether the message is still being worked on
 */
gboolean
stile_answer_cache_wait (StileAnswerCache *self, guint64 number, GTask *waiter)
{
  Entry *entry = find (self, number);

  if (entry == NULL || entry->waiters == NULL)
    return FALSE;

  g_ptr_array_add (entry->waiters, g_object_ref (waiter));
  return TRUE;
}

/**
 * stile_answer_cache_complete:
 * @answer: (nullable): what to answer; %NULL when there is none to keep
 * @now: microseconds
 *
 * Returns: (transfer full) (nullable) (element-type GTask): who is waiting for it
 */
GPtrArray *
stile_answer_cache_complete (StileAnswerCache *self, guint64 number, GBytes *answer, gint64 now)
{
  Entry *entry = find (self, number);
  GPtrArray *waiters;

  if (entry == NULL)
    return NULL;

  waiters = g_steal_pointer (&entry->waiters);
  entry->answer = answer != NULL ? g_bytes_ref (answer) : NULL;
  entry->kept = now;
  make_room (self);
  return waiters;
}

gboolean
stile_answer_cache_has_pending (StileAnswerCache *self, guint64 number)
{
  Entry *entry = find (self, number);

  return entry != NULL && entry->waiters != NULL;
}

/**
 * stile_answer_cache_drop:
 *
 * Forgets an answer that has arrived; one that is being worked on stays.
 */
void
stile_answer_cache_drop (StileAnswerCache *self, guint64 number)
{
  Entry *entry = find (self, number);

  if (entry != NULL && entry->waiters == NULL)
    g_ptr_array_remove (self->entries, entry);
}

/**
 * stile_answer_cache_expire:
 * @before: forgets what was answered before then, in microseconds
 *
 * Returns: whether nothing is left
 */
gboolean
stile_answer_cache_expire (StileAnswerCache *self, gint64 before)
{
  for (guint i = self->entries->len; i > 0; i--)
    {
      Entry *entry = g_ptr_array_index (self->entries, i - 1);

      if (entry->waiters == NULL && entry->kept < before)
        g_ptr_array_remove_index (self->entries, i - 1);
    }

  return self->entries->len == 0;
}
