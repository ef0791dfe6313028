/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-carrier.h"

G_BEGIN_DECLS

typedef struct _StileDelivery StileDelivery;
typedef StileObservation *(*StileDeliveryObserver) (gpointer user_data);

StileDelivery *
stile_delivery_new (StileMessageKind kind, GBytes *body, const char *session, StileObservation *observation);
void stile_delivery_set_observer (StileDelivery *self, StileDeliveryObserver observer, gpointer user_data);
void stile_delivery_free (StileDelivery *self);
StileMessageKind stile_delivery_get_kind (StileDelivery *self);
GBytes *stile_delivery_get_body (StileDelivery *self);
const char *stile_delivery_get_session (StileDelivery *self);
StileObservation *stile_delivery_get_observation (StileDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileDelivery, stile_delivery_free)

G_END_DECLS
