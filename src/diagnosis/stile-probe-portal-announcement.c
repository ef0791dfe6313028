/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-portal-announcement.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-portal-announcement.h"
#include "diagnosis/stile-portal-api.h"
#include "diagnosis/stile-portal.h"
#include "transport/stile-outer-handshake.h"

static const char *const not_vouched_for =
    N_ ("The network names a captive portal, and this computer’s store does not vouch for it.");

static void
say (GTask *task, StileCheckState state, const char *sentence)
{
  stile_probe_context_say (g_task_get_source_object (task), stile_probe_portal_announcement.id, state, "%s",
                           sentence);
  g_task_return_boolean (task, TRUE);
}

static void
read_answer (GTask *task, GBytes *body)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL;
  gboolean captive = FALSE;

  if (!stile_portal_api_read (body, &captive, &page, &error))
    say (task, STILE_CHECK_STATE_NOT_RUN, error->message);
  else if (!captive)
    say (task, STILE_CHECK_STATE_PASSED, _ ("The network’s captive portal lets this computer pass."));
  else
    {
      stile_portal_note (stile_probe_context_get_signals (context), "api", page);
      say (task, STILE_CHECK_STATE_BLOCKED, _ ("The network says that somebody has to sign in first."));
    }
}

/* RFC 8908 section 4: whoever is not vouched for is not believed, and not asked either. */
static gboolean
is_vouched_for (StileProbeContext *context, GUri *uri, GPtrArray *chain)
{
  StileAnchorSet *store = stile_probe_context_get_system_store (context);

  return store != NULL && chain != NULL && chain->len > 0 &&
         stile_anchor_set_verify (store, chain, g_uri_get_host (uri), NULL) == STILE_YES;
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  StileHttpLine *line = STILE_HTTP_LINE (object);
  StileObservation *seen = stile_http_line_get_observation (line);
  g_autoptr (StileHttpReply) reply = stile_http_line_send_finish (line, result, &error);
  StileHttpMessage *answer = reply != NULL ? stile_http_reply_get_message (reply) : NULL;
  GPtrArray *chain = seen != NULL ? stile_observation_get_chain (seen) : NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (answer == NULL)
    say (task, STILE_CHECK_STATE_NOT_RUN, error->message);
  else if (!is_vouched_for (g_task_get_source_object (task), stile_http_line_get_uri (line), chain))
    say (task, STILE_CHECK_STATE_NOT_RUN, _ (not_vouched_for));
  else if (stile_http_message_get_status (answer) != 200 || stile_http_message_get_content (answer) == NULL)
    say (task, STILE_CHECK_STATE_NOT_RUN, _ ("The network’s captive portal does not say how things stand."));
  else
    read_answer (task, stile_http_message_get_content (answer));
}

/* Takes over @task. */
static void
ask_api (GTask *task)
{
  GUri *uri = g_task_get_task_data (task);
  g_autofree char *host = g_uri_get_port (uri) > 0
                              ? g_strdup_printf ("%s:%d", g_uri_get_host (uri), g_uri_get_port (uri))
                              : g_strdup (g_uri_get_host (uri));
  g_autofree char *path = g_uri_get_query (uri) != NULL
                              ? g_strconcat (g_uri_get_path (uri), "?", g_uri_get_query (uri), NULL)
                              : g_strdup (g_uri_get_path (uri));
  g_autoptr (StileHttpProxy) none = stile_http_proxy_new ("none", NULL);
  g_autoptr (StileHttpLine) line = stile_http_line_new (uri, none, STILE_PROBE_CONTEXT_TIMEOUT_SECONDS);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("GET", "https", host, *path != '\0' ? path : "/");

  if (!stile_http_message_add_field (request, "Accept", STILE_PORTAL_API_MEDIA_TYPE))
    g_debug ("The portal's API is asked without a media type");
  stile_http_line_send_async (line, request, STILE_PORTAL_API_MAX_SIZE + 1, g_task_get_cancellable (task),
                              answered, task);
}

static void
shaken (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileOuterHandshake) handshake = stile_outer_handshake_run_finish (result, &error);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (handshake == NULL)
    say (task, STILE_CHECK_STATE_NOT_RUN, error->message);
  else if (stile_outer_handshake_get_oddity (handshake) != NULL ||
           !is_vouched_for (g_task_get_source_object (task), g_task_get_task_data (task),
                            stile_outer_handshake_get_chain (handshake)))
    say (task, STILE_CHECK_STATE_NOT_RUN, _ (not_vouched_for));
  else
    ask_api (g_steal_pointer (&task));
}

/* Takes over @task and @uri.  The portal is in this very network: no proxy leads there.  Who is not vouched for gets no
 * request: that, too, is not for libsoup to find out (see stile_probe_handshake). */
static void
look_at_api (GTask *task, GUri *uri)
{
  g_autoptr (StileHttpProxy) none = stile_http_proxy_new ("none", NULL);
  int port = g_uri_get_port (uri);

  g_task_set_task_data (task, uri, (GDestroyNotify)g_uri_unref);
  stile_outer_handshake_run_async (g_uri_get_host (uri), port > 0 ? (guint16)port : 443, none, NULL,
                                   STILE_PROBE_CONTEXT_TIMEOUT_SECONDS, g_task_get_cancellable (task), shaken,
                                   task);
}

static void
found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *announced = stile_portal_announcement_find_finish (result, NULL);
  g_autoptr (GUri) uri = announced != NULL ? g_uri_parse (announced, G_URI_FLAGS_NONE, NULL) : NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (announced == NULL)
    say (task, STILE_CHECK_STATE_NOT_RUN, _ ("The network announces nothing, or nobody here knows it."));
  else if (strcmp (announced, STILE_PORTAL_ANNOUNCEMENT_UNRESTRICTED) == 0)
    say (task, STILE_CHECK_STATE_PASSED, _ ("The network announces that nobody has to sign in."));
  else if (uri == NULL || g_uri_get_host (uri) == NULL)
    say (task, STILE_CHECK_STATE_NOT_RUN, _ ("What the network announces is no address."));
  else
    look_at_api (g_steal_pointer (&task), g_steal_pointer (&uri));
}

/* RFC 8910 tells where to ask, RFC 8908 what is answered there. */
static void
run (GTask *task)
{
  stile_portal_announcement_find_async (g_task_get_cancellable (task), found, task);
}

const StileProbe stile_probe_portal_announcement = {
  .id = "portal-announcement",
  .title = N_ ("The network’s word on a portal"),
  .turn = STILE_PROBE_AT_ONCE,
  .run = run,
};
