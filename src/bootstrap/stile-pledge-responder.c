/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pledge-responder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-brski-answer.h"
#include "bootstrap/stile-pledge-deliveries.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "bootstrap/stile-prm-request.h"
#include "bootstrap/stile-prm-status-trigger.h"
#include "bootstrap/stile-prm-status.h"
#include "bootstrap/stile-prm-trigger.h"
#include "codec/stile-certificate-path.h"

/**
 * StilePledgeResponder:
 *
 * A device in responder mode (BRSKI-PRM section 5): it asks nobody, and answers whoever stands before it with a laptop, over
 * plain HTTP.  What it believes is only what is signed.  For one thread.
 */
struct _StilePledgeResponder
{
  GObject parent_instance;

  StilePledgeDeliveries site; /* who it is, and what it judges with */
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StilePledgeResponder,
                               stile_pledge_responder,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static guint answered_signal;

#define JSON "application/json"
#define JOSE "application/jose+json"
#define PKCS7 "application/pkcs7-mime"

static void
stile_pledge_responder_finalize (GObject *object)
{
  StilePledgeResponder *self = STILE_PLEDGE_RESPONDER (object);

  g_clear_object (&self->site.idevid);
  g_clear_pointer (&self->site.anchors, g_ptr_array_unref);
  g_clear_object (&self->site.state);
  g_free (self->site.serial);

  G_OBJECT_CLASS (stile_pledge_responder_parent_class)->finalize (object);
}

static void
stile_pledge_responder_class_init (StilePledgeResponderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_pledge_responder_finalize;

  answered_signal = g_signal_new ("answered", STILE_TYPE_PLEDGE_RESPONDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, STILE_TYPE_CHECKS);
}

static void
stile_pledge_responder_init (StilePledgeResponder *self)
{
}

/* What it answers is ES256, all of it (BRSKI-PRM). */
static gboolean
check_key (StileCertificate *own, GError **error)
{
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

  if (gnutls_x509_crt_get_pk_ecc_raw (stile_certificate_get_x509 (own), &curve, NULL, NULL) >= 0 &&
      curve == GNUTLS_ECC_CURVE_SECP256R1)
    return TRUE;

  g_set_error (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("The key of “%s” is %s. A device that an agent brings in signs with ES256: give it an IDevID "
         "with a key on P-256."),
      stile_certificate_get_name (own), stile_certificate_get_key_description (own));
  return FALSE;
}

/**
 * stile_pledge_responder_new:
 *
 * Returns: (transfer full): a device that answers; %STILE_ERROR_SETTINGS for a certificate that names no device, or whose
 *   key signs no ES256
 */
StilePledgeResponder *
stile_pledge_responder_new (const StilePledgeResponderSettings *settings, GError **error)
{
  StileCertificate *own = stile_identity_get_certificate (settings->idevid);
  g_autofree char *serial = stile_certificate_path_get_device_serial (own);
  StilePledgeResponder *self;

  if (serial == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("“%s” is no device’s certificate: it has no serial number of a device in its subject"),
                   stile_certificate_get_name (own));
      return NULL;
    }
  if (!check_key (own, error))
    return NULL;

  self = g_object_new (STILE_TYPE_PLEDGE_RESPONDER, NULL);
  self->site.idevid = g_object_ref (settings->idevid);
  self->site.anchors = g_ptr_array_ref (settings->anchors);
  self->site.policy = settings->policy;
  self->site.state = g_object_ref (settings->state);
  self->site.serial = g_steal_pointer (&serial);
  return self;
}

/**
 * stile_pledge_responder_get_serial:
 *
 * Returns: (transfer none): X520SerialNumber of its IDevID
 */
const char *
stile_pledge_responder_get_serial (StilePledgeResponder *self)
{
  return self->site.serial;
}

/**
 * stile_pledge_responder_get_state:
 *
 * Returns: (transfer none): how far it is
 */
StilePledgeState *
stile_pledge_responder_get_state (StilePledgeResponder *self)
{
  return self->site.state;
}

/* --- what it makes: tpvr, tper, qps --- */

static StileHttpMessage *
refuse (const GError *error, StileChecks *checks)
{
  return stile_brski_answer_judged (checks, error);
}

static StileHttpMessage *
fail (const GError *error)
{
  g_warning ("%s", error->message);
  return stile_brski_answer_refuse (500, error->message);
}

