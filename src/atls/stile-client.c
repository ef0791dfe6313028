/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-client.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "atls/stile-error.h"
#include "atls/stile-sealer.h"
#include "codec/stile-binary-http.h"

/**
 * StileClient:
 *
 * The client's end of ATLS: drives a session over a carrier until it is up, then carries data in the mode that both
 * sides can.  A job or a tool holds it; after a failure it is dropped and a new one made.
 */
struct _StileClient
{
  GObject parent_instance;

  StileCarrier *carrier;
  StileCredentials *credentials;
  StileMode wanted;
  StileMode mode; /* ANY until connected */
  StileTrace *trace;
  GBytes *ticket;

  StileSession *session;
  StileSealer *sealer; /* in export mode */
  guint64 next_sequence;
  gint64 established; /* monotonic microseconds */
  guint round_trips;
  gboolean binary_http;
};

G_DEFINE_FINAL_TYPE (StileClient, stile_client, G_TYPE_OBJECT)

static void
stile_client_finalize (GObject *object)
{
  StileClient *self = STILE_CLIENT (object);

  g_clear_object (&self->carrier);
  g_clear_object (&self->credentials);
  g_clear_object (&self->trace);
  g_clear_object (&self->session);
  g_clear_pointer (&self->sealer, stile_sealer_free);
  g_clear_pointer (&self->ticket, g_bytes_unref);

  G_OBJECT_CLASS (stile_client_parent_class)->finalize (object);
}

static void
stile_client_class_init (StileClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_client_finalize;
}

static void
stile_client_init (StileClient *self)
{
}

/**
 * stile_client_new:
 * @carrier: takes the bytes; used for nothing else meanwhile
 * @credentials: of a client
 * @mode: how data shall be protected
 */
StileClient *
stile_client_new (StileCarrier *carrier, StileCredentials *credentials, StileMode mode)
{
  StileClient *self = g_object_new (STILE_TYPE_CLIENT, NULL);

  self->carrier = g_object_ref (carrier);
  self->credentials = g_object_ref (credentials);
  self->wanted = mode;

  return self;
}

/**
 * stile_client_set_trace:
 * @trace: (nullable): is told what happens
 */
void
stile_client_set_trace (StileClient *self, StileTrace *trace)
{
  g_set_object (&self->trace, trace);
}

/**
 * stile_client_set_ticket:
 * @ticket: (nullable): of an earlier session, to come back with less work
 */
void
stile_client_set_ticket (StileClient *self, GBytes *ticket)
{
  g_clear_pointer (&self->ticket, g_bytes_unref);
  self->ticket = ticket != NULL ? g_bytes_ref (ticket) : NULL;
}

/* --- connecting: step, carry, step, … until the session is up --- */

static void flight_carried (GObject *object, GAsyncResult *result, gpointer user_data);

static gboolean
use_export_mode (StileClient *self, GError **error)
{
  g_autoptr (GBytes) id = stile_carrier_get_session_id (self->carrier);
  StileKeys *keys;

  if (id == NULL)
    {
      g_set_error_literal (
          error, STILE_ERROR, STILE_ERROR_REFUSED,
          _ ("The service gave the session no id of 16 bytes, so it does not open sealed messages; "
             "use record mode"));
      return FALSE;
    }

  keys = stile_session_export_keys (self->session, &stile_keys_application, error);
  if (keys == NULL)
    return FALSE;

  self->sealer = stile_sealer_new (keys, STILE_ROLE_CLIENT, g_bytes_get_data (id, NULL));
  self->mode = STILE_MODE_EXPORT;
  return TRUE;
}

/* A peer that does not answer with our ALPN knows only the draft: raw data through the records (PROTOCOL section 1). */
static gboolean
choose_mode (StileClient *self, GError **error)
{
  g_autofree char *protocol = stile_session_get_application_protocol (self->session);

  self->binary_http = g_strcmp0 (protocol, STILE_BINARY_HTTP_ALPN) == 0;
  self->mode = STILE_MODE_RECORD;
  if (self->wanted == STILE_MODE_EXPORT)
    return use_export_mode (self, error);
  if (self->wanted == STILE_MODE_ANY && self->binary_http && !use_export_mode (self, NULL))
    self->mode = STILE_MODE_RECORD;

  return TRUE;
}

