/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-step.h"

#include <glib/gi18n-lib.h>

/**
 * Step:
 * @name: of the artefact, in a database and in JSON
 * @doing: what a person is told
 * @on_site: it is done at the device, and not at the registrar
 */
typedef struct
{
  const char *name;
  const char *doing;
  gboolean on_site;
} Step;

static const Step steps[] = {
  [STILE_PRM_STEP_VOUCHER_TRIGGER] = { "voucher-request", N_ ("Asking the device for its voucher request"),
                                       TRUE },
  [STILE_PRM_STEP_ENROL_TRIGGER] = { "enrol-request", N_ ("Asking the device for its enrolment request"),
                                     TRUE },
  [STILE_PRM_STEP_VOUCHER_REQUEST] = { "voucher", N_ ("Asking the registrar for the voucher"), FALSE },
  [STILE_PRM_STEP_ENROL_REQUEST] = { "certificate", N_ ("Asking the registrar for the certificate"), FALSE },
  [STILE_PRM_STEP_ROOTS_REQUEST] = { "ca-certificates", N_ ("Asking the registrar for the CA certificates"),
                                     FALSE },
  [STILE_PRM_STEP_VOUCHER] = { "voucher-status", N_ ("Bringing the voucher to the device"), TRUE },
  [STILE_PRM_STEP_ROOTS] = { "ca-certificates-taken", N_ ("Bringing the CA certificates to the device"),
                             TRUE },
  [STILE_PRM_STEP_CERTIFICATE] = { "enrol-status", N_ ("Bringing the certificate to the device"), TRUE },
  [STILE_PRM_STEP_VOUCHER_STATUS] = { "voucher-status-told",
                                      N_ ("Telling the registrar how the device took the voucher"), FALSE },
  [STILE_PRM_STEP_ENROL_STATUS] = { "enrol-status-told",
                                    N_ ("Telling the registrar how the device took the certificate"), FALSE },
  [STILE_PRM_STEP_DONE] = { "done", N_ ("Done"), FALSE },
};

/**
 * stile_prm_step_get_name:
 *
 * Returns: (transfer none): what it brings, for programs
 */
const char *
stile_prm_step_get_name (StilePrmStep step)
{
  return steps[step].name;
}

/**
 * stile_prm_step_get_doing:
 *
 * Returns: (transfer none): what is done, for people
 */
const char *
stile_prm_step_get_doing (StilePrmStep step)
{
  return _ (steps[step].doing);
}

/**
 * stile_prm_step_is_on_site:
 *
 * Returns: whether it is done at the device; the others are done at the registrar
 */
gboolean
stile_prm_step_is_on_site (StilePrmStep step)
{
  return steps[step].on_site;
}
