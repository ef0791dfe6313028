/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-checks.h"
#include "bootstrap/stile-enrolment-key.h"
#include "bootstrap/stile-enrolment-note.h"
#include "bootstrap/stile-enrolment-settings.h"
#include "bootstrap/stile-est-client.h"

G_BEGIN_DECLS

#define STILE_TYPE_ENROLMENT (stile_enrolment_get_type ())
G_DECLARE_FINAL_TYPE (StileEnrolment, stile_enrolment, STILE, ENROLMENT, GObject)

/**
 * StileEnrolmentStep:
 * @STILE_ENROLMENT_STEP_ROOTS: whom to believe
 * @STILE_ENROLMENT_STEP_ATTRIBUTES: what the request must say
 * @STILE_ENROLMENT_STEP_KEY: a new key, and the request
 * @STILE_ENROLMENT_STEP_REQUEST: sent, and perhaps waited for
 * @STILE_ENROLMENT_STEP_STORE: the answer is right, and goes to its place
 * @STILE_ENROLMENT_STEP_DONE: there is a new identity
 */
typedef enum
{
  STILE_ENROLMENT_STEP_ROOTS,
  STILE_ENROLMENT_STEP_ATTRIBUTES,
  STILE_ENROLMENT_STEP_KEY,
  STILE_ENROLMENT_STEP_REQUEST,
  STILE_ENROLMENT_STEP_STORE,
  STILE_ENROLMENT_STEP_DONE,
} StileEnrolmentStep;

StileEnrolment *stile_enrolment_new (StileEstClient *client, const StileEnrolmentSettings *settings);
/* What the note is to say more: where the service is.  Its other values are filled in. */
StileEnrolmentNote *stile_enrolment_get_note (StileEnrolment *self);
void stile_enrolment_set_now (StileEnrolment *self, gint64 unix_seconds);
void stile_enrolment_run_async (StileEnrolment *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean stile_enrolment_run_finish (StileEnrolment *self,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileEnrolmentStep stile_enrolment_get_step (StileEnrolment *self);
StileChecks *stile_enrolment_get_checks (StileEnrolment *self);
GPtrArray *stile_enrolment_get_chain (StileEnrolment *self);
StileEnrolmentKey *stile_enrolment_get_key (StileEnrolment *self);

G_END_DECLS
