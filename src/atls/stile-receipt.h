/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-observation.h"

G_BEGIN_DECLS

#define STILE_TYPE_RECEIPT (stile_receipt_get_type ())
G_DECLARE_FINAL_TYPE (StileReceipt, stile_receipt, STILE, RECEIPT, GObject)

/* PROTOCOL section 4: below the path of flights. */
#define STILE_RECEIPT_PATH_SUFFIX "/receipt"

/* The field that carries a receipt beside a body that is not it. */
#define STILE_RECEIPT_HEADER "Stile-Receipt"
#define STILE_RECEIPT_MEDIA_TYPE "application/jose"

/* A hundred header fields and a chain in base64 twice; header fields of this size pass what was tried. */
#define STILE_RECEIPT_MAX_SIZE (48 * 1024)

/* 16 random bytes in base64url, as a client chooses them; a service takes none that is longer. */
#define STILE_RECEIPT_MAX_NONCE 64

StileReceipt *stile_receipt_new (const char *nonce, StileObservation *observation);
StileReceipt *stile_receipt_new_from_variant (GVariant *variant, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant *stile_receipt_to_variant (StileReceipt *self);

const char *stile_receipt_get_nonce (StileReceipt *self);
StileObservation *stile_receipt_get_observation (StileReceipt *self);
void stile_receipt_set_chain (StileReceipt *self, GPtrArray *chain);
GPtrArray *stile_receipt_get_chain (StileReceipt *self);
void stile_receipt_set_request (StileReceipt *self, const char *method, gsize length, const char *digest);
const char *stile_receipt_get_method (StileReceipt *self);
const char *stile_receipt_get_request (StileReceipt *self, gsize *length);
void stile_receipt_set_response (StileReceipt *self, gsize length, const char *digest);
const char *stile_receipt_get_response (StileReceipt *self, gsize *length);
void stile_receipt_set_count (StileReceipt *self, const char *about, guint count);
guint stile_receipt_get_count (StileReceipt *self, const char **about);
void stile_receipt_set_handling (StileReceipt *self, gint64 microseconds);
gint64 stile_receipt_get_handling (StileReceipt *self);

G_END_DECLS
