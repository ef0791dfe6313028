/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-database.h"

G_BEGIN_DECLS

extern const StileDatabaseMigration stile_device_schema[];

G_END_DECLS
