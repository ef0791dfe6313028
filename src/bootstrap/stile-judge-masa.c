/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judge-masa.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-path.h"

/* What a manufacturer looks at in a registrar's request (BOOTSTRAP 2.3, RFC 8995 section 5.5). */

static const StileVoucherFields *
fields_of (StileJudgeCase *self)
{
  return stile_voucher_get_fields (self->judgement->voucher);
}

static GPtrArray *
get_signer_chain (StileJudgeCase *self)
{
  return stile_signed_message_get_signer_chain (self->judgement->message, 0);
}

/* --- M1, M2: which registrar --- */

static gboolean
verify_signer (StileJudgeCase *self, GPtrArray *chain, GError **error)
{
  StileSignedMessage *message = self->judgement->message;
  g_autoptr (GPtrArray) top = g_ptr_array_new ();

  if (stile_signed_message_get_n_signers (message) != 1 || chain->len == 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED,
                           _ ("it must have one signature, with the signer’s certificate in it"));
      return FALSE;
    }

  /* Nobody vouches for a registrar here: whoever stands on top is an anchor for this message only (section 5.5.2). */
  g_ptr_array_add (top, g_ptr_array_index (chain, chain->len - 1));
  return stile_signed_message_verify (message, 0, g_ptr_array_index (chain, 0), error) &&
         stile_certificate_path_verify (chain, top, stile_judge_case_get_time (self),
                                        STILE_CERTIFICATE_PATH_DEFAULT, NULL, error);
}

static gboolean
check_signer (StileJudgeCase *self, GError **error)
{
  g_autoptr (GPtrArray) chain = get_signer_chain (self);
  g_autoptr (GError) reason = NULL;

  if (!verify_signer (self, chain, &reason))
    return stile_checks_refuse (self->checks, "M1", error, STILE_ERROR_REFUSED,
                                _ ("The registrar’s signature does not hold: %s"), reason->message);

  g_set_object (&self->judgement->signer, g_ptr_array_index (chain, 0));
  return stile_judge_case_check_form (self, "M1", error) &&
         stile_judge_case_check_root (self, "M1", STILE_VOUCHER_REQUEST, error) &&
         stile_checks_pass (self->checks, "M1", _ ("Signed by “%s” of “%s”"),
                            stile_certificate_get_name (self->judgement->signer),
                            stile_certificate_get_name (g_ptr_array_index (chain, chain->len - 1)));
}

static gboolean
check_purpose (StileJudgeCase *self, GError **error)
{
  StileCertificate *signer = self->judgement->signer;

  if (signer != NULL && stile_certificate_path_has_purpose (signer, STILE_PURPOSE_CMC_RA))
    return stile_checks_pass (self->checks, "M2", _ ("Its domain made it a registrar (id-kp-cmcRA)"));
  if (stile_judge_case_is_set (self, STILE_JUDGE_COMPAT))
    return stile_checks_note (self->checks, "M2",
                              _ ("Its certificate is not marked as a registrar’s (id-kp-cmcRA)"));

  return stile_checks_refuse (self->checks, "M2", error, STILE_ERROR_REFUSED,
                              _ ("The signer is no registrar: its certificate lacks id-kp-cmcRA"));
}

/* --- M3: the device's own request in it --- */

/* A device signs more than voucher requests. */
static gboolean
is_request (StileJudgeCase *self, GBytes *content, GError **error)
{
  return stile_judge_case_is_set (self, STILE_JUDGE_COMPAT) ||
         stile_voucher_json_check_root (content, STILE_VOUCHER_REQUEST, error);
}

static gboolean
open_prior (StileJudgeCase *self, GError **error)
{
  StileJudgement *judgement = self->judgement;

  judgement->prior_message =
      stile_signed_message_parse (fields_of (self)->prior_signed_voucher_request, error);
  if (judgement->prior_message == NULL)
    return FALSE;

  judgement->prior = stile_voucher_json_parse (stile_signed_message_get_content (judgement->prior_message),
                                               STILE_VOUCHER_REQUEST, error);
  return judgement->prior != NULL &&
         is_request (self, stile_signed_message_get_content (judgement->prior_message), error);
}

