/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-voucher.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-prm-judge.h"
#include "bootstrap/stile-registrar-admission.h"
#include "bootstrap/stile-registrar-audit.h"
#include "bootstrap/stile-registrar-masa.h"
#include "bootstrap/stile-registrar-prm.h"
#include "bootstrap/stile-registrar-recheck.h"
#include "bootstrap/stile-registrar-request.h"
#include "bootstrap/stile-brski-answer.h"

/**
 * StileRegistrarVoucher:
 *
 * Answers a pledge's request for a voucher (RFC 8995 sections 5.2 to 5.6): judges it, asks the MASA, and gives back what
 * the MASA answers.  All that is answered is in the ledger before, so that the same request gets the same voucher, also
 * from a registrar that was started again.
 */
struct _StileRegistrarVoucher
{
  GObject parent_instance;

  StileRegistrar *registrar;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileRegistrarVoucher,
                               stile_registrar_voucher,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

/* One request on its way. */
typedef struct
{
  StileExchange *exchange;
  const char *media_type;
  gboolean brought; /* by an agent: BRSKI-PRM */
  StileRegistrarDevice *device;
  StileChecks *checks;
  StileJudgement judgement;
  StileLedgerVoucher *record;
  StileHttpMessage *answer; /* while something else is done before it is given */
} Job;

static void
job_free (Job *job)
{
  g_clear_object (&job->exchange);
  g_clear_pointer (&job->device, stile_registrar_device_free);
  g_clear_object (&job->checks);
  stile_judgement_clear (&job->judgement);
  g_clear_pointer (&job->record, stile_ledger_voucher_free);
  g_clear_object (&job->answer);
  g_free (job);
}

static void
stile_registrar_voucher_finalize (GObject *object)
{
  g_clear_object (&STILE_REGISTRAR_VOUCHER (object)->registrar);

  G_OBJECT_CLASS (stile_registrar_voucher_parent_class)->finalize (object);
}

static void
stile_registrar_voucher_class_init (StileRegistrarVoucherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_voucher_finalize;
}

static void
stile_registrar_voucher_init (StileRegistrarVoucher *self)
{
}

/**
 * stile_registrar_voucher_new:
 *
 * Returns: (transfer full): what answers at /.well-known/brski/requestvoucher
 */
StileHandler *
stile_registrar_voucher_new (StileRegistrar *registrar)
{
  StileRegistrarVoucher *self = g_object_new (STILE_TYPE_REGISTRAR_VOUCHER, NULL);

  self->registrar = g_object_ref (registrar);

  return STILE_HANDLER (self);
}

/* Each step returns an answer when there is nothing more to do, else NULL. */

static StileHttpMessage *
fail (const GError *error)
{
  g_warning ("A voucher cannot be asked for: %s", error->message);
  return stile_brski_answer_wait (503, STILE_REGISTRAR_VOUCHER_RETRY_SECONDS,
                                  "The registrar is not able to answer; try again later");
}

static StileHttpMessage *
check_request (Job *job)
{
  StileHttpMessage *request = stile_exchange_get_request (job->exchange);
  StileHttpMessage *refusal = stile_brski_answer_check_request (request, stile_brski_answer_voucher_types,
                                                                STILE_SIGNED_MESSAGE_MAX_SIZE);

  if (refusal != NULL)
    return refusal;

  job->media_type = stile_brski_answer_find_type (request, stile_brski_answer_voucher_types);
  return stile_brski_answer_check_accept (request, job->media_type);
}

static StileHttpMessage *
refuse_judged (Job *job, const GError *error)
{
  g_message ("Device %s asks for a voucher, and is refused: %s",
             job->device != NULL ? job->device->serial : "of nobody known", error->message);
  return stile_brski_answer_judged (job->checks, error);
}

static StileJudgePolicy
get_judge_policy (StileManufacturer *manufacturer)
{
  StileJudgePolicy policy = STILE_JUDGE_DEFAULT;

  if (stile_manufacturer_get_idevid_may_end (manufacturer))
    policy |= STILE_JUDGE_IDEVID_MAY_END;
  if (stile_manufacturer_get_compat (manufacturer))
    policy |= STILE_JUDGE_COMPAT;

  return policy;
}

/* R1 to R3, R12 and R13. */
static StileHttpMessage *
judge_brought (StileRegistrarVoucher *self, Job *job)
{
  g_autoptr (GError) error = NULL;

  job->device =
      stile_registrar_prm_judge (self->registrar, job->exchange, job->checks, &job->judgement, &error);
  return job->device == NULL ? refuse_judged (job, error) : NULL;
}

/* R1 to R4.  What was seen of the TLS session goes in whole, so that no check is passed over for want of it. */
static StileHttpMessage *
judge (StileRegistrarVoucher *self, Job *job)
{
  StileHttpMessage *request = stile_exchange_get_request (job->exchange);
  g_autoptr (GError) error = NULL;
  StileJudge known = { .at = g_get_real_time () / G_USEC_PER_SEC };

  job->checks = stile_checks_new ();
  job->brought = stile_prm_judge_takes (stile_http_message_get_content (request));
  if (job->brought)
    return judge_brought (self, job);

  job->device = stile_registrar_identify (self->registrar, job->exchange, &error);
  if (job->device == NULL)
    return refuse_judged (job, error);

  known.policy = get_judge_policy (job->device->manufacturer);
  known.anchors = stile_manufacturer_get_anchors (job->device->manufacturer);
  known.idevid = job->device->idevid;
  known.peer_chain = stile_exchange_get_peer_chain (job->exchange);
  known.own = stile_exchange_get_own_certificate (job->exchange);
  if (known.own == NULL)
    return stile_brski_answer_refuse (403, "R4: Vouchers are asked for over TLS only");
  if (!stile_judge_as_registrar (&known, stile_http_message_get_content (request), job->checks,
                                 &job->judgement, &error))
    return refuse_judged (job, error);

  return NULL;
}

/* What was answered before is answered again. */
static StileHttpMessage *
recall (StileRegistrarVoucher *self, Job *job)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (
      G_CHECKSUM_SHA256, stile_http_message_get_content (stile_exchange_get_request (job->exchange)));
  g_autoptr (GError) error = NULL;