/* P1: a device that has an owner asks for no other. */
static StileHttpMessage *
check_unconfigured (StilePledgeDeliveries *site)
{
  return stile_pledge_state_get_stage (site->state) == STILE_PLEDGE_ENROL_SUCCESS
             ? stile_brski_answer_refuse (403, "P1: The device has a certificate of its domain already")
             : NULL;
}

static gint64
get_now (StilePledgeDeliveries *site, gint64 at_least)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  /* Not before the agent's question (R13); a clock that nobody trusts is none. */
  return (site->policy & STILE_JUDGE_NO_CLOCK) != 0 ? at_least : MAX (now, at_least);
}

static GBytes *
make_request (StilePledgeDeliveries *site, const StilePrmProximity *proximity, GError **error)
{
  g_autofree char *nonce = stile_voucher_make_nonce ();
  g_autoptr (GBytes) request =
      stile_prm_request_make (site->idevid, proximity, site->serial, nonce,
                              get_now (site, proximity->signed_data->created_on), error);

  if (request == NULL)
    return NULL;

  /* Before it goes out: a voucher for a nonce that was forgotten is none. */
  stile_prm_pending_add (stile_pledge_state_get_pending (site->state), nonce, proximity->registrar,
                         g_get_real_time () / G_USEC_PER_SEC);
  stile_pledge_state_set_asked_on (site->state, proximity->signed_data->created_on);
  return stile_pledge_state_save (site->state, error) ? g_steal_pointer (&request) : NULL;
}

static StileHttpMessage *
answer_voucher_trigger (StilePledgeDeliveries *site, GBytes *content, StileChecks *checks)
{
  const StileJudge judge = { .policy = site->policy, .serial = site->serial };
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePrmProximity) proximity = NULL;
  g_autoptr (GBytes) request = NULL;
  StileHttpMessage *refusal = check_unconfigured (site);

  if (refusal != NULL)
    return refusal;
  proximity = stile_prm_trigger_judge (&judge, content, checks, &error);
  if (proximity == NULL)
    return refuse (error, checks);

  request = make_request (site, proximity, &error);
  return request != NULL ? stile_brski_answer_new (STILE_VOUCHER_JWS_MEDIA_TYPE, request) : fail (error);
}

/* What the domain asks for besides, it asks the agent for; the name is the device's own. */
static GBytes *
make_enrol_request (StilePledgeDeliveries *site, GError **error)
{
  g_autoptr (StileEnrolmentKey) key = stile_pledge_state_open_key (site->state, error);
  const StileCertificateRequestTemplate wanted = { .common_name = site->serial,
                                                   .serial_number = site->serial };
  g_autoptr (StileCertificateRequest) request =
      key != NULL ? stile_certificate_request_create (&wanted, stile_enrolment_key_get_private (key), error)
                  : NULL;

  return request != NULL
             ? stile_prm_enrol_request_make (site->idevid, request,
                                             get_now (site, stile_pledge_state_get_asked_on (site->state)),
                                             error)
             : NULL;
}

static StileHttpMessage *
answer_enrol_trigger (StilePledgeDeliveries *site, GBytes *content, StileChecks *checks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) request = NULL;
  StileHttpMessage *refusal = check_unconfigured (site);

  if (refusal != NULL)
    return refusal;
  if (!stile_prm_trigger_check_enrol (content, &error))
    return stile_brski_answer_refuse (400, error->message);

  request = make_enrol_request (site, &error);
  return request != NULL ? stile_brski_answer_new (JOSE, request) : fail (error);
}

/* The new certificate speaks for a device that has one. */
static GBytes *
make_status (StilePledgeDeliveries *site, GError **error)
{
  StilePledgeStage stage = stile_pledge_state_get_stage (site->state);
  g_autoptr (StileIdentity) member = stage == STILE_PLEDGE_ENROL_SUCCESS
                                         ? stile_pledge_state_open_identity (site->state, error)
                                         : g_object_ref (site->idevid);

  if (member == NULL)
    return NULL;

  return stile_prm_status_make (STILE_PRM_STATUS_PLEDGE,
                                stage != STILE_PLEDGE_VOUCHER_ERROR && stage != STILE_PLEDGE_ENROL_ERROR,
                                NULL, stile_pledge_state_name_stage (stage), member, error);
}

