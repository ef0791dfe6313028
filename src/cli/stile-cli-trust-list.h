/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int stile_cli_trust_list_run (gboolean json);

G_END_DECLS
