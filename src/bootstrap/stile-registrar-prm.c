/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-prm.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-prm-judge.h"
#include "bootstrap/stile-prm-request.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-hex.h"

/* --- who brings it --- */

/**
 * stile_registrar_prm_check_agent:
 * @checks: gets R12
 *
 * Whether whoever is at the other end of the TLS session may bring what devices have signed, now: a laptop that was lost has
 * a certificate that runs out soon (BRSKI-PRM section 12.3).
 */
gboolean
stile_registrar_prm_check_agent (StileRegistrar *registrar,
                                 StileExchange *exchange,
                                 StileChecks *checks,
                                 GError **error)
{
  GPtrArray *chain = stile_exchange_get_peer_chain (exchange);
  GPtrArray *anchors = stile_registrar_get_agent_anchors (registrar);
  g_autoptr (GError) reason = NULL;

  if (anchors == NULL)
    return stile_checks_refuse (checks, "R12", error, STILE_ERROR_REFUSED,
                                "This registrar takes nothing from agents");
  if (chain == NULL || chain->len == 0)
    return stile_checks_refuse (checks, "R12", error, STILE_ERROR_REFUSED,
                                "An agent shows its certificate in TLS, and nothing came");
  if (stile_certificate_path_verify (chain, anchors, g_get_real_time () / G_USEC_PER_SEC,
                                     STILE_CERTIFICATE_PATH_DEFAULT, NULL, &reason))
    return stile_checks_pass (checks, "R12", "“%s” may bring requests",
                              stile_certificate_get_name (g_ptr_array_index (chain, 0)));

  return stile_checks_refuse (checks, "R12", error, STILE_ERROR_REFUSED,
                              "“%s” is no agent that may bring requests: %s",
                              stile_certificate_get_name (g_ptr_array_index (chain, 0)), reason->message);
}

/* --- what it brings --- */

/* Nothing is believed yet: the chain in the message tells only whose anchors its judge needs. */
static StileRegistrarDevice *
identify (StileRegistrar *registrar, GBytes *request, GError **error)
{
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (request, error);
  g_autoptr (GPtrArray) chain = NULL;

  if (message == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }

  chain = stile_signed_message_get_signer_chain (message, 0);
  return stile_registrar_identify_chain (registrar, chain, error);
}

static void
set_policy (StileJudge *judge, StileManufacturer *manufacturer)
{
  judge->anchors = stile_manufacturer_get_anchors (manufacturer);
  if (stile_manufacturer_get_idevid_may_end (manufacturer))
    judge->policy |= STILE_JUDGE_IDEVID_MAY_END;
  if (stile_manufacturer_get_compat (manufacturer))
    judge->policy |= STILE_JUDGE_COMPAT;
}

/**
 * stile_registrar_prm_judge:
 * @checks: gets what was looked at
 * @judgement: gets what was found, as far as it went; clear it
 *
 * Judges a device's voucher request that an agent brings: R1 to R3, R12 and R13.
 *
 * Returns: (transfer full): the device that signed it
 */
StileRegistrarDevice *
stile_registrar_prm_judge (StileRegistrar *registrar,
                           StileExchange *exchange,
                           StileChecks *checks,
                           StileJudgement *judgement,
                           GError **error)
{
  GBytes *request = stile_http_message_get_content (stile_exchange_get_request (exchange));
  g_autoptr (GPtrArray) domain = g_ptr_array_new ();
  g_autoptr (StileRegistrarDevice) device = NULL;
  StileJudge judge = {
    .at = g_get_real_time () / G_USEC_PER_SEC,
    .own = stile_identity_get_certificate (stile_registrar_get_identity (registrar)),
    .agent_chain = stile_exchange_get_peer_chain (exchange),
    .agent_anchors = stile_registrar_get_agent_anchors (registrar),
    .domain = domain,
  };

  if (!stile_registrar_prm_check_agent (registrar, exchange, checks, error))
    return NULL;
  device = identify (registrar, request, error);
  if (device == NULL)
    return NULL;

  set_policy (&judge, device->manufacturer);
  g_ptr_array_add (domain, stile_registrar_get_domain (registrar));
  return stile_prm_judge_as_registrar (&judge, request, checks, judgement, error) ? g_steal_pointer (&device)
                                                                                  : NULL;
}

/**
 * stile_registrar_prm_remember:
 * @judgement: of a request that was taken
 *
 * Writes down what R13 and R14 will need of the device: what it asked for before counts no more.
 */
gboolean
stile_registrar_prm_remember (StileRegistrar *registrar,
                              const StileRegistrarDevice *device,
                              const StileJudgement *judgement,
                              GError **error)
{
  g_autoptr (StilePrmDevice) known = stile_prm_device_new (judgement);

  return stile_ledger_put_prm_device (stile_registrar_get_ledger (registrar), device->issuer, device->serial,
                                      known, error);
}

/* --- what it takes back --- */

/**
 * stile_registrar_prm_countersign:
 * @voucher: of the MASA
 *
 * R8 in BRSKI-PRM: no TLS session shows the device that the registrar holds its key, so it signs besides, with its chain up to
 * and without what is pinned.
 *
 * Returns: (transfer full): the voucher as the agent gets it
 */
GBytes *
stile_registrar_prm_countersign (StileRegistrar *registrar, GBytes *voucher, GError **error)
{
  GPtrArray *all = stile_registrar_get_chain (registrar);
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();

  for (guint i = 0; i < MAX (all->len - 1, 1); i++)
    g_ptr_array_add (chain, g_ptr_array_index (all, i));

  return stile_prm_request_countersign (stile_registrar_get_identity (registrar), chain, voucher, error);
}

/* --- who it was --- */

static StilePrmDevice *
find_idevid (
    StileRegistrar *registrar, StileCertificate *signer, char **issuer, char **serial, GError **error)
{
  g_autoptr (GBytes) wrapped = stile_certificate_path_get_idevid_issuer (signer);
  g_autoptr (GBytes) id = wrapped != NULL ? stile_certificate_path_read_idevid_issuer (wrapped) : NULL;

  *serial = stile_certificate_path_get_device_serial (signer);
  *issuer = id != NULL ? stile_hex_encode_bytes (id) : NULL;
  if (*serial == NULL || *issuer == NULL)
    return NULL;

  return stile_ledger_find_prm_device (stile_registrar_get_ledger (registrar), *issuer, *serial, error);
}

/**
 * stile_registrar_prm_find:
 * @signer: of a message whose signature holds: an IDevID, or a certificate that was given to a device here
 * @issuer: (out) (nullable) (transfer full): hex of who issued the device's IDevID
 * @serial: (out) (nullable) (transfer full): of the device
 *
 * Whether @signer really is that device's is for R13 and R14, which compare the keys.
 *
 * Returns: (transfer full) (nullable): what is known of the device; %NULL with no error for one whose request was never taken
 */
StilePrmDevice *
stile_registrar_prm_find (
    StileRegistrar *registrar, StileCertificate *signer, char **issuer, char **serial, GError **error)
{
  g_autofree char *digest =
      g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, stile_certificate_get_der (signer));
  g_autoptr (GError) failure = NULL;
  StilePrmDevice *member =
      stile_ledger_find_prm_member (stile_registrar_get_ledger (registrar), digest, issuer, serial, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  return member != NULL ? member : find_idevid (registrar, signer, issuer, serial, error);
}
