/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-exchange.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-answer.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"
#include "codec/stile-secret.h"

/* For a 202 that does not say when to come again. */
#define DEFAULT_WAIT 10

/* Characters of an address that people are shown. */
#define MAX_SHOWN 120

/* One request until its answer: sent again while somebody decides, to another path when the service says so, with user
 * and password when it asks. */
typedef struct
{
  StileEstExchange settings;
  char *user;
  GBytes *password;
  StileChannel *channel;
  StileHttpMessage *request;
  guint redirects;
  guint waited; /* seconds */
  gboolean authorized;
} Run;

static void send_request (GTask *task);

static void
run_free (gpointer data)
{
  Run *run = data;

  g_free (run->user);
  g_clear_pointer (&run->password, g_bytes_unref);
  g_object_unref (run->channel);
  g_object_unref (run->request);
  g_free (run);
}

static StileHttpMessage *
copy_request (StileHttpMessage *request, const char *path)
{
  StileHttpMessage *copy = stile_http_message_new_request (stile_http_message_get_method (request),
                                                           stile_http_message_get_scheme (request),
                                                           stile_http_message_get_authority (request), path);

  for (guint i = 0; i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (request, i, &value);

      stile_http_message_add_field (copy, name, value);
    }
  stile_http_message_set_content (copy, NULL, stile_http_message_get_content (request));
  return copy;
}

/* --- 202: somebody decides --- */

static gboolean
waited_cb (gpointer user_data)
{
  GTask *task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    send_request (g_object_ref (task));

  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* The source ends at once when the task is cancelled: then it runs as if the time were over. */
static void
sleep_for (GTask *task, guint seconds)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr (GSource) source = g_timeout_source_new (seconds * run->settings.second);

  if (g_task_get_cancellable (task) != NULL)
    {
      g_autoptr (GSource) cancelled = g_cancellable_source_new (g_task_get_cancellable (task));

      g_source_set_callback (cancelled, G_SOURCE_FUNC (cancelled_cb), NULL, NULL);
      g_source_add_child_source (source, cancelled);
    }
  g_task_attach_source (task, source, waited_cb);
}

static void
wait_and_repeat (GTask *task, StileHttpMessage *response)
{
  Run *run = g_task_get_task_data (task);
  guint seconds = stile_date_parse_retry_after (stile_http_message_get_field (response, "retry-after"),
                                                g_get_real_time () / G_USEC_PER_SEC, DEFAULT_WAIT,
                                                STILE_EST_EXCHANGE_MAX_WAIT);

  /* Zero would be a loop as fast as both can. */
  seconds = MAX (seconds, 1);
  run->waited += seconds;
  if (run->waited > STILE_EST_EXCHANGE_MAX_PATIENCE)
    {
      g_task_return_new_error (
          task, STILE_ERROR, STILE_ERROR_RETRY,
          g_dngettext (GETTEXT_PACKAGE, "Nobody has decided within %d day; ask the operator of the service",
                       "Nobody has decided within %d days; ask the operator of the service",
                       STILE_EST_EXCHANGE_MAX_PATIENCE / (24 * 60 * 60)),
          STILE_EST_EXCHANGE_MAX_PATIENCE / (24 * 60 * 60));
      return;
    }

  if (run->settings.waiting != NULL)
    run->settings.waiting (seconds, run->settings.waiting_data);
  sleep_for (task, seconds);
}

/* --- 401: who asks --- */

/* Whether a challenge in @value is for Basic; several may stand in one field (RFC 9110 section 11.6.1). */
static gboolean
names_basic (const char *value)
{
  gboolean quoted = FALSE;
  gboolean begins = TRUE;

  for (; *value != '\0'; value++)
    {
      if (*value == '\\' && quoted && value[1] != '\0')
        value++;
      else if (*value == '"')
        quoted = !quoted;
      else if (begins && g_ascii_strncasecmp (value, "basic", 5) == 0 &&
               (value[5] == '\0' || value[5] == ' ' || value[5] == ','))
        return TRUE;
      begins = !quoted && (*value == ',' || (begins && *value == ' '));
    }

  return FALSE;
}

static gboolean
asks_for_basic (StileHttpMessage *response)
{
  for (guint i = 0; i < stile_http_message_get_n_fields (response); i++)
    {
      const char *value;

      if (strcmp (stile_http_message_get_nth_field (response, i, &value), "www-authenticate") == 0 &&
          names_basic (value))
        return TRUE;
    }

  return FALSE;
}

/* RFC 7617 section 2. */
static void
authorize (Run *run)
{
  g_autoptr (StileHttpMessage) request =
      copy_request (run->request, stile_http_message_get_path (run->request));
  gsize length;
  const char *password = g_bytes_get_data (run->password, &length);
  gsize size = strlen (run->user) + 1 + length;
  char *pair = g_malloc (size);
  char *text;
  char *value;

  memcpy (pair, run->user, strlen (run->user));
  pair[strlen (run->user)] = ':';
  if (length > 0)
    memcpy (pair + strlen (run->user) + 1, password, length);
  text = g_base64_encode ((const guchar *)pair, size);
  value = g_strconcat ("Basic ", text, NULL);
  stile_http_message_add_field (request, "authorization", value);
  stile_secret_free (value, strlen (value));
  stile_secret_free (text, strlen (text));
  stile_secret_free (pair, size);

  g_set_object (&run->request, request);
  run->authorized = TRUE;
}

