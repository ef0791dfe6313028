/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-domain-ca.h"
#include "bootstrap/stile-est-gate.h"
#include "bootstrap/stile-est-upstream.h"
#include "codec/stile-csr-attributes.h"

G_BEGIN_DECLS

#define STILE_TYPE_EST_SERVER (stile_est_server_get_type ())
G_DECLARE_FINAL_TYPE (StileEstServer, stile_est_server, STILE, EST_SERVER, GObject)

/* RFC 7030 section 3.2.2. */
#define STILE_EST_SERVER_PREFIX "/.well-known/est/"

StileEstServer *stile_est_server_new (GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_est_server_set_label (StileEstServer *self, const char *label);
void stile_est_server_set_attributes (StileEstServer *self, StileCsrAttributes *attributes);
void stile_est_server_set_gate (StileEstServer *self,
                                StileEstGate gate,
                                gpointer user_data,
                                GDestroyNotify destroy);
void stile_est_server_set_authority (StileEstServer *self, StileDomainCa *ca);
void stile_est_server_set_upstream (StileEstServer *self, StileEstUpstream *upstream);
void stile_est_server_set_key_generation (StileEstServer *self, gboolean offered);

G_END_DECLS
