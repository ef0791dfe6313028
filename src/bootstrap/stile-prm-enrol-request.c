/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-enrol-request.h"

#include <glib/gi18n-lib.h>

#include "bootstrap/stile-prm-case.h"
#include "bootstrap/stile-prm-message.h"
#include "codec/stile-base64url.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

#define CREATED_ON "created-on"

/* What "crit" may name in a request: R13 looks at it. */
static const char *const understood[] = { CREATED_ON, NULL };

static gboolean
check_signer (const StileJudgeCase *self,
              StileSignedMessage *message,
              const StilePrmDevice *device,
              GError **error)
{
  StileCertificate *signer = stile_signed_message_get_signer (message, 0);

  if (stile_judge_case_same_key (signer, device->idevid))
    return stile_checks_pass (self->checks, "R13",
                              _ ("The device whose voucher request was taken signed it"));

  return stile_checks_refuse (
      self->checks, "R13", error, STILE_ERROR_REFUSED,
      _ ("The enrolment request is signed by “%s”, and the voucher was asked for by “%s”"),
      stile_certificate_get_name (signer), stile_certificate_get_name (device->idevid));
}

/* BRSKI-PRM section 7.2.2.2: in the protected header, and critical, so that nobody passes it over. */
static gboolean
read_date (const StileJudgeCase *self, StileSignedMessage *message, gint64 *date, GError **error)
{
  GVariant *header = stile_signed_message_get_header (message, 0);
  const char *text = stile_json_get_string (header, CREATED_ON);
  g_autoptr (GVariant) critical = stile_json_get_member (header, "crit");

  if (text == NULL || !stile_date_parse (text, date, NULL))
    return stile_checks_refuse (self->checks, "R13", error, STILE_ERROR_PROTOCOL,
                                _ ("The enrolment request does not say when it was made (“created-on”)"));
  if (critical == NULL)
    return stile_checks_note (self->checks, "R13",
                              _ ("The date of the enrolment request is not marked as critical (“crit”)"));

  return TRUE;
}

/* Why the date is none for a request that may be taken, or NULL. */
static const char *
find_wrong_order (const StileJudgeCase *self, const StilePrmDevice *device, gint64 date)
{
  if (date < device->triggered_on)
    return _ ("The enrolment request is older than the agent’s question to the device");
  if (device->requested_on != STILE_VOUCHER_NO_DATE && date < device->requested_on)
    return _ ("The enrolment request is older than the device’s voucher request");
  if (device->enrolled_on != STILE_VOUCHER_NO_DATE && date < device->enrolled_on)
    return _ ("A newer enrolment request of the device was here already: somebody replays an old one");
  if (!stile_judge_case_is_set (self, STILE_JUDGE_NO_CLOCK) &&
      date > self->judge->at + STILE_JUDGE_CASE_MAX_SKEW)
    return _ ("The enrolment request was made in the future");

  return NULL;
}

static gboolean
check_order (const StileJudgeCase *self, StileSignedMessage *message, StilePrmDevice *device, GError **error)
{
  const char *wrong;
  gint64 date;

  if (!read_date (self, message, &date, error))
    return FALSE;
  wrong = find_wrong_order (self, device, date);
  if (wrong != NULL)
    return stile_checks_refuse (self->checks, "R13", error, STILE_ERROR_REFUSED, "%s", wrong);

  device->enrolled_on = date;
  return stile_checks_pass (self->checks, "R13", _ ("It is the newest of the device"));
}

/**
 * stile_prm_enrol_request_parse:
 * @json: {"ietf-ztp-types":{"p10-csr":…}}, what a device signed
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: (transfer full): the request for a certificate
 */
StileCertificateRequest *
stile_prm_enrol_request_parse (GBytes *json, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (json, STILE_PRM_ENROL_REQUEST_MAX_SIZE, error);
  g_autoptr (GVariant) types = document != NULL ? stile_json_get_member (document, "ietf-ztp-types") : NULL;
  const char *text = types != NULL ? stile_json_get_string (types, "p10-csr") : NULL;
  g_autoptr (GBytes) der = text != NULL ? stile_base64url_decode_standard (text, -1, error) : NULL;
  StileCertificateRequest *request = der != NULL ? stile_certificate_request_new_from_der (der, error) : NULL;

  if (document != NULL && text == NULL)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                         _ ("There is no “p10-csr” below “ietf-ztp-types” in it"));
  if (request == NULL)
    stile_error_convert (error, STILE_ERROR_PROTOCOL);

  return request;
}

/**
 * stile_prm_enrol_request_judge:
 * @judge: its time and policy
 * @device: whose voucher request was taken; remembers the newest enrolment request
 * @bytes: from anybody
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_PROTOCOL, %STILE_ERROR_UNTRUSTED or %STILE_ERROR_REFUSED, with the check's id in front
 *
 * Judges who asks, and when.  What is asked for is R10's matter.
 *
 * Returns: (transfer full): the request for a certificate
 */
StileCertificateRequest *
stile_prm_enrol_request_judge (
    const StileJudge *judge, StilePrmDevice *device, GBytes *bytes, StileChecks *checks, GError **error)
{
  const StileJudgeCase self = { .judge = judge, .checks = checks };
  g_autoptr (StileSignedMessage) message = stile_prm_message_open ("R13", bytes, understood, checks, error);
  g_autoptr (StileCertificateRequest) request = NULL;
  g_autoptr (GError) reason = NULL;

  if (message == NULL || !check_signer (&self, message, device, error))
    return NULL;

  request = stile_prm_enrol_request_parse (stile_signed_message_get_content (message), &reason);
  if (request == NULL)
    {
      stile_checks_refuse (checks, "R13", error, STILE_ERROR_PROTOCOL, "%s", reason->message);
      return NULL;
    }

  return check_order (&self, message, device, error) ? g_steal_pointer (&request) : NULL;
}

/**
 * stile_prm_enrol_request_make:
 * @idevid: the device's certificate of its manufacturer
 * @request: for a certificate, with its own proof of possession
 * @now: Unix seconds, or the pledge's best idea
 *
 * Returns: (transfer full): the pledge's enrolment request (BRSKI-PRM section 7.2.2)
 */
GBytes *
stile_prm_enrol_request_make (StileIdentity *idevid,
                              StileCertificateRequest *request,
                              gint64 now,
                              GError **error)
{
  const char *critical[] = { CREATED_ON, NULL };
  g_autofree char *csr = stile_prm_message_encode (stile_certificate_request_get_der (request));
  g_autofree char *date = stile_date_format (now);
  g_auto (GVariantDict) types = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) header = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GBytes) content = NULL;

  g_variant_dict_insert (&types, "p10-csr", "s", csr);
  g_variant_dict_insert_value (&dict, "ietf-ztp-types", g_variant_dict_end (&types));
  g_variant_dict_insert_value (&header, "crit", g_variant_new_strv (critical, 1));
  g_variant_dict_insert (&header, CREATED_ON, "s", date);
  content = stile_prm_message_print (g_variant_dict_end (&dict));
  return stile_prm_message_sign (idevid, NULL, content, g_variant_dict_end (&header), error);
}
