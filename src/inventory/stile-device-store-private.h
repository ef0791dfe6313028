/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-database.h"
#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

/* For the other file of this class. */
StileDatabase *stile_device_store_get_database (StileDeviceStore *self);

G_END_DECLS
