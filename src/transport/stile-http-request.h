/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "transport/stile-http-origin.h"

G_BEGIN_DECLS

void stile_http_request_async (StileCarrier *carrier,
                               StileHttpOrigin *origin,
                               StileHttpMessage *request,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

G_END_DECLS
