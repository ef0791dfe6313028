/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-prm-enrolment.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-brski-answer.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "bootstrap/stile-registrar-prm.h"
#include "codec/stile-certificate-bundle.h"

/**
 * StileRegistrarPrmEnrolment:
 *
 * Answers an enrolment request that an agent brings with the device's certificate (BRSKI-PRM section 7.4).  Who asks is told by
 * the device's signature, where EST has a TLS session; for all else it is EST's enrolment, and the EST server does it.
 */
struct _StileRegistrarPrmEnrolment
{
  GObject parent_instance;

  StileRegistrar *registrar;
  StileHandler *est;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileRegistrarPrmEnrolment,
                               stile_registrar_prm_enrolment,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

#define RETRY_SECONDS 60

/* One request on its way. */
typedef struct
{
  StileChecks *checks;
  StilePrmDevice *device;
  char *issuer;
  char *serial;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->checks);
  g_clear_pointer (&job->device, stile_prm_device_free);
  g_free (job->issuer);
  g_free (job->serial);
  g_free (job);
}

static void
stile_registrar_prm_enrolment_finalize (GObject *object)
{
  StileRegistrarPrmEnrolment *self = STILE_REGISTRAR_PRM_ENROLMENT (object);

  g_clear_object (&self->registrar);
  g_clear_object (&self->est);

  G_OBJECT_CLASS (stile_registrar_prm_enrolment_parent_class)->finalize (object);
}

static void
stile_registrar_prm_enrolment_class_init (StileRegistrarPrmEnrolmentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_prm_enrolment_finalize;
}

static void
stile_registrar_prm_enrolment_init (StileRegistrarPrmEnrolment *self)
{
}

/**
 * stile_registrar_prm_enrolment_new:
 * @est: gives certificates to whom @registrar lets it: a StileEstServer
 *
 * Returns: (transfer full): what answers at /.well-known/brski/requestenroll
 */
StileHandler *
stile_registrar_prm_enrolment_new (StileRegistrar *registrar, StileHandler *est)
{
  StileRegistrarPrmEnrolment *self = g_object_new (STILE_TYPE_REGISTRAR_PRM_ENROLMENT, NULL);

  self->registrar = g_object_ref (registrar);
  self->est = g_object_ref (est);

  return STILE_HANDLER (self);
}

static StileHttpMessage *
fail (const GError *error)
{
  g_warning ("A device cannot be enrolled: %s", error->message);
  return stile_brski_answer_wait (503, RETRY_SECONDS, "The registrar is not able to answer; try again later");
}

/* --- what is asked --- */

/* The device that the signature is said to be of; R13 compares the keys. */
static StileHttpMessage *
find_device (StileRegistrarPrmEnrolment *self, Job *job, GBytes *content, GPtrArray **chain)
{
  static const char *const understood[] = { "created-on", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse_jws (content, understood, &error);

  if (message == NULL || stile_signed_message_get_signer (message, 0) == NULL)
    return stile_brski_answer_refuse (
        400, error != NULL ? error->message : "R13: The enrolment request does not say who signed it");

  job->device = stile_registrar_prm_find (self->registrar, stile_signed_message_get_signer (message, 0),
                                          &job->issuer, &job->serial, &error);
  if (error != NULL)
    return fail (error);
  if (job->device == NULL)
    return stile_brski_answer_refuse (404, "R13: No voucher request of this device was taken here");

  *chain = stile_signed_message_get_signer_chain (message, 0);
  return NULL;
}

/* As if the device itself stood there: its key has signed, which is what TLS shows in EST. */
static StileExchange *
make_inner (StileCertificateRequest *request, GPtrArray *chain)
{
  g_autoptr (GBytes) ders = stile_certificate_bundle_to_der (chain);
  g_autoptr (GBytes) body = stile_certificate_request_to_est (request);
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_request ("POST", "https", "registrar", STILE_EST_SERVER_PREFIX "simpleenroll");

  stile_http_message_set_content (message, "application/pkcs10", body);
  return stile_exchange_new (message, NULL, ders, NULL);
}

static StileExchange *
judge (Job *job, GBytes *content, GPtrArray *chain, StileHttpMessage **answer)
{
  const StileJudge known = { .at = g_get_real_time () / G_USEC_PER_SEC };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificateRequest) request =
      stile_prm_enrol_request_judge (&known, job->device, content, job->checks, &error);

  if (request != NULL)
    return make_inner (request, chain);

  g_message ("Device %s wants to enrol, and is refused: %s", job->serial, error->message);
  *answer = stile_brski_answer_judged (job->checks, error);
  return NULL;
}

/* Returns: (transfer full) (nullable): what the EST server is asked; NULL with @answer when there is nothing to ask */
static StileExchange *
prepare (StileRegistrarPrmEnrolment *self, Job *job, StileExchange *exchange, StileHttpMessage **answer)
{
  static const char *const types[] = { STILE_REGISTRAR_PRM_MEDIA_TYPE, NULL };
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  GBytes *content = stile_http_message_get_content (request);
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (GError) error = NULL;

  *answer = stile_brski_answer_check_request (request, types, STILE_PRM_ENROL_REQUEST_MAX_SIZE);
  if (*answer != NULL)
    return NULL;
  if (!stile_registrar_prm_check_agent (self->registrar, exchange, job->checks, &error))
    {
      *answer = stile_brski_answer_judged (job->checks, error);
      return NULL;
    }

  *answer = find_device (self, job, content, &chain);
  return *answer == NULL ? judge (job, content, chain, answer) : NULL;
}

/* --- what is answered --- */

/* Kept before it is answered: R14 must know the device by its new certificate, too, and R13 its newest request. */
static StileHttpMessage *
keep (StileRegistrarPrmEnrolment *self, Job *job, StileHttpMessage *response)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) issued =
      stile_certificate_bundle_parse_est (stile_http_message_get_content (response), &error);

  if (issued == NULL || issued->len == 0)
    return stile_brski_answer_refuse (502, "The domain’s CA answers something that is no certificate");

  g_set_object (&job->device->ldevid, g_ptr_array_index (issued, 0));
  if (!stile_ledger_put_prm_device (stile_registrar_get_ledger (self->registrar), job->issuer, job->serial,
                                    job->device, &error))
    return fail (error);

  return g_object_ref (response);
}

static void
enrolled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StileRegistrarPrmEnrolment *self = g_task_get_source_object (task);
  g_autoptr (StileHttpMessage) response = stile_handler_handle_finish (STILE_HANDLER (object), result);

  g_task_return_pointer (task,
                         stile_http_message_get_status (response) == 200
                             ? keep (self, g_task_get_task_data (task), response)
                             : g_object_ref (response),
                         g_object_unref);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileRegistrarPrmEnrolment *self = STILE_REGISTRAR_PRM_ENROLMENT (handler);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);
  StileHttpMessage *answer = NULL;
  g_autoptr (StileExchange) inner = NULL;

  g_task_set_source_tag (task, handle_async);
  g_task_set_task_data (task, job, job_free);
  job->checks = stile_checks_new ();
  inner = prepare (self, job, exchange, &answer);
  if (inner == NULL)
    g_task_return_pointer (task, answer, g_object_unref);
  else
    stile_handler_handle_async (self->est, inner, cancellable, enrolled, g_steal_pointer (&task));
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
