/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-carrier.h"

G_BEGIN_DECLS

/**
 * StileAnswerStatus:
 * @STILE_ANSWER_OK: a body of the delivery's kind (HTTP 200)
 * @STILE_ANSWER_MALFORMED: the body is not what it says it is (400)
 * @STILE_ANSWER_REPLAYED: its number was used before, for something else (409)
 * @STILE_ANSWER_GONE: there is no such session, or no longer (410)
 * @STILE_ANSWER_TOO_LARGE: over the limit (413)
 * @STILE_ANSWER_FULL: no room, or busy with that very message: the same again later (503)
 *
 * What a transport makes of it is in brackets, PROTOCOL section 1.
 */
typedef enum
{
  STILE_ANSWER_OK,
  STILE_ANSWER_MALFORMED,
  STILE_ANSWER_REPLAYED,
  STILE_ANSWER_GONE,
  STILE_ANSWER_TOO_LARGE,
  STILE_ANSWER_FULL,
} StileAnswerStatus;

typedef struct _StileAnswer StileAnswer;

StileAnswer *stile_answer_new (StileMessageKind kind, GBytes *body, const char *new_session);
StileAnswer *stile_answer_new_problem (StileAnswerStatus status, const char *detail);
void stile_answer_free (StileAnswer *self);
StileAnswerStatus stile_answer_get_status (StileAnswer *self);
StileMessageKind stile_answer_get_kind (StileAnswer *self);
GBytes *stile_answer_get_body (StileAnswer *self);
const char *stile_answer_get_new_session (StileAnswer *self);
const char *stile_answer_get_detail (StileAnswer *self);
void stile_answer_return (GTask *task, StileAnswer *answer);
void stile_answer_return_gone (GTask *task);
gboolean stile_answer_refuse_size (GTask *task, GBytes *body, gsize limit);
void stile_answer_return_problem (GTask *task, StileAnswerStatus status, const char *detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileAnswer, stile_answer_free)

G_END_DECLS
