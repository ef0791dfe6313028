/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device-store.h"

/* The devices that a command line names: lists in files, into the store. */
GPtrArray *stile_cli_provision_lists_add (StileDeviceStore *store,
                                          char **files,
                                          gboolean strict,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
