/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-agent-judge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-judge-case.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "bootstrap/stile-prm-message.h"
#include "bootstrap/stile-prm-status.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"

/**
 * Case:
 * @dossier: what is there of the device
 * @artefact: what came for it
 * @manufacturers: (nullable): who makes the devices
 * @checks: gets what was looked at
 */
typedef struct
{
  const StilePrmDossier *dossier;
  GBytes *artefact;
  GPtrArray *manufacturers;
  StileChecks *checks;
} Case;

static gboolean
refuse_reason (Case *self, const char *id, const GError *reason, GError **error)
{
  return stile_checks_refuse (self->checks, id, error, STILE_ERROR_PROTOCOL, "%s", reason->message);
}

/* --- what the device gave before --- */

static StileCertificate *
get_device (StileSignedMessage *message)
{
  return message != NULL ? stile_signed_message_get_signer (message, 0) : NULL;
}

static StileSignedMessage *
read_request (Case *self)
{
  GBytes *request = self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER];

  return request != NULL ? stile_signed_message_parse (request, NULL) : NULL;
}

static StileVoucher *
read_voucher (StileSignedMessage *message, StileVoucherKind kind, GError **error)
{
  return message != NULL ? stile_voucher_json_parse (stile_signed_message_get_content (message), kind, error)
                         : NULL;
}

/* --- the voucher request --- */

/* Which of the two is not the one that is wanted. */
static const char *
choose_other (Case *self, const char *said, const char *shown)
{
  if (shown != NULL && strcmp (shown, self->dossier->serial) != 0)
    return shown;

  return said != NULL && strcmp (said, self->dossier->serial) != 0 ? said : "?";
}

/* A4: what somebody typed or scanned, what the request says, and whom the manufacturer made. */
static gboolean
check_serial (Case *self, StileVoucher *request, StileCertificate *device, GError **error)
{
  const char *said = stile_voucher_get_fields (request)->serial_number;
  g_autofree char *shown = stile_certificate_path_get_device_serial (device);

  if (g_strcmp0 (said, self->dossier->serial) == 0 && g_strcmp0 (shown, self->dossier->serial) == 0)
    return stile_checks_pass (self->checks, "A4", _ ("The device is “%s”"), self->dossier->serial);

  return stile_checks_refuse (
      self->checks, "A4", error, STILE_ERROR_REFUSED,
      _ ("The device that answers is “%s”, and not “%s”: look whether the address is that of another device"),
      choose_other (self, said, shown), self->dossier->serial);
}

static gboolean
check_manufacturer (Case *self, StileSignedMessage *message, GError **error)
{
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, 0);
  g_autoptr (GError) reason = NULL;

  if (self->manufacturers == NULL)
    return stile_checks_skip (self->checks, "A5",
                              _ ("Who makes the devices was not said; the registrar looks"));
  if (stile_certificate_path_verify (chain, self->manufacturers, g_get_real_time () / G_USEC_PER_SEC,
                                     STILE_CERTIFICATE_PATH_DEFAULT, NULL, &reason))
    return stile_checks_pass (self->checks, "A5", _ ("It is of a manufacturer that was named"));

  return stile_checks_refuse (self->checks, "A5", error, STILE_ERROR_UNTRUSTED,
                              _ ("The device is of no manufacturer that was named: %s"), reason->message);
}

static gboolean
judge_voucher_request (Case *self, GError **error)
{
  g_autoptr (StileSignedMessage) message =
      stile_prm_message_open ("A10", self->artefact, NULL, self->checks, error);
  g_autoptr (GError) reason = NULL;
  g_autoptr (StileVoucher) request = NULL;

  if (message == NULL)
    return FALSE;
  request = read_voucher (message, STILE_VOUCHER_REQUEST, &reason);
  if (request == NULL)
    return refuse_reason (self, "A10", reason, error);

  return check_serial (self, request, get_device (message), error) &&
         check_manufacturer (self, message, error);
}

/* --- the enrolment request --- */

static const char *const understood[] = { "created-on", NULL };

