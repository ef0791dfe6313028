/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-prm-status.h"

#include "bootstrap/stile-brski-answer.h"
#include "bootstrap/stile-registrar-prm.h"
#include "bootstrap/stile-registrar-report.h"

static const char *const types[] = { STILE_REGISTRAR_PRM_MEDIA_TYPE, NULL };

/**
 * stile_registrar_prm_status_takes:
 *
 * Returns: whether it is a status with a signature, which needs no TLS session of the device
 */
gboolean
stile_registrar_prm_status_takes (StileHttpMessage *request)
{
  return stile_brski_answer_find_type (request, types) != NULL;
}

/* What people should know besides (R14). */
static const char *
get_note (StilePrmStatusKind kind, StileStatusReport *report)
{
  if (kind == STILE_PRM_STATUS_ENROL && !stile_status_report_is_good (report))
    return "R14: The device did not take the certificate that was issued for it: decide whether to revoke it";

  return kind == STILE_PRM_STATUS_ENROL ? "R14: Signed with the certificate that it was given" : NULL;
}

static StileHttpMessage *
answer_from (StileRegistrar *registrar, StilePrmStatusKind kind, GBytes *content, StileChecks *checks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse_jws (content, NULL, &error);
  StileCertificate *signer = message != NULL ? stile_signed_message_get_signer (message, 0) : NULL;
  g_autofree char *issuer = NULL;
  g_autofree char *serial = NULL;
  g_autoptr (StilePrmDevice) device = NULL;
  g_autoptr (StileStatusReport) report = NULL;

  if (signer == NULL)
    return stile_brski_answer_refuse (400, error != NULL ? error->message
                                                         : "R14: The status does not say who signed it");
  device = stile_registrar_prm_find (registrar, signer, &issuer, &serial, &error);
  if (error != NULL)
    {
      g_warning ("The registrar cannot look up a device: %s", error->message);
      return stile_brski_answer_wait (503, 60, "The registrar is not able to answer");
    }

  report = stile_prm_status_judge (device, kind, content, checks, &error);
  if (report == NULL)
    return device == NULL ? stile_brski_answer_refuse (404, error->message)
                          : stile_brski_answer_judged (checks, error);

  stile_registrar_report_record (registrar, issuer, serial,
                                 kind == STILE_PRM_STATUS_VOUCHER ? "voucher-status" : "enrol-status", report,
                                 get_note (kind, report));
  return stile_brski_answer_new (NULL, NULL);
}

/**
 * stile_registrar_prm_status_answer:
 * @kind: of the path that it came to
 *
 * R12 and R14: whoever brings it must be an agent, and whoever signed it the device.  It is written down for people.
 *
 * Returns: (transfer full): what is answered
 */
StileHttpMessage *
stile_registrar_prm_status_answer (StileRegistrar *registrar,
                                   StilePrmStatusKind kind,
                                   StileExchange *exchange)
{
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  StileHttpMessage *refusal =
      stile_brski_answer_check_request (request, types, STILE_SIGNED_MESSAGE_MAX_SIZE);
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GError) error = NULL;

  if (refusal != NULL)
    return refusal;
  if (!stile_registrar_prm_check_agent (registrar, exchange, checks, &error))
    return stile_brski_answer_judged (checks, error);

  return answer_from (registrar, kind, stile_http_message_get_content (request), checks);
}