static gboolean
is_ours (StileJudgeCase *self, GError **error)
{
  StileSignedMessage *message = self->judgement->prior_message;
  StileCertificate *device = stile_signed_message_get_signer (message, 0);
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, 0);

  if (device == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED,
                           _ ("the device’s certificate is not in it"));
      return FALSE;
    }
  if (!stile_signed_message_verify (message, 0, device, error))
    return FALSE;

  return self->judge->anchors == NULL ||
         stile_certificate_path_verify (chain, self->judge->anchors, stile_judge_case_get_time (self),
                                        STILE_CERTIFICATE_PATH_IGNORE_LEAF_END, NULL, error);
}

static gboolean
names_same_device (StileJudgeCase *self)
{
  StileCertificate *device = stile_signed_message_get_signer (self->judgement->prior_message, 0);
  g_autofree char *serial = device != NULL ? stile_certificate_path_get_device_serial (device) : NULL;
  const char *asked = fields_of (self)->serial_number;

  return serial != NULL && strcmp (serial, asked) == 0 &&
         strcmp (stile_voucher_get_fields (self->judgement->prior)->serial_number, asked) == 0;
}

/* A serial number is one of a product line: what one device signed must fetch no voucher for another line's. */
static gboolean
names_same_issuer (StileJudgeCase *self)
{
  StileCertificate *device = stile_signed_message_get_signer (self->judgement->prior_message, 0);
  GBytes *asked = fields_of (self)->idevid_issuer;
  g_autoptr (GBytes) theirs = asked != NULL ? stile_certificate_path_read_idevid_issuer (asked) : NULL;
  g_autoptr (GBytes) wrapped = stile_certificate_path_get_idevid_issuer (device);
  g_autoptr (GBytes) ours = stile_certificate_path_read_idevid_issuer (wrapped);

  return asked == NULL || (theirs != NULL && ours != NULL && g_bytes_equal (theirs, ours));
}

/* Section 5.5.5: the key that the device saw is one of the registrar's, or of the authorities above it. */
static gboolean
saw_signer (StileJudgeCase *self)
{
  GBytes *seen_der = stile_voucher_get_fields (self->judgement->prior)->proximity_registrar_cert;
  g_autoptr (StileCertificate) seen =
      seen_der != NULL ? stile_certificate_new_from_der (seen_der, NULL) : NULL;
  g_autoptr (GPtrArray) chain = get_signer_chain (self);

  for (guint i = 0; seen != NULL && i < chain->len; i++)
    if (stile_judge_case_same_key (seen, g_ptr_array_index (chain, i)))
      return TRUE;

  return FALSE;
}

/* 8366bis asks registrars for it; RFC 8995 does not. */
static void
note_issuer (StileJudgeCase *self)
{
  if (fields_of (self)->idevid_issuer == NULL)
    stile_checks_note (
        self->checks, "M3",
        _ ("The registrar does not say who issued the device’s certificate (“idevid-issuer”), without which "
           "a serial number may be that of several devices"));
}

static gboolean
check_prior (StileJudgeCase *self, GError **error)
{
  g_autoptr (GError) reason = NULL;

  note_issuer (self);
  if (fields_of (self)->prior_signed_voucher_request == NULL)
    return stile_checks_note (
        self->checks, "M3",
        _ ("The device’s own request is not in it: nothing shows that the device is there"));
  if (!open_prior (self, &reason) || !is_ours (self, &reason))
    return stile_checks_refuse (self->checks, "M3", error, STILE_ERROR_REFUSED,
                                _ ("The request in it is of no device of this manufacturer: %s"),
                                reason->message);
  if (!names_same_device (self))
    return stile_checks_refuse (
        self->checks, "M3", error, STILE_ERROR_REFUSED,
        _ ("The registrar asks for “%s”, and the device’s request in it is for another one"),
        fields_of (self)->serial_number);
  if (!names_same_issuer (self))
    return stile_checks_refuse (
        self->checks, "M3", error, STILE_ERROR_REFUSED,
        _ ("The registrar asks for a device of another product line than the one whose request is in it: "
           "“idevid-issuer” is not who issued its certificate"));

  return TRUE;
}

