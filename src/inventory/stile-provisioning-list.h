/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-provisioning-run.h"

G_BEGIN_DECLS

/* Questions about a list of devices. */
StileDevice *stile_provisioning_list_get (GListModel *devices, guint place);
gboolean stile_provisioning_list_has_turn (StileDevice *device, StileProvisioningPhase phase);
gboolean stile_provisioning_list_wake (GListModel *devices, guint *first);
/* One bit for each StileDeviceState. */
#define STILE_PROVISIONING_LIST_BIT(state) (1u << (state))
#define STILE_PROVISIONING_LIST_ALL (~0u)

GPtrArray *stile_provisioning_list_select (GListModel *devices, guint states);
guint stile_provisioning_list_count (GListModel *devices, StileDeviceState state);

G_END_DECLS
