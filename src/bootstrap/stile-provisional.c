/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-provisional.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-path.h"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_privkey_t, gnutls_privkey_deinit, NULL)

/**
 * StileProvisional:
 *
 * A session with a registrar that nobody vouches for (RFC 8995 section 5.1), as a type of its own: a voucher can be asked
 * for, and its fate told; for anything else there is no function.  It is left only with a voucher that was judged to
 * be good for the very certificates that were kept when the session was made (BOOTSTRAP P2, P14).
 */
struct _StileProvisional
{
  GObject parent_instance;

  StileProvisionalState state;
  StileCarrier *carrier;
  StileIdentity *idevid;
  StileMode mode;
  StileTrace *trace;
  StileClient *client;
  GPtrArray *chain; /* of StileCertificate: what the registrar showed */
  char *nonce;
  GBytes *request; /* the very bytes that every asking sends */
};

G_DEFINE_FINAL_TYPE (StileProvisional, stile_provisional, G_TYPE_OBJECT)

static void
stile_provisional_finalize (GObject *object)
{
  StileProvisional *self = STILE_PROVISIONAL (object);

  g_clear_object (&self->client);
  g_clear_object (&self->carrier);
  g_clear_object (&self->idevid);
  g_clear_object (&self->trace);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_clear_pointer (&self->request, g_bytes_unref);
  g_free (self->nonce);

  G_OBJECT_CLASS (stile_provisional_parent_class)->finalize (object);
}

static void
stile_provisional_class_init (StileProvisionalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_provisional_finalize;
}

static void
stile_provisional_init (StileProvisional *self)
{
}

/**
 * stile_provisional_new:
 * @carrier: leads to the registrar; used for nothing else
 * @idevid: who this device is, as its manufacturer made it
 *
 * One attempt on one session: it has one nonce (BOOTSTRAP P1).
 */
StileProvisional *
stile_provisional_new (StileCarrier *carrier, StileIdentity *idevid, StileMode mode)
{
  StileProvisional *self = g_object_new (STILE_TYPE_PROVISIONAL, NULL);

  self->carrier = g_object_ref (carrier);
  self->idevid = g_object_ref (idevid);
  self->mode = mode;

  return self;
}

/**
 * stile_provisional_set_trace:
 * @trace: (nullable): is told what happens
 */
void
stile_provisional_set_trace (StileProvisional *self, StileTrace *trace)
{
  g_set_object (&self->trace, trace);
}

/* --- connecting --- */

static GBytes *
sign_request (StileProvisional *self, GBytes *content, GError **error)
{
  g_auto (gnutls_privkey_t) key = stile_identity_open_key (self->idevid, error);

  if (key == NULL)
    return NULL;

  return stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, key,
                                        stile_identity_get_chain (self->idevid),
                                        g_get_real_time () / G_USEC_PER_SEC, error);
}

/* RFC 8995 section 5.2.  The registrar's certificate is the inner session's: the outer one may be a middlebox's, and the
 * manufacturer would bind the device to it (BOOTSTRAP 1.6). */
static gboolean
make_request (StileProvisional *self, GError **error)
{
  g_autofree char *serial =
      stile_certificate_path_get_device_serial (stile_identity_get_certificate (self->idevid));
  StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
  g_autoptr (StileVoucher) request = NULL;
  g_autoptr (GBytes) content = NULL;

  self->nonce = stile_voucher_make_nonce ();
  if (serial == NULL || self->nonce == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           serial == NULL
                               ? _ ("This computer’s certificate has no serial number of a device in its "
                                    "subject, and a voucher is for a serial number")
                               : _ ("The system has no randomness"));
      return FALSE;
    }

  fields.created_on = g_get_real_time () / G_USEC_PER_SEC;
  fields.assertion = STILE_ASSERTION_PROXIMITY;
  fields.serial_number = serial;
  fields.nonce = self->nonce;
  fields.proximity_registrar_cert = stile_certificate_get_der (g_ptr_array_index (self->chain, 0));
  request = stile_voucher_new (STILE_VOUCHER_REQUEST, &fields);
  content = stile_voucher_json_print (request);
  self->request = sign_request (self, content, error);
  return self->request != NULL;
}

