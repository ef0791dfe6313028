/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *
stile_device_address_make (const char *address, const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
