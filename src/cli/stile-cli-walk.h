/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

#define STILE_TYPE_CLI_WALK (stile_cli_walk_get_type ())
G_DECLARE_FINAL_TYPE (StileCliWalk, stile_cli_walk, STILE, CLI_WALK, GObject)

StileCliWalk *stile_cli_walk_new (StileBootstrap *job);

G_END_DECLS