static gboolean
judge_enrol_request (Case *self, GError **error)
{
  g_autoptr (StileSignedMessage) message =
      stile_prm_message_open ("A10", self->artefact, understood, self->checks, error);
  g_autoptr (StileSignedMessage) before = read_request (self);
  g_autoptr (GError) reason = NULL;
  g_autoptr (StileCertificateRequest) request = NULL;

  if (message == NULL)
    return FALSE;
  request = stile_prm_enrol_request_parse (stile_signed_message_get_content (message), &reason);
  if (request == NULL)
    return refuse_reason (self, "A10", reason, error);
  if (before != NULL && stile_judge_case_same_key (get_device (message), get_device (before)))
    return stile_checks_pass (self->checks, "A4", _ ("The same device asks for a certificate"));

  return stile_checks_refuse (self->checks, "A4", error, STILE_ERROR_REFUSED,
                              _ ("Another device answered at that address meanwhile: “%s”"),
                              stile_certificate_get_name (get_device (message)));
}

/* --- the voucher --- */

static gboolean
check_voucher (Case *self, StileVoucher *voucher, StileVoucher *request, GError **error)
{
  const StileVoucherFields *given = stile_voucher_get_fields (voucher);
  const StileVoucherFields *asked = stile_voucher_get_fields (request);

  if (g_strcmp0 (given->serial_number, self->dossier->serial) != 0)
    return stile_checks_refuse (self->checks, "A7", error, STILE_ERROR_REFUSED,
                                _ ("The registrar gave the voucher of the device “%s” for “%s”"),
                                given->serial_number, self->dossier->serial);
  if (g_strcmp0 (given->nonce, asked->nonce) == 0)
    return stile_checks_pass (self->checks, "A7", _ ("The voucher answers this device’s request"));

  return stile_checks_refuse (
      self->checks, "A7", error, STILE_ERROR_REFUSED,
      _ ("The voucher answers another request of the device: its nonce is not this one’s"));
}

/* Kept for days, on a disk: it may be damaged since. */
static gboolean
refuse_lost (Case *self, GError **error)
{
  return stile_checks_refuse (
      self->checks, "A7", error, STILE_ERROR_REFUSED,
      _ ("What the device asked for is not there any more, or damaged: ask it again"));
}

static gboolean
judge_voucher (Case *self, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (self->artefact, &reason);
  g_autoptr (StileVoucher) voucher = read_voucher (message, STILE_VOUCHER_ARTIFACT, &reason);
  g_autoptr (StileSignedMessage) before = read_request (self);
  g_autoptr (StileVoucher) request = read_voucher (before, STILE_VOUCHER_REQUEST, NULL);

  if (voucher == NULL)
    return refuse_reason (self, "A7", reason, error);

  return request != NULL ? check_voucher (self, voucher, request, error) : refuse_lost (self, error);
}

/* --- the certificate --- */

static GBytes *
read_asked_key (Case *self)
{
  GBytes *asked = self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER];
  g_autoptr (StileSignedMessage) message =
      asked != NULL ? stile_signed_message_parse_jws (asked, understood, NULL) : NULL;
  g_autoptr (StileCertificateRequest) request =
      message != NULL ? stile_prm_enrol_request_parse (stile_signed_message_get_content (message), NULL)
                      : NULL;

  return request != NULL ? stile_certificate_request_get_public_key (request) : NULL;
}

static gboolean
has_key (GPtrArray *certificates, GBytes *key)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      g_autoptr (GBytes) own = stile_certificate_path_get_public_key (g_ptr_array_index (certificates, i));

      if (own != NULL && g_bytes_equal (own, key))
        return TRUE;
    }

  return FALSE;
}

