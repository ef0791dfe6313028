/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "atls/stile-identity.h"
#include "atls/stile-receipt.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_RECEIPTS (stile_http_receipts_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpReceipts, stile_http_receipts, STILE, HTTP_RECEIPTS, GObject)

/* A body that is measured, and one that is asked for: more than most boxes take. */
#define STILE_HTTP_RECEIPTS_MAX_BODY (1024 * 1024)

/* Nonces that are remembered, to tell how often each has come: a minute of diagnoses at full rate. */
#define STILE_HTTP_RECEIPTS_MAX_NONCES 8192

/* A diagnosis asks for some sixty within two seconds. */
#define STILE_HTTP_RECEIPTS_DEFAULT_RATE 100
#define STILE_HTTP_RECEIPTS_BURST 4

StileHttpReceipts *stile_http_receipts_new (StileIdentity *identity, guint per_second);
void stile_http_receipts_watch (SoupServerMessage *message);
void stile_http_receipts_answer (StileHttpReceipts *self,
                                 SoupServerMessage *message,
                                 GHashTable *query,
                                 const char *path,
                                 gboolean secure,
                                 StileObservation *observation);

G_END_DECLS
