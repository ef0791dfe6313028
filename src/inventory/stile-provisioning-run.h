/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar-agent.h"
#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

/**
 * StileProvisioningPhase:
 * @STILE_PROVISIONING_ALL: whatever comes next
 * @STILE_PROVISIONING_ON_SITE: what is done at the devices; there may be no network
 * @STILE_PROVISIONING_AT_REGISTRAR: what is done at the registrar; there may be no device
 *
 * Which steps are done now (BRSKI-PRM section 5.2: a technician collects, carries away, and comes back).
 */
typedef enum
{
  STILE_PROVISIONING_ALL,
  STILE_PROVISIONING_ON_SITE,
  STILE_PROVISIONING_AT_REGISTRAR,
} StileProvisioningPhase;

/* (transfer full) (nullable): where a device with no address is: "host:port"; NULL while it is not found */
typedef char *(*StileProvisioningFindFunc) (const char *serial, gpointer user_data);

/**
 * StileProvisioningRun:
 * @store: where it is written down
 * @agent: who does it
 * @phase: what is done
 * @find: (nullable): finds devices that have no address
 * @find_data: for @find
 * @retry_seconds: after which somebody who did not answer is asked again, the first time; it doubles
 * @retries: how often
 *
 * How one device is brought on.  Borrowed for as long as it takes.
 */
typedef struct
{
  StileDeviceStore *store;
  StileRegistrarAgent *agent;
  StileProvisioningPhase phase;
  StileProvisioningFindFunc find;
  gpointer find_data;
  guint retry_seconds;
  guint retries;
} StileProvisioningRun;

gboolean stile_provisioning_run_includes (StileProvisioningPhase phase, StilePrmStep step);
void stile_provisioning_run_async (const StileProvisioningRun *how,
                                   StileDevice *device,
                                   guint attempts,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean stile_provisioning_run_finish (GAsyncResult *result,
                                        guint *attempts,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
