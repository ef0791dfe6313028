/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-answer.h"

G_BEGIN_DECLS

/* Answers that a session keeps for a message that comes twice, and the memory that they may take together: a large
 * answer is kept alone or not at all. */
#define STILE_ANSWER_CACHE_MAX_COUNT 4
#define STILE_ANSWER_CACHE_MAX_SIZE (1024 * 1024)

/* The number of a flight, which has none. */
#define STILE_ANSWER_CACHE_FLIGHT G_MAXUINT64

#define STILE_ANSWER_CACHE_DIGEST_SIZE 32

/**
 * StileAnswerCacheHit:
 * @STILE_ANSWER_CACHE_NONE: nothing is kept for this number
 * @STILE_ANSWER_CACHE_OTHER: the number was used for other bytes
 * @STILE_ANSWER_CACHE_PENDING: the same bytes are being worked on
 * @STILE_ANSWER_CACHE_KEPT: the same bytes were answered
 */
typedef enum
{
  STILE_ANSWER_CACHE_NONE,
  STILE_ANSWER_CACHE_OTHER,
  STILE_ANSWER_CACHE_PENDING,
  STILE_ANSWER_CACHE_KEPT,
} StileAnswerCacheHit;

typedef struct _StileAnswerCache StileAnswerCache;

StileAnswerCache *stile_answer_cache_new (void);
void stile_answer_cache_free (StileAnswerCache *self);
void stile_answer_cache_digest (GBytes *message, guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE]);
StileAnswerCacheHit stile_answer_cache_find (StileAnswerCache *self,
                                             guint64 number,
                                             const guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE],
                                             GBytes **answer);
void stile_answer_cache_begin (StileAnswerCache *self,
                               guint64 number,
                               const guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE],
                               GTask *waiter);
gboolean stile_answer_cache_wait (StileAnswerCache *self, guint64 number, GTask *waiter);
GPtrArray *stile_answer_cache_complete (StileAnswerCache *self, guint64 number, GBytes *answer, gint64 now);
gboolean stile_answer_cache_has_pending (StileAnswerCache *self, guint64 number);
gboolean stile_answer_cache_expire (StileAnswerCache *self, gint64 before);
void stile_answer_cache_drop (StileAnswerCache *self, guint64 number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileAnswerCache, stile_answer_cache_free)

G_END_DECLS
