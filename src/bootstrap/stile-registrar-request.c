/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-request.h"

#include "bootstrap/stile-voucher-json.h"
#include "bootstrap/stile-voucher-signature.h"
#include "codec/stile-certificate-path.h"

/* --- asking --- */

/* The pledge's own bytes go along, the nonce as it came, and nothing that claims proximity (M7). */
static GBytes *
make_content (const StileRegistrarDevice *device, const StileJudgement *judgement, gint64 now)
{
  g_autoptr (GBytes) issuer = stile_certificate_path_get_idevid_issuer (device->idevid);
  StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
  g_autoptr (StileVoucher) request = NULL;

  fields.created_on = now;
  fields.nonce = stile_voucher_get_fields (judgement->voucher)->nonce;
  fields.serial_number = device->serial;
  fields.idevid_issuer = issuer;
  fields.prior_signed_voucher_request = stile_signed_message_get_bytes (judgement->message);
  request = stile_voucher_new (STILE_VOUCHER_REQUEST, &fields);

  return stile_voucher_json_print (request);
}

/**
 * stile_registrar_request_make:
 * @judgement: the pledge's request, which was found good
 * @now: Unix seconds
 *
 * R7: signed with the registrar's own certificate, with exactly the chain that is to be pinned; in the format of the
 * pledge's request.
 *
 * Returns: (transfer full): the signed bytes
 */
GBytes *
stile_registrar_request_make (StileRegistrar *registrar,
                              const StileRegistrarDevice *device,
                              const StileJudgement *judgement,
                              gint64 now,
                              GError **error)
{
  g_autoptr (GBytes) content = make_content (device, judgement, now);

  return stile_voucher_signature_make (
      stile_registrar_get_identity (registrar), stile_registrar_get_chain (registrar),
      stile_signed_message_get_format (judgement->message), content, now, error);
}

/* --- the answer --- */

static void
describe (GVariantDict *details, const StileVoucherFields *fields, StileCertificate *pin)
{
  g_variant_dict_insert (details, "serial", "s", fields->serial_number);
  g_variant_dict_insert (details, "assertion", "s", stile_voucher_get_assertion_name (fields->assertion));
  if (fields->nonce != NULL)
    g_variant_dict_insert (details, "nonce", "s", fields->nonce);
  if (pin != NULL)
    g_variant_dict_insert (details, "pin", "s", stile_certificate_get_name (pin));
}

static const char *
find_fault (StileRegistrar *registrar,
            const StileRegistrarDevice *device,
            const char *nonce,
            const StileVoucherFields *fields,
            StileCertificate *pin)
{
  if (g_strcmp0 (fields->serial_number, device->serial) != 0)
    return "it is for another device";
  if (fields->nonce != NULL && g_strcmp0 (fields->nonce, nonce) != 0)
    return "it answers another request: its nonce is not the device's";
  if (pin == NULL || !stile_certificate_equal (pin, stile_registrar_get_domain (registrar)))
    return "it does not pin this domain";
  if (fields->assertion != STILE_ASSERTION_PROXIMITY && fields->assertion != STILE_ASSERTION_VERIFIED &&
      !stile_manufacturer_get_any_assertion (device->manufacturer))
    return "the manufacturer asserts less than that the device saw this registrar";

  return NULL;
}

/**
 * stile_registrar_request_find_fault:
 * @nonce: (nullable): of the pledge's request
 * @voucher: what the MASA answered
 * @details: gets what the voucher says, for people
 *
 * R8: the voucher goes to the pledge as it is, which alone can judge it; this is only so that a person hears of a MASA
 * that answers something else than was asked.
 *
 * Returns: (transfer full) (nullable): a sentence; %NULL when all is as it should be
 */
char *
stile_registrar_request_find_fault (StileRegistrar *registrar,
                                    const StileRegistrarDevice *device,
                                    const char *nonce,
                                    GBytes *voucher,
                                    GVariantDict *details)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (voucher, &error);
  g_autoptr (StileVoucher) read = message != NULL
                                      ? stile_voucher_json_parse (stile_signed_message_get_content (message),
                                                                  STILE_VOUCHER_ARTIFACT, &error)
                                      : NULL;
  const char *fault;

  if (read == NULL)
    return g_strdup_printf ("R8: The voucher cannot be read: %s", error->message);

  describe (details, stile_voucher_get_fields (read), stile_voucher_get_pin (read));
  fault =
      find_fault (registrar, device, nonce, stile_voucher_get_fields (read), stile_voucher_get_pin (read));
  return fault != NULL ? g_strdup_printf ("R8: The voucher is not as it should be: %s", fault) : NULL;
}
