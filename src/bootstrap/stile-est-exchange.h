/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-channel.h"

G_BEGIN_DECLS

/* BOOTSTRAP P4: a service that says longer is asked again all the same. */
#define STILE_EST_EXCHANGE_MAX_WAIT 60

/* Somebody who decides by hand has a long weekend; then it is over (BOOTSTRAP 1.1). */
#define STILE_EST_EXCHANGE_MAX_PATIENCE (4 * 24 * 60 * 60)

#define STILE_EST_EXCHANGE_MAX_REDIRECTS 3

/* @seconds from now the same request goes out again. */
typedef void (*StileEstExchangeWaitingFunc) (guint seconds, gpointer user_data);

/**
 * StileEstExchange:
 * @user: (nullable): for HTTP basic, given only where it is asked for
 * @password: (nullable): its password
 * @second: milliseconds that a second of waiting takes
 * @waiting: (nullable): called before each wait
 * @waiting_data: for @waiting
 *
 * How one request of EST is made.
 */
typedef struct
{
  const char *user;
  GBytes *password;
  guint second;
  StileEstExchangeWaitingFunc waiting;
  gpointer waiting_data;
} StileEstExchange;

void stile_est_exchange_run_async (const StileEstExchange *settings,
                                   StileChannel *channel,
                                   StileHttpMessage *request,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
StileHttpMessage *stile_est_exchange_run_finish (GAsyncResult *result,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
