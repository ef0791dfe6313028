/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-masa-artifact.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-masa-voucher.h"
#include "bootstrap/stile-prm-judge.h"
#include "bootstrap/stile-voucher-json.h"
#include "bootstrap/stile-voucher-signature.h"
#include "codec/stile-certificate-path.h"

#define DAY_SECONDS (24 * 60 * 60)

void
stile_masa_artifact_free (StileMasaArtifact *self)
{
  g_clear_pointer (&self->voucher, g_bytes_unref);
  g_free (self->domain_id);
  g_free (self->nonce);
  g_free (self);
}

/**
 * stile_masa_artifact_get_pin:
 *
 * Returns: (transfer full) (nullable): what the voucher pins: the top of the chain that the registrar sent (RFC 8995
 *   section 5.5.3), whose word counts for this request
 */
StileCertificate *
stile_masa_artifact_get_pin (const StileJudgement *judgement)
{
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (judgement->message, 0);

  return chain->len > 0 ? g_object_ref (g_ptr_array_index (chain, chain->len - 1)) : NULL;
}

/* "proximity" only when the device itself said which registrar it sees, and that was looked at (M3); "verified" when the
 * manufacturer's own records name the owner. */
static StileAssertion
choose_assertion (StileMasa *masa, const StileJudgement *judgement, const char *domain_id)
{
  const char *owner = stile_masa_devices_find_owner (
      stile_masa_get_devices (masa), stile_voucher_get_fields (judgement->voucher)->serial_number);

  if (g_strcmp0 (owner, domain_id) == 0)
    return STILE_ASSERTION_VERIFIED;
  if (judgement->prior != NULL &&
      stile_voucher_get_fields (judgement->prior)->assertion == STILE_ASSERTION_AGENT_PROXIMITY)
    return stile_prm_judge_get_assertion (judgement);
  if (judgement->prior != NULL &&
      stile_voucher_get_fields (judgement->prior)->assertion == STILE_ASSERTION_PROXIMITY &&
      stile_voucher_get_fields (judgement->prior)->proximity_registrar_cert != NULL)
    return STILE_ASSERTION_PROXIMITY;

  return STILE_ASSERTION_LOGGED;
}

/* M8: no voucher outlives what it pins.  One without a nonce must end, and RFC 8366 section 5.3 lets one with a nonce not
 * end at all. */
static gint64
choose_end (const StileMasaRules *rules, const StileVoucherFields *asked, StileCertificate *pin, gint64 now)
{
  gint64 pin_end = g_date_time_to_unix (stile_certificate_get_not_after (pin));
  gint64 end = now + (gint64)rules->nonceless_days * DAY_SECONDS;

  if (asked->nonce != NULL && !rules->expires_with_nonce)
    return STILE_VOUCHER_NO_DATE;
  if (asked->nonce != NULL || rules->short_lived)
    end = now + STILE_MASA_VOUCHER_SHORT_SECONDS;

  return MIN (end, pin_end - 1);
}

/* Which product line the serial number is of: what the device itself shows counts, and was compared (M3). */
static GBytes *
get_issuer (const StileJudgement *judgement)
{
  GBytes *asked = stile_voucher_get_fields (judgement->voucher)->idevid_issuer;
  StileCertificate *device =
      judgement->prior_message != NULL ? stile_signed_message_get_signer (judgement->prior_message, 0) : NULL;

  if (asked != NULL)
    return g_bytes_ref (asked);

  return device != NULL ? stile_certificate_path_get_idevid_issuer (device) : NULL;
}

/* M10: nothing of the requests but what a voucher says. */
static GBytes *
make_content (StileMasa *masa,
              const StileJudgement *judgement,
              StileCertificate *pin,
              StileAssertion assertion,
              gint64 now)
{
  const StileVoucherFields *asked = stile_voucher_get_fields (judgement->voucher);
  StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
  g_autoptr (GBytes) issuer = get_issuer (judgement);
  g_autoptr (StileVoucher) voucher = NULL;

  fields.created_on = now;
  fields.expires_on =
      choose_end (stile_masa_devices_get_rules (stile_masa_get_devices (masa)), asked, pin, now);
  fields.assertion = assertion;
  fields.serial_number = asked->serial_number;
  fields.idevid_issuer = issuer;
  fields.nonce = asked->nonce;
  fields.pinned_domain_cert = stile_certificate_get_der (pin);
  voucher = stile_voucher_new (STILE_VOUCHER_ARTIFACT, &fields);

  return stile_voucher_json_print (voucher);
}

/**
 * stile_masa_artifact_make:
 * @judgement: a registrar's request that was found good, for a device that it may have
 * @now: Unix seconds
 *
 * Returns: (transfer full): the voucher (RFC 8995 section 5.6), in the format of the request
 */
StileMasaArtifact *
stile_masa_artifact_make (StileMasa *masa, const StileJudgement *judgement, gint64 now, GError **error)
{
  StileIdentity *identity = stile_masa_get_identity (masa);
  g_autoptr (StileCertificate) pin = stile_masa_artifact_get_pin (judgement);
  g_autoptr (StileMasaArtifact) self = g_new0 (StileMasaArtifact, 1);
  g_autoptr (GBytes) content = NULL;

  g_return_val_if_fail (pin != NULL, NULL);

  self->domain_id = stile_certificate_path_get_domain_id (pin);
  self->assertion = choose_assertion (masa, judgement, self->domain_id);
  self->nonce = g_strdup (stile_voucher_get_fields (judgement->voucher)->nonce);
  content = make_content (masa, judgement, pin, self->assertion, now);
  self->voucher = stile_voucher_signature_make (identity, stile_identity_get_chain (identity),
                                                stile_signed_message_get_format (judgement->message), content,
                                                now, error);

  return self->voucher != NULL ? g_steal_pointer (&self) : NULL;
}
