/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-answer.h"

/**
 * StileAnswer:
 *
 * What an endpoint says to a delivery; the transport turns it into its own words.
 */
struct _StileAnswer
{
  StileAnswerStatus status;
  StileMessageKind kind;
  GBytes *body;
  char *new_session;
  char *detail;
};

/**
 * stile_answer_new:
 * @body: what to send; may be empty
 * @new_session: (nullable): the id of a session that begins with this answer
 */
StileAnswer *
stile_answer_new (StileMessageKind kind, GBytes *body, const char *new_session)
{
  StileAnswer *self = g_new0 (StileAnswer, 1);

  self->kind = kind;
  self->body = g_bytes_ref (body);
  self->new_session = g_strdup (new_session);

  return self;
}

/**
 * stile_answer_new_problem:
 * @detail: what is wrong, for the peer's operator; nothing secret
 */
StileAnswer *
stile_answer_new_problem (StileAnswerStatus status, const char *detail)
{
  StileAnswer *self = g_new0 (StileAnswer, 1);

  self->status = status;
  self->detail = g_strdup (detail);

  return self;
}

/**
 * stile_answer_free:
 * @self: (transfer full): an answer
 */
void
stile_answer_free (StileAnswer *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->new_session);
  g_free (self->detail);
  g_free (self);
}

StileAnswerStatus
stile_answer_get_status (StileAnswer *self)
{
  return self->status;
}

StileMessageKind
stile_answer_get_kind (StileAnswer *self)
{
  return self->kind;
}

/**
 * stile_answer_get_body:
 *
 * Returns: (transfer none) (nullable): what to send; %NULL for a problem
 */
GBytes *
stile_answer_get_body (StileAnswer *self)
{
  return self->body;
}

/**
 * stile_answer_get_new_session:
 *
 * Returns: (transfer none) (nullable): the id to hand out with this answer
 */
const char *
stile_answer_get_new_session (StileAnswer *self)
{
  return self->new_session;
}

/**
 * stile_answer_get_detail:
 *
 * Returns: (transfer none) (nullable): what is wrong
 */
const char *
stile_answer_get_detail (StileAnswer *self)
{
  return self->detail;
}

/**
 * stile_answer_return:
 * @task: of an endpoint's delivery
 * @answer: (transfer full): what it gives
 */
void
stile_answer_return (GTask *task, StileAnswer *answer)
{
  g_task_return_pointer (task, answer, (GDestroyNotify)stile_answer_free);
}

/**
 * stile_answer_return_problem:
 * @task: of an endpoint's delivery
 * @detail: what is wrong
 */
void
stile_answer_return_problem (GTask *task, StileAnswerStatus status, const char *detail)
{
  stile_answer_return (task, stile_answer_new_problem (status, detail));
}

/**
 * stile_answer_return_gone:
 * @task: of an endpoint's delivery to a session that there is not
 */
void
stile_answer_return_gone (GTask *task)
{
  stile_answer_return_problem (task, STILE_ANSWER_GONE,
                               "There is no such session; begin a new one without a cookie");
}

/**
 * stile_answer_refuse_size:
 * @task: of an endpoint's delivery
 * @limit: bytes that @body may have
 *
 * Returns: whether @body was too long, and @task has been answered with both numbers
 */
gboolean
stile_answer_refuse_size (GTask *task, GBytes *body, gsize limit)
{
  g_autofree char *detail = NULL;

  if (g_bytes_get_size (body) <= limit)
    return FALSE;

  detail = g_strdup_printf ("The body has %zu bytes, the limit is %zu", g_bytes_get_size (body), limit);
  stile_answer_return_problem (task, STILE_ANSWER_TOO_LARGE, detail);
  return TRUE;
}
