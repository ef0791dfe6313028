/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "atls/stile-identity.h"
#include "bootstrap/stile-checks.h"
#include "bootstrap/stile-prm-dossier.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR_AGENT (stile_registrar_agent_get_type ())
G_DECLARE_FINAL_TYPE (StileRegistrarAgent, stile_registrar_agent, STILE, REGISTRAR_AGENT, GObject)

/* What one step brings: 10 KB is much, and a device may send anything. */
#define STILE_REGISTRAR_AGENT_MAX_ARTEFACT (64 * 1024)

/* Nobody waits longer than this for the next try, whatever a registrar says. */
#define STILE_REGISTRAR_AGENT_MAX_WAIT 3600

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

/**
 * StileAgentOutcome:
 * @STILE_AGENT_DONE: @artefact is what the step brought
 * @STILE_AGENT_WAIT: the same again in so many seconds: somebody decides, or somebody does not answer yet
 * @STILE_AGENT_AGAIN: what was collected is of no use any more: begin with the device anew
 */
typedef enum
{
  STILE_AGENT_DONE,
  STILE_AGENT_WAIT,
  STILE_AGENT_AGAIN,
} StileAgentOutcome;

/**
 * StileAgentAnswer:
 * @outcome: how it went on
 * @artefact: (nullable): the very bytes; empty where a yes is all
 * @seconds: to wait
 * @words: (nullable): why, for people, cleaned
 * @checks: what was looked at
 */
typedef struct
{
  StileAgentOutcome outcome;
  GBytes *artefact;
  guint seconds;
  char *words;
  StileChecks *checks;
} StileAgentAnswer;

void stile_agent_answer_free (StileAgentAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileAgentAnswer, stile_agent_answer_free)

StileRegistrarAgent *stile_registrar_agent_new (const StileRegistrarAgentSettings *settings,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_registrar_agent_get_id (StileRegistrarAgent *self);
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