static gboolean
establish (StileClient *self, GError **error)
{
  self->established = g_get_monotonic_time ();
  if (!choose_mode (self, error))
    return FALSE;

  stile_trace_note (self->trace, STILE_TRACE_SESSION, NULL, _ ("Session established: %s, %s, %s"),
                    stile_session_get_version (self->session), stile_session_get_cipher_suite (self->session),
                    self->mode == STILE_MODE_EXPORT ? _ ("messages sealed with exported keys")
                                                    : _ ("data through the TLS session"));
  return TRUE;
}

static void
return_error (GTask *task, GError *error)
{
  StileClient *self = g_task_get_source_object (task);

  stile_trace_note (self->trace, STILE_TRACE_PROBLEM, NULL, "%s", error->message);
  g_task_return_error (task, error);
}

static void
alert_carried (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) answer = stile_carrier_exchange_finish (STILE_CARRIER (object), result, NULL);

  return_error (task, g_error_copy (g_task_get_task_data (task)));
}

/* The peer hears of a refusal before anybody else does (PROTOCOL section 1); whether it listens changes nothing. */
static void
fail_with_alert (GTask *task, GBytes *alert, GError *error)
{
  StileClient *self = g_task_get_source_object (task);

  if (alert == NULL)
    {
      return_error (task, error);
      g_object_unref (task);
      return;
    }

  g_task_set_task_data (task, error, (GDestroyNotify)g_error_free);
  stile_trace_add_flight (self->trace, STILE_ROLE_CLIENT, self->round_trips + 1, alert);
  stile_carrier_exchange_async (self->carrier, STILE_MESSAGE_FLIGHT, alert, g_task_get_cancellable (task),
                                alert_carried, task);
}

static void
carry_flight (GTask *task, GBytes *flight)
{
  StileClient *self = g_task_get_source_object (task);

  self->round_trips++;
  stile_trace_add_flight (self->trace, STILE_ROLE_CLIENT, self->round_trips, flight);
  stile_carrier_exchange_async (self->carrier, STILE_MESSAGE_FLIGHT, flight, g_task_get_cancellable (task),
                                flight_carried, task);
}

static GError *
check_progress (StileClient *self, GBytes *outgoing)
{
  if (outgoing == NULL)
    return g_error_new_literal (
        STILE_ERROR, STILE_ERROR_PROTOCOL,
        _ ("The service’s flight is incomplete: something in between may have cut it"));
  if (self->round_trips >= STILE_CLIENT_MAX_ROUND_TRIPS)
    return g_error_new (STILE_ERROR, STILE_ERROR_PROTOCOL,
                        _ ("The handshake is not over after %u round trips"), self->round_trips);

  return NULL;
}

/* Takes over @task. */
static void
step (GTask *task, GBytes *incoming)
{
  StileClient *self = g_task_get_source_object (task);
  g_autoptr (GBytes) outgoing = NULL;
  g_autoptr (GError) error = NULL;

  if (!stile_session_step (self->session, incoming, &outgoing, &error))
    {
      fail_with_alert (task, outgoing, g_steal_pointer (&error));
      return;
    }

  if (stile_session_get_state (self->session) == STILE_SESSION_ESTABLISHED)
    {
      if (establish (self, &error))
        g_task_return_boolean (task, TRUE);
      else
        return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }

  error = check_progress (self, outgoing);
  if (error != NULL)
    fail_with_alert (task, NULL, g_steal_pointer (&error));
  else
    carry_flight (task, outgoing);
}

