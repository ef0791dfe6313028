/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-judge-registrar.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * What a registrar looks at in a request that an agent brings (BOOTSTRAP R12, BRSKI-PRM section 7.3): that the agent may, and
 * that it stood before this very device, for this domain.  That the device is one of a manufacturer's is R1's matter.
 */

static gboolean
refuse (StilePrmCase *self, GError **error, const char *sentence)
{
  return stile_checks_refuse (self->base.checks, "R12", error, STILE_ERROR_REFUSED, "%s", sentence);
}

static StileCertificate *
get_agent (StilePrmCase *self)
{
  GPtrArray *chain = self->base.judge->agent_chain;

  return chain != NULL && chain->len > 0 ? g_ptr_array_index (chain, 0) : NULL;
}

static gboolean
check_agent (StilePrmCase *self, GError **error)
{
  const StileJudge *judge = self->base.judge;
  StileCertificate *agent = get_agent (self);
  g_autoptr (GError) reason = NULL;

  if (agent == NULL || judge->agent_anchors == NULL)
    return stile_checks_skip (
        self->base.checks, "R12",
        _ ("Which agent brings it, or who issues the agents’ certificates, was not said"));
  /* At this very time: a lost laptop's certificate runs out (section 12.3). */
  if (stile_prm_case_leads_to (&self->base, agent, judge->agent_chain, judge->agent_anchors, &reason))
    return stile_checks_pass (self->base.checks, "R12", _ ("“%s” may bring requests"),
                              stile_certificate_get_name (agent));

  return stile_checks_refuse (self->base.checks, "R12", error, STILE_ERROR_REFUSED,
                              _ ("“%s”, who brings the request, is no agent that may: %s"),
                              stile_certificate_get_name (agent), reason->message);
}

static gboolean
check_members (StilePrmCase *self, GError **error)
{
  return stile_prm_case_read_proximity (self, "R12", self->base.judgement->voucher, error);
}

static gboolean
check_signed_data (StilePrmCase *self, GError **error)
{
  StileCertificate *agent = get_agent (self);
  g_autoptr (GError) reason = NULL;

  if (agent == NULL)
    return stile_checks_skip (
        self->base.checks, "R12",
        _ ("Who signed what the agent told the device cannot be told without the agent"));
  if (stile_prm_signed_data_verify (self->proximity->signed_data, agent, &reason))
    return stile_checks_pass (self->base.checks, "R12", _ ("The agent itself stood before the device"));

  return stile_checks_refuse (self->base.checks, "R12", error, STILE_ERROR_REFUSED,
                              _ ("What the device was told is not signed by the agent that brings it: %s"),
                              reason->message);
}

/* R3 has the device's certificate and its request. */
static gboolean
check_serial (StilePrmCase *self, GError **error)
{
  const char *asked = stile_voucher_get_fields (self->base.judgement->voucher)->serial_number;
  const char *named = self->proximity->signed_data->serial;

  if (strcmp (asked, named) == 0)
    return stile_checks_pass (self->base.checks, "R12", _ ("The agent named this very device"));

  return stile_checks_refuse (self->base.checks, "R12", error, STILE_ERROR_REFUSED,
                              _ ("The agent stood before the device “%s”, and the request is of “%s”"), named,
                              asked);
}

/* The draft's section 12.2 wants the registrar's own certificate, section 7.3 one of the same domain. */
static gboolean
check_own (StilePrmCase *self)
{
  StileCertificate *own = self->base.judge->own;

  if (own == NULL || stile_certificate_equal (own, self->proximity->registrar))
    return stile_checks_pass (self->base.checks, "R12",
                              _ ("The device was told of “%s”, which is of this domain"),
                              stile_certificate_get_name (self->proximity->registrar));

  return stile_checks_note (self->base.checks, "R12",
                            _ ("The device was told of “%s”, another registrar of this domain"),
                            stile_certificate_get_name (self->proximity->registrar));
}

static gboolean
check_domain (StilePrmCase *self, GError **error)
{
  StileCertificate *registrar = self->proximity->registrar;
  GPtrArray *domain = self->base.judge->domain;
  g_autoptr (GError) reason = NULL;

  if (domain == NULL)
    return stile_checks_skip (self->base.checks, "R12", _ ("The registrar’s own domain was not given"));
  if (!stile_prm_case_leads_to (&self->base, registrar, NULL, domain, &reason))
    return stile_checks_refuse (self->base.checks, "R12", error, STILE_ERROR_REFUSED,
                                _ ("The device was told of “%s”, which is not of this domain: %s"),
                                stile_certificate_get_name (registrar), reason->message);
  if (!stile_prm_case_is_registrar (&self->base, registrar))
    return refuse (self, error, _ ("What the device was told of is no registrar: it lacks id-kp-cmcRA"));

  return check_own (self);
}

static gboolean
check_order (StilePrmCase *self, GError **error)
{
  gint64 requested = stile_voucher_get_fields (self->base.judgement->voucher)->created_on;

  if (requested == STILE_VOUCHER_NO_DATE)
    return stile_checks_note (self->base.checks, "R13", _ ("The request does not say when it was made"));
  if (self->proximity->signed_data->created_on <= requested)
    return stile_checks_pass (self->base.checks, "R13", _ ("It was made after the agent asked for it"));

  return stile_checks_refuse (self->base.checks, "R13", error, STILE_ERROR_REFUSED,
                              _ ("The request is older than the agent’s question"));
}

const StilePrmCaseCheck stile_prm_judge_registrar_checks[] = {
  check_agent,       /* R12 */
  check_members,     /* R12 */
  check_signed_data, /* R12 */
  check_serial,      /* R12 */
  check_domain,      /* R12 */
  check_order,       /* R13 */
  NULL,
};
