/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

/* The registrar as a client of MASAs (RFC 8995 section 5.4): what it asks, and what their answers mean for a pledge. */
void stile_registrar_masa_ask_async (StileRegistrar *registrar,
                                     const StileRegistrarDevice *device,
                                     const char *name,
                                     GBytes *content,
                                     const char *media_type,
                                     const char *accept,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
StileHttpMessage *stile_registrar_masa_ask_finish (StileRegistrar *registrar,
                                                   GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileHttpMessage *stile_registrar_masa_explain (const GError *error);
StileHttpMessage *
stile_registrar_masa_check (StileHttpMessage *response, const char *media_type, gsize limit);

G_END_DECLS
