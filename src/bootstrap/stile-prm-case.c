/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-case.h"

#include <glib/gi18n-lib.h>

#include "codec/stile-certificate-path.h"

/**
 * stile_prm_case_run:
 * @checks: (array zero-terminated=1): a table, in its order
 *
 * Returns: whether all of them let it pass
 */
gboolean
stile_prm_case_run (StilePrmCase *self, const StilePrmCaseCheck *checks, GError **error)
{
  for (guint i = 0; checks[i] != NULL; i++)
    if (!checks[i](self, error))
      return FALSE;

  return TRUE;
}

/**
 * stile_prm_case_clear:
 *
 * Drops what the checks have read.
 */
void
stile_prm_case_clear (StilePrmCase *self)
{
  g_clear_pointer (&self->proximity, stile_prm_proximity_free);
}

/**
 * stile_prm_case_note_slips:
 * @id: the check that it belongs to
 *
 * Says what of the data is taken and yet odd (BOOTSTRAP 1.3).
 */
void
stile_prm_case_note_slips (StileChecks *checks, const char *id, const StilePrmSignedData *data)
{
  StilePrmSlips slips = data->slips;

  if ((slips & STILE_PRM_SLIP_WRAPPED) != 0)
    stile_checks_note (checks, id,
                       _ ("What the agent signed stands below a name of its own, as in older drafts"));
  if ((slips & STILE_PRM_SLIP_URL_SAFE) != 0)
    stile_checks_note (checks, id, _ ("The agent’s key id is in base64url, and not in base64"));
}

/**
 * stile_prm_case_read_proximity:
 * @id: the check that it belongs to
 * @request: of the device
 *
 * Reads what the device was told by the agent, and wants it to say so: "agent-proximity" (BRSKI-PRM section 7.1).
 */
gboolean
stile_prm_case_read_proximity (StilePrmCase *self, const char *id, StileVoucher *request, GError **error)
{
  StileAssertion assertion = stile_voucher_get_fields (request)->assertion;
  g_autoptr (GError) reason = NULL;

  if (assertion != STILE_ASSERTION_AGENT_PROXIMITY)
    return stile_checks_refuse (self->base.checks, id, error, STILE_ERROR_REFUSED,
                                _ ("The device’s request does not say “agent-proximity”, but “%s”"),
                                stile_voucher_get_assertion_name (assertion));

  self->proximity = stile_prm_proximity_read (request, &reason);
  if (self->proximity == NULL)
    return stile_checks_refuse (self->base.checks, id, error, STILE_ERROR_PROTOCOL,
                                _ ("What the agent told the device cannot be read: %s"), reason->message);

  stile_prm_case_note_slips (self->base.checks, id, self->proximity->signed_data);
  return TRUE;
}

/**
 * stile_prm_case_leads_to:
 * @leaf: whose path is looked for
 * @material: (nullable) (element-type StileCertificate): what may lie between; proves nothing
 * @anchors: (element-type StileCertificate): the sole ones
 * @error: a sentence for people
 *
 * Returns: whether the leaf is under one of the anchors, at the judge's time
 */
gboolean
stile_prm_case_leads_to (const StileJudgeCase *judged,
                         StileCertificate *leaf,
                         GPtrArray *material,
                         GPtrArray *anchors,
                         GError **error)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();

  g_ptr_array_add (chain, leaf);
  for (guint i = 0; material != NULL && i < material->len; i++)
    if (g_ptr_array_index (material, i) != leaf)
      g_ptr_array_add (chain, g_ptr_array_index (material, i));

  return stile_certificate_path_verify (chain, anchors, stile_judge_case_get_time (judged),
                                        STILE_CERTIFICATE_PATH_DEFAULT, NULL, error);
}

/**
 * stile_prm_case_is_registrar:
 *
 * Agents and devices are under the domain's CA, too; only id-kp-cmcRA makes a registrar (RFC 7030 section 3.6.1).
 *
 * Returns: whether the certificate is a registrar's, or the policy does not ask
 */
gboolean
stile_prm_case_is_registrar (const StileJudgeCase *judged, StileCertificate *certificate)
{
  return stile_certificate_path_has_purpose (certificate, STILE_PURPOSE_CMC_RA) ||
         stile_judge_case_is_set (judged, STILE_JUDGE_COMPAT);
}
