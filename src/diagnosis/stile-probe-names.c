/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-names.h"

#include <glib/gi18n-lib.h>

/* Addresses of one name that are kept; who has more balances load. */
#define MAX_ADDRESSES 16

static void
keep (StileSignals *signals, GList *addresses, guint *n_new, guint *n_old)
{
  for (GList *link = addresses; link != NULL; link = link->next)
    {
      if (g_inet_address_get_family (link->data) == G_SOCKET_FAMILY_IPV6)
        (*n_new)++;
      else
        (*n_old)++;
      if (signals->addresses->len < MAX_ADDRESSES)
        g_ptr_array_add (signals->addresses, g_inet_address_to_string (link->data));
    }
}

/* A proxy looks names up itself: that this computer does not know one is no fault then. */
static void
found_none (StileProbeContext *context, const GError *error)
{
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (signals->proxy == NULL && signals->reach == STILE_REACH_NOT_TRIED)
    {
      signals->reach = STILE_REACH_NO_NAME;
      stile_signals_set_text (&signals->reach_detail, error->message);
    }
  stile_probe_context_say (context, stile_probe_names.id, STILE_CHECK_STATE_NOTED,
                           _ ("This computer knows no address of %s: %s"), signals->host, error->message);
}

static void
looked_up (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (object), result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);
  guint n_new = 0, n_old = 0;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (addresses == NULL)
    {
      found_none (context, error);
      g_task_return_boolean (task, TRUE);
      return;
    }

  keep (signals, addresses, &n_new, &n_old);
  g_resolver_free_addresses (addresses);
  stile_probe_context_say (context, stile_probe_names.id, STILE_CHECK_STATE_PASSED,
                           _ ("%s; IPv4 addresses: %u, IPv6 addresses: %u"),
                           (const char *)g_ptr_array_index (signals->addresses, 0), n_old, n_new);
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  g_resolver_lookup_by_name_async (resolver, stile_probe_context_get_signals (context)->host,
                                   g_task_get_cancellable (task), looked_up, task);
}

const StileProbe stile_probe_names = {
  .id = "names",
  .title = N_ ("Name and addresses"),
  .turn = STILE_PROBE_AT_ONCE,
  .run = run,
};
