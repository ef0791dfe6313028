/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-path.h"

G_BEGIN_DECLS

StilePath *stile_path_variant_read (GVariant *variant);
GVariant *stile_path_variant_write (StilePath *self);

G_END_DECLS
