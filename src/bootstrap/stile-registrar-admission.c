/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-admission.h"

#include "bootstrap/stile-registrar-voucher.h"
#include "bootstrap/stile-brski-answer.h"

/**
 * stile_registrar_admission_get:
 * @admission: (out): NONE when it was never seen
 * @reason: (out) (optional) (transfer full) (nullable): why
 */
gboolean
stile_registrar_admission_get (StileRegistrar *registrar,
                               const StileRegistrarDevice *device,
                               StileAdmission *admission,
                               char **reason,
                               GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (StileLedgerDevice) record = stile_ledger_find_device (stile_registrar_get_ledger (registrar),
                                                                   device->issuer, device->serial, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  *admission = record != NULL ? record->admission : STILE_ADMISSION_NONE;
  if (reason != NULL)
    *reason = record != NULL ? g_steal_pointer (&record->reason) : NULL;
  return TRUE;
}

typedef struct
{
  StileRegistrar *registrar;
  const StileRegistrarDevice *device;
  StileAdmission from;
  StileAdmission to;
  const char *reason;
  gboolean changed;
} Decision;

static gboolean
write_decision (StileLedger *ledger, const Decision *self, GError **error)
{
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);

  if (!stile_ledger_set_admission (ledger, self->device->issuer, self->device->serial, self->to, self->reason,
                                   error))
    return FALSE;

  g_variant_dict_insert (&details, "admission", "s", stile_admission_get_name (self->to));
  if (self->reason != NULL)
    g_variant_dict_insert (&details, "reason", "s", self->reason);
  stile_registrar_record (self->registrar, self->device, "admission", g_variant_dict_end (&details));
  return TRUE;
}

static gboolean
decide (StileLedger *ledger, gpointer user_data, GError **error)
{
  Decision *self = user_data;
  StileAdmission admission;

  if (!stile_registrar_admission_get (self->registrar, self->device, &admission, NULL, error))
    return FALSE;

  self->changed = admission == self->from;
  return !self->changed || write_decision (ledger, self, error);
}

/**
 * stile_registrar_admission_change:
 * @from: as it must be for that
 * @reason: (nullable): a sentence, why
 *
 * Writes it down, with an event that tells when, unless somebody has decided otherwise since it was looked at: people do
 * so with another program, while the registrar waits for a MASA, and their word counts.
 *
 * Returns: whether the ledger could be asked
 */
gboolean
stile_registrar_admission_change (StileRegistrar *registrar,
                                  const StileRegistrarDevice *device,
                                  StileAdmission from,
                                  StileAdmission to,
                                  const char *reason,
                                  GError **error)
{
  Decision decision = { registrar, device, from, to, reason, FALSE };

  if (!stile_ledger_write (stile_registrar_get_ledger (registrar), decide, &decision, error))
    return FALSE;

  if (decision.changed)
    g_message ("Device %s of %s is %s%s%s", device->serial,
               stile_manufacturer_get_name (device->manufacturer), stile_admission_get_name (to),
               reason != NULL ? ": " : "", reason != NULL ? reason : "");
  return TRUE;
}

static StileHttpMessage *
fail (const GError *error)
{
  g_warning ("The registrar cannot remember: %s", error->message);
  return stile_brski_answer_wait (503, STILE_REGISTRAR_VOUCHER_RETRY_SECONDS,
                                  "The registrar cannot write down what it answers; try again later");
}

static StileHttpMessage *
ask (StileRegistrar *registrar, const StileRegistrarDevice *device, StileAdmission admission)
{
  g_autoptr (GError) error = NULL;

  if (admission != STILE_ADMISSION_ASKED &&
      !stile_registrar_admission_change (registrar, device, admission, STILE_ADMISSION_ASKED,
                                         "R5: Somebody must decide about this device", &error))
    return fail (error);

  return stile_brski_answer_wait (202, STILE_REGISTRAR_VOUCHER_ASK_SECONDS,
                                  "R5: A person is asked whether this device may join");
}

static StileHttpMessage *
allow (StileRegistrar *registrar, const StileRegistrarDevice *device, StileAdmission admission)
{
  g_autoptr (GError) error = NULL;

  return stile_registrar_admission_change (registrar, device, admission, STILE_ADMISSION_ALLOWED, NULL,
                                           &error)
             ? NULL
             : fail (error);
}

static StileHttpMessage *
decide_by_policy (StileRegistrar *registrar, const StileRegistrarDevice *device, StileAdmission admission)
{
  gboolean listed = stile_manufacturer_lists (device->manufacturer, device->idevid, device->serial);
  StileVerdict verdict = listed ? stile_manufacturer_get_admit (device->manufacturer)
                                : stile_registrar_policy_get_unknown (stile_registrar_get_policy (registrar));

  switch (verdict)
    {
    case STILE_VERDICT_ALLOW:
      return allow (registrar, device, admission);
    case STILE_VERDICT_ASK:
      return ask (registrar, device, admission);
    case STILE_VERDICT_REFUSE:
    default:
      break;
    }

  g_message ("Device %s of %s is refused by the policy", device->serial,
             stile_manufacturer_get_name (device->manufacturer));
  return listed ? stile_brski_answer_refuse (403, "R5: Devices like this are not admitted now; whoever runs "
                                                  "the registrar can change that")
                : stile_brski_answer_refuse (404, "R5: The registrar does not know this device");
}

/**
 * stile_registrar_admission_decide:
 *
 * Returns: (transfer full) (nullable): what is answered in place of a voucher; %NULL when it may have one
 */
StileHttpMessage *
stile_registrar_admission_decide (StileRegistrar *registrar, const StileRegistrarDevice *device)
{
  StileAdmission admission;
  g_autofree char *reason = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  if (!stile_registrar_admission_get (registrar, device, &admission, &reason, &error))
    return fail (error);

  switch (admission)
    {
    case STILE_ADMISSION_ALLOWED:
    case STILE_ADMISSION_AUDITED:
      return NULL;
    case STILE_ADMISSION_REFUSED:
      return stile_brski_answer_refuse (404, "R5: The registrar does not want this device");
    case STILE_ADMISSION_QUARANTINED:
      sentence = g_strdup_printf ("R5: The device waits for somebody to decide: %s",
                                  reason != NULL ? reason : "its audit log was not good");
      return stile_brski_answer_refuse (403, sentence);
    case STILE_ADMISSION_NONE:
    case STILE_ADMISSION_ASKED:
    default:
      return decide_by_policy (registrar, device, admission);
    }
}
