/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-ledger.h"

G_BEGIN_DECLS

#define STILE_TYPE_AUDIT_LOG (stile_audit_log_get_type ())
G_DECLARE_FINAL_TYPE (StileAuditLog, stile_audit_log, STILE, AUDIT_LOG, GObject)

/* An event takes 200 bytes, and a MASA leaves repeated ones out (RFC 8995 section 5.8.1): a device does not change its
 * owner a thousand times. */
#define STILE_AUDIT_LOG_MAX_SIZE (256 * 1024)
#define STILE_AUDIT_LOG_MAX_EVENTS 1024

/* What is known of the format. */
#define STILE_AUDIT_LOG_VERSION 1

/**
 * StileAuditTruncation:
 *
 * What a MASA has left out, by reason; a MASA that has counted to 1024 may stop there.
 */
typedef struct
{
  guint nonced_duplicates;
  guint nonceless_duplicates;
  guint arbitrary;
} StileAuditTruncation;

StileAuditLog *stile_audit_log_new (GPtrArray *entries);
StileAuditLog *stile_audit_log_parse (GBytes *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_audit_log_to_json (StileAuditLog *self);

gint64 stile_audit_log_get_version (StileAuditLog *self);
guint stile_audit_log_get_n_entries (StileAuditLog *self);
const StileLedgerAuditEntry *stile_audit_log_get_entry (StileAuditLog *self, guint index);
const StileAuditTruncation *stile_audit_log_get_truncation (StileAuditLog *self);

G_END_DECLS
