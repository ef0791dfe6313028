/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judge-registrar.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-certificate-path.h"

/* What a registrar looks at in a pledge's request (BOOTSTRAP 2.2, RFC 8995 sections 5.2 and 5.3). */

static const StileVoucherFields *
fields_of (StileJudgeCase *self)
{
  return stile_voucher_get_fields (self->judgement->voucher);
}

/* Who asks: whoever the TLS session authenticated, else (for a file that somebody looks at) whoever signed. */
static StileCertificate *
get_idevid (StileJudgeCase *self)
{
  if (self->judge->idevid != NULL)
    return self->judge->idevid;
  if (self->judge->peer_chain != NULL && self->judge->peer_chain->len > 0)
    return g_ptr_array_index (self->judge->peer_chain, 0);

  return stile_signed_message_get_signer (self->judgement->message, 0);
}

static GPtrArray *
get_idevid_chain (StileJudgeCase *self)
{
  GPtrArray *chain;

  if (self->judge->peer_chain != NULL && self->judge->peer_chain->len > 0)
    return g_ptr_array_ref (self->judge->peer_chain);
  if (self->judge->idevid == NULL)
    return stile_signed_message_get_signer_chain (self->judgement->message, 0);

  chain = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (chain, g_object_ref (self->judge->idevid));
  return chain;
}

static gboolean
check_manufacturer (StileJudgeCase *self, GError **error)
{
  g_autoptr (GPtrArray) chain = get_idevid_chain (self);
  StileCertificatePathFlags flags = stile_judge_case_is_set (self, STILE_JUDGE_IDEVID_MAY_END)
                                        ? STILE_CERTIFICATE_PATH_IGNORE_LEAF_END
                                        : STILE_CERTIFICATE_PATH_DEFAULT;
  g_autoptr (StileCertificate) anchor = NULL;
  g_autoptr (GError) reason = NULL;

  if (chain->len == 0)
    return stile_checks_refuse (self->checks, "R1", error, STILE_ERROR_REFUSED,
                                _ ("The device shows no certificate of its manufacturer"));
  if (self->judge->anchors == NULL)
    return stile_checks_skip (self->checks, "R1", _ ("No manufacturer’s anchor was given"));
  if (stile_certificate_path_verify (chain, self->judge->anchors, stile_judge_case_get_time (self), flags,
                                     &anchor, &reason))
    return stile_checks_pass (
        self->checks, "R1", _ ("“%s” was made by a manufacturer that is accepted: “%s”"),
        stile_certificate_get_name (g_ptr_array_index (chain, 0)), stile_certificate_get_name (anchor));

  return stile_checks_refuse (self->checks, "R1", error, STILE_ERROR_REFUSED,
                              _ ("The device’s certificate is of no manufacturer that is accepted: %s"),
                              reason->message);
}

static gboolean
check_signature (StileJudgeCase *self, GError **error)
{
  StileSignedMessage *message = self->judgement->message;
  StileCertificate *idevid = get_idevid (self);
  g_autoptr (GError) reason = NULL;

  if (stile_signed_message_get_n_signers (message) != 1)
    return stile_checks_refuse (self->checks, "R2", error, STILE_ERROR_REFUSED,
                                _ ("A device’s request has one signature, and this one has %u"),
                                stile_signed_message_get_n_signers (message));
  if (idevid == NULL || !stile_signed_message_verify (message, 0, idevid, &reason))
    return stile_checks_refuse (self->checks, "R2", error, STILE_ERROR_REFUSED,
                                _ ("The request is not signed with the key of the device that sends it: %s"),
                                reason != NULL ? reason->message : _ ("the device shows no certificate"));

  g_set_object (&self->judgement->signer, idevid);
  return stile_judge_case_check_form (self, "R2", error) &&
         stile_checks_pass (self->checks, "R2", _ ("Signed with the device’s own key"));
}

static gboolean
check_serial (StileJudgeCase *self, GError **error)
{
  StileCertificate *idevid = get_idevid (self);
  const char *asked = fields_of (self)->serial_number;
  g_autofree char *serial = idevid != NULL ? stile_certificate_path_get_device_serial (idevid) : NULL;

  if (!stile_judge_case_check_root (self, "R3", STILE_VOUCHER_REQUEST, error))
    return FALSE;
  if (serial == NULL)
    return stile_checks_refuse (
        self->checks, "R3", error, STILE_ERROR_REFUSED,
        _ ("The device’s certificate has no serial number of the device in its subject"));
  if (strcmp (serial, asked) == 0)
    return stile_checks_pass (self->checks, "R3", _ ("It asks for itself: serial number “%s”"), serial);

  return stile_checks_refuse (self->checks, "R3", error, STILE_ERROR_REFUSED,
                              _ ("The device “%s” asks for a voucher for another one: “%s”"), serial, asked);
}

static gboolean
names_own (StileJudgeCase *self)
{
  const StileVoucherFields *fields = fields_of (self);
  StileCertificate *own = self->judge->own;
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (own);

  if (fields->proximity_registrar_cert != NULL)
    return g_bytes_equal (fields->proximity_registrar_cert, stile_certificate_get_der (own));

  return fields->proximity_registrar_pubk != NULL && key != NULL &&
         g_bytes_equal (fields->proximity_registrar_pubk, key);
}

static gboolean
check_proximity (StileJudgeCase *self, GError **error)
{
  const StileVoucherFields *fields = fields_of (self);

  if (fields->assertion != STILE_ASSERTION_PROXIMITY)
    return stile_checks_refuse (self->checks, "R4", error, STILE_ERROR_REFUSED,
                                _ ("The request does not say “proximity”, but “%s”"),
                                stile_voucher_get_assertion_name (fields->assertion));
  if (fields->proximity_registrar_cert == NULL && fields->proximity_registrar_pubk == NULL)
    return stile_checks_refuse (self->checks, "R4", error, STILE_ERROR_REFUSED,
                                _ ("The request does not say which registrar the device talks to"));
  if (self->judge->own == NULL)
    return stile_checks_skip (self->checks, "R4", _ ("The registrar’s own certificate was not given"));
  if (names_own (self))
    return stile_checks_pass (self->checks, "R4", _ ("The device sees this very registrar"));

  return stile_checks_refuse (
      self->checks, "R4", error, STILE_ERROR_REFUSED,
      _ ("The device sees another certificate than this registrar’s: somebody is in between"));
}

const StileJudgeCaseCheck stile_judge_registrar_checks[] = {
  check_manufacturer, /* R1 */
  check_signature,    /* R2 */
  check_serial,       /* R3 */
  check_proximity,    /* R4 */
  NULL,
};

/* BRSKI-PRM: the device saw an agent, and no registrar: R12 is in R4's place. */
const StileJudgeCaseCheck stile_judge_registrar_prm_checks[] = {
  check_manufacturer, /* R1 */
  check_signature,    /* R2 */
  check_serial,       /* R3 */
  NULL,
};
