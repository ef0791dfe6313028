/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "atls/stile-session.h"
#include "atls/stile-trace.h"

G_BEGIN_DECLS

#define STILE_TYPE_CLIENT (stile_client_get_type ())
G_DECLARE_FINAL_TYPE (StileClient, stile_client, STILE, CLIENT, GObject)

/* Two as a rule, three after a HelloRetryRequest.  A peer that goes on beyond this is spinning. */
#define STILE_CLIENT_MAX_ROUND_TRIPS 8

/* Keys are good for a day (PROTOCOL section 2). */
#define STILE_CLIENT_MAX_AGE (24 * G_TIME_SPAN_HOUR)

/**
 * StileMode:
 * @STILE_MODE_ANY: export mode where the peer can, else record mode
 * @STILE_MODE_RECORD: data goes through the TLS session (the draft, Figure 5)
 * @STILE_MODE_EXPORT: data is sealed with exported keys (the draft, Figure 6)
 */
typedef enum
{
  STILE_MODE_ANY,
  STILE_MODE_RECORD,
  STILE_MODE_EXPORT,
} StileMode;

StileClient *stile_client_new (StileCarrier *carrier, StileCredentials *credentials, StileMode mode);
void stile_client_set_trace (StileClient *self, StileTrace *trace);
void stile_client_set_ticket (StileClient *self, GBytes *ticket);

void stile_client_connect_async (StileClient *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean stile_client_connect_finish (StileClient *self,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_client_send_async (StileClient *self,
                              GBytes *data,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GBytes *
stile_client_send_finish (StileClient *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_client_request_async (StileClient *self,
                                 StileHttpMessage *request,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
StileHttpMessage *stile_client_request_finish (StileClient *self,
                                               GAsyncResult *result,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_client_close_async (StileClient *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean
stile_client_close_finish (StileClient *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileSession *stile_client_get_session (StileClient *self);
StileCarrier *stile_client_get_carrier (StileClient *self);
StileMode stile_client_get_mode (StileClient *self);
guint stile_client_get_round_trips (StileClient *self);
gboolean stile_client_speaks_binary_http (StileClient *self);

G_END_DECLS