static gboolean
judge_certificate (Case *self, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GPtrArray) certificates = stile_certificate_bundle_parse_est (self->artefact, &reason);
  g_autoptr (GBytes) key = certificates != NULL ? read_asked_key (self) : NULL;

  if (certificates == NULL)
    return refuse_reason (self, "A7", reason, error);
  if (key == NULL)
    return refuse_lost (self, error);
  if (has_key (certificates, key))
    return stile_checks_pass (self->checks, "A7", _ ("The certificate is for the key of this device"));

  return stile_checks_refuse (self->checks, "A7", error, STILE_ERROR_REFUSED,
                              _ ("The registrar gave a certificate that is for another device’s key"));
}

/* --- the CA certificates --- */

static gboolean
judge_roots (Case *self, GError **error)
{
  g_autoptr (StileSignedMessage) message =
      stile_prm_message_open ("A10", self->artefact, NULL, self->checks, error);

  return message != NULL && stile_checks_pass (self->checks, "A10", _ ("The CA certificates are signed"));
}

/* --- what the device says --- */

/* The device itself, or of success in enrolment its new certificate. */
static gboolean
is_from_device (Case *self, StileCertificate *signer)
{
  g_autoptr (StileSignedMessage) before = read_request (self);
  g_autoptr (StileCertificate) issued = stile_prm_dossier_read_certificate (self->dossier, NULL);

  return (before != NULL && stile_judge_case_same_key (signer, get_device (before))) ||
         (issued != NULL && stile_judge_case_same_key (signer, issued));
}

static gboolean
judge_status (Case *self, StilePrmStatusKind kind, GError **error)
{
  g_autoptr (StileSignedMessage) message =
      stile_prm_message_open ("A10", self->artefact, NULL, self->checks, error);
  g_autoptr (GError) reason = NULL;
  g_autoptr (StileStatusReport) report = NULL;

  if (message == NULL)
    return FALSE;
  report = stile_prm_status_parse (kind, stile_signed_message_get_content (message), &reason);
  if (report == NULL)
    return refuse_reason (self, "A10", reason, error);
  if (is_from_device (self, get_device (message)))
    return stile_checks_pass (self->checks, "A10", _ ("The device says so itself"));

  return stile_checks_refuse (self->checks, "A10", error, STILE_ERROR_REFUSED,
                              _ ("What came is signed by “%s”, and not by this device"),
                              stile_certificate_get_name (get_device (message)));
}

/**
 * stile_agent_judge_artefact:
 * @dossier: what is there of the device
 * @step: what was asked for
 * @artefact: what came
 * @manufacturers: (nullable) (element-type StileCertificate): who makes the devices; %NULL to leave that to the registrar
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_REFUSED, %STILE_ERROR_UNTRUSTED or %STILE_ERROR_PROTOCOL, with the check's id in front
 *
 * Returns: whether it is what belongs to this device
 */
gboolean
stile_agent_judge_artefact (const StilePrmDossier *dossier,
                            StilePrmStep step,
                            GBytes *artefact,
                            GPtrArray *manufacturers,
                            StileChecks *checks,
                            GError **error)
{
  Case self = { dossier, artefact, manufacturers, checks };

  switch (step)
    {
    case STILE_PRM_STEP_VOUCHER_TRIGGER:
      return judge_voucher_request (&self, error);
    case STILE_PRM_STEP_ENROL_TRIGGER:
      return judge_enrol_request (&self, error);
    case STILE_PRM_STEP_VOUCHER_REQUEST:
      return judge_voucher (&self, error);
    case STILE_PRM_STEP_ENROL_REQUEST:
      return judge_certificate (&self, error);
    case STILE_PRM_STEP_ROOTS_REQUEST:
      return judge_roots (&self, error);
    case STILE_PRM_STEP_VOUCHER:
      return judge_status (&self, STILE_PRM_STATUS_VOUCHER, error);
    case STILE_PRM_STEP_CERTIFICATE:
      return judge_status (&self, STILE_PRM_STATUS_ENROL, error);
    case STILE_PRM_STEP_ROOTS:
    case STILE_PRM_STEP_VOUCHER_STATUS:
    case STILE_PRM_STEP_ENROL_STATUS:
    case STILE_PRM_STEP_DONE:
    default:
      return TRUE;
    }
}
