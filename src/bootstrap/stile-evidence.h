/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

/**
 * StileEvidence:
 *
 * What the walk was given and what its steps have found.  The job owns it, its steps fill it, words and report are
 * made of it.  Everything that was not found yet is %NULL.
 */
typedef struct
{
  GType carrier_type;
  StileProfile *profile;
  GListModel *stores; /* of StileTrustStore */
  StileTrace *trace;
  StileTrustRecord *record; /* NULL: nothing is recorded */
  char *data_directory;     /* NULL: the user's */

  StileTrustSource trust; /* decided by the first step */
  StileIdentity *identity;
  GPtrArray *anchors; /* of StileCertificate; NULL: the system's store */
  StileCarrier *carrier;
  StileObservation *path;
  StilePledge *pledge;   /* NULL where no voucher is asked for */
  StileClient *client;   /* NULL where the policy goes without ATLS */
  StileChannel *channel; /* NULL until somebody vouches for the service */
  StileObservation *service_view;
  GPtrArray *roots; /* of StileCertificate */
  StileCertificate *inspecting_root;
  GPtrArray *installed;    /* of StileCertificate: what can be taken back, whatever was forgotten since */
  GPtrArray *installation; /* of StileInstallationResult: how it went in each store */
  StileEnrolment *enrolment;
  char *bundle; /* a temporary file with the roots, or NULL */
  StileObservation *verification;
} StileEvidence;

void stile_evidence_clear (StileEvidence *self);
void stile_evidence_forget (StileEvidence *self, StileBootstrapStep step);
gboolean stile_evidence_is_intercepted (const StileEvidence *self);

G_END_DECLS
