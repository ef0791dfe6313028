/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "atls/stile-identity.h"
#include "bootstrap/stile-agent-answer.h"
#include "bootstrap/stile-prm-dossier.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR_AGENT (stile_registrar_agent_get_type ())
G_DECLARE_FINAL_TYPE (StileRegistrarAgent, stile_registrar_agent, STILE, REGISTRAR_AGENT, GObject)

/**
 * StileRegistrarAgentSettings:
 * @identity: the agent's own certificate, with a SubjectKeyIdentifier, and its key on P-256
 * @registrar: (nullable): where the registrar is; must verify it, and show @identity (BOOTSTRAP A1).  %NULL for work on site
 *   alone
 * @carrier_type: a StileCarrier, to reach devices with over plain HTTP
 * @registrar_certificate: (nullable): what the devices are told; %NULL for the one that @registrar shows (BOOTSTRAP A2)
 * @manufacturers: (nullable) (element-type StileCertificate): who makes the devices (BOOTSTRAP A5)
 *
 * Borrowed until stile_registrar_agent_new() returns.
 */
typedef struct
{
  StileIdentity *identity;
  StileCarrier *registrar;
  GType carrier_type;
  StileCertificate *registrar_certificate;
  GPtrArray *manufacturers;
} StileRegistrarAgentSettings;

StileRegistrarAgent *stile_registrar_agent_new (const StileRegistrarAgentSettings *settings,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_registrar_agent_get_id (StileRegistrarAgent *self);
StileCertificate *stile_registrar_agent_get_certificate (StileRegistrarAgent *self);
StileCertificate *stile_registrar_agent_get_registrar (StileRegistrarAgent *self);
void stile_registrar_agent_set_registrar (StileRegistrarAgent *self, StileCertificate *certificate);
gboolean stile_registrar_agent_reaches_registrar (StileRegistrarAgent *self);

void stile_registrar_agent_meet_async (StileRegistrarAgent *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean stile_registrar_agent_meet_finish (StileRegistrarAgent *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_registrar_agent_step_async (StileRegistrarAgent *self,
                                       const StilePrmDossier *dossier,
                                       const char *device,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
StileAgentAnswer *stile_registrar_agent_step_finish (StileRegistrarAgent *self,
                                                     GAsyncResult *result,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
