/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-judge-pledge.h"

#include <glib/gi18n-lib.h>

/*
 * What a pledge looks at before it believes a countersigned voucher (BOOTSTRAP P20, BRSKI-PRM section 7.6).  Its maker's
 * signature was found already; the pin is taken for as long as this lasts: the registrar that the trigger named must be under
 * it, and whoever holds a registrar's key must have signed, too.
 */

static gboolean
refuse (StilePrmCase *self, GError **error, const char *sentence)
{
  return stile_checks_refuse (self->base.checks, "P20", error, STILE_ERROR_UNTRUSTED, "%s", sentence);
}

static StileCertificate *
get_pin (StilePrmCase *self)
{
  return stile_voucher_get_pin (self->base.judgement->voucher);
}

/* The certificate that came with the trigger, or NULL. */
static StileCertificate *
get_registrar (StilePrmCase *self)
{
  GPtrArray *peer = self->base.judge->peer_chain;

  return peer != NULL && peer->len > 0 ? g_ptr_array_index (peer, 0) : NULL;
}

static gboolean
is_under_pin (StilePrmCase *self, StileCertificate *registrar, GError **error)
{
  GPtrArray *material = stile_signed_message_get_certificates (self->base.judgement->message);
  g_autoptr (GPtrArray) anchors = g_ptr_array_new ();

  /* The sole anchor, as in P14. */
  g_ptr_array_add (anchors, get_pin (self));
  if (!stile_prm_case_leads_to (&self->base, registrar, material, anchors, error))
    return FALSE;
  if (stile_certificate_equal (registrar, get_pin (self)) ||
      stile_prm_case_is_registrar (&self->base, registrar))
    return TRUE;

  g_set_error_literal (
      error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
      _ ("it is not marked as a registrar (id-kp-cmcRA), and may be any device of the domain"));
  return FALSE;
}

static gboolean
check_form (StilePrmCase *self, GError **error)
{
  StileSignedMessage *message = self->base.judgement->message;

  if (stile_signed_message_get_format (message) != STILE_SIGNED_JWS)
    return refuse (self, error, _ ("A voucher in CMS cannot have the registrar’s signature besides"));
  if (get_pin (self) == NULL)
    return refuse (self, error, _ ("The voucher pins a key in place of a certificate"));

  return TRUE;
}

static gboolean
check_registrar (StilePrmCase *self, GError **error)
{
  StileCertificate *registrar = get_registrar (self);
  g_autoptr (GError) reason = NULL;

  if (registrar == NULL)
    return stile_checks_skip (self->base.checks, "P20",
                              _ ("Which registrar the agent works for was not said"));
  if (is_under_pin (self, registrar, &reason))
    return stile_checks_pass (self->base.checks, "P20",
                              _ ("The agent works for “%s”, which belongs to that domain"),
                              stile_certificate_get_name (registrar));

  return stile_checks_refuse (
      self->base.checks, "P20", error, STILE_ERROR_UNTRUSTED,
      _ ("The voucher is for the domain “%s”, and the agent’s registrar “%s” is not of it: %s"),
      stile_certificate_get_name (get_pin (self)), stile_certificate_get_name (registrar), reason->message);
}

/* "x5c" goes up to the pin and does not have it: with the registrar itself for a pin there may be none. */
static StileCertificate *
get_countersigner (StilePrmCase *self, guint index)
{
  StileCertificate *signer = stile_signed_message_get_signer (self->base.judgement->message, index);

  if (signer != NULL)
    return signer;

  return get_registrar (self) != NULL ? get_registrar (self) : get_pin (self);
}

static gboolean
is_countersigned (StilePrmCase *self, guint index, StileCertificate *signer, GError **error)
{
  return stile_signed_message_verify (self->base.judgement->message, index, signer, error) &&
         is_under_pin (self, signer, error);
}

static gboolean
pass_countersignature (StilePrmCase *self, StileCertificate *signer)
{
  StileCertificate *registrar = get_registrar (self);

  if (registrar != NULL && !stile_judge_case_same_key (registrar, signer))
    return stile_checks_note (self->base.checks, "P20",
                              _ ("Signed by “%s”, another registrar of that domain than the agent named"),
                              stile_certificate_get_name (signer));

  return stile_checks_pass (self->base.checks, "P20", _ ("Signed by the registrar “%s”, too"),
                            stile_certificate_get_name (signer));
}

/* Found by whose it is, not by where it stands (BOOTSTRAP section 6, 13). */
static gboolean
check_countersignature (StilePrmCase *self, GError **error)
{
  guint count = stile_signed_message_get_n_signers (self->base.judgement->message);
  g_autoptr (GError) reason = NULL;

  for (guint i = 0; i < count; i++)
    {
      StileCertificate *signer = get_countersigner (self, i);

      if (i == self->base.signer)
        continue;
      g_clear_error (&reason);
      if (is_countersigned (self, i, signer, &reason))
        return pass_countersignature (self, signer);
    }

  return stile_checks_refuse (
      self->base.checks, "P20", error, STILE_ERROR_UNTRUSTED,
      _ ("No registrar of the domain signed the voucher, so nothing shows that one holds its key: %s"),
      reason != NULL ? reason->message : _ ("there is only the manufacturer’s signature"));
}

const StilePrmCaseCheck stile_prm_judge_pledge_checks[] = {
  check_form,             /* P20 */
  check_registrar,        /* P20 */
  check_countersignature, /* P20 */
  NULL,
};
