/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "atls/stile-trace.h"
#include "diagnosis/stile-anchor-set.h"
#include "diagnosis/stile-check.h"
#include "diagnosis/stile-probe-queue.h"
#include "diagnosis/stile-signals.h"
#include "transport/stile-http-line.h"

G_BEGIN_DECLS

#define STILE_TYPE_PROBE_CONTEXT (stile_probe_context_get_type ())
G_DECLARE_FINAL_TYPE (StileProbeContext, stile_probe_context, STILE, PROBE_CONTEXT, GObject)

/* Exchanges at a time: enough to be quick, and no flood for a small box. */
#define STILE_PROBE_CONTEXT_MAX_BUSY 6

/* For a connection, and for silence on it. */
#define STILE_PROBE_CONTEXT_TIMEOUT_SECONDS 8

StileProbeContext *
stile_probe_context_new (GUri *uri, StileHttpProxy *proxy, const char *proxy_text, StileTrace *trace);
GUri *stile_probe_context_get_uri (StileProbeContext *self);
StileHttpProxy *stile_probe_context_get_proxy (StileProbeContext *self);
const char *stile_probe_context_get_proxy_text (StileProbeContext *self);
StileSignals *stile_probe_context_get_signals (StileProbeContext *self);
StileTrace *stile_probe_context_get_trace (StileProbeContext *self);
void stile_probe_context_set_anchors (StileProbeContext *self, GPtrArray *anchors);
GPtrArray *stile_probe_context_get_anchors (StileProbeContext *self);
void stile_probe_context_set_identity (StileProbeContext *self, StileIdentity *identity);
StileIdentity *stile_probe_context_get_identity (StileProbeContext *self);
gboolean stile_probe_context_has_word (StileProbeContext *self);
void stile_probe_context_set_stores (StileProbeContext *self, StileAnchorSet *system, StileAnchorSet *open);
StileAnchorSet *stile_probe_context_get_system_store (StileProbeContext *self);
StileAnchorSet *stile_probe_context_get_public_store (StileProbeContext *self);
GPtrArray *stile_probe_context_get_service (StileProbeContext *self);
void stile_probe_context_set_service (StileProbeContext *self, GPtrArray *chain);
void stile_probe_context_set_checks (StileProbeContext *self, GListModel *checks);
void stile_probe_context_say (StileProbeContext *self,
                              const char *probe,
                              StileCheckState state,
                              const char *format,
                              ...) G_GNUC_PRINTF (4, 5);
void stile_probe_context_add_sighting (StileProbeContext *self,
                                       const char *probe,
                                       guint64 connection,
                                       StileObservation *client,
                                       StileObservation *service,
                                       StileAuthentication by);

StileHttpLine *stile_probe_context_open_line (StileProbeContext *self);
char *stile_probe_context_get_path (StileProbeContext *self);
StileProbeQueue *stile_probe_context_get_queue (StileProbeContext *self);
gboolean stile_probe_context_vouches (StileProbeContext *self,
                                      GPtrArray *chain,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
