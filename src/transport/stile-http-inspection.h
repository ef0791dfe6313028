/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "transport/stile-http-proxy.h"

G_BEGIN_DECLS

void stile_http_inspection_inspect_async (StileCarrier *carrier,
                                          GUri *uri,
                                          StileHttpProxy *proxy,
                                          const char *anchors,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

G_END_DECLS
