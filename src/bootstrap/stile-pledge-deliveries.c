/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pledge-deliveries.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-prm-ca-certs.h"
#include "bootstrap/stile-prm-enrol-answer.h"
#include "bootstrap/stile-prm-judge.h"
#include "bootstrap/stile-prm-status.h"
#include "bootstrap/stile-voucher-json.h"

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* P1: whoever has a certificate of a domain takes nothing new. */
static gboolean
check_unconfigured (StilePledgeDeliveries *self, StileChecks *checks, GError **error)
{
  return stile_pledge_state_get_stage (self->state) != STILE_PLEDGE_ENROL_SUCCESS ||
         stile_checks_refuse (checks, "P1", error, STILE_ERROR_REFUSED,
                              _ ("The device has a certificate of its domain already"));
}

/* --- svr --- */

static GBytes *
tell_voucher (StilePledgeDeliveries *self, const GError *refusal, GError **error)
{
  return stile_prm_status_make (
      STILE_PRM_STATUS_VOUCHER, refusal == NULL, refusal != NULL ? refusal->message : NULL,
      refusal != NULL ? "The voucher was not taken" : "The voucher was taken", self->idevid, error);
}

/* Nothing of it is believed yet: it tells which request it would answer. */
static char *
read_nonce (GBytes *content)
{
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (content, NULL);
  g_autoptr (StileVoucher) voucher =
      message != NULL ? stile_voucher_json_parse (stile_signed_message_get_content (message),
                                                  STILE_VOUCHER_ARTIFACT, NULL)
                      : NULL;

  return voucher != NULL ? g_strdup (stile_voucher_get_fields (voucher)->nonce) : NULL;
}

/* P1: between voucher and certificate the domain may bring a newer voucher, and no other domain may. */
static gboolean
check_domain (StilePledgeDeliveries *self, StileCertificate *pin, StileChecks *checks, GError **error)
{
  StileCertificate *before = stile_pledge_state_get_pin (self->state);

  if (before == NULL || stile_certificate_equal (before, pin))
    return TRUE;

  return stile_checks_refuse (checks, "P1", error, STILE_ERROR_REFUSED,
                              _ ("The device belongs to the domain “%s” already"),
                              stile_certificate_get_name (before));
}

static gboolean
judge_voucher (StilePledgeDeliveries *self,
               GBytes *content,
               StileChecks *checks,
               StileJudgement *judgement,
               GError **error)
{
  g_autofree char *nonce = read_nonce (content);
  StileCertificate *registrar =
      nonce != NULL ? stile_prm_pending_find (stile_pledge_state_get_pending (self->state), nonce, get_now ())
                    : NULL;
  g_autoptr (GPtrArray) peer = g_ptr_array_new ();
  const StileJudge judge = {
    .policy = self->policy,
    .at = get_now (),
    .anchors = self->anchors,
    .serial = self->serial,
    .nonce = nonce,
    .idevid = stile_identity_get_certificate (self->idevid),
    .peer_chain = peer,
  };

  if (!check_unconfigured (self, checks, error))
    return FALSE;
  if (registrar == NULL)
    return stile_checks_refuse (checks, "P22", error, STILE_ERROR_REFUSED,
                                _ ("The voucher answers no request of this device that is still out"));

  g_ptr_array_add (peer, registrar);
  return stile_prm_judge_as_pledge (&judge, content, checks, judgement, error) &&
         check_domain (self, stile_voucher_get_pin (judgement->voucher), checks, error);
}

static gboolean
has_voucher (StilePledgeDeliveries *self, GBytes *content)
{
  GBytes *taken = stile_pledge_state_get_voucher (self->state);

  return taken != NULL && g_bytes_equal (taken, content);
}

/**
 * stile_pledge_deliveries_take_voucher:
 *
 * Returns: (transfer full): "pvs-details": whether the voucher was taken, and why not
 */
