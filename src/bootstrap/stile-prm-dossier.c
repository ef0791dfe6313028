/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-dossier.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-prm-status.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-text.h"

/**
 * stile_prm_dossier_new:
 *
 * Returns: (transfer full): of a device that was not asked for anything yet
 */
StilePrmDossier *
stile_prm_dossier_new (const char *serial)
{
  StilePrmDossier *self = g_new0 (StilePrmDossier, 1);

  self->serial = g_strdup (serial);
  return self;
}

/**
 * stile_prm_dossier_free:
 * @self: (transfer full): what to let go of
 */
void
stile_prm_dossier_free (StilePrmDossier *self)
{
  stile_prm_dossier_reset (self);
  g_free (self->serial);
  g_free (self);
}

/**
 * stile_prm_dossier_take:
 * @artefact: what @step brought
 */
void
stile_prm_dossier_take (StilePrmDossier *self, StilePrmStep step, GBytes *artefact)
{
  g_return_if_fail (step < STILE_PRM_STEP_DONE);

  g_bytes_ref (artefact);
  g_clear_pointer (&self->artefacts[step], g_bytes_unref);
  self->artefacts[step] = artefact;
}

/**
 * stile_prm_dossier_reset:
 *
 * Forgets what was collected: it begins again.
 */
void
stile_prm_dossier_reset (StilePrmDossier *self)
{
  for (guint i = 0; i < STILE_PRM_N_STEPS; i++)
    g_clear_pointer (&self->artefacts[i], g_bytes_unref);
  g_clear_pointer (&self->agent, g_free);
}

/* What a device said: its signature was looked at when it came. */
static StileStatusReport *
read_status (GBytes *artefact, StilePrmStatusKind kind)
{
  g_autoptr (StileSignedMessage) message =
      artefact != NULL ? stile_signed_message_parse (artefact, NULL) : NULL;

  return message != NULL ? stile_prm_status_parse (kind, stile_signed_message_get_content (message), NULL)
                         : NULL;
}

static gboolean
is_bad (GBytes *artefact, StilePrmStatusKind kind, char **reason)
{
  g_autoptr (StileStatusReport) report = read_status (artefact, kind);
  const char *said = report != NULL ? stile_status_report_get_reason (report) : NULL;

  if (report == NULL || stile_status_report_is_good (report))
    return FALSE;
  if (reason != NULL)
    *reason = said != NULL ? stile_certificate_text_make_presentable (said, strlen (said))
                           : g_strdup (_ ("The device does not say why"));

  return TRUE;
}

/* A device that did not take the voucher gets nothing more (BOOTSTRAP A8), and the registrar hears of it. */
static gboolean
is_passed_over (const StilePrmDossier *self, StilePrmStep step)
{
  return (step == STILE_PRM_STEP_ROOTS || step == STILE_PRM_STEP_CERTIFICATE ||
          step == STILE_PRM_STEP_ENROL_STATUS) &&
         is_bad (self->artefacts[STILE_PRM_STEP_VOUCHER], STILE_PRM_STATUS_VOUCHER, NULL);
}

/**
 * stile_prm_dossier_get_step:
 *
 * Returns: what is to be done next
 */
StilePrmStep
stile_prm_dossier_get_step (const StilePrmDossier *self)
{
  guint step = STILE_PRM_STEP_VOUCHER_TRIGGER;

  while (step < STILE_PRM_STEP_DONE &&
         (self->artefacts[step] != NULL || is_passed_over (self, (StilePrmStep)step)))
    step++;

  return (StilePrmStep)step;
}

/**
 * stile_prm_dossier_is_refused:
 * @reason: (out) (optional) (transfer full) (nullable): the device's own words, cleaned
 *
 * Returns: whether the device did not take what it was brought
 */
gboolean
stile_prm_dossier_is_refused (const StilePrmDossier *self, char **reason)
{
  return is_bad (self->artefacts[STILE_PRM_STEP_VOUCHER], STILE_PRM_STATUS_VOUCHER, reason) ||
         is_bad (self->artefacts[STILE_PRM_STEP_CERTIFICATE], STILE_PRM_STATUS_ENROL, reason);
}

/**
 * stile_prm_dossier_read_certificate:
 *
 * Returns: (transfer full): the certificate that the registrar gave for the device
 */
StileCertificate *
stile_prm_dossier_read_certificate (const StilePrmDossier *self, GError **error)
{
  GBytes *artefact = self->artefacts[STILE_PRM_STEP_ENROL_REQUEST];
  g_autoptr (GPtrArray) all = artefact != NULL ? stile_certificate_bundle_parse_est (artefact, error) : NULL;

  return all != NULL && all->len > 0 ? g_object_ref (g_ptr_array_index (all, 0)) : NULL;
}
