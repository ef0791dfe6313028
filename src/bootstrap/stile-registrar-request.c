/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-request.h"

#include "bootstrap/stile-prm-message.h"
#include "bootstrap/stile-voucher-json.h"
#include "bootstrap/stile-voucher-signature.h"
#include "codec/stile-certificate-path.h"

/* --- asking --- */

/* Who stood before the device: the MASA looks for whoever signed what the device was told (M11). */
static GVariant *
make_agent (GPtrArray *agent)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < agent->len; i++)
    g_variant_builder_add_value (&list, g_variant_new_take_string (stile_prm_message_encode (
                                            stile_certificate_get_der (g_ptr_array_index (agent, i)))));
  g_variant_dict_insert_value (&dict, "agent-sign-cert", g_variant_builder_end (&list));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* The pledge's own bytes go along, the nonce as it came, and nothing that claims proximity (M7): only what an agent saw is
 * said again (BRSKI-PRM section 7.3.2). */
static GBytes *
make_content (const StileRegistrarDevice *device,
              const StileJudgement *judgement,
              GPtrArray *agent,
              gint64 now)
{
  g_autoptr (GVariant) more = agent != NULL ? make_agent (agent) : NULL;
  g_autoptr (GBytes) issuer = stile_certificate_path_get_idevid_issuer (device->idevid);
  StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
  g_autoptr (StileVoucher) request = NULL;

  fields.created_on = now;
  fields.nonce = stile_voucher_get_fields (judgement->voucher)->nonce;
  fields.serial_number = device->serial;
  fields.idevid_issuer = issuer;
  fields.prior_signed_voucher_request = stile_signed_message_get_bytes (judgement->message);
  if (agent != NULL)
    fields.assertion = STILE_ASSERTION_AGENT_PROXIMITY;
  fields.more = more;
  request = stile_voucher_new (STILE_VOUCHER_REQUEST, &fields);

  return stile_voucher_json_print (request);
}

/**
 * stile_registrar_request_make:
 * @judgement: the pledge's request, which was found good
 * @agent: (nullable) (element-type StileCertificate): in BRSKI-PRM the chain of the agent that brings it, leaf first
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
                              GPtrArray *agent,
                              gint64 now,
                              GError **error)
{
  g_autoptr (GBytes) content = make_content (device, judgement, agent, now);

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
      fields->assertion != STILE_ASSERTION_AGENT_PROXIMITY &&
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
