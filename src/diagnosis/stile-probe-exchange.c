/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-exchange.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-receipt-signature.h"
#include "codec/stile-base64url.h"
#include "transport/stile-media-type.h"

/* What is read of an answer: the longest body asked for, and room for what somebody may put to it. */
#define MAX_ANSWER (STILE_PROBE_EXCHANGE_MAX_BODY + 64 * 1024)

#define NONCE_SIZE 16

/* --- requests --- */

/**
 * stile_probe_exchange_make_request:
 * @method: GET, POST or PUT
 * @parameters: (nullable): what else the service is asked for, "size=100&type=text"
 * @media_type: (nullable): of @body
 * @body: (nullable): what to send
 *
 * Returns: (transfer full): a request for the service's signed word, with a nonce of its own
 */
StileHttpMessage *
stile_probe_exchange_make_request (StileProbeContext *context,
                                   const char *method,
                                   const char *parameters,
                                   const char *media_type,
                                   GBytes *body)
{
  g_autofree char *path = stile_probe_context_get_path (context);
  guint8 random[NONCE_SIZE];
  g_autofree char *nonce = NULL;
  g_autofree char *target = NULL;
  StileHttpMessage *request;

  gnutls_rnd (GNUTLS_RND_NONCE, random, sizeof random);
  nonce = stile_base64url_encode (random, sizeof random);
  target = g_strconcat (path, STILE_RECEIPT_PATH_SUFFIX "?nonce=", nonce, parameters != NULL ? "&" : "",
                        parameters, NULL);
  request = stile_http_message_new_request (method, g_uri_get_scheme (stile_probe_context_get_uri (context)),
                                            g_uri_get_host (stile_probe_context_get_uri (context)), target);
  if (body != NULL)
    stile_http_message_set_content (request, media_type, body);

  return request;
}

/**
 * stile_probe_exchange_get_nonce:
 *
 * Returns: (transfer full): the nonce of a request of stile_probe_exchange_make_request()
 */
char *
stile_probe_exchange_get_nonce (StileHttpMessage *request)
{
  const char *begin = strstr (stile_http_message_get_path (request), "?nonce=") + strlen ("?nonce=");

  return g_strndup (begin, strcspn (begin, "&"));
}

/* The same once more: the nonce of before may have arrived although its answer did not. */
static StileHttpMessage *
renew (StileProbeContext *context, StileHttpMessage *request)
{
  const char *parameters = strchr (stile_http_message_get_path (request), '&');
  StileHttpMessage *again =
      stile_probe_exchange_make_request (context, stile_http_message_get_method (request),
                                         parameters != NULL ? parameters + 1 : NULL, NULL, NULL);

  for (guint i = 0; i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (request, i, &value);

      if (!stile_http_message_add_field (again, name, value))
        g_debug ("A field could not be sent again");
    }
  stile_http_message_set_content (again, NULL, stile_http_message_get_content (request));

  return again;
}

/**
 * stile_probe_exchange_make_noise:
 *
 * Returns: (transfer full): random bytes, which nobody can make shorter
 */
GBytes *
stile_probe_exchange_make_noise (gsize length)
{
  guint8 *bytes = g_malloc (MAX (length, 1));

  gnutls_rnd (GNUTLS_RND_NONCE, bytes, length);
  return g_bytes_new_take (bytes, length);
}

/**
 * stile_probe_exchange_make_text:
 *
 * Returns: (transfer full): lines of text, which whoever compresses makes much shorter
 */
GBytes *
stile_probe_exchange_make_text (gsize length)
{
  static const char line[] = "What is written here must arrive as it is, letter for letter.\n";
  char *text = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    text[i] = line[i % (sizeof line - 1)];
  text[length] = '\0';

  return g_bytes_new_take (text, length);
}

/**
 * stile_probe_exchange_make_json:
 * @length: at least 16
 *
 * Returns: (transfer full): a JSON object of @length bytes
 */
GBytes *
stile_probe_exchange_make_json (gsize length)
{
  static const char begin[] = "{\"stile\":\"", end[] = "\"}";
  char *text = g_malloc (length + 1);

  memset (text, 'x', length);
  memcpy (text, begin, sizeof begin - 1);
  memcpy (text + length - (sizeof end - 1), end, sizeof end);

  return g_bytes_new_take (text, length);
}

/* --- one exchange --- */

typedef struct
{
  char *probe;
  StileHttpLine *line;
  StileHttpMessage *request;
  guint tries;
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *self = data;

  g_free (self->probe);
  g_object_unref (self->line);
  g_object_unref (self->request);
  g_free (self);
}