  job->record = stile_ledger_find_voucher (stile_registrar_get_ledger (self->registrar), digest, &error);
  if (error != NULL)
    return fail (error);
  if (job->record != NULL && job->record->voucher != NULL)
    return stile_brski_answer_new (job->media_type, job->record->voucher);
  if (job->record != NULL)
    return NULL;

  job->record = g_new0 (StileLedgerVoucher, 1);
  job->record->request = g_steal_pointer (&digest);
  job->record->issuer = g_strdup (job->device->issuer);
  job->record->serial = g_strdup (job->device->serial);
  return NULL;
}

/* A new voucher is a new beginning: what the last audit log said counts no more (R9). */
static gboolean
begin_anew (StileRegistrarVoucher *self, Job *job, GError **error)
{
  return stile_registrar_admission_change (self->registrar, job->device, STILE_ADMISSION_AUDITED,
                                           STILE_ADMISSION_ALLOWED, "The device asked for a new voucher",
                                           error);
}

/* Kept before it is sent: a registrar that is killed meanwhile asks with the same bytes again, and the MASA has one
 * request in its log, not two. */
static StileHttpMessage *
keep_request (StileRegistrarVoucher *self, Job *job)
{
  StileLedger *ledger = stile_registrar_get_ledger (self->registrar);
  StileLedgerVoucher *kept;
  g_autoptr (GError) error = NULL;

  if (job->record->upstream_request != NULL)
    return NULL;

  job->record->upstream_request =
      stile_registrar_request_make (self->registrar, job->device, &job->judgement,
                                    job->brought ? stile_exchange_get_peer_chain (job->exchange) : NULL,
                                    g_get_real_time () / G_USEC_PER_SEC, &error);
  if (job->record->upstream_request == NULL || !begin_anew (self, job, &error) ||
      !stile_ledger_put_voucher (ledger, job->record, &error))
    return fail (error);

  /* Another worker may have been faster with the same request: then it is its question that the MASA gets. */
  kept = stile_ledger_find_voucher (ledger, job->record->request, &error);
  if (kept == NULL)
    return error != NULL ? fail (error) : NULL;
  stile_ledger_voucher_free (job->record);
  job->record = kept;
  return kept->voucher != NULL ? stile_brski_answer_new (job->media_type, kept->voucher) : NULL;
}

/* --- the MASA's answer --- */

/* What came, and what is found odd about it. */
typedef struct
{
  StileRegistrarVoucher *self;
  Job *job;
  GVariantDict details;
} Arrival;

static void
look_at (Arrival *arrival, GBytes *voucher)
{
  Job *job = arrival->job;
  g_autofree char *fault = stile_registrar_request_find_fault (
      arrival->self->registrar, job->device, stile_voucher_get_fields (job->judgement.voucher)->nonce,
      voucher, &arrival->details);

  if (fault == NULL)
    return;

  g_warning ("Device %s: %s", job->device->serial, fault);
  g_variant_dict_insert (&arrival->details, "warning", "s", fault);
}

static gboolean
write_arrival (StileLedger *ledger, gpointer user_data, GError **error)
{
  Arrival *arrival = user_data;

  stile_registrar_record (arrival->self->registrar, arrival->job->device, "voucher",
                          g_variant_dict_end (&arrival->details));
  return (!arrival->job->brought ||
          stile_registrar_prm_remember (arrival->self->registrar, arrival->job->device,
                                        &arrival->job->judgement, error)) &&
         stile_ledger_put_voucher (ledger, arrival->job->record, error);
}

