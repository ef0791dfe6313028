/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-exchange.h"

G_BEGIN_DECLS

#define STILE_TYPE_HANDLER (stile_handler_get_type ())
G_DECLARE_INTERFACE (StileHandler, stile_handler, STILE, HANDLER, GObject)

struct _StileHandlerInterface
{
  GTypeInterface parent_iface;

  void (*handle_async) (StileHandler *self,
                        StileExchange *exchange,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  StileHttpMessage *(*handle_finish) (StileHandler *self, GAsyncResult *result, GError **error);
};

void stile_handler_handle_async (StileHandler *self,
                                 StileExchange *exchange,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
StileHttpMessage *stile_handler_handle_finish (StileHandler *self, GAsyncResult *result);
void stile_handler_return (StileHandler *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data,
                           StileHttpMessage *response);

G_END_DECLS