/* In the field beside a body of its own, or as the body itself. */
static GBytes *
find_word (StileHttpMessage *answer)
{
  const char *field = stile_http_message_get_field (answer, STILE_RECEIPT_HEADER);

  if (field != NULL)
    return g_bytes_new (field, strlen (field));
  if (stile_media_type_is (stile_http_message_get_field (answer, "Content-Type"), STILE_RECEIPT_MEDIA_TYPE))
    return g_bytes_ref (stile_http_message_get_content (answer));

  return NULL;
}

static gboolean
is_from_service (StileProbeContext *context, StileReceipt *receipt, GError **error)
{
  GPtrArray *known = stile_probe_context_get_service (context);
  GPtrArray *chain = stile_receipt_get_chain (receipt);

  if (known != NULL && stile_certificate_equal (g_ptr_array_index (known, 0), g_ptr_array_index (chain, 0)))
    return TRUE;
  if (!stile_probe_context_vouches (context, chain, error))
    return FALSE;

  stile_probe_context_set_service (context, chain);
  return TRUE;
}

/* Returns the service's word when there is one that holds; an error when there is one that does not. */
static StileReceipt *
read_word (StileProbeContext *context, StileHttpMessage *request, StileHttpMessage *answer, GError **error)
{
  g_autoptr (GBytes) word = find_word (answer);
  g_autofree char *nonce = stile_probe_exchange_get_nonce (request);
  g_autoptr (StileReceipt) receipt =
      word != NULL
          ? stile_receipt_signature_open (word, nonce, stile_probe_context_get_service (context), error)
          : NULL;

  if (receipt == NULL || !is_from_service (context, receipt, error))
    return NULL;

  return g_steal_pointer (&receipt);
}

static void
keep_sighting (StileProbeContext *context, StileTrial *trial)
{
  StileHttpReply *reply = stile_trial_get_reply (trial);
  StileReceipt *receipt = stile_trial_get_receipt (trial);
  StileObservation *service = receipt != NULL ? stile_receipt_get_observation (receipt) : NULL;

  if (!stile_http_reply_is_from_proxy (reply))
    stile_probe_context_add_sighting (
        context, stile_trial_get_probe (trial), stile_http_reply_get_connection (reply),
        stile_http_reply_get_observation (reply), service,
        service != NULL ? STILE_AUTHENTICATED_BY_RECEIPT : STILE_AUTHENTICATED_NOT);
}

static StileTrial *
keep_trial (StileProbeContext *context, Exchange *exchange, StileHttpReply *reply, const GError *failure)
{
  StileTrial *trial = stile_trial_new (exchange->probe, exchange->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReceipt) receipt =
      reply != NULL ? read_word (context, exchange->request, stile_http_reply_get_message (reply), &error)
                    : NULL;

  stile_trial_set_reply (trial, reply);
  stile_trial_set_receipt (trial, receipt);
  stile_trial_set_error (trial, failure != NULL ? failure : error);
  if (reply != NULL)
    keep_sighting (context, trial);
  g_ptr_array_add (stile_probe_context_get_signals (context)->trials, g_object_ref (trial));
  stile_trace_note (stile_probe_context_get_trace (context), STILE_TRACE_TRANSPORT, NULL,
                    receipt != NULL ? _ ("%s: %s %s, %u, signed by the service") : "%s: %s %s, %u",
                    exchange->probe, stile_http_message_get_method (exchange->request),
                    stile_trial_get_request_type (trial) != NULL ? stile_trial_get_request_type (trial) : "-",
                    stile_trial_get_status (trial));

  return trial;
}

