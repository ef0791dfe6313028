/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-provisioning-run.h"

G_BEGIN_DECLS

typedef struct _StileProvisioningTurns StileProvisioningTurns;

/**
 * StileProvisioningTurnFunc:
 * @device: whose turn is over
 * @stopped: somebody took it out of the queue meanwhile
 * @error: (nullable): what could not be written down, or %STILE_ERROR_CANCELLED; what failed with the device is its state
 *
 * Is told when a turn is over.
 */
typedef void (*StileProvisioningTurnFunc) (StileDevice *device,
                                           gboolean stopped,
                                           const GError *error,
                                           gpointer user_data);

/* The devices whose turn it is, each with its StileProvisioningRun. */
StileProvisioningTurns *stile_provisioning_turns_new (const StileProvisioningRun *how,
                                                      StileProvisioningTurnFunc over,
                                                      gpointer user_data);
void stile_provisioning_turns_free (StileProvisioningTurns *self);
void stile_provisioning_turns_give (StileProvisioningTurns *self, StileDevice *device, GObject *holder);
gboolean stile_provisioning_turns_has (StileProvisioningTurns *self, StileDevice *device);
guint stile_provisioning_turns_get_n (StileProvisioningTurns *self);
gboolean stile_provisioning_turns_stop (StileProvisioningTurns *self, StileDevice *device);
void stile_provisioning_turns_cancel (StileProvisioningTurns *self);
void stile_provisioning_turns_forget (StileProvisioningTurns *self, StileDevice *device);
gint64 stile_provisioning_turns_get_mean (StileProvisioningTurns *self);

G_END_DECLS
