/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/**
 * StilePrmStep:
 * @STILE_PRM_STEP_VOUCHER_TRIGGER: the device is asked for a voucher request ("tpvr")
 * @STILE_PRM_STEP_ENROL_TRIGGER: the device is asked for an enrolment request ("tper")
 * @STILE_PRM_STEP_VOUCHER_REQUEST: the registrar is asked for the voucher ("requestvoucher")
 * @STILE_PRM_STEP_ENROL_REQUEST: the registrar is asked for the certificate ("requestenroll")
 * @STILE_PRM_STEP_ROOTS_REQUEST: the registrar is asked for the CA certificates ("wrappedcacerts")
 * @STILE_PRM_STEP_VOUCHER: the device gets the voucher ("svr")
 * @STILE_PRM_STEP_ROOTS: the device gets the CA certificates ("scac")
 * @STILE_PRM_STEP_CERTIFICATE: the device gets its certificate ("ser")
 * @STILE_PRM_STEP_VOUCHER_STATUS: the registrar hears how the device liked the voucher ("voucher_status")
 * @STILE_PRM_STEP_ENROL_STATUS: the registrar hears that the device has its certificate ("enrollstatus")
 * @STILE_PRM_STEP_DONE: no more is to be done
 *
 * What an agent does with one device, in the order that does both: all at once, or collected on site, carried away, and
 * brought back days later (BRSKI-PRM section 5.2, BOOTSTRAP A8).
 */
typedef enum
{
  STILE_PRM_STEP_VOUCHER_TRIGGER,
  STILE_PRM_STEP_ENROL_TRIGGER,
  STILE_PRM_STEP_VOUCHER_REQUEST,
  STILE_PRM_STEP_ENROL_REQUEST,
  STILE_PRM_STEP_ROOTS_REQUEST,
  STILE_PRM_STEP_VOUCHER,
  STILE_PRM_STEP_ROOTS,
  STILE_PRM_STEP_CERTIFICATE,
  STILE_PRM_STEP_VOUCHER_STATUS,
  STILE_PRM_STEP_ENROL_STATUS,
  STILE_PRM_STEP_DONE,
} StilePrmStep;

#define STILE_PRM_N_STEPS STILE_PRM_STEP_DONE

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

const char *stile_prm_step_get_name (StilePrmStep step);
const char *stile_prm_step_get_doing (StilePrmStep step);
gboolean stile_prm_step_is_on_site (StilePrmStep step);

G_END_DECLS