static void
answer_challenge (GTask *task, StileHttpMessage *response)
{
  Run *run = g_task_get_task_data (task);
  gboolean basic = asks_for_basic (response);
  GError *error = NULL;

  if (basic && run->user != NULL && !run->authorized)
    {
      authorize (run);
      send_request (g_object_ref (task));
      return;
    }

  stile_est_answer_refuse (response, &error);
  if (basic)
    g_prefix_error (&error, "%s",
                    run->authorized ? _ ("User and password do not fit: ")
                                    : _ ("A user name and a password are needed: "));
  g_task_return_error (task, error);
}

/* --- 3xx: somewhere else --- */

static char *
find_path (GUri *uri)
{
  const char *query = g_uri_get_query (uri);

  return query != NULL ? g_strconcat (g_uri_get_path (uri), "?", query, NULL)
                       : g_strdup (g_uri_get_path (uri));
}

/* The channel goes to one place, with the checks that were made there, and so does what is redirected: a port that is
 * another one is not reached, and runs into the limit. */
static gboolean
is_same_origin (Run *run, GUri *uri)
{
  return g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 && g_uri_get_host (uri) != NULL &&
         g_ascii_strcasecmp (g_uri_get_host (uri), stile_channel_get_host (run->channel)) == 0;
}

static GUri *
resolve (Run *run, const char *location)
{
  g_autofree char *host = strchr (stile_channel_get_host (run->channel), ':') != NULL
                              ? g_strdup_printf ("[%s]", stile_channel_get_host (run->channel))
                              : g_strdup (stile_channel_get_host (run->channel));
  g_autofree char *base = g_strdup_printf ("https://%s%s", host, stile_http_message_get_path (run->request));
  g_autofree char *absolute = g_uri_resolve_relative (base, location, G_URI_FLAGS_ENCODED, NULL);

  return absolute != NULL ? g_uri_parse (absolute, G_URI_FLAGS_ENCODED, NULL) : NULL;
}

static void
follow (GTask *task, StileHttpMessage *response)
{
  Run *run = g_task_get_task_data (task);
  const char *location = stile_http_message_get_field (response, "location");
  g_autoptr (GUri) uri = location != NULL ? resolve (run, location) : NULL;
  g_autofree char *shown = stile_certificate_text_make_presentable (
      location != NULL ? location : "", MIN (location != NULL ? strlen (location) : 0, MAX_SHOWN));

  if (uri == NULL)
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_PROTOCOL,
                             _ ("The service sends us on, but does not say where to"));
  else if (!is_same_origin (run, uri))
    g_task_return_new_error (
        task, STILE_ERROR, STILE_ERROR_REFUSED,
        _ ("The service sends us on to “%s”, which is another one; if that is right, name it as "
           "the service"),
        shown);
  else if (++run->redirects > STILE_EST_EXCHANGE_MAX_REDIRECTS)
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_PROTOCOL,
                             _ ("The service sends us on again and again, at last to “%s”"), shown);
  else
    {
      g_autofree char *path = find_path (uri);
      StileHttpMessage *request = copy_request (run->request, *path != '\0' ? path : "/");

      g_object_unref (run->request);
      run->request = request;
      send_request (g_object_ref (task));
    }
}

/* --- the exchange --- */

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_channel_request_finish (STILE_CHANNEL (object), result, &error);

  if (response == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  switch (stile_http_message_get_status (response))
    {
    case 202:
      wait_and_repeat (task, response);
      break;
    case 401:
      answer_challenge (task, response);
      break;
    case 301:
    case 302:
    case 307:
    case 308:
      follow (task, response);
      break;
    default:
      g_task_return_pointer (task, g_steal_pointer (&response), g_object_unref);
      break;
    }
}

static void
send_request (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  stile_channel_request_async (run->channel, run->request, g_task_get_cancellable (task), answered, task);
}

/**
 * stile_est_exchange_run_async:
 * @settings: are copied; what they point to for @waiting must live until the end
 * @channel: where to
 * @request: what to ask
 *
 * Sends @request until there is an answer that is one: 202 is waited out and the very same sent again (RFC 7030 section
 * 4.2.3), a redirect within the service followed (section 3.2.1), a challenge for Basic answered (section 3.2.3).
 */
void
stile_est_exchange_run_async (const StileEstExchange *settings,
                              StileChannel *channel,
                              StileHttpMessage *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);

  run->settings = *settings;
  run->user = g_strdup (settings->user);
  run->password = settings->password != NULL ? g_bytes_ref (settings->password) : g_bytes_new (NULL, 0);
  run->channel = g_object_ref (channel);
  run->request = g_object_ref (request);
  g_task_set_source_tag (task, stile_est_exchange_run_async);
  g_task_set_task_data (task, run, run_free);
  send_request (task);
}

/**
 * stile_est_exchange_run_finish:
 *
 * Returns: (transfer full): the answer, with any status but those that are dealt with
 */
StileHttpMessage *
stile_est_exchange_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
