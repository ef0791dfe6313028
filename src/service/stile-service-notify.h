/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void stile_service_notify_send (const char *state);

G_END_DECLS
