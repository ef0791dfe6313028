/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "atls/stile-identity.h"
#include "codec/stile-certificate-request.h"

G_BEGIN_DECLS

#define STILE_TYPE_EST_UPSTREAM (stile_est_upstream_get_type ())
G_DECLARE_FINAL_TYPE (StileEstUpstream, stile_est_upstream, STILE, EST_UPSTREAM, GObject)

/* A domain's roots, or a key with certificates, in base64. */
#define STILE_EST_UPSTREAM_MAX_BODY (1024 * 1024)

StileEstUpstream *stile_est_upstream_new (GType carrier_type,
                                          const char *url,
                                          const char *proxy,
                                          GPtrArray *anchors,
                                          StileIdentity *identity,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_est_upstream_set_label (StileEstUpstream *self, const char *label);
void stile_est_upstream_forward_async (StileEstUpstream *self,
                                       const char *operation,
                                       StileHttpMessage *message,
                                       StileCertificateRequest *request,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
StileHttpMessage *stile_est_upstream_forward_finish (StileEstUpstream *self, GAsyncResult *result);

G_END_DECLS
