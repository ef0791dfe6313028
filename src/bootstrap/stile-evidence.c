/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-evidence.h"

#include <glib/gstdio.h>

/**
 * stile_evidence_forget:
 * @step: forget what this step found
 */
void
stile_evidence_forget (StileEvidence *self, StileBootstrapStep step)
{
  switch (step)
    {
    case STILE_BOOTSTRAP_SERVICE:
      g_clear_object (&self->identity);
      g_clear_object (&self->carrier);
      g_clear_pointer (&self->anchors, g_ptr_array_unref);
      break;
    case STILE_BOOTSTRAP_PATH:
      g_clear_object (&self->path);
      break;
    case STILE_BOOTSTRAP_SESSION:
      g_clear_object (&self->pledge);
      g_clear_object (&self->client);
      g_clear_object (&self->channel);
      g_clear_object (&self->service_view);
      break;
    case STILE_BOOTSTRAP_VOUCHER:
      /* What was looked at stays with the pledge: whoever refused shows why. */
      if (self->pledge != NULL)
        {
          g_clear_object (&self->channel);
          g_clear_object (&self->service_view);
        }
      break;
    case STILE_BOOTSTRAP_ROOTS:
      g_clear_pointer (&self->roots, g_ptr_array_unref);
      g_clear_object (&self->inspecting_root);
      break;
    case STILE_BOOTSTRAP_ENROL:
      g_clear_object (&self->enrolment);
      break;
    case STILE_BOOTSTRAP_DONE:
      g_clear_object (&self->verification);
      if (self->bundle != NULL)
        g_unlink (self->bundle);
      g_clear_pointer (&self->bundle, g_free);
      break;
    case STILE_BOOTSTRAP_INSTALL: /* what it did is in the stores, and how it went stays to be seen */
    default:
      break;
    }
}

/**
 * stile_evidence_clear:
 *
 * Drops everything, found or given.
 */
void
stile_evidence_clear (StileEvidence *self)
{
  for (guint step = 0; step < STILE_BOOTSTRAP_N_STEPS; step++)
    stile_evidence_forget (self, (StileBootstrapStep)step);
  g_clear_pointer (&self->installed, g_ptr_array_unref);
  g_clear_pointer (&self->installation, g_ptr_array_unref);
  g_clear_pointer (&self->data_directory, g_free);
  g_clear_object (&self->record);
  g_clear_object (&self->profile);
  g_clear_object (&self->stores);
  g_clear_object (&self->trace);
}

static StileCertificate *
leaf_of (StileObservation *observation)
{
  GPtrArray *chain = observation != NULL ? stile_observation_get_chain (observation) : NULL;

  return chain != NULL ? g_ptr_array_index (chain, 0) : NULL;
}

/**
 * stile_evidence_is_intercepted:
 *
 * Returns: whether the outer TLS seems to end before the service.  When the service has told, inside the session,
 *   which certificate it shows, this is a comparison; before that, a certificate that does not hold is the hint.
 */
gboolean
stile_evidence_is_intercepted (const StileEvidence *self)
{
  StileCertificate *seen = leaf_of (self->path);
  StileCertificate *shown = leaf_of (self->service_view);

  if (seen == NULL)
    return FALSE;
  if (shown != NULL)
    return !stile_certificate_equal (seen, shown);

  return (stile_observation_get_errors (self->path) & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0;
}