static void
flight_carried (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = stile_carrier_exchange_finish (STILE_CARRIER (object), result, &error);
  StileClient *self = g_task_get_source_object (task);

  if (answer == NULL)
    {
      g_prefix_error (&error, _ ("Carrying flight %u: "), self->round_trips);
      return_error (task, g_steal_pointer (&error));
      return;
    }

  if (!stile_flight_check_size (answer, &error))
    {
      return_error (task, g_steal_pointer (&error));
      return;
    }

  stile_trace_add_flight (self->trace, STILE_ROLE_SERVER, self->round_trips, answer);
  step (g_steal_pointer (&task), answer);
}

/**
 * stile_client_connect_async:
 *
 * Shakes hands: posts each flight and gives the session each answer, until TLS is done on both sides.
 */
void
stile_client_connect_async (StileClient *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_return_if_fail (self->session == NULL);

  g_task_set_source_tag (task, stile_client_connect_async);
  stile_carrier_forget_session (self->carrier);
  self->session = stile_session_new (self->credentials, stile_carrier_get_host (self->carrier), &error);
  if (self->session == NULL ||
      (self->ticket != NULL && !stile_session_resume (self->session, self->ticket, &error)))
    {
      return_error (task, error);
      g_object_unref (task);
      return;
    }

  step (task, NULL);
}

/**
 * stile_client_connect_finish:
 *
 * Returns: whether both sides are up.  An alert of the peer's is named in the error (%STILE_ERROR_REFUSED); a peer
 *   that we do not believe has been told so (%STILE_ERROR_UNTRUSTED).
 */
gboolean
stile_client_connect_finish (StileClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
check_usable (StileClient *self, GError **error)
{
  if (self->mode == STILE_MODE_ANY)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("The session is not established"));
      return FALSE;
    }
  if (g_get_monotonic_time () - self->established > STILE_CLIENT_MAX_AGE)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_EXPIRED, _ ("The session is more than a day old"));
      return FALSE;
    }

  return TRUE;
}

static GBytes *
protect (StileClient *self, GBytes *data, guint64 *sequence, GError **error)
{
  if (!check_usable (self, error))
    return NULL;
  if (self->mode == STILE_MODE_RECORD)
    return stile_session_send (self->session, data, error);

  *sequence = self->next_sequence++;
  return stile_sealer_seal (self->sealer, *sequence, data, error);
}

static GBytes *
unprotect (StileClient *self, GBytes *body, guint64 sequence, GError **error)
{
  guint64 answered = 0;
  g_autoptr (GBytes) data = NULL;

  if (self->mode == STILE_MODE_RECORD)
    return stile_session_receive (self->session, body, error);

  data = stile_sealer_open (self->sealer, body, STILE_BINARY_HTTP_MAX_SIZE, &answered, error);
  if (data != NULL && answered != sequence)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   _ ("The answer belongs to message %" PRIu64 ", not to message %" PRIu64), answered,
                   sequence);
      return NULL;
    }

  return g_steal_pointer (&data);
}

static void
data_carried (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = stile_carrier_exchange_finish (STILE_CARRIER (object), result, &error);
  StileClient *self = g_task_get_source_object (task);
  guint64 *sequence = g_task_get_task_data (task);
  GBytes *data = body != NULL ? unprotect (self, body, *sequence, &error) : NULL;

  if (data == NULL)
    {
      return_error (task, g_steal_pointer (&error));
      return;
    }

  stile_trace_note (self->trace, STILE_TRACE_MESSAGE, NULL,
                    _ ("Answer from the service, %zu bytes, %zu on the wire"), g_bytes_get_size (data),
                    g_bytes_get_size (body));
  g_task_return_pointer (task, data, (GDestroyNotify)g_bytes_unref);
}

/**
 * stile_client_send_async:
 * @data: what the service shall read
 *
 * Carries raw data: for peers that know only the draft, and for stile_client_request_async().
 */