static gboolean
check_seen (StileJudgeCase *self, GError **error)
{
  if (self->judgement->prior == NULL)
    return TRUE;
  if (!saw_signer (self))
    return stile_checks_refuse (self->checks, "M3", error, STILE_ERROR_REFUSED,
                                _ ("The device did not see this registrar, but somebody with another key"));

  if (self->judge->anchors == NULL)
    return stile_checks_skip (
        self->checks, "M3",
        _ ("A device “%s” saw this very registrar; whose device it is was not looked at: no "
           "manufacturer’s anchor was given"),
        fields_of (self)->serial_number);

  return stile_checks_pass (self->checks, "M3", _ ("The device “%s” saw this very registrar"),
                            fields_of (self)->serial_number);
}

/* --- M4, M5, M7 --- */

static gboolean
check_nonce (StileJudgeCase *self, GError **error)
{
  const char *nonce = fields_of (self)->nonce;
  const char *prior =
      self->judgement->prior != NULL ? stile_voucher_get_fields (self->judgement->prior)->nonce : NULL;

  if (self->judgement->prior == NULL)
    return stile_checks_skip (self->checks, "M4",
                              _ ("There is no request of the device to compare the nonce with"));
  if (g_strcmp0 (nonce, prior) == 0)
    return stile_checks_pass (self->checks, "M4", _ ("The nonce is the device’s"));

  return stile_checks_refuse (self->checks, "M4", error, STILE_ERROR_REFUSED,
                              _ ("The registrar’s nonce is not the one of the device’s request"));
}

/* Sections 5.5.4 and 7.4.1: what may be used at any time is only given to somebody who proved who he is. */
static gboolean
check_authenticated (StileJudgeCase *self, GError **error)
{
  GPtrArray *peer = self->judge->peer_chain;
  StileCertificate *signer = self->judgement->signer;

  if (fields_of (self)->nonce != NULL)
    return stile_checks_pass (self->checks, "M5", _ ("It has a nonce"));
  if (peer != NULL && peer->len > 0 && signer != NULL &&
      stile_judge_case_same_key (g_ptr_array_index (peer, 0), signer))
    return stile_checks_pass (self->checks, "M5", _ ("It has no nonce, and the registrar itself sends it"));

  return stile_checks_refuse (
      self->checks, "M5", error, STILE_ERROR_REFUSED,
      _ ("A request without a nonce is taken only from the registrar itself, over TLS with its certificate"));
}

static gboolean
check_no_proximity (StileJudgeCase *self, GError **error)
{
  const StileVoucherFields *fields = fields_of (self);

  if (fields->proximity_registrar_cert == NULL && fields->proximity_registrar_pubk == NULL &&
      fields->proximity_registrar_pubk_sha256 == NULL)
    return stile_checks_pass (self->checks, "M7", _ ("It claims no proximity of its own"));

  return stile_checks_refuse (
      self->checks, "M7", error, STILE_ERROR_REFUSED,
      _ ("A registrar’s request must not have a “proximity-registrar-cert” of its own"));
}

const StileJudgeCaseCheck stile_judge_masa_checks[] = {
  check_signer,        /* M1 */
  check_purpose,       /* M2 */
  check_prior,         /* M3: whose request it is */
  check_seen,          /* M3: whom the device saw */
  check_nonce,         /* M4 */
  check_authenticated, /* M5 */
  check_no_proximity,  /* M7 */
  NULL,
};

/* BRSKI-PRM: the device saw an agent, and no registrar: M11 is in check_seen's place. */
const StileJudgeCaseCheck stile_judge_masa_prm_checks[] = {
  check_signer,        /* M1 */
  check_purpose,       /* M2 */
  check_prior,         /* M3: whose request it is */
  check_nonce,         /* M4 */
  check_authenticated, /* M5 */
  check_no_proximity,  /* M7 */
  NULL,
};