/* Another worker may have been faster with the same request: then its answer is the one. */
static StileHttpMessage *
keep_voucher (Arrival *arrival, GBytes *voucher)
{
  Job *job = arrival->job;
  StileLedger *ledger = stile_registrar_get_ledger (arrival->self->registrar);
  g_autoptr (StileLedgerVoucher) kept = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&job->record->voucher, g_bytes_unref);
  job->record->voucher = g_bytes_ref (voucher);
  if (!stile_ledger_write (ledger, write_arrival, arrival, &error))
    return fail (error);

  kept = stile_ledger_find_voucher (ledger, job->record->request, &error);
  if (kept == NULL || kept->voucher == NULL)
    return error != NULL ? fail (error) : stile_brski_answer_new (job->media_type, voucher);

  return stile_brski_answer_new (job->media_type, kept->voucher);
}

/* As it came, or countersigned for a device that sees no TLS session of this registrar. */
static GBytes *
finish_voucher (StileRegistrarVoucher *self, Job *job, GBytes *voucher, GError **error)
{
  return job->brought ? stile_registrar_prm_countersign (self->registrar, voucher, error)
                      : g_bytes_ref (voucher);
}

static StileHttpMessage *
take_answer (StileRegistrarVoucher *self, Job *job, StileHttpMessage *response)
{
  StileHttpMessage *answer =
      stile_registrar_masa_check (response, job->media_type, STILE_SIGNED_MESSAGE_MAX_SIZE);
  Arrival arrival = { .self = self, .job = job };
  g_autoptr (GBytes) voucher = NULL;
  g_autoptr (GError) error = NULL;

  if (answer != NULL)
    return answer;
  voucher = finish_voucher (self, job, stile_http_message_get_content (response), &error);
  if (voucher == NULL)
    return stile_registrar_masa_explain (error);

  g_variant_dict_init (&arrival.details, NULL);
  if (job->brought)
    g_variant_dict_insert (&arrival.details, STILE_REGISTRAR_RECHECK_BROUGHT, "b", TRUE);
  look_at (&arrival, stile_http_message_get_content (response));
  answer = keep_voucher (&arrival, voucher);
  g_variant_dict_clear (&arrival.details);
  return answer;
}

/* R9 comes now: in BRSKI-PRM the device's own word on the voucher may take days, and its certificate is asked for before that
 * (section 5.2).  Whatever was found counts when somebody asks for the certificate. */
static void
audited (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Job *job = g_task_get_task_data (task);

  if (!stile_registrar_audit_run_finish (STILE_REGISTRAR (object), result, &error))
    g_warning ("An audit log could not be looked at: %s", error->message);
  g_task_return_pointer (task, g_steal_pointer (&job->answer), g_object_unref);
}

static gboolean
wants_audit (Job *job)
{
  return job->brought && stile_http_message_get_status (job->answer) == 200;
}

static void
masa_answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_registrar_masa_ask_finish (STILE_REGISTRAR (object), result, &error);
  StileRegistrarVoucher *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  Job *job = g_task_get_task_data (task);

  job->answer = response != NULL ? take_answer (self, job, response) : stile_registrar_masa_explain (error);
  if (wants_audit (job))
    stile_registrar_audit_run_async (self->registrar, job->device, job->record, cancellable, audited,
                                     g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&job->answer), g_object_unref);
}

static StileHttpMessage *
prepare (StileRegistrarVoucher *self, Job *job)
{
  StileHttpMessage *answer = check_request (job);

  if (answer == NULL)
    answer = judge (self, job);
  if (answer == NULL)
    answer = stile_registrar_admission_decide (self->registrar, job->device);
  if (answer == NULL)
    answer = recall (self, job);
  if (answer == NULL)
    answer = keep_request (self, job);

  return answer;
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileRegistrarVoucher *self = STILE_REGISTRAR_VOUCHER (handler);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);
  StileHttpMessage *answer;
  const char *accept = stile_http_message_get_field (stile_exchange_get_request (exchange), "accept");

  g_task_set_source_tag (task, handle_async);
  g_task_set_task_data (task, job, (GDestroyNotify)job_free);
  job->exchange = g_object_ref (exchange);

  answer = prepare (self, job);
  if (answer != NULL)
    {
      g_task_return_pointer (task, answer, g_object_unref);
      g_object_unref (task);
      return;
    }

  stile_registrar_masa_ask_async (
      self->registrar, job->device, "requestvoucher", job->record->upstream_request, job->media_type,
      accept != NULL ? accept : job->media_type, cancellable, masa_answered, task);
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
