/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-profile.h"
#include "bootstrap/stile-registrar-agent.h"

G_BEGIN_DECLS

/**
 * StileAgentProfile:
 * @profile: where the registrar is, who answers for it, who we are, and the way there; without a service there is work on site
 *   alone, and with the policy "never" the registrar is asked without ATLS
 * @session_type: a StileCarrier whose requests go into ATLS sessions
 * @plain_type: a StileCarrier for requests without ATLS: to devices, and to the registrar by that policy
 * @registrar_certificate: (nullable): a PEM file with the registrar's certificate; %NULL for the one that it shows
 * @manufacturers: (nullable): a PEM file with the manufacturers' CAs; %NULL to leave them to the registrar
 *
 * An agent as files and addresses say it.  Borrowed for the call.
 */
typedef struct
{
  StileProfile *profile;
  GType session_type;
  GType plain_type;
  const char *registrar_certificate;
  const char *manufacturers;
} StileAgentProfile;

StileRegistrarAgent *stile_agent_profile_open (const StileAgentProfile *self,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
