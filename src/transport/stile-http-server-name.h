/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void stile_http_server_name_watch (SoupMessage *message);

G_END_DECLS
