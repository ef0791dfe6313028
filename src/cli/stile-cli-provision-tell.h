/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-provisioning.h"

/* What "stilectl provision" says while it works, and at the end. */
void stile_cli_provision_tell_watch (StileProvisioning *job, gboolean json);
void stile_cli_provision_tell_list (StileDeviceStore *store, gboolean json);
int stile_cli_provision_tell_summary (StileDeviceStore *store, gboolean json);
