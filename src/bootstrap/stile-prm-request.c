/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-request.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-prm-message.h"
#include "bootstrap/stile-voucher-json.h"

/* Of vouchers and requests for them, in the protected header. */
#define TYPE "voucher-jws+json"

static GVariant *
make_header (void)
{
  g_auto (GVariantDict) header = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&header, "typ", "s", TYPE);
  return g_variant_dict_end (&header);
}

/* Both as they came: the MASA looks at what the agent signed, and not at what was understood of it. */
static GVariant *
make_members (const StilePrmProximity *proximity)
{
  g_autofree char *registrar = stile_prm_message_encode (stile_certificate_get_der (proximity->registrar));
  g_autofree char *data =
      stile_prm_message_encode (stile_signed_message_get_bytes (proximity->signed_data->message));
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "agent-provided-proximity-registrar-cert", "s", registrar);
  g_variant_dict_insert (&dict, "agent-signed-data", "s", data);
  return g_variant_dict_end (&dict);
}

/**
 * stile_prm_request_make:
 * @idevid: the device's certificate of its manufacturer
 * @proximity: what triggered it
 * @serial: of this device
 * @nonce: of this request, which is to be remembered with @proximity (StilePrmPending)
 * @now: Unix seconds, or the device's best idea: not before what the agent signed, which the registrar would refuse (R13)
 *
 * Returns: (transfer full): the voucher request (BRSKI-PRM section 7.1.2)
 */
GBytes *
stile_prm_request_make (StileIdentity *idevid,
                        const StilePrmProximity *proximity,
                        const char *serial,
                        const char *nonce,
                        gint64 now,
                        GError **error)
{
  g_autoptr (GVariant) members = g_variant_ref_sink (make_members (proximity));
  StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
  g_autoptr (StileVoucher) request = NULL;
  g_autoptr (GBytes) content = NULL;

  fields.created_on = now;
  fields.nonce = nonce;
  fields.serial_number = serial;
  fields.assertion = STILE_ASSERTION_AGENT_PROXIMITY;
  fields.more = members;
  request = stile_voucher_new (STILE_VOUCHER_REQUEST, &fields);
  content = stile_voucher_json_print (request);
  return stile_prm_message_sign (idevid, NULL, content, make_header (), error);
}

/**
 * stile_prm_request_countersign:
 * @registrar: whom the pledge's request names, or another one of the domain
 * @chain: (element-type StileCertificate): the registrar's, up to and without what the voucher pins
 * @voucher: of the MASA, a JWS
 * @error: %STILE_ERROR_PROTOCOL when it is none, %STILE_ERROR_SETTINGS when the registrar's key cannot sign it
 *
 * Returns: (transfer full): the voucher with one signature more, what was signed before untouched (BRSKI-PRM section 7.3.6)
 */
GBytes *
stile_prm_request_countersign (StileIdentity *registrar, GPtrArray *chain, GBytes *voucher, GError **error)
{
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse_as (voucher, STILE_SIGNED_JWS, error);
  g_autoptr (GVariant) header = g_variant_ref_sink (make_header ());
  gnutls_privkey_t key;
  GBytes *bytes;

  if (message == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }
  key = stile_identity_open_key (registrar, error);
  if (key == NULL)
    return NULL;

  bytes = stile_signed_message_sign_jws_again (message, header, key, chain, error);
  gnutls_privkey_deinit (key);
  if (bytes == NULL)
    stile_error_convert (error, STILE_ERROR_SETTINGS);
  return bytes;
}