static void begin (GTask *task);

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpReply) reply = stile_http_line_send_finish (STILE_HTTP_LINE (object), result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (StileTrial) trial = NULL;

  stile_probe_queue_leave (stile_probe_context_get_queue (context));
  if (stile_error_is_cancelled (error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  trial = keep_trial (context, exchange, reply, error);
  if (stile_trial_is_gateway_error (trial) && ++exchange->tries < STILE_PROBE_EXCHANGE_MAX_TRIES)
    {
      StileHttpMessage *again = renew (context, exchange->request);

      g_object_unref (exchange->request);
      exchange->request = again;
      begin (g_steal_pointer (&task));
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&trial), g_object_unref);
}

static void
let_in (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  if (!stile_probe_queue_enter_finish (STILE_PROBE_QUEUE (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  stile_http_line_send_async (exchange->line, exchange->request, MAX_ANSWER, cancellable, answered,
                              g_steal_pointer (&task));
}

/* Takes over @task. */
static void
begin (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);

  stile_probe_queue_enter_async (stile_probe_context_get_queue (context), g_task_get_cancellable (task),
                                 let_in, task);
}

/**
 * stile_probe_exchange_send_async:
 * @probe: the id of whoever asks
 * @line: (nullable): goes over it; %NULL for a connection of its own
 * @request: of stile_probe_exchange_make_request()
 *
 * Sends it, again when a gateway says that it cannot now, and keeps what came of each time in the signals.
 */
void
stile_probe_exchange_send_async (StileProbeContext *context,
                                 const char *probe,
                                 StileHttpLine *line,
                                 StileHttpMessage *request,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (context, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->probe = g_strdup (probe);
  exchange->line = line != NULL ? g_object_ref (line) : stile_probe_context_open_line (context);
  exchange->request = g_object_ref (request);
  g_task_set_source_tag (task, stile_probe_exchange_send_async);
  g_task_set_task_data (task, exchange, exchange_free);
  begin (task);
}

/**
 * stile_probe_exchange_send_finish:
 *
 * Returns: (transfer full): what came of it, the last time; an error only when somebody cancelled
 */
StileTrial *
stile_probe_exchange_send_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- several --- */

typedef struct
{
  char *probe;
  StileHttpLine *line;
  GPtrArray *requests; /* of StileHttpMessage */
  GPtrArray *trials;   /* of StileTrial, in the order of the requests */
  guint left;
} Series;

static void
series_free (gpointer data)
{
  Series *self = data;

  g_free (self->probe);
  g_clear_object (&self->line);
  g_ptr_array_unref (self->requests);
  g_ptr_array_unref (self->trials);
  g_free (self);
}

static void send_next (GTask *task);

typedef struct
{
  GTask *task;
  guint index;
} Place;

static void
one_sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Place *place = user_data;
  g_autoptr (GTask) task = place->task;
  guint index = place->index;
  g_autoptr (GError) error = NULL;
  StileTrial *trial = stile_probe_exchange_send_finish (result, &error);
  Series *series = g_task_get_task_data (task);

  g_free (place);
  g_ptr_array_index (series->trials, index) = trial;
  series->left--;
  if (series->line != NULL && trial != NULL && series->left > 0)
    send_next (task);
  else if (error != NULL && !g_task_get_completed (task) && (series->line != NULL || series->left == 0))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (series->left == 0 && !g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_ptr_array_ref (series->trials), (GDestroyNotify)g_ptr_array_unref);
}

static void
send_one (GTask *task, guint index)
{
  Series *series = g_task_get_task_data (task);
  Place *place = g_new0 (Place, 1);

  place->task = g_object_ref (task);
  place->index = index;
  stile_probe_exchange_send_async (g_task_get_source_object (task), series->probe, series->line,
                                   g_ptr_array_index (series->requests, index), g_task_get_cancellable (task),
                                   one_sent, place);
}

static void
send_next (GTask *task)
{
  Series *series = g_task_get_task_data (task);

  send_one (task, series->requests->len - series->left);
}

static void
unref_trial (gpointer trial)
{
  if (trial != NULL)
    g_object_unref (trial);
}

/**
 * stile_probe_exchange_send_all_async:
 * @line: (nullable): they go over it one after the other; %NULL: each over a connection of its own, at the same time
 * @requests: (element-type StileHttpMessage): at least one
 */
void
stile_probe_exchange_send_all_async (StileProbeContext *context,
                                     const char *probe,
                                     StileHttpLine *line,
                                     GPtrArray *requests,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (context, cancellable, callback, user_data);
  Series *series = g_new0 (Series, 1);

  series->probe = g_strdup (probe);
  series->line = line != NULL ? g_object_ref (line) : NULL;
  series->requests = g_ptr_array_ref (requests);
  series->trials = g_ptr_array_new_with_free_func (unref_trial);
  g_ptr_array_set_size (series->trials, (int)requests->len);
  series->left = requests->len;
  g_task_set_source_tag (task, stile_probe_exchange_send_all_async);
  g_task_set_task_data (task, series, series_free);
  g_task_set_check_cancellable (task, FALSE);
  if (line != NULL)
    send_next (task);
  else
    for (guint i = 0; i < requests->len; i++)
      send_one (task, i);
}

/**
 * stile_probe_exchange_send_all_finish:
 *
 * Returns: (transfer full) (element-type StileTrial): what came of each, in the order of the requests; an error only when
 *   somebody cancelled
 */
GPtrArray *
stile_probe_exchange_send_all_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
