/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-provisioning-run.h"

G_BEGIN_DECLS

#define STILE_TYPE_PROVISIONING (stile_provisioning_get_type ())
G_DECLARE_FINAL_TYPE (StileProvisioning, stile_provisioning, STILE, PROVISIONING, GObject)

#define STILE_PROVISIONING_DEFAULT_JOBS 8
#define STILE_PROVISIONING_MAX_JOBS 256

/* Somebody who does not answer is asked again so often, and after so many seconds the first time. */
#define STILE_PROVISIONING_DEFAULT_RETRIES 3
#define STILE_PROVISIONING_DEFAULT_RETRY_SECONDS 5

/**
 * StileProvisioningSettings:
 * @store: the devices
 * @agent: who goes between them and their registrar
 * @registrar: (nullable): the registrar's URL, by which it is remembered
 * @phase: which steps are done
 * @jobs: devices at once; 0 for %STILE_PROVISIONING_DEFAULT_JOBS
 * @retries: how often somebody is asked again who does not answer
 * @retry_seconds: after how long; 0 for %STILE_PROVISIONING_DEFAULT_RETRY_SECONDS
 * @impatient: stile_provisioning_run_all_async() is over when there is only something to wait for
 * @find: (nullable): finds devices that have no address
 * @find_data: for @find
 *
 * Borrowed until stile_provisioning_new() returns.
 */
typedef struct
{
  StileDeviceStore *store;
  StileRegistrarAgent *agent;
  const char *registrar;
  StileProvisioningPhase phase;
  guint jobs;
  guint retries;
  guint retry_seconds;
  gboolean impatient;
  StileProvisioningFindFunc find;
  gpointer find_data;
} StileProvisioningSettings;

/* Signals: "changed" when numbers or the problem did; "ended" (device) when a device's turn is over for now. */
StileProvisioning *stile_provisioning_new (const StileProvisioningSettings *settings);
StileDeviceStore *stile_provisioning_get_store (StileProvisioning *self);

void stile_provisioning_start (StileProvisioning *self);
void stile_provisioning_set_paused (StileProvisioning *self, gboolean paused);
gboolean stile_provisioning_is_paused (StileProvisioning *self);
void stile_provisioning_set_jobs (StileProvisioning *self, guint jobs);
const char *stile_provisioning_get_problem (StileProvisioning *self);
gboolean stile_provisioning_is_busy (StileProvisioning *self);
guint stile_provisioning_get_seconds_left (StileProvisioning *self);

void stile_provisioning_queue_async (StileProvisioning *self,
                                     GPtrArray *devices,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
void stile_provisioning_stop_async (StileProvisioning *self,
                                    GPtrArray *devices,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean stile_provisioning_order_finish (StileProvisioning *self, GAsyncResult *result, GError **error);

void stile_provisioning_end (StileProvisioning *self);
void stile_provisioning_run_all_async (StileProvisioning *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean stile_provisioning_run_all_finish (StileProvisioning *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