GBytes *
stile_pledge_deliveries_take_voucher (StilePledgeDeliveries *self,
                                      GBytes *content,
                                      StileChecks *checks,
                                      GError **error)
{
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GError) refusal = NULL;

  if (has_voucher (self, content))
    return tell_voucher (self, NULL, error);
  if (!judge_voucher (self, content, checks, &judgement, &refusal))
    return stile_pledge_state_fail (self->state, STILE_PLEDGE_VOUCHER_ERROR, error)
               ? tell_voucher (self, refusal, error)
               : NULL;

  return stile_pledge_state_take_voucher (self->state, content, stile_voucher_get_pin (judgement.voucher),
                                          error)
             ? tell_voucher (self, NULL, error)
             : NULL;
}

/* --- scac --- */

/**
 * stile_pledge_deliveries_take_roots:
 *
 * Takes the domain's CA certificates: only once the voucher has said which domain's (BOOTSTRAP A8).
 */
gboolean
stile_pledge_deliveries_take_roots (StilePledgeDeliveries *self,
                                    GBytes *content,
                                    StileChecks *checks,
                                    GError **error)
{
  StileCertificate *pin = stile_pledge_state_get_pin (self->state);
  const StileJudge judge = { .policy = self->policy, .at = get_now () };
  g_autoptr (GPtrArray) roots = NULL;

  if (pin == NULL)
    return stile_checks_refuse (checks, "P21", error, STILE_ERROR_REFUSED,
                                _ ("The voucher comes before the CA certificates"));
  if (!check_unconfigured (self, checks, error))
    return FALSE;

  roots = stile_prm_ca_certs_judge (&judge, pin, content, checks, error);
  return roots != NULL && stile_pledge_state_take_roots (self->state, roots, error);
}

/* --- ser --- */

static GBytes *
tell_enrolment (StilePledgeDeliveries *self, const GError *refusal, GError **error)
{
  g_autoptr (StileIdentity) member =
      refusal == NULL ? stile_pledge_state_open_identity (self->state, error) : g_object_ref (self->idevid);

  if (member == NULL)
    return NULL;

  return stile_prm_status_make (
      STILE_PRM_STATUS_ENROL, refusal == NULL, refusal != NULL ? refusal->message : NULL,
      refusal != NULL ? "The certificate was not taken" : "The certificate was taken", member, error);
}

static StileCertificate *
judge_certificate (StilePledgeDeliveries *self, GBytes *content, StileChecks *checks, GError **error)
{
  GPtrArray *roots = stile_pledge_state_get_roots (self->state);
  const StileJudge judge = { .policy = self->policy, .at = get_now () };
  g_autoptr (StileEnrolmentKey) key = NULL;

  if (roots == NULL)
    {
      stile_checks_refuse (checks, "P21", error, STILE_ERROR_REFUSED,
                           _ ("The CA certificates come before the device’s own"));
      return NULL;
    }
  key = stile_pledge_state_open_key (self->state, error);
  if (key == NULL)
    return NULL;

  return stile_prm_enrol_answer_judge (&judge, roots, stile_enrolment_key_get_public (key), content, checks,
                                       error);
}

/* The very one that it has came again. */
static gboolean
has_certificate (StilePledgeDeliveries *self, StileCertificate *certificate)
{
  StileCertificate *taken = stile_pledge_state_get_certificate (self->state);

  return taken != NULL && stile_certificate_equal (taken, certificate);
}

static gboolean
may_take (StilePledgeDeliveries *self, StileCertificate *certificate, StileChecks *checks, GError **error)
{
  return has_certificate (self, certificate) || check_unconfigured (self, checks, error);
}

/**
 * stile_pledge_deliveries_take_certificate:
 *
 * Returns: (transfer full): "pes-details": whether the certificate was taken, and why not; of success the new certificate
 *   tells itself
 */
GBytes *
stile_pledge_deliveries_take_certificate (StilePledgeDeliveries *self,
                                          GBytes *content,
                                          StileChecks *checks,
                                          GError **error)
{
  g_autoptr (GError) refusal = NULL;
  g_autoptr (StileCertificate) certificate = judge_certificate (self, content, checks, &refusal);

  if (certificate == NULL || !may_take (self, certificate, checks, &refusal))
    return stile_pledge_state_fail (self->state, STILE_PLEDGE_ENROL_ERROR, error)
               ? tell_enrolment (self, refusal, error)
               : NULL;

  return has_certificate (self, certificate) ||
                 stile_pledge_state_take_certificate (self->state, certificate, error)
             ? tell_enrolment (self, NULL, error)
             : NULL;
}
