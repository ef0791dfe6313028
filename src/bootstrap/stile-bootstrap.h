/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-client.h"
#include "atls/stile-observation.h"
#include "atls/stile-trace.h"
#include "bootstrap/stile-enrolment.h"
#include "bootstrap/stile-pledge.h"
#include "bootstrap/stile-profile.h"
#include "bootstrap/stile-trust-record.h"
#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_BOOTSTRAP (stile_bootstrap_get_type ())
G_DECLARE_FINAL_TYPE (StileBootstrap, stile_bootstrap, STILE, BOOTSTRAP, GObject)

/**
 * StileBootstrapStep:
 * @STILE_BOOTSTRAP_SERVICE: which service, which identity, whom to believe
 * @STILE_BOOTSTRAP_PATH: what lies between
 * @STILE_BOOTSTRAP_SESSION: the ATLS session with the service
 * @STILE_BOOTSTRAP_VOUCHER: the manufacturer says whom this computer belongs to
 * @STILE_BOOTSTRAP_ROOTS: the domain's CA roots
 * @STILE_BOOTSTRAP_INSTALL: where they shall be trusted
 * @STILE_BOOTSTRAP_ENROL: a certificate of the domain for this computer
 * @STILE_BOOTSTRAP_DONE: the connection that failed before, made again
 *
 * The walk for this computer.  Each step needs the ones before it.
 */
typedef enum
{
  STILE_BOOTSTRAP_SERVICE,
  STILE_BOOTSTRAP_PATH,
  STILE_BOOTSTRAP_SESSION,
  STILE_BOOTSTRAP_VOUCHER,
  STILE_BOOTSTRAP_ROOTS,
  STILE_BOOTSTRAP_INSTALL,
  STILE_BOOTSTRAP_ENROL,
  STILE_BOOTSTRAP_DONE,
} StileBootstrapStep;

#define STILE_BOOTSTRAP_N_STEPS 8

/**
 * StileBootstrapState:
 * @STILE_BOOTSTRAP_WAITING: not begun
 * @STILE_BOOTSTRAP_RUNNING: going on
 * @STILE_BOOTSTRAP_COMPLETE: done; its evidence is there
 * @STILE_BOOTSTRAP_SKIPPED: passed over, because the profile or a person wants it so; the sentence says why
 * @STILE_BOOTSTRAP_FAILED: see stile_bootstrap_get_error(); running again tries it again
 */
typedef enum
{
  STILE_BOOTSTRAP_WAITING,
  STILE_BOOTSTRAP_RUNNING,
  STILE_BOOTSTRAP_COMPLETE,
  STILE_BOOTSTRAP_SKIPPED,
  STILE_BOOTSTRAP_FAILED,
} StileBootstrapState;

/* Signal "changed" (guint step): a step's state, evidence or error is another. */
StileBootstrap *stile_bootstrap_new (GType carrier_type, StileProfile *profile, GListModel *stores);
void stile_bootstrap_run_async (StileBootstrap *self,
                                StileBootstrapStep until,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean stile_bootstrap_run_finish (StileBootstrap *self,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_bootstrap_go_back (StileBootstrap *self, StileBootstrapStep step);
gboolean stile_bootstrap_can_skip (StileBootstrap *self, StileBootstrapStep step);
void stile_bootstrap_skip (StileBootstrap *self, StileBootstrapStep step);
void stile_bootstrap_set_record (StileBootstrap *self, StileTrustRecord *record);
StileTrustRecord *stile_bootstrap_get_record (StileBootstrap *self);
void stile_bootstrap_set_data_directory (StileBootstrap *self, const char *directory);
void stile_bootstrap_undo_async (StileBootstrap *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean stile_bootstrap_undo_finish (StileBootstrap *self,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *stile_bootstrap_get_sentence (StileBootstrap *self, StileBootstrapStep step);
StileBootstrapState stile_bootstrap_get_state (StileBootstrap *self, StileBootstrapStep step);
const GError *stile_bootstrap_get_error (StileBootstrap *self, StileBootstrapStep step);
char *stile_bootstrap_get_warning (StileBootstrap *self, StileBootstrapStep step);
gboolean stile_bootstrap_is_passed (StileBootstrap *self, StileBootstrapStep step);
gboolean stile_bootstrap_is_running (StileBootstrap *self);
gboolean stile_bootstrap_can_undo (StileBootstrap *self);

StileProfile *stile_bootstrap_get_profile (StileBootstrap *self);
StileTrace *stile_bootstrap_get_trace (StileBootstrap *self);
StileIdentity *stile_bootstrap_get_identity (StileBootstrap *self);
GPtrArray *stile_bootstrap_get_anchors (StileBootstrap *self);
StileObservation *stile_bootstrap_get_path (StileBootstrap *self);
gboolean stile_bootstrap_is_intercepted (StileBootstrap *self);
StileClient *stile_bootstrap_get_client (StileBootstrap *self);
StileObservation *stile_bootstrap_get_service_view (StileBootstrap *self);
StileTrustSource stile_bootstrap_get_trust (StileBootstrap *self);
StilePledge *stile_bootstrap_get_pledge (StileBootstrap *self);
GPtrArray *stile_bootstrap_get_roots (StileBootstrap *self);
StileCertificate *stile_bootstrap_get_inspecting_root (StileBootstrap *self);
GListModel *stile_bootstrap_get_stores (StileBootstrap *self);
GPtrArray *stile_bootstrap_get_installation (StileBootstrap *self);
StileEnrolment *stile_bootstrap_get_enrolment (StileBootstrap *self);
StileObservation *stile_bootstrap_get_verification (StileBootstrap *self);

G_END_DECLS
