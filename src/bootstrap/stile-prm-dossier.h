/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-prm-step.h"
#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/**
 * StilePrmDossier:
 * @serial: of the device, as somebody typed or scanned it
 * @artefacts: what each step brought, the very bytes (BOOTSTRAP A6); empty where nothing came but a yes; %NULL for a step that
 *   is to be done
 * @agent: (nullable): SHA-256 in hex of the agent's certificate that stood before the device
 *
 * All that an agent has of one device.  How far it is follows from what is there, and from nothing else.
 */
typedef struct
{
  char *serial;
  GBytes *artefacts[STILE_PRM_N_STEPS];
  char *agent;
} StilePrmDossier;

StilePrmDossier *stile_prm_dossier_new (const char *serial);
void stile_prm_dossier_free (StilePrmDossier *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StilePrmDossier, stile_prm_dossier_free)

void stile_prm_dossier_take (StilePrmDossier *self, StilePrmStep step, GBytes *artefact);
void stile_prm_dossier_reset (StilePrmDossier *self);
StilePrmStep stile_prm_dossier_get_step (const StilePrmDossier *self);
gboolean stile_prm_dossier_is_refused (const StilePrmDossier *self, char **reason);
StileCertificate *stile_prm_dossier_read_certificate (const StilePrmDossier *self, GError **error);

G_END_DECLS
