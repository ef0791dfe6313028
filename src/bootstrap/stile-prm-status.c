/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-status.h"

#include <glib/gi18n-lib.h>

#include "bootstrap/stile-prm-message.h"
#include "codec/stile-json.h"

/**
 * Details:
 * @name: in "reason-context"
 * @kind: whose they are
 * @values: (nullable): all that they may say; %NULL for words to people
 */
typedef struct
{
  const char *name;
  StilePrmStatusKind kind;
  const char *const *values;
} Details;

static const char *const bootstrap_values[] = { "factory-default", "voucher-success", "voucher-error",
                                                "enroll-success",  "enroll-error",    NULL };
static const char *const operation_values[] = { "connect-success", "connect-error", NULL };

/* BRSKI-PRM sections 7.6, 7.8 and 7.11. */
static const Details details[] = {
  { "pvs-details", STILE_PRM_STATUS_VOUCHER, NULL },
  { "pes-details", STILE_PRM_STATUS_ENROL, NULL },
  { "pbs-details", STILE_PRM_STATUS_PLEDGE, bootstrap_values },
  { "pos-details", STILE_PRM_STATUS_PLEDGE, operation_values },
};

static gboolean
check_value (const Details *known, GVariant *value, GError **error)
{
  if (known->values == NULL || (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
                                g_strv_contains (known->values, g_variant_get_string (value, NULL))))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("“%s” says what no draft knows"), known->name);
  return FALSE;
}

/* Those of another kind tell that the status was swapped. */
static gboolean
check_details (StilePrmStatusKind kind, GVariant *context, GError **error)
{
  const Details *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (details); i++)
    {
      g_autoptr (GVariant) value = stile_json_get_member (context, details[i].name);

      if (value == NULL)
        continue;
      if (details[i].kind != kind)
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       _ ("“%s” does not belong into this status: it was swapped for another one"),
                       details[i].name);
          return FALSE;
        }
      if (!check_value (&details[i], value, error))
        return FALSE;
      found = &details[i];
    }
  if (found != NULL)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       _ ("The status has no details of its kind in “reason-context”"));
  return FALSE;
}

/**
 * stile_prm_status_parse:
 * @kind: where it came to
 * @json: what a device signed
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: (transfer full): the report, with the details of its kind
 */
StileStatusReport *
stile_prm_status_parse (StilePrmStatusKind kind, GBytes *json, GError **error)
{
  g_autoptr (StileStatusReport) report = stile_status_report_parse (json, error);

  if (report == NULL || !check_details (kind, stile_status_report_get_context (report), error))
    return NULL;

  return g_steal_pointer (&report);
}

/* Whether @signer may say so: the device with its maker's certificate, and of a success with the domain's (BRSKI-PRM section
 * 7.8). */
static gboolean
may_say (const StilePrmDevice *device, StilePrmStatusKind kind, gboolean good, StileCertificate *signer)
{
  gboolean first = stile_judge_case_same_key (signer, device->idevid);
  gboolean later = device->ldevid != NULL && stile_judge_case_same_key (signer, device->ldevid);

  switch (kind)
    {
    case STILE_PRM_STATUS_VOUCHER:
      return first;
    case STILE_PRM_STATUS_ENROL:
      return good ? later : first;
    case STILE_PRM_STATUS_PLEDGE:
    default:
      return first || later;
    }
}

static gboolean
check_signer (const StilePrmDevice *device,
              StilePrmStatusKind kind,
              StileStatusReport *report,
              StileCertificate *signer,
              StileChecks *checks,
              GError **error)
{
  if (may_say (device, kind, stile_status_report_is_good (report), signer))
    return stile_checks_pass (checks, "R14", _ ("The status is the device’s, and of the right kind"));

  return stile_checks_refuse (checks, "R14", error, STILE_ERROR_REFUSED,
                              _ ("The status is signed by “%s”, which cannot say so for the device “%s”"),
                              stile_certificate_get_name (signer),
                              stile_certificate_get_name (device->idevid));
}

static StileStatusReport *
read_report (StilePrmStatusKind kind, StileSignedMessage *message, StileChecks *checks, GError **error)
{
  g_autoptr (GError) reason = NULL;
  StileStatusReport *report =
      stile_prm_status_parse (kind, stile_signed_message_get_content (message), &reason);

  if (report == NULL)
    stile_checks_refuse (checks, "R14", error, STILE_ERROR_PROTOCOL, "%s", reason->message);

  return report;
}

/**
 * stile_prm_status_judge:
 * @device: (nullable): who is said to have signed; %NULL when nobody knows it
 * @kind: where it came to
 * @bytes: from anybody
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_PROTOCOL, %STILE_ERROR_UNTRUSTED or %STILE_ERROR_REFUSED, with the check's id in front
 *
 * Judges how it went.  What follows from it is the role's matter.
 *
 * Returns: (transfer full): the report
 */
StileStatusReport *
stile_prm_status_judge (
    const StilePrmDevice *device, StilePrmStatusKind kind, GBytes *bytes, StileChecks *checks, GError **error)
{
  g_autoptr (StileSignedMessage) message = stile_prm_message_open ("R14", bytes, NULL, checks, error);
  g_autoptr (StileStatusReport) report = NULL;

  if (message == NULL)
    return NULL;
  if (device == NULL)
    {
      stile_checks_refuse (checks, "R14", error, STILE_ERROR_REFUSED,
                           _ ("No voucher request of this device was taken here"));
      return NULL;
    }

  report = read_report (kind, message, checks, error);
  if (report == NULL ||
      !check_signer (device, kind, report, stile_signed_message_get_signer (message, 0), checks, error))
    return NULL;

  return g_steal_pointer (&report);
}

static const char *
get_details_name (StilePrmStatusKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (details); i++)
    if (details[i].kind == kind)
      return details[i].name;

  return NULL;
}

/**
 * stile_prm_status_make:
 * @kind: where it is for; for %STILE_PRM_STATUS_PLEDGE the state of the bootstrap is told
 * @good: whether all is well
 * @reason: (nullable): a sentence why not, without secrets: it goes over plain HTTP
 * @said: what stands in the details
 * @identity: who says so: the IDevID, and of success in enrolment the new certificate
 *
 * Returns: (transfer full): a pledge's status, signed (BRSKI-PRM sections 7.6, 7.8 and 7.11)
 */
GBytes *
stile_prm_status_make (StilePrmStatusKind kind,
                       gboolean good,
                       const char *reason,
                       const char *said,
                       StileIdentity *identity,
                       GError **error)
{
  g_auto (GVariantDict) context = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (StileStatusReport) report = NULL;
  g_autoptr (GBytes) content = NULL;

  g_variant_dict_insert (&context, get_details_name (kind), "s", said);
  report = stile_status_report_new (good, reason, g_variant_dict_end (&context));
  content = stile_status_report_to_json (report);
  return stile_prm_message_sign (identity, NULL, content, NULL, error);
}