void
stile_client_send_async (StileClient *self,
                         GBytes *data,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint64 *sequence = g_new0 (guint64, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  g_task_set_source_tag (task, stile_client_send_async);
  g_task_set_task_data (task, sequence, g_free);
  body = protect (self, data, sequence, &error);
  if (body == NULL)
    {
      return_error (task, g_steal_pointer (&error));
      return;
    }

  stile_trace_note (self->trace, STILE_TRACE_MESSAGE, NULL,
                    _ ("Message to the service, %zu bytes, %zu on the wire"), g_bytes_get_size (data),
                    g_bytes_get_size (body));
  stile_carrier_exchange_async (self->carrier,
                                self->mode == STILE_MODE_EXPORT ? STILE_MESSAGE_SEALED : STILE_MESSAGE_FLIGHT,
                                body, cancellable, data_carried, g_steal_pointer (&task));
}

/**
 * stile_client_send_finish:
 *
 * Returns: (transfer full): what the service answered
 */
GBytes *
stile_client_send_finish (StileClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
request_sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = stile_client_send_finish (STILE_CLIENT (object), result, &error);
  StileHttpMessage *response = data != NULL ? stile_binary_http_decode (data, &error) : NULL;

  if (response != NULL && stile_http_message_is_request (response))
    {
      g_clear_object (&response);
      g_set_error_literal (&error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The service answered with a request"));
    }
  if (response == NULL)
    {
      stile_error_convert (&error, STILE_ERROR_PROTOCOL);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_task_return_pointer (task, response, g_object_unref);
}

/**
 * stile_client_request_async:
 * @request: an HTTP request, carried as Binary HTTP (PROTOCOL section 3)
 */
void
stile_client_request_async (StileClient *self,
                            StileHttpMessage *request,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GBytes) data = NULL;

  g_task_set_source_tag (task, stile_client_request_async);
  if (!self->binary_http)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_NOT_ATLS,
                               _ ("The service speaks no HTTP inside the session (no “%s” in ALPN)"),
                               STILE_BINARY_HTTP_ALPN);
      return;
    }

  data = stile_binary_http_encode (request);
  stile_client_send_async (self, data, cancellable, request_sent, g_steal_pointer (&task));
}

/**
 * stile_client_request_finish:
 *
 * Returns: (transfer full): the service's answer, whatever its status
 */
StileHttpMessage *
stile_client_request_finish (StileClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
close_carried (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = stile_carrier_exchange_finish (STILE_CARRIER (object), result, &error);

  if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * stile_client_close_async:
 *
 * Ends the session: in record mode with a close_notify that is carried over, in export mode by wiping the keys.
 */
void
stile_client_close_async (StileClient *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GBytes) notify = self->mode == STILE_MODE_RECORD ? stile_session_close (self->session) : NULL;

  g_task_set_source_tag (task, stile_client_close_async);
  g_clear_pointer (&self->sealer, stile_sealer_free);
  self->mode = STILE_MODE_ANY;
  if (notify == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  stile_carrier_exchange_async (self->carrier, STILE_MESSAGE_FLIGHT, notify, cancellable, close_carried,
                                g_steal_pointer (&task));
}

gboolean
stile_client_close_finish (StileClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_client_get_session:
 *
 * Returns: (transfer none) (nullable): the TLS session, for who looks on; %NULL before connecting
 */
StileSession *
stile_client_get_session (StileClient *self)
{
  return self->session;
}

/**
 * stile_client_get_carrier:
 *
 * Returns: (transfer none): what carries the bytes
 */
StileCarrier *
stile_client_get_carrier (StileClient *self)
{
  return self->carrier;
}

/**
 * stile_client_get_mode:
 *
 * Returns: how data is protected; %STILE_MODE_ANY while there is no session
 */
StileMode
stile_client_get_mode (StileClient *self)
{
  return self->mode;
}

/**
 * stile_client_get_round_trips:
 *
 * Returns: how many exchanges the handshake took, or has taken so far
 */
guint
stile_client_get_round_trips (StileClient *self)
{
  return self->round_trips;
}

gboolean
stile_client_speaks_binary_http (StileClient *self)
{
  return self->binary_http;
}
