/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-path.h"

G_BEGIN_DECLS

char *stile_path_text_write (StilePath *self);

G_END_DECLS
