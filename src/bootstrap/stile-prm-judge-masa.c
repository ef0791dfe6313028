/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-judge-masa.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-prm-certificates.h"
#include "codec/stile-json.h"

/*
 * Whom the device saw (BOOTSTRAP M11, BRSKI-PRM section 7.3.1), in place of M3's rule: the device never spoke to a registrar.
 * What it was told of, who signs the request, and who stood before it must be one domain's.
 */

static gboolean
has_prior (StilePrmCase *self)
{
  return self->base.judgement->prior != NULL;
}

static gboolean
check_prior (StilePrmCase *self, GError **error)
{
  if (has_prior (self))
    return stile_prm_case_read_proximity (self, "M11", self->base.judgement->prior, error);

  return stile_checks_note (self->base.checks, "M11",
                            _ ("Without the device’s request the voucher cannot say “agent-proximity”"));
}

/* The one anchor of the domain: whoever stands on top of the registrar's chain (M1). */
static GPtrArray *
get_domain (StilePrmCase *self, GPtrArray *chain)
{
  GPtrArray *domain = g_ptr_array_new ();

  if (chain->len > 0)
    g_ptr_array_add (domain, g_ptr_array_index (chain, chain->len - 1));
  return domain;
}

static gboolean
is_of_domain (StilePrmCase *self, StileCertificate *leaf, GPtrArray *material, GError **error)
{
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (self->base.judgement->message, 0);
  g_autoptr (GPtrArray) domain = get_domain (self, chain);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_ptr_array_extend (all, chain, NULL, NULL);
  if (material != NULL)
    g_ptr_array_extend (all, material, NULL, NULL);

  return stile_prm_case_leads_to (&self->base, leaf, all, domain, error);
}

static gboolean
check_registrar (StilePrmCase *self, GError **error)
{
  StileCertificate *registrar;
  g_autoptr (GError) reason = NULL;

  if (!has_prior (self))
    return TRUE;

  registrar = self->proximity->registrar;
  if (!is_of_domain (self, registrar, NULL, &reason))
    return stile_checks_refuse (self->base.checks, "M11", error, STILE_ERROR_REFUSED,
                                _ ("The device was told of a registrar of another domain: %s"),
                                reason->message);
  if (!stile_prm_case_is_registrar (&self->base, registrar))
    return stile_checks_refuse (
        self->base.checks, "M11", error, STILE_ERROR_REFUSED,
        _ ("The device was told of “%s”, which is no registrar: it lacks id-kp-cmcRA"),
        stile_certificate_get_name (registrar));

  return stile_checks_pass (self->base.checks, "M11", _ ("The device was told of “%s”, of the same domain"),
                            stile_certificate_get_name (registrar));
}

static gboolean
check_serial (StilePrmCase *self, GError **error)
{
  const char *asked = stile_voucher_get_fields (self->base.judgement->voucher)->serial_number;

  if (!has_prior (self))
    return TRUE;
  if (strcmp (self->proximity->signed_data->serial, asked) == 0)
    return stile_checks_pass (self->base.checks, "M11", _ ("The agent named this very device"));

  return stile_checks_refuse (self->base.checks, "M11", error, STILE_ERROR_REFUSED,
                              _ ("The agent stood before another device: “%s”"),
                              self->proximity->signed_data->serial);
}

static gboolean
verify_agent (StilePrmCase *self, GVariant *value, GError **error)
{
  g_autoptr (GPtrArray) agent = stile_prm_certificates_read (value, error);

  return agent != NULL && is_of_domain (self, g_ptr_array_index (agent, 0), agent, error) &&
         stile_prm_signed_data_verify (self->proximity->signed_data, g_ptr_array_index (agent, 0), error);
}

static gboolean
check_agent (StilePrmCase *self, GError **error)
{
  GVariant *more = stile_voucher_get_fields (self->base.judgement->voucher)->more;
  g_autoptr (GVariant) value = more != NULL ? stile_json_get_member (more, "agent-sign-cert") : NULL;
  g_autoptr (GError) reason = NULL;

  if (!has_prior (self))
    return TRUE;
  if (value == NULL)
    return stile_checks_note (
        self->base.checks, "M11",
        _ ("Who stood before the device is not with it (“agent-sign-cert”): the voucher cannot "
           "say “agent-proximity”"));
  if (verify_agent (self, value, &reason))
    return stile_checks_pass (self->base.checks, "M11",
                              _ ("An agent of the same domain stood before the device"));

  return stile_checks_refuse (self->base.checks, "M11", error, STILE_ERROR_REFUSED,
                              _ ("No agent of the registrar’s domain stood before the device: %s"),
                              reason->message);
}

const StilePrmCaseCheck stile_prm_judge_masa_checks[] = {
  check_prior,     /* M11 */
  check_registrar, /* M11 */
  check_serial,    /* M11 */
  check_agent,     /* M11 */
  NULL,
};
