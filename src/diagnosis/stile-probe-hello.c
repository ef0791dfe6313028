/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-hello.h"

#include <glib/gi18n-lib.h>

#include "transport/stile-own-hello.h"

/* Programs with the same library say the same: alike proves nothing, and different proves that somebody else has begun the
 * connection that the service sees (DIAGNOSIS signals 4 and 9). */
static void
compare (StileSignals *signals, StileClientHello *own)
{
  signals->same_hello = STILE_NOT_KNOWN;
  for (guint i = 0; i < signals->sightings->len && signals->same_hello != STILE_NO; i++)
    {
      StileObservation *service = stile_sighting_get_service (g_ptr_array_index (signals->sightings, i));
      const char *ja3 = service != NULL ? stile_observation_get_ja3 (service) : NULL;

      if (ja3 != NULL)
        signals->same_hello = stile_client_hello_is_alike (own->ja3, ja3) ? STILE_YES : STILE_NO;
    }
}

static void
tell (StileProbeContext *context)
{
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (signals->same_hello == STILE_YES)
    stile_probe_context_say (context, stile_probe_hello.id, STILE_CHECK_STATE_PASSED, "%s",
                             _ ("TLS began at the service as it begins here."));
  else if (signals->same_hello == STILE_NO)
    stile_probe_context_say (
        context, stile_probe_hello.id, STILE_CHECK_STATE_NOTED, "%s",
        _ ("TLS began at the service in another way than it begins here: another program "
           "has made that connection."));
  else
    stile_probe_context_say (context, stile_probe_hello.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("The service did not say how TLS began there."));
}

static void
learned (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileClientHello) own = stile_own_hello_learn_finish (result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (own == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  stile_signals_set_text (&signals->own_ja3, own->ja3);
  compare (signals, own);
  tell (context);
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);

  stile_own_hello_learn_async (stile_probe_context_get_signals (context)->host, g_task_get_cancellable (task),
                               learned, task);
}

const StileProbe stile_probe_hello = {
  .id = "hello",
  .title = N_ ("ClientHello"),
  .turn = STILE_PROBE_AT_LAST,
  .run = run,
};
