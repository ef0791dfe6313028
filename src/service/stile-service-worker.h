/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-endpoint.h"

G_BEGIN_DECLS

typedef struct _StileServiceWorker StileServiceWorker;

StileServiceWorker *stile_service_worker_start (guint number,
                                                StileEndpoint *endpoint,
                                                const char *path,
                                                GSocket *socket,
                                                GTlsCertificate *certificate,
                                                StileHandler *plain);
void
stile_service_worker_change (StileServiceWorker *self, GTlsCertificate *certificate, StileHandler *plain);
void stile_service_worker_stop (StileServiceWorker *self);

G_END_DECLS
