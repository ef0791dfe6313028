/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-answer.h"
#include "atls/stile-delivery.h"
#include "atls/stile-flight.h"
#include "atls/stile-handler.h"
#include "atls/stile-session.h"

G_BEGIN_DECLS

#define STILE_TYPE_ENDPOINT (stile_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (StileEndpoint, stile_endpoint, STILE, ENDPOINT, GObject)

/**
 * StileEndpointLimits:
 * @flight_size: bytes of one flight
 * @message_size: bytes of one sealed message
 * @half_open: handshakes that go on at once
 * @sessions: sessions in all
 * @handshake_seconds: from the first flight to the last
 * @idle_seconds: of an established session
 * @keep_seconds: how long an answer is kept for a message that comes again
 *
 * All of PROTOCOL section 1.
 */
typedef struct
{
  gsize flight_size;
  gsize message_size;
  guint half_open;
  guint sessions;
  guint handshake_seconds;
  guint idle_seconds;
  guint keep_seconds;
} StileEndpointLimits;

extern const StileEndpointLimits stile_endpoint_default_limits;

/* An established session ends after a day, however busy it is (PROTOCOL section 2). */
#define STILE_ENDPOINT_MAX_AGE (24 * G_TIME_SPAN_HOUR)

typedef GBytes *(*StileEndpointRawFunc) (GBytes *data, gpointer user_data);
typedef void (*StileEndpointEstablishedFunc) (StileSession *session, const char *id, gpointer user_data);
typedef gint64 (*StileEndpointClock) (void);

StileEndpoint *stile_endpoint_new (StileCredentials *credentials, StileHandler *handler);
void stile_endpoint_set_limits (StileEndpoint *self, const StileEndpointLimits *limits);
void stile_endpoint_set_credentials (StileEndpoint *self, StileCredentials *credentials);
void stile_endpoint_set_handler (StileEndpoint *self, StileHandler *handler);
void stile_endpoint_set_raw_handler (StileEndpoint *self, StileEndpointRawFunc function, gpointer user_data);
void stile_endpoint_set_established_handler (StileEndpoint *self,
                                             StileEndpointEstablishedFunc function,
                                             gpointer user_data);
void stile_endpoint_set_clock (StileEndpoint *self, StileEndpointClock clock);

gsize stile_endpoint_get_body_limit (StileEndpoint *self, StileMessageKind kind);
void stile_endpoint_deliver_async (StileEndpoint *self,
                                   StileDelivery *delivery,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
StileAnswer *stile_endpoint_deliver_finish (StileEndpoint *self, GAsyncResult *result);
void stile_endpoint_expire (StileEndpoint *self);
void stile_endpoint_close_all (StileEndpoint *self);
guint stile_endpoint_get_n_sessions (StileEndpoint *self);
guint stile_endpoint_get_n_half_open (StileEndpoint *self);

G_END_DECLS