static StileHttpMessage *
answer_status_trigger (StilePledgeDeliveries *site, GBytes *content, StileChecks *checks)
{
  const StileJudge judge = { .policy = site->policy, .serial = site->serial };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) status = NULL;

  if (!stile_prm_status_trigger_judge (&judge, content, checks, &error))
    return refuse (error, checks);

  status = make_status (site, &error);
  return status != NULL ? stile_brski_answer_new (JOSE, status) : fail (error);
}

/* --- what it takes: svr, scac, ser --- */

static StileHttpMessage *
answer_voucher (StilePledgeDeliveries *site, GBytes *content, StileChecks *checks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) status = stile_pledge_deliveries_take_voucher (site, content, checks, &error);

  return status != NULL ? stile_brski_answer_new (JOSE, status) : fail (error);
}

static StileHttpMessage *
answer_roots (StilePledgeDeliveries *site, GBytes *content, StileChecks *checks)
{
  g_autoptr (GError) error = NULL;

  if (stile_pledge_deliveries_take_roots (site, content, checks, &error))
    return stile_brski_answer_new (NULL, NULL);

  return stile_checks_get_refused (checks) != NULL ? refuse (error, checks) : fail (error);
}

static StileHttpMessage *
answer_certificate (StilePledgeDeliveries *site, GBytes *content, StileChecks *checks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) status = stile_pledge_deliveries_take_certificate (site, content, checks, &error);

  return status != NULL ? stile_brski_answer_new (JOSE, status) : fail (error);
}

/* --- its paths --- */

/**
 * Operation:
 * @name: below the prefix
 * @types: what may come
 * @answers: (nullable): what is answered
 * @limit: bytes
 */
typedef struct
{
  const char *name;
  const char *types[3];
  const char *answers;
  gsize limit;
  StileHttpMessage *(*answer) (StilePledgeDeliveries *site, GBytes *content, StileChecks *checks);
} Operation;

static const Operation operations[] = {
  { "tpvr", { JSON }, STILE_VOUCHER_JWS_MEDIA_TYPE, STILE_PRM_PROXIMITY_MAX_SIZE, answer_voucher_trigger },
  { "tper", { JSON }, JOSE, STILE_PRM_TRIGGER_MAX_ENROL, answer_enrol_trigger },
  { "svr", { STILE_VOUCHER_JWS_MEDIA_TYPE }, JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE, answer_voucher },
  { "scac", { JOSE }, NULL, STILE_SIGNED_MESSAGE_MAX_SIZE, answer_roots },
  { "ser", { PKCS7 }, JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE, answer_certificate },
  { "qps", { JOSE }, JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE, answer_status_trigger },
};

static const Operation *
find_operation (StileHttpMessage *request)
{
  const char *path = stile_http_message_get_path (request);
  const char *name = path != NULL && g_str_has_prefix (path, STILE_PLEDGE_RESPONDER_PREFIX)
                         ? path + strlen (STILE_PLEDGE_RESPONDER_PREFIX)
                         : "";

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (strcmp (operations[i].name, name) == 0)
      return &operations[i];

  return NULL;
}

static StileHttpMessage *
check (const Operation *operation, StileHttpMessage *request)
{
  StileHttpMessage *refusal;

  if (operation == NULL)
    return stile_brski_answer_refuse (404,
                                      "This device answers at other paths: tpvr, tper, svr, scac, ser, qps");

  refusal = stile_brski_answer_check_request (request, operation->types, operation->limit);
  if (refusal == NULL && operation->answers != NULL)
    refusal = stile_brski_answer_check_accept (request, operation->answers);
  return refusal;
}

static StileHttpMessage *
answer (StilePledgeResponder *self, StileHttpMessage *request)
{
  const Operation *operation = find_operation (request);
  g_autoptr (StileChecks) checks = stile_checks_new ();
  StileHttpMessage *response = check (operation, request);

  if (response == NULL)
    response = operation->answer (&self->site, stile_http_message_get_content (request), checks);
  if (operation != NULL)
    g_signal_emit (self, answered_signal, 0, operation->name, stile_http_message_get_status (response),
                   checks);
  return response;
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  stile_handler_return (handler, cancellable, callback, user_data,
                        answer (STILE_PLEDGE_RESPONDER (handler), stile_exchange_get_request (exchange)));
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
handler_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}
