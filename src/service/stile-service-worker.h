/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-endpoint.h"
#include "transport/stile-http-front.h"
#include "transport/stile-http-receipts.h"

G_BEGIN_DECLS

typedef struct _StileServiceWorker StileServiceWorker;

/**
 * StileServiceWorkerFace:
 * @certificate: (nullable): for https
 * @ask: clients of https are asked for a certificate
 * @plain: (nullable): answers requests without ATLS
 * @front: (nullable): the service's own TLS terminators
 * @receipts: (nullable): gives the service's signed word
 *
 * What a worker's HTTP server shows.  Borrowed.
 */
typedef struct
{
  GTlsCertificate *certificate;
  gboolean ask;
  StileHandler *plain;
  StileHttpFront *front;
  StileHttpReceipts *receipts;
} StileServiceWorkerFace;

StileServiceWorker *stile_service_worker_start (guint number,
                                                StileEndpoint *endpoint,
                                                const char *path,
                                                GSocket *socket,
                                                const StileServiceWorkerFace *face);
void stile_service_worker_change (StileServiceWorker *self, const StileServiceWorkerFace *face);
void stile_service_worker_stop (StileServiceWorker *self);

G_END_DECLS
