/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSocketAddress *stile_listening_socket_parse (const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GSocket *stile_listening_socket_open (const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_listening_socket_describe (GSocket *socket);

G_END_DECLS
