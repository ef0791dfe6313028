/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-observation.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

#define STILE_TYPE_CARRIER (stile_carrier_get_type ())
G_DECLARE_INTERFACE (StileCarrier, stile_carrier, STILE, CARRIER, GObject)

/**
 * StileMessageKind:
 * @STILE_MESSAGE_FLIGHT: TLS records, as they are
 * @STILE_MESSAGE_SEALED: a sealed message (PROTOCOL section 2)
 */
typedef enum
{
  STILE_MESSAGE_FLIGHT,
  STILE_MESSAGE_SEALED,
} StileMessageKind;

struct _StileCarrierInterface
{
  GTypeInterface parent_iface;

  void (*exchange_async) (StileCarrier *self,
                          StileMessageKind kind,
                          GBytes *body,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
  GBytes *(*exchange_finish) (StileCarrier *self, GAsyncResult *result, GError **error);
  void (*inspect_async) (StileCarrier *self,
                         const char *anchors,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
  StileObservation *(*inspect_finish) (StileCarrier *self, GAsyncResult *result, GError **error);
  void (*request_async) (StileCarrier *self,
                         StileHttpMessage *request,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
  StileHttpMessage *(*request_finish) (StileCarrier *self, GAsyncResult *result, GError **error);
  const char *(*get_host) (StileCarrier *self);
  GBytes *(*get_session_id) (StileCarrier *self);
  StileObservation *(*get_observation) (StileCarrier *self);
  void (*forget_session) (StileCarrier *self);
  StileCertificate *(*get_peer_certificate) (StileCarrier *self); /* or NULL */
};

void stile_carrier_exchange_async (StileCarrier *self,
                                   StileMessageKind kind,
                                   GBytes *body,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GBytes *stile_carrier_exchange_finish (StileCarrier *self,
                                       GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_carrier_inspect_async (StileCarrier *self,
                                  const char *anchors,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
StileObservation *stile_carrier_inspect_finish (StileCarrier *self,
                                                GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_carrier_request_async (StileCarrier *self,
                                  StileHttpMessage *request,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
StileHttpMessage *stile_carrier_request_finish (StileCarrier *self,
                                                GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_carrier_get_host (StileCarrier *self);
GBytes *stile_carrier_get_session_id (StileCarrier *self);
StileObservation *stile_carrier_get_observation (StileCarrier *self);
StileCertificate *stile_carrier_get_peer_certificate (StileCarrier *self);
void stile_carrier_forget_session (StileCarrier *self);

G_END_DECLS
