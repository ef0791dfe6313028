/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_STATUS_REPORT (stile_status_report_get_type ())
G_DECLARE_FINAL_TYPE (StileStatusReport, stile_status_report, STILE, STATUS_REPORT, GObject)

/* A sentence and a small object: what is larger tells nobody more. */
#define STILE_STATUS_REPORT_MAX_SIZE (16 * 1024)

/* What is known of the format (RFC 8995 section 5.7). */
#define STILE_STATUS_REPORT_VERSION 1

StileStatusReport *stile_status_report_new (gboolean good, const char *reason, GVariant *context);
StileStatusReport *stile_status_report_parse (GBytes *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_status_report_to_json (StileStatusReport *self);

gint64 stile_status_report_get_version (StileStatusReport *self);
gboolean stile_status_report_is_good (StileStatusReport *self);
const char *stile_status_report_get_reason (StileStatusReport *self);
GVariant *stile_status_report_get_context (StileStatusReport *self);
const char *const *stile_status_report_get_unknown (StileStatusReport *self);

G_END_DECLS
