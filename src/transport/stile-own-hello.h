/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "codec/stile-client-hello.h"

G_BEGIN_DECLS

/* Nothing of it goes over a network: more than this is a fault. */
#define STILE_OWN_HELLO_TIMEOUT_SECONDS 5

void stile_own_hello_learn_async (const char *host,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
StileClientHello *stile_own_hello_learn_finish (GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
