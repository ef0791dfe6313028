/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-bisection.h"

#include <glib/gi18n-lib.h>

/* The ladder begins here, and goes up by doubling. */
#define FIRST 1024

/* More steps than it takes to find one byte in the longest body. */
#define MAX_STEPS 40

/**
 * Bisection:
 *
 * How large a body may be: first the largest, which is all there is to do on an honest way; then a ladder, then halves, to the
 * byte.  The first that does not pass and the last are asked twice, so that a broken connection is no limit.
 */
typedef struct
{
  const char *probe;
  StileProbeSizeFunc make;
  const char *all_pass;
  gsize passes; /* the largest that arrived */
  gsize fails;  /* the smallest that did not; 0 while all do */
  guint steps;
  gsize asked;
  gboolean again; /* this size has failed once */
} Bisection;

static void ask (GTask *task, gsize size);

static void
finish (GTask *task)
{
  Bisection *self = g_task_get_task_data (task);

  if (self->fails == 0)
    stile_probe_context_say (g_task_get_source_object (task), self->probe, STILE_CHECK_STATE_PASSED, "%s",
                             self->all_pass);
  else
    stile_probe_context_say (g_task_get_source_object (task), self->probe, STILE_CHECK_STATE_NOTED,
                             _ ("Up to %zu bytes arrive."), self->passes);
  g_task_return_boolean (task, TRUE);
}

/* Goes up the ladder until something fails, then into the middle. */
static gsize
find_next (Bisection *self)
{
  if (self->fails == STILE_PROBE_EXCHANGE_MAX_BODY && self->passes < self->fails / 2)
    return self->passes == 0 ? FIRST : self->passes * 2;

  return self->passes + (self->fails - self->passes) / 2;
}

/* Takes over @task. */
static void
go_on (GTask *task)
{
  Bisection *self = g_task_get_task_data (task);

  if (self->fails == 0 || self->fails - self->passes <= 1 || self->steps >= MAX_STEPS)
    {
      finish (task);
      g_object_unref (task);
      return;
    }

  ask (task, find_next (self));
}

/* An answer without the service's word, or one that came to a size limit before its end, did not pass. */
static gboolean
passed (StileTrial *trial)
{
  StileHttpReply *reply = stile_trial_get_reply (trial);
  gsize wanted = stile_trial_get_wanted_length (trial);

  if (stile_trial_get_receipt (trial) == NULL || reply == NULL)
    return FALSE;

  return g_bytes_get_size (stile_http_message_get_content (stile_http_reply_get_message (reply))) >= wanted;
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (StileTrial) trial = stile_probe_exchange_send_finish (result, &error);
  Bisection *self = g_task_get_task_data (task);

  if (trial == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  if (passed (trial))
    self->passes = MAX (self->passes, self->asked);
  else if (!self->again)
    {
      self->again = TRUE;
      ask (task, self->asked);
      return;
    }
  else
    self->fails = self->asked;
  self->again = FALSE;
  go_on (task);
}

/* Takes over @task. */
static void
ask (GTask *task, gsize size)
{
  Bisection *self = g_task_get_task_data (task);
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (StileHttpMessage) request = self->make (context, size);

  self->asked = size;
  self->steps++;
  stile_probe_exchange_send_async (context, self->probe, NULL, request, g_task_get_cancellable (task),
                                   answered, task);
}

/**
 * stile_probe_bisection_run:
 * @task: (transfer full): of a probe
 * @probe: its id
 * @make: makes a request for a size
 * @all_pass: a sentence for when the largest arrives
 */
void
stile_probe_bisection_run (GTask *task, const char *probe, StileProbeSizeFunc make, const char *all_pass)
{
  Bisection *self = g_new0 (Bisection, 1);

  self->probe = probe;
  self->make = make;
  self->all_pass = all_pass;
  g_task_set_task_data (task, self, g_free);
  ask (task, STILE_PROBE_EXCHANGE_MAX_BODY);
}