static gboolean
keep_chain (StileProvisional *self, GError **error)
{
  GPtrArray *chain = stile_session_get_peer_chain (stile_client_get_session (self->client));

  if (chain == NULL || chain->len == 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("P2: the registrar shows no certificate, so no voucher could be for it"));
      return FALSE;
    }

  self->chain = g_ptr_array_ref (chain);
  return TRUE;
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean up = stile_client_connect_finish (STILE_CLIENT (object), result, &error);
  StileProvisional *self = g_task_get_source_object (task);

  if (up && !stile_client_speaks_binary_http (self->client))
    g_set_error_literal (
        &error, STILE_ERROR, STILE_ERROR_NOT_ATLS,
        _ ("The service speaks ATLS, but no HTTP inside it, so that it cannot be a registrar"));
  if (error != NULL || !keep_chain (self, &error) || !make_request (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->state = STILE_PROVISIONAL_OPEN;
  g_task_return_boolean (task, TRUE);
}

/**
 * stile_provisional_connect_async:
 * @credentials: of a client with @idevid: provisional ones, or, for a cloud registrar, ones that verify it
 *
 * Shakes hands, keeps what the registrar shows, and signs the request that all askings will send.
 */
void
stile_provisional_connect_async (StileProvisional *self,
                                 StileCredentials *credentials,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (self->client == NULL);

  g_task_set_source_tag (task, stile_provisional_connect_async);
  self->client = stile_client_new (self->carrier, credentials, self->mode);
  stile_client_set_trace (self->client, self->trace);
  stile_client_connect_async (self->client, cancellable, connected, task);
}

gboolean
stile_provisional_connect_finish (StileProvisional *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the voucher exchange --- */

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileHttpMessage *response = stile_client_request_finish (STILE_CLIENT (object), result, &error);

  if (response == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, response, g_object_unref);
}

/**
 * stile_provisional_ask_async:
 *
 * Sends the request, or sends it again: the same bytes, as RFC 8995 section 5.6 wants after a 202.
 */
void
stile_provisional_ask_async (StileProvisional *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (StileHttpMessage) request = NULL;

  g_return_if_fail (self->state == STILE_PROVISIONAL_OPEN);

  g_task_set_source_tag (task, stile_provisional_ask_async);
  request = stile_voucher_answer_ask (stile_carrier_get_host (self->carrier), self->request);
  stile_client_request_async (self->client, request, cancellable, answered, task);
}

/**
 * stile_provisional_ask_finish:
 * @answer: (out caller-allocated): gets the answer; clear it
 */
gboolean
stile_provisional_ask_finish (StileProvisional *self,
                              GAsyncResult *result,
                              StileVoucherAnswer *answer,
                              GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (StileHttpMessage) response = g_task_propagate_pointer (G_TASK (result), &reason);

  if (response != NULL)
    return stile_voucher_answer_read (answer, response, error);

  /* Nobody answered inside: what is wrong is the session, and no word of the registrar's. */
  if (g_error_matches (reason, STILE_ERROR, STILE_ERROR_EXPIRED) ||
      g_error_matches (reason, STILE_ERROR, STILE_ERROR_PROTOCOL))
    self->state = STILE_PROVISIONAL_LOST;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/**
 * stile_provisional_judge:
 * @knowledge: anchors, policy and time
 * @scope: whom the voucher must be for
 * @voucher: the bytes that came
 *
 * What this attempt knows by itself (nonce, serial number, own certificate, the chain that was kept) is filled in here.
 */
gboolean
stile_provisional_judge (StileProvisional *self,
                         const StileJudge *knowledge,
                         StileProvisionalScope scope,
                         GBytes *voucher,
                         StileChecks *checks,
                         StileJudgement *judgement,
                         GError **error)
{
  StileJudge judge = *knowledge;
  g_autofree char *serial =
      stile_certificate_path_get_device_serial (stile_identity_get_certificate (self->idevid));

  g_return_val_if_fail (self->state == STILE_PROVISIONAL_OPEN, FALSE);

  judge.nonce = self->nonce;
  judge.serial = serial;
  judge.idevid = stile_identity_get_certificate (self->idevid);
  judge.peer_chain = scope == STILE_PROVISIONAL_HERE ? self->chain : NULL;

  self->state = STILE_PROVISIONAL_REFUSED;
  if (!stile_judge_as_pledge (&judge, voucher, checks, judgement, error))
    return FALSE;

  if (scope == STILE_PROVISIONAL_HERE)
    self->state = STILE_PROVISIONAL_BELIEVED;
  return TRUE;
}

/**
 * stile_provisional_tell_async:
 * @report: how the voucher was found
 *
 * Tells the registrar (RFC 8995 section 5.7); what it answers changes nothing.
 */
void
stile_provisional_tell_async (StileProvisional *self,
                              StileStatusReport *report,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GBytes) content = stile_status_report_to_json (report);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (
      "POST", "https", stile_carrier_get_host (self->carrier), STILE_VOUCHER_ANSWER_STATUS_PATH);

  g_task_set_source_tag (task, stile_provisional_tell_async);
  stile_http_message_set_content (request, "application/json", content);
  stile_client_request_async (self->client, request, cancellable, answered, task);
}

/**
 * stile_provisional_tell_finish:
 *
 * Returns: whether it was told
 */
gboolean
stile_provisional_tell_finish (StileProvisional *self, GAsyncResult *result, GError **error)
{
  g_autoptr (StileHttpMessage) response = g_task_propagate_pointer (G_TASK (result), error);

  return response != NULL;
}

/**
 * stile_provisional_release:
 *
 * Returns: (transfer full) (nullable): the session for anything, once a voucher vouches for its other end; %NULL before
 */
StileChannel *
stile_provisional_release (StileProvisional *self)
{
  if (self->state != STILE_PROVISIONAL_BELIEVED)
    return NULL;

  return stile_channel_new_atls (self->client);
}

/**
 * stile_provisional_close:
 *
 * Says goodbye to a registrar that will not do (BOOTSTRAP P16), without waiting for what it answers.
 */
void
stile_provisional_close (StileProvisional *self)
{
  if (self->state == STILE_PROVISIONAL_NEW || self->state == STILE_PROVISIONAL_LOST)
    return;

  self->state = STILE_PROVISIONAL_REFUSED;
  stile_client_close_async (self->client, NULL, NULL, NULL);
}

StileProvisionalState
stile_provisional_get_state (StileProvisional *self)
{
  return self->state;
}

/**
 * stile_provisional_get_client:
 *
 * Returns: (transfer none) (nullable): the session, to look at; nothing is to be sent through it
 */
StileClient *
stile_provisional_get_client (StileProvisional *self)
{
  return self->client;
}

/**
 * stile_provisional_get_chain:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): what the registrar showed, leaf first
 */
GPtrArray *
stile_provisional_get_chain (StileProvisional *self)
{
  return self->chain;
}

const char *
stile_provisional_get_nonce (StileProvisional *self)
{
  return self->nonce;
}

/**
 * stile_provisional_get_request:
 *
 * Returns: (transfer none) (nullable): the signed voucher request
 */
GBytes *
stile_provisional_get_request (StileProvisional *self)
{
  return self->request;
}
