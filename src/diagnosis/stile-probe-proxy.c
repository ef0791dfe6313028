/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-proxy.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *source; /* as StileHttpProxy names it */
  const char *sentence;
} sources[] = {
  { "given", N_ ("It was given to Stile.") },
  { "environment", N_ ("It comes from the environment (http_proxy, https_proxy).") },
  { "desktop", N_ ("It comes from the desktop’s network settings.") },
};

static const char *
describe_source (const char *source)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    if (g_strcmp0 (sources[i].source, source) == 0)
      return _ (sources[i].sentence);

  return "";
}

static void
looked_up (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  StileHttpProxy *proxy = STILE_HTTP_PROXY (object);
  g_auto (GStrv) found = stile_http_proxy_lookup_finish (proxy, result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (g_task_return_error_if_cancelled (task))
    return;

  stile_signals_set_text (&signals->proxy_source, stile_http_proxy_get_source (proxy));
  if (found != NULL && found[0] != NULL && !g_str_has_prefix (found[0], "direct:"))
    {
      stile_signals_set_text (&signals->proxy, found[0]);
      stile_probe_context_say (context, stile_probe_proxy.id, STILE_CHECK_STATE_NOTED, "%s. %s", found[0],
                               describe_source (signals->proxy_source));
    }
  else if (error != NULL)
    stile_probe_context_say (context, stile_probe_proxy.id, STILE_CHECK_STATE_NOT_RUN,
                             _ ("The desktop’s proxy settings cannot be read: %s"), error->message);
  else
    stile_probe_context_say (context, stile_probe_proxy.id, STILE_CHECK_STATE_PASSED, "%s",
                             _ ("No proxy is in use."));
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);

  stile_http_proxy_lookup_async (stile_probe_context_get_proxy (context),
                                 stile_probe_context_get_uri (context), g_task_get_cancellable (task),
                                 looked_up, task);
}

const StileProbe stile_probe_proxy = {
  .id = "proxy",
  .title = N_ ("Proxy"),
  .turn = STILE_PROBE_BEFORE_ALL,
  .run = run,
};
