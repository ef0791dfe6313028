/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

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

const char *stile_prm_step_get_name (StilePrmStep step);
const char *stile_prm_step_get_doing (StilePrmStep step);
gboolean stile_prm_step_is_on_site (StilePrmStep step);

G_END_DECLS
