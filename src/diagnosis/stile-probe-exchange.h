/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe-context.h"

G_BEGIN_DECLS

/* A gateway that answers 502 now and then is asked again this often. */
#define STILE_PROBE_EXCHANGE_MAX_TRIES 4

/* The longest body that a probe sends or asks for. */
#define STILE_PROBE_EXCHANGE_MAX_BODY (1024 * 1024)

StileHttpMessage *stile_probe_exchange_make_request (StileProbeContext *context,
                                                     const char *method,
                                                     const char *parameters,
                                                     const char *media_type,
                                                     GBytes *body);
char *stile_probe_exchange_get_nonce (StileHttpMessage *request);
GBytes *stile_probe_exchange_make_noise (gsize length);
GBytes *stile_probe_exchange_make_text (gsize length);
GBytes *stile_probe_exchange_make_json (gsize length);
void stile_probe_exchange_send_async (StileProbeContext *context,
                                      const char *probe,
                                      StileHttpLine *line,
                                      StileHttpMessage *request,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
StileTrial *stile_probe_exchange_send_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_probe_exchange_send_all_async (StileProbeContext *context,
                                          const char *probe,
                                          StileHttpLine *line,
                                          GPtrArray *requests,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *stile_probe_exchange_send_all_finish (GAsyncResult *result,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
