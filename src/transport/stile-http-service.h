/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint.h"
#include "transport/stile-http-front.h"
#include "transport/stile-http-receipts.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_SERVICE (stile_http_service_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpService, stile_http_service, STILE, HTTP_SERVICE, GObject)

StileHttpService *stile_http_service_new (StileEndpoint *endpoint, const char *path);
void stile_http_service_set_certificate (StileHttpService *self, GTlsCertificate *certificate);
void stile_http_service_set_client_certificates (StileHttpService *self, gboolean ask);
void stile_http_service_set_plain_handler (StileHttpService *self, StileHandler *handler);
void stile_http_service_set_front (StileHttpService *self, StileHttpFront *front);
void stile_http_service_set_receipts (StileHttpService *self, StileHttpReceipts *receipts);
gboolean
stile_http_service_listen (StileHttpService *self, GSocket *socket, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_http_service_stop (StileHttpService *self);

G_END_DECLS
