/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-enrolment.h"

G_BEGIN_DECLS

#define STILE_TYPE_RENEWAL (stile_renewal_get_type ())
G_DECLARE_FINAL_TYPE (StileRenewal, stile_renewal, STILE, RENEWAL, GObject)

/* Signal "waiting" (gint64 until): the service asks for patience until then, Unix seconds. */
StileRenewal *
stile_renewal_new (GType carrier_type, StileEnrolmentNote *note, const char *directory, GBytes *pin);
void stile_renewal_run_async (StileRenewal *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean
stile_renewal_run_finish (StileRenewal *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileEnrolment *stile_renewal_get_enrolment (StileRenewal *self);

G_END_DECLS
