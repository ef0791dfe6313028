/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-media-type.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-exchange.h"
#include "transport/stile-media-type.h"

/* All have the same length: a size must not be taken for a type (DIAGNOSIS signal 20). */
#define LENGTH 64

static const struct
{
  const char *media_type;
  const char *parameters; /* so that the answer is of the type, too: a change on the way back shows */
} types[] = {
  { STILE_MEDIA_TYPE_FLIGHT, "size=64&type=atls" },
  { STILE_MEDIA_TYPE_SEALED, "size=64&type=sealed" },
  { "application/octet-stream", "size=64&type=octets" },
  { "application/json", "size=64&type=json" },
};

static StileHttpMessage *
make_request (StileProbeContext *context, gsize index)
{
  g_autoptr (GBytes) body = index == G_N_ELEMENTS (types) - 1 ? stile_probe_exchange_make_json (LENGTH)
                                                              : stile_probe_exchange_make_noise (LENGTH);

  return stile_probe_exchange_make_request (context, "POST", types[index].parameters, types[index].media_type,
                                            body);
}

/* What does not arrive is asked once more: a finding needs to repeat. */
static void
answered_again (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) trials = stile_probe_exchange_send_all_finish (result, &error);

  if (trials == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  stile_probe_context_say (STILE_PROBE_CONTEXT (object), stile_probe_media_type.id, STILE_CHECK_STATE_NOTED,
                           "%s", _ ("Not all media types arrive."));
  g_task_return_boolean (task, TRUE);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  StileProbeContext *context = STILE_PROBE_CONTEXT (object);
  g_autoptr (GPtrArray) trials = stile_probe_exchange_send_all_finish (result, &error);
  g_autoptr (GPtrArray) again = g_ptr_array_new_with_free_func (g_object_unref);

  if (trials == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  for (guint i = 0; i < trials->len; i++)
    if (stile_trial_get_receipt (g_ptr_array_index (trials, i)) == NULL)
      g_ptr_array_add (again, make_request (context, i));
  if (again->len > 0)
    {
      stile_probe_exchange_send_all_async (context, stile_probe_media_type.id, NULL, again, cancellable,
                                           answered_again, g_steal_pointer (&task));
      return;
    }

  stile_probe_context_say (context, stile_probe_media_type.id, STILE_CHECK_STATE_PASSED, "%s",
                           _ ("ATLS flights, sealed messages, plain bytes and JSON all pass."));
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    g_ptr_array_add (requests, make_request (context, i));
  stile_probe_exchange_send_all_async (context, stile_probe_media_type.id, NULL, requests,
                                       g_task_get_cancellable (task), answered, task);
}

const StileProbe stile_probe_media_type = {
  .id = "media-type",
  .title = N_ ("Media types"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};
